"""OpenDocument, its templates and flat XML, and OpenOffice.org 1 before it (OASIS ODF 1.3 parts 2 and 3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.office.cells import only_table
from firstbytes.builtin.office.numbers import integer, minutes, words
from firstbytes.builtin.office.opc import typed
from firstbytes.builtin.office.package import fault, open_package, result
from firstbytes.builtin.office.tables import sheets
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.formats.xml import read_head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.builtin.office.package import Package
    from firstbytes.formats.xml import Element

_CONTENT = 1024 * 1024
_FLAT = 256 * 1024
_MAX_ELEMENTS = 20_000
_STYLES = 64 * 1024
_PAGE = re.compile(rb"<draw:page(?=[\s>/])[^<>]{0,1000}>")
_PAGE_NAME = re.compile(rb"\bdraw:name=\"([^\"]{0,200})\"")
_LANGUAGE = re.compile(rb"fo:language=\"([a-z]{2,3})\"[^<>]{0,200}?fo:country=\"([A-Z]{2}|none)\"")
_COUNTRY = re.compile(rb"fo:country=\"([A-Z]{2}|none)\"[^<>]{0,200}?fo:language=\"([a-z]{2,3})\"")
_VALUES = {"float": "r8", "boolean": "bool", "date": "date"}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a package: its properties, statistics, sheets or pages, and what else is in it."""
    package = open_package(source)
    core, own = properties(package.elements("meta.xml"))
    manifest = package.read("META-INF/manifest.xml")
    encrypted = b":encryption-data" in manifest or b"<encryption-data" in manifest
    names = package.names
    core |= {
        "encrypted": encrypted,
        "signed": any(re.fullmatch(r"META-INF/.*signatures\.xml", name) for name in names),
        "macros": any(re.match(r"Basic/[^/]+/(?!script-l[bc]\.xml)[^/]+\.xml|Scripts/.+\.\w+", name) for name in names),
    }
    own |= _counts(names)
    if not encrypted:
        more, others = _content(package, ctx.media_type)
        core = {**known(core), **known(more)}
        own |= others
        core["language"] = core.get("language") or _language(package.read("styles.xml", _STYLES))
    if encrypted:
        return result(core, own, {"outcome": "encrypted", "reason": "the content is encrypted"})
    return result(core, own, package.outcome(needed=("content.xml",)))


