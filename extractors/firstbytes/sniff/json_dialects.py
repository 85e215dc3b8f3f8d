"""JSON dialects by their keys, as data. Sources: each dialect's specification."""

from __future__ import annotations

import re
from collections.abc import Mapping

_GEO_TYPES = frozenset(
    [
        "FeatureCollection",
        "Feature",
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    ]
)
_GEO_KEYS = frozenset({"features", "geometry", "coordinates", "geometries", "properties"})

_BY_KEYS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"nbformat", "cells"}), "application/x-ipynb+json"),
    (frozenset({"nbformat", "worksheets"}), "application/x-ipynb+json"),
    (frozenset({"nbformat", "nbformat_minor"}), "application/x-ipynb+json"),
    (frozenset({"cells", "cells[].cell_type"}), "application/x-ipynb+json"),
    (frozenset({"asset", "asset.version"}), "model/gltf+json"),
    (frozenset({"accessors", "bufferViews"}), "model/gltf+json"),
    (frozenset({"log", "log.entries", "log.version"}), "application/har+json"),
    (frozenset({"log", "log.entries", "log.creator"}), "application/har+json"),
    (frozenset({"version", "mappings", "sources"}), "application/source-map+json"),
    (frozenset({"version", "mappings", "names"}), "application/source-map+json"),
    (frozenset({"openapi", "info"}), "application/vnd.oai.openapi+json"),
    (frozenset({"swagger", "info"}), "application/vnd.oai.openapi+json"),
    (frozenset({"bomFormat", "specVersion"}), "application/vnd.cyclonedx+json"),
    (frozenset({"spdxVersion", "SPDXID"}), "application/spdx+json"),
    (frozenset({"jsonapi", "jsonapi.version"}), "application/vnd.api+json"),
    (frozenset({"keys", "keys[].kty"}), "application/jwk-set+json"),
    (frozenset({"kty", "n"}), "application/jwk+json"),
    (frozenset({"kty", "crv"}), "application/jwk+json"),
    (frozenset({"tilejson", "tiles"}), "application/x-tilejson"),
    (frozenset({"v", "fr", "ip", "op", "layers"}), "application/x-lottie+json"),
    (frozenset({"start_url", "display"}), "application/manifest+json"),
    (frozenset({"start_url", "icons"}), "application/manifest+json"),
    (frozenset({"name", "icons", "theme_color"}), "application/manifest+json"),
    (frozenset({"[].op", "[].path"}), "application/json-patch+json"),
    (frozenset({"subject", "links", "links[].rel"}), "application/jrd+json"),
)
"""All of these keys -> type; asked in this order."""

_BY_VALUE: tuple[tuple[str, str, str], ...] = (
    ("version", r"https?://(www\.)?jsonfeed\.org/version/", "application/feed+json"),
    ("$schema", r"https?://json-schema\.org/", "application/schema+json"),
    ("$schema", r"https?://vega\.github\.io/schema/vega/", "application/vnd.vega.v5+json"),
    ("$schema", r"https?://vega\.github\.io/schema/vega-lite/", "application/vnd.vegalite.v5+json"),
    ("$schema", r".*sarif", "application/sarif+json"),
    ("type", r"Topology$", "application/topojson"),
    ("type", r"bundle$", "application/stix+json"),
    ("@context", r"https://www\.w3\.org/ns/activitystreams", "application/activity+json"),
)
"""Key, pattern of its value -> type."""


def dialect(keys: Mapping[str, str], kind: str) -> str | None:
    """Return the dialect that the keys of a JSON head show.

    Args:
        keys: path ("log.entries", "features[].type") to the text of a scalar or the kind of a container.
        kind: "object" or "array".
    """
    if is_geojson(keys):
        return "application/geo+json"
    for path, pattern, media_type in _BY_VALUE:
        if re.match(pattern, keys.get(path, "")) and _supported(media_type, keys):
            return media_type
    for wanted, media_type in _BY_KEYS:
        if wanted <= keys.keys() and _sane(media_type, keys):
            return media_type
    if _is_schema(keys):
        return "application/schema+json"
    if keys.keys() & {"@context", "@graph", "[].@context", "[].@id"} and kind in {"object", "array"}:
        return "application/ld+json"
    return None


def is_geojson(keys: Mapping[str, str]) -> bool:
    """Return whether the keys are those of RFC 7946; "type" may follow the members, in a cut head never."""
    if keys.get("type") in _GEO_TYPES and keys.keys() & _GEO_KEYS:
        return True
    return keys.get("features[].type") == "Feature" or (
        "features" in keys
        and "features[].geometry" in keys
        and "features[].properties" in keys
        and "spatialReference" not in keys
    )


def _supported(media_type: str, keys: Mapping[str, str]) -> bool:
    if media_type == "application/stix+json":
        return "objects" in keys
    if media_type == "application/sarif+json":
        return "runs" in keys or keys.get("version", "").startswith("2.")
    return media_type != "application/topojson" or bool(keys.keys() & {"objects", "arcs", "transform"})


def _sane(media_type: str, keys: Mapping[str, str]) -> bool:
    if media_type == "model/gltf+json" and "asset" in keys:
        return re.match(r"\d+\.\d+$", keys.get("asset.version", "")) is not None
    if media_type == "application/json-patch+json":
        return keys["[].op"] in {"add", "remove", "replace", "move", "copy", "test"}
    return True


def _is_schema(keys: Mapping[str, str]) -> bool:
    """A schema without "$schema": typed, with properties that are typed themselves."""
    return (
        keys.get("type") == "object"
        and keys.get("properties") == "object"
        and bool(keys.keys() & {"$id", "required", "additionalProperties", "definitions", "$defs"})
    )
