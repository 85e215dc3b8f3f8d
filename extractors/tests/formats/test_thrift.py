"""The compact protocol is read as its specification says, and never beyond the data."""

from __future__ import annotations

from typing import Any

import pytest

from firstbytes import Corrupt
from firstbytes.formats.thrift import Compact

EVERY_KIND = bytes.fromhex(
    "11"  # field 1, true
    "12"  # field 2, false
    "13ff"  # field 3, byte -1
    "1405"  # field 4, i16 -3
    "1506"  # field 5, i32 3
    "1601"  # field 6, i64 -1
    "17000000000000f03f"  # field 7, double 1.0
    "18026869"  # field 8, binary "hi"
    "19210102"  # field 9, list of two bools
    "1a15ac02"  # field 10, set of one i32
)


def test_values_of_every_kind() -> None:
    """Booleans, integers, doubles, binaries, lists and sets come as Python values."""
    found = Compact(EVERY_KIND + b"\x00").struct()
    double = b"\x00\x00\x00\x00\x00\x00\xf0\x3f"
    assert found == {1: True, 2: False, 3: -1, 4: -3, 5: 3, 6: -1, 7: double, 8: b"hi", 9: [True, False], 10: [150]}


def test_unwanted_fields_are_skipped_whatever_they_are() -> None:
    """Skipping leaves the reader where reading would."""
    nested = b"\x1c\x15\x02\x00"  # a struct with one i32
    listed = b"\x19\x2c\x15\x02\x00\x15\x04\x00"  # a list of two structs
    mapped = b"\x1b\x01\x85\x01a\x02"  # a map of binary to i32
    uuid = b"\x1d" + bytes(16)
    last = b"\x15\x0e\x00"
    data = EVERY_KIND + nested + listed + mapped + uuid + b"\x1b\x00" + last
    reader = Compact(data)
    found = reader.struct({16: None})
    assert found == {16: 7}
    assert reader.at == len(data)
    everything: Any = Compact(nested + listed + mapped + b"\x19\x1d" + bytes(16) + b"\x00").struct()
    assert everything == {1: {1: 1}, 2: [{1: 1}, {1: 2}], 3: None, 4: [bytes(16)]}


def test_what_was_read_before_the_end_is_kept() -> None:
    """A list that is cut off keeps the elements that were there."""
    found: dict[int, Any] = {}
    with pytest.raises(Corrupt):
        Compact(b"\x15\x02\x19\x58\x01a\x01b").fields(found)
    assert found == {1: 1, 2: [b"a", b"b"]}


def test_long_field_numbers_and_long_lists() -> None:
    """A field number may be written out, and a list of 15 elements or more has a size of its own."""
    data = b"\x05\xc8\x01\x02" + b"\x19\xf3\x10" + bytes(16) + b"\x00"
    assert Compact(data).struct() == {100: 1, 101: [0] * 16}
    assert Compact(b"\x19\x19\x13\x05\x00").struct() == {1: [[5]]}
    assert Compact(b"\x19\x1b\x00\x00").struct() == {1: [None]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x15",
        b"\x15" + b"\xff" * 11,
        b"\x18\x7fabc",
        b"\x1e\x00",
        b"\x1c" * 40,
        b"\x19\x19" * 40,
        b"\x19\xf8\xff\xff\xff\xff\x0f",
    ],
)
def test_broken_data_is_corrupt(data: bytes) -> None:
    """Early ends, long integers, unknown types and deep nesting are refused, read or skipped."""
    for wanted in (None, {99: None}):
        with pytest.raises(Corrupt):
            Compact(data).struct(wanted)


def test_lists_that_claim_billions_end_with_the_data() -> None:
    """A list may claim any number of elements of any kind: it ends where the data does, at once."""
    for kind in (1, 3, 5, 7, 8, 9, 11, 12, 13):
        data = bytes([0x19, 0xF0 | kind]) + b"\xff\xff\xff\xff\xff\xff\x7f" + b"\x00" * 50
        for wanted in (None, {99: None}):
            with pytest.raises(Corrupt):
                Compact(data).struct(wanted)
