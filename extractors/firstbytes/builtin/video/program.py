"""MPEG programme streams (ISO/IEC 11172-1 and 13818-1, DVD's private streams) and bare MPEG, H.264 and H.265 video."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import audio_frames, video_headers
from firstbytes.formats import mpeg_systems as systems
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.values import known

_HEAD = 128 * 1024
_TAILS = (64 * 1024, 256 * 1024)
_MAX_PACKETS = 4096
_MAX_ES = 64 * 1024
_PACK = b"\0\0\1\xba"


@dataclass(slots=True)
class Seen:
    """What one stretch holds: elementary data and time stamps by stream number."""

    data: dict[int, bytearray] = field(default_factory=dict)
    stamps: dict[int, list[int]] = field(default_factory=dict)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a programme stream, or of a bare video stream.

    Raises:
        Corrupt: neither packets nor a sequence header was found.
    """
    del ctx
    data = source.read(0, _HEAD)
    start = data.find(_PACK, 0, 8192)
    if start < 0:
        return _bare(data)
    seen = _walk(data[start:])
    tracks = [_track(number, seen) for number in sorted(seen.data)]
    if not tracks:
        msg = "no packet of a known stream"
        raise Corrupt(msg)
    seconds = _seconds(source, seen, {t["id"]: t.get("frame_rate_hz") for t in tracks})
    film = next((t for t in tracks if t["kind"] == "video"), {})
    sound = next((t for t in tracks if t["kind"] == "audio"), {})
    core: dict[str, JSON] = known(
        {
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": bit_rate(source.size, seconds),
            "track_count": len(tracks),
            "video_codec": film.get("codec"),
            **{key: film.get(key) for key in ("width_px", "height_px", "frame_rate_hz", "bit_depth")},
            "audio_codec": sound.get("codec"),
            **{key: sound.get(key) for key in ("sample_rate_hz", "channel_count")},
        }
    )
    own: dict[str, JSON] = known(
        {
            "mpeg_version": 2 if data[start + 4 : start + 5] >= b"\x40" else 1,
            "duration_source": "time stamps" if seconds else None,
            "subtitle_count": sum(t["kind"] == "subtitle" for t in tracks) or None,
            "tracks": tracks,
        }
    )
    return {"core": believable(core), **own}


def _bare(data: bytes) -> dict[str, JSON]:
    for codec in ("mpeg2video", "h264", "hevc"):
        picture = video_headers.find(data, codec)
        if picture:
            facts = picture.facts()
            names = ("width_px", "height_px", "frame_rate_hz", "bit_depth")
            core: dict[str, JSON] = known(
                {"video_codec": picture.codec, **{key: facts.pop(key, None) for key in names}}
            )
            facts.pop("codec", None)
            return {"core": believable(core), **facts}
    msg = "neither packets nor a sequence header"
    raise Corrupt(msg)


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield stream number and bytes of each packet; pack headers are passed over."""
    at = 0
    for _ in range(_MAX_PACKETS):
        at = data.find(b"\0\0\1", at)
        if at < 0 or at + 6 > len(data):
            return
        number = data[at + 3]
        if number == 0xBA:
            second = data[at + 4] >> 6 == 1 if at + 4 < len(data) else False
            at += 14 + (data[at + 13] & 7) if second and at + 13 < len(data) else 12
        elif number >= 0xBB:
            length = int.from_bytes(data[at + 4 : at + 6])
            yield number, data[at : at + 6 + length]
            at += 6 + length
        else:
            at += 4


def _walk(data: bytes) -> Seen:
    seen = Seen()
    for number, packet in _packets(data):
        if not (number == 0xBD or 0xC0 <= number <= 0xEF):
            continue
        stamp, body = _mpeg2(packet) if len(packet) > 8 and packet[6] >> 6 == 2 else _mpeg1(packet)
        key = number
        if number == 0xBD and body:
            # DVD: the first byte of the private stream is the substream; audio has three more.
            key, body = 0xBD00 | body[0], body[4:] if 0x80 <= body[0] < 0xB0 else body[1:]
        kept = seen.data.setdefault(key, bytearray())
        if len(kept) < _MAX_ES:
            kept += body
        if stamp is not None:
            seen.stamps.setdefault(key, []).append(stamp)
    return seen


def _mpeg2(packet: bytes) -> tuple[int | None, bytes]:
    return systems.time_stamp(packet), systems.pes_body(packet)


def _mpeg1(packet: bytes) -> tuple[int | None, bytes]:
    """Return time stamp and body of an MPEG-1 packet: stuffing, buffer size, time stamps (ISO/IEC 11172-1, 2.4.3.3)."""
    at = 6
    while at < min(len(packet), 22) and packet[at] == 0xFF:
        at += 1
    if at < len(packet) and packet[at] >> 6 == 1:
        at += 2
    kind = packet[at] >> 4 if at < len(packet) else 0
    stamp = systems.clock(packet[at : at + 5]) if kind in {2, 3} else None
    return stamp, packet[at + {2: 5, 3: 10}.get(kind, 1) :]


def _track(number: int, seen: Seen) -> dict[str, Any]:
    data = bytes(seen.data[number])
    if 0xE0 <= number <= 0xEF:
        return _video(number, data)
    kind, codec, reader = _kind(number)
    frame = next(
        (f for at in range(min(len(data), 4096)) if (f := reader(data, at)) and reader(data, at + f.length)), None
    ) if reader else None  # fmt: skip
    facts: dict[str, Any] = {"id": number, "kind": kind, "codec": frame.codec if frame else codec}
    if frame:
        facts |= {"sample_rate_hz": frame.sample_rate_hz, "channel_count": frame.channels}
        facts["bit_rate_bps"] = frame.bit_rate_bps or None
    return known(facts)


def _video(number: int, data: bytes) -> dict[str, Any]:
    for codec in ("mpeg2video", "h264", "hevc"):
        if picture := video_headers.find(data, codec):
            return {"id": number, "kind": "video", **picture.facts()}
    return {"id": number, "kind": "video", "codec": "mpeg2video"}


def _kind(number: int) -> tuple[str, str, audio_frames.Reader | None]:
    if 0xC0 <= number <= 0xDF:
        return "audio", "mp2", audio_frames.mpeg_frame
    sub = number & 0xFF
    if 0x20 <= sub < 0x40:
        return "subtitle", "dvd_subtitle", None
    if 0x88 <= sub < 0x90:
        return "audio", "dts", audio_frames.dts_frame
    if 0x80 <= sub < 0x88 or 0xC0 <= sub < 0xD0:
        return "audio", "ac3", audio_frames.ac3_frame
    return ("audio", "pcm_dvd", None) if 0xA0 <= sub < 0xA8 else ("data", f"private_{sub:#04x}", None)


def _seconds(source: ByteSource, seen: Seen, rates: Mapping[int, float | None]) -> float:
    """Return the time between the first and the last time stamp of the same stream, a picture more for film."""
    for length in _TAILS:
        begin = max(0, source.size - length)
        tail = source.read(begin, length)
        start = tail.find(_PACK)
        last = _walk(tail[start:]) if start >= 0 else Seen()
        spans = [
            systems.between(min(first[:8]), max(last.stamps[key][-8:])) + 1 / (rates.get(key) or 1e9)
            for key, first in seen.stamps.items()
            if last.stamps.get(key)
        ]
        if spans or begin == 0:
            return max(spans, default=0.0)
    return 0.0
