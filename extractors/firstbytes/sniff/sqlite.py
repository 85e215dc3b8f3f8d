"""SQLite databases that are a format of their own, by application_id (bytes 68-71) or their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_BY_ID = {
    b"GPKG": "application/geopackage+sqlite3",
    b"GP10": "application/geopackage+sqlite3",
    b"GP11": "application/geopackage+sqlite3",
    b"MPBX": "application/vnd.mapbox.mbtiles",
}


def refine(head: Head, source: ByteSource) -> Match | None:
    """Answer for GeoPackage and MBTiles; MBTiles without an id by the tables and views of its specification."""
    application_id = head.data[68:72]
    if application_id in _BY_ID:
        return Match(_BY_ID[application_id], f"application_id {application_id.decode('ascii')}", "container")
    schema = head.block.lower()
    if (
        any(b"create %b tiles" % kind in schema for kind in (b"table", b"view"))
        and b"zoom_level" in schema
        and (b"tile_column" in schema and b"metadata" in schema)
    ):
        return Match("application/vnd.mapbox.mbtiles", "tables metadata and tiles", "container")
    return None
