"""WAVEFORMATEX and BITMAPINFOHEADER (mmreg.h), which WAVE, AVI, ASF and Matroska describe their streams with."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firstbytes.formats import codecs
from firstbytes.formats.values import known
from firstbytes.spec import JSON

_EXTENSIBLE = 0xFFFE


@dataclass(frozen=True, slots=True)
class WaveFormat:
    """A WAVEFORMATEX: rates in hertz and bytes a second, `block` bytes for one sample of all channels."""

    tag: int
    channels: int
    sample_rate_hz: int
    bytes_per_second: int
    block: int
    bits: int

    @property
    def codec(self) -> str:
        """Common name of the codec."""
        return codecs.wave(self.tag, self.bits)

    @property
    def uncompressed(self) -> bool:
        """True for integer and floating-point samples."""
        return self.tag in {1, 3}

    def facts(self) -> dict[str, JSON]:
        """Return the facts of a track."""
        return known(
            {
                "codec": self.codec,
                "channel_count": self.channels or None,
                "sample_rate_hz": self.sample_rate_hz or None,
                "bit_depth": self.bits or None if self.uncompressed else None,
                "bit_rate_bps": self.bytes_per_second * 8 or None,
            }
        )


def wave_format(data: bytes) -> WaveFormat | None:
    """Return the format at the start of some bytes; None when they are too short."""
    if len(data) < 14:
        return None
    tag, channels, rate, speed, block = struct.unpack_from("<HHIIH", data)
    bits = int.from_bytes(data[14:16], "little")
    if tag == _EXTENSIBLE and len(data) >= 26:
        # The valid bits and the real tag are in the extension.
        tag, bits = int.from_bytes(data[24:26], "little"), int.from_bytes(data[18:20], "little") or bits
    return WaveFormat(tag, channels, rate, speed, block, bits)


def bitmap_info(data: bytes) -> dict[str, JSON]:
    """Return codec, width and height in pixels of a BITMAPINFOHEADER; empty when it is too short."""
    if len(data) < 20:
        return {}
    width, height = struct.unpack_from("<ii", data, 4)
    fourcc = data[16:20].decode("latin-1")
    raw = int.from_bytes(data[16:20], "little") in {0, 3}
    return known(
        {
            "codec": "rawvideo" if raw else codecs.video(fourcc),
            "codec_tag": None if raw else fourcc.strip(" \0"),
            "width_px": abs(width) or None,
            "height_px": abs(height) or None,
        }
    )
