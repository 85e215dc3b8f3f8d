"""ESRI shapefiles: the header that .shp and .shx share (ESRI, 1998)."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import known

_SHAPES = {
    0: "Null",
    1: "Point",
    3: "PolyLine",
    5: "Polygon",
    8: "MultiPoint",
    11: "PointZ",
    13: "PolyLineZ",
    15: "PolygonZ",
    18: "MultiPointZ",
    21: "PointM",
    23: "PolyLineM",
    25: "PolygonM",
    28: "MultiPointM",
    31: "MultiPatch",
}
_RECORD = 28
"""Bytes of a point's record; records of points are all alike, so their number follows from the size."""


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return geometry type, bounds and, where it follows from the size, the number of records."""
    head = source.read(0, 100)
    if len(head) < 100 or int.from_bytes(head[:4], "big") != 9994:
        raise Corrupt("header ends early")
    kind = int.from_bytes(head[32:36], "little")
    size = int.from_bytes(head[24:28], "big") * 2
    index = ctx.media_type == "application/vnd.shx"
    count = (size - 100) // 8 if index else (size - 100) // _RECORD if kind == 1 else None
    missing = size > source.size
    return {
        "core": known({"row_count": count if count is None or count >= 0 else None}),
        **known({"geometry_type": _SHAPES.get(kind, f"type {kind}"), "bounds": _bounds(head, kind)}),
        **({"outcome": "partial", "reason": "records are missing at the end"} if missing else {}),
    }


def _bounds(head: bytes, kind: int) -> JSON:
    values = struct.unpack_from("<8d", head, 36)
    keys = ("min_x", "min_y", "max_x", "max_y", "min_z", "max_z", "min_m", "max_m")
    # Measures below -1e38 mean "no data"; flat types keep zeros in the fields of the heights.
    used = 4 if kind < 10 else 8
    found = {
        key: value
        for key, value in list(zip(keys, values, strict=True))[:used]
        if math.isfinite(value) and value > -1e38
    }
    return {key: value for key, value in found.items() if not (20 < kind < 30 and key.endswith("_z"))}
