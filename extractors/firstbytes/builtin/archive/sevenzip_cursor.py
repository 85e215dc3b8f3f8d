"""Reads the numbers, bytes and rows of bits that 7z headers are made of (7zFormat.txt, "Notes about Notation")."""

from __future__ import annotations

from firstbytes import Corrupt


class Cursor:
    """Reads numbers and bytes of a header, which ends where its bytes do."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data, self.position = data, position

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0]

    def take(self, length: int) -> bytes:
        """Return the next bytes."""
        if length < 0 or self.position + length > len(self.data):
            msg = "the header ends early"
            raise Corrupt(msg)
        self.position += length
        return self.data[self.position - length : self.position]

    def number(self) -> int:
        """Return a number of 1 to 9 bytes: the first byte's leading ones tell how many follow."""
        first = self.byte()
        value, mask = 0, 0x80
        for shift in range(0, 64, 8):
            if not first & mask:
                return value | (first & mask - 1) << shift
            value |= self.byte() << shift
            mask >>= 1
        return value

    def count(self, limit: int) -> int:
        """Return a number of things that is not above a limit, nor above what the header has room for."""
        value = self.number()
        if value > min(limit, 8 * len(self.data)):
            msg = f"expected at most {limit} of a kind, got {value}"
            raise Corrupt(msg)
        return value

    def bits(self, count: int) -> list[bool]:
        """Return a row of bits, the highest of each byte first."""
        packed = self.take(-(-count // 8))
        return [bool(packed[i // 8] & 0x80 >> i % 8) for i in range(count)]

    def digests(self, count: int) -> list[bool]:
        """Pass over checksums; return which of the things have one."""
        defined = [True] * count if self.byte() else self.bits(count)
        self.take(4 * sum(defined))
        return defined
