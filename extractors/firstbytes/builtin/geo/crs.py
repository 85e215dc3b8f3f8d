"""Coordinate reference systems in short: name and EPSG code from WKT (OGC 12-063r5) or GeoTIFF keys (OGC 19-008r4)."""

from __future__ import annotations

import re

from firstbytes import JSON
from firstbytes.formats.values import clean, known

_NAME = re.compile(r'^\s*(\w+)\s*\[\s*"([^"]{0,200})"')
_AUTHORITY = re.compile(r'(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d{1,6})"?\s*\]\s*\]\s*$')
_KEYS = {1026: "citation", 2049: "citation", 3073: "citation", 2048: "geographic", 3072: "projected", 4096: "vertical"}
_USER_DEFINED = 32767


def from_wkt(text: str) -> JSON:
    """Return kind, name and EPSG code of a WKT definition (its own code: the last one, at the end)."""
    name, code = _NAME.match(text[:1000]), _AUTHORITY.search(text)
    return known(
        {
            "kind": name[1] if name else None,
            "name": clean(name[2]) if name else None,
            "epsg": int(code[1]) if code else None,
            "wkt": clean(text, 2000),
        }
    )


def from_geo_keys(directory: bytes, texts: str) -> JSON:
    """Return name and EPSG codes of a GeoKeyDirectory, 16-bit numbers in little-endian order."""
    numbers = [int.from_bytes(directory[at : at + 2], "little") for at in range(0, len(directory) - 1, 2)]
    found: dict[str, JSON] = {}
    for at in range(4, len(numbers) - 3, 4):
        key, place, count, value = numbers[at : at + 4]
        role = _KEYS.get(key)
        if role == "citation" and place == 34737:
            found.setdefault("name", clean(texts[value : value + count].rstrip("|\x00")))
        elif role in {"geographic", "projected", "vertical"} and place == 0 and 0 < value < _USER_DEFINED:
            found["vertical_epsg" if role == "vertical" else "epsg" if role == "projected" else "geographic_epsg"] = (
                value
            )
    if "epsg" not in found and "geographic_epsg" in found:
        found["epsg"] = found.pop("geographic_epsg")
    return known(found)