def extract_flat(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the head of a document in one XML file."""
    data = source.read(0, _FLAT)
    head = read_head(data, whole=source.size <= len(data), max_elements=_MAX_ELEMENTS)
    if head is None or head.root.name not in {"document", "document-content", "document-meta"}:
        msg = "expected <office:document>"
        raise Corrupt(msg)
    elements = (head.root, *head.elements)
    core, own = properties(elements)
    more: dict[str, JSON] = {"language": core.get("language") or _language(data)}
    whole = head.complete
    if "presentation" in ctx.media_type or "graphics" in ctx.media_type:
        more["page_count"], own["page_names"] = _pages(data, whole=whole)
    elif "spreadsheet" in ctx.media_type:
        listed = sheets(head.elements, whole=whole)
        own["sheets"] = listed[:100]
        more |= {"sheet_count": len(listed), **only_table(listed)} if whole else {}
    lost = fault(head, whole=source.size <= len(data), max_elements=_MAX_ELEMENTS)
    outcome: dict[str, JSON] = {"outcome": "partial", "reason": lost} if lost else {}
    return result({**known(core), **known(more)}, own, outcome)


def properties(elements: Sequence[Element]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of <office:meta>."""
    texts: dict[str, str] = {}
    keywords: list[str] = []
    custom: dict[str, JSON] = {}
    core: dict[str, JSON] = {}
    own: dict[str, JSON] = {}
    if elements:
        texts["version"] = elements[0].attributes.get("version", "")
    for element in elements:
        at = element.attributes
        if element.name == "keyword":
            keywords += words(clean(element.text))
        elif element.name == "user-defined" and len(custom) < 100:
            kind = _VALUES.get(at.get("value-type", ""), "lpwstr")
            custom[clean(at.get("name"), 256) or ""] = typed(kind, element.text)
        elif element.name == "document-statistic":
            core, counts = _statistics(at)
            own |= counts
        elif element.name == "template" and element.parent == "meta":
            own["template"] = clean(at.get("title") or at.get("href"))
        elif element.parent == "meta" and element.text:
            texts.setdefault(element.name, element.text)
        if element.name == "body":
            break
    core = _described(texts, keywords) | core
    own |= _edited(texts) | {"tags": {k: v for k, v in custom.items() if k and v not in (None, "")}}
    return core, own


def _described(at: Mapping[str, str], keywords: list[str]) -> dict[str, JSON]:
    author = clean(at.get("initial-creator")) or clean(at.get("creator"))
    return {
        "title": clean(at.get("title")),
        "subject": clean(at.get("subject")),
        "description": clean(at.get("description")),
        "keywords": keywords[:256],
        "authors": [author] if author else [],
        "last_modified_by": clean(at.get("creator")),
        "created": from_iso(at.get("creation-date")),
        "modified": from_iso(at.get("date")),
        "language": clean(at.get("language"), 64),
        "generator": clean(at.get("generator")),
        "publisher": clean(at.get("publisher")),
        "identifier": clean(at.get("identifier")),
        "copyright": clean(at.get("rights")),
        "format_version": clean(at.get("version"), 16),
    }


def _edited(at: Mapping[str, str]) -> dict[str, JSON]:
    return {
        "revision": clean(at.get("editing-cycles"), 64),
        "editing_minutes": minutes(at.get("editing-duration")),
        "last_printed_at": from_iso(at.get("print-date")),
        "printed_by": clean(at.get("printed-by")),
    }


def _statistics(at: Mapping[str, str]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    core: dict[str, JSON] = {
        "page_count": integer(at.get("page-count")),
        "word_count": integer(at.get("word-count")),
    }
    own: dict[str, JSON] = {
        "paragraph_count": integer(at.get("paragraph-count")),
        "character_count": integer(at.get("non-whitespace-character-count")),
        "character_count_with_spaces": integer(at.get("character-count")),
        "table_count": integer(at.get("table-count")),
        "cell_count": integer(at.get("cell-count")),
        "image_count": integer(at.get("image-count")),
        "embedded_object_count": integer(at.get("object-count")),
    }
    return core, known(own)


def _counts(names: Sequence[str]) -> dict[str, JSON]:
    objects = {found[1] for name in names if (found := re.match(r"(Obj[^/]{0,20}\d+)/", name))}
    pictures = sum(name.startswith("Pictures/") and not name.endswith("/") for name in names)
    return {
        "embedded_object_count": len(objects),
        "image_count": pictures,
        "has_thumbnail": any(name.startswith("Thumbnails/") for name in names) or None,
    }


def _content(package: Package, media_type: str) -> tuple[dict[str, JSON], dict[str, JSON]]:
    if "presentation" in media_type or "graphics" in media_type or "impress" in media_type or "draw" in media_type:
        data = package.read("content.xml", _CONTENT)
        count, pages = _pages(data, whole=len(data) < _CONTENT)
        return {"page_count": count}, {"page_names": pages}
    if "spreadsheet" in media_type or "calc" in media_type:
        found = package.elements("content.xml", _CONTENT // 4, 20_000)
        member = package.archive.get("content.xml")
        whole = member is not None and member.size < _CONTENT // 4 and len(found) < 20_000
        listed = sheets(found, whole=whole)
        names = _sheet_names(package)
        known_names = {sheet["name"] for sheet in listed if "name" in sheet}
        rest: list[JSON] = [{"name": name} for name in names if name not in known_names]
        count = len(listed) if whole else len(names) or None
        return {"sheet_count": count, **(only_table(listed) if whole else {})}, {
            "sheets": [*listed, *([] if whole else rest)][:100]
        }
    return {}, {}


def _pages(data: bytes, *, whole: bool) -> tuple[int | None, list[JSON]]:
    found = _PAGE.findall(data)
    names = [_PAGE_NAME.search(page) for page in found[:100]]
    titles: list[JSON] = [clean(name[1].decode("utf-8", "replace")) for name in names if name]
    return (len(found) if whole else None), titles


def _sheet_names(package: Package) -> list[str]:
    """Return the names of all sheets, which the view settings list even where the content is too long to read."""
    inside = False
    found: list[str] = []
    for element in package.elements("settings.xml"):
        if element.name == "config-item-map-named":
            inside = element.attributes.get("name") == "Tables"
        elif (
            inside and element.name == "config-item-map-entry" and (name := clean(element.attributes.get("name"), 256))
        ):
            found.append(name)
    return found


def _language(styles: bytes) -> str | None:
    if found := _LANGUAGE.search(styles):
        tag, country = found[1].decode(), found[2].decode()
    elif found := _COUNTRY.search(styles):
        tag, country = found[2].decode(), found[1].decode()
    else:
        return None
    return tag if country == "none" else f"{tag}-{country}"
