"""Programs: DOS and Windows, ELF, Mach-O and Java, COFF objects, Python bytecode, Flash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be, le
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_ELF_TYPES = {1: "application/x-object", 2: "application/x-executable", 4: "application/x-core"}
_APPIMAGES = {b"AI\x01": "application/x-iso9660-appimage", b"AI\x02": "application/vnd.appimage"}
_SEGMENT_INTERPRETER, _SEGMENT_DYNAMIC = 3, 2
_TAG_FLAGS_1, _FLAG_PIE = 0x6FFFFFFB, 0x08000000
_COFF_MACHINES = frozenset({0x014C, 0x8664, 0x01C0, 0x01C4, 0xAA64, 0x0200, 0x5032, 0x5064})
_PYC_VERSIONS = frozenset({20121, 50428, 50823, 60202, 60717})


def refine(head: Head, source: ByteSource) -> Match | None:
    """Say which kind of ELF file it is."""
    data = head.data
    number = be if data[5] == 2 else le
    kind = number(data, 16, 2)
    if data[8:11] in _APPIMAGES:
        return Match(_APPIMAGES[data[8:11]], "AppImage mark at 8", "container")
    if kind == 3:
        return _shared(head, source)
    return Match(_ELF_TYPES[kind], f"e_type {kind}", "container") if kind in _ELF_TYPES else None


def _shared(head: Head, source: ByteSource) -> Match:
    """Tell a position-independent executable (DF_1_PIE, or an interpreter) from a library."""
    library = Match("application/x-sharedlib", "e_type 3", "container")
    data = head.data
    number, wide = (be if data[5] == 2 else le), data[4] == 2
    table, entry, count = (
        (number(data, 32, 8), number(data, 54, 2), number(data, 56, 2))
        if wide
        else (number(data, 28, 4), number(data, 42, 2), number(data, 44, 2))
    )
    headers = data[table : table + entry * count] if table + entry * count <= len(data) else b""
    interpreted = False
    for at in range(0, len(headers) - entry + 1, entry or 1):
        kind = number(headers, at, 4)
        interpreted = interpreted or kind == _SEGMENT_INTERPRETER
        if kind == _SEGMENT_DYNAMIC:
            place, size = (
                (number(headers, at + 8, 8), number(headers, at + 32, 8))
                if wide
                else (number(headers, at + 4, 4), number(headers, at + 16, 4))
            )
            flags = _flags_1(source.read(place, min(size, 4096)), number, 8 if wide else 4)
            if flags & _FLAG_PIE:
                return Match("application/x-pie-executable", "DF_1_PIE", "container")
    return Match("application/x-pie-executable", "PT_INTERP", "container") if interpreted and count > 2 else library


def _flags_1(dynamic: bytes, number: Callable[[bytes, int, int], int], word: int) -> int:
    for at in range(0, len(dynamic) - word, 2 * word):
        if number(dynamic, at, word) == _TAG_FLAGS_1:
            return number(dynamic, at + word, word)
    return 0


def dos(head: Head, source: ByteSource) -> Match | None:
    """Answer for MZ: Windows' new headers, or a plain DOS program with a sane header."""
    data = head.data
    if data[:2] not in {b"MZ", b"ZM"} or len(data) < 28:
        return None
    new = le(data, 60, 4) if le(data, 24, 2) >= 0x40 or len(data) >= 64 else 0
    mark = data[new : new + 4] if new + 4 <= len(data) else source.read(new, 4) if new < head.size else b""
    if new and mark == b"PE\x00\x00":
        return Match("application/vnd.microsoft.portable-executable", "MZ, PE", "container")
    if new and mark[:2] == b"NE":
        return Match(_windows_16(head, new), "MZ, NE", "container")
    pages, paragraphs = le(data, 4, 2), le(data, 8, 2)
    if mark[:2] in {b"LE", b"LX"} or (pages and paragraphs and paragraphs * 16 <= head.size + 512):
        return Match("application/x-dosexec", "MZ")
    return None


def _windows_16(head: Head, new: int) -> str:
    """Return the font type for a resource-only library that describes itself as fonts (FONTRES), else a program."""
    described = head.block[new : new + 1024]
    return "application/x-font-dos" if b"FONTRES" in described else "application/vnd.microsoft.portable-executable"


def java_or_mach(head: Head, source: ByteSource) -> Match | None:
    """Tell a Java class from a universal Mach-O binary: both start with CAFEBABE."""
    data = head.data
    if data[:4] == b"\xca\xfe\xba\xbf":
        return Match("application/x-mach-binary", "fat_magic_64")
    if data[:4] != b"\xca\xfe\xba\xbe" or len(data) < 8:
        return None
    major = be(data, 6, 2)
    if major >= 45 and be(data, 4, 2) in {*range(64), 0xFFFF}:
        return Match("application/java-vm", f"class file {major}")
    return Match("application/x-mach-binary", "fat_magic") if 0 < be(data, 4, 4) < 45 else None


def coff(head: Head, source: ByteSource) -> Match | None:
    """Answer for a COFF object: machine, sections and a symbol table that fits."""
    data = head.data
    sections, symbols, count, optional = le(data, 2, 2), le(data, 8, 4), le(data, 12, 4), le(data, 16, 2)
    if len(data) < 60 or le(data, 0, 2) not in _COFF_MACHINES or not 0 < sections < 2048 or optional:
        return None
    fits = 20 + 40 * sections <= symbols + 40 * sections and symbols + 18 * count <= head.size
    return Match("application/x-coff", "COFF header") if fits and data[20:21] in {b".", b"/"} else None


def python(head: Head, source: ByteSource) -> Match | None:
    """Answer for Python bytecode: a known magic number, and a marshalled code object where it has to be."""
    data = head.data
    if data[2:4] != b"\r\n":
        return None
    version = le(data, 0, 2)
    known = version in _PYC_VERSIONS or 62000 <= version < 62300 or 3000 <= version < 3800
    marshalled = any(data[at : at + 1] in {b"c", b"\xe3"} for at in (8, 12, 16))
    return Match("application/x-bytecode.python", f"pyc {version}") if known and marshalled else None


def flash(head: Head, source: ByteSource) -> Match | None:
    """Answer for Flash: its three letters, a version, a believable length, and what the compression starts with."""
    data = head.data
    if data[1:3] != b"WS" or not 0 < data[3] <= 60 or not 21 <= le(data, 4, 4) < 1 << 28:
        return None
    packing = {b"F": True, b"C": data[8:9] == b"\x78", b"Z": data[3] >= 13}
    return Match("application/vnd.adobe.flash.movie", f"SWF {data[3]}") if packing.get(data[:1]) else None


RULES = (dos, java_or_mach, coff, python, flash)
