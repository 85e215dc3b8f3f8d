r"""OLE2 compound files by ranges: the directory, and single streams up to a limit ([MS-CFB] 2.1 to 2.6).

    ole = open_ole(source)                    the header, and the directory's own sectors: 2 to 4 reads
    ole.paths                                 {"WordDocument": Entry, "ObjectPool/_1/Contents": Entry, ...}
    ole.read("\x05SummaryInformation", 65536)

The allocation table is looked up sector by sector, never loaded whole. Chains that return to themselves, trees with
cycles and sectors beyond the end of the file end where they go wrong.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.formats.ole_directory import Entry, entries, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 10_000
"""Directory entries that are looked at."""

_LAST = 0xFFFFFFFA
"""Sector numbers from here on are not sectors: end of chain, free, table."""
_MAX_DIFAT = 256
_MAX_CHAIN = 1 << 17


@dataclass(slots=True, kw_only=True)
class Ole:
    """An opened compound file: storages and streams by path. `complete` is False when some are lost."""

    source: ByteSource
    sector: int
    """Bytes of a sector."""
    cutoff: int
    """Streams shorter than this live in the mini stream."""
    root: Entry
    paths: dict[str, Entry]
    complete: bool = True
    _table: _Table
    _mini: int = _LAST
    _mini_chain: list[int] = field(default_factory=list)
    _mini_table: list[int] = field(default_factory=list)

    def read(self, stream: Entry | str, limit: int) -> bytes:
        """Return up to `limit` bytes of a stream: short where its chain is broken, nothing when there is none."""
        found = self.paths.get(stream) if isinstance(stream, str) else stream
        if found is None or found.is_storage:
            return b""
        wanted = max(0, min(found.size, limit))
        if found.size < self.cutoff:
            return b"".join(self._small(found, wanted))[:wanted]
        return b"".join(self._table.data(found.start, wanted))[:wanted]

    def children(self, storage: str) -> Iterator[str]:
        """Yield the names of what is directly in a storage ("" for the root)."""
        start = f"{storage}/" if storage else ""
        for path in self.paths:
            if path.startswith(start) and "/" not in path[len(start) :]:
                yield path[len(start) :]

    def _small(self, stream: Entry, wanted: int) -> Iterator[bytes]:
        if not self._mini_chain:
            self._mini_chain = list(self._table.chain(self.root.start, self.root.size // self.sector + 1))
            self._mini_table = list(self._table.chain(self._mini, 4096))
        seen: set[int] = set()
        number, width = stream.start, self.sector // 4
        while len(seen) * 64 < wanted and number < _LAST and number not in seen:
            seen.add(number)
            place, offset = divmod(number * 64, self.sector)
            if place >= len(self._mini_chain):
                return
            yield self._table.sectors(self._mini_chain[place], 1)[offset : offset + 64]
            if number // width >= len(self._mini_table):
                return
            number = self._table.entry(self._mini_table[number // width], number % width)


class _Table:
    """The sector allocation table: which sector follows which."""

    def __init__(self, source: ByteSource, header: bytes, sector: int) -> None:
        self._source = source
        self._size = sector
        self._places = list(struct.unpack_from("<109I", header, 76))
        self._more: int = struct.unpack_from("<I", header, 68)[0]
        self._cache: dict[int, bytes] = {}

    def sectors(self, number: int, count: int) -> bytes:
        """Return `count` adjacent sectors; short at the end of the file."""
        return self._source.read((number + 1) * self._size, count * self._size)

    def entry(self, sector: int, index: int) -> int:
        """Return one number of a sector of a table; the end of a chain when the file ends before it."""
        if sector not in self._cache:
            self._cache[sector] = self.sectors(sector, 1)
        piece = self._cache[sector][index * 4 : index * 4 + 4]
        return int.from_bytes(piece, "little") if len(piece) == 4 else _LAST

    def chain(self, start: int, limit: int) -> Iterator[int]:
        """Yield up to `limit` sector numbers of a chain; it ends where it comes back to itself or leaves the file."""
        number, seen = start, set[int]()
        last = self._source.size // self._size
        while number < min(_LAST, last) and number not in seen and len(seen) < min(limit, _MAX_CHAIN):
            seen.add(number)
            yield number
            number = self._next(number)

    def data(self, start: int, length: int) -> Iterator[bytes]:
        """Yield the data of a chain up to `length` bytes, adjacent sectors in one piece."""
        first, count = -1, 0
        for number in self.chain(start, -(-length // self._size)):
            if number == first + count:
                count += 1
                continue
            if count:
                yield self.sectors(first, count)
            first, count = number, 1
        if count:
            yield self.sectors(first, count)

    def _next(self, number: int) -> int:
        table, index = divmod(number, self._size // 4)
        while table >= len(self._places) and self._more < _LAST and len(self._places) < 109 + _MAX_DIFAT * 1024:
            # Beyond 109 table sectors (7 MB of file), a chain of sectors lists the others; its last number is the next.
            piece = self.sectors(self._more, 1)
            if len(piece) < self._size:
                break
            *places, self._more = struct.unpack(f"<{self._size // 4}I", piece)
            self._places += places
        place = self._places[table] if table < len(self._places) else _LAST
        return self.entry(place, index) if place < _LAST else _LAST


def open_ole(source: ByteSource, *, max_entries: int = MAX_ENTRIES, max_blocks: int = 16) -> Ole:
    """Read the header and the directory, at most `max_blocks` different 64 KB blocks of it.

    Raises:
        Corrupt: there is no header, or no root entry where it says.
    """
    header = source.read(0, 512)
    if len(header) < 512 or not header.startswith(SIGNATURE):
        msg = "no OLE2 header"
        raise Corrupt(msg)
    shift = header[30]
    if shift not in {9, 12}:
        msg = f"expected sectors of 512 or 4096 bytes, got 2^{shift}"
        raise Corrupt(msg)
    table = _Table(source, header, 1 << shift)
    found, whole = _directory(table, header, max_entries, max_blocks)
    if not found:
        msg = "the directory is not in the file"
        raise Corrupt(msg)
    return Ole(
        source=source,
        sector=1 << shift,
        cutoff=min(struct.unpack_from("<I", header, 56)[0], 1 << 20),
        root=found[0],
        paths=tree(found),
        complete=whole,
        _table=table,
        _mini=struct.unpack_from("<I", header, 60)[0],
    )


def _directory(table: _Table, header: bytes, max_entries: int, max_blocks: int) -> tuple[list[Entry], bool]:
    start, shift = struct.unpack_from("<I", header, 48)[0], header[30]
    found: list[Entry] = []
    blocks: set[int] = set()
    for number in table.chain(start, (max_entries << 7 >> shift) + 1):
        blocks.add((number + 1) << shift >> 16)
        if len(blocks) > max_blocks:
            return found, False
        data = table.sectors(number, 1)
        found += entries(data, large=shift == 12)
        if len(data) < 1 << shift or len(found) >= max_entries:
            return found, False
    return found, True
