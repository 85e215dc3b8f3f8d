"""SQLite, HDF5 and LAS files that are a format of their own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from firstbytes import BytesSource, FileSource, sniff


def _database(path: Path, *statements: str) -> str:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    with FileSource(path) as source:
        return sniff(source).media_type


def test_sqlite_by_application_id(tmp_path: Path) -> None:
    """GeoPackage and MBTiles write their id into the header."""
    make = "create table t (a)"
    assert _database(tmp_path / "a", make) == "application/vnd.sqlite3"
    assert _database(tmp_path / "b", "pragma application_id=0x47504B47", make) == "application/geopackage+sqlite3"
    assert _database(tmp_path / "c", "pragma application_id=0x4d504258", make) == "application/vnd.mapbox.mbtiles"


def test_tiles_without_an_id(tmp_path: Path) -> None:
    """MBTiles needs no id: its tables are enough."""
    tiles = "create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
    found = _database(tmp_path / "d", "create table metadata (name text, value text)", tiles)
    assert found == "application/vnd.mapbox.mbtiles"


def test_netcdf_in_hdf5() -> None:
    """The netCDF library's own attributes tell its files, at the start or at the end."""
    magic = b"\x89HDF\r\n\x1a\n"
    assert sniff(BytesSource(magic + bytes(200_000))).media_type == "application/x-hdf5"
    assert sniff(BytesSource(magic + b"_NCProperties" + bytes(99))).media_type == "application/netcdf"


def test_hdf5_behind_a_user_block() -> None:
    """The super block stands at 0, 512 or any double of it; elsewhere it is data."""
    magic = b"\x89HDF\r\n\x1a\n" + bytes(99)
    for place in (512, 4096, 8192, 32768):
        assert sniff(BytesSource(bytes(place) + magic)).media_type == "application/x-hdf5"
    assert sniff(BytesSource(bytes(9000) + magic)).media_type == "application/octet-stream"
    assert sniff(BytesSource(bytes(8192) + magic + b"_NCProperties")).media_type == "application/netcdf"
    assert sniff(BytesSource(magic + bytes(200_000) + b"_Netcdf4Dimid")).media_type == "application/netcdf"
    assert sniff(BytesSource(bytes(512) + magic)).media_type == "application/x-hdf5"


def test_compressed_points() -> None:
    """LASzip sets the high bit of the point format."""
    plain = b"LASF".ljust(227, b"\x00")
    assert sniff(BytesSource(plain)).media_type == "application/vnd.las"
    assert sniff(BytesSource(plain[:104] + b"\x83" + plain[105:])).media_type == "application/vnd.laszip"
