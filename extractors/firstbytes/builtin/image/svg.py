"""SVG and SVGZ: size, titles, metadata, scripts and references, by one pass of expat (SVG 2; SVG Tiny 1.2)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts, from_xmp
from firstbytes.builtin.image.picture import Embedded
from firstbytes.formats import xmp
from firstbytes.formats.values import clean, from_iso, known

_MAX_BYTES = 2 * 1024 * 1024
_MAX_REFERENCES = 50
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|Q|em|ex|%)?\s*")
_PIXELS = {
    "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "Q": 96 / 101.6, "em": 16.0,
    "ex": 8.0,
}  # fmt: skip
_ANIMATIONS = frozenset({"animate", "animateTransform", "animateMotion", "animateColor", "set"})
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"})


@dataclass(slots=True)
class _Drawing:
    """What was seen so far."""

    root: dict[str, str] = field(default_factory=dict)
    depth: int = 0
    told: dict[str, str] = field(default_factory=dict)
    listening: str = ""
    metadata: xmp.Builder | None = None
    packets: list[xmp.Node] = field(default_factory=list)
    scripts: int = 0
    animations: int = 0
    shapes: int = 0
    images: int = 0
    elements: int = 0
    handlers: bool = False
    references: dict[str, None] = field(default_factory=dict)
    comment: str = ""
    finished: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        space, _, local = name.rpartition(" ")
        if self.depth == 0:
            self._open(space, local, attributes)
        self.depth += 1
        self.elements += 1
        if self.metadata is not None:
            self.metadata.start(name, attributes)
            return
        if local == "metadata" and space in {_SVG, ""}:
            self.metadata = xmp.Builder()
            self.metadata.start(name, attributes)
        elif self.depth == 2 and local in {"title", "desc"}:
            self.listening = local
        self.scripts += local == "script"
        self.animations += local in _ANIMATIONS
        self.shapes += local in _SHAPES
        self.images += local == "image"
        self._attributes(attributes)

    def _open(self, space: str, local: str, attributes: dict[str, str]) -> None:
        if local != "svg" or space not in {_SVG, ""}:
            msg = f"SVG: root element is {local[:40]!r}"
            raise Corrupt(msg)
        self.root = attributes

    def _attributes(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.startswith("on"):
                self.handlers = True
            elif self._leads_out(name, value):
                self.references[value[:500]] = None

    def _leads_out(self, name: str, value: str) -> bool:
        linked = name in {"href", f"{_XLINK} href"} and len(self.references) < _MAX_REFERENCES
        return linked and re.match(r"(?:https?|ftp|file):|//", value, re.IGNORECASE) is not None

    def end(self, name: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        self.finished = self.depth == 0
        self.listening = ""
        if self.metadata is not None:
            self.metadata.end(name)
            if self.metadata.closed and self.metadata.root is not None:
                self.packets.append(self.metadata.root)
                self.metadata = None

    def data(self, text: str) -> None:
        """Take text."""
        if self.metadata is not None:
            self.metadata.data(text)
        elif self.listening and len(self.told.get(self.listening, "")) < 8192:
            self.told[self.listening] = self.told.get(self.listening, "") + text

    def remark(self, text: str) -> None:
        """Take a comment."""
        if not self.comment and re.search(r"generat|created with", text[:200], re.IGNORECASE):
            self.comment = text[:200]


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read an SVG drawing, plain or gzip-compressed."""
    data = source.read(0, min(source.size, _MAX_BYTES))
    packed = data[:2] == b"\x1f\x8b"
    if packed:
        data = _inflate(data)
    drawing, problem = _Drawing(), ""
    try:
        _parse(drawing, data)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, Corrupt) or not drawing.elements:
            msg = f"SVG: {error}"
            raise Corrupt(msg) from error
        # What lies beyond the bytes that were read is not the file's fault.
        limited = len(data) >= _MAX_BYTES
        problem = "" if drawing.finished else f"SVG: {'only the first 2 MB were read' if limited else error}"
    embedded = Embedded()
    for packet in drawing.packets:
        properties = xmp.properties(packet)
        embedded.xmp = embedded.xmp or from_xmp(properties) | _work(properties)
    facts = _size(drawing.root) | _facts(drawing) | ({"compression": "gzip"} if packed else {})
    return embedded.result(known(facts), broken=problem)


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _MAX_BYTES)
    except zlib.error as error:
        msg = f"SVGZ: {error}"
        raise Corrupt(msg) from error


