"""The table of magic numbers is consistent with the table of media types."""

from __future__ import annotations

from collections import Counter

import pytest

from firstbytes import Signature
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


@pytest.mark.parametrize(
    "text",
    [
        "MAC addresses have six bytes.\n",
        "OggS begins a page.\r\n",
        "Our ftyp box is rather short.\n",
        "AC1015 is the mark of AutoCAD 2000.\n",
    ],
)
def test_a_word_in_a_text_is_no_magic(text: str) -> None:
    """Letters at their place are believed where the bytes around them are no text, or there are none."""
    magic = next(row[1] for row in MAGIC if row[1].decode("latin-1") in text and len(row[1]) in {4, 6})
    place = text.index(magic.decode())
    assert signatures.match(text.encode()) is None
    assert signatures.match(text[: place + len(magic)].encode()) is not None
    assert signatures.match(text.encode() + b"\0") is not None
    assert signatures.match(b"%!PS\n100 100 moveto\n") is not None


def test_of_equals_a_third_partys_comes_first() -> None:
    """Then the nearest to the start of the file."""
    theirs = [Signature("application/x-acme", b"ftyp", 4)]
    both = b"OggSftyp" + bytes(99)
    assert getattr(signatures.match(both), "media_type", "") == "application/ogg"
    assert getattr(signatures.match(both, theirs), "media_type", "") == "application/x-acme"


@pytest.mark.parametrize("release", [102, 103, 104, 105, 108, 110, 115])
def test_stata_of_all_releases(release: int) -> None:
    """Release, byte order, file type 1 and a zero open each of Stata's formats before 117."""
    for order in (1, 2):
        found = signatures.match(bytes((release, order, 1, 0)) + bytes(60))
        assert found is not None
        assert found.media_type == "application/x-stata-dta"


def test_xml_in_ebcdic() -> None:
    """The declaration tells EBCDIC by its own letters (XML 1.0, appendix F)."""
    found = signatures.match('<?xml version="1.0" encoding="IBM037"?><a/>'.encode("cp037"))
    assert found is not None
    assert found.media_type == "application/xml"
