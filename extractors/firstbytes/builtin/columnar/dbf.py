"""dBASE tables: header and field descriptors (dBASE III, IV, 7; Visual FoxPro)."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import schema
from firstbytes.builtin.columnar.schema import Field
from firstbytes.formats.values import clean, from_iso, known

_TYPES = {
    "C": "string",
    "N": "number",
    "F": "float",
    "D": "date",
    "L": "bool",
    "M": "memo",
    "I": "int32",
    "+": "int32",
    "O": "double",
    "B": "double",
    "@": "timestamp",
    "T": "timestamp",
    "Y": "currency",
    "G": "ole",
    "P": "picture",
    "V": "varchar",
    "Q": "varbinary",
    "W": "blob",
}
_VERSIONS = {
    3: "dBASE III",
    4: "dBASE IV",
    5: "dBASE 5",
    0x30: "Visual FoxPro",
    0x31: "Visual FoxPro",
    0x32: "Visual FoxPro",
}
_MEMO = frozenset({0x83, 0x8B, 0x8C, 0x8E, 0xCB, 0xE5, 0xF5, 0xFB})
_ENCODINGS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "windows-1252",
    0x08: "cp865",
    0x13: "shift_jis",
    0x26: "cp866",
    0x4D: "gbk",
    0x4E: "euc-kr",
    0x4F: "big5",
    0x57: "windows-1252",
    0x58: "windows-1252",
    0x59: "windows-1252",
    0x64: "cp852",
    0x65: "cp866",
    0x66: "cp865",
    0x67: "cp861",
    0x6A: "cp737",
    0x6B: "cp857",
    0x78: "big5",
    0x79: "euc-kr",
    0x7A: "gbk",
    0x7B: "shift_jis",
    0xC8: "windows-1250",
    0xC9: "windows-1251",
    0xCA: "windows-1254",
    0xCB: "windows-1253",
}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return fields, records, last update and code page of a dBASE table."""
    head = source.read(0, 32)
    if len(head) < 32:
        raise Corrupt("header ends early")
    records, size, length = (int.from_bytes(head[at : at + width], "little") for at, width in ((4, 4), (8, 2), (10, 2)))
    long_names = head[0] & 7 == 4
    fields = _fields(source.read(0, size), 68 if long_names else 32, 48 if long_names else 32)
    if not fields:
        raise Corrupt("no field descriptors")
    missing = size + records * length > source.size
    return {
        "core": known(
            {
                "row_count": records,
                "column_count": len(fields),
                "encoding": _ENCODINGS.get(head[29]),
                "format_version": _VERSIONS.get(head[0] if head[0] in _VERSIONS else head[0] & 7),
                "modified": _date(head),
                "encrypted": True if head[15] else None,
            }
        ),
        "columns": schema.columns(fields),
        "record_bytes": length,
        "has_memo": head[0] in _MEMO or (head[0] == 0x30 and bool(head[28] & 2)),
        **({"outcome": "partial", "reason": "records are missing at the end"} if missing else {}),
    }


def _date(head: bytes) -> str | None:
    """Return the day of the last update: years count from 1900, and below 80 writers of two digits mean the 2000s."""
    year = 1900 + head[1] if head[1] >= 80 else 2000 + head[1]
    return from_iso(f"{year:04}-{head[2]:02}-{head[3]:02}")


def _fields(header: bytes, start: int, step: int) -> list[Field]:
    wide = step == 48
    found = []
    for at in range(start, len(header) - step + 1, step):
        entry = header[at : at + step]
        if entry[0] in {0x0D, 0}:
            break
        name = entry[: 32 if wide else 11].partition(b"\x00")[0].decode("latin-1")
        kind, width, decimals = chr(entry[32 if wide else 11]), entry[33 if wide else 16], entry[34 if wide else 17]
        named = _TYPES.get(kind, clean(kind) or "unknown")
        sized = f"{named}({width}, {decimals})" if kind in "NF" else f"{named}({width})" if kind in "CV" else named
        found.append(Field(name, sized))
    return found
