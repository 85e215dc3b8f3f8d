"""Workbooks of Office Open XML: sheets with their names, states and extents (ECMA-376 part 1, 18; [MS-XLSB])."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from firstbytes.builtin.office.cells import Samples, only_table
from firstbytes.builtin.office.numbers import extent
from firstbytes.formats import leb128
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firstbytes import JSON
    from firstbytes.builtin.office.opc import Relation
    from firstbytes.builtin.office.package import Package
    from firstbytes.formats.xml import Element

MAX_SHEETS = 100
"""Sheets that are listed."""
_LOOKED_INTO = 8
_SAMPLED = 4
_HEAD = 4096
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]{0,100}?ref\s*=\s*[\"']([A-Za-z0-9:$]{2,40})[\"']")
_BUNDLE_SHEET, _SHEET_EXTENT = 156, 148
_STATES = ("visible", "hidden", "veryHidden")


def workbook(package: Package, part: str, links: Mapping[str, Relation]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of a workbook."""
    binary = part.endswith(".bin")
    elements = () if binary else package.elements(part)
    found = list(_binary_sheets(package.read(part)) if binary else _sheets(elements))
    samples = None if binary else Samples(package, links)
    sheets: list[JSON] = []
    for number, (name, state, key) in enumerate(found[:MAX_SHEETS]):
        link = links.get(key)
        facts: dict[str, JSON] = {"name": clean(name, 256), "state": None if state == "visible" else state}
        if link and link.kind != "worksheet":
            facts["kind"] = clean(link.kind.lower().removeprefix("xl"), 32)
        elif link and number < _LOOKED_INTO and not link.external:
            facts |= _inside(package, link.target, samples if number < _SAMPLED else None)
        sheets.append(known(facts))
    hidden = sum(state != "visible" for _, state, _ in found)
    core: dict[str, JSON] = {"sheet_count": (len(found) or None) if package.counted(part, elements) else None}
    core |= only_table(sheets)
    return core, {"sheets": sheets, "hidden_sheet_count": hidden or None} | _settings(elements)


def _sheets(elements: Sequence[Element]) -> Iterator[tuple[str, str, str]]:
    for element in elements:
        at = element.attributes
        if element.name == "sheet" and element.parent == "sheets":
            yield at.get("name", ""), at.get("state", "visible"), at.get("id", "")


def _settings(elements: Sequence[Element]) -> dict[str, JSON]:
    own: dict[str, JSON] = {"defined_name_count": sum(e.name == "definedName" for e in elements) or None}
    for element in elements:
        at = element.attributes
        if element.name == "workbookPr" and at.get("date1904") in {"1", "true"}:
            own["date_system"] = 1904
        elif element.name == "workbookProtection" and at.get("lockStructure") in {"1", "true"}:
            own["protected"] = True
        elif element.name == "fileSharing" and "userName" in at:
            own["reserved_by"] = clean(at["userName"], 256)
    return own


def _inside(package: Package, part: str, samples: Samples | None) -> dict[str, JSON]:
    if part.endswith(".bin"):
        for kind, data in _records(package.read(part, _HEAD)):
            if kind == _SHEET_EXTENT and len(data) >= 16:
                _, last_row, _, last_column = struct.unpack_from("<4I", data)
                return {"row_count": min(last_row, 1 << 20) + 1, "column_count": min(last_column, 1 << 14) + 1}
        return {}
    found = _DIMENSION.search(package.read(part, _HEAD))
    reach = extent(found[1].decode()) if found else None
    facts: dict[str, JSON] = {}
    if found and reach:
        facts = {"dimension": found[1].decode(), "row_count": reach[0], "column_count": reach[1]}
    return facts | (samples.of(part) if samples else {})


def _binary_sheets(data: bytes) -> Iterator[tuple[str, str, str]]:
    for kind, body in _records(data):
        if kind == _BUNDLE_SHEET and len(body) >= 12:
            state = struct.unpack_from("<I", body)[0]
            key, place = _wide(body, 8)
            name, _ = _wide(body, place)
            yield name, _STATES[state] if state < 3 else "hidden", key


def _wide(body: bytes, place: int) -> tuple[str, int]:
    count = int.from_bytes(body[place : place + 4], "little")
    end = place + 4 + min(count, 1024) * 2
    return body[place + 4 : end].decode("utf-16-le", "replace"), end


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (type, body) of the records of an XLSB part ([MS-XLSB] 2.1.4)."""
    place = 0
    while place < len(data):
        kind, place = leb128.number(data, place, 2)
        size, place = leb128.number(data, place, 4)
        yield kind, data[place : place + size]
        place += size
