"""XMP packets as plain values (ISO 16684-1): every property of the main resource, by its usual prefix.

    read(b"<x:xmpmeta ...>")  ->  {"dc:title": "Harbour", "dc:creator": ["Ada"], "xmp:Rating": "4", ...}

A language alternative is its x-default (or first) text, a Bag or Seq is a list, a structure's fields get a path
("Iptc4xmpCore:CreatorContactInfo/Iptc4xmpCore:CiEmailWork"). Values stay text; `number` and `degrees` convert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from firstbytes.errors import Corrupt
from firstbytes.formats.values import clean

Properties: TypeAlias = Mapping[str, "str | list[str]"]

MAX_BYTES = 1024 * 1024
_MAX_NODES = 20_000
_MAX_DEPTH = 48
_MAX_VALUES = 1024
_MAX_ITEMS = 256
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_SKIPPED = (_RDF, _XML, "adobe:ns:meta/")

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://ns.adobe.com/pdfx/1.3/": "pdfx",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
    "http://www.npes.org/pdfx/ns/id/": "pdfxid",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://creativecommons.org/ns#": "cc",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://www.gettyimages.com/xap/1.0/": "getty",
}

_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])")


@dataclass(slots=True)
class Node:
    """One element: expanded name ("namespace local"), attributes, children, text."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    text: str = ""


def read(packet: bytes) -> Properties:
    """Return the properties of a packet of at most 1 MB, with or without its xpacket wrapper.

    Raises:
        Corrupt: not well-formed, a document type declaration, or more nodes than any real packet has.
    """
    return properties(_tree(packet[:MAX_BYTES]))


def properties(root: Node) -> Properties:
    """Return the properties of the first rdf:RDF at or below an element."""
    found: dict[str, str | list[str]] = {}
    for description in _descriptions(root):
        for key, value in _fields(description):
            if len(found) >= _MAX_VALUES:
                return found
            found.setdefault(key, value)
    return found


class Builder:
    """Collects expat's events, with names expanded by " ", into a bounded tree."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.closed = False
        self._stack: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._count += 1
        if self._count > _MAX_NODES or len(self._stack) >= _MAX_DEPTH:
            msg = "XMP: more elements than a packet may have"
            raise Corrupt(msg)
        node = Node(name, attributes)
        if self._stack:
            self._stack[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._stack.append(node)

    def end(self, _: str) -> None:
        """Close the innermost element."""
        self._stack.pop()
        self.closed = not self._stack

    def data(self, text: str) -> None:
        """Add text to the innermost element."""
        node = self._stack[-1]
        if len(node.text) < 2 * 4096:
            node.text += text


def _refuse(*_: object) -> None:
    msg = "XMP: document type declaration"
    raise Corrupt(msg)


def _tree(packet: bytes) -> Node:
    builder = Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    try:
        parser.Parse(packet.strip(b"\0 \t\r\n"), True)  # noqa: FBT003 - expat takes the flag by position
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, Corrupt):
            raise
        # What follows the closed root element is padding, whatever it is.
        if not builder.closed:
            msg = f"XMP: {error}"
            raise Corrupt(msg) from error
    if builder.root is None:
        msg = "XMP: no element"
        raise Corrupt(msg)
    return builder.root


def _descriptions(root: Node) -> Iterable[Node]:
    """Return the nodes of the first rdf:RDF: descriptions, and typed nodes such as cc:Work."""
    level = [root]
    while level:
        for node in level:
            if node.name == f"{_RDF} RDF":
                return node.children
        level = [child for node in level for child in node.children]
    return []


def _key(name: str) -> str | None:
    """Return "dc:title" for an expanded name; None for RDF's and XML's own names."""
    space, _, local = name.rpartition(" ")
    if space in _SKIPPED or not local:
        return None
    return f"{_PREFIXES[space]}:{local}" if space in _PREFIXES else f"{{{space[:200]}}}{local}"[:256]


def _fields(node: Node, path: str = "") -> Iterable[tuple[str, str | list[str]]]:
    """Yield the properties of a description or structure: its attributes, then its elements."""
    for name, text in node.attributes.items():
        key, value = _key(name), clean(text)
        if key and value:
            yield path + key, value
    for child in node.children:
        if key := _key(child.name):
            yield from _property(path + key, child)


def _property(key: str, node: Node) -> Iterable[tuple[str, str | list[str]]]:
    inner = node.children[0].name.rpartition(" ")[2] if node.children else ""
    if node.attributes.get(f"{_RDF} parseType") == "Resource" or any(_key(name) for name in node.attributes):
        yield from _fields(node, f"{key}/")
    elif inner == "Description" or (inner and _key(node.children[0].name)):
        yield from _fields(node.children[0], f"{key}/")
    elif inner in {"Bag", "Seq"}:
        if items := [text for item in node.children[0].children[:_MAX_ITEMS] if (text := clean(item.text))]:
            yield key, items
    elif inner == "Alt":
        if text := _alternative(node.children[0].children[:_MAX_ITEMS]):
            yield key, text
    elif text := clean(node.text) or clean(node.attributes.get(f"{_RDF} resource")):
        yield key, text


def _alternative(items: list[Node]) -> str | None:
    default = [item for item in items if item.attributes.get(f"{_XML} lang") == "x-default"]
    return next((text for item in (*default, *items) if (text := clean(item.text))), None)


def one(properties: Properties, *keys: str) -> str | None:
    """Return the first of the keys that is there, as text; a list's first item."""
    for key in keys:
        value = properties.get(key)
        if value:
            return value if isinstance(value, str) else value[0]
    return None


def many(properties: Properties, *keys: str) -> list[str]:
    """Return the first of the keys that is there, as a list."""
    for key in keys:
        value = properties.get(key)
        if value:
            return [value] if isinstance(value, str) else list(value)
    return []


def number(text: str | None) -> float | None:
    """Return the number in "5.6" or "28/5"; None for anything else, and for x/0."""
    above, slash, below = (text or "").strip().partition("/")
    try:
        value = float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return value if abs(value) < float("inf") else None


def degrees(text: str | None) -> float | None:
    """Return decimal degrees of "59,54.5N" or "59,54,30N" (XMP part 2, GPSCoordinate); south and west negative."""
    found = _DEGREES.fullmatch((text or "").strip())
    if not found:
        return None
    value = int(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return -value if found[4] in "SW" else value
