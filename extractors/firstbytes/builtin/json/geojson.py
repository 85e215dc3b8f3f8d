"""GeoJSON: features, geometry types, bounds, reference system, properties (RFC 7946; GeoJSON 2008 for crs)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.json import events, kind_of
from firstbytes.formats.values import clean, known

_WHOLE = 2 * 1024 * 1024
_HEAD = 512 * 1024
_PROPERTIES = 200
_GEOMETRIES = frozenset(
    {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the document whole up to 2 MB, else its first 512 KB, and say that the counts are estimates."""
    stream = events(source, _WHOLE, _HEAD)
    map_ = _Map()
    for path, event, value in stream:
        map_.take(path, event, value)
    if not map_.kinds and not map_.features and "type" not in map_.top:
        msg = f"not GeoJSON: {stream.error or 'no type'}"
        raise Corrupt(msg)
    exact = stream.text.whole and not stream.error
    features = map_.features
    if not exact and map_.features and stream.cut:
        features = round(map_.features * source.size / max(1, len(stream.text.text.encode())))
    result: dict[str, JSON] = {
        "core": known(
            {
                "title": clean(map_.top.get("name")),
                "encoding": stream.text.unicode_encoding,
                "row_count": features if map_.top.get("type", "FeatureCollection") == "FeatureCollection" else None,
                "row_count_estimated": None if exact else True,
                "column_count": len(map_.properties) or None,
                "point_count": map_.points if exact else None,
            }
        ),
        **known(
            {
                "kind": map_.top.get("type"),
                "geometry_types": dict(map_.kinds),
                "bounds_deg": map_.bounds(),
                "declared_bounds": map_.bbox[:6] or None,
                "crs": clean(map_.crs) or "urn:ogc:def:crs:OGC:1.3:CRS84",
                "properties": [
                    {"name": clean(name, 256) or "", "type": " | ".join(sorted(kinds))}
                    for name, kinds in list(map_.properties.items())[:_PROPERTIES]
                ],
                "has_altitude": map_.altitude or None,
            }
        ),
    }
    if not exact:
        reason = stream.error if not stream.cut else "only the first 512 KB of a document over 2 MB were read"
        result |= {"outcome": "partial", "reason": reason}
    return result


class _Map:
    def __init__(self) -> None:
        self.top: dict[str, str] = {}
        self.features = self.points = 0
        self.kinds: Counter[str] = Counter()
        self.properties: dict[str, set[str]] = {}
        self.bbox: list[float] = []
        self.crs = ""
        self.altitude = False
        self._west = self._south = 181.0
        self._east = self._north = -181.0
        self._axis = 0

    def take(self, path: str, event: str, value: object) -> None:
        """Take one event of the parser."""
        if event == "number":
            self._number(path, value)
        elif event == "start_array":
            self._axis = 0
        elif event == "start_map" and path == "features.item":
            self.features += 1
        elif event == "string":
            self._string(path, str(value)[:300])
        if event not in {"map_key", "end_map", "end_array"}:
            self._property(path, event)

    def _string(self, path: str, value: str) -> None:
        if path in {"type", "name"}:
            self.top[path] = value
        elif path == "crs.properties.name":
            self.crs = value
        if (
            path.endswith("type")
            and value in _GEOMETRIES
            and (path == "type" or path.endswith(("geometry.type", "geometries.item.type")))
        ):
            self.kinds[value] += 1

    def _property(self, path: str, event: str) -> None:
        head, found, name = path.partition("properties.")
        if found and head in {"features.item.", ""} and "." not in name and len(self.properties) < 2000:
            self.properties.setdefault(name, set()).add(kind_of(event))

    def _number(self, path: str, value: object) -> None:
        if path == "bbox.item" and isinstance(value, (int, float)):
            self.bbox.append(float(value))
        elif "coordinates." in path and isinstance(value, (int, float)):
            if self._axis == 0:
                self.points += 1
                self._west, self._east = min(self._west, value), max(self._east, value)
            elif self._axis == 1:
                self._south, self._north = min(self._south, value), max(self._north, value)
            else:
                self.altitude = True
            self._axis += 1

    def bounds(self) -> dict[str, JSON] | None:
        """Return west, south, east, north of what was read, in the units of the reference system."""
        if not self.points or self._south > self._north:
            return None
        return {"west": self._west, "south": self._south, "east": self._east, "north": self._north}
