"""PLY: the header says everything (Turk, 1994)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, known

_HEADER = 64 * 1024
_ELEMENTS = 50
_PROPERTIES = 100
_SIZES = {
    **dict.fromkeys(("char", "uchar", "int8", "uint8"), 1),
    **dict.fromkeys(("short", "ushort", "int16", "uint16"), 2),
    **dict.fromkeys(("int", "uint", "float", "int32", "uint32", "float32"), 4),
    **dict.fromkeys(("double", "float64", "int64", "uint64"), 8),
}


@dataclass(slots=True)
class _Element:
    name: str
    count: int
    properties: list[tuple[str, str]] = field(default_factory=list)

    def size(self) -> int:
        """Return the least bytes of one: lists count with their length only."""
        kinds = [kind.split() for kind, _ in self.properties]
        return sum(_SIZES.get(words[1] if words[0] == "list" and len(words) > 1 else words[0], 0) for words in kinds)


@dataclass(slots=True)
class _Header:
    layout: str = ""
    version: str = ""
    comments: list[str] = field(default_factory=list)
    elements: list[_Element] = field(default_factory=list)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return elements with their counts and properties, layout and comments of a PLY model."""
    head = source.read(0, _HEADER)
    end = head.find(b"end_header")
    if end < 0:
        raise Corrupt("no end_header in the first 64 KB")
    found = _parse(head[:end].decode("latin-1"))
    counts = {element.name: element.count for element in found.elements}
    names = {name for element in found.elements for _, name in element.properties}
    needed = sum(element.size() * element.count for element in found.elements)
    missing = found.layout.startswith("binary") and end + 11 + needed > source.size
    return {
        "core": known(
            {
                "point_count": counts.get("vertex"),
                "format_version": clean(found.version, 32),
                "description": clean("\n".join(found.comments[:20])),
            }
        ),
        **known(
            {
                "layout": clean(found.layout, 64),
                "face_count": counts.get("face"),
                "elements": [_described(element) for element in found.elements[:_ELEMENTS]],
                "has_color": not names.isdisjoint({"red", "diffuse_red"}),
                "has_normals": "nx" in names,
            }
        ),
        **({"outcome": "partial", "reason": "elements are missing at the end"} if missing else {}),
    }


def _parse(text: str) -> _Header:
    found = _Header()
    for line in text.replace("\r", "\n").split("\n"):
        words = line.split()
        word = words[0] if words else ""
        if word == "format" and len(words) >= 3:
            found.layout, found.version = words[1], words[2]
        elif word in {"comment", "obj_info"}:
            found.comments.append(" ".join(words[1:])[:512])
        elif word == "element" and len(words) == 3 and words[2].isdecimal():
            found.elements.append(_Element(words[1][:64], min(int(words[2][:16]), 2**53)))
        elif word == "property" and found.elements and len(words) >= 3:
            found.elements[-1].properties.append((" ".join(words[1:-1])[:64], words[-1][:64]))
    return found


def _described(element: _Element) -> JSON:
    properties = [f"{clean(name)}: {clean(kind)}" for kind, name in element.properties[:_PROPERTIES]]
    return {"name": clean(element.name) or "", "count": element.count, "properties": properties}
