"""XML of any dialect: root, namespaces, document type, declaration, style sheets, Dublin Core in the head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.text import describe, read
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.formats.xml import Element, XmlHead, parse_head

_MOST = 100
_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the first megabyte at most; the root and the first thousand elements."""
    text = read(source)
    xml = parse_head(text.text, whole=text.whole, max_elements=1000)
    if xml is None:
        msg = "expected a root element, found none"
        raise Corrupt(msg)
    core, own = describe(source, text)
    result: dict[str, JSON] = {"core": {**core, **known(_facts(xml))}, **known({**own, **_structure(xml)})}
    if xml.error and text.whole:
        result |= {"outcome": "partial", "reason": f"not well-formed: {xml.error}"}
    return result


def _structure(xml: XmlHead) -> dict[str, JSON]:
    children = Counter(e.name for e in xml.elements if e.depth == 1)
    doctype = (
        known(dict(zip(("name", "public_id", "system_id"), (clean(d, 500) for d in xml.doctype), strict=True)))
        if xml.doctype
        else None
    )
    return {
        "root": clean(xml.root.name, 200),
        "root_namespace": clean(xml.root.namespace, 500),
        "root_attributes": _attributes(xml.root),
        "namespaces": {prefix[:100]: clean(uri, 500) for prefix, uri in xml.namespaces.items() if uri},
        "children": dict(children.most_common(_MOST)),
        "doctype": doctype,
        "standalone": xml.standalone,
        "declared_encoding": clean(xml.encoding, 40),
        "style_sheets": [
            found[1][:500]
            for target, data in xml.instructions
            if target == "xml-stylesheet" and (found := re.search(r"href=[\"']([^\"']+)", data))
        ],
    }


def _attributes(element: Element) -> dict[str, str]:
    return {key[:100]: value for key, raw in element.attributes.items() if (value := clean(raw, 500))}


def _facts(xml: XmlHead) -> dict[str, JSON]:
    """Dublin Core wherever it stands in the head, and a title or description directly below the root."""
    core: dict[str, list[str]] = {}
    direct: dict[str, str] = {}
    for element in xml.elements:
        text = clean(element.text)
        if text and element.namespace in _DUBLIN_CORE:
            core.setdefault(element.name, []).append(text)
        elif text and element.depth <= 2:
            direct.setdefault(element.name.lower(), text)
    first = {name: values[0] for name, values in core.items()}
    version = xml.root.attributes.get("version")
    return {
        "title": first.get("title") or direct.get("title"),
        "authors": core.get("creator", [])[:_MOST] or ([direct["author"]] if "author" in direct else None),
        "description": first.get("description") or direct.get("description"),
        "subject": first.get("subject"),
        "publisher": first.get("publisher"),
        "copyright": first.get("rights"),
        "language": clean(xml.root.attributes.get("lang"), 40) or first.get("language"),
        "created": from_iso(first.get("date") or first.get("created")),
        "modified": from_iso(first.get("modified")),
        "format_version": clean(version, 40),
        "generator": clean(xml.root.attributes.get("generator") or direct.get("generator"), 200),
    }
