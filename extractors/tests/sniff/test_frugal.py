"""A rule has only so many blocks."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource
from firstbytes.sniff.frugal import Frugal, OutOfReads
from firstbytes.source import BLOCK


def test_blocks() -> None:
    """The first block and those already read are free; a block too many is refused."""
    few = Frugal(BytesSource(bytes(range(256)) * 2048), blocks=2)
    assert few.size == 8 * BLOCK
    assert few.read(0, 3) == b"\0\1\2"
    assert few.read(3 * BLOCK - 2, 4) == b"\xfe\xff\0\1"
    assert few.read(2 * BLOCK, 4) == b"\0\1\2\3"
    with pytest.raises(OutOfReads):
        few.read(5 * BLOCK, 1)
    assert few.read(9 * BLOCK, 1) == few.read(-1, 1) == few.read(0, 0) == b""
