"""Tracks of a moov (ISO/IEC 14496-12, 8.3-8.6): one `Track` for each `trak`, read without its sample tables' bodies."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource
from firstbytes.builtin.video import mp4_entries
from firstbytes.formats import bmff, languages
from firstbytes.formats.bmff import Box
from firstbytes.formats.values import clean, known

MAX_TRACKS = 64
_MAX_TABLE = 64 * 1024
_KINDS = {
    "vide": "video",
    "soun": "audio",
    "sbtl": "subtitle",
    "subt": "subtitle",
    "text": "text",
    "clcp": "caption",
    "subp": "subtitle",
    "meta": "metadata",
    "tmcd": "timecode",
    "hint": "hint",
    "pict": "picture",
    "auxv": "auxiliary video",
}


@dataclass(frozen=True, slots=True)
class Track:
    """One track. `duration` is in units of 1/`timescale` second; `samples` and `span` are what `stts` counts."""

    id: int
    kind: str
    timescale: int
    duration: int
    language: str | None = None
    enabled: bool = True
    turn_deg: int = 0
    samples: int = 0
    span: int = 0
    chapters_in: tuple[int, ...] = ()
    name: str | None = None
    coding: dict[str, JSON] = field(default_factory=dict)

    @property
    def duration_ms(self) -> int | None:
        """Length in milliseconds by its media header; None when that is unset."""
        unset = self.duration in {0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
        return None if unset or not self.timescale else round(self.duration * 1000 / self.timescale)

    @property
    def frame_rate_hz(self) -> float | None:
        """Samples a second of a video track, on average over the file."""
        if self.kind != "video" or not self.samples or not self.span or not self.timescale:
            return None
        return round(self.samples * self.timescale / self.span, 3)

    def facts(self, frame_rate_hz: float | None = None) -> dict[str, JSON]:
        """Return the track as JSON."""
        return known(
            {
                "id": self.id,
                "kind": self.kind,
                "language": self.language,
                "name": self.name,
                "duration_ms": self.duration_ms,
                "frame_rate_hz": frame_rate_hz or self.frame_rate_hz,
                "sample_count": self.samples or None,
                "enabled": None if self.enabled else False,
                **self.coding,
            }
        )


def tracks(source: ByteSource, moov: Box) -> list[Track]:
    """Return the tracks of a moov, at most `MAX_TRACKS`."""
    traks = (box for box in bmff.children(source, moov) if box.kind == "trak")
    return [_track(source, box) for _, box in zip(range(MAX_TRACKS), traks, strict=False)]


def _track(source: ByteSource, trak: Box) -> Track:
    parts = {box.kind: box for box in bmff.children(source, trak, limit=32)}
    number, enabled, turn = _header(source, parts.get("tkhd"))
    chapters = bmff.find(source, "chap", within=parts["tref"]) if "tref" in parts else None
    refs = bmff.payload(source, chapters, 64) if chapters else b""
    mdia = {box.kind: box for box in bmff.children(source, parts["mdia"], limit=32)} if "mdia" in parts else {}
    handler = bmff.payload(source, mdia["hdlr"], 64)[8:12].decode("latin-1") if "hdlr" in mdia else ""
    timescale, duration, language = _media_header(source, mdia)
    stbl = bmff.find(source, "stbl", within=mdia["minf"]) if "minf" in mdia else None
    coding, samples, span = _samples(source, stbl, handler) if stbl else ({}, 0, 0)
    named = bmff.find(source, "name", within=parts["udta"]) if "udta" in parts else None
    return Track(
        id=number,
        kind=_KINDS.get(handler, clean(handler) or "unknown"),
        timescale=timescale,
        duration=duration,
        language=language,
        enabled=enabled,
        turn_deg=turn,
        samples=samples,
        span=span,
        chapters_in=struct.unpack(f">{len(refs) // 4}I", refs[: len(refs) // 4 * 4]),
        name=clean(bmff.payload(source, named, 256).lstrip(b"\0").decode("utf-8", "replace")) if named else None,
        coding=coding,
    )


def _header(source: ByteSource, tkhd: Box | None) -> tuple[int, bool, int]:
    """Return track ID, whether it is enabled, and the clockwise turn of its matrix (8.3.2)."""
    if tkhd is None:
        return 0, True, 0
    version, flags, data = bmff.full(source, tkhd, 128)
    at = 16 if version == 1 else 8
    number = int.from_bytes(data[at : at + 4])
    matrix = data[at + (32 if version == 1 else 28) :][:20]
    turn = 0
    if len(matrix) == 20:
        a, b, _, _, _ = struct.unpack(">5i", matrix)
        turn = round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360 if (a or b) else 0
    return number, bool(flags & 1), turn


def _media_header(source: ByteSource, mdia: dict[str, Box]) -> tuple[int, int, str | None]:
    """Return timescale, duration and language (8.4.2, 8.4.6)."""
    if "mdhd" not in mdia:
        return 0, 0, None
    version, _, data = bmff.full(source, mdia["mdhd"], 64)
    layout = ">16xIQH" if version == 1 else ">8xIIH"
    if len(data) < struct.calcsize(layout):
        return 0, 0, None
    timescale, duration, code = struct.unpack_from(layout, data)
    language = languages.packed(code)
    if "elng" in mdia:
        named = bmff.full(source, mdia["elng"], 64)[2].split(b"\0")[0].decode("latin-1")
        language = languages.tag(named) or language
    return timescale, duration, language


def _samples(source: ByteSource, stbl: Box, handler: str) -> tuple[dict[str, JSON], int, int]:
    """Return the coding of the first sample entry, and how many samples `stts` counts over which span."""
    coding: dict[str, JSON] = {}
    counted = (0, 0)
    for box in bmff.children(source, stbl, limit=32):
        if box.kind == "stsd":
            entry = next(bmff.children(source, box, skip=8, limit=1), None)
            coding = _coding(source, entry, handler) if entry else {}
        elif box.kind == "stts":
            counted = _time_to_sample(source, box)
        if coding and counted[0]:
            # The big tables come after; in a large file each of their heads would be a read of its own.
            break
    return coding, *counted


def _coding(source: ByteSource, entry: Box, handler: str) -> dict[str, JSON]:
    if handler in {"vide", "auxv", "pict"}:
        return mp4_entries.video(source, entry)
    return mp4_entries.audio(source, entry) if handler == "soun" else mp4_entries.text(entry)


def _time_to_sample(source: ByteSource, stts: Box) -> tuple[int, int]:
    """Return samples and span of a table (8.6.1.2): of its first 8,000 rows, whatever count it claims."""
    data = bmff.full(source, stts, _MAX_TABLE)[2]
    rows = min(int.from_bytes(data[:4]), (len(data) - 4) // 8)
    if rows < 1:
        return 0, 0
    numbers = struct.unpack_from(f">{rows * 2}I", data, 4)
    counts, deltas = numbers[::2], numbers[1::2]
    samples = sum(counts)
    if rows == 2 and counts[1] == 1:
        # Only the last sample differs: how long it is shown says nothing about the rate.
        return samples, samples * deltas[0]
    return samples, sum(count * delta for count, delta in zip(counts, deltas, strict=True))
