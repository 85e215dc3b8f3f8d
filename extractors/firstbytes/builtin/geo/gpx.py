"""GPX 1.0 and 1.1 and Garmin TCX: tracks, routes, way points, bounds, length, range of time."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.geo.track import Track, number
from firstbytes.formats.text import read
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.formats.xml_stream import Walk

_WHOLE = 4 * 1024 * 1024
_HEAD = 1024 * 1024
_MOST = 50
_POINTS = frozenset({"wpt", "rtept", "trkpt"})


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a log whole up to 4 MB; of a larger one the first megabyte."""
    text = read(source, _WHOLE, _HEAD, guess=False)
    log: _Gpx | _Tcx = _Tcx() if ctx.media_type == "application/vnd.garmin.tcx+xml" else _Gpx()
    complete = log.walk.run(text)
    if not log.root and not log.track.points:
        msg = log.walk.error or "expected a root element, found none"
        raise Corrupt(msg)
    result: dict[str, JSON] = {
        "core": known({**log.core(), **log.track.core(), "encoding": text.unicode_encoding}),
        **known({**log.own(), **log.track.own()}),
    }
    if not text.whole:
        result |= {"outcome": "partial", "reason": "only the first megabyte of a log over 4 MB was read"}
    elif not complete:
        result |= {"outcome": "partial", "reason": log.walk.error}
    return result


class _Gpx:
    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.track = Track()
        self.root: dict[str, str] = {}
        self.meta: dict[str, str] = {}
        self.names: dict[str, list[str]] = {"trk": [], "rte": [], "wpt": []}
        self.counts = dict.fromkeys(("trk", "trkseg", "rte", "wpt", "rtept", "trkpt"), 0)
        self._joined = False

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self.walk.path) == 1:
            self.root = dict(attributes) or {"": ""}
        if name in self.counts:
            self.counts[name] += 1
        if name in {"trkseg", "rte"}:
            self._joined = False
        if name in _POINTS:
            latitude, longitude = number(attributes.get("lat")), number(attributes.get("lon"))
            if latitude is not None and longitude is not None:
                self.track.add(latitude, longitude, joined=self._joined and name != "wpt")
                self._joined = name != "wpt"

    def _end(self, name: str, text: str) -> None:
        parent = self.walk.path[-2] if len(self.walk.path) > 1 else ""
        if parent in _POINTS:
            if name == "ele":
                self.track.rise(number(text))
            elif name == "time":
                self.track.at(from_iso(text))
        if name == "name" and parent in self.names and len(self.names[parent]) < _MOST and (value := clean(text, 300)):
            self.names[parent].append(value)
        # GPX 1.0 has its metadata directly below the root.
        if parent in {"metadata", "gpx", "author", "copyright"} and (value := clean(text)):
            self.meta.setdefault(f"{parent}.{name}" if parent in {"author", "copyright"} else name, value)

    def core(self) -> dict[str, JSON]:
        """Return the shared facts."""
        meta, titles = self.meta, self.names["trk"] or self.names["rte"]
        author = meta.get("author.name") or meta.get("author")
        return {
            "title": meta.get("name") or (titles[0] if len(titles) == 1 else None),
            "description": meta.get("desc"),
            "authors": [author] if author else None,
            "keywords": [word for part in meta.get("keywords", "").split(",") if (word := part.strip())][:_MOST],
            "generator": clean(self.root.get("creator"), 300),
            "license": meta.get("copyright.license"),
            "created": from_iso(meta.get("time")),
            "format_version": clean(self.root.get("version"), 20),
            "track_count": self.counts["trk"],
        }

    def own(self) -> dict[str, JSON]:
        """Return the rest."""
        return {
            "segment_count": self.counts["trkseg"],
            "route_count": self.counts["rte"],
            "waypoint_count": self.counts["wpt"],
            "track_names": self.names["trk"],
            "route_names": self.names["rte"],
            "waypoint_names": self.names["wpt"],
        }


class _Tcx:
    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.track = Track()
        self.root: dict[str, str] = {}
        self.meta: dict[str, str] = {}
        self.sports: dict[str, None] = {}
        self.activities = self.laps = self.courses = 0
        self.seconds = self.metres = 0.0
        self._place: dict[str, float] = {}
        self._joined = False

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self.walk.path) == 1:
            self.root = dict(attributes) or {"": ""}
        self.activities += name == "Activity"
        self.courses += name == "Course"
        self.laps += name == "Lap"
        if name == "Activity" and len(self.sports) < _MOST and (sport := clean(attributes.get("Sport"), 100)):
            self.sports[sport] = None
        if name == "Track":
            self._joined = False

    def _end(self, name: str, text: str) -> None:
        parent = self.walk.path[-2] if len(self.walk.path) > 1 else ""
        if parent == "Trackpoint":
            if name == "Time":
                self.track.at(from_iso(text))
            elif name == "AltitudeMeters":
                self.track.rise(number(text))
        elif name in {"LatitudeDegrees", "LongitudeDegrees"}:
            degrees = number(text)
            if degrees is not None:
                self._place[name] = degrees
        elif parent == "Lap" and name == "TotalTimeSeconds":
            self.seconds += number(text) or 0.0
        elif parent == "Lap" and name == "DistanceMeters":
            self.metres += number(text) or 0.0
        elif name in {"Id", "Notes", "Name"} and (value := clean(text, 300)):
            self.meta.setdefault(f"{parent}.{name}", value)
        if name == "Position" and len(self._place) == 2:
            self.track.add(self._place["LatitudeDegrees"], self._place["LongitudeDegrees"], joined=self._joined)
            self._joined, self._place = True, {}

    def core(self) -> dict[str, JSON]:
        """Return the shared facts."""
        return {
            "title": self.meta.get("Course.Name"),
            "description": self.meta.get("Activity.Notes"),
            "device_model": self.meta.get("Creator.Name"),
            "generator": self.meta.get("Author.Name"),
            "identifier": self.meta.get("Activity.Id"),
            "duration_ms": round(self.seconds * 1000) or None,
            "track_count": self.activities + self.courses,
        }

    def own(self) -> dict[str, JSON]:
        """Return the rest."""
        return {
            "sports": list(self.sports),
            "lap_count": self.laps,
            "recorded_distance_m": round(self.metres, 1) or None,
        }
