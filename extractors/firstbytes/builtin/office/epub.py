"""EPUB and iBooks: the package document's metadata, spine and manifest, and what protects it (EPUB 3.3, OPF 2)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from firstbytes import Corrupt
from firstbytes.builtin.office.package import open_package, result
from firstbytes.formats.values import clean, from_iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.builtin.office.package import Package
    from firstbytes.formats.xml import Element

_PACKAGE = 512 * 1024
_FONTS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""Algorithms that obfuscate fonts: the text stays readable."""


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a book's metadata and structure."""
    del ctx
    package = open_package(source)
    path = _root_file(package)
    elements = package.elements(path, _PACKAGE, 10_000)
    if not elements:
        reason = package.lost.get(path, "missing")
        msg = f"package document {path[:100]!r}: {reason}"
        raise Corrupt(msg)
    core, own = _metadata(elements)
    core |= _structure(elements, own)
    own["toc_entries"] = _toc(package, path, elements)
    algorithms = {
        element.attributes.get("Algorithm", "")
        for element in package.elements("META-INF/encryption.xml")
        if element.name == "EncryptionMethod" and element.parent == "EncryptedData"
    }
    core["encrypted"] = bool(algorithms - _FONTS)
    core["signed"] = "META-INF/signatures.xml" in package.archive
    own["obfuscated_fonts"] = True if algorithms & _FONTS else None
    own["rights_managed"] = True if "META-INF/rights.xml" in package.archive else None
    if core["encrypted"]:
        return result(core, own, {"outcome": "encrypted", "reason": "the book's text is encrypted"})
    return result(core, own, package.outcome())


def _root_file(package: Package) -> str:
    for element in package.elements("META-INF/container.xml"):
        if element.name == "rootfile" and element.attributes.get("full-path"):
            return element.attributes["full-path"]
    return next((name for name in package.names if name.lower().endswith(".opf")), "")


