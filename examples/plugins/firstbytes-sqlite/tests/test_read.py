"""What is read of a database, compared with what SQLite says."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from firstbytes import Budget, ByteSource, BytesSource, Context, Corrupt, Decline, FileSource
from firstbytes.testing import CountingSource
from firstbytes_sqlite.read import extract

Database = Callable[..., bytes]
NUMBERS = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "


def facts(source: bytes | ByteSource, **config: Any) -> dict[str, Any]:
    """Return the extractor's answer."""
    of = BytesSource(source) if isinstance(source, bytes) else source
    return dict(extract(of, Context(media_type="application/vnd.sqlite3", config=config)))


def test_header(database: Database) -> None:
    """Page size, user version, application id, encoding and the rest, as the pragmas set them."""
    found = facts(
        database(
            "create table t (x); insert into t values (zeroblob(99999)); delete from t",
            "page_size = 2048; user_version = -7; application_id = 0x47504b47; encoding = 'UTF-16le'",
        )
    )

    assert found["core"]["encoding"] == "utf-16le"
    assert found["core"]["generator"] == f"SQLite {sqlite3.sqlite_version}"
    assert found["page_size_bytes"] == 2048
    assert found["page_count"] == 50
    assert found["free_page_count"] == 48
    assert found["user_version"] == -7
    assert found["application_id"] == "0x47504b47"
    assert found["auto_vacuum"] == "none"
    assert found["journal_mode"] == "rollback"


@pytest.mark.parametrize("page_size", [512, 1024, 4096, 32768, 65536])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_every_page_size_and_encoding(database: Database, page_size: int, encoding: str) -> None:
    """Names and counts are the same whatever the pages and the text are like."""
    made = database(
        'create table "Bücher" (titel text, jahr integer); insert into "Bücher" values (1, 2), (3, 4)',
        f"page_size = {page_size}; encoding = '{encoding}'",
    )
    (table,) = facts(made)["tables"]

    assert (table["name"], table["rows"]) == ("Bücher", 2)
    assert [column["name"] for column in table["columns"]] == ["titel", "jahr"]


@pytest.mark.parametrize("mode", ["none", "full", "incremental"])
def test_auto_vacuum(database: Database, mode: str) -> None:
    """Pointer-map pages are stepped over."""
    made = database(
        f"create table t (x); {NUMBERS.format(3000)} insert into t select i from n", f"auto_vacuum = {mode}"
    )

    assert facts(made)["auto_vacuum"] == mode
    assert facts(made)["tables"][0]["rows"] == 3000


def test_write_ahead_log_mode(tmp_path: Path) -> None:
    """The mode is a property of the file, though the log itself is beside it."""
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table t (x)")
        connection.execute("pragma wal_checkpoint(truncate)")
    with FileSource(tmp_path / "a.db") as source:
        assert facts(source)["journal_mode"] == "wal"


def test_schema(database: Database) -> None:
    """Tables, views, indexes and triggers; what SQLite keeps for itself is left out."""
    found = facts(
        database(
            """
            create table a (id integer primary key autoincrement, b text unique);
            create table c (d primary key) without rowid, strict;
            create index e on a (b);
            create view f as select 1;
            create view g as select 2;
            create trigger h after insert on a begin select 1; end;
            insert into a (b) values (1);
            analyze;
        """.replace("without rowid, strict", "without rowid")
        )
    )

    assert [table["name"] for table in found["tables"]] == ["a", "c"]
    assert found["tables"][1]["without_rowid"] is True
    assert (found["table_count"], found["view_count"], found["index_count"], found["trigger_count"]) == (2, 2, 1, 1)
    assert found["views"] == ["f", "g"]
    assert found["indexes"] == [{"name": "e", "table": "a"}]


def test_virtual_tables(database: Database) -> None:
    """A virtual table names its module and has no pages; the tables behind it are counted."""
    found = {t["name"]: t for t in facts(database("create virtual table words using fts5(text)"))["tables"]}

    assert found["words"] == {"name": "words", "module": "fts5"}
    assert "rows" in found["words_data"]


