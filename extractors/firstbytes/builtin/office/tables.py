"""Sheets in an OpenDocument spreadsheet's content: names, extents, columns of the first rows (ODF 1.3 part 3, 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.builtin.office.cells import MAX_COLUMNS, Grid, columns
from firstbytes.builtin.office.numbers import integer
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firstbytes import JSON
    from firstbytes.formats.xml import Element

_TYPES = {
    "float": "number",
    "currency": "number",
    "percentage": "number",
    "date": "date",
    "time": "date",
    "boolean": "boolean",
}
_MOST = 1 << 20
_SAMPLE_ROWS = 200


class _Sheet:
    def __init__(self, element: Element, *, hidden: bool) -> None:
        self.name = clean(element.attributes.get("name"), 256)
        self.depth = element.depth
        self.hidden = hidden
        self.protected = element.attributes.get("protected") == "true"
        self.rows = self.columns = self.row = self.column = self.repeated = 0
        self.kind = ""
        self.grid: Grid = {}

    def see(self, element: Element) -> None:
        """Take an element of the sheet."""
        at = element.attributes
        if element.name == "table-row":
            self.row += max(1, self.repeated)
            self.column, self.repeated = 0, min(integer(at.get("number-rows-repeated")) or 1, _MOST)
        elif element.name in {"table-cell", "covered-table-cell"}:
            self._cell(element)
        elif element.name == "p" and element.parent == "table-cell":
            self._filled("string", element.text)

    def _cell(self, element: Element) -> None:
        at = element.attributes
        width = min(integer(at.get("number-columns-repeated")) or 1, 1 << 14)
        kind = at.get("value-type", at.get("type", ""))
        self.column += width
        self.kind = _TYPES.get(kind, "string") if kind else ""
        if self.kind:
            value = next((at[k] for k in ("value", "date-value", "time-value", "boolean-value") if k in at), "")
            for place in range(self.column - width + 1, min(self.column, MAX_COLUMNS) + 1):
                self._put(place, self.kind, value)
            self._reach()

    def _filled(self, kind: str, text: str) -> None:
        """Take the paragraph in a cell for its text, and for its being there where it has no type."""
        known_kind, old = self.grid.get((self.row, self.column), ("", ""))
        if self.column <= MAX_COLUMNS and not old:
            self._put(self.column, known_kind or kind, text)
        self._reach()

    def _put(self, column: int, kind: str, text: str) -> None:
        if self.row <= _SAMPLE_ROWS:
            self.grid[self.row, column] = (kind, text)

    def _reach(self) -> None:
        self.rows = max(self.rows, self.row - 1 + max(1, self.repeated))
        self.columns = max(self.columns, self.column)

    def facts(self, *, whole: bool) -> dict[str, JSON]:
        """Return what a sheet is told by."""
        found: dict[str, JSON] = {
            "name": self.name,
            "state": "hidden" if self.hidden else None,
            "protected": self.protected or None,
            "row_count": self.rows if whole else None,
            "column_count": self.columns if whole else None,
            "columns": columns(self.grid) if self.grid else None,
        }
        return known(found)


def sheets(elements: Sequence[Element], *, whole: bool) -> list[dict[str, JSON]]:
    """Return the sheets among these elements; extents only of those that end before the elements do."""
    found: list[_Sheet] = []
    style, hidden = "", set[str]()
    for element in elements:
        at = element.attributes
        if element.name == "style":
            style = at.get("name", "")
        elif element.name == "table-properties" and at.get("display") == "false":
            hidden.add(style)
        elif element.name == "table" and element.parent == "spreadsheet":
            found.append(_Sheet(element, hidden=at.get("style-name", "-") in hidden))
        elif found and element.depth > found[-1].depth:
            found[-1].see(element)
    return [sheet.facts(whole=whole or sheet is not found[-1]) for sheet in found]
