"""ICC profiles: name, colour space, class and version from the header and the `desc` tag (ICC.1:2022)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from firstbytes.errors import Corrupt
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, from_iso

_MAX_TAGS = 128
_MAX_TEXT = 1024

_SPACES = {
    "RGB": "RGB",
    "CMYK": "CMYK",
    "GRAY": "gray",
    "Lab": "Lab",
    "XYZ": "XYZ",
    "YCbr": "YCbCr",
    "Luv": "Luv",
    "HSV": "HSV",
    "CMY": "CMY",
}
_CLASSES = {
    "scnr": "input",
    "mntr": "display",
    "prtr": "output",
    "link": "device link",
    "spac": "colour space",
    "abst": "abstract",
    "nmcl": "named colour",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a profile says about itself."""

    name: str | None
    color_space: str | None
    device_class: str | None
    version: str
    size_bytes: int
    copyright: str | None = None
    created: str | None = None
    connection_space: str | None = None
    creator: str | None = None
    manufacturer: str | None = None


def read(data: bytes) -> Profile:
    """Read a profile, or its first few kilobytes.

    Raises:
        Corrupt: no ICC header.
    """
    if len(data) < 132 or data[36:40] != b"acsp":
        msg = "ICC: no profile header"
        raise Corrupt(msg)
    space = data[16:20].decode("latin-1").strip()
    return Profile(
        name=_tag_text(data, b"desc"),
        color_space=_SPACES.get(space, space if space.isalnum() else None),
        device_class=_CLASSES.get(data[12:16].decode("latin-1")),
        version=f"{data[8]}.{data[9] >> 4}.{data[9] & 15}",
        size_bytes=int.from_bytes(data[:4], "big"),
        copyright=_tag_text(data, b"cprt"),
        created=_moment(data[24:36]),
        connection_space=_SPACES.get(data[20:24].decode("latin-1").strip()),
        creator=clean(data[80:84].decode("latin-1")),
        manufacturer=clean(data[48:52].decode("latin-1").replace("none", "")),
    )


def _moment(numbers: bytes) -> str | None:
    """Return the creation time, which the format defines as UTC (ICC.1, 4.2)."""
    year, month, day, hour, minute, second = struct.unpack(">6H", numbers)
    return from_iso(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")


def _tag_text(data: bytes, wanted: bytes) -> str | None:
    count = min(int.from_bytes(data[128:132], "big"), _MAX_TAGS, (len(data) - 132) // 12)
    for i in range(count):
        name, at, size = struct.unpack_from(">4sII", data, 132 + 12 * i)
        if name == wanted:
            return _text(data[at : at + size])
    return None


def _text(tag: bytes) -> str | None:
    kind = tag[:4]
    if kind == b"desc":
        length = min(int.from_bytes(tag[8:12], "big"), _MAX_TEXT)
        return clean(decode(tag[12 : 12 + length].partition(b"\0")[0]))
    if kind == b"mluc":
        records = min(int.from_bytes(tag[8:12], "big"), 64)
        rows = [tag[16 + 12 * i : 28 + 12 * i] for i in range(records)]
        whole = [row for row in rows if len(row) == 12]
        english = [row for row in whole if row[:2] == b"en"] or whole
        for row in english[:1]:
            length, at = struct.unpack(">II", row[4:])
            return clean(tag[at : at + min(length, _MAX_TEXT)].decode("utf-16-be", "replace").partition("\0")[0])
    if kind == b"text":
        return clean(decode(tag[8 : 8 + _MAX_TEXT].partition(b"\0")[0]))
    return None
