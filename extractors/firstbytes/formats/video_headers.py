"""Sequence headers inside coded video: size, frame rate, depth and colour.

MPEG-1 and 2 (ISO/IEC 13818-2, 6.2.2), H.264 (ITU-T H.264, 7.3.2.1), H.265 (ITU-T H.265, 7.3.2.2).
`find` looks for one in a byte stream. Every parser raises `Corrupt` only; a header that says nothing sensible is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from firstbytes.errors import Corrupt
from firstbytes.formats import color
from firstbytes.formats.bits import Bits
from firstbytes.formats.h265_fields import skip_to_usability
from firstbytes.formats.values import known
from firstbytes.spec import JSON

_MPEG_RATES = (0.0, 24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 50.0, 60000 / 1001, 60.0)
_MPEG1_ASPECTS = {3: (11, 16), 6: (15, 16), 8: (12, 11), 12: (11, 10), 14: (12, 10)}
_DISPLAY_ASPECTS = {2: (4, 3), 3: (16, 9), 4: (221, 100)}
_SAMPLE_ASPECTS = (
    *((0, 0), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11)),
    *((15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1)),
)
_HIGH = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_SCAN = 512 * 1024
_MAX_NAL = 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """What a sequence header says; sizes in pixels as shown, without the cropped border."""

    codec: str
    width_px: int
    height_px: int
    frame_rate_hz: float = 0.0
    bit_depth: int = 8
    sample_aspect: tuple[int, int] = (1, 1)
    color: dict[str, JSON] = field(default_factory=dict)

    def facts(self) -> dict[str, JSON]:
        """Return the facts of a track."""
        across, down = self.sample_aspect
        return known(
            {
                "codec": self.codec,
                "width_px": self.width_px or None,
                "height_px": self.height_px or None,
                "frame_rate_hz": round(self.frame_rate_hz, 3) if 0 < self.frame_rate_hz < 1e6 else None,
                "bit_depth": self.bit_depth,
                "sample_aspect_ratio": f"{across}:{down}" if across != down and 0 not in {across, down} else None,
                "color": self.color,
            }
        )


def find(data: bytes, codec: str) -> Picture | None:
    """Return the first sequence header of a byte stream coded as "h264", "hevc", "mpeg2video" or "mpeg1video"."""
    at = data.find(b"\0\0\1", 0, _SCAN)
    while 0 <= at < len(data) - 4:
        unit = data[at + 3 : at + 3 + _MAX_NAL]
        picture = _unit(unit, codec)
        if picture:
            return picture
        at = data.find(b"\0\0\1", at + 3, _SCAN)
    return None


def _unit(unit: bytes, codec: str) -> Picture | None:
    try:
        if codec == "h264" and unit[0] & 0x9F == 7:
            return h264(unit)
        if codec == "hevc" and unit[0] >> 1 == 33:
            return h265(unit)
        if codec.startswith("mpeg") and codec.endswith("video") and unit[0] == 0xB3:
            return mpeg(unit)
    except Corrupt:
        return None  # a header that is cut or emulated: the next one may be whole
    return None


def mpeg(unit: bytes) -> Picture:
    """Return the picture of a sequence header that starts with its code 0xB3, with its MPEG-2 extension if there."""
    bits = Bits(unit[1:8])
    width, height, aspect, rate = bits.read(12), bits.read(12), bits.read(4), bits.read(4)
    extension = unit.find(b"\0\0\1\xb5", 8, 160)
    hertz = _MPEG_RATES[rate] if rate < len(_MPEG_RATES) else 0.0
    if extension < 0 or len(unit) < extension + 10 or unit[extension + 4] >> 4 != 1:
        return Picture("mpeg1video", width, height, hertz, sample_aspect=_MPEG1_ASPECTS.get(aspect, (1, 1)))
    more = Bits(unit[extension + 4 : extension + 10])
    more.skip(4 + 8 + 1 + 2)
    width, height = width | more.read(2) << 12, height | more.read(2) << 12
    more.skip(12 + 1 + 8 + 1)
    hertz *= (more.read(2) + 1) / (more.read(5) + 1)
    shown = _DISPLAY_ASPECTS.get(aspect)
    sample = (1, 1)
    if shown and width and height:
        ratio = Fraction(shown[0] * height, shown[1] * width).limit_denominator(255)
        # A picture of exactly that shape has square samples.
        sample = (1, 1) if abs(float(ratio) - 1) < 0.005 else (ratio.numerator, ratio.denominator)
    return Picture("mpeg2video", width, height, hertz, sample_aspect=sample)


def _payload(unit: bytes, head: int) -> Bits:
    """Return the bits of a NAL unit without its header and emulation prevention bytes."""
    return Bits(unit[head:].replace(b"\0\0\3", b"\0\0"))


def h264(unit: bytes) -> Picture:
    """Return the picture of a sequence parameter set that starts with its NAL unit header."""
    bits = _payload(unit, 1)
    profile = bits.read(8)
    bits.skip(16)
    bits.unsigned()
    chroma, depth = 1, 8
    if profile in _HIGH:
        chroma = bits.unsigned()
        if chroma == 3:
            bits.skip(1)
        depth = 8 + min(bits.unsigned(), 8)
        bits.unsigned()
        bits.skip(1)
        if bits.flag():
            for index in range(12 if chroma == 3 else 8):
                if bits.flag():
                    _h264_scaling_list(bits, 16 if index < 6 else 64)
    bits.unsigned()
    order = bits.unsigned()
    if order == 0:
        bits.unsigned()
    elif order == 1:
        bits.skip(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()
    bits.unsigned()
    bits.skip(1)
    width, height = (bits.unsigned() + 1) * 16, (bits.unsigned() + 1) * 16
    frames_only = bits.flag()
    height *= 1 if frames_only else 2
    bits.skip(1 if frames_only else 2)
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        step_x = 1 if chroma in {0, 3} else 2
        step_y = (2 if chroma == 1 else 1) * (1 if frames_only else 2)
        width, height = width - (left + right) * step_x, height - (top + bottom) * step_y
    return _shown("h264", width, height, depth, bits)


def _h264_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def h265(unit: bytes) -> Picture:
    """Return the picture of a sequence parameter set that starts with its two-byte NAL unit header."""
    bits = _payload(unit, 2)
    bits.skip(4)
    layers = bits.read(3)
    bits.skip(1)
    _h265_profile(bits, layers)
    bits.unsigned()
    chroma = bits.unsigned()
    if chroma == 3:
        bits.skip(1)
    width, height = bits.unsigned(), bits.unsigned()
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width -= (left + right) * (2 if chroma in {1, 2} else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1)
    depth = 8 + min(bits.unsigned(), 8)
    bits.unsigned()
    plain = Picture("hevc", max(0, width), max(0, height), bit_depth=depth)
    try:
        return _usability(plain, bits) if skip_to_usability(bits, layers) else plain
    except Corrupt:
        return plain


def _h265_profile(bits: Bits, layers: int) -> None:
    bits.skip(88 + 8)
    if layers == 0:
        return
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    bits.skip(2 * (8 - layers))
    for profile, level in present:
        bits.skip((88 if profile else 0) + (8 if level else 0))


def _shown(codec: str, width: int, height: int, depth: int, bits: Bits) -> Picture:
    """Return the picture with what the usability information of an H.264 set says (Annex E)."""
    plain = Picture(codec, max(0, width), max(0, height), bit_depth=depth)
    try:
        return _usability(plain, bits) if bits.flag() else plain
    except Corrupt:
        return plain


def _usability(plain: Picture, bits: Bits) -> Picture:
    """Return a picture with what usability information says (H.264 E.1.1, H.265 E.2.1)."""
    aspect, hues = _sample_aspect(bits), _coding(bits)
    if bits.flag():
        bits.unsigned()
        bits.unsigned()
    if plain.codec == "hevc":
        bits.skip(3)
        for _ in range(4 if bits.flag() else 0):
            bits.unsigned()
    hertz = 0.0
    if bits.flag():
        units, scale = bits.read(32), bits.read(32)
        # H.264 counts fields, H.265 pictures.
        hertz = scale / units / (1 if plain.codec == "hevc" else 2) if units else 0.0
    return Picture(plain.codec, plain.width_px, plain.height_px, hertz, plain.bit_depth, aspect, hues)


def _sample_aspect(bits: Bits) -> tuple[int, int]:
    number = bits.read(8) if bits.flag() else 1
    if number == 255:
        return bits.read(16), bits.read(16)
    return _SAMPLE_ASPECTS[number] if number < len(_SAMPLE_ASPECTS) else (1, 1)


def _coding(bits: Bits) -> dict[str, JSON]:
    """Return the colour coding of a video signal type, after the overscan fields."""
    if bits.flag():
        bits.skip(1)
    if not bits.flag():
        return {}
    bits.skip(3)
    full = bits.flag()
    return color.named(bits.read(8), bits.read(8), bits.read(8), full_range=full) if bits.flag() else {}