def _parse(drawing: _Drawing, data: bytes) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = drawing.start, drawing.end
    parser.CharacterDataHandler, parser.CommentHandler = drawing.data, drawing.remark
    parser.EntityDeclHandler = _entity
    parser.buffer_text = True
    parser.Parse(data, True)  # noqa: FBT003 - expat takes the flag by position


def _entity(*declaration: object) -> None:
    """Illustrator declares its namespaces as entities; one that refers to another is refused."""
    value = declaration[2]
    if isinstance(value, str) and ("&" in value or "%" in value or len(value) > 2048):
        msg = "nested entities"
        raise Corrupt(msg)


def _work(properties: xmp.Properties) -> Facts:
    """Return what Creative Commons metadata says in its own way (cc:Work, cc:Agent)."""
    author = xmp.one(properties, "dc:creator/dc:title")
    return known(
        {
            "authors": [author] if author else xmp.many(properties, "dc:creator"),
            "copyright": xmp.one(properties, "dc:rights/dc:title", "dc:rights"),
            "publisher": xmp.one(properties, "dc:publisher/dc:title", "dc:publisher"),
            "created": from_iso(xmp.one(properties, "dc:date")) or from_xmp(properties).get("created"),
            "identifier": xmp.one(properties, "dc:identifier"),
        }
    )


def _size(root: Mapping[str, str]) -> Facts:
    box = [
        float(part) for part in re.findall(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", root.get("viewBox", "")[:200])
    ]
    view = box if len(box) == 4 and box[2] > 0 and box[3] > 0 and max(map(abs, box)) < 2**31 else []
    width, height = (
        _pixels(root.get(key), view[index] if view else None) for key, index in (("width", 2), ("height", 3))
    )
    if view and (width is None) != (height is None):
        # One length is given: the other keeps the view box's proportions.
        width, height = (
            (width, width * view[3] / view[2]) if width is not None else ((height or 0) * view[2] / view[3], height)
        )
    return known(
        {
            "width_px": _whole(width or (view[2] if view else None)),
            "height_px": _whole(height or (view[3] if view else None)),
            "view_box": view,
            "declared_width": clean(root.get("width"), 40),
            "declared_height": clean(root.get("height"), 40),
        }
    )


def _pixels(text: str | None, whole: float | None) -> float | None:
    """Return CSS pixels at 96 a inch; a percentage is one of the view box."""
    found = _LENGTH.fullmatch((text or "")[:64])
    if not found:
        return None
    value, unit = float(found[1]), found[2] or "px"
    if unit == "%":
        return whole * value / 100 if whole is not None and value > 0 else None
    return value * _PIXELS[unit] if value > 0 else None


def _whole(value: float | None) -> int | None:
    return max(1, round(value)) if value is not None and 0 < value < 2**31 else None


def _facts(drawing: _Drawing) -> Facts:
    generator = clean(re.sub(r"^\s*(?:Generator:|Generated by|Created with)\s*", "", drawing.comment))
    inkscape = drawing.root.get(f"{_INKSCAPE} version")
    return {
        "title": clean(drawing.told.get("title")),
        "description": clean(drawing.told.get("desc")),
        "generator": f"Inkscape {clean(inkscape, 60)}" if inkscape else generator,
        "language": clean(drawing.root.get("http://www.w3.org/XML/1998/namespace lang"), 40),
        "format_version": clean(drawing.root.get("version"), 20),
        "macros": bool(drawing.scripts or drawing.handlers),
        "script_count": drawing.scripts,
        "has_event_handlers": drawing.handlers,
        "animated": drawing.animations > 0,
        "shape_count": drawing.shapes,
        "image_count": drawing.images,
        "element_count": drawing.elements,
        "external_references": list(drawing.references),
    }
