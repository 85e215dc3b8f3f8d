"""ZIP archives by ranges: the central directory, and single members up to a limit (PKWARE APPNOTE 6.3.10).

    archive = open_zip(source)             one or two reads: the tail, and the directory where that is longer
    for member in archive.members(): ...   entries one by one, never a million objects
    archive.read("docProps/core.xml", 65536)

Archives behind other data (self-extracting, CRX) and before trailing data are found. Where the central directory is
missing, the local headers in the first bytes stand in for it, and `truncated` says so.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes import Corrupt, Decline
from firstbytes.formats.zip_entries import (
    CENTRAL,
    DEFLATED,
    LOCAL,
    STORED,
    Member,
    central,
    fold,
    local_headers,
    text,
    u16,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

MAX_ENTRIES = 100_000
"""Entries that are looked at; an archive may declare more."""
MAX_DIRECTORY = 8 * 1024 * 1024
"""Bytes of the central directory that are read: 100,000 entries and some."""

END, _END64, _LOCATOR = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_TAIL = 22 + 0xFFFF
_CHUNK = 64 * 1024
_STEP = 4096


@dataclass(slots=True, kw_only=True)
class Zip:
    """An opened archive. `entry_count` is what it declares, whatever the caps; `prefix` are the bytes before it."""

    source: ByteSource
    entry_count: int
    comment: bytes = b""
    prefix: int = 0
    zip64: bool = False
    complete: bool = True
    """False when part of the directory was not read."""
    truncated: bool = False
    """True when there is no central directory and local headers stand in for it."""
    _directory: bytes = b""
    _local: tuple[Member, ...] = ()
    _index: dict[str, int] = field(default_factory=dict)

    def members(self, limit: int = MAX_ENTRIES) -> Iterator[Member]:
        """Yield up to `limit` entries in the directory's order."""
        if self.truncated:
            yield from self._local[:limit]
            return
        for position, _ in self._records(limit):
            yield central(self._directory, position, self.prefix)

    def names(self, limit: int = MAX_ENTRIES) -> Iterator[str]:
        """Yield the names of up to `limit` entries: cheaper than `members`."""
        if self.truncated:
            yield from (member.name for member in self._local[:limit])
            return
        for position, name in self._records(limit):
            yield text(name, u16(self._directory, position + 8))

    def last_names(self) -> Iterator[str]:
        """Yield the names of the entries in the last 64 KB: of a directory that is longer than what was read."""
        tail = self.source.read(max(0, self.source.size - _TAIL), _TAIL)
        position = tail.find(CENTRAL)
        while 0 <= position <= len(tail) - 46:
            length = u16(tail, position + 28)
            yield text(tail[position + 46 : position + 46 + length], u16(tail, position + 8))
            position = tail.find(CENTRAL, position + 46 + length)

    def get(self, name: str) -> Member | None:
        """Return the entry of that name; failing that, one that differs in case, a leading slash or backslashes."""
        if not self._index:
            for number, (key, position) in enumerate(self._keys()):
                self._index[key] = position
                self._index.setdefault(f"\0{fold(key)}", position)
                if number >= MAX_ENTRIES:
                    break
        place = self._index.get(name, self._index.get(f"\0{fold(name)}"))
        if place is None:
            return None
        if self.truncated:
            return self._local[place]
        return central(self._directory, place, self.prefix)

    def __contains__(self, name: str) -> bool:
        """Return whether `get` finds that name."""
        return self.get(name) is not None

    def read(self, member: Member | str, limit: int) -> bytes:
        """Return up to `limit` bytes of a member, unpacked; nothing when there is no such member.

        Raises:
            Corrupt: its header or its data are broken from the start.
            Decline: it is encrypted ("encrypted"), or packed with a method other than deflate.
        """
        found = self.get(member) if isinstance(member, str) else member
        return b"" if found is None else _read(self.source, found, limit)

    def _keys(self) -> Iterator[tuple[str, int]]:
        if self.truncated:
            yield from ((member.name, place) for place, member in enumerate(self._local))
        else:
            for position, name in self._records(MAX_ENTRIES):
                yield text(name, u16(self._directory, position + 8)), position

    def _records(self, limit: int) -> Iterator[tuple[int, bytes]]:
        data, position = self._directory, 0
        while limit > 0 and data.startswith(CENTRAL, position) and position + 46 <= len(data):
            name, extra, comment = struct.unpack_from("<3H", data, position + 28)
            yield position, data[position + 46 : position + 46 + name]
            position += 46 + name + extra + comment
            limit -= 1


