"""STL, binary and text: triangles, and the box around them where the file is small (3D Systems, 1989)."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.model import bounds
from firstbytes.formats.values import clean, known

_WHOLE = 2 * 1024 * 1024
_RECORD = 50
_VERTEX = re.compile(rb"\bvertex\s+([-+.\deE]{1,30})\s+([-+.\deE]{1,30})\s+([-+.\deE]{1,30})", re.IGNORECASE)
_FACET = re.compile(rb"\bfacet\s+normal\b", re.IGNORECASE)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return triangles, name and bounds of an STL model."""
    head = source.read(0, 84)
    count = int.from_bytes(head[80:84], "little")
    if len(head) == 84 and (source.size == 84 + _RECORD * count or not _is_text(source)):
        return _binary(source, head, count)
    if head[:5].lower() != b"solid":
        raise Corrupt("neither binary STL nor text")
    return _text(source)


def _is_text(source: ByteSource) -> bool:
    start = source.read(0, 512)
    return start[:5].lower() == b"solid" and b"\x00" not in start and b"facet" in start.lower()


def _binary(source: ByteSource, head: bytes, count: int) -> Mapping[str, JSON]:
    there = (source.size - 84) // _RECORD
    whole = 84 + _RECORD * count <= _WHOLE
    data = source.read(84, _RECORD * min(count, there)) if whole else b""
    data = data[: len(data) // _RECORD * _RECORD]
    records = [numbers[3:] for numbers in struct.iter_unpack("<12f2x", data)]
    points = (record[at : at + 3] for record in records for at in (0, 3, 6))
    label = head[:80].split(b"\x00")[0].decode("latin-1")
    return {
        "core": known({"description": clean(label), "triangle_count": count}),
        **known({"layout": "binary", "bounds": bounds.around(points)}),
        **({"outcome": "partial", "reason": "triangles are missing at the end"} if there < count else {}),
    }


def _text(source: ByteSource) -> Mapping[str, JSON]:
    data = source.read(0, min(source.size, _WHOLE))
    facets = len(_FACET.findall(data))
    sampled = len(data) < source.size
    name = data[5:].split(b"\n", 1)[0].decode("utf-8", "replace")
    points = []
    for vertex in _VERTEX.finditer(data):
        try:
            points.append([float(number) for number in vertex.groups()])
        except ValueError:
            continue
    ended = sampled or data.rstrip().split(b"\n")[-1].strip().lower().startswith(b"endsolid")
    return {
        "core": known(
            {"title": clean(name), "triangle_count": facets * source.size // len(data) if sampled else facets}
        ),
        **known(
            {
                "layout": "text",
                "triangle_count_estimated": True if sampled else None,
                "bounds": None if sampled else bounds.around(points),
            }
        ),
        **({} if ended else {"outcome": "partial", "reason": "no endsolid: the file is cut off"}),
    }
