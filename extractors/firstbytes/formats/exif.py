"""EXIF of a TIFF structure as plain facts (Exif 3.0, CIPA DC-008), in the vocabulary of `core` and units in names.

    read(open_tiff(source, base))  ->  {"device_make": "Canon", "exposure_time_s": 0.008, "latitude_deg": 59.9, ...}

Codes become words (metering_mode "spot"); `orientation_code` stays the number 1 to 8. Times are RFC 3339, in UTC when
the file gives the offset; fractions of a second and the offset have keys of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from firstbytes.formats.tiff import EXIF_IFD, GPS_IFD, Ifd, Tiff, decode
from firstbytes.formats.values import clean, from_exif, known

Fact: TypeAlias = "str | int | float | bool | list[str] | dict[str, int | str]"
Facts: TypeAlias = dict[str, Fact]

DESCRIPTION, MAKE, MODEL, ORIENTATION = 270, 271, 272, 274
X_RESOLUTION, Y_RESOLUTION, UNIT, SOFTWARE = 282, 283, 296, 305

TURNS: Mapping[int, tuple[int, bool]] = {
    1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True),
    5: (270, True), 6: (90, False), 7: (90, True), 8: (270, False),
}  # fmt: skip
"""Orientation code -> clockwise degrees, and whether the picture is mirrored (left to right, before the turn)."""

_METERING = {
    1: "average", 2: "center-weighted average", 3: "spot", 4: "multi-spot", 5: "multi-segment", 6: "partial",
    255: "other",
}  # fmt: skip
_PROGRAM = {
    1: "manual", 2: "program", 3: "aperture priority", 4: "shutter priority", 5: "creative", 6: "action",
    7: "portrait", 8: "landscape", 9: "bulb",
}  # fmt: skip
_LIGHT = {
    1: "daylight", 2: "fluorescent", 3: "tungsten", 4: "flash", 9: "fine weather", 10: "cloudy", 11: "shade",
    12: "daylight fluorescent", 13: "day white fluorescent", 14: "cool white fluorescent", 15: "white fluorescent",
    17: "standard light A", 18: "standard light B", 19: "standard light C", 20: "D55", 21: "D65", 22: "D75",
    23: "D50", 24: "ISO studio tungsten", 255: "other",
}  # fmt: skip
_WHITE_BALANCE = {0: "auto", 1: "manual"}
_EXPOSURE_MODE = {0: "auto", 1: "manual", 2: "auto bracket"}
_SCENE = {0: "standard", 1: "landscape", 2: "portrait", 3: "night"}
_FLASH_MODE = {1: "on", 2: "off", 3: "auto"}
_COLOR_SPACE = {1: "sRGB", 2: "Adobe RGB", 0xFFFF: "uncalibrated"}
_SENSITIVITY = {1: "SOS", 2: "REI", 3: "ISO speed", 4: "SOS and REI", 5: "SOS and ISO speed", 6: "REI and ISO speed"}
_SENSING = {2: "one-chip color area", 3: "two-chip color area", 4: "three-chip color area", 7: "trilinear"}

_NUMBERS = {
    "exposure_time_s": 33434, "f_number": 33437, "exposure_bias_ev": 37380, "brightness_ev": 37379,
    "subject_distance_m": 37382, "focal_length_mm": 37386, "digital_zoom_ratio": 41988,
}  # fmt: skip
_CODES: Mapping[str, tuple[int, Mapping[int, str]]] = {
    "metering_mode": (37383, _METERING), "exposure_program": (34850, _PROGRAM), "light_source": (37384, _LIGHT),
    "white_balance": (41987, _WHITE_BALANCE), "exposure_mode": (41986, _EXPOSURE_MODE),
    "scene_capture_type": (41990, _SCENE), "exif_color_space": (40961, _COLOR_SPACE),
    "sensitivity_type": (34864, _SENSITIVITY), "sensing_method": (41495, _SENSING),
}  # fmt: skip
_TEXTS = {
    "lens_make": 42035, "lens_model": 42036, "lens_serial": 42037, "camera_owner": 42032, "camera_serial": 42033,
    "image_unique_id": 42016,
}  # fmt: skip
_CHARSETS = {b"ASCII\0\0\0": "utf-8", b"JIS\0\0\0\0\0": "iso2022_jp", b"UNICODE\0": "utf-16"}


def read(tiff: Tiff, ifd: Ifd | None = None) -> Facts:
    """Return the facts of a TIFF structure's first directory (or `ifd`) and of its EXIF and GPS directories."""
    first = ifd or next(tiff.chain(), None)
    if first is None:
        return {}
    facts: Facts = _image(tiff, first)
    exif = next(tiff.children(first, EXIF_IFD), None)
    if exif is not None:
        facts |= _exif(tiff, exif)
        facts |= _times(tiff, first, exif)
    elif moment := from_exif(tiff.text(first, 306)):
        facts["modified"] = moment
    if (gps := next(tiff.children(first, GPS_IFD), None)) is not None:
        facts |= _gps(tiff, gps)
    return facts


