"""The first hundred bytes (https://www.sqlite.org/fileformat2.html, 1.3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firstbytes import Corrupt, Decline

SIZE = 100
MAGIC = b"SQLite format 3\x00"

_LAYOUT = struct.Struct(">16sHBBBBBB12I20xII")
_ENCODINGS = {0: "utf-8", 1: "utf-8", 2: "utf-16-le", 3: "utf-16-be"}
_FRACTIONS = (64, 32, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header's fields, checked."""

    page_size: int
    """Bytes in a page, 512 to 65536."""
    reserved: int
    """Bytes at the end of each page that belong to an extension, of encryption for one."""
    wal: bool
    page_count: int
    """Pages as the header has it; 0 where the header does not know, being older than the last change."""
    freelist_pages: int
    schema_cookie: int
    auto_vacuum: str
    encoding: str
    """Python's name of the encoding of all text."""
    user_version: int
    application_id: int
    sqlite_version: int
    """SQLITE_VERSION_NUMBER of the library that wrote last: 3040001 is 3.40.1; 0 before 3.7."""

    @property
    def usable(self) -> int:
        """Bytes of a page that hold content."""
        return self.page_size - self.reserved


def parse(data: bytes) -> Header:
    """Read the header.

    Raises:
        Decline: it is not a SQLite header, or all but its beginning is encrypted.
        Corrupt: it is shorter than a header, or a field has a value that no SQLite writes.
    """
    if not data.startswith(MAGIC[: len(data)]) or not data:
        raise Decline("no SQLite header")
    if len(data) < SIZE:
        raise Corrupt("shorter than a SQLite header")
    _, size, write, read, reserved, *rest = _LAYOUT.unpack(data)
    fractions, fields = tuple(rest[:3]), rest[3:]
    (changes, pages, _, free, cookie, schema_format, _, root, encoding, user, incremental, application) = fields[:12]
    page_size = 65536 if size == 1 else size
    if encoding not in _ENCODINGS or schema_format > 4:
        # SQLCipher can leave the first 32 bytes readable; what comes after them is then noise.
        raise Decline("encrypted") if fractions == _FRACTIONS else Corrupt("the header has impossible values")
    if page_size < 512 or page_size & (page_size - 1) or page_size - reserved < 480 or fractions != _FRACTIONS:
        raise Corrupt(f"no page size of SQLite: {page_size} bytes with {reserved} reserved")
    if read > 2:
        raise Decline(f"a later file format, number {read}")
    valid_for, version = fields[12:]
    return Header(
        page_size=page_size,
        reserved=reserved,
        wal=write == 2,
        page_count=pages if changes == valid_for else 0,
        freelist_pages=free,
        schema_cookie=cookie,
        auto_vacuum="none" if not root else "incremental" if incremental else "full",
        encoding=_ENCODINGS[encoding],
        user_version=user - (user >> 31 << 32),
        application_id=application,
        sqlite_version=version,
    )
