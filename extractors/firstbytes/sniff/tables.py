"""Data, maps, models and databases with fixed headers but weak marks."""

from __future__ import annotations

import math
import re
import struct
from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be, le, printable
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_DBF_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\x8e\xcb\xe5\xf5\xfb\x7b")
_DBF_TYPES = frozenset(b"CNLDMFBGPYTIVXQW@O+0")
_WEATHER = re.compile(rb"(GRIB|BUFR)(...)(.)", re.DOTALL)
_VR = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OW PN SH SL SQ SS ST TM UC UI UL UN UR US UT".split())
_SHAPES = frozenset({0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28, 31})


def shapefile(head: Head, source: ByteSource) -> Match | None:
    """Answer for .shp and .shx: file code 9994, version 1000; the first record tells which."""
    data = head.data
    if be(data, 0, 4) != 9994 or le(data, 28, 4) != 1000 or le(data, 32, 4) not in _SHAPES:
        return None
    # The index begins with where the first record is, in words; the shapes with the number of the first record, 1.
    index = be(data, 100, 4) == 50
    return Match("application/vnd.shx" if index else "application/vnd.shp", "shapefile header")


def dbase(head: Head, source: ByteSource) -> Match | None:
    """Answer for dBASE: version, date, sizes that agree, and field descriptors up to the 0x0D."""
    data = head.data
    if len(data) < 65 or data[0] not in _DBF_VERSIONS or data[2] > 12 or data[3] > 31:
        return None
    if data[0] == 2:
        return None
    records, header, record = le(data, 4, 4), le(data, 8, 2), le(data, 10, 2)
    if header < 33 or record < 1 or header + records * record > head.size + record + 1:
        return None
    start, step, kind = (68, 48, 32) if data[0] & 7 == 4 else (32, 32, 11)
    field = data[start : start + step]
    name = field[:kind].partition(b"\x00")[0]
    if data[header - 1 : header] == b"\x0d" and header == 33:
        return Match("application/vnd.dbf", "dBASE header")
    sane = bool(name) and all(byte > 0x20 for byte in name) and field[kind] in _DBF_TYPES
    return Match("application/vnd.dbf", "dBASE header") if sane else None


def matlab(head: Head, source: ByteSource) -> Match | None:
    """Answer for MATLAB level 4: the MOPT number, sizes, and a variable's name."""
    data = head.data
    for number, order in ((le, 0), (be, 1)):
        kind, rows, columns, imaginary, length = (number(data, at, 4) for at in range(0, 20, 4))
        machine, zero, precision, matrix = kind // 1000, kind // 100 % 10, kind // 10 % 10, kind % 10
        if machine != order or zero or precision > 5 or matrix > 2 or imaginary > 1 or not 1 < length <= 64:
            continue
        name = data[20 : 20 + length - 1]
        bytes_each = (8, 4, 4, 2, 2, 1)[precision]
        fits = 20 + length + rows * columns * bytes_each * (1 + imaginary) <= head.size
        if fits and re.fullmatch(rb"[A-Za-z]\w*", name) and data[19 + length : 20 + length] == b"\x00":
            return Match("application/x-matlab-data", "MATLAB level 4")
    return None


def palm(head: Head, source: ByteSource) -> Match | None:
    """Answer for a Palm database: name, type and creator, and a first record right after the list."""
    data = head.data
    name = data[:32].partition(b"\x00")[0]
    count = be(data, 76, 2)
    if not name or 0 not in data[:32] or not printable(data[60:68]) or not count > 0 or le(data, 72, 4):
        return None
    resources = be(data, 32, 2) & 1
    first = be(data, 84 if resources else 78, 4)
    lists = 78 + count * (10 if resources else 8)
    return Match("application/vnd.palm", "Palm database header") if lists <= first <= lists + 1024 else None


