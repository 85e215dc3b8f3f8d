"""Matroska and WebM (RFC 9559), in one to four reads: what comes before the first cluster, and what SeekHead points at.

Segment              children up to the first Cluster, then those that SeekHead names
  -> Info            length, title, applications, date
  -> Tracks          `matroska_tracks`
  -> Tags, Chapters, Attachments    `matroska_tags`
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.video.matroska_tags import Described, describe
from firstbytes.builtin.video.matroska_tracks import Track, tracks
from firstbytes.formats import ebml
from firstbytes.formats.ebml import Element
from firstbytes.formats.media_facts import believable, bit_rate
from firstbytes.formats.values import clean, from_epoch, known

_SEGMENT, _CLUSTER, _SEEK_HEAD, _INFO, _TRACKS = 0x18538067, 0x1F43B675, 0x114D9B74, 0x1549A966, 0x1654AE6B
_TAGS, _CHAPTERS, _ATTACHMENTS = 0x1254C367, 0x1043A770, 0x1941A469
_WANTED = frozenset({_INFO, _TRACKS, _TAGS, _CHAPTERS, _ATTACHMENTS})
_SEEK, _SEEK_ID, _SEEK_POSITION = 0x4DBB, 0x53AB, 0x53AC
_SCALE, _DURATION, _TITLE, _MUXER, _WRITER, _DATE, _UID = 0x2AD7B1, 0x4489, 0x7BA9, 0x4D80, 0x5741, 0x4461, 0x73A4
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
_DOC_TYPE, _DOC_VERSION = 0x4282, 0x4287
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
_TAILS = (64 * 1024, 448 * 1024)
_MAX_SEEKS = 8


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a Matroska or WebM file.

    Raises:
        Corrupt: it has no segment, or neither its information nor its tracks can be found.
    """
    del ctx
    header = ebml.element_at(source, 0, source.size)
    segment = None
    if header and header.id == ebml.HEADER:
        segment = next((e for e in ebml.walk(source, header.end, source.size, limit=8) if e.id == _SEGMENT), None)
    if header is None or segment is None:
        msg = "no Matroska segment"
        raise Corrupt(msg)
    parts = _parts(source, segment)
    if _INFO not in parts and _TRACKS not in parts:
        msg = "neither information nor tracks"
        raise Corrupt(msg)
    found = tracks(source, parts[_TRACKS]) if _TRACKS in parts else []
    told = describe(source, parts.get(_TAGS), parts.get(_CHAPTERS), parts.get(_ATTACHMENTS))
    return _facts(source, segment, parts.get(_INFO), found, told) | _document(source, header)


def _document(source: ByteSource, header: Element) -> dict[str, JSON]:
    fields = {e.id: ebml.payload(source, e, 64) for e in ebml.children(source, header, limit=32)}
    return known(
        {
            "doc_type": clean(ebml.text(fields.get(_DOC_TYPE, b""))),
            "doc_type_version": ebml.unsigned(fields.get(_DOC_VERSION, b"")) or None,
        }
    )


def _parts(source: ByteSource, segment: Element) -> dict[int, Element]:
    """Return the segment's wanted children: those before the first cluster, then those that SeekHead names."""
    found: dict[int, Element] = {}
    sought: dict[int, int] = {}
    for element in ebml.children(source, segment, limit=256):
        if element.id == _CLUSTER:
            break
        if element.id in _WANTED:
            found.setdefault(element.id, element)
        elif element.id == _SEEK_HEAD:
            sought |= _seeks(source, element)
    for wanted, offset in sorted(sought.items(), key=lambda item: item[1])[:_MAX_SEEKS]:
        if wanted in found:
            continue
        try:
            element_there = ebml.element_at(source, segment.body + offset, segment.end)
        except Corrupt:
            continue  # an index that points astray costs its part, not the rest
        if element_there and element_there.id == wanted:
            found[wanted] = element_there
    return found


def _seeks(source: ByteSource, seek_head: Element) -> dict[int, int]:
    found: dict[int, int] = {}
    for seek in ebml.children(source, seek_head, limit=64):
        if seek.id != _SEEK:
            continue
        fields = {e.id: ebml.payload(source, e, 8) for e in ebml.children(source, seek, limit=8)}
        wanted = ebml.unsigned(fields.get(_SEEK_ID, b""))
        if wanted in _WANTED:
            found.setdefault(wanted, ebml.unsigned(fields.get(_SEEK_POSITION, b"")))
    return found


