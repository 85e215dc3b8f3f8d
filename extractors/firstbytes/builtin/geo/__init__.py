"""Geo extractors: tracks and places, point clouds, shapefiles, map tiles. GeoTIFF and GeoJSON are read elsewhere."""

from firstbytes import Extractor, hookimpl

_HOME = "firstbytes.builtin.geo"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of places and tracks."""
    return [
        Extractor("kml", accepts=("application/vnd.google-earth.kml+xml",), entry=f"{_HOME}.kml:extract"),
        Extractor(
            "gpx",
            accepts=("application/gpx+xml", "application/vnd.garmin.tcx+xml"),
            entry=f"{_HOME}.gpx:extract",
        ),
        Extractor("las", accepts=("application/vnd.las", "application/vnd.laszip"), entry=f"{_HOME}.las:extract"),
        Extractor(
            "shapefile", accepts=("application/vnd.shp", "application/vnd.shx"), entry=f"{_HOME}.shapefile:extract"
        ),
        Extractor("flatgeobuf", accepts=("application/flatgeobuf",), entry=f"{_HOME}.flatgeobuf:extract"),
        Extractor("pmtiles", accepts=("application/vnd.pmtiles",), entry=f"{_HOME}.pmtiles:extract"),
    ]
