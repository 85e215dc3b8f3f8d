"""The table of magic numbers is consistent with the table of media types."""

from __future__ import annotations

from collections import Counter

from firstbytes.media import table
from firstbytes.sniff import signatures
from firstbytes.sniff.magic_numbers import MAGIC, UNMISTAKABLE_EXCEPT


def test_every_type_is_known() -> None:
    """A row names a canonical type, and so does every exception."""
    known = set(table())
    assert {row[0] for row in MAGIC} <= known
    assert known >= UNMISTAKABLE_EXCEPT


def test_no_two_types_share_a_magic() -> None:
    """The same bytes at the same place mean one type."""
    assert [row for row, count in Counter(row[1:] for row in MAGIC).items() if count > 1] == []


def test_magic_lies_in_the_head_and_finds_its_type() -> None:
    """Each row alone leads to its own type, unless a longer one of the same place says more."""
    for media_type, magic, offset in MAGIC:
        assert offset + len(magic) <= 8192
        assert len(magic) >= 2
        found = signatures.match(bytes(offset) + magic)
        assert found is not None
        assert found.media_type == media_type, (media_type, magic)
