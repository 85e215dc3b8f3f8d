"""KML: places, paths, areas, overlays, network links, bounds (OGC 12-007r2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.geo.track import Track, number
from firstbytes.formats.text import read
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.formats.xml_stream import Walk

_WHOLE = 4 * 1024 * 1024
_HEAD = 1024 * 1024
_MOST = 50
_GEOMETRIES = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack"}
)
_FEATURES = (
    "Placemark",
    "Folder",
    "GroundOverlay",
    "ScreenOverlay",
    "PhotoOverlay",
    "NetworkLink",
    "Tour",
    "Style",
    "StyleMap",
)
_PLACE = re.compile(r"([-+\d.eE]{1,40})[ \t]*,[ \t]*([-+\d.eE]{1,40})(?:[ \t]*,[ \t]*([-+\d.eE]{1,40}))?")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a document whole up to 4 MB; of a larger one the first megabyte."""
    text = read(source, _WHOLE, _HEAD, guess=False)
    kml = _Kml()
    complete = kml.walk.run(text)
    if not kml.started:
        msg = kml.walk.error or "expected a root element, found none"
        raise Corrupt(msg)
    counts = kml.counts
    result: dict[str, JSON] = {
        "core": known(
            {
                "title": kml.title,
                "description": kml.description,
                "authors": kml.authors[:_MOST],
                "encoding": text.unicode_encoding,
                "entry_count": counts["Placemark"] if text.whole else None,
                "format_version": kml.version,
                "track_count": counts["Track"] or None,
                **kml.track.core(),
            }
        ),
        **known(
            {
                "geometry_types": dict(kml.geometries),
                "feature_types": {name: counts[name] for name in _FEATURES if counts[name]},
                "placemark_names": kml.names,
                "links": kml.links,
                **kml.track.own(),
            }
        ),
    }
    if not text.whole:
        result |= {"outcome": "partial", "reason": "only the first megabyte of a document over 4 MB was read"}
    elif not complete:
        result |= {"outcome": "partial", "reason": kml.walk.error}
    return result


class _Kml:
    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.track = Track()
        self.started = False
        self.title: str | None = None
        self.description: str | None = None
        self.version: str | None = None
        self.authors: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.counts: Counter[str] = Counter()
        self.geometries: Counter[str] = Counter()

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self.started:
            self.started = True
            found = re.search(r"/kml/([\d.]{1,10})", attributes.get("xmlns", ""))
            self.version = found[1] if found else None
        if name in _GEOMETRIES:
            self.geometries[name] += 1
        if name in _FEATURES or name == "Track":
            self.counts[name] += 1

    def _end(self, name: str, text: str) -> None:
        parent = self.walk.path[-2] if len(self.walk.path) > 1 else ""
        if name == "coordinates":
            self._coordinates(text, joined=parent != "Point")
        elif name == "coord" and parent == "Track":
            self._coordinates(text.strip().replace(" ", ","), joined=True)
        elif name in {"when", "begin", "end"}:
            self.track.at(from_iso(text))
        elif value := clean(text, 1000):
            self._words(name, parent, value)

    def _words(self, name: str, parent: str, value: str) -> None:
        if name == "name" and parent == "Placemark":
            if len(self.names) < _MOST:
                self.names.append(value[:300])
        elif name == "name" and parent in {"Document", "Folder", "kml"} and len(self.walk.path) <= 3:
            self.title = self.title or value
        elif (
            name in {"description", "Snippet"} and parent in {"Document", "Folder", "kml"} and len(self.walk.path) <= 3
        ):
            self.description = self.description or value
        elif name == "name" and parent == "author":
            self.authors.append(value)
        elif name == "href" and len(self.links) < _MOST and value not in self.links:
            self.links.append(value)

    def _coordinates(self, text: str, *, joined: bool) -> None:
        first = True
        add, rise = self.track.add, self.track.rise
        for longitude, latitude, altitude in _PLACE.findall(text):
            try:
                add(float(latitude), float(longitude), joined=joined and not first)
            except ValueError:
                continue
            first = False
            if altitude and (height := number(altitude)):
                rise(height)
