"""Fonts whose first bytes are common: sfnt 1.0, Embedded OpenType, console fonts, TeX font metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be, le, printable
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_EOT_VERSIONS = frozenset({0x00010000, 0x00020001, 0x00020002})


def sfnt(head: Head, source: ByteSource) -> Match | None:
    """Answer for TrueType: version 1.0, then a directory of printable tags that lie in the file."""
    data = head.data
    count = be(data, 4, 2)
    if data[:4] not in {b"\x00\x01\x00\x00", b"typ1"} or not 1 <= count <= 400 or len(data) < 28:
        return None
    entries = [data[at : at + 16] for at in range(12, min(12 + 16 * count, len(data) - 15), 16)]
    sane = all(printable(entry[:4]) and be(entry, 8, 4) >= 12 for entry in entries)
    return Match("font/ttf", f"sfnt of {count} tables") if entries and sane else None


def embedded(head: Head, source: ByteSource) -> Match | None:
    """Answer for EOT: version and the magic 0x504C at 34."""
    if head.data[34:36] == b"LP" and le(head.data, 8, 4) in _EOT_VERSIONS and le(head.data, 0, 4) <= head.size + 3:
        return Match("application/vnd.ms-fontobject", "EOT")
    return None


def console(head: Head, source: ByteSource) -> Match | None:
    """Answer for PSF 1: mode, glyph height, and the size that 256 or 512 glyphs need."""
    data = head.data
    if data[:2] != b"\x36\x04" or len(data) < 4 or data[2] > 5:
        return None
    glyphs = 512 if data[2] & 1 else 256
    fits = head.size >= 4 + glyphs * data[3] and data[3] > 0
    return Match("application/x-font-linux-psf", "PSF 1") if fits else None


def tex(head: Head, source: ByteSource) -> Match | None:
    """Answer for TFM: its twelve lengths add up to the size of the file."""
    if len(head.data) < 24 or head.size % 4:
        return None
    lf, lh, bc, ec, *rest = (be(head.data, at, 2) for at in range(0, 24, 2))
    if lf * 4 == head.size and lf == 6 + lh + (ec - bc + 1) + sum(rest) and lh >= 2 and ec <= 255:
        return Match("application/x-tex-tfm", "lengths of TFM")
    return None


RULES = (sfnt, embedded, console, tex)
