"""Columns of a worksheet from its first rows: header, type, share of empty cells (ECMA-376 part 1, 18.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from firstbytes.builtin.office.numbers import cell, integer
from firstbytes.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import JSON
    from firstbytes.builtin.office.opc import Relation
    from firstbytes.builtin.office.package import Package

Grid = dict[tuple[int, int], tuple[str, str]]
"""(row, column) -> (type, text) of the cells that hold something."""

MAX_COLUMNS = 100
_SAMPLE = 32 * 1024
_MAX_ELEMENTS = 2000
_STRINGS = 64 * 1024
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_TYPES = {"b": "boolean", "e": "error", "n": "number", "d": "date"}


class Samples:
    """Reads the first rows of the sheets of one workbook; shared strings and styles are read once, when needed."""

    def __init__(self, package: Package, links: Mapping[str, Relation]) -> None:
        self._package = package
        self._parts = {link.kind: link.target for link in links.values() if not link.external}
        self._strings: list[str] | None = None
        self._dates: list[bool] | None = None

    def of(self, part: str) -> dict[str, JSON]:
        """Return `columns` of a worksheet part."""
        grid: Grid = {}
        row, column = 0, 0
        kind, style = "n", 0
        elements = self._package.elements(part, _SAMPLE, _MAX_ELEMENTS)
        for element in elements:
            at = element.attributes
            if element.name == "row":
                row, column = integer(at.get("r")) or row + 1, 0
            elif element.name == "c":
                row, column = cell(at.get("r", "")) or (row, column + 1)
                kind, style = at.get("t", "n"), integer(at.get("s")) or 0
            elif element.text and element.name in {"v", "t"} and column <= MAX_COLUMNS:
                grid[row, column] = self._value(kind, style, element.text)
        member = self._package.archive.get(part)
        if len(elements) >= _MAX_ELEMENTS or (member and member.size > _SAMPLE):
            # The last row of a sample is cut off somewhere.
            grid = {place: value for place, value in grid.items() if place[0] != row}
        return {"columns": columns(grid)} if grid else {}

    def _value(self, kind: str, style: int, text: str) -> tuple[str, str]:
        if kind == "s":
            strings, place = self._shared(), integer(text)
            return "string", strings[place] if place is not None and place < len(strings) else ""
        if kind == "n" and style and self._is_date(style):
            return "date", text
        return _TYPES.get(kind, "string"), text

    def _shared(self) -> list[str]:
        if self._strings is None:
            self._strings = []
            for element in self._package.elements(self._parts.get("sharedStrings", ""), _STRINGS):
                if element.name == "si":
                    self._strings.append("")
                elif element.name == "t" and self._strings and element.parent != "rPh":
                    self._strings[-1] += element.text
        return self._strings

    def _is_date(self, style: int) -> bool:
        if self._dates is None:
            formats: dict[str, str] = {}
            self._dates = []
            for element in self._package.elements(self._parts.get("styles", ""), _STRINGS):
                at = element.attributes
                if element.name == "numFmt":
                    formats[at.get("numFmtId", "")] = at.get("formatCode", "")
                elif element.name == "xf" and element.parent == "cellXfs":
                    number = at.get("numFmtId", "")
                    self._dates.append(integer(number) in _DATES or _looks_like_date(formats.get(number, "")))
        return style < len(self._dates) and self._dates[style]


def _looks_like_date(code: str) -> bool:
    return bool(re.search(r"[dmyhs]", _QUOTED.sub("", code), re.IGNORECASE)) and "0.0" not in code


def columns(grid: Grid) -> list[JSON]:
    """Return name, type and share of empty cells of each column of the first rows.

    The first row counts as a header when all it holds is text, and something below it is not or is as wide.
    """
    rows = sorted({row for row, _ in grid})
    width = max(column for _, column in grid)
    first = [grid.get((rows[0], column)) for column in range(1, width + 1)]
    headed = len(rows) > 1 and all(value is not None and value[0] == "string" for value in first)
    body = rows[1:] if headed else rows
    return list(_columns(grid, body, first if headed else [None] * width))


def only_table(sheets: Sequence[JSON]) -> dict[str, JSON]:
    """Return `row_count` and `column_count` of a workbook that has one sheet with something in it."""
    filled = [sheet for sheet in sheets if isinstance(sheet, Mapping) and sheet.get("row_count")]
    if len(sheets) != 1 or not filled:
        return {}
    rows, types = filled[0].get("row_count"), filled[0].get("columns")
    first = types[0] if isinstance(types, Sequence) and types else {}
    headed = isinstance(first, Mapping) and "name" in first
    count = rows - headed if isinstance(rows, int) else None
    return {"row_count": count, "column_count": filled[0].get("column_count")}


def _columns(grid: Grid, body: Sequence[int], header: Sequence[tuple[str, str] | None]) -> Iterator[JSON]:
    for column, head in enumerate(header[:MAX_COLUMNS], 1):
        kinds = Counter(_finer(*grid[row, column]) for row in body if (row, column) in grid)
        facts: dict[str, JSON] = {"name": clean(head[1], 256)} if head else {}
        facts["type"] = _kind(set(kinds))
        facts["null_share"] = round(1 - kinds.total() / len(body), 4) if body else 0
        yield facts


def _finer(kind: str, text: str) -> str:
    return "integer" if kind == "number" and text.removeprefix("-").isdigit() else kind


def _kind(kinds: set[str]) -> str:
    if not kinds:
        return "null"
    if kinds == {"integer", "number"}:
        return "number"
    return next(iter(kinds)) if len(kinds) == 1 else "mixed"
