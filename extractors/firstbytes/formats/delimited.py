"""Delimited text: which delimiter cuts every record into the same number of fields, and what the columns hold.

Source: RFC 4180 and its kin. Precision matters more than recall: prose, logs, settings and source code have commas too.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

DELIMITERS = ",\t;|"
_NUMBER = re.compile(
    r"\s*[-+]?[$€£]?(?:\d{1,3}(?:[,. ]\d{3})+|\d+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s*%?\s*|\s*(?:nan|NA|null)\s*"
)
_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?\S{0,6}\s*")
_RULER = frozenset(" \t|:+-")


@dataclass(frozen=True, slots=True)
class Table:
    """A dialect that fits: its delimiter, its rows of cells, and the share of rows that have the usual width."""

    delimiter: str
    rows: tuple[tuple[str, ...], ...]
    width: int
    share: float


def detect(lines: list[str], *, whole: bool) -> Table | None:
    """Return the table that fits best, or None: lines are complete records but for quoted line ends."""
    tables = [found for delimiter in DELIMITERS if (found := _read(lines, delimiter, whole=whole))]
    return max(tables, key=lambda table: (round(table.share, 2), table.width), default=None)


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
    if table.delimiter == "|" and any(_is_ruler("|".join(row)) for row in table.rows[:4]):
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


def _is_ruler(line: str) -> bool:
    """Return whether it is the line under the header of a table in Markdown or a terminal."""
    return "--" in line and _RULER.issuperset(line)


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
    typed = any(all(is_typed(row[i]) for row in body) and not is_typed(rows[0][i]) for i in range(table.width))
    numeric = len(rows) >= 4 and any(
        all(is_typed(row[i]) and row[i].strip() for row in rows) for i in range(table.width)
    )
    header = is_header(rows[0], 2)
    if typed and header:
        return True
    if table.delimiter != "\t" and all(row[1].startswith(" ") for row in rows):
        return False
    return numeric or (header and len(rows) >= 4 and table.share == 1.0) or (table.delimiter == "\t" and len(rows) >= 4)


def is_typed(cell: str) -> bool:
    """Return whether a cell is a number, a date, or nothing."""
    return _NUMBER.fullmatch(cell) is not None or _DATE.fullmatch(cell) is not None


def is_header(row: tuple[str, ...], least: int = 1) -> bool:
    """Return whether a row reads like column names: at least so many, distinct, short, no numbers."""
    names = [cell.strip() for cell in row]
    return (
        len(names) >= least
        and len(set(names)) == len(names)
        and all(
            0 < len(name) <= 60 and name.count(" ") <= 4 and not is_typed(name) and name[-1] not in ".:"
            for name in names
        )
    )
