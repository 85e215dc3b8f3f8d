"""3MF: metadata, unit, objects and triangles of the model part of the package (3MF Core Specification 1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.formats.xml import read_head
from firstbytes.formats.zip import open_zip

_PART = "3D/3dmodel.model"
_UNPACKED = 4 * 1024 * 1024
_TAG = re.compile(rb"<(?:[A-Za-z][\w.-]{0,20}:)?(triangle|vertex|object|item)[\s/>]")
_METADATA = {
    "Title": "title",
    "Description": "description",
    "Copyright": "copyright",
    "LicenseTerms": "license",
    "Application": "generator",
}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return title, designer, program, unit, and counts of objects, vertices and triangles of a 3MF model."""
    archive = open_zip(source)
    member = archive.get(_PART) or next(
        (one for one in archive.members(1000) if one.name.lower().endswith(".model")), None
    )
    if member is None:
        raise Corrupt("no 3D model part in the package")
    data = archive.read(member, _UNPACKED)
    head = read_head(data, max_elements=64)
    if head is None or head.root.name != "model":
        raise Corrupt("the model part is not a 3MF model")
    told = {
        one.attributes.get("name", "").rpartition(":")[2]: one.text for one in head.elements if one.name == "metadata"
    }
    counts = {"triangle": 0, "vertex": 0, "object": 0, "item": 0}
    for tag in _TAG.finditer(data):
        counts[tag[1].decode("ascii")] += 1
    whole = len(data) >= member.size
    core = {field: clean(told.get(key)) for key, field in _METADATA.items()}
    return {
        "core": known(
            core
            | {
                "authors": [designer] if (designer := clean(told.get("Designer"))) else None,
                "created": from_iso(told.get("CreationDate")),
                "modified": from_iso(told.get("ModificationDate")),
                "triangle_count": _scaled(counts["triangle"], len(data), member.size),
            }
        ),
        **known(
            {
                "unit": clean(head.root.attributes.get("unit"), 32) or "millimeter",
                "vertex_count": _scaled(counts["vertex"], len(data), member.size),
                "object_count": counts["object"],
                "build_item_count": counts["item"] if whole else None,
                "counts_estimated": None if whole else True,
                "has_thumbnail": any("thumbnail" in name.lower() for name in archive.names(1000)),
            }
        ),
    }


def _scaled(count: int, read: int, size: int) -> int:
    return count if read >= size else min(count * size // max(read, 1), 2**53)
