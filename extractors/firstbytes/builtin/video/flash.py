"""Flash video (Adobe FLV 10.1): the script tag `onMetaData`, the first sound and picture, the last time."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import video_headers
from firstbytes.formats.aac_config import aac
from firstbytes.formats.bits import Bits
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import clean, known

_HEAD = 64 * 1024
_MAX_TAGS = 64
_MAX_DEPTH = 4
_MAX_ITEMS = 128
_VIDEO = {2: "flv1", 3: "flashsv", 4: "vp6f", 5: "vp6a", 6: "flashsv2", 7: "h264", 12: "hevc", 13: "av1"}
_AUDIO = {
    0: "pcm_s16le",
    1: "adpcm_swf",
    2: "mp3",
    3: "pcm_s16le",
    4: "nellymoser",
    5: "nellymoser",
    6: "nellymoser",
    7: "pcm_alaw",
    8: "pcm_mulaw",
    10: "aac",
    11: "speex",
    14: "mp3",
}
_SORENSON = {2: (352, 288), 3: (176, 144), 4: (128, 96), 5: (320, 240), 6: (160, 120)}
_RATES = (5512, 11025, 22050, 44100)


@dataclass(slots=True)
class Flash:
    """What the tags at the start say."""

    meta: dict[str, JSON] = field(default_factory=dict)
    video: dict[str, Any] = field(default_factory=dict)
    audio: dict[str, Any] = field(default_factory=dict)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a Flash video file.

    Raises:
        Corrupt: it has no tag.
    """
    del ctx
    data = source.read(0, _HEAD)
    found, at, count = Flash(), int.from_bytes(data[5:9]) + 4, 0
    while at + 12 <= len(data) and count < _MAX_TAGS and not (found.video and found.audio and found.meta):
        kind, size = data[at] & 31, int.from_bytes(data[at + 1 : at + 4])
        _tag(kind, data[at + 11 : at + 11 + size], found)
        at, count = at + 11 + size + 4, count + 1
    if not count:
        msg = "no Flash video tag"
        raise Corrupt(msg)
    return _facts(source, found)


def _tag(kind: int, body: bytes, found: Flash) -> None:
    if kind == 18 and not found.meta:
        found.meta = _metadata(body)
    elif kind == 9 and body and not found.video:
        codec = _VIDEO.get(body[0] & 15, f"flv_{body[0] & 15}")
        found.video = {"kind": "video", "codec": codec}
        if codec == "h264" and body[1:2] == b"\0":
            picture = video_headers.find(b"\0\0\1" + body[13:], "h264") if len(body) > 13 else None
            found.video |= picture.facts() if picture else {}
        elif codec == "flv1":
            found.video |= _sorenson(body[1:])
    elif kind == 8 and body and not found.audio:
        codec = _AUDIO.get(body[0] >> 4, f"flv_{body[0] >> 4}")
        found.audio = {"kind": "audio", "codec": codec, "channel_count": 1 + (body[0] & 1)}
        found.audio["sample_rate_hz"] = _RATES[body[0] >> 2 & 3]
        if codec == "aac" and body[1:2] == b"\0":
            _, rate, channels = aac(body[2:])
            found.audio |= known({"sample_rate_hz": rate or None, "channel_count": channels or None})


def _sorenson(picture: bytes) -> dict[str, Any]:
    """Return the size in a Sorenson H.263 picture header: a start code, version and counter, then three bits of it."""
    try:
        bits = Bits(picture[:16])
        if bits.read(17) != 1:
            return {}
        bits.skip(5 + 8)
        code = bits.read(3)
        width = {0: 8, 1: 16}.get(code)
        size = (bits.read(width), bits.read(width)) if width else _SORENSON.get(code, (0, 0))
    except Corrupt:
        return {}
    return known({"width_px": size[0] or None, "height_px": size[1] or None})


