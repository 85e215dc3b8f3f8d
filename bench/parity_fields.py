"""The listed fields of the parity table: for each format and peer, where a value is, and when two are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstbytes.formats.values import from_exif, from_mail

Facts = Mapping[str, Any]


def loose(expected: object, got: object) -> bool:
    """Equal text, white space and case apart; lists joined and in any order."""
    return _flat(expected) == _flat(got)


def _flat(value: object) -> object:
    if isinstance(value, list | tuple):
        return sorted(str(_flat(item)) for item in value)
    return re.sub(r"\s+", " ", str(value)).strip().casefold()


def among(expected: object, got: object) -> bool:
    """Every name that the peer gives is among ours: a peer shows one source or the last of several, we merge them."""
    return (
        isinstance(expected, list) and isinstance(got, list) and {_flat(e) for e in expected} <= {_flat(g) for g in got}
    )


def near(expected: object, got: object, share: float = 0.01, least: float = 0.002) -> bool:
    """Equal numbers, within a hundredth."""
    try:
        one, other = float(str(expected)), float(str(got))
    except ValueError:
        return False
    return abs(one - other) <= max(abs(one) * share, least)


def same_time(expected: object, got: object) -> bool:
    """The same instant; where one side has no zone, the same clock; where one has only a date, the same date."""
    one, other = _moment(expected), _moment(got)
    if one is None or other is None:
        return str(expected)[:4] == str(got)[:4] and min(len(str(expected)), len(str(got))) < 8
    if one.tzinfo and other.tzinfo:
        return abs((one - other).total_seconds()) < 2
    apart = abs((one.replace(tzinfo=None) - other.replace(tzinfo=None)).total_seconds())
    # A tool that drops the zone shows the local clock: up to fourteen hours away, in quarters of an hour.
    return apart < 2 or (apart <= 14 * 3600 and apart % 900 < 2)


def _moment(value: object) -> datetime | None:
    text = str(value)
    try:
        return datetime.fromisoformat(from_exif(text) or from_mail(text) or text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Field:
    """One listed field: its name, the peer's value, ours, and when the two are the same."""

    name: str
    theirs: Callable[[Facts], Any]
    ours: Callable[[Facts], Any]
    same: Callable[[object, object], bool] = loose


@dataclass(frozen=True, slots=True)
class Format:
    """A format, its media types, and the listed fields for each peer."""

    name: str
    media_types: frozenset[str]
    fields: Mapping[str, Sequence[Field]]


def first(*names: str) -> Callable[[Facts], Any]:
    """Return a getter of the first of several keys that has a value; `a.b` goes into mappings."""

    def get(facts: Facts) -> Any:
        for name in names:
            value: Any = facts.get(name)
            if value is None and "." in name and name not in facts:
                value = facts
                for part in name.split("."):
                    value = value.get(part) if isinstance(value, Mapping) else None
            if value not in (None, "", []):
                return value
        return None

    return get


def text(name: str, theirs: str | tuple[str, ...], mine: str = "") -> Field:
    """Return a text field."""
    return Field(name, first(*((theirs,) if isinstance(theirs, str) else theirs)), first(mine or name))


def number(name: str, theirs: str | tuple[str, ...], mine: str = "", factor: float = 1) -> Field:
    """Return a number field; the peer's value is multiplied by a factor."""
    get = first(*((theirs,) if isinstance(theirs, str) else theirs))

    def scaled(facts: Facts) -> Any:
        try:
            return float(str(get(facts)).split(" ")[0]) * factor or None
        except ValueError:
            return None

    return Field(name, scaled, first(mine or name), near)


def moment(name: str, theirs: str | tuple[str, ...], mine: str = "") -> Field:
    """Return a time field; a zero date is no date."""
    get = first(*((theirs,) if isinstance(theirs, str) else theirs))

    def valid(facts: Facts) -> Any:
        value = get(facts)
        return None if value is None or str(value).startswith(("0000", "    ")) else value

    return Field(name, valid, first(mine or name), same_time)


def names(name: str, theirs: str | tuple[str, ...], mine: str = "") -> Field:
    """Return a field of several names: lists, or one text with separators."""
    get, own = first(*((theirs,) if isinstance(theirs, str) else theirs)), first(mine or name)

    def split(value: Any) -> list[str]:
        items = value if isinstance(value, list) else re.split(r"[;,/]| & ", str(value))
        return [part.strip() for item in items for part in re.split(r"[;,/]| & ", str(item)) if part.strip()]

    def of(getter: Callable[[Facts], Any]) -> Callable[[Facts], Any]:
        return lambda facts: split(value) if (value := getter(facts)) is not None else None

    return Field(name, of(get), of(own), among)


def sides(facts: Facts, width: str, height: str) -> Any:
    """Return the two sides of a picture, the longer first: turning it changes nothing."""
    try:
        pair = float(str(facts[width])), float(str(facts[height]))
    except (KeyError, ValueError):
        return None
    return sorted(pair)


def dimensions(width: str, height: str) -> Field:
    """Return a field of both sides."""
    return Field(
        "width_px x height_px", lambda f: sides(f, width, height), lambda f: sides(f, "width_px", "height_px"), loose
    )


