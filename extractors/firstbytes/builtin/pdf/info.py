"""The information dictionary and the XMP packet, brought together (ISO 32000-2, 14.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from firstbytes.builtin.pdf.objects import at, name, text
from firstbytes.formats import xmp
from firstbytes.formats.values import clean, from_iso, from_pdf, known

if TYPE_CHECKING:
    from collections.abc import Mapping


_STANDARD = frozenset({"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"})
_MANY = 100


def entries(trailer: Any) -> dict[str, str]:
    """Return the entries of the information dictionary as text, without the slash of their names."""
    found = at(trailer, "/Info")
    if not isinstance(found, dict):
        return {}
    values = {(name(key) or ""): _value(at(found, key)) for key in list(found)[:_MANY]}
    return known({key: value for key, value in values.items() if key})


def _value(value: Any) -> str | None:
    return name(value) or text(value)


def core(info: Mapping[str, str], packet: xmp.Properties) -> dict[str, Any]:
    """Return the core facts: the information dictionary's, else those of XMP; names and dates where XMP knows more."""
    creators = xmp.many(packet, "dc:creator")
    author = info.get("Author")
    subjects = xmp.many(packet, "dc:subject")
    subject = info.get("Subject") or xmp.one(packet, "dc:description")
    summary = xmp.one(packet, "dc:description")
    return {
        "title": info.get("Title") or xmp.one(packet, "dc:title"),
        "authors": creators[:_MANY] if len(creators) > 1 or not author else [author],
        "subject": subject,
        "description": summary if summary != subject else None,
        "keywords": _keywords(info.get("Keywords") or xmp.one(packet, "pdf:Keywords")) or subjects[:_MANY],
        "language": xmp.one(packet, "dc:language"),
        "copyright": xmp.one(packet, "dc:rights"),
        "license": xmp.one(packet, "xmpRights:WebStatement", "cc:license"),
        "publisher": xmp.one(packet, "dc:publisher"),
        "identifier": xmp.one(packet, "dc:identifier", "xmpMM:DocumentID"),
        "company": info.get("Company"),
        "generator": info.get("Creator") or xmp.one(packet, "xmp:CreatorTool"),
        "producer": info.get("Producer") or xmp.one(packet, "pdf:Producer"),
        "created": _date(info.get("CreationDate"), xmp.one(packet, "xmp:CreateDate")),
        "modified": _date(info.get("ModDate"), xmp.one(packet, "xmp:ModifyDate")),
    }


def _date(stored: str | None, packet: str | None) -> str | None:
    """Return the information dictionary's date, or XMP's where that is the only one or the only one with a zone."""
    first, second = from_pdf(stored), from_iso(packet)
    if first and second and not first.endswith("Z") and second.endswith("Z"):
        return second
    return first or second


def _keywords(text_value: str | None) -> list[str]:
    separator = ";" if text_value and "," not in text_value else ","
    parts = re.split(rf"\s*{separator}\s*", text_value or "")
    return [part for part in (clean(part, 500) for part in parts[:_MANY]) if part]


def own(info: Mapping[str, str], packet: xmp.Properties) -> dict[str, Any]:
    """Return what core has no field for: conformance, XMP identifiers and properties, the file's own entries."""
    conformance = xmp.one(packet, "pdfaid:conformance") or ""
    part = xmp.one(packet, "pdfaid:part")
    return {
        "trapped": info.get("Trapped"),
        "pdf_a": f"{part}{conformance.lower()}" if part else None,
        "pdf_x": xmp.one(packet, "pdfxid:GTS_PDFXVersion", "pdfx:GTS_PDFXVersion") or info.get("GTS_PDFXVersion"),
        "pdf_ua": xmp.one(packet, "pdfuaid:part"),
        "instance_id": xmp.one(packet, "xmpMM:InstanceID"),
        "info": {key: value for key, value in info.items() if key not in _STANDARD and key != "Trapped"},
        "xmp": dict(list(packet.items())[:200]),
    }
