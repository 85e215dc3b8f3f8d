"""JSON extractors: JSON of any dialect, its lines, GeoJSON, notebooks."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("json", "document:extract", ("application/json",)),
    ("ndjson", "lines:extract", ("application/x-ndjson", "application/geo+json-seq")),
    ("geojson", "geojson:extract", ("application/geo+json",)),
    ("notebook", "notebook:extract", ("application/x-ipynb+json",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of JSON."""
    return [Extractor(name, accepts, f"firstbytes.builtin.json.{entry}") for name, entry, accepts in _READERS]
