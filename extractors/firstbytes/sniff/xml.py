"""XML by its root element: flat ODF, document type, namespace, local name, local name with children."""

from __future__ import annotations

import re

from firstbytes.formats.xml import XmlHead, parse_head
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match
from firstbytes.sniff.xml_roots import (
    BY_DOCTYPE,
    BY_NAME,
    BY_NAME_AND_CHILD,
    BY_NAME_IN_NAMESPACE,
    BY_NAMESPACE,
    FLAT_ODF,
)

_OPENING = re.compile(r"<(?:\?xml[\s?]|!--|!DOCTYPE\s|\?|[A-Za-z_])")
_HTML_DOCTYPE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<!DOCTYPE\s+html(?:\s+PUBLIC\s+\"-//(?:W3C|IETF)//DTD HTML|\s*>|\s+SYSTEM)",
    re.IGNORECASE | re.DOTALL,
)


def rule(page: Page) -> Match | None:
    """Return the dialect of an XML document, `application/xml` when no table knows its root."""
    text = page.text.lstrip()
    if not _OPENING.match(text) or _HTML_DOCTYPE.match(text):
        return None
    xml = parse_head(text, whole=page.whole)
    if xml is None:
        return _rootless(text)
    if found := dialect(xml):
        if found == "text/html" and not text.startswith("<?xml"):
            return None
        # The same page is served as HTML under one name and as XHTML under another.
        return Match(found, f"root {xml.root.name}", weak=found == "application/xhtml+xml")
    if text.startswith("<?xml") or _sound(xml, whole=page.whole):
        return Match("application/xml", f"root {xml.root.name}")
    return None


def _rootless(text: str) -> Match | None:
    if text.startswith("<?xpacket begin"):
        return Match("application/rdf+xml", "xpacket")
    if text.startswith("<?xml"):
        # A declaration and no element: a text declaration of an external entity, or a DTD, or a head that is too short.
        kind = (
            "application/xml-dtd"
            if re.search(r"<!(?:ELEMENT|ATTLIST|ENTITY)\s", text) and "<!DOCTYPE" not in text
            else ""
        )
        return Match(kind or "application/xml", "XML declaration")
    if re.match(r"(?:<!--.*?-->\s*)*<!(?:ELEMENT|ATTLIST|ENTITY|NOTATION)\s", text, re.DOTALL):
        return Match("application/xml-dtd", "markup declarations")
    return None


def _sound(xml: XmlHead, *, whole: bool) -> bool:
    """Return whether a document without declaration is XML rather than HTML, Markdown or a template with tags."""
    if xml.error:
        return False
    if xml.root.name.lower() in _HTML_NAMES and not xml.root.namespace:
        return False
    return xml.complete if whole else bool(xml.elements)


_HTML_NAMES = frozenset(
    [
        "html",
        "head",
        "body",
        "div",
        "p",
        "a",
        "b",
        "i",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "td",
        "ul",
        "ol",
        "li",
        "img",
        "span",
        "font",
        "center",
        "form",
        "input",
        "script",
        "style",
        "meta",
        "link",
        "title",
        "pre",
        "code",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "nav",
        "main",
        "details",
        "summary",
        "iframe",
        "template",
        "video",
        "audio",
        "button",
        "label",
        "select",
        "picture",
        "figure",
        "strong",
        "em",
        "base",
        "dl",
    ]
)


def dialect(xml: XmlHead) -> str | None:
    """Return the type that the tables give a document's head, or None."""
    root = xml.root
    name = root.name.lower()
    if "opendocument" in root.namespace and name == "document":
        return FLAT_ODF.get(root.attributes.get("mimetype", "").rpartition(".")[2].partition("-")[0])
    children = {e.name.lower() for e in xml.elements if e.depth == 1}
    if name == "rdf" and _is_rss1(xml):
        return "application/rss+xml"
    if name == "html":
        return (
            "application/xhtml+xml" if root.namespace or _public(xml).startswith("-//W3C//DTD XHTML") else "text/html"
        )
    return (
        _in_namespace(root.namespace, name)
        or _progid(xml)
        or next((kind for public, kind in BY_DOCTYPE if _public(xml).startswith(public)), None)
        or BY_NAME.get(name)
        or _by_child(name, children)
        or _by_vocabulary(xml)
    )


def _in_namespace(namespace: str, name: str) -> str | None:
    if not namespace:
        return None
    if found := BY_NAME_IN_NAMESPACE.get((namespace, name)):
        return found
    return next((kind for start, kind in BY_NAMESPACE if namespace.startswith(start)), None)


def _public(xml: XmlHead) -> str:
    return xml.doctype[1] if xml.doctype else ""


def _is_rss1(xml: XmlHead) -> bool:
    """RSS 0.9 and 1.0 are RDF: their default namespace, or the namespace of a channel, tells."""
    feeds = (
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
    )
    return xml.namespaces.get("") in feeds or any(e.namespace in feeds and e.name == "channel" for e in xml.elements)


def _progid(xml: XmlHead) -> str | None:
    """Return what `<?mso-application progid=...?>` says (Office 2003 XML), or a Windows playlist's `<?wpl?>`."""
    for target, data in xml.instructions:
        if target == "mso-application":
            if "Word.Document" in data:
                is_package = xml.root.name == "package"
                return "application/vnd.ms-word2006ml" if is_package else "application/vnd.ms-wordml"
            if "Excel.Sheet" in data:
                return "application/vnd.ms-spreadsheetml"
        if target == "wpl":
            return "application/vnd.ms-wpl"
    return None


def _by_child(name: str, children: set[str]) -> str | None:
    for root, wanted, kind in BY_NAME_AND_CHILD:
        if root == name and (not wanted or children & wanted):
            return kind
    return None


_DOCBOOK_ROOTS = frozenset({"book", "article", "chapter", "refentry", "section", "set", "part", "appendix", "refsect1"})
_DOCBOOK_INSIDE = frozenset(
    {
        "bookinfo",
        "articleinfo",
        "info",
        "para",
        "sect1",
        "refmeta",
        "refnamediv",
        "refentryinfo",
        "simpara",
        "itemizedlist",
    }
)


def _by_vocabulary(xml: XmlHead) -> str | None:
    """Return DocBook for its roots with its blocks inside (version 4 has no namespace), GML by what it collects."""
    names = {e.name.lower() for e in xml.elements}
    if xml.root.name.lower() in _DOCBOOK_ROOTS and names & _DOCBOOK_INSIDE:
        return "application/docbook+xml"
    if xml.root.name.endswith("FeatureCollection") and any("opengis.net/gml" in uri for uri in xml.namespaces.values()):
        return "application/gml+xml"
    return None
