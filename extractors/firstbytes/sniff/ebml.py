"""EBML files: the DocType, then what the tracks of a Matroska or WebM file are (RFC 9559)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from firstbytes.errors import Corrupt
from firstbytes.formats import ebml
from firstbytes.sniff.frugal import Frugal, OutOfReads
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_DOC_TYPE, _SEGMENT, _TRACKS, _CLUSTER = 0x4282, 0x18538067, 0x1654AE6B, 0x1F43B675
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_TRACK_ENTRY, _TRACK_TYPE = 0xAE, 0x83
_VIDEO, _AUDIO, _SUBTITLE = 1, 2, 17
_BY_KIND = {
    ("webm", _VIDEO): "video/webm",
    ("webm", _AUDIO): "audio/webm",
    ("matroska", _VIDEO): "video/matroska",
    ("matroska", _AUDIO): "audio/matroska",
    ("matroska", _SUBTITLE): "application/x-matroska-subtitles",
}


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type of an EBML file by its DocType and track types."""
    header = ebml.element_at(source, 0, head.size)
    if header is None:
        return None
    doc_type = next(
        (ebml.text(ebml.payload(source, e, 64)) for e in ebml.children(source, header, limit=32) if e.id == _DOC_TYPE),
        "matroska",
    )
    if doc_type not in {"webm", "matroska"}:
        return None
    kinds = _kinds(Frugal(source), header.end)
    for kind in (_VIDEO, _AUDIO, _SUBTITLE):
        if kind in kinds and (doc_type, kind) in _BY_KIND:
            return Match(_BY_KIND[doc_type, kind], f"DocType {doc_type}, track type {kind}", "container")
    if doc_type == "webm":
        return Match("video/webm", "DocType webm", "container", weak=True)
    return Match("application/x-matroska", "DocType matroska", "container")


def _kinds(source: Frugal, start: int) -> set[int]:
    found: set[int] = set()
    # What was found when the reads run out or the elements go wrong counts.
    with suppress(OutOfReads, Corrupt):
        segment = next((e for e in ebml.walk(source, start, source.size, limit=8) if e.id == _SEGMENT), None)
        tracks = _tracks(source, segment) if segment else None
        for entry in ebml.children(source, tracks, limit=128) if tracks else ():
            if entry.id == _TRACK_ENTRY:
                found |= {
                    ebml.unsigned(ebml.payload(source, e, 8))
                    for e in ebml.children(source, entry)
                    if e.id == _TRACK_TYPE
                }
    return found


def _tracks(source: Frugal, segment: ebml.Element) -> ebml.Element | None:
    elsewhere: int | None = None
    for element in ebml.children(source, segment, limit=64):
        if element.id == _TRACKS:
            return element
        if element.id == _SEEK_HEAD:
            elsewhere = _sought(source, element)
        if element.id == _CLUSTER:
            break
    return ebml.element_at(source, segment.body + elsewhere, segment.end) if elsewhere is not None else None


def _sought(source: Frugal, seek_head: ebml.Element) -> int | None:
    for seek in ebml.children(source, seek_head, limit=64):
        if seek.id != _SEEK:
            continue
        fields = {e.id: ebml.payload(source, e, 8) for e in ebml.children(source, seek, limit=8)}
        if fields.get(_SEEK_ID) == _TRACKS.to_bytes(4):
            return ebml.unsigned(fields.get(_SEEK_POSITION, b""))
    return None
