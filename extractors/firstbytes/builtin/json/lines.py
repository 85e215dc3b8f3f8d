"""Newline-delimited JSON: columns by key with types, rows counted or estimated (github.com/ndjson/ndjson-spec)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.json import kind_of
from firstbytes.formats.text import line_ending, lines_of, read
from firstbytes.formats.values import clean, known

_EXACT = 8 * 1024 * 1024
_SAMPLE = 256 * 1024
_ROWS = 1000
_COLUMNS = 200


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Count lines up to 8 MB; estimate from samples of the head, the middle and the tail beyond."""
    text = read(source, _EXACT, _SAMPLE, guess=False)
    lines = [line for line in lines_of(text.text.lstrip("\ufeff")) if line.strip("\x1e \t")]
    if not text.whole and len(lines) > 1:
        lines.pop()
    table = _Table()
    for line in lines[:_ROWS]:
        table.take(line.strip("\x1e \t"))
    if not table.rows:
        msg = f"no line is JSON: {table.error}"
        raise Corrupt(msg)
    rows = (
        len(lines)
        if text.whole
        else round(source.size * _density(source, len(lines), sum(map(len, lines)) + len(lines)))
    )
    result: dict[str, JSON] = {
        "core": known(
            {
                "encoding": text.unicode_encoding,
                "row_count": rows,
                "row_count_estimated": None if text.whole else True,
                "column_count": len(table.columns) or None,
            }
        ),
        **known(
            {
                "line_ending": line_ending(text.text),
                "sampled_row_count": table.rows,
                "record_kinds": sorted(table.kinds),
                "columns": table.described(),
            }
        ),
    }
    if table.bad:
        result |= {
            "outcome": "partial",
            "reason": f"{table.bad} of {table.rows + table.bad} sampled lines are not JSON: {table.error}",
        }
    return result


def _density(source: ByteSource, lines: int, size: int) -> float:
    """Return lines per byte over the head and samples of the middle and the tail."""
    for start in (source.size // 3, source.size * 2 // 3, source.size - _SAMPLE):
        data = source.read(start, _SAMPLE)
        lines, size = lines + data.count(b"\n"), size + len(data)
    return lines / max(1, size)


class _Table:
    def __init__(self) -> None:
        self.rows = self.bad = 0
        self.error = ""
        self.kinds: set[str] = set()
        self.columns: dict[str, set[str]] = {}
        self.present: dict[str, int] = {}

    def described(self) -> list[JSON]:
        """Return name, types and share of nulls of each column."""
        return [
            {
                "name": clean(name, 256) or "",
                "type": " | ".join(sorted(kinds - {"null"})) or "null",
                "null_share": round((self.rows - self.present[name]) / self.rows, 4),
            }
            for name, kinds in list(self.columns.items())[:_COLUMNS]
        ]

    def take(self, line: str) -> None:
        """Take one line."""
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.bad += 1
            self.error = self.error or str(error)[:200]
            return
        self.rows += 1
        self.kinds.add(_kind(record))
        if isinstance(record, dict):
            for key, value in record.items():
                self._cell(key, value)

    def _cell(self, key: str, value: object) -> None:
        if key not in self.columns and len(self.columns) >= 5000:
            return
        self.columns.setdefault(key, set()).add(_kind(value))
        self.present[key] = self.present.get(key, 0) + (value is not None)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "start_map", list: "start_array", str: "string", int: "integer", float: "number"}
    return kind_of(names.get(type(value), "null"))