def _dpi(facts: Facts) -> Any:
    value, unit = facts.get("XResolution"), facts.get("ResolutionUnit")
    if not isinstance(value, int | float) or unit not in {2, 3, "inches", "cm"} or value <= 1:
        return None
    return value * (2.54 if unit in {3, "cm"} else 1)


EXIF = (
    dimensions("ImageWidth", "ImageHeight"),
    text("device_make", "Make"),
    text("device_model", "Model"),
    moment("taken_at", "DateTimeOriginal"),
    number("exposure_time_s", "ExposureTime"),
    number("f_number", "FNumber"),
    number("iso", "ISO"),
    number("focal_length_mm", "FocalLength"),
    text("lens_model", "LensModel"),
    number("latitude_deg", "GPSLatitude"),
    number("longitude_deg", "GPSLongitude"),
    number("orientation_code", "Orientation"),
    names("authors", ("Creator", "By-line", "Artist")),
    text("copyright", ("Rights", "CopyrightNotice", "Copyright")),
    text("title", ("Title", "ObjectName")),
    names("keywords", ("Subject", "Keywords")),
    Field("dpi", _dpi, first("dpi"), near),
)
OFFICE = (
    text("title", "Title"),
    names("authors", ("Initial-creator", "Creator", "Author")),
    text("subject", "Subject"),
    names("keywords", ("Keywords", "Keyword")),
    text("last_modified_by", "LastModifiedBy"),
    text("company", "Company"),
    moment("created", ("CreateDate", "Creation-date")),
    moment("modified", ("ModifyDate", "Date")),
    number("revision", "RevisionNumber"),
    number("page_count", ("Pages", "Slides", "Document-statisticPage-count")),
    number("word_count", ("Words", "Document-statisticWord-count")),
)
PDF = (
    text("title", "Title"),
    names("authors", ("Creator-dc", "Author")),
    names("keywords", "Keywords"),
    text("generator", ("CreatorTool", "Creator")),
    text("producer", "Producer"),
    moment("created", ("CreateDate", "CreationDate")),
    moment("modified", ("ModifyDate", "ModDate")),
    number("page_count", "PageCount"),
    number("format_version", "PDFVersion"),
    text("language", "Language"),
)
AUDIO = (
    number("duration_ms", "General.Duration", factor=1000),
    number("sample_rate_hz", "Audio.SamplingRate"),
    number("channel_count", "Audio.Channels"),
    text("title", ("General.Title", "General.Track")),
    names("authors", "General.Performer"),
    text("album", "General.Album"),
    text("genre", "General.Genre"),
    number("track_number", "General.Track_Position"),
)
VIDEO = (
    number("duration_ms", "General.Duration", factor=1000),
    Field(
        "width_px x height_px",
        lambda f: sides(f, "Video.Width", "Video.Height"),
        lambda f: sides(f, "width_px", "height_px"),
    ),
    number("frame_rate_hz", "Video.FrameRate"),
    number("sample_rate_hz", "Audio.SamplingRate"),
    number("channel_count", "Audio.Channels"),
    text("title", ("General.Title", "General.Movie")),
    moment("created", "General.Encoded_Date"),
)
MAIL = (
    text("subject", "subject"),
    Field("from", first("from"), lambda f: _addresses(f.get("from")), among),
    Field("to", first("to"), lambda f: _addresses(f.get("to")), among),
    moment("sent_at", "date"),
    Field(
        "message_id", first("message_id"), lambda f: f"<{str(first('identifier', 'message_id')(f) or '').strip('<>')}>"
    ),
    Field(
        "attachments",
        first("attachments"),
        lambda f: [a.get("name") for a in f.get("attachments", []) if a.get("name")],
    ),
)


def _addresses(value: Any) -> list[str] | None:
    found = re.findall(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+", str(value))
    return list(dict.fromkeys(found)) or None


OOXML = "application/vnd.openxmlformats-officedocument."


def _format(name: str, media_types: Sequence[str], **fields: Sequence[Field]) -> Format:
    return Format(name, frozenset(media_types), fields)


FORMATS = (
    _format("JPEG", ["image/jpeg"], exiftool=EXIF),
    _format("PNG", ["image/png", "image/apng"], exiftool=EXIF),
    _format("TIFF", ["image/tiff", "image/geotiff"], exiftool=EXIF),
    _format("HEIC", ["image/heic", "image/heif"], exiftool=EXIF),
    _format("PDF", ["application/pdf"], exiftool=PDF),
    _format("MP3", ["audio/mpeg"], mediainfo=AUDIO),
    _format("FLAC", ["audio/flac"], mediainfo=AUDIO),
    _format("M4A", ["audio/mp4"], mediainfo=AUDIO),
    _format("MP4", ["video/mp4"], mediainfo=VIDEO),
    _format("MOV", ["video/quicktime"], mediainfo=VIDEO),
    _format("MKV", ["video/matroska"], mediainfo=VIDEO),
    _format("DOCX", [f"{OOXML}wordprocessingml.document"], exiftool=OFFICE),
    _format("XLSX", [f"{OOXML}spreadsheetml.sheet"], exiftool=OFFICE),
    _format("PPTX", [f"{OOXML}presentationml.presentation"], exiftool=OFFICE),
    _format("ODT", ["application/vnd.oasis.opendocument.text"], exiftool=OFFICE),
    _format("EML", ["message/rfc822"], email=MAIL),
)
