"""Bounded walker of TIFF and BigTIFF structures: image files, EXIF blocks, camera RAW (TIFF 6.0; BigTIFF).

    header (byte order, 42 or 43, offset of the first IFD)
      IFD -> IFD -> ...            the main chain: pages
        tag 330, 34665, 34853 ...  offsets of further IFDs: sub-images, EXIF, GPS

Offsets count from `base`, where the TIFF header is. A cycle ends the walk, counts are capped, and a value is read
only when it is asked for and lies inside the source. RAW formats with their own magic (ORF, RW2) open as well.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from firstbytes.errors import Corrupt
from firstbytes.source import ByteSource

MAX_ENTRIES = 1024
MAX_IFDS = 256
MAX_VALUE_BYTES = 64 * 1024

SUB_IFDS = 330
EXIF_IFD = 34665
GPS_IFD = 34853

# Code and size of the field types of TIFF 6.0 (1-12), IFD (13), and BigTIFF's LONG8, SLONG8, IFD8 (16-18).
_TYPES: Mapping[int, tuple[str, int]] = {
    1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 5: ("II", 8), 6: ("b", 1), 7: ("s", 1), 8: ("h", 2),
    9: ("i", 4), 10: ("ii", 8), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4), 16: ("Q", 8), 17: ("q", 8), 18: ("Q", 8),
    129: ("s", 1),
}  # fmt: skip
_MAGICS = frozenset({42, 43, 0x4F52, 0x5352, 0x55, 0x01BC})
"""TIFF, BigTIFF, Olympus "RO" and "RS", Panasonic "U", JPEG XR."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag of an IFD: its field type, how many values, and where they are (from the start of the source)."""

    tag: int
    type: int
    count: int
    at: int

    @property
    def size(self) -> int:
        """Bytes of all values."""
        return self.count * _TYPES.get(self.type, ("", 1))[1]


@dataclass(frozen=True, slots=True)
class Ifd:
    """One image file directory: entries by tag, the offset of the next one (0: none), all offsets from `base`."""

    offset: int
    entries: Mapping[int, Entry]
    next: int = 0
    complete: bool = True

    def __contains__(self, tag: int) -> bool:
        """Return True when the tag is there."""
        return tag in self.entries


