"""How long a fragmented file is, from few reads (ISO/IEC 14496-12, 8.8 and 8.16).

In order: the movie extends header, the segment index, the last fragment that `mfra` points at, and the last fragment
found in the file's tail. Each answer says which it was.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from firstbytes import ByteSource, BytesSource, Corrupt
from firstbytes.formats import bmff
from firstbytes.formats.bmff import Box

_TAIL = 64 * 1024
_LONG_TAIL = 512 * 1024
_MAX_RUN = 64 * 1024
_MAX_FRAGMENT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Clock:
    """What moov says of a track's time: units a second, and a sample's default duration in them."""

    timescale: int
    sample_duration: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A track's samples in one fragment: start and length in its units, how many, and a sample's usual duration."""

    track: int
    start: int
    length: int
    samples: int
    each: int = 0


def defaults(source: ByteSource, mvex: Box) -> dict[int, int]:
    """Return the default sample duration by track ID (`trex`)."""
    found = {}
    for box in bmff.children(source, mvex, limit=64):
        data = bmff.full(source, box, 32)[2] if box.kind == "trex" else b""
        if len(data) >= 12:
            found[int.from_bytes(data[:4])] = int.from_bytes(data[8:12])
    return found


def extends_header(source: ByteSource, mvex: Box) -> int:
    """Return the duration in the movie's timescale that `mehd` gives; 0 when it is not there."""
    mehd = bmff.find(source, "mehd", within=mvex)
    return int.from_bytes(bmff.full(source, mehd, 16)[2][:8]) if mehd else 0


def indexed(source: ByteSource, sidx: Box) -> tuple[float, int]:
    """Return the seconds that a segment index covers, and the offset at which what it covers ends (8.16.3)."""
    version, _, data = bmff.full(source, sidx, _MAX_RUN)
    timescale, at = int.from_bytes(data[4:8]), 26 if version else 18
    if not timescale or len(data) < at + 2:
        return 0.0, 0
    rows = min(int.from_bytes(data[at : at + 2]), (len(data) - at - 2) // 12)
    fields = struct.unpack_from(f">{rows * 3}I", data, at + 2)
    offset = int.from_bytes(data[16:24] if version else data[12:16])
    return sum(fields[1::3]) / timescale, sidx.end + offset + sum(size & 0x7FFFFFFF for size in fields[::3])


def runs(source: ByteSource, moof: Box, clocks: Mapping[int, Clock]) -> list[Run]:
    """Return what a fragment holds of each track (8.8.6-8.8.8, 8.8.12)."""
    return [
        _run(source, box, clocks) for box in bmff.children(source, moof, limit=64) if box.kind == "traf" and box.size
    ]


def _run(source: ByteSource, traf: Box, clocks: Mapping[int, Clock]) -> Run:
    track = start = length = samples = each = 0
    usual: Counter[int] = Counter()
    for box in bmff.children(source, traf, limit=64):
        if box.kind == "tfhd":
            _, flags, data = bmff.full(source, box, 64)
            track = int.from_bytes(data[:4])
            at = 4 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
            given = int.from_bytes(data[at : at + 4]) if flags & 8 else 0
            each = given or (clocks[track].sample_duration if track in clocks else 0)
        elif box.kind == "tfdt":
            version, _, data = bmff.full(source, box, 16)
            start = int.from_bytes(data[: 8 if version else 4])
        elif box.kind == "trun":
            spans = _samples(source, box, each)
            samples, length = samples + spans.total(), length + sum(span * count for span, count in spans.items())
            usual.update(spans)
    return Run(track, start, length, samples, usual.most_common(1)[0][0] if usual else each)


def _samples(source: ByteSource, trun: Box, each: int) -> Counter[int]:
    """Return how many samples of which duration a run has: no more than the box has room for."""
    _, flags, data = bmff.full(source, trun, _MAX_RUN)
    count = int.from_bytes(data[:4])
    at = 4 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    width = 4 * (flags >> 8 & 15).bit_count()
    if width:
        count = min(count, max(0, len(data) - at) // width)
    if not flags & 0x100:
        return Counter({each: count})
    return Counter(int.from_bytes(data[at + i * width : at + i * width + 4]) for i in range(count))


def end_of(found: list[Run], clocks: Mapping[int, Clock]) -> float:
    """Return the second at which the last of some runs ends; no clock has a timescale of 0."""
    ends = [(r.start + r.length) / clocks[r.track].timescale for r in found if r.track in clocks]
    return max(ends, default=0.0)


def by_random_access(source: ByteSource, clocks: Mapping[int, Clock]) -> float:
    """Return the second at which the fragments end that `mfra`, at the end of the file, points at last (8.8.9)."""
    last = source.read(max(0, source.size - 16), 16)
    size = int.from_bytes(last[12:16])
    if last[4:8] != b"mfro" or not 24 <= size <= min(source.size, 4 * 1024 * 1024):
        return 0.0
    mfra = next(bmff.walk(source, source.size - size, limit=1), None)
    if mfra is None or mfra.kind != "mfra":
        return 0.0
    offsets = {_last_offset(source, box) for box in bmff.children(source, mfra, limit=64) if box.kind == "tfra"}
    ends = [_end_at(source, offset, clocks) for offset in sorted(offsets - {0})[-2:]]
    return max(ends, default=0.0)


def _last_offset(source: ByteSource, tfra: Box) -> int:
    """Return where the last fragment of a track starts, by the last row of its table."""
    version, _, head = bmff.full(source, tfra, 16)
    widths, rows = int.from_bytes(head[4:8]), int.from_bytes(head[8:12])
    time = 8 if version else 4
    row = 2 * time + (widths >> 4 & 3) + (widths >> 2 & 3) + (widths & 3) + 3
    at = tfra.body + 16 + (rows - 1) * row
    if rows < 1 or at + row > tfra.end:
        return 0
    return int.from_bytes(source.read(at + time, time))


def _end_at(source: ByteSource, offset: int, clocks: Mapping[int, Clock]) -> float:
    moof = next(bmff.walk(source, offset, limit=1), None)
    return end_of(runs(source, moof, clocks), clocks) if moof and moof.kind == "moof" else 0.0


def by_tail(source: ByteSource, clocks: Mapping[int, Clock]) -> float:
    """Return the second at which the last fragment in the file's tail ends; 0 when none is in the last 512 KB."""
    for length in (_TAIL, _LONG_TAIL):
        begin = max(0, source.size - length)
        tail = source.read(begin, length)
        at = tail.rfind(b"moof")
        while at >= 4:
            view = BytesSource(tail[at - 4 : at - 4 + _MAX_FRAGMENT])
            if (found := _fragment_in(view, clocks)) > 0:
                return found
            at = tail.rfind(b"moof", 0, at)
        if begin == 0:
            break
    return 0.0


def _fragment_in(view: BytesSource, clocks: Mapping[int, Clock]) -> float:
    try:
        moof = next(bmff.walk(view, limit=1), None)
        first = next(bmff.children(view, moof, limit=1), None) if moof else None
        return end_of(runs(view, moof, clocks), clocks) if moof and first and first.kind == "mfhd" else 0.0
    except Corrupt:
        return 0.0  # the four characters stood there by chance
