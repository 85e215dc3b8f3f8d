"""MessagePack and CBOR are believed only where every byte keeps to the grammar."""

from __future__ import annotations

import struct

import pytest

from firstbytes.sniff import Head
from firstbytes.sniff.grammars import is_cbor, is_msgpack

MSGPACK = (
    b"\x8c"
    b"\xa1a\xc0\xa1b\xc3\xa1c\xe5\xa1d\xcc\xff\xa1e\xcd\x01\x02\xa1f"
    b"\xcb" + struct.pack(">d", 1.5) + b"\xa1g\xd9\x02hi"
    b"\xa1h\xc4\x03abc"
    b"\xa1i\xdc\x00\x02\x01\x02"
    b"\xa1j\xde\x00\x01\xa1x\x01"
    b"\xa1k\xd4\x01\x02"
    b"\xa1l\xc7\x02\x05ab"
)
CBOR = (
    b"\xa6\x61a\xf6\x61b\x82\x01\x20\x61c\x43abc\x61d\xc1\x1a\x65\x00\x00\x00\x61e\xfb"
    + struct.pack(">d", 1.5)
    + b"\x61f\x78\x02hi"
)


def _head(data: bytes, size: int | None = None) -> Head:
    return Head(data[:8192], data, len(data) if size is None else size)


def test_every_kind_of_item() -> None:
    """Integers, floats, texts, binaries, arrays, maps and extensions."""
    assert is_msgpack(_head(MSGPACK))
    assert is_cbor(_head(CBOR))


@pytest.mark.parametrize(("data", "rule"), [(MSGPACK, is_msgpack), (CBOR, is_cbor)])
def test_a_byte_too_many_or_too_few(data: bytes, rule: object) -> None:
    """What does not end where the file ends is something else."""
    assert callable(rule)
    assert not rule(_head(data + b"\x00"))
    assert not rule(_head(data[:-1]))


def test_heads_of_larger_files_need_enough_items() -> None:
    """A cut-off head is believed when it has many items and texts."""
    assert is_msgpack(_head(b"\xde\x01\x00" + MSGPACK[1:], 100_000))
    assert not is_msgpack(_head(MSGPACK[:9], 100_000))
    many = b"\xdd\x00\x10\x00\x00" + b"\xa3abc" * 9000
    assert is_msgpack(_head(many, 2**22))


@pytest.mark.parametrize(
    "data",
    [
        b"\x90",
        b"\x91\xc1",
        b"\x81\xa2\xff\xfe\x01",
        b"\x81" * 100 + b"\x01",
        b"\x91" * 70 + b"\xa1a",
        b"\x41",
        b"\xdd\x00\x00\x00\x01\x01",
    ],
)
def test_what_is_no_message(data: bytes) -> None:
    """Unused codes, texts that are no UTF-8, too deep nesting and messages without a text."""
    assert not is_msgpack(_head(data))


@pytest.mark.parametrize("data", [b"\xa1\x1f\x01", b"\xa1\x62\xff\xfe\x01", b"\x61a"])
def test_what_is_no_cbor(data: bytes) -> None:
    """Reserved lengths, texts that are no UTF-8, and what is no map."""
    assert not is_cbor(_head(data))


def test_a_text_that_the_head_cuts_in_a_letter() -> None:
    """A letter of several bytes may be cut by the end of the head."""
    data = b"\x92" + b"\xa1a" + b"\xdb\x00\x00\x20\x00" + "é".encode() * 4096
    head = Head(data[:8191], data[:8191], len(data))
    assert is_msgpack(head)
    assert not is_msgpack(Head(data[:11], data[:11], 11))
