"""The page tree: how many pages, and what the first one looks like (ISO 32000-2, 7.7.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firstbytes.builtin.pdf.objects import at, integer, items, number, resolved
from firstbytes.formats.values import known

if TYPE_CHECKING:
    from firstbytes import JSON

_DEPTH = 40
_WALKED = 2000
_MM_PER_PT = 25.4 / 72
_FORMATS = {
    "A3": (297, 420),
    "A4": (210, 297),
    "A5": (148, 210),
    "A6": (105, 148),
    "B5": (176, 250),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
    "Tabloid": (279.4, 431.8),
}


def count(catalog: Any, objects: int) -> int | None:
    """Return the number of pages: what the tree's root declares when the file has as many objects, else by walking."""
    root = at(catalog, "/Pages")
    declared = integer(at(root, "/Count"))
    if declared is not None and 0 <= declared <= max(objects, 1) and (declared or not at(root, "/Kids")):
        return declared
    return _walk(root)


def _walk(root: Any) -> int | None:
    """Count leaves of the tree; None when there are more nodes than are looked at."""
    pages, waiting, seen, steps = 0, [root], set(), 0
    while waiting:
        steps += 1
        node = resolved(waiting.pop())
        if steps > _WALKED:
            return None
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        if "/Kids" in node:
            waiting.extend(items(dict.get(node, "/Kids"), _WALKED))
        else:
            pages += 1
    return pages


def first(catalog: Any) -> tuple[Any, dict[str, Any]]:
    """Return the first page's dictionary (None without one) and the attributes it has or inherits."""
    inherited: dict[str, Any] = {}
    node = at(catalog, "/Pages")
    for _ in range(_DEPTH):
        if not isinstance(node, dict):
            return None, inherited
        inherited |= {key: at(node, key) for key in ("/MediaBox", "/CropBox", "/Rotate") if key in node}
        kids = next((k for k in items(dict.get(node, "/Kids"), 16) if isinstance(resolved(k), dict)), None)
        if kids is None:
            return (node if "/Kids" not in node else None), inherited
        node = resolved(kids)
    return None, inherited


def size(page: Any, attributes: dict[str, Any]) -> dict[str, JSON]:
    """Return the first page's size as shown: its crop box, turned, in points and millimetres, and the paper's name."""
    box = _box(attributes.get("/CropBox")) or _box(attributes.get("/MediaBox"))
    if box is None:
        return {}
    unit = number(at(page, "/UserUnit")) or 1.0
    width, height = box[0] * unit, box[1] * unit
    turned = (integer(attributes.get("/Rotate")) or 0) % 360
    if turned in {90, 270}:
        width, height = height, width
    if not (0 < width < 1e6 and 0 < height < 1e6):
        return {}
    return known(
        {
            "page_width_pt": round(width, 2),
            "page_height_pt": round(height, 2),
            "page_width_mm": round(width * _MM_PER_PT, 1),
            "page_height_mm": round(height * _MM_PER_PT, 1),
            "page_rotation_deg": turned or None,
            "page_format": _format(width * _MM_PER_PT, height * _MM_PER_PT),
        }
    )


def _box(value: Any) -> tuple[float, float] | None:
    sides = [number(resolved(side)) for side in items(value, 4)]
    if len(sides) != 4 or None in sides:
        return None
    left, bottom, right, top = (side or 0.0 for side in sides)
    width, height = abs(right - left), abs(top - bottom)
    return (width, height) if width > 0 and height > 0 else None


def _format(width_mm: float, height_mm: float) -> str | None:
    short, long = sorted((width_mm, height_mm))
    for paper, (w, h) in _FORMATS.items():
        if abs(short - w) <= 1.5 and abs(long - h) <= 1.5:
            return paper
    return None
