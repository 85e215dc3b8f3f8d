"""Pages, Numbers and Keynote: what their ZIP says in plain; the objects inside (IWA) have no published format."""

from __future__ import annotations

import plistlib
import re
import struct
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from firstbytes.builtin.office.numbers import words
from firstbytes.builtin.office.package import open_package, result
from firstbytes.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.builtin.office.package import Package

_PLIST = 64 * 1024
_INDEX = 64 * 1024
_PREVIEW = re.compile(r"preview[\w-]*\.\w+|QuickLook/[\w.-]+")
_KINDS = {"pages": "Pages", "numbers": "Numbers", "keynote": "Keynote"}
_TEXTS = ("title", "comment", "keywords", "authors", "projects", "copyright")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the property lists, the member names and, before 2013, the head of the XML document."""
    package = open_package(source)
    names = package.names
    properties = _plist(package, "Metadata/Properties.plist")
    history = _plist(package, "Metadata/BuildVersionHistory.plist") or _plist(package, "buildVersionHistory.plist")
    builds: list[JSON] = [clean(str(line), 256) for line in history[:100]] if isinstance(history, list) else []
    at: Mapping[object, object] = properties if isinstance(properties, dict) else {}
    identifier = package.read("Metadata/DocumentIdentifier", 100).decode("ascii", "replace") or str(
        at.get("documentUUID", "")
    )
    encrypted = ".iwpv2" in package.archive or ".iwph" in package.archive
    kind = ctx.media_type.rpartition(".")[2]
    core: dict[str, JSON] = {
        "identifier": clean(identifier, 100),
        "format_version": clean(str(at.get("fileFormatVersion", "")), 32),
        "generator": _KINDS.get(kind),
        "encrypted": encrypted,
        "page_count": _slides(names) if kind == "keynote" else None,
    }
    own: dict[str, JSON] = {
        "build_versions": builds,
        "revision": clean(str(at.get("revision", "")), 100),
        "document_uuid": clean(str(at.get("documentUUID", "")), 100),
        "share_uuid": clean(str(at.get("shareUUID", "")), 100),
        "multi_page": at.get("isMultiPage") if isinstance(at.get("isMultiPage"), bool) else None,  # type: ignore[dict-item]
        "data_file_count": sum(name.startswith("Data/") for name in names),
        "previews": _previews(package),
        "table_count": sum(re.match(r"Index/Tables/Tile(-|\.)", name) is not None for name in names) or None,
    }
    more, others = _before_2013(package)
    core |= more
    own |= others
    if encrypted:
        return result(core, own, {"outcome": "encrypted", "reason": "the document has a password"})
    return result(core, own, package.outcome())


def _plist(package: Package, name: str) -> object:
    data = package.read(name, _PLIST)
    try:
        return plistlib.loads(data) if data else None
    except (
        ValueError,
        ExpatError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
        struct.error,
    ) as error:
        package.lost[name] = str(error)[:100]
        return None


def _slides(names: tuple[str, ...]) -> int | None:
    return sum(re.match(r"Index/Slide(-\d+)*\.iwa", name) is not None for name in names) or None


def _previews(package: Package) -> list[JSON]:
    found = [m for m in package.archive.members(2000) if _PREVIEW.fullmatch(m.name)]
    return [{"name": clean(member.name, 256), "size_bytes": member.size} for member in found[:20]]


def _before_2013(package: Package) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return what <metadata> of index.xml or index.apxl says (iWork 2005 to 2009): strings in attributes."""
    name = next((name for name in ("index.xml", "index.apxl") if name in package.archive), "")
    if not name:
        return {}, {}
    texts: dict[str, list[str]] = {}
    elements = package.elements(name, _INDEX, 4000)
    about = ""
    for element in elements:
        if element.parent == "metadata":
            about = element.name
        value = element.attributes.get("string")
        if about in _TEXTS and value and element.name == "string" and (text := clean(value, 1024)):
            texts.setdefault(about, []).append(text)
    core: dict[str, JSON] = {
        "title": next(iter(texts.get("title", ())), None),
        "authors": texts.get("authors", [])[:256],
        "keywords": words(", ".join(texts.get("keywords", ()))),
        "description": next(iter(texts.get("comment", ())), None),
        "copyright": next(iter(texts.get("copyright", ())), None),
    }
    version = elements[0].attributes.get("version") if elements else None
    return {key: value for key, value in core.items() if value}, {
        "projects": texts.get("projects"),
        "document_version": clean(version, 64),
    }
