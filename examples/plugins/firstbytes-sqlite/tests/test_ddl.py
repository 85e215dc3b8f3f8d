"""The columns of CREATE TABLE statements, compared with what SQLite makes of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes_sqlite.ddl import Column, Table, parse

STATEMENTS = [
    "create table t (a, b, c)",
    "create table t (a integer primary key, b text not null default 'x, y', c varchar(10, 2))",
    'create table "t" ("a ""b""" text, [c d] int, `e``f` real, \'g\' blob)',
    "create table t (a int, -- a comment, with a comma\n b /* and (another */ text)",
    "create table t (a unsigned big int, b double precision, c decimal(10,5), d native character(70))",
    "create table t (a text collate nocase, b int references u (x) on delete cascade, c check (c in (1, 2)))",
    "create table t (a, b, primary key (a, b), foreign key (b) references u (v), unique (a), check (a > b))",
    "create table t (a, b, constraint pk primary key (b desc))",
    "create table t (a int generated always as (b + 1) stored, b, c as (a))",
    "create table t (a int default (1 + (2 * 3)), b text constraint nn not null, c)",
    "create table if not exists main.t (a)",
    'create table t ([primary] int, "check" text, [foreign key] int)',
    "create table t (a text primary key, b) without rowid",
    "create table t (a int null, b integer primary key autoincrement)",
    "create table t as select 1 as a, 'b' as b, 1.5 as [c d]",
    "create table t (a datetime DEFAULT CURRENT_TIMESTAMP, ключ текст, 名前 文字)",
    "create table t (a -- no type\n, b)",
]


def as_sqlite_says(statement: str) -> tuple[str, list[Column]]:
    """Return the statement as the schema keeps it, and the columns by pragma."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(statement)
        (sql,) = connection.execute("select sql from sqlite_schema where name = 't'").fetchone()
        rows = connection.execute("pragma table_xinfo(t)").fetchall()
    return sql, [Column(name=row[1], type=row[2], primary_key=row[5] > 0) for row in rows]


def plain(column: Column) -> tuple[str, str, bool]:
    """Return a column with its type as it compares: SQLite keeps spaces and drops GENERATED ALWAYS from it."""
    words = column.type.upper().replace(" ", "").replace("GENERATEDALWAYS", "")
    return column.name, words, column.primary_key


@pytest.mark.parametrize("statement", STATEMENTS)
def test_columns(statement: str) -> None:
    """Names, types and keys are what SQLite reads in the same statement."""
    sql, expected = as_sqlite_says(statement)

    assert [plain(column) for column in parse(sql).columns] == [plain(column) for column in expected]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
        unique_by=str.casefold,
    )
)
def test_any_name_in_quotes(names: list[str]) -> None:
    """Whatever is in quotes is a name."""
    quoted = ", ".join('"' + name.replace('"', '""') + '" text' for name in names)

    assert [column.name for column in parse(f"CREATE TABLE t ({quoted})").columns] == names


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", Table()),
        ("CREATE TABLE", Table()),
        ("CREATE VIRTUAL TABLE t USING fts5(a)", Table(module="fts5")),
        ("CREATE VIRTUAL TABLE t USING", Table()),
        ("CREATE VIRTUAL TABLE t", Table()),
        ("CREATE TABLE t (a", Table(columns=(Column(name="a"),))),
        ("CREATE TABLE t (a,", Table(columns=(Column(name="a"),))),
        ("CREATE TABLE t (PRIMARY KEY", Table()),
        (
            "CREATE TABLE t (a) STRICT, WITHOUT ROWID",
            Table(columns=(Column(name="a"),), without_rowid=True, strict=True),
        ),
        ('CREATE TABLE t (a "b', Table(columns=(Column(name="a", type='" b'),))),
    ],
)
def test_other_statements(sql: str, expected: Table) -> None:
    """Virtual tables name a module; options come after the brackets; what was cut off gives what is there."""
    assert parse(sql) == expected


def test_a_statement_without_end_is_bounded() -> None:
    """Twenty thousand tokens are looked at."""
    assert len(parse("CREATE TABLE t (" + "a," * 50_000).columns) < 10_000


@given(st.text(max_size=80))
def test_noise(text: str) -> None:
    """Any text gives a table."""
    assert isinstance(parse(f"CREATE TABLE t ({text}"), Table)
