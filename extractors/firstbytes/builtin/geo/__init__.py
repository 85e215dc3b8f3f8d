"""Geo extractors: tracks and places, point clouds, shapefiles, map tiles. GeoTIFF and GeoJSON are read elsewhere."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("kml", "kml:extract", ("application/vnd.google-earth.kml+xml",)),
    ("gpx", "gpx:extract", ("application/gpx+xml", "application/vnd.garmin.tcx+xml")),
    ("las", "las:extract", ("application/vnd.las", "application/vnd.laszip")),
    ("shapefile", "shapefile:extract", ("application/vnd.shp", "application/vnd.shx")),
    ("flatgeobuf", "flatgeobuf:extract", ("application/flatgeobuf",)),
    ("pmtiles", "pmtiles:extract", ("application/vnd.pmtiles",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of places and tracks."""
    return [Extractor(name, accepts, f"firstbytes.builtin.geo.{entry}") for name, entry, accepts in _READERS]