def _metadata(elements: Sequence[Element]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    found: dict[str, list[Element]] = {}
    refinements: dict[str, dict[str, str]] = {}
    metas: dict[str, str] = {}
    for element in elements:
        at = element.attributes
        if element.name == "manifest":
            break
        if element.name == "meta" and at.get("refines"):
            refinements.setdefault(at["refines"].lstrip("#"), {})[at.get("property", "")] = element.text
        elif element.name == "meta":
            metas.setdefault(at.get("property") or at.get("name", ""), element.text or at.get("content", ""))
        elif element.text:
            # Before OPF 2 the names of Dublin Core were written in capitals.
            found.setdefault(element.name.lower(), []).append(element)
    creators, others = _people(found.get("creator", ()), refinements)
    core: dict[str, JSON] = {
        "title": _first(found, "title"),
        "authors": creators or others,
        "language": _first(found, "language", 64),
        "publisher": _first(found, "publisher"),
        "identifier": _identifier(elements[0], found.get("identifier", ())),
        "copyright": _first(found, "rights"),
        "subject": None,
        "keywords": [text for e in found.get("subject", ())[:256] if (text := clean(e.text, 512))],
        "description": _first(found, "description"),
        "created": _date(found.get("date", ())),
        "modified": from_iso(metas.get("dcterms:modified")) or from_iso(_event(found.get("date", ()), "modification")),
        "format_version": clean(elements[0].attributes.get("version"), 16),
        "generator": clean(metas.get("generator") or metas.get("calibre:generator")),
    }
    own: dict[str, JSON] = {
        "contributors": _people(found.get("contributor", ()), {})[0][:100],
        "subtitle": clean(found["title"][1].text) if len(found.get("title", ())) > 1 else None,
        "series": clean(metas.get("belongs-to-collection") or metas.get("calibre:series")),
        "series_index": clean(metas.get("group-position") or metas.get("calibre:series_index"), 32),
        "identifiers": [text for e in found.get("identifier", ())[:20] if (text := clean(e.text, 512))],
        "source": _first(found, "source"),
        "languages": [text for e in found.get("language", ())[1:20] if (text := clean(e.text, 64))],
        "layout": clean(metas.get("rendition:layout") or metas.get("fixed-layout"), 32),
        "fixed_layout": metas.get("rendition:layout") == "pre-paginated" or metas.get("fixed-layout") == "true",
        "accessibility": [v for k, v in list(metas.items())[:200] if k == "schema:accessibilityFeature" and v] or None,
    }
    return core, own


def _first(found: Mapping[str, Sequence[Element]], name: str, limit: int = 4096) -> str | None:
    return clean(found[name][0].text, limit) if name in found else None


def _people(elements: Sequence[Element], refinements: Mapping[str, Mapping[str, str]]) -> tuple[list[str], list[str]]:
    """Return (authors, people of other roles): a creator without a role is an author."""
    authors: list[str] = []
    others: list[str] = []
    for element in elements[:256]:
        at = element.attributes
        role = at.get("role") or refinements.get(at.get("id", ""), {}).get("role", "aut")
        if name := clean(element.text, 512):
            (authors if role == "aut" or (not refinements and not at.get("role")) else others).append(name)
    return authors, others


def _identifier(root: Element, elements: Sequence[Element]) -> str | None:
    """Return the identifier that the package declares to be its own, else an ISBN, else the first."""
    own = root.attributes.get("unique-identifier", "")
    ranked = sorted(
        elements[:100],
        key=lambda e: (e.attributes.get("id") != own, "isbn" not in (e.attributes.get("scheme", "") + e.text).lower()),
    )
    return clean(ranked[0].text, 512) if ranked else None


def _event(elements: Sequence[Element], wanted: str) -> str | None:
    return next((e.text for e in elements if e.attributes.get("event") == wanted), None)


def _date(elements: Sequence[Element]) -> str | None:
    text = _event(elements, "publication") or next((e.text for e in elements if "event" not in e.attributes), None)
    return from_iso(text)


def _structure(elements: Sequence[Element], own: dict[str, JSON]) -> dict[str, JSON]:
    items = [e.attributes for e in elements if e.name == "item" and e.parent == "manifest"]
    kinds = [at.get("media-type", "") for at in items]
    properties = " ".join(at.get("properties", "") for at in items).split()
    spine = [e.attributes for e in elements if e.name == "itemref"]
    legacy = next(
        (e.attributes.get("content") for e in elements if e.name == "meta" and e.attributes.get("name") == "cover"),
        None,
    )
    cover = next(
        (
            at
            for at in items
            if "cover-image" in at.get("properties", "").split() or (legacy and at.get("id") == legacy)
        ),
        None,
    )
    direction = next((e.attributes.get("page-progression-direction") for e in elements if e.name == "spine"), None)
    own |= {
        "spine_items": len(spine),
        "manifest_items": len(items),
        "images": sum(kind.startswith("image/") for kind in kinds),
        "fonts": sum("font" in kind or "opentype" in kind for kind in kinds),
        "audio": sum(kind.startswith("audio/") for kind in kinds) or None,
        "video": sum(kind.startswith("video/") for kind in kinds) or None,
        "media_overlays": sum(kind == "application/smil+xml" for kind in kinds) or None,
        "cover_present": cover is not None,
        "cover_media_type": clean(cover.get("media-type"), 64) if cover else None,
        "page_direction": clean(direction, 16),
    }
    return {"macros": "scripted" in properties or "text/javascript" in kinds or "application/javascript" in kinds}


def _toc(package: Package, path: str, elements: Sequence[Element]) -> int | None:
    """Count the entries of the navigation document, or of the NCX before EPUB 3."""
    for element in elements:
        at = element.attributes
        if element.name != "item":
            continue
        nav = "nav" in at.get("properties", "").split()
        if nav or at.get("media-type") == "application/x-dtbncx+xml":
            part = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(at.get("href", ""))))
            found = package.elements(part, _PACKAGE, 20_000)
            if not nav:
                return sum(e.name == "navPoint" for e in found)
            return _nav(found)
    return None


def _nav(elements: Sequence[Element]) -> int:
    count, depth = 0, -1
    for element in elements:
        if element.name == "nav":
            depth = element.depth if element.attributes.get("type", "toc") == "toc" else -1
        elif 0 <= depth < element.depth and element.name == "a":
            count += 1
    return count