def read_exif(tiff: Tiff, ifd: Ifd) -> Facts:
    """Return the facts of a directory that is an EXIF one itself, as Canon's CR3 has it."""
    return _exif(tiff, ifd) | _times(tiff, ifd, ifd)


def read_gps(tiff: Tiff, ifd: Ifd) -> Facts:
    """Return the facts of a directory that is a GPS one itself."""
    return _gps(tiff, ifd)


def _image(tiff: Tiff, ifd: Ifd) -> Facts:
    orientation = tiff.integer(ifd, ORIENTATION)
    return known(
        {
            "description": clean(tiff.text(ifd, DESCRIPTION)),
            "device_make": clean(tiff.text(ifd, MAKE)),
            "device_model": clean(tiff.text(ifd, MODEL)),
            "generator": clean(tiff.text(ifd, SOFTWARE)),
            "host_computer": clean(tiff.text(ifd, 316)),
            "authors": _split(clean(tiff.text(ifd, 315)) or _wide(tiff, ifd, 40093)),
            "copyright": _copyright(tiff, ifd),
            "orientation_code": orientation if orientation in TURNS else None,
            "rating": tiff.integer(ifd, 18246),
            "dpi": resolution(tiff, ifd, X_RESOLUTION),
            "dpi_y": resolution(tiff, ifd, Y_RESOLUTION),
            "title": _wide(tiff, ifd, 40091),
            "comment": _wide(tiff, ifd, 40092),
            "keywords": _split(_wide(tiff, ifd, 40094)),
            "subject": _wide(tiff, ifd, 40095),
        }
    )


def resolution(tiff: Tiff, ifd: Ifd, tag: int) -> float | None:
    """Return dots per inch; None without a resolution or when its unit is none (1)."""
    value, unit = tiff.number(ifd, tag), tiff.integer(ifd, UNIT) or 2
    if not value or value <= 0 or unit not in {2, 3}:
        return None
    return min(round(value * (2.54 if unit == 3 else 1), 4), 1e6) or None


def _exif(tiff: Tiff, ifd: Ifd) -> Facts:
    facts: dict[str, Fact | None] = {key: _short(tiff.number(ifd, tag)) for key, tag in _NUMBERS.items()}
    facts |= {key: words.get(_code(tiff, ifd, tag)) for key, (tag, words) in _CODES.items()}
    facts |= {key: clean(tiff.text(ifd, tag)) for key, tag in _TEXTS.items()}
    flash = tiff.integer(ifd, 37385)
    aperture, shutter, widest = (tiff.number(ifd, tag) for tag in (37378, 37377, 37381))
    facts |= {
        "iso": tiff.integer(ifd, 34855) or tiff.integer(ifd, 34866),
        "focal_length_35mm_mm": tiff.integer(ifd, 41989) or None,
        "flash_fired": None if flash is None else bool(flash & 1),
        "flash_mode": None if flash is None else _FLASH_MODE.get(flash >> 3 & 3),
        "flash_code": flash,
        "red_eye_reduction": True if flash and flash & 64 else None,
        "aperture_f_number": _power(aperture, 0.5),
        "max_aperture_f_number": _power(widest, 0.5),
        "shutter_speed_s": _power(-shutter, 1.0) if shutter is not None else None,
        "exif_version": _version(tiff.raw(ifd, 36864, 4)),
        "exif_width_px": tiff.integer(ifd, 40962) or None,
        "exif_height_px": tiff.integer(ifd, 40963) or None,
        "comment": _comment(tiff.raw(ifd, 37510), tiff.byte_order),
        "camera_title": clean(tiff.text(ifd, 42038)),
    }
    return known(facts)


def _times(tiff: Tiff, first: Ifd, exif: Ifd) -> Facts:
    facts: Facts = {}
    places = (("taken_at", exif, 36867, 36881, 37521), ("created", exif, 36868, 36882, 37522))
    for key, ifd, tag, zone_tag, fraction_tag in (*places, ("modified", first, 306, 36880, 37520)):
        zone, fraction = tiff.text(exif, zone_tag), (tiff.text(exif, fraction_tag) or "")[:9]
        if moment := from_exif(tiff.text(ifd, tag), zone) or from_exif(tiff.text(ifd, tag)):
            facts[key] = moment
            stem = key.removesuffix("_at")
            if zone and moment.endswith("Z"):
                facts[f"{stem}_offset"] = zone[:6]
            if fraction.isdecimal() and int(fraction):
                facts[f"{stem}_fraction_s"] = float(f"0.{fraction}")
    return facts