def open_zip(source: ByteSource, *, max_directory: int = MAX_DIRECTORY, window: int = _CHUNK) -> Zip:
    """Find and read the central directory; failing that, the local headers in the first `window` bytes.

    Raises:
        Corrupt: there is neither.
    """
    start = max(0, source.size - _TAIL)
    tail = source.read(start, _TAIL)
    position = len(tail)
    for _ in range(16):
        position = tail.rfind(END, 0, max(0, position))
        if position < 0:
            break
        if position + 22 <= len(tail) and (found := _directory(source, tail, start, position, max_directory)):
            if _is_inner(found):
                break
            return found
    members = tuple(local_headers(source.read(0, window)))
    if not members:
        msg = "neither a central directory nor a local header"
        raise Corrupt(msg)
    return Zip(source=source, entry_count=len(members), complete=False, truncated=True, _local=members)


def _is_inner(found: Zip) -> bool:
    """Return whether it is an archive stored in another one, whose own directory is cut off."""
    return found.prefix > 0 and all(found.source.read(at, 4) == LOCAL for at in (0, found.prefix))


def _directory(source: ByteSource, tail: bytes, start: int, position: int, cap: int) -> Zip | None:
    count, size, offset, comment = struct.unpack_from("<10xHIIH", tail, position)
    end = start + position
    large = _end64(source, tail, start, position) if position >= 20 else None
    if large:
        count, size, offset, end = large
    if size > end:
        return None
    # What precedes an archive (a program, a CRX header) shifts every offset; what follows its directory does not.
    for first in (end - size, offset):
        if size == 0 or source.read(first, 4) == CENTRAL:
            break
    else:
        return None
    data = source.read(first, min(size, cap))
    return Zip(
        source=source,
        entry_count=count,
        comment=tail[position + 22 : position + 22 + comment],
        prefix=max(0, first - offset),
        zip64=large is not None,
        complete=len(data) == size and count <= MAX_ENTRIES,
        _directory=data,
    )


def _end64(source: ByteSource, tail: bytes, start: int, position: int) -> tuple[int, int, int, int] | None:
    if not tail.startswith(_LOCATOR, position - 20):
        return None
    declared = struct.unpack_from("<Q", tail, position - 12)[0]
    for place in (declared, start + position - 20 - 56):
        record = source.read(place, 56)
        if len(record) == 56 and record.startswith(_END64):
            count, size, offset = struct.unpack_from("<32xQQQ", record)
            return count, size, offset, place
    return None


def _read(source: ByteSource, member: Member, limit: int) -> bytes:
    if member.encrypted:
        msg = "encrypted"
        raise Decline(msg)
    if member.method not in {STORED, DEFLATED}:
        msg = f"compression method {member.method}"
        raise Decline(msg)
    # No stream of `limit` bytes packs to much more; one padded with empty blocks is not followed to its end.
    wanted = min(member.compressed, limit + limit // 8 + _CHUNK)
    header = source.read(member.offset, 30 + 256 + min(wanted, limit, _CHUNK))
    if len(header) < 30 or not header.startswith(LOCAL):
        msg = f"no local header for {member.name[:100]!r}"
        raise Corrupt(msg)
    start = member.offset + 30 + u16(header, 26) + u16(header, 28)
    if member.method == STORED:
        return source.read(start, min(member.compressed, limit))
    return _inflate(source, start, wanted, limit)


def _inflate(source: ByteSource, start: int, packed: int, limit: int) -> bytes:
    unpacker, parts, left, position, data = zlib.decompressobj(-15), list[bytes](), limit, 0, b""
    while left > 0 and not unpacker.eof:
        if not data:
            # Small members come in one read, large ones no further than is asked for.
            data = source.read(start + position, min(packed - position, max(_STEP, left)))
            position += len(data)
            if not data:
                parts.append(unpacker.flush()[:left])
                break
        try:
            # In steps, so that what comes before a broken place is not lost.
            parts.append(unpacker.decompress(data, min(left, _STEP)))
        except zlib.error as error:
            if parts:
                break
            msg = f"broken deflate data: {error}"
            raise Corrupt(msg) from error
        data = unpacker.unconsumed_tail
        left -= len(parts[-1])
    return b"".join(parts)
