"""CSV and TSV by a vote: the delimiter that cuts every record into the same number of fields (RFC 4180 and its kin).

Precision matters more than recall: prose, logs, settings and source code have commas too.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_DELIMITERS = ",\t;|"
_MAX_ROWS = 300
_CODE = re.compile(
    r"\s*(?:[{}()<]|//|/\*|\*/|\* |--|import\b|from\b|#include|def\b|class\b|function\b|return\b|INSERT\b|SELECT\b|UPDATE\b|"
    r"CREATE\b|VALUES\b|public\b|private\b|static\b|const\b|var\b|let\b|int\b|char\b|void\b|if\b|for\b|while\b|use\b|my\b|"
    r"end\b|\$|@|%|\\)|.*(?:[{};(\\]|=>|\) *,|\],?|\),?)\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*[-+]?[$€£]?(?:\d{1,3}(?:[,. ]\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s*%?\s*|\s*(?:nan|NA|null)\s*"
)
_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?\S{0,6}\s*")
_LOG = re.compile(
    r"[\[(]?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:,\d{3})?\b[^,;|\t]*(?:INFO|WARN|ERROR|DEBUG|TRACE|\[)|\w{3} +\d+ \d\d:\d\d:\d\d "
)
_RULER = re.compile(r"\s*\|?[\s|:+-]*-{2,}[\s|:+-]*")


@dataclass(frozen=True, slots=True)
class Table:
    """A dialect that fits: its delimiter, its rows of cells, and the share of rows that have the usual width."""

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    width: int
    share: float


def rule(page: Page) -> Match | None:
    """Return CSV or TSV when one delimiter fits; weak unless the table is plain to see."""
    lines = _records(page)
    if not lines or _is_code(lines):
        return None
    tables = [found for delimiter in _DELIMITERS if (found := _read(lines, delimiter, whole=page.whole))]
    best = max(tables, key=lambda t: (round(t.share, 2), t.width), default=None)
    if best is None:
        return None
    kind = "text/tab-separated-values" if best.delimiter == "\t" else "text/csv"
    if len(best.rows) == 1:
        return Match(kind, "header line", weak=True) if page.whole and _is_header(best.rows[0], 3) else None
    return Match(kind, f"{len(best.rows)} rows of {best.width} by {best.delimiter!r}", weak=not _plain(best))


def _records(page: Page) -> list[str]:
    lines = page.lines
    if len(lines) < 3 and not page.whole:
        lines = page.block.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    if lines and re.fullmatch(r"sep=.", lines[0]):
        lines = lines[1:]
    kept = [line for line in lines[:_MAX_ROWS] if not line.startswith("#")]
    return kept if len(kept) * 2 > len(lines[:_MAX_ROWS]) else []


def _is_code(lines: list[str]) -> bool:
    shown = [line for line in lines if line.strip()][:100]
    odd = sum(_CODE.match(line) is not None for line in shown)
    logs = sum(_LOG.match(line) is not None for line in shown)
    return odd * 5 > len(shown) or logs * 2 > len(shown)


def _read(lines: list[str], delimiter: str, *, whole: bool) -> Table | None:
    if not any(delimiter in line for line in lines[:3]):
        return None
    try:
        rows = [
            tuple(r)
            for r in csv.reader([f"{line}\n" for line in lines], delimiter=delimiter)
            if any(c.strip() for c in r)
        ]
    except csv.Error:
        return None
    if not whole and len(rows) > 2:
        # A quoted field that the head cuts swallows what follows it.
        rows = rows[:-1]
    if not rows:
        return None
    width, count = Counter(map(len, rows)).most_common(1)[0]
    table = Table(delimiter, tuple(rows), width, count / len(rows))
    return table if width >= 2 and _fits(table) else None


def _fits(table: Table) -> bool:
    rows = [row for row in table.rows if len(row) == table.width]
    if table.share < (0.8 if table.width >= 5 and len(rows) >= 10 else 0.95) or len(table.rows[0]) > table.width + 1:
        return False
    if table.delimiter == "|" and any(_RULER.fullmatch("|".join(row)) for row in table.rows[:4]):
        return False
    first, last = ([row[i].strip() for row in rows] for i in (0, -1))
    # Indented code and lines that end with the delimiter cut into equal parts too.
    if not any(first) or (table.width == 2 and not any(last)):
        return False
    cells = [cell for row in rows[:50] for cell in row]
    if max(map(len, cells)) > 4000 or (table.delimiter != "\t" and _is_prose(rows, table.delimiter)):
        return False
    if table.width == 2 or len(rows) < 3:
        return _convincing(rows, table)
    return True


def _is_prose(rows: list[tuple[str, ...]], delimiter: str) -> bool:
    cells = [cell for row in rows[:50] for cell in row]
    spaced = sum(cell.startswith(" ") for row in rows[:50] for cell in row[1:])
    wordy = sum(cell.count(" ") >= 4 for cell in cells)
    sentences = sum(row[-1].rstrip().endswith((".", "?", "!")) and row[-1].count(" ") >= 1 for row in rows[:50])
    few = len(rows[:50])
    return (
        (spaced * 2 > len(cells) - few and wordy * 4 > len(cells))
        or sentences * 2 > few
        or (delimiter != "\t" and wordy * 2 > len(cells))
    )


def _convincing(rows: list[tuple[str, ...]], table: Table) -> bool:
    """Two columns, or two rows: a header of names over values, or a column of numbers."""
    if len(rows) == 1:
        return True
    body = rows[1:]
    typed = any(all(_typed(row[i]) for row in body) and not _typed(rows[0][i]) for i in range(table.width))
    numeric = len(rows) >= 4 and any(all(_typed(row[i]) and row[i].strip() for row in rows) for i in range(table.width))
    header = _is_header(rows[0], 2)
    if typed and header:
        return True
    return numeric or (header and len(rows) >= 4 and table.share == 1.0) or (table.delimiter == "\t" and len(rows) >= 4)


def _typed(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None or _DATE.fullmatch(cell) is not None


def _is_header(row: tuple[str, ...], least: int) -> bool:
    names = [cell.strip() for cell in row]
    return (
        len(names) >= least
        and len(set(names)) == len(names)
        and all(
            0 < len(name) <= 60 and name.count(" ") <= 4 and not _typed(name) and name[-1] not in ".:" for name in names
        )
    )


def _plain(table: Table) -> bool:
    """Return whether anybody would call it a table: some rows, three columns, all equal, a header or typed columns."""
    rows = table.rows
    if len(rows) < 4 or table.width < 3 or table.share < 0.99:
        return False
    typed = any(all(_typed(row[i]) for row in rows[1:] if len(row) == table.width) for i in range(table.width))
    return typed or (_is_header(rows[0], 3) and not any(c.startswith(" ") for row in rows[:20] for c in row[1:]))