def _facts(
    source: ByteSource, segment: Element, info: Element | None, found: list[Track], told: Described
) -> dict[str, JSON]:
    fields = {e.id: ebml.payload(source, e, 4096) for e in ebml.children(source, info, limit=64)} if info else {}
    scale = ebml.unsigned(fields.get(_SCALE, b"")) or 1_000_000
    length, known_by = ebml.number(fields.get(_DURATION, b"")) * scale / 1e6, "Info"
    if not 0 < length < 1e12:
        length, known_by = _last_cluster(source, scale), "last cluster"
    told.tags.values.setdefault("title", [t] if (t := clean(ebml.text(fields.get(_TITLE, b"")))) else [])
    core, own = told.tags.facts()
    date = from_epoch(ebml.signed(fields[_DATE]) / 1e9, _EPOCH) if _DATE in fields else None
    core |= known(
        {
            "generator": clean(ebml.text(fields.get(_WRITER, b""))) or core.get("generator"),
            "producer": clean(ebml.text(fields.get(_MUXER, b""))),
            "identifier": fields[_UID].hex() if 0 < len(fields.get(_UID, b"")) <= 16 else None,
            "created": date or core.get("created"),
            "duration_ms": round(length) or None if length < 1e15 else None,
            "bit_rate_bps": None if segment.cut else bit_rate(source.size, length / 1000),
            "track_count": len(found) or None,
            "attachment_count": told.attachments or None,
            "encrypted": True if any(t.encrypted for t in found) else None,
        }
    )
    core |= _by_track(found, told)
    own |= known(
        {
            "duration_source": known_by if length else None,
            "subtitle_count": sum(t.kind == "subtitle" for t in found) or None,
            "chapter_count": told.chapter_count or None,
            "chapters": told.chapters,
            "attachments": told.files,
            "tracks": [{**t.facts(), **_statistics(told, t)} for t in found],
        }
    )
    if segment.cut:
        own |= {"outcome": "partial", "reason": "the file is cut off"}
    return {"core": believable(core), **own}


def _statistics(told: Described, track: Track) -> dict[str, JSON]:
    """Return what mkvmerge's statistics tags say of a track."""
    values = told.of_track.get(track.uid, {})
    numbers = {key: int(v) for key, v in values.items() if v.isascii() and v.isdigit() and len(v) < 16}
    return known({"bit_rate_bps": numbers.get("BPS"), "sample_count": numbers.get("NUMBER_OF_FRAMES")})


def _by_track(found: list[Track], told: Described) -> dict[str, JSON]:
    film = next((t for t in found if t.kind == "video"), None)
    sound = next((t for t in found if t.kind == "audio"), None)
    core: dict[str, Any] = {"language": sound.facts().get("language") if sound else None}
    if film:
        facts = film.facts()
        core |= {key: facts.get(key) for key in ("width_px", "height_px", "frame_rate_hz", "bit_depth")}
        core |= {
            "video_codec": film.codec,
            "frame_count": _statistics(told, film).get("sample_count"),
            "orientation_deg": film.turn_deg or None,
        }
        if film.turn_deg in {90, 270}:
            core |= {"width_px": core["height_px"], "height_px": core["width_px"]}
    if sound:
        facts = sound.facts()
        core |= {key: facts.get(key) for key in ("sample_rate_hz", "channel_count")}
        core["audio_codec"] = sound.codec
        if not film:
            core["bit_depth"] = facts.get("bit_depth")
    return known(core)


def _last_cluster(source: ByteSource, scale: int) -> float:
    """Return the milliseconds at which the last block in the file's tail starts: a live recording says no length."""
    mark = _CLUSTER.to_bytes(4)
    for length in _TAILS:
        begin = max(0, source.size - length)
        tail = source.read(begin, length)
        at = tail.rfind(mark)
        while at >= 0:
            if (ticks := _end_of_cluster(BytesSource(tail[at:]))) > 0:
                return ticks * scale / 1e6
            at = tail.rfind(mark, 0, at)
        if begin == 0:
            break
    return 0.0


def _end_of_cluster(view: BytesSource) -> int:
    start, last = None, 0
    # What was read of it before it breaks off counts.
    with contextlib.suppress(Corrupt):
        cluster = ebml.element_at(view, 0, view.size)
        for element in ebml.children(view, cluster) if cluster else ():
            if element.id == _TIMESTAMP:
                start = ebml.unsigned(ebml.payload(view, element, 8))
            elif element.id == _SIMPLE_BLOCK:
                last = max(last, _block_time(ebml.payload(view, element, 12)))
            elif element.id == _BLOCK_GROUP:
                for inner in ebml.children(view, element, limit=8):
                    if inner.id == _BLOCK:
                        last = max(last, _block_time(ebml.payload(view, inner, 12)))
    return 0 if start is None else start + last


def _block_time(block: bytes) -> int:
    width = 9 - block[0].bit_length() if block else 9
    return int.from_bytes(block[width : width + 2], signed=True)
