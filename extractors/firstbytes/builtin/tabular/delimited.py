"""CSV and TSV: dialect, encoding, columns with inferred types, rows counted or estimated (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.tabular.columns import Column
from firstbytes.formats.delimited import DELIMITERS, detect, is_header, is_typed
from firstbytes.formats.text import Text, line_ending, lines_of, read
from firstbytes.formats.values import clean, known

_EXACT = 8 * 1024 * 1024
_SAMPLE = 256 * 1024
_SAMPLES = 5
"""Samples of a file that is too large to count: head, quarters, tail."""
_SAMPLE_ROWS = 2000
_COLUMNS = 256


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Count records up to 8 MB; beyond, estimate them from five samples of 256 KB, and say so."""
    text = read(source, _EXACT, _SAMPLE)
    body, skipped = _skip_comments(text.text.lstrip("\ufeff"))
    delimiter = _delimiter(body, ctx.media_type)
    records, error = _records(body, delimiter)
    first, rows = next(records, []), 0
    if not first:
        msg = f"expected a record, found none{': ' + error[0] if error else ''}"
        raise Corrupt(msg)
    sample: list[list[str]] = []
    width = len(first)
    for record in records:
        if len(sample) < _SAMPLE_ROWS:
            sample.append(record)
        rows += 1
        width = max(width, len(record)) if len(record) < 10 * _COLUMNS else width
    header = _has_header(first, sample)
    count = rows + (not header)
    if not text.whole:
        count = _estimate(source, count + header, body, text) - header
    columns = _columns(first if header else None, sample if header else [first, *sample])
    result: dict[str, JSON] = {
        "core": {
            "encoding": text.encoding,
            "row_count": max(0, count),
            "column_count": len(first),
            **({} if text.whole else {"row_count_estimated": True}),
        },
        **known(
            {
                "has_byte_order_mark": text.bom,
                "delimiter": delimiter,
                "quote": '"' if f'{delimiter}"' in body or body.startswith('"') or '\n"' in body else None,
                "has_header": header,
                "line_ending": line_ending(text.text),
                "comment_line_count": skipped or None,
                "ragged": True if any(len(record) != len(first) for record in sample) else None,
                "sampled_row_count": len(sample) + (not header),
                "columns": columns,
            }
        ),
    }
    if error:
        result |= {"outcome": "partial", "reason": f"reading stopped at a record that breaks the rules: {error[0]}"}
    return result


def _skip_comments(text: str) -> tuple[str, int]:
    """Drop the "sep=;" line of Excel and leading comments; return the rest and how many lines went."""
    skipped = 0
    while (line := text[: text.find("\n") + 1]) and (
        line.startswith("#") or (skipped == 0 and line.startswith("sep="))
    ):
        text, skipped = text[len(line) :], skipped + 1
        if skipped >= 1000:
            break
    return text, skipped


def _delimiter(text: str, media_type: str) -> str:
    if media_type == "text/tab-separated-values" and "\t" in text[:4096]:
        return "\t"
    lines = lines_of(text[:65536])
    cut = len(text) > 65536
    table = detect(lines[:-1] if cut and len(lines) > 1 else lines, whole=not cut)
    if table:
        return table.delimiter
    # No table by the strict rules: the delimiter that the first record has most of.
    first = next((line for line in lines if line.strip()), "")
    return max(DELIMITERS, key=first.count) if any(d in first for d in DELIMITERS) else ","


def _records(text: str, delimiter: str) -> tuple[Iterator[list[str]], list[str]]:
    """Return an iterator over records that are not blank, and a list that gets the error which ended it."""
    error: list[str] = []

    def read() -> Iterator[list[str]]:
        try:
            for record in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
                if record:
                    yield record
        except csv.Error as broken:
            error.append(str(broken)[:200])

    return read(), error


def _has_header(first: list[str], sample: list[list[str]]) -> bool:
    """A first row of distinct names; a column whose values are all typed under an untyped name settles it."""
    if not is_header(tuple(first)):
        return False
    rows = [row for row in sample[:200] if len(row) == len(first)]
    if not rows:
        return True
    typed = any(all(is_typed(row[i]) for row in rows) for i in range(min(len(first), _COLUMNS)))
    short = sum(len(name) <= 40 for name in first) == len(first)
    repeated = any(first[i] == row[i] for row in rows for i in range(min(len(first), _COLUMNS)))
    return typed or (short and not repeated)


def _columns(names: list[str] | None, rows: list[list[str]]) -> list[JSON]:
    width = min(_COLUMNS, max((len(row) for row in rows), default=len(names or [])))
    columns = [Column() for _ in range(width)]
    for row in rows:
        for column, cell in zip(columns, row, strict=False):
            column.take(cell)
    total = len(rows)
    found: list[JSON] = []
    for index, column in enumerate(columns):
        name = clean(names[index], 256) if names and index < len(names) else None
        found.append({"name": name or f"column_{index + 1}", **column.facts(total)})
    return found


def _estimate(source: ByteSource, records: int, body: str, text: Text) -> int:
    """Return records by their share of line ends in the head, and the line ends of all samples.

    Line ends inside of quoted fields are as frequent elsewhere as they are in the head.
    """
    ends = max(1, body.count("\n") or body.count("\r"))
    per_line = max(1, records) / (ends + 1)
    sign = "\n" if "\n" in body else "\r"
    lines, size = ends, len(body.encode(text.encoding, "replace"))
    step = (source.size - _SAMPLE) // (_SAMPLES - 1)
    for index in range(1, _SAMPLES):
        data = source.read(index * step, _SAMPLE)
        lines, size = lines + data.count(sign.encode(text.encoding, "replace")), size + len(data)
    return round(lines / size * source.size * per_line)
