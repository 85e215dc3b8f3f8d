"""Bits come most significant first, and never from beyond the end."""

from __future__ import annotations

import pytest

from firstbytes import Corrupt
from firstbytes.formats.bits import Bits


def test_reading() -> None:
    """Fields, flags and both kinds of Exp-Golomb code."""
    bits = Bits(b"\xa5\x4c\xe0")
    assert (bits.read(4), bits.flag(), bits.read(3)) == (10, False, 5)
    assert [Bits(bytes([byte])).signed() for byte in (0x80, 0x40, 0x60, 0x20)] == [0, 1, -1, 2]
    assert len(bits) == 16


def test_end() -> None:
    """Reading beyond the end, or a code of zeros only, is corrupt."""
    with pytest.raises(Corrupt):
        Bits(b"\xff").skip(9)
    with pytest.raises(Corrupt):
        Bits(bytes(9)).unsigned()
