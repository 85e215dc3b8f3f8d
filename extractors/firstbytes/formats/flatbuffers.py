"""FlatBuffers, read by field number without a compiled schema. Every offset is checked against the buffer."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firstbytes.errors import Corrupt

_LIMIT = 100_000
_FORMATS = {1: ("<B", "<b"), 2: ("<H", "<h"), 4: ("<I", "<i"), 8: ("<Q", "<q")}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: where it is in the buffer and where its vtable is."""

    data: bytes
    at: int
    vtable: int

    def scalar(self, field: int, size: int = 4, default: int = 0, *, signed: bool = True) -> int:
        """Return an integer field of `size` bytes, `default` when it is not there."""
        place = self._place(field)
        return _integer(self.data, place, size, signed=signed) if place else default

    def table(self, field: int) -> Table | None:
        """Return a table field."""
        place = self._place(field)
        return table(self.data, place + _integer(self.data, place, 4)) if place else None

    def text(self, field: int, limit: int = 4096) -> str | None:
        """Return a string field, at most `limit` bytes of it."""
        place = self._place(field)
        if not place:
            return None
        at = place + _integer(self.data, place, 4)
        size = _integer(self.data, at, 4)
        return self.data[at + 4 : at + 4 + min(size, limit)].decode("utf-8", "replace")

    def vector(self, field: int) -> tuple[int, int]:
        """Return where the elements of a vector field are and how many it claims, (0, 0) when it is not there."""
        place = self._place(field)
        if not place:
            return 0, 0
        at = place + _integer(self.data, place, 4)
        return at + 4, _integer(self.data, at, 4)

    def tables(self, field: int, limit: int = _LIMIT) -> Iterator[Table]:
        """Yield the tables of a vector field, at most `limit`."""
        at, count = self.vector(field)
        for place in range(at, at + 4 * min(count, limit), 4):
            yield table(self.data, place + _integer(self.data, place, 4))

    def structs(self, field: int, size: int, limit: int = _LIMIT) -> Iterator[bytes]:
        """Yield the structs of `size` bytes of a vector field, at most `limit` and no more than are there."""
        at, count = self.vector(field)
        for place in range(at, at + size * min(count, limit), size):
            piece = self.data[place : place + size]
            if len(piece) < size:
                return
            yield piece

    def _place(self, field: int) -> int:
        entry = 4 + 2 * field
        if entry + 2 > _integer(self.data, self.vtable, 2):
            return 0
        offset = _integer(self.data, self.vtable + entry, 2)
        return self.at + offset if offset else 0


def root(data: bytes, at: int = 0) -> Table:
    """Return the root table of the buffer that begins at `at`.

    Raises:
        Corrupt: an offset leads out of the buffer; the same for every method of a table.
    """
    return table(data, at + _integer(data, at, 4))


def table(data: bytes, at: int) -> Table:
    """Return the table at `at`."""
    return Table(data, at, at - _integer(data, at, 4, signed=True))


def _integer(data: bytes, at: int, size: int, *, signed: bool = False) -> int:
    if at < 0 or at + size > len(data):
        msg = f"FlatBuffers offset {at} outside of {len(data)} bytes"
        raise Corrupt(msg)
    value: int = struct.unpack_from(_FORMATS[size][signed], data, at)[0]
    return value
