"""The CSV extractor: dialect, columns, rows exact and estimated."""

from __future__ import annotations

from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.tabular.columns import Column
from firstbytes.builtin.tabular.delimited import extract
from firstbytes.source import Metered


def run(text: str | bytes, media_type: str = "text/csv") -> dict[str, Any]:
    """Return what the extractor says of a text."""
    data = text.encode() if isinstance(text, str) else text
    return dict(extract(BytesSource(data), Context(media_type=media_type)))


def test_a_table_tells_its_dialect_and_columns() -> None:
    """Delimiter, quote, header, line ending, types and null share."""
    result = run('id,name,when\r\n1,"a, b",2024-05-01\r\n2,,2024-05-02\r\n3,"c\r\nd",\r\n4,e,\r\n')
    assert result["core"] == {"encoding": "us-ascii", "row_count": 4, "column_count": 3}
    assert (result["delimiter"], result["quote"]) == (",", '"')
    assert (result["has_header"], result["line_ending"]) == (True, "crlf")
    assert [(c["name"], c["type"], c["null_share"]) for c in result["columns"]] == [
        ("id", "integer", 0.0),
        ("name", "string", 0.25),
        ("when", "date", 0.5),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found(delimiter: str) -> None:
    """Decimal commas do not make a comma file of a semicolon file."""
    rows = [["a", "b", "c"], ["1", "2,5", "x"], ["2", "3,5", "y"], ["3", "4,5", "z"]]
    result = run("\n".join(delimiter.join(row) for row in rows) + "\n")
    assert (result["delimiter"], result["core"]["row_count"]) == (delimiter, 3)
    assert result["columns"][1]["type"] == "number"


def test_a_table_without_header_counts_every_row() -> None:
    """Numbers in the first row are data; columns get numbers for names."""
    result = run("1,2\n3,4\n5,6\n7,8\n")
    assert (result["has_header"], result["core"]["row_count"]) == (False, 4)
    assert [c["name"] for c in result["columns"]] == ["column_1", "column_2"]


def test_a_lone_header_is_a_table_of_no_rows() -> None:
    """A header line alone, one column alone, and remarks in front."""
    assert run("name,size\n")["core"] == {"encoding": "us-ascii", "row_count": 0, "column_count": 2}
    assert run("name\nx\ny\n")["core"]["column_count"] == 1
    assert run("sep=;\na;b\n1;2\n3;4\n5;6\n")["delimiter"] == ";"
    assert run("# x\n# y\na,b\n1,2\n3,4\n5,6\n")["comment_line_count"] == 2


def test_tabs_are_believed_in_a_tsv() -> None:
    """The sniffed type settles the delimiter."""
    result = run("a, b\tc\nd, e\tf\n", "text/tab-separated-values")
    assert (result["delimiter"], result["core"]["column_count"]) == ("\t", 2)


def test_legacy_encodings_and_marks_are_read() -> None:
    """Latin-1 and a byte order mark."""
    assert run("größe,maß\n1,2\n3,4\n".encode("latin-1"))["columns"][0]["name"] == "größe"
    marked = run(b"\xef\xbb\xbfa,b\n1,2\n3,4\n")
    assert (marked["has_byte_order_mark"], marked["columns"][0]["name"]) == (True, "a")


def test_ragged_rows_are_told() -> None:
    """Rows of other widths do not stop the reading."""
    result = run("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n")
    assert (result["ragged"], result["core"]["column_count"]) == (True, 3)


def test_a_field_beyond_all_bounds_stops_the_reading() -> None:
    """The csv module's own limit ends it, with what was read before."""
    result = run("a,b\n1,2\n" + "x" * 200_000 + ",y\n3,4\n")
    assert (result["outcome"], result["core"]["row_count"]) == ("partial", 1)
    with pytest.raises(Corrupt):
        run("x" * 200_000)
    with pytest.raises(Corrupt):
        run("\n\n\n")
    with pytest.raises(Decline):
        run(bytes(range(256)))


def test_a_million_columns_are_bounded() -> None:
    """At most 256 columns are listed."""
    result = run(",".join(f"c{i}" for i in range(60_000)) + "\n" + ",".join(["1"] * 60_000) + "\n")
    assert (result["core"]["column_count"], len(result["columns"])) == (60_000, 256)


class Endless:
    """A source of 10 GB whose rows are made where they are read: 20 bytes each, below a header of 20."""

    size = 10_000_000_000
    row = b"12345,abcdefgh,67.8\n"

    def read(self, start: int, length: int) -> bytes:
        """Return the rows at a place."""
        length = max(0, min(length, self.size - start))
        first = start // 20
        body = (self.row * (length // 20 + 2))[start - first * 20 :][:length]
        return b"number,name,measure\n"[start:] + body[20 - start :] if start < 20 else body


def test_ten_gigabytes_are_estimated_within_the_budget() -> None:
    """Five samples of 256 KB give the rows of 10 GB, and the result says that it is an estimate."""
    source = Metered(Endless())
    result: Any = extract(BlockCache(source), Context(media_type="text/csv"))
    assert result["core"]["row_count"] == pytest.approx(500_000_000, rel=0.001)
    assert result["core"]["row_count_estimated"] is True
    assert [c["type"] for c in result["columns"]] == ["integer", "string", "number"]
    assert (source.bytes_read < 16 * 1024 * 1024, source.reads <= 8) == (True, True)


TYPES = (
    ("boolean", ["true", "False", ""]),
    ("boolean", ["yes", "no"]),
    ("integer", ["1", "-2", "+3"]),
    ("number", ["1", "2.5", "-1e-3"]),
    ("number", ["1,5", "2.000,25"]),
    ("date", ["2024-05-01", "2024/5/2"]),
    ("datetime", ["2024-05-01", "2024-05-01 10:00"]),
    ("datetime", ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00.5+02:00"]),
    ("time", ["10:00", "10:00:01.5"]),
    ("uuid", ["123e4567-e89b-12d3-a456-426614174000"]),
    ("string", ["1", "x"]),
    ("string", ["007", "008x"]),
    ("null", ["", "NA", "null"]),
)


@pytest.mark.parametrize(("kind", "cells"), TYPES)
def test_a_column_is_what_all_of_its_cells_are(kind: str, cells: list[str]) -> None:
    """The narrowest type that every cell has; nulls are no cells."""
    column = Column()
    for cell in cells:
        column.take(cell)
    assert column.facts(len(cells))["type"] == kind