def _gps(tiff: Tiff, ifd: Ifd) -> Facts:
    latitude, longitude = _angle(tiff, ifd, 1, "S"), _angle(tiff, ifd, 3, "W")
    valid = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    altitude = tiff.number(ifd, 6)
    below = tiff.integer(ifd, 5) in {1, 3}
    speed, unit = tiff.number(ifd, 13), tiff.text(ifd, 12) or "K"
    factor = {"K": 1.0, "M": 1.609344, "N": 1.852}.get(unit)
    return known(
        {
            "latitude_deg": latitude if valid else None,
            "longitude_deg": longitude if valid else None,
            "altitude_m": _short(-altitude if below else altitude)
            if altitude is not None and abs(altitude) <= 20000
            else None,
            "gps_direction_deg": _short(tiff.number(ifd, 17)),
            "gps_speed_kmh": None if speed is None or factor is None else _short(speed * factor),
            "gps_accuracy_m": _short(tiff.number(ifd, 31)),
            "gps_datum": clean(tiff.text(ifd, 18)),
            "gps_method": _comment(tiff.raw(ifd, 27), tiff.byte_order),
            "gps_time": _gps_time(tiff, ifd),
        }
    )


def _angle(tiff: Tiff, ifd: Ifd, ref: int, negative: str) -> float | None:
    parts = tiff.numbers(ifd, ref + 1, 3)
    if not parts or not any(tag in ifd for tag in (ref, ref + 1)):
        return None
    value = sum(part / unit for part, unit in zip(parts, (1, 60, 3600), strict=False))
    return round(-value if (tiff.text(ifd, ref) or "").upper().startswith(negative) else value, 8)


def _gps_time(tiff: Tiff, ifd: Ifd) -> str | None:
    date, clock = tiff.text(ifd, 29), tiff.numbers(ifd, 7, 3)
    if not date or len(clock) != 3 or not all(0 <= part < 61 for part in clock):
        return None
    hour, minute, second = (int(part) for part in clock)
    return from_exif(f"{date} {hour:02}:{minute:02}:{second:02}", "Z")


def _code(tiff: Tiff, ifd: Ifd, tag: int) -> int:
    value = tiff.integer(ifd, tag)
    return -1 if value is None else value


def _short(value: float | None) -> float | int | None:
    """Return ten significant digits: rationals do not need more."""
    if value is None or abs(value) > 1e15:
        return None
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() else rounded


def _power(apex: float | None, scale: float) -> float | int | None:
    """Return 2 to the power of an APEX value (Exif 3.0, annex C)."""
    return _short(math.pow(2, apex * scale)) if apex is not None and abs(apex) < 40 else None


def _version(raw: bytes) -> str | None:
    digits = raw.decode("latin-1")
    return f"{int(digits[:2])}.{digits[2:].rstrip('0') or '0'}" if len(digits) == 4 and digits.isdecimal() else None


def _wide(tiff: Tiff, ifd: Ifd, tag: int) -> str | None:
    """Return one of Windows' XP tags: UTF-16 little-endian, whatever the file's byte order."""
    return clean(tiff.raw(ifd, tag, 8192).decode("utf-16-le", "replace").partition("\0")[0])


def _split(text: str | None) -> list[str]:
    """Return the names of a list that is joined by semicolons (Exif 3.0, Artist)."""
    return [part for part in (clean(piece) for piece in (text or "").split(";")[:256]) if part]


def _copyright(tiff: Tiff, ifd: Ifd) -> str | None:
    """Return the photographer's and the editor's notice, which a NUL separates."""
    parts = [clean(decode(part)) for part in tiff.raw(ifd, 33432, 8192).split(b"\0")[:2]]
    return "\n".join(part for part in parts if part) or None


def _comment(raw: bytes, byte_order: str) -> str | None:
    """Return a text that starts with its character code in eight bytes (Exif 3.0, UserComment)."""
    charset, body = _CHARSETS.get(raw[:8]), raw[8:]
    if charset is None:
        body = body if raw[:8] == bytes(8) else raw
        return clean(decode(body.partition(b"\0")[0]))
    if charset == "utf-16":
        charset = _wide_order(body, byte_order)
    text = body.decode(charset, "replace")
    return clean(text.lstrip("\ufeff").partition("\0")[0])


def _wide_order(body: bytes, byte_order: str) -> str:
    """Return the byte order of UTF-16 text: by its mark, else by where the zero bytes are, else the file's."""
    marks: Mapping[bytes, str] = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    if body[:2] in marks:
        return marks[body[:2]]
    even, odd = body[:64:2].count(0), body[1:64:2].count(0)
    if even != odd:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-16-le" if byte_order == "little" else "utf-16-be"
