"""Protocol Buffers' fields come in their order, and never beyond the message."""

from __future__ import annotations

import pytest

from firstbytes import Corrupt
from firstbytes.formats.protobuf import fields, packed, varint


def test_fields() -> None:
    """Varints are numbers; lengths and fixed widths are bytes."""
    data = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\x01\x02\x03\x04" + b"\x21" + bytes(8)
    assert list(fields(data)) == [(1, 150), (2, b"hi"), (3, b"\x01\x02\x03\x04"), (4, bytes(8))]
    assert list(fields(data, limit=1)) == [(1, 150)]


def test_repeated_fields() -> None:
    """A repeated number may be packed or not."""
    assert packed(7) == [7]
    assert packed(b"\x01\x96\x01") == [1, 150]


@pytest.mark.parametrize("data", [b"\x08", b"\x12\x05hi", b"\x0b", b"\x08" + b"\xff" * 11])
def test_broken_messages_are_corrupt(data: bytes) -> None:
    """Early ends, groups and endless integers."""
    with pytest.raises(Corrupt):
        list(fields(data))


def test_a_varint_says_where_the_next_value_is() -> None:
    """The position is behind the last octet."""
    assert varint(b"\x00\x96\x01\x07", 1) == (150, 3)
