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
