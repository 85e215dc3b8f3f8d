"""Books in formats that no tool at hand writes: Mobipocket, compiled help."""

from __future__ import annotations

import struct
from collections.abc import Callable

EXTRAS = [
    (100, b"Ann"),
    (100, b"Bob"),
    (101, b"Acme"),
    (103, b"Words"),
    (105, b"Seas"),
    (106, b"2024-05-01"),
    (108, b"Cy"),
    (109, b"Free"),
    (112, b"urn:1"),
    (113, b"B000"),
    (201, b"\0\0\0\1"),
    (524, b"de"),
    (535, b"0730"),
]


def book(*, version: int = 6, encryption: int = 0, extras: list[tuple[int, bytes]] | None = None) -> bytes:
    """Return a book: database header, one record with MOBI header, EXTH and the full name."""
    rows = b"".join(struct.pack(">II", kind, 8 + len(data)) + data for kind, data in extras or [])
    exth = b"EXTH" + struct.pack(">II", 12 + len(rows), len(extras or [])) + rows if extras is not None else b""
    title = "Grüße".encode()
    header = struct.pack(">HHIHHHH", 2, 0, 5000, 1, 4096, encryption, 0)
    body = bytearray(232)
    struct.pack_into(">4s5I", body, 0, b"MOBI", 232, 2, 65001, 1, version)
    struct.pack_into(">III", body, 68, 16 + 232 + len(exth), len(title), 0x0407)
    struct.pack_into(">I", body, 112, 0x40 if exth else 0)
    record = header + bytes(body) + exth + title
    start = 78 + 8 + 2
    database = b"Gruesse".ljust(32, b"\0") + struct.pack(">HHII", 0, 0, 0x80000000 | 1_649_636_096, 1_714_558_830)
    database = database.ljust(60, b"\0") + b"BOOKMOBI" + bytes(8) + struct.pack(">HIIH", 1, start, 0, 0)
    return database + record


def compiled(code: int = 0x0809) -> bytes:
    """Return the start of a compiled help file."""
    head = struct.pack("<4sIIII I", b"ITSF", 3, 96, 1, 0, code).ljust(56, b"\0")
    head += struct.pack("<QQQQQ", 96, 24, 120, 84 + 4096, 4300)
    directory = struct.pack("<4s10II", b"ITSP", 1, 84, 10, 4096, 2, 1, 0, 0, 0, 0xFFFFFFFF, 3).ljust(84, b"\0")
    return head + bytes(24) + directory + bytes(4096)


MAKERS: dict[str, Callable[[], bytes]] = {"chm": compiled, "mobi": lambda: book(extras=EXTRAS)}
"""Samples by extractor."""
