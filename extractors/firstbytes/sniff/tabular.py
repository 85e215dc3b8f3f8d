"""CSV and TSV by a vote on delimiters, unless the lines read like code or a log."""

from __future__ import annotations

import re

from firstbytes.formats.delimited import Table, detect, is_header, is_typed
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_MAX_ROWS = 300
_CODE = re.compile(
    r"\s*(?:[{}()<]|//|/\*|\*/|\* |--|import\b|from\b|#include|def\b|class\b|"
    r"function\b|return\b|INSERT\b|SELECT\b|UPDATE\b|"
    r"CREATE\b|VALUES\b|public\b|private\b|static\b|const\b|var\b|let\b|int\b|char\b|void\b|if\b|for\b|while\b|use\b|my\b|"
    r"end\b|\$|@|%|\\|[\w.]+ ?:?= ?[\[{(])|.*(?:[{};(\\]|=>|\) *,|\],?|\),?)\s*$",
    re.IGNORECASE,
)
_LOG = re.compile(
    r"[\[(]?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:,\d{3})?\b[^,;|\t]*(?:INFO|WARN|ERROR|DEBUG|TRACE|\[)|"
    r"[\[(]?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}\D|"
    r"\w{3} +\d+ \d\d:\d\d:\d\d "
)


def rule(page: Page) -> Match | None:
    """Return CSV or TSV when one delimiter fits; weak unless the table is plain to see."""
    lines = _records(page)
    if not lines or _is_code(lines):
        return None
    best = detect(lines, whole=page.whole)
    if best is None:
        return None
    kind = "text/tab-separated-values" if best.delimiter == "\t" else "text/csv"
    if len(best.rows) == 1:
        return Match(kind, "header line", weak=True) if page.whole and is_header(best.rows[0], 3) else None
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


def _plain(table: Table) -> bool:
    """Return whether anybody would call it a table: some rows, three columns, all equal, a header or typed columns."""
    rows = table.rows
    if len(rows) < 4 or table.width < 3 or table.share < 0.99:
        return False
    typed = any(all(is_typed(row[i]) for row in rows[1:] if len(row) == table.width) for i in range(table.width))
    return typed or (is_header(rows[0], 3) and not any(c.startswith(" ") for row in rows[:20] for c in row[1:]))
