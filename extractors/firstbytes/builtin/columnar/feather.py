"""Feather version 1, the table format before Arrow's (feather.fbs): metadata at the end."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar.schema import Field, columns, too_large
from firstbytes.formats.flatbuffers import Table, root
from firstbytes.formats.values import clean, known

_METADATA = 8 * 1024 * 1024
_TYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float", "double"),
    *("string", "binary", "category", "timestamp", "date", "time", "large_string", "large_binary"),
)
_MEANINGS = {1: "dictionary", 2: "timestamp", 3: "date", 4: "time"}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return columns, rows and description of a Feather table."""
    end = source.read(max(0, source.size - 8), 8)
    size = int.from_bytes(end[:4], "little")
    if end[4:] != b"FEA1" or size + 12 > source.size:
        raise Corrupt("no metadata at the end: the file is cut off")
    if size > _METADATA:
        return too_large("metadata", size, _METADATA)
    table = root(source.read(source.size - 8 - size, size))
    fields = [_field(column) for column in table.tables(2)]
    rows = table.scalar(1, 8)
    return {
        "core": known(
            {
                "row_count": rows if 0 <= rows <= 2**53 else None,
                "column_count": len(fields),
                "description": clean(table.text(0)),
                "format_version": str(table.scalar(3)),
            }
        ),
        **known({"columns": columns(fields), "metadata_text": clean(table.text(4))}),
    }


def _field(column: Table) -> Field:
    values = column.table(1)
    number = values.scalar(0, 1) if values else -1
    plain = _TYPES[number] if 0 <= number < len(_TYPES) else f"type {number}"
    meaning = _MEANINGS.get(column.scalar(2, 1))
    return Field(column.text(0, 512) or "", meaning or plain, (values.scalar(4, 8) if values else 0) > 0)
