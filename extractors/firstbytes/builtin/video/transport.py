"""MPEG transport streams, also with time codes (M2TS, 192 bytes) or parity (204): start and end of the file.

The tables name the streams, the first bytes of each say its size or rate, the time stamps at both ends its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import audio_frames, video_headers
from firstbytes.formats import mpeg_systems as systems
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.mpeg_systems import Stream, Tables
from firstbytes.formats.values import clean, known

_HEADS = (64 * 1024, 320 * 1024)
_TAILS = (64 * 1024, 384 * 1024)
_MAX_ES = 96 * 1024
_READERS = {
    "mp3": audio_frames.mpeg_frame,
    "aac": audio_frames.adts_frame,
    "ac3": audio_frames.ac3_frame,
    "eac3": audio_frames.ac3_frame,
    "dts": audio_frames.dts_frame,
}
_UNUSED = {0x1FFF}


@dataclass(slots=True)
class Seen:
    """What one stretch of packets holds: elementary data by PID, time stamps in order, the tables."""

    tables: Tables = field(default_factory=Tables)
    data: dict[int, bytearray] = field(default_factory=dict)
    stamps: dict[int, list[int]] = field(default_factory=dict)
    scrambled: bool = False
    clocks: dict[int, list[int]] = field(default_factory=dict)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a transport stream.

    Raises:
        Corrupt: there is no packet structure.
    """
    del ctx
    for length in _HEADS:
        data = source.read(0, length)
        step, offset = _structure(data)
        seen = _walk(data, step, offset)
        tracks = [_track(stream, seen) for stream in seen.tables.streams.values()]
        if tracks and all("width_px" in t or t["kind"] != "video" for t in tracks):
            break
    seconds = _seconds(source, seen, step, offset)
    return _facts(source, seen, tracks, seconds, step)


def _structure(data: bytes) -> tuple[int, int]:
    """Return the distance of packets and where the first sync byte stands."""
    for step in (188, 192, 204):
        for offset in range(step):
            column = data[offset : offset + step * 8 : step]
            if len(column) >= 3 and column == b"\x47" * len(column):
                return step, offset
    msg = "no transport packets"
    raise Corrupt(msg)


def _walk(data: bytes, step: int, offset: int) -> Seen:
    seen = Seen()
    for packet in systems.packets(data, step, offset):
        if packet.clock is not None:
            seen.clocks.setdefault(packet.pid, []).append(packet.clock)
        if packet.pid == 0 and packet.starts:
            seen.tables.programs |= systems.associations(systems.section(packet.payload))
        elif packet.pid in seen.tables.programs and packet.starts:
            systems.program_map(systems.section(packet.payload), seen.tables)
        elif packet.pid == 0x11 and packet.starts:
            systems.service_description(systems.section(packet.payload), seen.tables)
        elif packet.pid not in _UNUSED:
            _elementary(packet, seen)
    return seen


def _elementary(packet: systems.Packet, seen: Seen) -> None:
    seen.scrambled = seen.scrambled or packet.scrambled
    body = packet.payload
    if packet.starts and body[:3] == b"\0\0\1":
        stamp = systems.time_stamp(body)
        if stamp is not None:
            seen.stamps.setdefault(packet.pid, []).append(stamp)
        body = systems.pes_body(body)
        seen.data.setdefault(packet.pid, bytearray())
    kept = seen.data.get(packet.pid)
    if kept is not None and len(kept) < _MAX_ES:
        kept += body


def _track(stream: Stream, seen: Seen) -> dict[str, Any]:
    data = bytes(seen.data.get(stream.pid, b""))
    facts: dict[str, Any] = {"pid": stream.pid, "kind": stream.kind, "codec": stream.codec, "language": stream.language}
    if stream.kind == "video":
        picture = video_headers.find(data, stream.codec)
        facts |= picture.facts() if picture else {}
        if "frame_rate_hz" not in facts:
            facts["frame_rate_hz"] = _frame_rate(seen.stamps.get(stream.pid, []))
    elif frame := _sound(stream, data):
        facts |= {
            "kind": "audio",
            "codec": frame.codec,
            "sample_rate_hz": frame.sample_rate_hz,
            "channel_count": frame.channels,
            "bit_rate_bps": frame.bit_rate_bps or None,
        }
    return known(facts)


