"""The first fields of a JPEG XL codestream (ISO/IEC 18181-1, annexes A to D), bit by bit."""

from __future__ import annotations

from dataclasses import dataclass

_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}


@dataclass(slots=True)
class Bits:
    """Reads little-endian bits of a few bytes; beyond the end they are zero and `over` is True."""

    data: bytes
    at: int = 0

    @property
    def over(self) -> bool:
        """Return True when more was read than there is."""
        return self.at > 8 * len(self.data)

    def u(self, count: int) -> int:
        """Return an unsigned number of `count` bits."""
        value = int.from_bytes(self.data[self.at // 8 : self.at // 8 + 9], "little") >> self.at % 8
        self.at += count
        return value & ((1 << count) - 1)

    def flag(self) -> bool:
        """Return one bit."""
        return self.u(1) == 1

    def u32(self, *choices: tuple[int, int]) -> int:
        """Return a U32: two bits choose (offset, bits)."""
        offset, bits = choices[self.u(2)]
        return offset + self.u(bits)


def size_header(data: bytes) -> tuple[int, int]:
    """Return width and height of the bytes after the signature FF 0A; (0, 0) when they are cut off."""
    bits = Bits(data)
    size = read_size(bits)
    return (0, 0) if bits.over else size


def read_size(bits: Bits) -> tuple[int, int]:
    """Read a SizeHeader: width and height in pixels."""
    small = bits.flag()
    height = (bits.u(5) + 1) * 8 if small else bits.u32((1, 9), (1, 13), (1, 18), (1, 30))
    ratio = bits.u(3)
    if ratio:
        above, below = _RATIOS[ratio]
        return height * above // below, height
    width = (bits.u(5) + 1) * 8 if small else bits.u32((1, 9), (1, 13), (1, 18), (1, 30))
    return width, height


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What SizeHeader and ImageMetadata say. Width and height are the coded ones, before orientation (1 to 8)."""

    width: int
    height: int
    orientation: int = 1
    bit_depth: int = 8
    float_samples: bool = False
    extra_channels: int = 0
    alpha: bool = False
    xyb: bool = True
    icc: bool = False
    color_space: str = "RGB"
    intrinsic: tuple[int, int] | None = None
    ticks_per_second: float | None = None
    loops: int | None = None


def read(data: bytes) -> Header | None:
    """Return the header of the bytes after the signature FF 0A; None when they are cut off."""
    bits = Bits(data)
    width, height = read_size(bits)
    header = Header(width=width, height=height)
    if not bits.flag():
        header = _metadata(bits, width, height)
    return None if bits.over else header


def _metadata(bits: Bits, width: int, height: int) -> Header:
    orientation, intrinsic, rate, loops = 1, None, None, None
    if bits.flag():
        orientation = 1 + bits.u(3)
        intrinsic = read_size(bits) if bits.flag() else None
        if bits.flag():
            _skip_preview(bits)
        if bits.flag():
            rate, loops = _animation(bits)
    floats = bits.flag()
    depth = _depth(bits, floats=floats)
    bits.flag()
    extra = bits.u32((0, 0), (1, 0), (2, 4), (1, 12))
    channels = [_extra_channel(bits) for _ in range(min(extra, 64))]
    xyb = bits.flag()
    icc, space = False, 0
    if not bits.flag():
        icc, space = bits.flag(), _enum(bits)
    return Header(
        width=width,
        height=height,
        orientation=orientation,
        bit_depth=depth,
        float_samples=floats,
        extra_channels=extra,
        alpha=any(channels),
        xyb=xyb,
        icc=icc,
        color_space={1: "gray", 2: "XYB"}.get(space, "RGB"),
        intrinsic=intrinsic,
        ticks_per_second=rate,
        loops=loops,
    )


def _enum(bits: Bits) -> int:
    return bits.u32((0, 0), (1, 0), (2, 4), (18, 6))


def _depth(bits: Bits, *, floats: bool) -> int:
    if not floats:
        return bits.u32((8, 0), (10, 0), (12, 0), (1, 6))
    depth = bits.u32((32, 0), (16, 0), (24, 0), (1, 6))
    bits.u(4)
    return depth


def _animation(bits: Bits) -> tuple[float, int]:
    above = bits.u32((100, 0), (1000, 0), (1, 10), (1, 30))
    below = bits.u32((1, 0), (1001, 0), (1, 8), (1, 10))
    loops = bits.u32((0, 0), (0, 3), (0, 16), (0, 32))
    bits.flag()
    return round(above / below, 6), loops


def _skip_preview(bits: Bits) -> None:
    choices = ((16, 0), (32, 0), (1, 5), (33, 9)) if bits.flag() else ((1, 6), (65, 8), (321, 10), (1345, 12))
    bits.u32(*choices)
    if not bits.u(3):
        bits.u32(*choices)


def _extra_channel(bits: Bits) -> bool:
    """Read an ExtraChannelInfo; True when it is alpha."""
    if bits.flag():
        return True
    kind = _enum(bits)
    floats = bits.flag()
    _depth(bits, floats=floats)
    bits.u32((0, 0), (3, 0), (4, 0), (1, 3))
    name_bytes = bits.u32((0, 0), (0, 4), (16, 5), (48, 10))
    bits.at += 8 * name_bytes
    if kind == 0:
        bits.flag()
    elif kind == 2:
        bits.u(64)
    elif kind == 5:
        bits.u32((1, 0), (0, 2), (3, 4), (19, 8))
    return kind == 0
