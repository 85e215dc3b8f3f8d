"""Wavefront OBJ: vertices, faces, groups and materials of a text model (Wavefront's appendix B1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.model import bounds
from firstbytes.formats.text import decode
from firstbytes.formats.values import clean, known

_WHOLE = 2 * 1024 * 1024
_NAMES = 100
_WORDS = frozenset({"v", "vt", "vn", "vp", "f", "l", "p", "o", "g", "s", "mtllib", "usemtl", "curv", "surf"})


@dataclass(slots=True)
class _Found:
    counts: Counter[str] = field(default_factory=Counter)
    names: dict[str, dict[str, None]] = field(default_factory=lambda: {"o": {}, "g": {}, "mtllib": {}, "usemtl": {}})
    points: list[list[float]] = field(default_factory=list)
    triangles: int = 0
    comment: str = ""


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return vertices, faces as triangles, objects, groups, materials, the first comment and bounds of an OBJ model.

    Of a file larger than 2 MB the counts are estimates from its beginning, and say so.
    """
    data = source.read(0, min(source.size, _WHOLE))
    sampled = len(data) < source.size
    found = _Found()
    told = decode(data, whole=not sampled)
    text = told.text if told else data.decode("utf-8", "replace")
    for line in text.split("\n")[: -1 if sampled else None]:
        _line(line.strip(), found)
    if not any(found.counts[word] for word in ("v", "f", "mtllib", "o", "g")):
        raise Corrupt("no vertices and no faces")

    def scaled(count: int) -> int:
        return count * source.size // len(data) if sampled else count

    return {
        "core": known(
            {
                "title": next(iter(found.names["o"]), None),
                "description": clean(found.comment),
                "triangle_count": scaled(found.triangles),
            }
        ),
        **known(
            {
                "counts_estimated": True if sampled else None,
                "vertex_count": scaled(found.counts["v"]),
                "texture_vertex_count": scaled(found.counts["vt"]),
                "normal_count": scaled(found.counts["vn"]),
                "face_count": scaled(found.counts["f"]),
                "line_element_count": scaled(found.counts["l"]) or None,
                "objects": list(found.names["o"]),
                "groups": list(found.names["g"]),
                "materials": list(found.names["usemtl"]),
                "material_libraries": list(found.names["mtllib"]),
                "bounds": None if sampled else bounds.around(found.points),
            }
        ),
    }


def _line(line: str, found: _Found) -> None:
    if line.startswith("#"):
        found.comment = found.comment or line[1:].strip()[:512]
        return
    word, _, rest = line.partition(" ")
    if word not in _WORDS:
        return
    found.counts[word] += 1
    if word == "v":
        try:
            point = [float(number) for number in rest.split()[:3]]
        except ValueError:
            return
        if len(point) == 3:
            found.points.append(point)
    elif word == "f":
        found.triangles += max(0, len(rest.split()) - 2)
    elif word in found.names and len(found.names[word]) < _NAMES:
        name = clean(rest, 256)
        if name:
            found.names[word][name] = None
