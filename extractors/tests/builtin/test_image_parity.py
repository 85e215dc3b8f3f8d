"""What exiftool and we both say of a picture is equal, and of the listed fields we say at least 95 % of its."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pictures
import pytest

from firstbytes.formats.values import from_exif

WORDS = {
    "title": "Title ObjectName XPTitle", "description": "Description Caption-Abstract ImageDescription",
    "copyright": "Rights CopyrightNotice Copyright", "rating": "Rating", "city": "City", "country": "Country",
    "headline": "Headline", "credit": "Credit", "label": "Label", "usage_terms": "UsageTerms",
}  # fmt: skip
"""Words, by what XMP, IPTC and EXIF call them: our rule takes the first that is there."""

MEASURES = {
    "device_make": "Make", "device_model": "Model", "generator": "Software", "lens_model": "LensModel",
    "lens_serial": "LensSerialNumber", "camera_serial": "SerialNumber", "camera_owner": "OwnerName",
    "exposure_time_s": "ExposureTime", "f_number": "FNumber", "iso": "ISO", "focal_length_mm": "FocalLength",
    "focal_length_35mm_mm": "FocalLengthIn35mmFormat", "exposure_bias_ev": "ExposureCompensation",
    "flash_code": "Flash", "orientation_code": "Orientation", "gps_direction_deg": "GPSImgDirection",
    "dpi": "XResolution", "comment": "UserComment",
}  # fmt: skip
"""What EXIF measures, by exiftool's name."""

SIZED_BY = ("File", "PNG", "QuickTime", "RIFF", "Photoshop", "Jpeg2000", "EXIF")
TAGS = """
EXIF:Make=Nordlys
EXIF:Model=N1
EXIF:LensModel=35mm f/2
EXIF:LensSerialNumber=L77
EXIF:SerialNumber=S99
EXIF:OwnerName=Ada
EXIF:Software=Dev 1.2
EXIF:Artist=Ada Lind
EXIF:Copyright=(c) Ada
EXIF:ImageDescription=Exif words
EXIF:ExposureTime=1/250
EXIF:FNumber=2.8
EXIF:ISO=200
EXIF:FocalLength=35
EXIF:FocalLengthIn35mmFormat=52
EXIF:ExposureCompensation#=-0.3333
EXIF:Flash#=16
EXIF:Orientation#=6
EXIF:DateTimeOriginal=2024:05:01 10:00:00
EXIF:OffsetTimeOriginal=+02:00
EXIF:ModifyDate=2024:06:01 11:00:00
EXIF:GPSLatitude=33.51
EXIF:GPSLatitudeRef=S
EXIF:GPSLongitude=151.2
EXIF:GPSLongitudeRef=E
EXIF:GPSAltitude=12.5
EXIF:GPSAltitudeRef#=1
EXIF:GPSImgDirection=123.4
EXIF:UserComment=Hällo
EXIF:XResolution=300
EXIF:YResolution=300
EXIF:ResolutionUnit#=2
XMP:Title=Xmp title
XMP:Description=Xmp words
XMP:Rights=Xmp rights
XMP:Creator=Ada Lind
XMP:Subject=sea
XMP:Subject=light
XMP:Rating=5
XMP:Label=Red
XMP:City=Bergen
XMP:Country=Norway
XMP:Headline=Head
XMP:Credit=Cred
XMP:UsageTerms=None
IPTC:ObjectName=Iptc title
IPTC:Keywords=boat
IPTC:City=Bergen
"""

TAGGED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a.jpg": ("jpeg", lambda: pictures.saved("JPEG")),
    "a.png": ("png", lambda: pictures.saved("PNG")),
    "a.tif": ("tiff", lambda: pictures.saved("TIFF")),
    "a.webp": ("webp", lambda: pictures.saved("WEBP")),
    "a.avif": ("heif", lambda: pictures.saved("AVIF")),
    "a.jp2": ("jpeg-2000", lambda: pictures.saved("JPEG2000")),
}
"""Plain pictures of another writer, which exiftool fills with tags."""

MADE = {"b.jpg": "jpeg", "b.png": "png", "b.tif": "tiff", "b.heic": "heif", "b.webp": "webp", "b.psd": "psd"}
"""Pictures of our own makers."""


