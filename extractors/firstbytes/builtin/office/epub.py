"""EPUB and iBooks: the package document's metadata, spine and manifest, and what protects it (EPUB 3.3, OPF 2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from firstbytes import Corrupt
from firstbytes.builtin.office.package import open_package, result
from firstbytes.formats.values import clean, from_iso, known

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
    own["toc_entry_count"] = _toc(package, path, elements)
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


@dataclass(slots=True)
class _Metadata:
    """Dublin Core elements by name, what refines an element by its id, other properties by name."""

    found: dict[str, list[Element]] = field(default_factory=dict)
    refinements: dict[str, dict[str, str]] = field(default_factory=dict)
    metas: dict[str, list[str]] = field(default_factory=dict)

    def meta(self, *names: str, limit: int = 4096) -> str | None:
        """Return the first of these properties that is there."""
        return next(
            (text for name in names if (text := clean(next(iter(self.metas.get(name, ())), None), limit))), None
        )

    def texts(self, name: str, limit: int = 512, most: int = 256) -> list[str]:
        """Return the texts of the elements of a name."""
        return [text for element in self.found.get(name, ())[:most] if (text := clean(element.text, limit))]

    def first(self, name: str, limit: int = 4096) -> str | None:
        """Return the text of the first element of a name."""
        return next(iter(self.texts(name, limit)), None)


def _gather(elements: Sequence[Element]) -> _Metadata:
    all_ = _Metadata()
    for element in elements:
        at = element.attributes
        if element.name == "manifest":
            break
        if element.name == "meta" and at.get("refines"):
            all_.refinements.setdefault(at["refines"].lstrip("#"), {})[at.get("property", "")] = element.text
        elif element.name == "meta":
            name, text = at.get("property") or at.get("name", ""), element.text or at.get("content", "")
            all_.metas.setdefault(name, []).append(text)
        elif element.text:
            # Before OPF 2 the names of Dublin Core were written in capitals.
            all_.found.setdefault(element.name.lower(), []).append(element)
    return all_


def _metadata(elements: Sequence[Element]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    of = _gather(elements)
    dates = of.found.get("date", ())
    creators, others = _people(of.found.get("creator", ()), of.refinements)
    layout = of.meta("rendition:layout", "fixed-layout", limit=32)
    core: dict[str, JSON] = {
        "title": of.first("title"),
        "authors": creators or others,
        "language": of.first("language", 64),
        "publisher": of.first("publisher"),
        "identifier": _identifier(elements[0], of.found.get("identifier", ())),
        "copyright": of.first("rights"),
        "keywords": of.texts("subject"),
        "description": of.first("description"),
        "created": _date(dates),
        "modified": from_iso(of.meta("dcterms:modified")) or from_iso(_event(dates, "modification")),
        "format_version": clean(elements[0].attributes.get("version"), 16),
        "generator": of.meta("generator", "calibre:generator"),
    }
    own: dict[str, JSON] = {
        "contributors": of.texts("contributor", most=100),
        "subtitle": next(iter(of.texts("title", 4096)[1:]), None),
        "series": of.meta("belongs-to-collection", "calibre:series"),
        "series_index": of.meta("group-position", "calibre:series_index", limit=32),
        "identifiers": of.texts("identifier", most=20),
        "source": of.first("source"),
        "languages": of.texts("language", 64, 20)[1:],
        "layout": layout,
        "fixed_layout": layout in {"pre-paginated", "true"},
        "accessibility": [t for v in of.metas.get("schema:accessibilityFeature", ())[:50] if (t := clean(v, 256))],
    }
    return core, own


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
        "spine_item_count": len(spine),
        "manifest_item_count": len(items),
        "image_count": sum(kind.startswith("image/") for kind in kinds),
        "font_count": sum("font" in kind or "opentype" in kind for kind in kinds),
        "audio_count": sum(kind.startswith("audio/") for kind in kinds) or None,
        "video_count": sum(kind.startswith("video/") for kind in kinds) or None,
        "media_overlay_count": sum(kind == "application/smil+xml" for kind in kinds) or None,
        "cover": known({"media_type": clean(cover.get("media-type"), 64), "name": clean(cover.get("href"), 300)})
        if cover
        else None,
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
