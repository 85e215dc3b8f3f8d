"""The files and folders of an ISO 9660 image (ECMA-119, 9.1; Joliet; SUSP and Rock Ridge for names)."""

from __future__ import annotations

import struct
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing, Window
from firstbytes.formats.values import clean, from_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

_SECTOR = 2048
_FOLDER = 64 * 1024
_BLOCKS = 16
_SUPPLEMENTARY = 2
_RECORD = 34
_SHARED = b"SP\x07\x01\xbe\xef"


class Tree:
    """Walks the folders of a volume, the root first, then level by level, each one once."""

    def __init__(self, source: ByteSource, descriptor: bytes, block_size: int) -> None:
        self._window = Window(source, _BLOCKS)
        self._block_size = block_size
        self._wide = descriptor[0] == _SUPPLEMENTARY
        self._root = struct.unpack_from("<I4xI", descriptor, 158)
        self.listing = Listing(render=lambda entry: from_datetime(datetime.fromtimestamp(entry.moment, UTC)))
        self.rock_ridge = False
        self.complete = True

    def walk(self) -> bool:
        """Add up every entry; return whether there was a root folder. `complete` says if all was looked at."""
        root = self._folder(*self._root)
        self.rock_ridge = _SHARED in root[:256]
        waiting = deque([("", root)])
        seen = {self._root[0]}
        while waiting:
            prefix, data = waiting.popleft()
            for entry, extent, length in self._entries(data, prefix):
                if self.listing.count >= MAX_ENTRIES:
                    self.complete = False
                    return True
                self.listing.add(entry)
                if entry.folder and extent not in seen:
                    seen.add(extent)
                    waiting.append((f"{entry.name}/", self._folder(extent, length)))
        return bool(root)

    def _folder(self, extent: int, length: int) -> bytes:
        wanted = min(length, _FOLDER)
        data = self._window.read(extent * self._block_size, wanted)
        self.complete = self.complete and len(data) == length
        return data

    def _entries(self, data: bytes, prefix: str) -> Iterator[tuple[Entry, int, int]]:
        position = 0
        while position < len(data):
            size = data[position]
            record = data[position : position + size]
            if size < _RECORD or len(record) < _RECORD:
                # Records do not cross sectors: the rest of one is zeros.
                position = (position // _SECTOR + 1) * _SECTOR
                continue
            position += size
            name, extra = record[33 : 33 + record[32]], record[33 + record[32] + (1 - record[32] % 2) :]
            self.rock_ridge = self.rock_ridge or extra.startswith((_SHARED, b"RR\x05\x01"))
            if name in {b"\0", b"\1", b""}:
                continue
            label = name.decode("utf-16-be" if self._wide else "utf-8", "replace")
            label = (clean(None if self._wide else _alternate(extra)) or clean(label, 255) or "").partition(";")[0]
            extent, length = struct.unpack_from("<I4xI", record, 2)
            folder = bool(record[25] & 2)
            yield (
                Entry(f"{prefix}{label}", 0 if folder else length, folder=folder, moment=_moment(record)),
                extent,
                length,
            )


def _moment(record: bytes) -> float:
    """Return seconds since 1970 of a record's date: seven bytes, the last one quarters of an hour (ECMA-119, 9.1.5)."""
    year, month, day, hour, minute, second = record[18:24]
    quarters = struct.unpack_from("b", record, 24)[0]
    try:
        local = datetime(1900 + year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return 0
    return (local - timedelta(minutes=15 * quarters)).timestamp()


def _alternate(extra: bytes) -> str | None:
    """Return the Rock Ridge name, whole when it is in pieces."""
    position, parts = 0, list[bytes]()
    while position + 5 <= len(extra):
        kind, length = extra[position : position + 2], extra[position + 2]
        if length < 4:
            break
        if kind == b"NM" and not extra[position + 4] & 6:
            parts.append(extra[position + 5 : position + length])
        position += length
    return b"".join(parts).decode("utf-8", "replace") or None
