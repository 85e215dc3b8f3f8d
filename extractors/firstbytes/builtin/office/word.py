"""Word before 2007: the file information block and the document properties it points to ([MS-DOC] 2.5, 2.7)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes.builtin.office.numbers import language

if TYPE_CHECKING:
    from firstbytes import JSON
    from firstbytes.formats.ole import Ole

_VERSIONS = {0x2D: "2", 0x65: "6", 0x68: "95", 0xC1: "97", 0xD9: "2000", 0x101: "2002", 0x10C: "2003", 0x112: "2007"}
_MAGIC = frozenset({b"\xec\xa5", b"\xdc\xa5", b"\xdb\xa5"})
_ENCRYPTED, _TABLE_1 = 0x100, 0x200
_DOP_PLACE = 402
"""Where fcDop and lcbDop are in the block of Word 97 and later."""
_MAX_TABLE = 1 << 20


def word(fib: bytes) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of the first 32 bytes of the file information block."""
    if len(fib) < 32 or fib[0:2] not in _MAGIC:
        return {}, {}
    version, _, code, _, flags = struct.unpack_from("<HHHHH", fib, 2)
    core: dict[str, JSON] = {"encrypted": bool(flags & _ENCRYPTED), "language": language(code)}
    own: dict[str, JSON] = {
        "is_template": bool(flags & 1) or None,
        "has_pictures": bool(flags & 8) or None,
        "read_only_recommended": bool(flags & 0x400) or None,
        "word_version": _VERSIONS.get(version),
    }
    return core, own


def statistics(ole: Ole) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) counts of DopBase, for writers that leave them out of the summary streams."""
    fib = ole.read("WordDocument", _DOP_PLACE + 8)
    if len(fib) < _DOP_PLACE + 8 or fib[0:2] != b"\xec\xa5":
        return {}, {}
    flags = struct.unpack_from("<H", fib, 10)[0]
    place, length = struct.unpack_from("<II", fib, _DOP_PLACE)
    if flags & _ENCRYPTED or length < 84 or place > _MAX_TABLE:
        return {}, {}
    dop = ole.read("1Table" if flags & _TABLE_1 else "0Table", place + 84)[place:]
    if len(dop) < 84:
        return {}, {}
    words, characters, pages, paragraphs = struct.unpack_from("<iihi", dop, 38)
    lines = struct.unpack_from("<i", dop, 56)[0]
    core: dict[str, JSON] = {"page_count": _count(pages), "word_count": _count(words), "line_count": _count(lines)}
    return core, {"character_count": _count(characters), "paragraph_count": _count(paragraphs)}


def _count(value: int) -> int | None:
    return value if value > 0 else None
