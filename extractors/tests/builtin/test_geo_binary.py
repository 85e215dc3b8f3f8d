"""Point clouds, shapefiles and tiles say what their own libraries wrote."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Callable
from typing import Any

import laspy
import numpy as np
import pytest
from damage import endures

from firstbytes import BlockCache, BytesSource, Context
from firstbytes.builtin.geo import crs, flatgeobuf, las, pmtiles, shapefile

CONTEXT = Context(media_type="application/vnd.shp")
WKT = 'PROJCS["ETRS89 / UTM 32N",GEOGCS["ETRS89",AUTHORITY["EPSG","4258"]],AUTHORITY["EPSG","25832"]]'


def _las(version: str = "1.4", point_format: int = 7, *, wkt: bool = True) -> bytes:
    header = laspy.LasHeader(version=version, point_format=point_format)
    header.generating_software = "lamp-scan 2"
    header.scales = [0.01, 0.01, 0.01]
    header.offsets = [1, 2, 3]
    if wkt:
        header.vlrs.append(laspy.VLR("LASF_Projection", 2112, "wkt", WKT.encode() + b"\x00"))
    else:
        keys = struct.pack("<20H", 1, 1, 0, 4, 1024, 0, 1, 1, 1026, 34737, 9, 0, 3072, 0, 1, 25832, 4096, 0, 1, 7837)
        header.vlrs.append(laspy.VLR("LASF_Projection", 34735, "keys", keys))
        header.vlrs.append(laspy.VLR("LASF_Projection", 34737, "texts", b"My grid|\x00"))
    cloud = laspy.LasData(header)
    cloud.x, cloud.y, cloud.z = np.array([1.0, 5.0]), np.array([2.0, 6.0]), np.array([-1.0, 9.0])
    cloud.return_number = np.array([1, 2])
    sink = io.BytesIO()
    cloud.write(sink)
    return sink.getvalue()


def _shape() -> bytes:
    record = struct.pack(">II", 1, 10) + struct.pack("<i2d", 1, 2, 3)
    return struct.pack(">i20xi", 9994, 64) + struct.pack("<ii8d", 1000, 1, 2, 3, 2, 3, 0, 0, 0, 0) + record


def _tiles(packing: int = 2) -> bytes:
    told = {"name": "Coast", "attribution": "(c) us", "vector_layers": [{"id": "roads"}, {"id": "water"}]}
    text = json.dumps(told).encode()
    metadata = gzip.compress(text) if packing == 2 else text
    head = b"PMTiles\x03" + struct.pack("<8Q", 127, 0, 127, len(metadata), 0, 0, 0, 0)
    head += struct.pack("<3Q", 21, 20, 19) + struct.pack("<6B", 1, packing, 2, 1, 0, 14)
    return head + struct.pack("<4iB2i", -100000000, 500000000, 20000000, 600000000, 5, 0, 0) + metadata


def _flatgeobuf() -> bytes:
    """Return a header made by hand: table, then what it points to, so that all offsets lead forward."""
    vtable = struct.pack("<HH13H", 30, 40, 4, 8, 36, 0, 0, 0, 0, 12, 16, 0, 24, 28, 0)
    root_at = 4 + len(vtable) + 2
    fields = bytearray(40)
    heap = bytearray()
    heap_at = root_at + 40

    def point(place: int) -> None:
        fields[place : place + 4] = struct.pack("<I", heap_at + len(heap) - root_at - place)

    def text(value: bytes) -> bytes:
        return struct.pack("<I", len(value)) + value + b"\x00" * (4 - len(value) % 4)

    point(4)
    heap += text(b"roads")
    point(8)
    heap += struct.pack("<I4d", 4, 1, 2, 3, 4)
    point(12)
    column_vtable = struct.pack("<HHHH", 8, 9, 4, 8)
    heap += struct.pack("<II", 1, 4 + len(column_vtable)) + column_vtable
    heap += struct.pack("<iI", len(column_vtable), 8) + b"\x0b" + b"\x00" * 3 + text(b"name")
    fields[16:24] = struct.pack("<Q", 12)
    point(24)
    crs_vtable = struct.pack("<HHHH", 8, 8, 0, 4)
    heap += crs_vtable + struct.pack("<ii", len(crs_vtable), 4326)
    fields[24:28] = struct.pack("<I", heap_at + len(heap) - 8 - root_at - 24)
    point(28)
    heap += text(b"Roads of the coast")
    fields[36] = 2
    fields[:4] = struct.pack("<i", root_at - 6)
    body = struct.pack("<I", root_at) + b"\x00\x00" + vtable + bytes(fields) + bytes(heap)
    return b"fgb\x03fgb\x00" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(("version", "point_format"), [("1.2", 3), ("1.4", 7)])
def test_las_says_what_laspy_says(version: str, point_format: int) -> None:
    """Points, bounds, format, software and coordinate system of a cloud that laspy wrote."""
    data = _las(version, point_format)
    result: Any = las.extract(BlockCache(BytesSource(data)), CONTEXT)
    theirs = laspy.read(io.BytesIO(data)).header
    assert result["core"]["point_count"] == theirs.point_count == 2
    assert result["core"]["format_version"] == version
    assert result["core"]["generator"] == "lamp-scan 2"
    assert result["core"]["created"] == theirs.creation_date.isoformat()
    assert result["point_format"] == point_format
    assert result["points_by_return"][:2] == [1, 1]
    assert result["bounds"] == {"min_x": 1, "max_x": 5, "min_y": 2, "max_y": 6, "min_z": -1, "max_z": 9}
    assert result["scale"] == [0.01, 0.01, 0.01]
    assert (result["has_color"], result["has_gps_time"]) == (True, True)
    assert (result["crs"]["name"], result["crs"]["epsg"]) == ("ETRS89 / UTM 32N", 25832)


def test_las_with_geo_keys_and_missing_points() -> None:
    """GeoTIFF keys name the system; a cloud without its last points is partial."""
    data = _las(wkt=False)
    result: Any = las.extract(BytesSource(data), CONTEXT)
    assert result["crs"] == {"name": "My grid", "epsg": 25832, "vertical_epsg": 7837}
    cut: Any = las.extract(BytesSource(data[:-5]), CONTEXT)
    assert cut["outcome"] == "partial"


def test_laszip_is_a_compression() -> None:
    """The high bit of the point format means LASzip, whose points have no fixed size."""
    data = bytearray(_las())
    data[104] |= 0x80
    result: Any = las.extract(BytesSource(bytes(data)[:-5]), CONTEXT)
    assert result["core"]["compression"] == "LASzip"
    assert result["point_format"] == 7
    assert "outcome" not in result


def test_geographic_keys_are_the_system_where_none_is_projected() -> None:
    """A geographic system's code is the code."""
    keys = struct.pack("<8H", 1, 1, 0, 1, 2048, 0, 1, 4326)
    assert crs.from_geo_keys(keys, "") == {"epsg": 4326}
    assert crs.from_wkt("nonsense") == {"wkt": "nonsense"}


