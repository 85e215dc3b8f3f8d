"""FlatGeobuf: the header table behind the magic (header.fbs 3.x)."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.geo import crs
from firstbytes.formats.flatbuffers import Table, root
from firstbytes.formats.values import clean, known

_HEADER = 4 * 1024 * 1024
_COLUMNS = 200
_GEOMETRIES = (
    *("Unknown", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"),
    *("GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface"),
    *("Curve", "Surface", "PolyhedralSurface", "TIN", "Triangle"),
)
_TYPES = (
    *("int8", "uint8", "bool", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float", "double"),
    *("string", "json", "datetime", "binary"),
)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return name, features, geometry type, bounds, columns and coordinate system."""
    size = int.from_bytes(source.read(8, 4), "little")
    if not 8 <= size <= min(_HEADER, source.size - 12):
        raise Corrupt(f"header of {size} bytes")
    table = root(source.read(12, size))
    kind = table.scalar(2, 1, signed=False)
    columns = [_column(column) for column in table.tables(7, _COLUMNS)]
    _, count = table.vector(7)
    features = table.scalar(8, 8)
    return {
        "core": known(
            {
                "title": clean(table.text(11)) or clean(table.text(0)),
                "description": clean(table.text(12)),
                "row_count": features if 0 < features <= 2**53 else None,
                "column_count": count or None,
            }
        ),
        **known(
            {
                "geometry_type": _GEOMETRIES[kind] if kind < len(_GEOMETRIES) else f"type {kind}",
                "bounds": _bounds(table),
                "columns": columns,
                "is_indexed": table.scalar(9, 2, default=16) > 0,
                "crs": _crs(table.table(10)),
            }
        ),
    }


def _column(column: Table) -> JSON:
    kind = column.scalar(1, 1, signed=False)
    return {
        "name": clean(column.text(0, 512)) or "",
        "type": _TYPES[kind] if kind < len(_TYPES) else f"type {kind}",
        "nullable": bool(column.scalar(7, 1, default=1)),
    }


def _bounds(table: Table) -> JSON:
    values = [struct.unpack("<d", piece)[0] for piece in table.structs(1, 8, 8)]
    if len(values) < 4 or not all(math.isfinite(value) for value in values):
        return None
    half = len(values) // 2
    return {"min_x": values[0], "min_y": values[1], "max_x": values[half], "max_y": values[half + 1]}


def _crs(table: Table | None) -> JSON:
    if table is None:
        return None
    wkt = table.text(4)
    described = crs.from_wkt(wkt) if wkt else {}
    own = known({"name": clean(table.text(2)), "epsg": table.scalar(1) or None})
    return {**(described if isinstance(described, dict) else {}), **own}
