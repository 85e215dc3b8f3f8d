"""Numbers of seven bits an octet."""

from __future__ import annotations

import pytest

from firstbytes.formats.leb128 import number


@pytest.mark.parametrize(
    ("data", "most", "expected"),
    [
        (b"\x05", 10, (5, 1)),
        (b"\xe5\x8e\x26", 10, (624485, 3)),
        (b"\xff\xff\xff", 2, (0x3FFF, 2)),
        (b"\x80", 10, (0, 2)),
        (b"", 10, (0, 1)),
    ],
)
def test_a_number_ends_at_a_low_octet_or_the_bound(data: bytes, most: int, expected: tuple[int, int]) -> None:
    """Of a number that the data cut off, the missing octets are zeros."""
    assert number(data, 0, most) == expected
