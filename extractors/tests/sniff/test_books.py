"""Generations of Mobipocket books."""

from __future__ import annotations

import struct

from firstbytes import BytesSource
from firstbytes.sniff import sniff


def book(version: int) -> bytes:
    """Return the start of a book: database header, then a first record with a MOBI header."""
    database = bytes(60) + b"BOOKMOBI" + bytes(8) + struct.pack(">HIIH", 1, 88, 0, 0)
    return database + bytes(16) + struct.pack(">4s5I", b"MOBI", 232, 2, 65001, 1, version) + bytes(200)


def test_generations() -> None:
    """Version 8 is Kindle's own format, what is older Mobipocket's; a head that is cut off is the older one."""
    assert sniff(BytesSource(book(6))).media_type == "application/x-mobipocket-ebook"
    assert sniff(BytesSource(book(8))).media_type == "application/vnd.amazon.mobi8-ebook"
    assert sniff(BytesSource(book(8)[:70])).media_type == "application/x-mobipocket-ebook"
