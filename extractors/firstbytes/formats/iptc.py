"""IPTC-IIM captions and the Photoshop image resources they live in (IPTC-IIM 4.2; Adobe Photoshop file format).

resources(b"8BIM...")          {1028: IIM bytes, 1005: resolution, 1039: ICC profile, 1058: EXIF, 1060: XMP, ...}
read(resources[IPTC])          {"title": "Harbour", "keywords": ["sea", "boat"], ...}
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean

RESOLUTION, IPTC, THUMBNAIL, ICC, URL, EXIF, XMP = 1005, 1028, 1036, 1039, 1035, 1058, 1060

_MAX_RESOURCES = 512
_MAX_DATASETS = 2048
_MAX_VALUES = 256

_NAMES: Mapping[int, str] = {
    5: "title", 10: "urgency", 15: "category", 20: "supplemental_categories", 25: "keywords", 40: "instructions",
    55: "date_created", 60: "time_created", 62: "digital_date", 63: "digital_time", 65: "program", 80: "authors",
    85: "author_positions", 90: "city", 92: "location", 95: "state", 100: "country_code", 101: "country",
    103: "transmission_reference", 105: "headline", 110: "credit", 115: "source", 116: "copyright", 118: "contacts",
    120: "description", 122: "writers", 135: "language",
}  # fmt: skip
_REPEATABLE = frozenset({"supplemental_categories", "keywords", "authors", "author_positions", "contacts", "writers"})
_UTF8 = b"\x1b%G"


def resources(data: bytes) -> dict[int, bytes]:
    """Return Photoshop image resources by id, up to the first that is broken; the first of an id counts."""
    found: dict[int, bytes] = {}
    at = 0
    for _ in range(_MAX_RESOURCES):
        head = data[at : at + 7]
        if len(head) < 7 or head[:4] not in {b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"}:
            break
        body = at + 6 + (1 + head[6] + 1) // 2 * 2
        if body + 4 > len(data):
            break
        size = int.from_bytes(data[body : body + 4], "big")
        found.setdefault(int.from_bytes(head[4:6], "big"), data[body + 4 : body + 4 + size])
        at = body + 4 + size + size % 2
    return found


def read(block: bytes) -> dict[str, str | list[str]]:
    """Return the application record's datasets by name; dates stay as they are written (CCYYMMDD, HHMMSS+HHMM)."""
    found: dict[str, str | list[str]] = {}
    utf8 = False
    for record, dataset, value in _datasets(block):
        if (record, dataset) == (1, 90):
            utf8 = value.startswith(_UTF8)
        name = _NAMES.get(dataset) if record == 2 else None
        text = clean(value.decode("utf-8", "replace") if utf8 else decode(value)) if name else None
        if name is None or text is None:
            continue
        if name in _REPEATABLE:
            values = found.setdefault(name, [])
            if isinstance(values, list) and len(values) < _MAX_VALUES:
                values.append(text)
        else:
            found.setdefault(name, text)
    return found


def moment(date: str | None, time: str | None) -> str | None:
    """Return ISO 8601 of an IIM date and time; a date without month or day ("20240000") stays shorter."""
    if not date or len(date) != 8 or not date.isdigit():
        return None
    if date.endswith("00"):
        return date[:4] if date[4:6] == "00" else f"{date[:4]}-{date[4:6]}"
    day = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    if not time or len(time) < 6 or not time[:6].isdigit():
        return day
    zone = f"{time[6:9]}:{time[9:11]}" if len(time) == 11 and time[6] in "+-" and time[7:].isdigit() else ""
    return f"{day}T{time[:2]}:{time[2:4]}:{time[4:6]}{zone}"


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    for _ in range(_MAX_DATASETS):
        if block[at : at + 1] != b"\x1c" or at + 5 > len(block):
            return
        record, dataset, size = struct.unpack_from(">BBH", block, at + 1)
        at += 5
        if size & 0x8000:
            # An extended dataset: the low 15 bits say how many bytes hold the length.
            width = size & 0x7FFF
            if width > 4:
                return
            size = int.from_bytes(block[at : at + width], "big")
            at += width
        yield record, dataset, block[at : at + size]
        at += size
