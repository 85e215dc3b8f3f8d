"""Thrift's compact protocol, bounded: depth and lengths are checked, and every value takes at least a byte.

Source: thrift-compact-protocol.md of Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from firstbytes.errors import Corrupt

Wanted: TypeAlias = "Mapping[int, Wanted | None]"
"""Field ids to keep; a mapping behind one selects fields of the struct, or of the structs of the list, in it."""

_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT, _UUID = range(14)
_FIXED = {_BYTE: 1, _DOUBLE: 8, _UUID: 16}
_DEPTH = 32


class Compact:
    """A reader over bytes. A value is an int, bool, bytes (doubles too), a list, or a dict of field id to value.

    Maps are skipped and come as None.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self.at = at

    def struct(self, wanted: Wanted | None = None) -> dict[int, Any]:
        """Read a struct: all fields, or those wanted.

        Raises:
            Corrupt: the data ends, nests more than 32 deep, or has a type that there is not.
        """
        found: dict[int, Any] = {}
        self.fields(found, wanted)
        return found

    def fields(self, found: dict[int, Any], wanted: Wanted | None = None) -> None:
        """Read a struct into `found`, which keeps what was read before the data ended."""
        try:
            self.at = _fields(self._data, self.at, found, wanted, 0)
        except IndexError as error:
            msg = f"Thrift data ends within {len(self._data)} bytes"
            raise Corrupt(msg) from error


def _fields(data: bytes, at: int, found: dict[int, Any], wanted: Wanted | None, depth: int) -> int:
    field = 0
    _check(depth)
    while True:
        head = data[at]
        at += 1
        kind = head & 0x0F
        if kind == _STOP:
            return at
        if head > 0x0F:
            field += head >> 4
        else:
            number, at = _varint(data, at)
            field = _signed(number)
        if wanted is not None and field not in wanted:
            at = _past(data, at, kind, depth + 1)
        elif kind <= _FALSE:
            found[field] = kind == _TRUE
        else:
            at = _keep(data, at, found, (field, kind), wanted[field] if wanted else None, depth)


def _keep(
    data: bytes, at: int, found: dict[int, Any], field: tuple[int, int], wanted: Wanted | None, depth: int
) -> int:
    """Read a value into its place; lists and structs are put there before they are read, in case the data ends."""
    number, kind = field
    if kind in {_LIST, _SET}:
        elements: list[Any] = []
        found[number] = elements
        return _list(data, at, elements, wanted, depth + 1)
    if kind == _STRUCT:
        inner: dict[int, Any] = {}
        found[number] = inner
        return _fields(data, at, inner, wanted, depth + 1)
    found[number], at = _value(data, at, kind, wanted, depth)
    return at


def _value(data: bytes, at: int, kind: int, wanted: Wanted | None, depth: int) -> tuple[Any, int]:
    if kind in {_I16, _I32, _I64}:
        number, at = _varint(data, at)
        return _signed(number), at
    if kind == _BINARY:
        size, at = _varint(data, at)
        return _slice(data, at, size), at + size
    if kind in {_TRUE, _FALSE}:
        return data[at] == _TRUE, at + 1
    if kind == _BYTE:
        return int.from_bytes(_slice(data, at, 1), "little", signed=True), at + 1
    if kind in _FIXED:
        return _slice(data, at, _FIXED[kind]), at + _FIXED[kind]
    if kind in {_LIST, _SET}:
        elements: list[Any] = []
        return elements, _list(data, at, elements, wanted, depth + 1)
    return None, _past(data, at, kind, depth + 1)


def _list(data: bytes, at: int, elements: list[Any], wanted: Wanted | None, depth: int) -> int:
    _check(depth)
    size, kind, at = _list_head(data, at)
    for _ in range(size):
        if kind == _STRUCT:
            element: dict[int, Any] = {}
            elements.append(element)
            at = _fields(data, at, element, wanted, depth + 1)
        else:
            value, at = _value(data, at, kind, wanted, depth)
            elements.append(value)
    return at


def _list_head(data: bytes, at: int) -> tuple[int, int, int]:
    head = data[at]
    if head < 0xF0:
        return head >> 4, head & 0x0F, at + 1
    size, at = _varint(data, at + 1)
    return size, head & 0x0F, at


def _past(data: bytes, at: int, kind: int, depth: int) -> int:
    """Return where the value after this one is."""
    if kind == _BINARY:
        size, at = _varint(data, at)
        return at + size
    if kind in {_I16, _I32, _I64}:
        while data[at] > 0x7F:
            at += 1
        return at + 1
    if kind in {_TRUE, _FALSE}:
        return at
    if kind in _FIXED:
        # Reading them makes an early end known: a list may claim any number of them.
        return at + len(_slice(data, at, _FIXED[kind]))
    _check(depth)
    if kind == _STRUCT:
        return _past_struct(data, at, depth)
    if kind in {_LIST, _SET}:
        size, inner, at = _list_head(data, at)
        for _ in range(size):
            at = _past_element(data, at, inner, depth)
        return at
    return _past_map(data, at, kind, depth)


def _past_map(data: bytes, at: int, kind: int, depth: int) -> int:
    if kind != _MAP:
        msg = f"Thrift type {kind} at {at}"
        raise Corrupt(msg)
    size, at = _varint(data, at)
    if not size:
        return at
    kinds = data[at]
    at += 1
    for _ in range(size):
        at = _past_element(data, _past_element(data, at, kinds >> 4, depth), kinds & 0x0F, depth)
    return at


def _past_struct(data: bytes, at: int, depth: int) -> int:
    while True:
        head = data[at]
        at += 1
        if not head & 0x0F:
            return at
        if head < 0x10:
            _, at = _varint(data, at)
        at = _past(data, at, head & 0x0F, depth + 1)


def _past_element(data: bytes, at: int, kind: int, depth: int) -> int:
    if kind in {_TRUE, _FALSE}:
        _slice(data, at, 1)
        return at + 1
    return _past(data, at, kind, depth + 1)


def _slice(data: bytes, at: int, size: int) -> bytes:
    piece = data[at : at + size]
    if len(piece) < size:
        raise IndexError
    return piece


def _varint(data: bytes, at: int) -> tuple[int, int]:
    octet = data[at]
    if octet < 0x80:
        return octet, at + 1
    value, shift = octet & 0x7F, 7
    while shift < 70:
        at += 1
        octet = data[at]
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at + 1
        shift += 7
    msg = f"Thrift integer of more than 64 bits at {at}"
    raise Corrupt(msg)


def _signed(zigzag: int) -> int:
    return (zigzag >> 1) ^ -(zigzag & 1)


def _check(depth: int) -> None:
    if depth > _DEPTH:
        msg = f"Thrift structs nest deeper than {_DEPTH}"
        raise Corrupt(msg)