def _sound(stream: Stream, data: bytes) -> audio_frames.Frame | None:
    """Return the first frame of a stream of sound; one of unknown kind has to show more of them."""
    if stream.codec in _READERS:
        return _frame(data, _READERS[stream.codec], least=2)
    if stream.kind != "data":
        return None
    found = (_frame(data, reader, least=4) for reader in dict.fromkeys(_READERS.values()))
    return next((frame for frame in found if frame), None)


def _frame(data: bytes, reader: audio_frames.Reader, least: int) -> audio_frames.Frame | None:
    for at in range(min(len(data), 4096)):
        if len(run := audio_frames.chain(data, at, reader, most=least)) == least or (run and least == 2 and at == 0):
            return run[0]
    return None


def _frame_rate(stamps: list[int]) -> float | None:
    """Return pictures a second by the usual distance of time stamps, which come in decoding order."""
    ordered = sorted(set(stamps))
    gaps = sorted(b - a for a, b in pairwise(ordered) if 0 < b - a < systems.CLOCK_HZ)
    return round(systems.CLOCK_HZ / gaps[len(gaps) // 2], 3) if len(gaps) >= 4 else None


def _seconds(source: ByteSource, seen: Seen, step: int, offset: int) -> float:
    """Return the time between the first and the last presentation time of the same stream, one frame more."""
    for length in _TAILS:
        # The tail starts on a packet boundary, so that no sync byte has to be guessed.
        begin = max(0, source.size - length)
        begin += (offset - begin) % step
        tail = _walk(source.read(begin, length), step, 0) if begin > offset else seen
        spans = [
            systems.between(min(first[:8]), max(tail.stamps[pid][-8:])) + _picture(seen.tables.streams[pid], first)
            for pid, first in seen.stamps.items()
            if pid in seen.tables.streams and tail.stamps.get(pid)
        ]
        if spans := spans or _by_clock(seen, tail):
            return max(spans)
        if begin <= offset:
            break
    return 0.0


def _by_clock(seen: Seen, tail: Seen) -> list[float]:
    """Return the time between the first and the last programme clock, for streams whose packets have no times."""
    return [
        systems.between(clocks[0], tail.clocks[pid][-1])
        for pid, clocks in seen.clocks.items()
        if pid in tail.clocks and clocks[0] != tail.clocks[pid][-1]
    ]


def _picture(stream: Stream, stamps: list[int]) -> float:
    """Return the seconds of one picture; packets of sound hold several frames, so that theirs say nothing."""
    rate = _frame_rate(stamps) if stream.kind == "video" else None
    return 1 / rate if rate else 0.0


def _facts(source: ByteSource, seen: Seen, tracks: list[dict[str, Any]], seconds: float, step: int) -> dict[str, JSON]:
    film = next((t for t in tracks if t["kind"] == "video"), {})
    sound = next((t for t in tracks if t["kind"] == "audio"), {})
    core = known(
        {
            "title": clean(seen.tables.service),
            "publisher": clean(seen.tables.provider),
            "language": sound.get("language"),
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": bit_rate(source.size, seconds),
            "track_count": len(tracks) or None,
            "video_codec": film.get("codec"),
            **{key: film.get(key) for key in ("width_px", "height_px", "frame_rate_hz", "bit_depth")},
            "audio_codec": sound.get("codec"),
            **{key: sound.get(key) for key in ("sample_rate_hz", "channel_count")},
            "encrypted": True if seen.scrambled else None,
        }
    )
    own: dict[str, JSON] = known(
        {
            "packet_bytes": step,
            "program_count": len(seen.tables.programs) or None,
            "subtitle_count": sum(t["kind"] == "subtitle" for t in tracks) or None,
            "duration_source": "time stamps" if seconds else None,
            "tracks": tracks,
        }
    )
    if not tracks:
        own |= {"outcome": "partial", "reason": "no programme map in the first 320 KB"}
    return {"core": believable(core), **own}
