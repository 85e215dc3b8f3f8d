"""Members of a tar archive, header by header (POSIX.1-2017 pax, ustar; GNU tar; Unix V7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry
from firstbytes.formats.values import from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

_BLOCK = 512
_LONG = 64 * 1024
_KINDS = {b"1": "hard link", b"2": "symlink", b"3": "device", b"4": "device", b"5": "folder", b"6": "fifo"}
_RECORD = re.compile(rb"(\d{1,7}) ([^=\n]{1,200})=")


@dataclass(slots=True)
class Walk:
    """A walk over headers. After it, `complete` tells whether the end was reached, `position` how far it came."""

    source: ByteSource
    dialect: str = ""
    comment: str = ""
    """The global pax comment: of git-archive, the commit."""
    owners: set[str] = field(default_factory=set)
    position: int = 0
    complete: bool = False
    broken: bool = False
    """True when something stands where a header should."""

    def members(self) -> Iterator[tuple[Entry, int]]:
        """Yield entry and position of data, up to 100,000."""
        extended: dict[str, str] = {}
        for _ in range(MAX_ENTRIES):
            header = self.source.read(self.position, _BLOCK)
            if len(header) < _BLOCK or not header.strip(b"\0"):
                # Two blocks of zeros end an archive; one, or the end of the file, has to do.
                self.complete = len(header) == _BLOCK or (not header and self.position == self.source.size)
                return
            if not checks(header):
                self.broken = True
                return
            self._note(header)
            kind, size = header[156:157], number(header[124:136])
            data = self.position + _BLOCK
            if kind in b"xgLK" and kind:
                body = self.source.read(data, min(size, _LONG))
                extended |= self._extension(kind, body)
                self.position = data + _padded(size)
                continue
            size = int(extended["size"]) if extended.get("size", "").isdigit() else size
            entry = _entry(header, kind, size, extended)
            # Links and folders may declare a size and have no data.
            data += self._sparse(header)
            self.position = data + (0 if kind in b"123456" and kind else _padded(size))
            extended = {}
            yield entry, data

    def _sparse(self, header: bytes) -> int:
        """Return the bytes of further sparse maps behind a GNU sparse header."""
        length, more = 0, header[156:157] == b"S" and header[482] != 0
        while more and length < 64 * _BLOCK:
            block = self.source.read(self.position + _BLOCK + length, _BLOCK)
            length += _BLOCK
            more = len(block) == _BLOCK and block[504] != 0
        return length

    def _note(self, header: bytes) -> None:
        magic = header[257:265]
        dialect = "gnu" if magic == b"ustar  \0" else "ustar" if magic.startswith(b"ustar") else "v7"
        self.dialect = self.dialect or dialect
        owner = header[265:297].partition(b"\0")[0].decode("utf-8", "replace")
        if owner and len(self.owners) < 20:
            self.owners.add(owner)

    def _extension(self, kind: bytes, body: bytes) -> dict[str, str]:
        if kind == b"L":
            return {"path": body.partition(b"\0")[0].decode("utf-8", "replace")}
        if kind == b"K":
            return {}
        self.dialect = "pax"
        records = _records(body)
        if kind == b"g":
            self.comment = records.get("comment", self.comment)
            return {}
        return records


def checks(header: bytes) -> bool:
    """Return whether a header's checksum is right, its own field counted as spaces; signed sums are accepted."""
    stored = number(header[148:156])
    total = sum(header[:148]) + 8 * 32 + sum(header[156:512])
    signed = total - 256 * sum(byte > 127 for byte in header[:148] + header[156:512])
    return stored in {total, signed}


def number(field_bytes: bytes) -> int:
    """Return a number: octal digits, or base 256 where the first bit is set (GNU); 0 for anything else."""
    if field_bytes[:1] >= b"\x80":
        return max(0, int.from_bytes(bytes([field_bytes[0] & 0x7F]) + field_bytes[1:], "big")) % 2**63
    digits = field_bytes.strip(b"\0 ").split(b"\0")[0]
    try:
        return int(digits or b"0", 8)
    except ValueError:
        return 0


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _records(body: bytes) -> dict[str, str]:
    """Return the records of a pax header: length, space, key=value, line feed."""
    found: dict[str, str] = {}
    position = 0
    while match := _RECORD.match(body, position):
        length = int(match[1])
        value = body[match.end() : position + length - 1]
        if length <= match.end() - position or len(found) >= 100:
            break
        found[match[2].decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        position += length
    return found


def _entry(header: bytes, kind: bytes, size: int, extended: dict[str, str]) -> Entry:
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    short = header[:100].partition(b"\0")[0]
    name = extended.get("path") or b"/".join(filter(None, (prefix, short))).decode("utf-8", "replace")
    what = _KINDS.get(kind, "file")
    if kind == b"S":
        size = number(header[483:495])
    moment = extended.get("mtime", "")
    return Entry(
        name=name,
        size=size if what == "file" else 0,
        folder=what == "folder" or (what == "file" and name.endswith("/")),
        link=what in {"hard link", "symlink"},
        moment=_seconds(moment) if moment else number(header[136:148]),
    )


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0
    return value if 0 <= value < 1e12 else 0


def render(entry: Entry) -> str | None:
    """Return when an entry was changed."""
    return from_unix(int(entry.moment))
