"""Thrift's compact protocol, bounded: items, depth and lengths; unwanted fields are skipped.

Source: thrift-compact-protocol.md of Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from firstbytes.errors import Corrupt

Wanted: TypeAlias = "Mapping[int, Wanted | None]"
"""Field ids to keep; a mapping behind one selects fields of the struct, or of the structs of the list, in it."""

_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT, _UUID = range(14)
_DEPTH = 32


class Compact:
    """A reader over bytes. A value is an int, float, bool, bytes, a list, or a dict of field id to value for a struct.

    `items` bounds all values read or skipped together.
    """

    def __init__(self, data: bytes, at: int = 0, *, items: int = 4_000_000) -> None:
        self._data = data
        self.at = at
        self._items = items

    def struct(self, wanted: Wanted | None = None, depth: int = 0) -> dict[int, Any]:
        """Read a struct: all fields, or those wanted.

        Raises:
            Corrupt: the data ends, nests more than 32 deep, or has more items than allowed.
        """
        found: dict[int, Any] = {}
        self.fields(found, wanted, depth)
        return found

    def fields(self, found: dict[int, Any], wanted: Wanted | None = None, depth: int = 0) -> None:
        """Read a struct into `found`, which keeps what was read before the data ended."""
        field = 0
        while True:
            head = self._octet()
            kind = head & 0x0F
            if kind == _STOP:
                return
            delta = head >> 4
            field = field + delta if delta else _signed(self._varint())
            if wanted is not None and field not in wanted:
                self._skip(kind, depth)
            elif kind in {_TRUE, _FALSE}:
                found[field] = kind == _TRUE
            else:
                self._keep(found, field, kind, wanted[field] if wanted is not None else None, depth)

    def _keep(self, found: dict[int, Any], field: int, kind: int, wanted: Wanted | None, depth: int) -> None:
        if kind in {_LIST, _SET}:
            # The list is in place before its elements are, so that a cut-off one keeps those that were there.
            elements: list[Any] = []
            found[field] = elements
            self._list(elements, wanted, depth)
        elif kind == _STRUCT:
            inner: dict[int, Any] = {}
            found[field] = inner
            self._deeper(depth)
            self.fields(inner, wanted, depth + 1)
        else:
            found[field] = self._value(kind, wanted, depth)

    def _value(self, kind: int, wanted: Wanted | None, depth: int) -> Any:
        if kind in {_TRUE, _FALSE}:
            return self._octet() == _TRUE
        if kind == _BYTE:
            return int.from_bytes(self._take(1), "little", signed=True)
        if kind in {_I16, _I32, _I64}:
            return _signed(self._varint())
        if kind in {_DOUBLE, _UUID}:
            return self._take(8 if kind == _DOUBLE else 16)
        if kind == _BINARY:
            return self._take(self._varint())
        if kind in {_LIST, _SET}:
            elements: list[Any] = []
            self._list(elements, wanted, depth)
            return elements
        if kind == _STRUCT:
            self._deeper(depth)
            return self.struct(wanted, depth + 1)
        self._skip(kind, depth)
        return None

    def _list(self, elements: list[Any], wanted: Wanted | None, depth: int) -> None:
        size, kind = self._list_head()
        self._deeper(depth)
        for _ in range(size):
            if kind == _STRUCT:
                elements.append({})
                self.fields(elements[-1], wanted, depth + 1)
            else:
                elements.append(self._value(kind, wanted, depth + 1))

    def _list_head(self) -> tuple[int, int]:
        head = self._octet()
        size = head >> 4
        return (self._varint() if size == 15 else size), head & 0x0F

    def _skip(self, kind: int, depth: int) -> None:
        if kind in {_TRUE, _FALSE}:
            return
        if kind in {_I16, _I32, _I64}:
            self._varint()
        elif kind in {_BYTE, _DOUBLE, _UUID}:
            self._take({_BYTE: 1, _DOUBLE: 8, _UUID: 16}[kind])
        elif kind == _BINARY:
            self._take(self._varint())
        elif kind == _STRUCT:
            self._deeper(depth)
            self.fields({}, {}, depth + 1)
        elif kind in {_LIST, _SET}:
            self._deeper(depth)
            size, inner = self._list_head()
            for _ in range(size):
                self._skip_element(inner, depth + 1)
        elif kind == _MAP:
            self._deeper(depth)
            self._skip_map(depth + 1)
        else:
            msg = f"Thrift type {kind} at {self.at}"
            raise Corrupt(msg)

    def _skip_map(self, depth: int) -> None:
        size = self._varint()
        kinds = self._octet() if size else 0
        for _ in range(size):
            self._skip_element(kinds >> 4, depth)
            self._skip_element(kinds & 0x0F, depth)

    def _skip_element(self, kind: int, depth: int) -> None:
        if kind in {_TRUE, _FALSE}:
            self._octet()
        else:
            self._skip(kind, depth)

    def _deeper(self, depth: int) -> None:
        if depth >= _DEPTH:
            msg = f"Thrift structs nest deeper than {_DEPTH}"
            raise Corrupt(msg)

    def _octet(self) -> int:
        self._items -= 1
        if self._items < 0:
            msg = "more Thrift values than allowed"
            raise Corrupt(msg)
        if self.at >= len(self._data):
            msg = f"Thrift data ends at {self.at}"
            raise Corrupt(msg)
        self.at += 1
        return self._data[self.at - 1]

    def _take(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            msg = f"Thrift data ends {size - len(piece)} bytes early"
            raise Corrupt(msg)
        self.at += size
        return piece

    def _varint(self) -> int:
        value = shift = 0
        while True:
            octet = self._octet()
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                return value
            shift += 7
            if shift > 63:
                msg = f"Thrift integer of more than 64 bits at {self.at}"
                raise Corrupt(msg)


def _signed(zigzag: int) -> int:
    return (zigzag >> 1) ^ -(zigzag & 1)
