"""NetCDF: the header of the classic formats 1, 2 and 5 (NetCDF classic format specification); format 4 is HDF5."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import hdf5, schema
from firstbytes.formats.values import clean, from_iso, known

_HEADER = 1024 * 1024
_LISTED = 200
_ITEMS = 20_000
_TEXT = 4096
_DIMENSIONS, _VARIABLES, _ATTRIBUTES = 10, 11, 12
_STREAMING = {4: 0xFFFFFFFF, 8: 0xFFFFFFFFFFFFFFFF}
_TYPES = {
    1: ("int8", 1),
    2: ("char", 1),
    3: ("int16", 2),
    4: ("int32", 4),
    5: ("float", 4),
    6: ("double", 8),
    7: ("uint8", 1),
    8: ("uint16", 2),
    9: ("uint32", 4),
    10: ("int64", 8),
    11: ("uint64", 8),
}
_CHAR = 2


@dataclass(slots=True)
class _Cursor:
    """Reads the header's fields; `wide` is the size of counts, 8 bytes in format 5."""

    data: bytes
    wide: int
    at: int = 4

    def number(self, size: int = 0) -> int:
        """Return a number of that many bytes, or as wide as counts are."""
        return int.from_bytes(self.take(size or self.wide), "big")

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        piece = self.data[self.at : self.at + size]
        if size < 0 or len(piece) < size:
            raise EOFError
        self.at += size
        return piece

    def padded(self, size: int) -> bytes:
        """Return the next bytes, and pass the ones that fill up to four."""
        piece = self.take(size)
        self.take(-size % 4)
        return piece

    def name(self) -> str:
        """Return a name."""
        return self.padded(self.number())[:512].decode("utf-8", "replace")

    def items(self, kind: int) -> int:
        """Return how many items a list has, after checking what kind of list it is."""
        found, count = self.number(4), self.number()
        if found not in {0, kind} or count > _ITEMS or (found == 0 and count):
            msg = f"list of kind {found} with {count} items where kind {kind} belongs"
            raise Corrupt(msg)
        return count


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return dimensions, variables, and title, creator, history and conventions of a netCDF file."""
    head = source.read(0, 4)
    if head[:3] != b"CDF":
        return hdf5.extract(source, ctx)
    if head[3:] not in {b"\x01", b"\x02", b"\x05"}:
        raise Corrupt("unknown version of the classic format")
    cursor = _Cursor(source.read(0, _HEADER), 8 if head[3] == 5 else 4)
    try:
        return _header(cursor, head[3])
    except EOFError as error:
        if source.size > _HEADER:
            return schema.too_large("header", source.size, _HEADER)
        raise Corrupt("header ends early") from error


def _header(cursor: _Cursor, version: int) -> dict[str, JSON]:
    records = cursor.number()
    dimensions = [(cursor.name(), cursor.number()) for _ in range(cursor.items(_DIMENSIONS))]
    told = _attributes(cursor)
    variables = [_variable(cursor, dimensions, version) for _ in range(cursor.items(_VARIABLES))]
    streaming = records == _STREAMING[cursor.wide]
    creators = [text for key in ("creator_name", "author", "institution") if (text := told.get(key))]
    return {
        "core": known(
            {
                "title": told.get("title"),
                "description": told.get("summary") or told.get("comment"),
                "authors": creators[:1],
                "company": told.get("institution"),
                "license": told.get("license"),
                "identifier": told.get("id"),
                "generator": told.get("source"),
                "created": from_iso(told.get("date_created")),
                "modified": from_iso(told.get("date_modified")),
                "starts_at": from_iso(told.get("time_coverage_start")),
                "ends_at": from_iso(told.get("time_coverage_end")),
                "keywords": [word.strip() for word in (told.get("keywords") or "").split(",") if word.strip()][:256],
                "format_version": {1: "classic", 2: "64-bit offset", 5: "64-bit data"}[version],
                "row_count": None if streaming else min(records, 2**53),
                "column_count": len(variables),
            }
        ),
        **known(
            {
                "dimensions": [
                    {"name": clean(name) or "", "length": length or None} for name, length in dimensions[:_LISTED]
                ],
                "variables": variables[:_LISTED],
                "conventions": told.get("Conventions"),
                "tags": {key: value for key, value in list(told.items())[:_LISTED] if key},
            }
        ),
    }


def _attributes(cursor: _Cursor) -> dict[str, str]:
    """Return the attributes of a list that are text; numbers are skipped."""
    found: dict[str, str] = {}
    for _ in range(cursor.items(_ATTRIBUTES)):
        name, kind, count = cursor.name(), cursor.number(4), cursor.number()
        if kind not in _TYPES:
            msg = f"attribute of type {kind}"
            raise Corrupt(msg)
        value = cursor.padded(count * _TYPES[kind][1])
        text = clean(value[:_TEXT].decode("utf-8", "replace")) if kind == _CHAR else None
        if text:
            found[clean(name, 256) or ""] = text
    return found


def _variable(cursor: _Cursor, dimensions: list[tuple[str, int]], version: int) -> JSON:
    name, count = cursor.name(), cursor.number()
    if count > 1024:
        msg = f"variable of {count} dimensions"
        raise Corrupt(msg)
    over = [cursor.number() for _ in range(count)]
    told = _attributes(cursor)
    kind = cursor.number(4)
    cursor.take(cursor.wide + (4 if version == 1 else 8))
    return known(
        {
            "name": clean(name, 512) or "?",
            "type": _TYPES.get(kind, (f"type {kind}", 0))[0],
            "dimensions": [clean(dimensions[one][0]) or "" for one in over if one < len(dimensions)],
            "units": told.get("units"),
            "long_name": told.get("long_name") or told.get("standard_name"),
        }
    )
