"""A database: its header, its schema, and how many rows its tables have.

    header        100 bytes
    sqlite_schema the b-tree at page 1: one row for each table, index, view and trigger, with its SQL
    rows          the cell counts of each table's leaves, or of some of them

A file of up to a megabyte is read in one go. Of a larger one at most forty blocks of 64 KB are touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.formats.values import clean, known
from firstbytes_sqlite import ddl, header, rows
from firstbytes_sqlite.btree import AllowanceSpentError, BrokenPageError, Pages
from firstbytes_sqlite.record import Value, payload, values

_SMALL = 1024 * 1024
_ALLOWANCE = 40
_SCHEMA_ALLOWANCE = 24
_SQL_BYTES = 64 * 1024
_ENTRIES = 5000
_NAME = 128
_TABLES, _OTHERS, _COLUMNS = 100, 50, 450
"""What is listed: tables; views and indexes each; columns of all tables together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of sqlite_schema."""

    kind: str
    name: str
    table: str
    root: int
    sql: str


@dataclass(slots=True)
class Schema:
    """The entries that could be read, and why there are not more."""

    entries: list[Entry] = field(default_factory=list)
    missing: str = ""

    def of(self, kind: str) -> list[Entry]:
        """Return the entries of a kind, without SQLite's own."""
        return [entry for entry in self.entries if entry.kind == kind and not entry.name.startswith("sqlite_")]


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return what a database says about itself.

    `ctx.config` may hold "tables": how many tables are described, at most and by default 100.

    Raises:
        Decline: it is not a SQLite database, or it is encrypted.
        Corrupt: its header or its first page is broken.
    """
    head = header.parse(source.read(0, header.SIZE))
    if source.size <= _SMALL:
        source = BytesSource(source.read(0, source.size))
    pages = Pages(source, head.page_size, head.usable, _SCHEMA_ALLOWANCE)
    if not pages.count:
        raise Corrupt("shorter than its first page")
    pages.node(1)
    schema = read_schema(pages, head.encoding)
    pages.allowance = _ALLOWANCE
    tables = _tables(pages, schema, _limit(ctx))
    missing = schema.missing
    if head.page_count > pages.count:
        missing = f"the file ends after page {pages.count} of {head.page_count}"
    return known(
        {
            "core": _core(head, tables),
            "outcome": "partial" if missing else None,
            "reason": missing or None,
            **_facts(head, pages),
            "table_count": len(schema.of("table")),
            "tables": tables,
            "view_count": len(schema.of("view")),
            "views": [clean(view.name, _NAME) for view in schema.of("view")[:_OTHERS]],
            "index_count": len(schema.of("index")),
            "indexes": [
                {"name": clean(index.name, _NAME), "table": clean(index.table, _NAME)}
                for index in schema.of("index")[:_OTHERS]
            ],
            "trigger_count": len(schema.of("trigger")),
        }
    )


def _limit(ctx: Context) -> int:
    wanted = ctx.config.get("tables", _TABLES)
    return min(_TABLES, max(0, wanted)) if isinstance(wanted, int) else _TABLES


def _facts(head: header.Header, pages: Pages) -> dict[str, JSON]:
    return {
        "page_size_bytes": head.page_size,
        "page_count": head.page_count or pages.count,
        "free_page_count": head.freelist_pages,
        "reserved_bytes": head.reserved,
        "user_version": head.user_version,
        "application_id": f"0x{head.application_id:08x}" if head.application_id else None,
        "schema_cookie": head.schema_cookie,
        "journal_mode": "wal" if head.wal else "rollback",
        "auto_vacuum": head.auto_vacuum,
    }


def _core(head: header.Header, tables: list[JSON]) -> Mapping[str, JSON]:
    counted = [table for table in tables if isinstance(table, Mapping) and "rows" in table]
    number = head.sqlite_version
    return known(
        {
            "encoding": {"utf-16-le": "utf-16le", "utf-16-be": "utf-16be"}.get(head.encoding, head.encoding),
            "format_version": "3",
            "generator": f"SQLite {number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}" if number else None,
            "row_count": sum(int(str(table["rows"])) for table in counted) if counted else None,
            "row_count_estimated": True if any("rows_estimated" in table for table in counted) else None,
        }
    )


def read_schema(pages: Pages, encoding: str) -> Schema:
    """Read sqlite_schema as far as it goes: a broken page ends it, and says so."""
    schema = Schema()
    try:
        for leaf in pages.leaves(1):
            for cell in leaf.cells:
                if len(schema.entries) >= _ENTRIES:
                    schema.missing = f"the schema has more than {_ENTRIES} entries"
                    return schema
                found = values(payload(pages, leaf, cell, _SQL_BYTES), encoding, 5)
                if entry := _entry(found):
                    schema.entries.append(entry)
    except BrokenPageError as error:
        schema.missing = f"the schema is broken: {error}"
    except AllowanceSpentError:
        schema.missing = "the schema is spread over too much of the file"
    return schema


def _entry(found: Sequence[Value]) -> Entry | None:
    match found:
        case [str(kind), str(name), str(table), root, sql]:
            return Entry(
                kind=kind,
                name=name,
                table=table,
                root=root if isinstance(root, int) else 0,
                sql=sql if isinstance(sql, str) else "",
            )
    return None


def _tables(pages: Pages, schema: Schema, limit: int) -> list[JSON]:
    entries = schema.of("table")[:limit]
    described: list[JSON] = []
    columns_left = _COLUMNS
    for position, entry in enumerate(entries):
        table = ddl.parse(entry.sql)
        columns = [_column(column) for column in table.columns[:columns_left]]
        columns_left -= len(columns)
        share = pages.left // (len(entries) - position)
        counted = rows.count(pages, entry.root, share) if entry.root else None
        described.append(
            known(
                {
                    "name": clean(entry.name, _NAME),
                    "rows": counted.count if counted else None,
                    "rows_estimated": True if counted and not counted.exact else None,
                    "column_count": len(table.columns) or None,
                    "columns": columns,
                    "without_rowid": table.without_rowid or None,
                    "strict": table.strict or None,
                    "module": clean(table.module, _NAME),
                }
            )
        )
    return described


def _column(column: ddl.Column) -> JSON:
    return known(
        {
            "name": clean(column.name, _NAME) or "",
            "type": clean(column.type, _NAME),
            "primary_key": column.primary_key or None,
        }
    )
