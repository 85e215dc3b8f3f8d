"""Which generation of Mobipocket book it is: the version in the header of its first record.

Source: the MobileRead wiki's description of the MOBI header, which Amazon never published.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_KF8 = 8


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return Kindle Format 8 for a book of version 8 or later, None for older ones and those that carry both."""
    start = int.from_bytes(head.data[78:82], "big")
    header = source.read(start, 40)
    if len(header) == 40 and header[16:20] == b"MOBI" and struct.unpack_from(">I", header, 36)[0] >= _KF8:
        return Match("application/vnd.amazon.mobi8-ebook", "MOBI version 8")
    return None
