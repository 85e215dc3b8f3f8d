"""Geo extractors: KML, GPX and TCX. GeoTIFF is read by the image family, GeoJSON by the JSON family."""

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
    ]
