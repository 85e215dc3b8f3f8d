"""Property sets in streams of OLE2 files: SummaryInformation and its kin ([MS-OLEPS] 2)."""

from __future__ import annotations

import codecs
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from firstbytes.formats.values import clean

Value: TypeAlias = "str | int | float | bool | datetime | list[Value] | None"
"""A property's value. A FILETIME is an aware datetime, or None where no calendar holds it."""

_MAX_PROPERTIES = 500
_MAX_ITEMS = 500
_MAX_TEXT = 8192
_NUMBERS = {
    2: "<h",
    3: "<i",
    4: "<f",
    5: "<d",
    16: "<b",
    17: "<B",
    18: "<H",
    19: "<I",
    20: "<q",
    21: "<Q",
    22: "<i",
    23: "<I",
}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PropertySet:
    """One section: its properties by number, their names where it has a dictionary, the code page of its strings."""

    values: Mapping[int, Value] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    code_page: int = 0
    ticks: Mapping[int, int] = field(default_factory=dict)
    """Raw FILETIMEs, 100 ns each: editing time is stored as one."""


def property_sets(data: bytes) -> list[PropertySet]:
    """Return the sections of a property set stream, two at most; none when it is not one."""
    if len(data) < 48 or not data.startswith(b"\xfe\xff"):
        return []
    count = struct.unpack_from("<I", data, 24)[0]
    found = []
    for index in range(min(count, 2)):
        place = 28 + 20 * index
        if place + 20 <= len(data):
            offset = struct.unpack_from("<I", data, place + 16)[0]
            found.append(_section(data[offset:]))
    return found


def _section(data: bytes) -> PropertySet:
    if len(data) < 8:
        return PropertySet()
    count = min(struct.unpack_from("<I", data, 4)[0], _MAX_PROPERTIES, (len(data) - 8) // 8)
    places = dict(struct.iter_unpack("<II", data[8 : 8 + count * 8]))
    page = _code_page(data, places.get(1, 0))
    values: dict[int, Value] = {}
    ticks: dict[int, int] = {}
    for number, place in places.items():
        if number < 2 or place + 4 > len(data):
            continue
        kind = struct.unpack_from("<I", data, place)[0]
        if kind & 0xFFFF == 64 and place + 12 <= len(data):
            ticks[number] = struct.unpack_from("<Q", data, place + 4)[0]
        values[number] = _typed(data, kind, place + 4, page)[0]
    names = _dictionary(data, places[0], page) if 0 in places else {}
    return PropertySet(values, names, page, ticks)


def _code_page(data: bytes, place: int) -> int:
    return struct.unpack_from("<H", data, place + 4)[0] if place and place + 6 <= len(data) else 1252


def _typed(data: bytes, kind: int, place: int, page: int) -> tuple[Value, int]:
    """Return a value and where the next one begins ([MS-OLEPS] 2.15)."""
    base = kind & 0xFFF
    if kind & 0x1000:
        return _vector(data, base, place, page)
    try:
        if base in _NUMBERS:
            value = struct.unpack_from(_NUMBERS[base], data, place)[0]
            return value if math.isfinite(value) else None, place + max(4, struct.calcsize(_NUMBERS[base]))
        if base == 11:
            return struct.unpack_from("<h", data, place)[0] != 0, place + 4
        if base == 64:
            return _moment(struct.unpack_from("<Q", data, place)[0]), place + 8
        if base in {8, 30, 31}:
            length = struct.unpack_from("<I", data, place)[0] * (2 if base == 31 else 1)
            text = _decoded(data[place + 4 : place + 4 + min(length, _MAX_TEXT)], 1200 if base == 31 else page)
            return text, place + 4 + length + -length % 4
    except struct.error:
        # The value ends beyond the section: nothing behind it can be read either.
        return None, len(data)
    return None, len(data)


def _vector(data: bytes, base: int, place: int, page: int) -> tuple[Value, int]:
    if place + 4 > len(data):
        return None, len(data)
    count = min(struct.unpack_from("<I", data, place)[0], _MAX_ITEMS)
    place += 4
    found: list[Value] = []
    for _ in range(count):
        kind = base
        if place + 4 > len(data):
            break
        if base == 12:
            kind = struct.unpack_from("<I", data, place)[0] & 0xFFF
            place += 4
        start = place
        value, place = _typed(data, kind, place, page)
        if kind == 30 and start + 4 <= len(data):
            # Code page strings in a vector are not padded.
            place = start + 4 + struct.unpack_from("<I", data, start)[0]
        found.append(value)
    return found, place


def _dictionary(data: bytes, place: int, page: int) -> dict[int, str]:
    names: dict[int, str] = {}
    if place + 4 > len(data):
        return names
    count = min(struct.unpack_from("<I", data, place)[0], _MAX_PROPERTIES)
    place += 4
    for _ in range(count):
        if place + 8 > len(data):
            break
        number, length = struct.unpack_from("<II", data, place)
        size = length * 2 if page == 1200 else length
        if text := _decoded(data[place + 8 : place + 8 + min(size, 512)], page):
            names[number] = text
        place += 8 + size + (-size % 4 if page == 1200 else 0)
    return names


def _decoded(raw: bytes, page: int) -> str | None:
    if page == 1200:
        return clean(raw.decode("utf-16-le", "replace").partition("\0")[0])
    return clean(decode_page(raw.partition(b"\0")[0], page))


def decode_page(raw: bytes, page: int) -> str:
    """Return bytes in a Windows code page as text; an unknown page is read as 1252."""
    name = {65001: "utf-8", 10000: "mac_roman", 1200: "utf-16-le", 20866: "koi8_r", 28591: "latin_1"}.get(
        page, f"cp{page}"
    )
    try:
        codecs.lookup(name)
    except LookupError:
        name = "cp1252"
    return raw.decode(name, "replace")


def _moment(ticks: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
    except OverflowError:
        return None
