"""Relationships and properties of an Open Packaging Conventions document (ECMA-376 parts 1 and 2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstbytes.builtin.office.numbers import integer, number, people, words
from firstbytes.formats.values import clean, from_iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firstbytes import JSON
    from firstbytes.builtin.office.package import Package
    from firstbytes.formats.xml import Element

_WHOLE = frozenset({"i1", "i2", "i4", "i8", "int", "ui1", "ui2", "ui4", "ui8", "uint"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: the last step of its type, the part or address it leads to, whether that is outside."""

    kind: str
    target: str
    external: bool


def relations(package: Package, part: str = "") -> Mapping[str, Relation]:
    """Return the relationships of a part, or of the package, by id."""
    folder, _, name = part.rpartition("/")
    found: dict[str, Relation] = {}
    for element in package.elements(f"{folder}/_rels/{name}.rels".lstrip("/")):
        at = element.attributes
        if element.name != "Relationship" or len(found) >= 5000:
            continue
        external = at.get("TargetMode", "").lower() == "external"
        target = at.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        kind = at.get("Type", "").rpartition("/")[2]
        found[at.get("Id", "")] = Relation(kind, target if external else inside, external)
    return found


def main_part(package: Package) -> str:
    """Return the part that the package is about, or nothing."""
    wanted = ("officeDocument", "document", "fixedrepresentation")
    return next((r.target for r in relations(package).values() if r.kind in wanted), "")


def properties(package: Package) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of the core, extended and custom properties."""
    parts = {relation.kind: relation.target for relation in relations(package).values()}
    core, own = _core(_texts(package.elements(parts.get("core-properties", "docProps/core.xml"))))
    extended = package.elements(parts.get("extended-properties", "docProps/app.xml"))
    more, others = _extended(_texts(extended))
    custom = _custom(package.elements(parts.get("custom-properties", "docProps/custom.xml")))
    return core | more, own | others | {"contents": _contents(extended), "tags": custom}


def _texts(elements: Sequence[Element]) -> dict[str, str]:
    return {element.name: element.text for element in elements if element.depth == 1 and element.text}


def _core(at: Mapping[str, str]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    core: dict[str, JSON] = {
        "title": clean(at.get("title")),
        "subject": clean(at.get("subject")),
        "authors": people(clean(at.get("creator"))),
        "keywords": words(clean(at.get("keywords"))),
        "description": clean(at.get("description")),
        "last_modified_by": clean(at.get("lastModifiedBy")),
        "created": from_iso(at.get("created")),
        "modified": from_iso(at.get("modified")),
        "language": clean(at.get("language")),
        "identifier": clean(at.get("identifier")),
        "version": clean(at.get("version")),
    }
    own: dict[str, JSON] = {
        "revision": clean(at.get("revision"), 64),
        "last_printed_at": from_iso(at.get("lastPrinted")),
        "category": clean(at.get("category")),
        "content_status": clean(at.get("contentStatus")),
        "content_type": clean(at.get("contentType")),
    }
    return core, own


def _extended(at: Mapping[str, str]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    core: dict[str, JSON] = {
        "generator": clean(at.get("Application")),
        "company": clean(at.get("Company")),
        "page_count": integer(at.get("Pages")) or integer(at.get("Slides")),
        "word_count": integer(at.get("Words")),
        "line_count": integer(at.get("Lines")),
    }
    own: dict[str, JSON] = {
        "application_version": clean(at.get("AppVersion"), 64),
        "template": clean(at.get("Template")),
        "manager": clean(at.get("Manager")),
        "character_count": integer(at.get("Characters")),
        "character_count_with_spaces": integer(at.get("CharactersWithSpaces")),
        "paragraph_count": integer(at.get("Paragraphs")),
        "editing_minutes": integer(at.get("TotalTime")),
        "note_count": integer(at.get("Notes")),
        "hidden_slide_count": integer(at.get("HiddenSlides")),
        "media_clip_count": integer(at.get("MMClips")),
        "presentation_format": clean(at.get("PresentationFormat")),
        "document_security": integer(at.get("DocSecurity")),
        "hyperlink_base": clean(at.get("HyperlinkBase")),
    }
    return core, own


def _contents(elements: Sequence[Element]) -> dict[str, JSON]:
    """Return the titles of parts under their headings, as the writer's language names them ("Worksheets", "Fonts")."""
    heads = [e.text for e in elements if e.parent == "variant" and e.name in {"lpstr", "i4"}]
    titles = [clean(e.text, 256) or "" for e in elements if e.parent == "vector" and e.name == "lpstr"]
    found: dict[str, JSON] = {}
    for name, count in zip(heads[0:32:2], heads[1:32:2], strict=False):
        taken = integer(count) or 0
        group, titles = titles[:taken], titles[taken:]
        if group and (heading := clean(name, 128)):
            found[heading] = group[:100]
    return found


def _custom(elements: Sequence[Element]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    name = ""
    for element in elements:
        if element.name == "property":
            name = clean(element.attributes.get("name"), 256) or ""
        elif element.parent == "property" and name and len(found) < 100:
            found[name] = typed(element.name, element.text)
    return {key: value for key, value in found.items() if value not in (None, "")}


def typed(kind: str, text: str) -> JSON:
    """Return the value of a variant (ECMA-376 part 1, 22.4)."""
    if kind == "bool":
        return text.strip().lower() in {"1", "true"}
    if kind in _WHOLE:
        value = number(text)
        return int(value) if value is not None else None
    if kind in {"r4", "r8", "decimal"}:
        return number(text)
    if kind in {"filetime", "date"}:
        return from_iso(text)
    return clean(text, 1024)
