"""The type of a column of text cells, by what all of its cells can be read as."""

from __future__ import annotations

import re

from firstbytes import JSON
from firstbytes.formats.values import clean

_NULLS = frozenset({"", "na", "n/a", "null", "none", "nan", "nil", "\\n", "#n/a", "-", "?"})
_DAY = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("boolean", re.compile(r"true|false|yes|no|t|f|y|n", re.IGNORECASE)),
    ("integer", re.compile(r"[-+]?(?:0|[1-9]\d{0,17})")),
    (
        "number",
        re.compile(
            r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,4})?|[-+]?(?:inf|infinity)", re.IGNORECASE
        ),
    ),
    ("decimal_comma", re.compile(r"[-+]?\d{1,3}(?:\.\d{3})*,\d{1,10}|[-+]?\d{1,20},\d{1,10}")),
    ("date", re.compile(_DAY)),
    (
        "datetime",
        re.compile(
            _DAY + r"[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d|AM|PM))?",
            re.IGNORECASE,
        ),
    ),
    ("time", re.compile(r"\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?[AP]M)?", re.IGNORECASE)),
    ("uuid", re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)),
)
_WIDER = {"integer": "number", "date": "datetime"}


class Column:
    """Gathers the cells of one column."""

    def __init__(self) -> None:
        self.left = list(_KINDS)
        self.nulls = self.cells = 0
        self.longest = 0
        self.example = ""

    def take(self, cell: str) -> None:
        """Take one cell: kinds that it is not are out; integers are numbers too, and dates are times at midnight."""
        self.cells += 1
        value = cell.strip()
        if value.lower() in _NULLS:
            self.nulls += 1
            return
        self.example = self.example or value
        self.longest = max(self.longest, len(value))
        if self.left:
            matched = {name for name, pattern in self.left if pattern.fullmatch(value[:64])}
            matched |= {_WIDER[name] for name in matched if name in _WIDER}
            self.left = [kind for kind in self.left if kind[0] in matched]

    def facts(self, total: int) -> dict[str, JSON]:
        """Return the type, the share of nulls and an example; `total` counts rows, so that short rows lack values."""
        filled = self.cells - self.nulls
        kind = self.left[0][0] if self.left and filled else "string" if filled else "null"
        share = (total - filled) / total if total else 0.0
        return {
            "type": {"decimal_comma": "number"}.get(kind, kind),
            "null_share": round(share, 4),
            "example": clean(self.example, 80) or "",
        }