def test_an_empty_database(database: Database) -> None:
    """A database without a table is complete, and says so."""
    found = facts(database("create table t (x); drop table t"))

    assert (found["table_count"], found.get("tables"), found.get("outcome")) == (0, None, None)
    assert "row_count" not in found["core"]


def test_long_statements(database: Database) -> None:
    """SQL on a chain of overflow pages is followed; after 64 KB it is cut, and the columns so far are kept."""
    names = [f"column_number_{i}" for i in range(400)]
    made = database(f"create table wide ({', '.join(names)})", "page_size = 512")
    (table,) = facts(made)["tables"]
    assert [column["name"] for column in table["columns"]] == names

    made = database(f"create table wide (a, b /* {'x' * 100_000} */, c)", "page_size = 512")
    (table,) = facts(made)["tables"]
    assert [column["name"] for column in table["columns"]] == ["a", "b"]


@pytest.mark.parametrize("rowid", ["", "without rowid"])
@pytest.mark.parametrize("rows", [0, 1, 30, 1000, 20_000])
def test_rows_are_counted(database: Database, rows: int, rowid: str) -> None:
    """Exactly, for tables of one page and of many, with and without rowid, in files of up to a megabyte."""
    made = database(
        f"create table t (k integer primary key, v) {rowid};"
        f"{NUMBERS.format(max(1, rows))} insert into t select i, hex(i) from n where i <= {rows};"
        "delete from t where k % 7 = 3"
    )
    (table,) = facts(made)["tables"]

    assert len(made) <= 1024 * 1024
    assert table["rows"] == rows - len([i for i in range(1, rows + 1) if i % 7 == 3])
    assert "rows_estimated" not in table
    assert facts(made)["core"]["row_count"] == table["rows"]