@dataclass(frozen=True, slots=True)
class Tiff:
    """An open TIFF structure. Reading a value never raises for what the file says: it gives nothing instead."""

    source: ByteSource
    base: int
    order: str
    magic: int
    first: int
    big: bool = False
    _seen: dict[int, Ifd] = field(default_factory=dict, compare=False, repr=False)

    @property
    def byte_order(self) -> Literal["little", "big"]:
        """Return "little" or "big"."""
        return "little" if self.order == "<" else "big"

    def ifd(self, offset: int) -> Ifd | None:
        """Return the directory at an offset; None when there is none, or when too many were read already."""
        if offset in self._seen:
            return self._seen[offset]
        if offset <= 0 or len(self._seen) >= MAX_IFDS:
            return None
        found = self._read_ifd(offset)
        if found is not None:
            self._seen[offset] = found
        return found

    def chain(self, offset: int | None = None, limit: int = MAX_IFDS) -> Iterator[Ifd]:
        """Yield the directories linked from an offset (default: the first), each once."""
        at, visited = self.first if offset is None else offset, set[int]()
        while at not in visited and len(visited) < limit:
            visited.add(at)
            found = self.ifd(at)
            if found is None:
                return
            yield found
            at = found.next

    def children(self, ifd: Ifd, tag: int = SUB_IFDS, limit: int = 16) -> Iterator[Ifd]:
        """Yield the directories a tag points to."""
        for offset in self.ints(ifd, tag, limit):
            if offset != ifd.offset and (found := self.ifd(offset)) is not None:
                yield found

    def raw(self, ifd: Ifd, tag: int, limit: int = MAX_VALUE_BYTES) -> bytes:
        """Return up to `limit` bytes of a tag's value, whatever its type; empty when it is absent or outside."""
        entry = ifd.entries.get(tag)
        return self.source.read(entry.at, min(entry.size, limit)) if entry else b""

    def numbers(self, ifd: Ifd, tag: int, limit: int = 256) -> tuple[float, ...]:
        """Return up to `limit` numbers of a tag; rationals are divided, and x/0 is left out."""
        entry = ifd.entries.get(tag)
        code, size = _TYPES.get(entry.type, ("", 0)) if entry else ("", 0)
        if entry is None or code in {"", "s"}:
            return ()
        data = self.raw(ifd, tag, size * limit)
        rows = struct.iter_unpack(self.order + code, data[: len(data) // size * size])
        if len(code) == 1:
            return tuple(row[0] for row in rows)
        return tuple(row[0] / row[1] for row in rows if row[1])

    def ints(self, ifd: Ifd, tag: int, limit: int = 256) -> tuple[int, ...]:
        """Return up to `limit` whole numbers of a tag."""
        return tuple(value for value in self.numbers(ifd, tag, limit) if isinstance(value, int))

    def number(self, ifd: Ifd, tag: int) -> float | None:
        """Return the first number of a tag; None for absent, NaN and infinite ones."""
        value = next(iter(self.numbers(ifd, tag, 1)), None)
        return value if value is not None and abs(value) < float("inf") else None

    def integer(self, ifd: Ifd, tag: int) -> int | None:
        """Return the first whole number of a tag."""
        return next(iter(self.ints(ifd, tag, 1)), None)

    def text(self, ifd: Ifd, tag: int, limit: int = 8192) -> str | None:
        """Return a tag's text up to its first NUL: UTF-8 where it is valid, else Latin-1; None when it says nothing."""
        entry = ifd.entries.get(tag)
        if entry is None or _TYPES.get(entry.type, ("", 0))[1] != 1:
            return None
        data = self.raw(ifd, tag, limit).partition(b"\0")[0].strip()
        return decode(data) or None

    def _read_ifd(self, offset: int) -> Ifd | None:
        head, row_size = (8, 20) if self.big else (2, 12)
        counted = self.source.read(self.base + offset, head)
        if len(counted) < head:
            return None
        declared: int = struct.unpack(self.order + ("Q" if self.big else "H"), counted)[0]
        count = min(declared, MAX_ENTRIES)
        start = self.base + offset + head
        table = self.source.read(start, count * row_size + (8 if self.big else 4))
        rows = [self._entry(table, i * row_size, start) for i in range(count) if (i + 1) * row_size <= len(table)]
        if declared and not rows:
            return None
        tail = table[count * row_size :]
        whole = len(rows) == declared
        width = 8 if self.big else 4
        link = int.from_bytes(tail[:width], self.byte_order) if whole and len(tail) >= width else 0
        return Ifd(offset, {row.tag: row for row in reversed(rows)}, link, complete=whole)

    def _entry(self, table: bytes, at: int, start: int) -> Entry:
        tag, kind = struct.unpack_from(self.order + "HH", table, at)
        code, inline = ("Q", 8) if self.big else ("I", 4)
        count, offset = struct.unpack_from(self.order + code * 2, table, at + 4)
        size = count * _TYPES.get(kind, ("", 1))[1]
        place = start + at + 4 + inline if size <= inline else self.base + offset
        return Entry(tag, kind, count, place)


def open_tiff(source: ByteSource, base: int = 0) -> Tiff:
    """Read the header at `base`.

    Raises:
        Corrupt: no TIFF header there.
    """
    head = source.read(base, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    magic = struct.unpack(order + "H", head[2:4])[0] if order and len(head) >= 8 else 0
    if magic not in _MAGICS or (magic == 43 and len(head) < 16):
        msg = "TIFF: no header"
        raise Corrupt(msg)
    big = magic == 43
    first = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
    return Tiff(source, base, order, magic, first, big)


def decode(data: bytes) -> str:
    """Return UTF-8 where the bytes are that, else Latin-1: writers put either into ASCII fields."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
