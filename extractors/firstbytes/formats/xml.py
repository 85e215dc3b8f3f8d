"""The head of an XML document: root name, namespaces, attributes, first elements. By expat; nothing is ever expanded.

External entities and DTDs are not read. A document that declares entities made of other entities is only asked for
its declared root. Source: XML 1.0 (fifth edition), Namespaces in XML 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from firstbytes.formats.text import decode

_SEPARATOR = "\x1f"
_NESTED = re.compile(r"&(?!#)")


@dataclass(frozen=True, slots=True)
class Element:
    """One element: depth (the root's is 0), namespace, local name, attributes by local name, text directly in it."""

    depth: int
    namespace: str
    name: str
    attributes: Mapping[str, str]
    parent: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class XmlHead:
    """What the first bytes of an XML document say."""

    root: Element
    elements: tuple[Element, ...] = ()
    """First elements after the root, in document order."""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """Prefix ("" for the default) to URI, as declared up to where reading stopped."""
    version: str = ""
    encoding: str = ""
    standalone: bool | None = None
    doctype: tuple[str, str, str] | None = None
    """Root name, public and system identifier."""
    instructions: tuple[tuple[str, str], ...] = ()
    """Processing instructions (target, data) before and after the root's start."""
    complete: bool = False
    """True when the document ended, well-formed, within the bytes given."""
    error: str = ""
    """What is not well-formed, where the bytes break a rule before they end."""


class _Stop(Exception):
    pass


class _Reader:
    def __init__(self, *, namespaces: bool, max_elements: int, max_text: int) -> None:
        self.max_elements, self.max_text = max_elements, max_text
        self.elements: list[Element] = []
        self.open: list[tuple[int, list[str]]] = []
        self.names: list[str] = []
        self.namespaces: dict[str, str] = {}
        self.declaration: tuple[str, str, int] = ("", "", -1)
        self.doctype: tuple[str, str, str] | None = None
        self.instructions: list[tuple[str, str]] = []
        self.text_left = 256 * 1024
        self.error = ""
        self.stopped = False
        separator = _SEPARATOR if namespaces else None
        self.parser = expat.ParserCreate("utf-8", separator) if separator else expat.ParserCreate("utf-8")
        self._install()

    def _install(self) -> None:
        parser = self.parser
        parser.buffer_text = True
        # Treat undeclared entities (&nbsp;) as declared elsewhere: skipped instead of an error.
        parser.UseForeignDTD(True)  # noqa: FBT003 - positional in pyexpat
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
        parser.ExternalEntityRefHandler = self._external
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.StartNamespaceDeclHandler = self._namespace
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        # Setting this keeps internal entities from being expanded into the text.
        parser.DefaultHandler = lambda _: None

    def feed(self, data: bytes, *, final: bool) -> bool:
        """Parse; return True when the document is complete and well-formed."""
        try:
            self.parser.Parse(data, final)
        except _Stop:
            self.stopped = True
        except expat.ExpatError as error:
            self.error = str(error)[:200]
        return final and not (self.stopped or self.error or self.open)

    def _external(self, context: str, *_: object) -> int:
        """Take every external subset for an empty one."""
        self.parser.ExternalEntityParserCreate(context).Parse(b"", True)  # noqa: FBT003 - positional in pyexpat
        return 1

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.declaration = (version, encoding or "", standalone)

    def _doctype(self, name: str, system: str | None, public: str | None, _: int) -> None:
        self.doctype = (name, public or "", system or "")

    def _entity(self, _name: str, _parameter: int, value: str | None, *_: object) -> None:
        if value is not None and _NESTED.search(value):
            raise _Stop

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if len(self.namespaces) < 64:
            self.namespaces.setdefault(prefix or "", uri or "")

    def _instruction(self, target: str, data: str) -> None:
        if len(self.instructions) < 16:
            self.instructions.append((target, data[:1024]))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.elements) > self.max_elements:
            raise _Stop
        namespace, local = _split(name)
        flat = {_split(key)[1]: value[:4096] for key, value in list(attributes.items())[:64]}
        parent = self.names[-1] if self.names else ""
        self.open.append((len(self.elements), []))
        self.elements.append(Element(len(self.names), namespace, local, flat, parent))
        self.names.append(local)

    def _end(self, _: str) -> None:
        index, parts = self.open.pop()
        self.names.pop()
        self._settle(index, parts)

    def _settle(self, index: int, parts: list[str]) -> None:
        text = "".join(parts).strip()
        if text:
            old = self.elements[index]
            self.elements[index] = Element(
                old.depth, old.namespace, old.name, old.attributes, old.parent, text[: self.max_text]
            )

    def _characters(self, text: str) -> None:
        if self.open and self.text_left > 0:
            self.text_left -= len(text)
            self.open[-1][1].append(text[: self.max_text])

    def head(self, *, complete: bool) -> XmlHead | None:
        """Return what was read, or None without a root."""
        while self.open:
            self._settle(*self.open.pop())
        root = self.elements[0] if self.elements else None
        if root is None and self.stopped and self.doctype:
            root = Element(0, "", self.doctype[0].rpartition(":")[2], {}, "")
        if root is None:
            return None
        version, encoding, standalone = self.declaration
        return XmlHead(
            root=root,
            elements=tuple(self.elements[1:]),
            namespaces=self.namespaces,
            version=version,
            encoding=encoding,
            standalone=None if standalone < 0 else bool(standalone),
            doctype=self.doctype,
            instructions=tuple(self.instructions),
            complete=complete,
            error=self.error,
        )


def _split(name: str) -> tuple[str, str]:
    namespace, found, local = name.rpartition(_SEPARATOR)
    return (namespace, local) if found else ("", name.rpartition(":")[2])


def parse_head(text: str, *, whole: bool = False, max_elements: int = 64, max_text: int = 4096) -> XmlHead | None:
    """Return the head of a decoded document, or None when it has no root element.

    Args:
        text: its first characters; space before the declaration is forgiven.
        whole: whether that is the entire document.
        max_elements: elements after which reading stops.
        max_text: characters kept of one element's own text.
    """
    data = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    for namespaces in (True, False):
        reader = _Reader(namespaces=namespaces, max_elements=max_elements, max_text=max_text)
        complete = reader.feed(data, final=whole)
        # An undeclared prefix fails the namespace rules; what the document is can still be read without them.
        if not (namespaces and "unbound prefix" in reader.error):
            break
    return reader.head(complete=complete)


def read_head(data: bytes, *, whole: bool = False, max_elements: int = 64) -> XmlHead | None:
    """Return the head of a document from its first bytes, in any encoding that `formats.text` knows."""
    decoded = decode(data, whole=whole)
    return parse_head(decoded.text, whole=whole, max_elements=max_elements) if decoded else None
