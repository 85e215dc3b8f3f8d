"""ASF files: video when a stream is, else audio (ASF specification 3.3, Microsoft 2004)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_STREAM_PROPERTIES = UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365").bytes_le
_VIDEO = UUID("bc19efc0-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_AUDIO = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type of an ASF file by the kinds of its streams, from a header of at most 256 KB."""
    size = min(int.from_bytes(head.data[16:24], "little"), 256 * 1024)
    header = head.block if size <= len(head.block) else source.read(0, size)
    kinds = {header[at + 24 : at + 40] for at in _objects(header)}
    if _VIDEO in kinds:
        return Match("video/x-ms-wmv", "video stream", "container")
    if _AUDIO in kinds:
        return Match("audio/x-ms-wma", "audio stream", "container")
    return None


def _objects(header: bytes) -> list[int]:
    """Return where the stream properties objects start: those of the header and those its extension embeds."""
    found: list[int] = []
    at = header.find(_STREAM_PROPERTIES, 30)
    while at >= 0 and len(found) < 128:
        found.append(at)
        at = header.find(_STREAM_PROPERTIES, at + 16)
    return found
