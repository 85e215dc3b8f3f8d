"""JSON extractors: JSON of any dialect, its lines, GeoJSON, notebooks."""

from firstbytes import Extractor, hookimpl

_HOME = "firstbytes.builtin.json"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of JSON."""
    return [
        Extractor("json", accepts=("application/json",), entry=f"{_HOME}.document:extract"),
        Extractor(
            "ndjson",
            accepts=("application/x-ndjson", "application/geo+json-seq"),
            entry=f"{_HOME}.lines:extract",
        ),
        Extractor("geojson", accepts=("application/geo+json",), entry=f"{_HOME}.geojson:extract"),
        Extractor("notebook", accepts=("application/x-ipynb+json",), entry=f"{_HOME}.notebook:extract"),
    ]
