"""Points of a track: bounds, length on the sphere, range of time and altitude."""

from __future__ import annotations

import math

from firstbytes import JSON

_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG)."""

_RADIAN = math.pi / 180


class Track:
    """Adds up points; `add` starts a new leg when `joined` is False, so that gaps have no length."""

    def __init__(self) -> None:
        self.points = 0
        self.length_m = 0.0
        self.times: tuple[str, str] | None = None
        self.low_m = math.inf
        self.high_m = -math.inf
        self._south, self._west, self._north, self._east = 91.0, 181.0, -91.0, -181.0
        self._last: tuple[float, float] | None = None

    def add(self, latitude: float, longitude: float, *, joined: bool = False) -> None:
        """Take one point, in degrees; what is no place on earth is left out."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return
        self.points += 1
        self._south = min(self._south, latitude)
        self._north = max(self._north, latitude)
        self._west = min(self._west, longitude)
        self._east = max(self._east, longitude)
        if joined and self._last:
            self.length_m += distance_m(*self._last, latitude, longitude)
        self._last = (latitude, longitude)

    def rise(self, altitude_m: float | None) -> None:
        """Take one altitude."""
        if altitude_m is not None and -20_000 <= altitude_m <= 1e7:
            self.low_m, self.high_m = min(self.low_m, altitude_m), max(self.high_m, altitude_m)

    def at(self, moment: str | None) -> None:
        """Take one time, RFC 3339 in UTC."""
        if moment and len(moment) >= 19:
            first, last = self.times or (moment, moment)
            self.times = (min(first, moment), max(last, moment))

    def core(self) -> dict[str, JSON]:
        """Return the shared facts."""
        first, last = self.times or (None, None)
        return {"point_count": self.points, "starts_at": first, "ends_at": last}

    def own(self) -> dict[str, JSON]:
        """Return the rest: bounds in degrees, length and altitudes in metres."""
        bounds = None
        if self.points:
            bounds = {"south": self._south, "west": self._west, "north": self._north, "east": self._east}
        known_heights = self.high_m >= self.low_m
        return {
            "bounds_deg": bounds,
            "length_m": round(self.length_m, 1) if self.length_m else None,
            "lowest_m": self.low_m if known_heights else None,
            "highest_m": self.high_m if known_heights else None,
        }


def distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance of two places in metres (haversine)."""
    a, b = lat1 * _RADIAN, lat2 * _RADIAN
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin((lon2 - lon1) * _RADIAN / 2) ** 2
    return 2 * _RADIUS_M * math.asin(math.sqrt(min(1.0, half)))


def number(text: str | None) -> float | None:
    """Return a finite number of at most 40 characters, or None."""
    try:
        value = float((text or "")[:40])
    except ValueError:
        return None
    return value if math.isfinite(value) else None