@pytest.mark.parametrize("rowid", ["", "without rowid"])
def test_rows_of_a_large_table_are_estimated(database: Database, rowid: str) -> None:
    """Of twelve megabytes at most forty blocks are read; the estimate says so, and is near."""
    made = database(
        f"create table large (k integer primary key, v) {rowid}; create table small (x); insert into small values (1);"
        f"{NUMBERS.format(100_000)} insert into large select i, hex(zeroblob(i % 80)) from n"
    )
    source = CountingSource(made)
    large, small = facts(source)["tables"]

    assert large["rows_estimated"] is True
    assert large["rows"] == pytest.approx(100_000, rel=0.1)
    assert small == {"name": "small", "rows": 1, "column_count": 1, "columns": [{"name": "x"}]}
    assert facts(made)["core"]["row_count_estimated"] is True
    assert len({start // 65536 for start, _ in source.calls}) <= 40


def test_a_large_file_with_small_tables_is_counted(database: Database) -> None:
    """What fits the allowance is exact, however large the file is."""
    made = database(
        "create table blob (b); insert into blob values (zeroblob(5000000));"
        f"create table t (x); {NUMBERS.format(20_000)} insert into t select i from n"
    )
    found = facts(made)

    assert [table["rows"] for table in found["tables"]] == [1, 20_000]
    assert found["core"]["row_count"] == 20_001


def test_many_tables(database: Database) -> None:
    """A hundred are described, all are counted; the answer fits an envelope, and fewer can be asked for."""
    made = database("".join(f"create table t{i} (a{'a' * 200}, b int, c, d, e, f, g);" for i in range(300)))
    found = facts(made)

    assert (found["table_count"], len(found["tables"])) == (300, 100)
    assert sum(len(table.get("columns", [])) for table in found["tables"]) == 450
    assert found["tables"][99]["column_count"] == 7
    assert len(facts(made, tables=3)["tables"]) == 3
    assert len(facts(made, tables="all")["tables"]) == 100
    assert "tables" not in facts(made, tables=-1)


def test_a_schema_without_end(database: Database) -> None:
    """After five thousand entries the schema is cut, and the answer is partial."""
    found = facts(database("begin;" + "".join(f"create view v{i} as select 1;" for i in range(5001)) + "commit"))

    assert found["outcome"] == "partial"
    assert found["reason"] == "the schema has more than 5000 entries"


def test_a_schema_that_is_spread_out(database: Database) -> None:
    """When the schema alone would take too many reads, what was found is given as partial."""
    filler = "insert into filler values (zeroblob(70000));"
    script = "create table filler (x);" + "".join(f"{filler} create table t{i} (c {'x' * 900});" for i in range(200))
    found = facts(database(script))

    assert found["outcome"] == "partial"
    assert found["reason"] == "the schema is spread over too much of the file"
    assert 0 < found["table_count"] < 201


def test_truncated(database: Database) -> None:
    """A file that was cut off is partial: what the first pages say is given."""
    made = database(f"create table t (x); {NUMBERS.format(9000)} insert into t select i from n")
    found = facts(made[: len(made) // 2])

    assert found["outcome"] == "partial"
    assert found["reason"] == f"the file ends after page {len(made) // 8192} of {len(made) // 4096}"
    assert found["tables"][0]["name"] == "t"


def test_a_wrong_page_count_in_the_header_is_not_believed(database: Database) -> None:
    """An old library leaves the count behind; then the size of the file says it."""
    made = bytearray(database("create table t (x)"))
    made[28:32] = struct.pack(">I", 77)
    made[92:96] = b"\xff\xff\xff\xff"

    assert facts(bytes(made))["page_count"] == 2
    assert "outcome" not in facts(bytes(made))


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (16, b"\x00\x03", "no page size of SQLite: 3 bytes with 0 reserved"),
        (16, b"\x00\x00", "no page size of SQLite: 0 bytes"),
        (16, b"\x02\x00\x01\x01\x21", "no page size of SQLite: 512 bytes with 33 reserved"),
        (21, b"\x00", "no page size of SQLite: 4096 bytes with 0 reserved"),
        (100, b"\x07", "page 1 is not part of a b-tree"),
        (103, b"\xff\xff", "page 1 says it has 65535 cells"),
        (108, b"\x00\x05", "page 1 has a cell outside of itself"),
    ],
)
def test_corrupt(database: Database, offset: int, value: bytes, reason: str) -> None:
    """A header or a first page that no SQLite writes is corrupt, with the field that says so."""
    made = bytearray(database("create table t (x)", "page_size = 4096"))
    made[offset : offset + len(value)] = value

    with pytest.raises(Corrupt, match=reason):
        facts(bytes(made))


@pytest.mark.parametrize(
    ("size", "reason"), [(20, "shorter than a SQLite header"), (600, "shorter than its first page")]
)
def test_too_short(database: Database, size: int, reason: str) -> None:
    """A file that ends in its first page says nothing that could be believed."""
    with pytest.raises(Corrupt, match=reason):
        facts(database("create table t (x)")[:size])


def test_encrypted(database: Database) -> None:
    """With its first 32 bytes left readable, as SQLCipher can, a database is declined as encrypted."""
    made = bytearray(database("create table t (x)"))
    made[32:] = bytes((i * 77 + 13) % 256 for i in range(len(made) - 32))

    with pytest.raises(Decline, match="encrypted"):
        facts(bytes(made))


def test_impossible_values(database: Database) -> None:
    """Noise from the page size on is corruption, not encryption."""
    made = bytearray(database("create table t (x)"))
    made[20:] = bytes((i * 77 + 13) % 256 for i in range(len(made) - 20))

    with pytest.raises(Corrupt, match="impossible values"):
        facts(bytes(made))


@pytest.mark.parametrize("data", [b"", b"SQLite format 2\x00" + bytes(100), b"\x89PNG"])
def test_something_else_is_declined(data: bytes) -> None:
    """What has no header of SQLite is for somebody else."""
    with pytest.raises(Decline, match="no SQLite header"):
        facts(data)


def test_a_later_format_is_declined(database: Database) -> None:
    """A read version that is not known yet must not be read (file format, 1.3.3)."""
    made = bytearray(database("create table t (x)"))
    made[19] = 3

    with pytest.raises(Decline, match="a later file format, number 3"):
        facts(bytes(made))


def test_the_budget_of_the_host_is_never_reached() -> None:
    """The plugin's own allowance is smaller than the host's budget."""
    assert Budget().max_reads > 40
    assert Budget().max_bytes > 40 * 65536
