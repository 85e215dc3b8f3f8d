"""Decoder configurations inside sample entries: MPEG-4 descriptors, AVC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firstbytes import JSON
from firstbytes.formats import codecs, color, video_headers
from firstbytes.formats.aac_config import aac
from firstbytes.formats.values import known

_SPS, _SEI, _MASTERING, _LIGHT_LEVEL = 33, 39, 137, 144
_HIGH_PROFILES = frozenset({100, 110, 122, 144, 244})


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """What an `esds` box says of a track; zero and empty where it says nothing."""

    codec: str = ""
    bit_rate_bps: int = 0
    profile: str = ""
    sample_rate_hz: int = 0
    channels: int = 0

    def facts(self) -> dict[str, JSON]:
        """Return the track facts that are known."""
        return known(
            {
                "codec": self.codec,
                "bit_rate_bps": self.bit_rate_bps or None,
                "profile": self.profile,
                "sample_rate_hz": self.sample_rate_hz or None,
                "channel_count": self.channels or None,
            }
        )


def audio_config(esds: bytes) -> AudioConfig:
    """Return what an `esds` payload says: descriptors 3, 4 and 5 of ISO/IEC 14496-1, 7.2.6."""
    body = _descriptor(esds[4:], 3)
    if len(body) < 3:
        return AudioConfig()
    flags = body[2]
    skip = 3 + (2 if flags & 0x80 else 0)
    if flags & 0x40 and skip < len(body):
        skip += 1 + body[skip]
    skip += 2 if flags & 0x20 else 0
    decoder = _descriptor(body[skip:], 4)
    if len(decoder) < 13:
        return AudioConfig()
    codec = codecs.object_type(decoder[0]) or ""
    average = int.from_bytes(decoder[9:13])
    if codec == "aac":
        profile, rate, channels = aac(_descriptor(decoder[13:], 5))
        return AudioConfig(codec, average, profile, rate, channels)
    return AudioConfig(codec, average)


def _descriptor(data: bytes, tag: int) -> bytes:
    """Return the payload of the descriptor at the start when it has a tag, else nothing."""
    if not data or data[0] != tag:
        return b""
    size, at = 0, 1
    while at < min(len(data), 5):
        size = size << 7 | data[at] & 0x7F
        at += 1
        if not data[at - 1] & 0x80:
            break
    return data[at : at + size]


def avc_depth(config: bytes) -> int | None:
    """Return the luma bit depth of an AVCDecoderConfigurationRecord: 8 below the high profiles (14496-15)."""
    if len(config) < 7:
        return None
    if config[1] not in _HIGH_PROFILES:
        return 8
    at = 6
    for count in (config[5] & 31, None):
        sets = count if count is not None else (config[at] if at < len(config) else 0)
        at += 0 if count is not None else 1
        for _ in range(sets):
            at += 2 + int.from_bytes(config[at : at + 2])
    return (config[at + 1] & 7) + 8 if at + 1 < len(config) else 8


def avc_picture(config: bytes) -> dict[str, JSON]:
    """Return colour coding by the first sequence parameter set of an AVCDecoderConfigurationRecord."""
    size = int.from_bytes(config[6:8])
    picture = video_headers.find(b"\0\0\1" + config[8 : 8 + size], "h264") if size else None
    return known({"color": picture.color}) if picture else {}


def hevc_picture(config: bytes) -> dict[str, JSON]:
    """Return colour coding and light levels by the sets of an HEVCDecoderConfigurationRecord."""
    hues: dict[str, JSON] = {}
    light: dict[str, JSON] = {}
    for kind, unit in _units(config):
        if kind == _SPS and not hues:
            picture = video_headers.find(b"\0\0\1" + unit, "hevc")
            hues = picture.color if picture else {}
        elif kind == _SEI:
            light |= light_levels(unit)
    return known({"color": hues, "hdr": light})


def _units(config: bytes) -> Iterator[tuple[int, bytes]]:
    at = 23
    for _ in range(min(config[22], 16) if len(config) > 22 else 0):
        kind, count = config[at] & 63 if at < len(config) else 0, int.from_bytes(config[at + 1 : at + 3])
        at += 3
        for _ in range(min(count, 16)):
            size = int.from_bytes(config[at : at + 2])
            yield kind, config[at + 2 : at + 2 + size]
            at += 2 + size


def light_levels(unit: bytes) -> dict[str, JSON]:
    """Return what a supplemental information unit says of display and light (H.265 D.2.28, D.2.35)."""
    data, at, found = unit.replace(b"\0\0\3", b"\0\0"), 2, dict[str, JSON]()
    while at + 2 < len(data):
        kind, size = data[at], data[at + 1]
        if 255 in {kind, size}:
            break  # neither of the wanted messages is that long
        body = data[at + 2 : at + 2 + size]
        if kind == _MASTERING:
            found |= color.mastering(body)
        elif kind == _LIGHT_LEVEL:
            found |= color.light_level(body)
        at += 2 + size
    return found