def _metadata(body: bytes) -> dict[str, JSON]:
    """Return the values of `onMetaData` (AMF 0); what cannot be read ends it."""
    found: dict[str, JSON] = {}
    try:
        name, at = _value(body, 0, 0)
        if name == "onMetaData" and body[at] in {3, 8}:
            _object(body, at + (5 if body[at] == 8 else 1), 0, found)
    except (struct.error, IndexError):
        return found  # what was read before counts: nested ends are often missing
    return found


def _value(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """Return the AMF 0 value at an offset and where the next one starts (Adobe AMF 0, 2)."""
    kind, at = data[at], at + 1
    if kind == 0:
        return struct.unpack_from(">d", data, at)[0], at + 8
    if kind == 1:
        return data[at] != 0, at + 1
    if kind == 2:
        return _string(data, at)
    if kind in {3, 8} and depth < _MAX_DEPTH:
        inner: dict[str, Any] = {}
        return inner, _object(data, at + (4 if kind == 8 else 0), depth, inner)
    if kind == 10 and depth < _MAX_DEPTH:
        count, at = int.from_bytes(data[at : at + 4]), at + 4
        for _ in range(min(count, 100_000)):
            _, at = _value(data, at, depth + 1)
        return None, at
    if kind == 11:
        return None, at + 10
    if kind in {5, 6}:
        return None, at
    raise IndexError


def _string(data: bytes, at: int) -> tuple[str, int]:
    size = int.from_bytes(data[at : at + 2])
    return data[at + 2 : at + 2 + size].decode("utf-8", "replace"), at + 2 + size


def _object(data: bytes, at: int, depth: int, found: dict[str, Any]) -> int:
    """Put the members of an object into a mapping and return where it ends."""
    for _ in range(_MAX_ITEMS):
        key, at = _string(data, at)
        if data[at] == 9:
            return at + 1
        found[key], at = _value(data, at, depth + 1)
    return at


def _facts(source: ByteSource, found: Flash) -> dict[str, JSON]:
    def number(name: str) -> float | None:
        value = found.meta.get(name)
        return (
            float(value)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e9
            else None
        )

    def whole(name: str) -> int | None:
        value = number(name)
        return round(value) if value else None

    seconds, known_by = number("duration"), "onMetaData"
    if not seconds:
        seconds, known_by = _last_time(source), "last tag"
    film = {"width_px": whole("width"), "height_px": whole("height"), "frame_rate_hz": number("framerate")}
    film = known(film) | found.video if found.video else {}
    if number("framerate") and film:
        film["frame_rate_hz"] = round(number("framerate") or 0.0, 3)
    tags = Tags()
    tags.add("encoder", _text(found.meta.get("encoder") or found.meta.get("creator")))
    tags.add("title", _text(found.meta.get("title")))
    tags.add("artist", _text(found.meta.get("artist")))
    tags.add("date", _text(found.meta.get("date")))
    core, own = tags.facts()
    core |= known(
        {
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": bit_rate(source.size, seconds),
            "track_count": sum(1 for t in (film, found.audio) if t) or None,
            "video_codec": film.get("codec"),
            **{key: film.get(key) for key in ("width_px", "height_px", "frame_rate_hz", "bit_depth")},
            "audio_codec": found.audio.get("codec"),
            **{key: found.audio.get(key) for key in ("sample_rate_hz", "channel_count")},
        }
    )
    own |= known({"duration_source": known_by if seconds else None, "tracks": [t for t in (film, found.audio) if t]})
    return {"core": believable(core), **own}


def _text(value: JSON) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _last_time(source: ByteSource) -> float:
    """Return the seconds of the last tag's time stamp: the file ends with that tag's size."""
    size = int.from_bytes(source.read(max(0, source.size - 4), 4))
    head = source.read(source.size - 4 - size, 11) if 11 <= size < source.size else b""
    if len(head) < 11 or head[0] & 31 not in {8, 9, 18}:
        return 0.0
    return (int.from_bytes(head[4:7]) | head[7] << 24) / 1000
