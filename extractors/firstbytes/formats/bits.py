"""Bits, most significant first, and Exp-Golomb codes (ITU-T H.264, 9.1)."""

from __future__ import annotations

from firstbytes.errors import Corrupt


class Bits:
    """Reads bits of a short buffer in order.

    Reading beyond its end raises `Corrupt`.
    """

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = len(data) * 8

    def __len__(self) -> int:
        """Return how many bits are left."""
        return self._left

    def read(self, count: int) -> int:
        """Return the next `count` bits as an unsigned integer."""
        if count > self._left:
            msg = f"expected {count} more bits, got {self._left}"
            raise Corrupt(msg)
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        """Return the next bit."""
        return self.read(1) == 1

    def skip(self, count: int) -> None:
        """Pass over bits."""
        self.read(count)

    def unsigned(self) -> int:
        """Return an unsigned Exp-Golomb code of at most 32 bits."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                msg = "Exp-Golomb code of more than 32 bits"
                raise Corrupt(msg)
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        """Return a signed Exp-Golomb code."""
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)
