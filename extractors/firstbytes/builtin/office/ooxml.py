"""Office Open XML: Word, Excel, PowerPoint and Visio documents, templates, add-ins and their macro variants (ECMA-376).

Only properties, the main part and the first bytes of each sheet are read; never the text, and no media.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes.builtin.office.opc import main_part, properties, relations
from firstbytes.builtin.office.package import open_package, result
from firstbytes.builtin.office.workbook import workbook
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.builtin.office.opc import Relation
    from firstbytes.builtin.office.package import Package

_EMU_PER_MM = 36_000
_SMALL = 64 * 1024
_LANGUAGE = re.compile(rb"<w:(?:lang|themeFontLang)\b[^>]{0,200}?w:val\s*=\s*[\"']([A-Za-z]{2,3}[\w-]{0,20})[\"']")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a document's properties, structure and the kinds of things in it."""
    package = open_package(source)
    core, own = properties(package)
    part = main_part(package)
    links = relations(package, part) if part else {}
    kind = ctx.media_type
    if "word" in kind:
        more, others = _word(package, part)
    elif "excel" in kind or "spreadsheet" in kind:
        more, others = workbook(package, part, links)
    elif "powerpoint" in kind or "presentation" in kind:
        more, others = _presentation(package, part)
    elif "visio" in kind:
        more, others = _drawing(package, part)
    else:
        more, others = {}, {}
    more["language"] = core.get("language") or more.get("language")
    core |= known(more)
    core |= contained(package)
    own |= others | _counts(package) | _outside(links)
    return result(core, own, package.outcome(needed=[part] if part else ()))


def contained(package: Package) -> dict[str, JSON]:
    """Return what member names say of macros and signatures."""
    names = package.names
    macros = any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in names)
    return {"macros": macros, "signed": any(name.startswith("_xmlsignatures/") for name in names)}


def _counts(package: Package) -> dict[str, JSON]:
    folders = ("embeddings", "media", "charts", "activeX", "notesSlides", "externalLinks", "pivotTables", "tables")
    found = dict.fromkeys(folders, 0)
    for name in package.names:
        above, _, file = name.rpartition("/")
        folder = above.rpartition("/")[2]
        if folder in found and "." in file and not (folder == "charts" and not file.startswith("chart")):
            found[folder] += 1
    return {
        "embedded_object_count": found["embeddings"],
        "image_count": found["media"],
        "chart_count": found["charts"] or None,
        "control_count": found["activeX"] or None,
        "notes_slide_count": found["notesSlides"] or None,
        "external_workbook_count": found["externalLinks"] or None,
        "pivot_table_count": found["pivotTables"] or None,
        "table_count": found["tables"] or None,
        "has_thumbnail": any("thumbnail" in name.lower() for name in package.names) or None,
    }


def _outside(links: Mapping[str, Relation]) -> dict[str, JSON]:
    outside = [link for link in links.values() if link.external]
    pages = [clean(link.target, 1024) for link in outside if link.kind == "hyperlink"]
    others = [
        {"kind": link.kind[:64], "target": clean(link.target, 1024)} for link in outside if link.kind != "hyperlink"
    ]
    return {"hyperlinks": list(dict.fromkeys(pages))[:100], "external_links": others[:100]}


def _word(package: Package, part: str) -> tuple[dict[str, JSON], dict[str, JSON]]:
    folder = part.rpartition("/")[0] or "word"
    settings = package.read(f"{folder}/settings.xml", _SMALL)
    styles = package.read(f"{folder}/styles.xml", _SMALL)
    found = _LANGUAGE.search(styles) or _LANGUAGE.search(settings)
    comments = (
        package.read(f"{folder}/comments.xml").count(b"<w:comment ")
        if f"{folder}/comments.xml" in package.archive
        else None
    )
    own: dict[str, JSON] = {
        "comment_count": comments,
        "tracks_changes": b"<w:trackRevisions" in settings or None,
        "protected": b"<w:documentProtection" in settings or b"<w:writeProtection" in settings or None,
    }
    return {"language": found[1].decode() if found else None}, own


def _presentation(package: Package, part: str) -> tuple[dict[str, JSON], dict[str, JSON]]:
    slides, language = 0, None
    own: dict[str, JSON] = {}
    masters = 0
    elements = package.elements(part)
    for element in elements:
        at = element.attributes
        if element.name == "sldId" and element.parent == "sldIdLst":
            slides += 1
        elif element.name == "sldMasterId":
            masters += 1
        elif element.name == "sldSz":
            own["slide_width_mm"] = _mm(at.get("cx"))
            own["slide_height_mm"] = _mm(at.get("cy"))
        elif element.name == "defRPr" and language is None:
            language = clean(at.get("lang"), 32)
        elif element.name == "modifyVerifier":
            own["protected"] = True
    own["master_count"] = masters or None
    counted = slides if package.counted(part, elements) else 0
    return {"page_count": counted or None, "language": language}, own


def _mm(emu: str | None) -> float | None:
    return round(int(emu) / _EMU_PER_MM, 1) if emu and emu.isdigit() and len(emu) < 12 else None


def _drawing(package: Package, part: str) -> tuple[dict[str, JSON], dict[str, JSON]]:
    folder = part.rpartition("/")[0] or "visio"
    pages = [e.attributes for e in package.elements(f"{folder}/pages/pages.xml") if e.name == "Page"]
    front = [at for at in pages if at.get("Background", "0") in {"0", "false"}]
    masters = sum(e.name == "Master" for e in package.elements(f"{folder}/masters/masters.xml"))
    names = [clean(at.get("Name") or at.get("NameU"), 256) for at in front]
    return {"page_count": len(front) or None}, {"page_names": names[:100], "master_count": masters or None}
