"""Document properties in the summary streams of OLE2 files ([MS-OSHARED] 2.3.3.2.1 and 2.3.3.2.2)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from firstbytes.builtin.office.numbers import words
from firstbytes.formats.ole_properties import PropertySet, property_sets
from firstbytes.formats.values import clean, from_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON
    from firstbytes.formats.ole import Ole
    from firstbytes.formats.ole_properties import Value

_STREAM = 256 * 1024
_TICKS_PER_MINUTE = 600_000_000
_SECURITY = {1: "password", 2: "read-only recommended", 4: "read-only enforced", 8: "locked for annotations"}


def summary(ole: Ole) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of both summary streams."""
    names = ("\x05SummaryInformation", "\x05HwpSummaryInformation")
    first = property_sets(ole.read(next((name for name in names if name in ole.paths), ""), _STREAM))
    second = property_sets(ole.read("\x05DocumentSummaryInformation", _STREAM))
    core, own = _summary(first[0] if first else PropertySet())
    if second:
        more, others = _document(second[0].values)
        core = {**core, **{key: value for key, value in more.items() if value is not None}}
        own |= others
    own["tags"] = _custom(second[1]) if len(second) > 1 else {}
    return core, own


def _summary(found: PropertySet) -> tuple[dict[str, JSON], dict[str, JSON]]:
    at = found.values
    author = text(at.get(4))
    core: dict[str, JSON] = {
        "title": text(at.get(2)),
        "subject": text(at.get(3)),
        "authors": [name.strip() for name in (author or "").split(";") if name.strip()],
        "keywords": words(text(at.get(5))),
        "description": text(at.get(6)),
        "last_modified_by": text(at.get(8)),
        "created": moment(at.get(12)),
        "modified": moment(at.get(13)),
        "page_count": count(at.get(14)) or None,
        "word_count": count(at.get(15)),
        "generator": text(at.get(18)),
    }
    edited = found.ticks.get(10)
    own: dict[str, JSON] = {
        "template": text(at.get(7)),
        "revision": text(at.get(9)),
        # Writers that never edited store a date here instead of a duration.
        "editing_minutes": edited // _TICKS_PER_MINUTE if edited is not None and edited < 1 << 56 else None,
        "last_printed_at": moment(at.get(11)),
        "character_count": count(at.get(16)),
        "security": _SECURITY.get(count(at.get(19)) or 0),
        "code_page": found.code_page or None,
        "has_thumbnail": True if 17 in at else None,
    }
    return core, own


def _document(at: Mapping[int, Value]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    version = count(at.get(23))
    core: dict[str, JSON] = {
        "company": text(at.get(15)),
        "line_count": count(at.get(5)),
        "page_count": count(at.get(7)) or None,
        "language": text(at.get(28)),
        "version": text(at.get(29)),
    }
    own: dict[str, JSON] = {
        "category": text(at.get(2)),
        "presentation_format": text(at.get(3)),
        "paragraph_count": count(at.get(6)),
        "note_count": count(at.get(8)),
        "hidden_slide_count": count(at.get(9)),
        "media_clip_count": count(at.get(10)),
        "manager": text(at.get(14)),
        "character_count_with_spaces": count(at.get(17)),
        "content_type": text(at.get(26)),
        "content_status": text(at.get(27)),
        "application_version": f"{version >> 16}.{version & 0xFFFF:04}" if version else None,
        "contents": _contents(at.get(12), at.get(13)),
    }
    return core, own


def _contents(heads: Value, titles: Value) -> dict[str, JSON]:
    """Return the titles of parts under their headings ("Worksheets": ["Sheet1"])."""
    if not isinstance(heads, list) or not isinstance(titles, list):
        return {}
    found: dict[str, JSON] = {}
    rest = [text(title) for title in titles]
    for name, number in zip(heads[0:64:2], heads[1:64:2], strict=False):
        taken = count(number) or 0
        group, rest = rest[:taken], rest[taken:]
        listed: list[JSON] = [title for title in group if title]
        if listed and (heading := text(name)):
            found[heading[:128]] = listed[:100]
    return found


def _custom(found: PropertySet) -> dict[str, JSON]:
    custom: dict[str, JSON] = {}
    for number, name in list(found.names.items())[:200]:
        value = found.values.get(number)
        if name.startswith("_PID_") or isinstance(value, list) or value is None or len(custom) >= 100:
            continue
        custom[name[:256]] = from_datetime(value) if isinstance(value, datetime) else value
    return custom


def text(value: Value) -> str | None:
    """Return a string property."""
    return clean(value) if isinstance(value, str) else None


def moment(value: Value) -> str | None:
    """Return a time property as RFC 3339 UTC."""
    return from_datetime(value) if isinstance(value, datetime) else None


def count(value: Value) -> int | None:
    """Return a whole number that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