def weather(head: Head, source: ByteSource) -> Match | None:
    """Answer for GRIB and BUFR, also behind a bulletin's heading, by the edition after the length."""
    found = _WEATHER.search(head.data[:256])
    if not found:
        return None
    edition = found.group(3)[0]
    if found.group(1) == b"BUFR":
        return Match("application/bufr", f"BUFR {edition}") if edition in {2, 3, 4} else None
    return Match("application/grib", f"GRIB {edition}") if edition in {1, 2} else None


def medical(head: Head, source: ByteSource) -> Match | None:
    """Answer for DICOM without preamble, and for Analyze 7.5."""
    data = head.data
    for number in (le, be):
        if number(data, 0, 4) == 348 and number(data, 32, 4) in {0, 16384} and data[38:39] == b"r":
            return Match("application/x-analyze", "Analyze header")
    return Match("application/dicom", "data elements") if _elements(data) >= 4 else None


def _elements(data: bytes) -> int:
    """Count data elements of rising tags from the start, groups 2 and 8 only to begin with (PS3.5, 7.1)."""
    if data[:2] not in {b"\x02\x00", b"\x08\x00"}:
        return 0
    at, last, count = 0, -1, 0
    while at + 12 <= len(data) and count < 8:
        tag = le(data, at, 2) << 16 | le(data, at + 2, 2)
        explicit = data[at + 4 : at + 6] in _VR
        long = explicit and data[at + 4 : at + 6] in {
            b"OB",
            b"OW",
            b"OF",
            b"SQ",
            b"UT",
            b"UN",
            b"OD",
            b"OL",
            b"UC",
            b"UR",
        }
        size = le(data, at + 8, 4) if long else le(data, at + 6, 2) if explicit else le(data, at + 4, 4)
        if tag <= last or size > 1 << 20 or size % 2:
            return 0
        at, last, count = at + (12 if long else 8) + size, tag, count + 1
    return count


def models(head: Head, source: ByteSource) -> Match | None:
    """Answer for binary STL (84 bytes and 50 for each triangle) and 3D Studio (chunks that fill the file)."""
    data = head.data
    triangles = le(data, 80, 4)
    if triangles and head.size == 84 + 50 * triangles:
        normal = struct.unpack("<12f", data[84:132]) if len(data) >= 132 else ()
        if normal and all(math.isfinite(value) for value in normal):
            return Match("model/stl", f"STL of {triangles} triangles")
    if data[:2] == b"MM" and le(data, 2, 4) == head.size and le(data, 6, 2) in {0x0002, 0x3D3D, 0x3D3E}:
        return Match("application/x-3ds", "3DS chunks")
    return None


def terminfo(head: Head, source: ByteSource) -> Match | None:
    """Answer for compiled terminfo: the two magics, counts that make sense, and the name list."""
    data = head.data
    if data[:2] not in {b"\x1a\x01", b"\x1e\x02"}:
        return None
    names, flags, numbers, strings = (le(data, at, 2) for at in range(2, 10, 2))
    text = data[12 : 12 + names]
    if 0 < names <= 512 and flags <= 128 and numbers <= 128 and strings <= 1024 and text.find(b"\x00") == names - 1:
        return Match("application/x-terminfo", "terminfo header")
    return None


def cartridge(head: Head, source: ByteSource) -> Match | None:
    """Tell Game Gear from Master System by the region in the header that both have in one of three places."""
    for at in (0x7FF0, 0x3FF0, 0x1FF0):
        if head.block[at : at + 8] == b"TMR SEGA":
            portable = head.block[at + 15] >> 4 in {5, 6, 7}
            return Match("application/x-gamegear-rom" if portable else "application/x-sms-rom", f"TMR SEGA at {at}")
    return None


def write(head: Head, source: ByteSource) -> Match | None:
    """Tell Windows Write from Word for DOS: the count of pages at 96 is zero in Word's files."""
    data = head.data
    if data[:4] not in {b"\x31\xbe\x00\x00", b"\x32\xbe\x00\x00"} or len(data) < 128:
        return None
    return Match("application/x-mswrite" if le(data, 96, 2) else "application/msword", "Write header")


RULES = (shapefile, dbase, matlab, palm, weather, medical, models, terminfo, cartridge, write)
