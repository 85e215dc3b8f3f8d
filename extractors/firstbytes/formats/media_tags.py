"""Tags of music and film under one set of names, whatever the format calls them.

    tags = Tags()
    tags.add("title", "Lighthouse")          one of `NAMES`
    tags.other("TOOL", "x")                  a key of the file's own
    core, own = tags.facts()                 names of `firstbytes.core`, and own keys

A reader maps its format's keys to `NAMES`; what it does not know stays under the file's own key in `tags`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from firstbytes.formats.values import clean, from_iso, known
from firstbytes.spec import JSON

MAX_TAGS = 128
"""Values kept of one file."""

MAX_TEXT = 4096
"""Characters kept of one value."""

_CORE = {
    "title": "title",
    "album": "album",
    "copyright": "copyright",
    "publisher": "publisher",
    "encoder": "generator",
    "license": "license",
    "language": "language",
    "comment": "description",
    "make": "device_make",
    "model": "device_model",
}
_OWN = frozenset(
    {
        *("album_artist", "composer", "conductor", "lyricist", "performer", "encoded_by", "isrc", "barcode"),
        *("catalog_number", "mood", "grouping", "bpm", "subtitle", "show", "network", "episode", "season"),
        *("synopsis", "director", "software", "encoder_settings"),
    }
)
NAMES = frozenset({*_CORE, *_OWN, "artist", "genre", "track", "track_total", "disc", "disc_total", "date", "lyrics"})
"""What `Tags.add` takes, and `replaygain_*`."""

_GAIN = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)")
_PAIR = re.compile(r"\s*(\d{1,9})(?:\s*/\s*(\d{1,9}))?")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")


@dataclass(frozen=True, slots=True)
class Picture:
    """An embedded picture: its media type, its size in bytes, and what it shows ("front cover")."""

    media_type: str
    size_bytes: int
    kind: str = ""


@dataclass(slots=True)
class Tags:
    """What a file's tags say, while they are read."""

    values: dict[str, list[str]] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)

    def add(self, name: str, value: str | None) -> None:
        """Add a value under one of `NAMES`; a repeated value is kept once."""
        text = clean(value, MAX_TEXT)
        known_values = self.values.setdefault(name, [])
        if text and text not in known_values and len(known_values) < MAX_TAGS:
            known_values.append(text)

    def other(self, key: str, value: str | None) -> None:
        """Add a value under the file's own key."""
        text, name = clean(value, MAX_TEXT), clean(key, 64)
        if text and name and len(self.others) < MAX_TAGS:
            self.others.setdefault(name, text)

    def first(self, name: str) -> str | None:
        """Return the first value of a name."""
        return next(iter(self.values.get(name, ())), None)

    def picture(self, picture: Picture) -> None:
        """Add a picture."""
        if len(self.pictures) < MAX_TAGS:
            self.pictures.append(picture)

    def facts(self) -> tuple[dict[str, JSON], dict[str, JSON]]:
        """Return core facts and own keys."""
        track, tracks = pair(self.first("track"))
        disc, discs = pair(self.first("disc"))
        date = self.first("date")
        core: dict[str, JSON] = known(
            {
                **{theirs: self.first(ours) for ours, theirs in _CORE.items()},
                "authors": self.values.get("artist"),
                "genre": ", ".join(self.values.get("genre", ())),
                "track_number": track,
                "created": music_date(date),
            }
        )
        own: dict[str, JSON] = known(
            {
                **{name: _one(self.values.get(name)) for name in sorted(_OWN)},
                "track_total": tracks or pair(self.first("track_total"))[0],
                "disc_number": disc,
                "disc_total": discs or pair(self.first("disc_total"))[0],
                "year": year(date),
                "has_lyrics": bool(self.values.get("lyrics")) or None,
                "replaygain": self._gains(),
                "cover": self._cover(),
                "tags": dict(self.others),
            }
        )
        return core, own

    def _gains(self) -> dict[str, JSON]:
        gains: dict[str, JSON] = {}
        for name in ("track_gain", "track_peak", "album_gain", "album_peak"):
            found = _GAIN.match(self.first(f"replaygain_{name}") or "")
            if found:
                gains[name + ("_db" if name.endswith("gain") else "")] = float(found[1])
        return gains

    def _cover(self) -> dict[str, JSON] | None:
        if not self.pictures:
            return None
        chosen = next((p for p in self.pictures if p.kind == "front cover"), self.pictures[0])
        return known(
            {
                "media_type": chosen.media_type,
                "size_bytes": chosen.size_bytes,
                "kind": chosen.kind,
                "picture_count": len(self.pictures),
            }
        )


def _one(values: list[str] | None) -> str | None:
    return "; ".join(values) if values else None


def pair(text: str | None) -> tuple[int | None, int | None]:
    """Return number and total of "3/12" or "3"; zero is unset."""
    found = _PAIR.match(text or "")
    return (int(found[1]) or None, int(found[2] or 0) or None) if found else (None, None)


def year(text: str | None) -> int | None:
    """Return the first number of four digits, 1000 or later."""
    found = _YEAR.search(text or "")
    return int(found[1]) if found and int(found[1]) >= 1000 else None


def music_date(text: str | None) -> str | None:
    """Return RFC 3339 of a date tag: a whole date where it is one, else its year."""
    whole = from_iso((text or "").strip()) if text else None
    found = year(text)
    return whole or (str(found) if found else None)


def iso6709(text: str | None) -> dict[str, JSON]:
    """Return core's position of "+47.3769+008.5417+408/" (ISO 6709, decimal degrees); empty when out of range."""
    found = _ISO_6709.match((text or "").strip())
    if not found:
        return {}
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return {}
    altitude = float(found[3]) if found[3] else None
    if altitude is not None and not -20000 <= altitude <= 1e7:
        altitude = None
    return known({"latitude_deg": latitude, "longitude_deg": longitude, "altitude_m": altitude})


def picture_type(data: bytes) -> str:
    """Return the media type of a picture by its first bytes; octet-stream when unknown."""
    for magic, name in (
        (b"\xff\xd8", "image/jpeg"),
        (b"\x89PNG", "image/png"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
    ):
        if data.startswith(magic):
            return name
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


PICTURE_KINDS = (
    *("other", "icon", "other icon", "front cover", "back cover", "leaflet", "media", "lead artist", "artist"),
    *("conductor", "band", "composer", "lyricist", "recording location", "during recording", "during performance"),
    *("screen capture", "fish", "illustration", "band logo", "publisher logo"),
)
"""Kinds of picture by their number in ID3v2.4 APIC and FLAC."""


def picture_kind(number: int) -> str:
    """Return the kind of a picture, "" when the number has no meaning."""
    return PICTURE_KINDS[number] if 0 <= number < len(PICTURE_KINDS) else ""