def told(exiftool: str, path: Path) -> dict[str, Any]:
    """Return exiftool's tags, numbers as numbers, by group and name."""
    run = subprocess.run([exiftool, "-n", "-j", "-G0", "-a", str(path)], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)[0]
    return found


def first(tags: dict[str, Any], groups: str, names: str) -> object:
    """Return the first value that is there, by group before name."""
    pairs = (f"{group}:{name}" for group in groups.split() for name in names.split())
    return next((tags[pair] for pair in pairs if str(tags.get(pair, "")).strip()), None)


def expected(tags: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield our field and exiftool's value for everything that it gives of the listed fields."""
    for field, names in WORDS.items():
        yield field, first(tags, "XMP IPTC EXIF", names)
    for field, name in MEASURES.items():
        yield field, first(tags, "EXIF", name)
    zone = tags.get("EXIF:OffsetTimeOriginal")
    yield "taken_at", from_exif(tags.get("EXIF:DateTimeOriginal"), zone)
    if "PNG:ModifyDate" not in tags:
        yield "modified", from_exif(tags.get("EXIF:ModifyDate"))
    yield "latitude_deg", tags.get("Composite:GPSLatitude")
    yield "longitude_deg", tags.get("Composite:GPSLongitude")
    yield "altitude_m", tags.get("Composite:GPSAltitude")
    yield "icc_profile_name", tags.get("ICC_Profile:ProfileDescription")
    authors = first(tags, "XMP IPTC EXIF", "Creator By-line Artist")
    yield "authors", [authors] if isinstance(authors, str) else authors
    for group in SIZED_BY:
        if f"{group}:ImageWidth" in tags:
            yield "pixels", tags[f"{group}:ImageWidth"] * tags[f"{group}:ImageHeight"]
            return


def compared(name: str, data: bytes, tags: dict[str, Any]) -> tuple[list[str], list[str], int]:
    """Return what differs, what is missing, and how many fields exiftool gives."""
    found = pictures.extracted(name, data)
    ours = {**found, **found["core"]}
    if "layers" not in ours and name != "heif":
        ours["pixels"] = ours["width_px"] * ours["height_px"]
    wanted = {field: value for field, value in expected(tags) if value is not None}
    if "pixels" not in ours:
        wanted.pop("pixels", None)
    missing = [field for field in wanted if field not in ours]
    differ = [
        f"{field}: {ours[field]!r} for {value!r}"
        for field, value in wanted.items()
        if field in ours and not same(ours[field], value)
    ]
    return differ, missing, len(wanted)


def same(mine: object, other: object) -> bool:
    """Compare numbers to a millionth, and anything else as text."""
    if isinstance(mine, (int, float)) and isinstance(other, (int, float)):
        return mine == pytest.approx(other, rel=1e-6)
    return str(mine) == str(other)


@pytest.mark.parametrize("file", sorted(TAGGED))
def test_tags_written_by_exiftool(file: str, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Every tag that exiftool writes comes back with its value."""
    exiftool = tool("exiftool")
    name, make = TAGGED[file]
    path, arguments = tmp_path / file, tmp_path / "tags.args"
    path.write_bytes(make())
    lines = [f"-{line}" for line in TAGS.strip().splitlines()]
    arguments.write_text("\n".join(["-q", "-q", "-m", "-overwrite_original", *lines, str(path)]), "utf-8")
    subprocess.run([exiftool, "-@", str(arguments)], check=True)
    differ, missing, count = compared(name, path.read_bytes(), told(exiftool, path))
    assert differ == []
    assert count >= 30
    assert len(missing) <= 0.05 * count, missing


@pytest.mark.parametrize("file", sorted(MADE))
def test_files_of_our_makers(file: str, tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Exiftool reads the files of our makers as we do: they are what they are meant to be."""
    path = tmp_path / file
    path.write_bytes(pictures.MAKERS[MADE[file]]())
    differ, missing, count = compared(MADE[file], path.read_bytes(), told(tool("exiftool"), path))
    assert differ == []
    assert count >= 25
    assert len(missing) <= 0.05 * count, missing
