"""One rule for facts that EXIF, IPTC and XMP tell twice (after the Metadata Working Group's guidelines 2.0).

    words    (title, description, creators, rights, places, rating ...)   XMP, else IPTC, else EXIF
    measures (times, exposure, lens, position, resolution ...)            EXIF, else XMP, else IPTC
    keywords                                                              all of them, each once

Words are edited after the picture was taken, and XMP is what editors write last; measures are the camera's.
Where words differ, `sources_differ` keeps every version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from firstbytes.formats import iptc, xmp
from firstbytes.formats.exif import TURNS
from firstbytes.formats.values import from_iso, known

Facts: TypeAlias = dict[str, Any]

CORE = frozenset({
    "title", "authors", "subject", "description", "keywords", "language", "copyright", "license", "publisher",
    "identifier", "generator", "producer", "device_make", "device_model", "company", "created", "modified",
    "taken_at", "page_count", "frame_count", "width_px", "height_px", "orientation_deg", "bit_depth", "color_space",
    "dpi", "latitude_deg", "longitude_deg", "altitude_m", "duration_ms", "format_version", "compression", "encrypted",
    "macros", "row_count", "column_count", "video_codec", "audio_codec", "frame_rate_hz",
})  # fmt: skip
"""Names of the shared vocabulary that a picture may fill."""

_WORDS = frozenset({
    "title", "authors", "subject", "description", "copyright", "license", "language", "headline", "credit", "source",
    "instructions", "comment", "city", "state", "country", "country_code", "location", "rating", "label",
    "usage_terms", "web_statement", "transmission_reference", "writers", "author_positions", "category",
})  # fmt: skip

_XMP_TEXT: Mapping[str, tuple[str, ...]] = {
    "title": ("dc:title",),
    "description": ("dc:description", "tiff:ImageDescription"),
    "copyright": ("dc:rights", "tiff:Copyright"),
    "license": ("cc:license",),
    "language": ("dc:language",),
    "headline": ("photoshop:Headline",),
    "credit": ("photoshop:Credit",),
    "source": ("photoshop:Source",),
    "instructions": ("photoshop:Instructions",),
    "author_positions": ("photoshop:AuthorsPosition",),
    "category": ("photoshop:Category",),
    "writers": ("photoshop:CaptionWriter",),
    "transmission_reference": ("photoshop:TransmissionReference",),
    "city": ("photoshop:City",),
    "state": ("photoshop:State",),
    "country": ("photoshop:Country",),
    "country_code": ("Iptc4xmpCore:CountryCode",),
    "location": ("Iptc4xmpCore:Location",),
    "comment": ("exif:UserComment",),
    "label": ("xmp:Label",),
    "usage_terms": ("xmpRights:UsageTerms",),
    "web_statement": ("xmpRights:WebStatement",),
    "generator": ("xmp:CreatorTool", "tiff:Software"),
    "device_make": ("tiff:Make",),
    "device_model": ("tiff:Model",),
    "lens_model": ("exifEX:LensModel", "aux:Lens"),
    "lens_make": ("exifEX:LensMake",),
    "lens_serial": ("exifEX:LensSerialNumber", "aux:LensSerialNumber"),
    "camera_serial": ("exifEX:BodySerialNumber", "aux:SerialNumber"),
    "camera_owner": ("exifEX:CameraOwnerName", "aux:OwnerName"),
    "document_id": ("xmpMM:DocumentID",),
    "original_document_id": ("xmpMM:OriginalDocumentID",),
    "digital_source_type": ("Iptc4xmpExt:DigitalSourceType",),
    "panorama_projection": ("GPano:ProjectionType",),
}
_IIM_TIMES = frozenset({"date_created", "time_created", "digital_date", "digital_time"})
_XMP_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "rating": ("xmp:Rating",),
    "exposure_time_s": ("exif:ExposureTime",),
    "f_number": ("exif:FNumber",),
    "iso": ("exif:ISOSpeedRatings", "exifEX:PhotographicSensitivity"),
    "focal_length_mm": ("exif:FocalLength",),
    "focal_length_35mm_mm": ("exif:FocalLengthIn35mmFilm",),
    "exposure_bias_ev": ("exif:ExposureBiasValue",),
    "gps_direction_deg": ("exif:GPSImgDirection",),
}
_XMP_TIMES: Mapping[str, tuple[str, ...]] = {
    "taken_at": ("exif:DateTimeOriginal", "photoshop:DateCreated"),
    "created": ("xmp:CreateDate", "exif:DateTimeDigitized"),
    "modified": ("xmp:ModifyDate", "tiff:DateTime"),
    "gps_time": ("exif:GPSTimeStamp",),
}


def from_xmp(properties: xmp.Properties) -> Facts:
    """Return a packet's facts under the same names as EXIF's."""
    facts: Facts = {key: xmp.one(properties, *names) for key, names in _XMP_TEXT.items()}
    facts |= {key: _whole(xmp.number(xmp.one(properties, *names))) for key, names in _XMP_NUMBERS.items()}
    facts |= {key: _first_time(properties, names) for key, names in _XMP_TIMES.items()}
    latitude, longitude = (xmp.degrees(xmp.one(properties, f"exif:GPS{axis}")) for axis in ("Latitude", "Longitude"))
    altitude = xmp.number(xmp.one(properties, "exif:GPSAltitude"))
    orientation = xmp.number(xmp.one(properties, "tiff:Orientation"))
    facts |= {
        "authors": xmp.many(properties, "dc:creator", "tiff:Artist"),
        "keywords": xmp.many(properties, "dc:subject"),
        "orientation_code": int(orientation) if orientation and orientation in TURNS else None,
        "people": xmp.many(properties, "Iptc4xmpExt:PersonInImage"),
        "is_motion_photo": True if xmp.one(properties, "GCamera:MotionPhoto", "GCamera:MicroVideo") == "1" else None,
        "has_gain_map": True if "hdrgm:Version" in properties else None,
        "copyright_marked": {"True": True, "False": False}.get(xmp.one(properties, "xmpRights:Marked") or ""),
    }
    if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
        facts |= {"latitude_deg": round(latitude, 8), "longitude_deg": round(longitude, 8)}
    if altitude is not None and altitude <= 20000:
        below = xmp.one(properties, "exif:GPSAltitudeRef") == "1"
        facts["altitude_m"] = _whole(-altitude if below else altitude)
    return known(facts)


def from_iptc(values: Mapping[str, str | list[str]]) -> Facts:
    """Return an IIM record's facts under the same names as EXIF's."""
    facts: Facts = {key: value for key, value in values.items() if key not in _IIM_TIMES}
    for key, day, clock in (("taken_at", "date_created", "time_created"), ("created", "digital_date", "digital_time")):
        date, time = values.get(day), values.get(clock)
        if isinstance(date, str) and not isinstance(time, list):
            facts[key] = from_iso(iptc.moment(date, time))
    for key in ("author_positions", "writers"):
        facts[key] = "; ".join(facts.get(key, ()))
    facts["generator"] = facts.pop("program", None)
    return known(facts)


def merge(exif: Facts, caption: Facts, packet: Facts) -> Facts:
    """Combine the three by the rule above; `sources_differ` holds the words they disagree on."""
    sources = {"exif": exif, "iptc": caption, "xmp": packet}
    merged: Facts = {}
    differ: Facts = {}
    for key in dict.fromkeys([*exif, *packet, *caption]):
        told = {name: facts[key] for name, facts in sources.items() if key in facts}
        if key == "keywords":
            words = (word for name in ("xmp", "iptc", "exif") for word in told.get(name, ()))
            merged[key] = list(dict.fromkeys(words))[:256]
            continue
        order = ("xmp", "iptc", "exif") if key in _WORDS else ("exif", "xmp", "iptc")
        merged[key] = next(told[name] for name in order if name in told)
        if key in _WORDS and any(value != merged[key] for value in told.values()):
            differ[key] = told
    return merged | known({"sources_differ": differ})


def _first_time(properties: xmp.Properties, names: tuple[str, ...]) -> str | None:
    return next((time for name in names if (time := from_iso(xmp.one(properties, name)))), None)


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value