def test_shapefiles() -> None:
    """Type, bounds and records; the index tells the number of records of any type."""
    result: Any = shapefile.extract(BytesSource(_shape()), CONTEXT)
    assert result["geometry_type"] == "Point"
    assert result["core"] == {"row_count": 1}
    assert result["bounds"] == {"min_x": 2, "min_y": 3, "max_x": 2, "max_y": 3}
    index = struct.pack(">i20xi", 9994, 58) + struct.pack("<ii8d", 1000, 23, *range(6), -2e39, 0) + bytes(16)
    shown: Any = shapefile.extract(BytesSource(index), Context(media_type="application/vnd.shx"))
    assert shown["core"] == {"row_count": 2}
    assert shown["geometry_type"] == "PolyLineM"
    assert set(shown["bounds"]) == {"min_x", "min_y", "max_x", "max_y", "max_m"}
    cut: Any = shapefile.extract(BytesSource(_shape()[:-1]), CONTEXT)
    assert cut["outcome"] == "partial"


def test_flatgeobuf() -> None:
    """Title, features, columns, bounds and coordinate system of a layer."""
    result: Any = flatgeobuf.extract(BytesSource(_flatgeobuf()), CONTEXT)
    assert result["core"] == {"title": "Roads of the coast", "row_count": 12, "column_count": 1}
    assert result["geometry_type"] == "LineString"
    assert result["columns"] == [{"name": "name", "type": "string", "nullable": True}]
    assert result["bounds"] == {"min_x": 1, "min_y": 2, "max_x": 3, "max_y": 4}
    assert result["crs"] == {"epsg": 4326}


@pytest.mark.parametrize("packing", [1, 2, 3])
def test_pmtiles(packing: int) -> None:
    """Zooms, bounds and counts from the header; name and layers where the metadata can be unpacked."""
    result: Any = pmtiles.extract(BytesSource(_tiles(packing)), CONTEXT)
    assert result["core"].get("title") == (None if packing == 3 else "Coast")
    assert result.get("layer_names") == (None if packing == 3 else ["roads", "water"])
    assert (result["minimum_zoom"], result["maximum_zoom"], result["tile_type"]) == (0, 14, "mvt")
    assert result["bounds_deg"] == {"south": 50, "west": -10, "north": 60, "east": 2}
    assert result["core"]["entry_count"] == 21


@pytest.mark.parametrize(
    ("extract", "make"),
    [(las.extract, _las), (shapefile.extract, _shape), (flatgeobuf.extract, _flatgeobuf), (pmtiles.extract, _tiles)],
)
def test_damage_is_corrupt_or_partial_and_quick(extract: Callable[..., Any], make: Callable[[], bytes]) -> None:
    """Truncation at every 1/64 and 500 byte flips raise nothing but Corrupt, each within a second."""
    assert endures(lambda data: extract(BlockCache(BytesSource(data)), CONTEXT), make(), seed=7, edge=100)
