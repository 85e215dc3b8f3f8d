"""Apache Avro's object container files: schema and codec in the header, then blocks with their counts (Avro 1.12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import schema
from firstbytes.builtin.columnar.schema import Field, listing, mapping, struct
from firstbytes.formats.values import clean, known

_HEADER = 64 * 1024
_LARGE_HEADER = 4 * 1024 * 1024
_SYNC = 16
_BLOCKS = 100_000
_READS = 4
"""Blocks that may each need a read of their own before the row count becomes an estimate."""

_DEPTH = 24
_FIELDS = 100_000
_PLAIN = {
    "null": "null",
    "boolean": "bool",
    "int": "int32",
    "long": "int64",
    "float": "float",
    "double": "double",
    "bytes": "binary",
    "string": "string",
}
_LOGICAL = {
    "date": "date32[day]",
    "time-millis": "time32[ms]",
    "time-micros": "time64[us]",
    "timestamp-millis": "timestamp[ms, tz=UTC]",
    "timestamp-micros": "timestamp[us, tz=UTC]",
    "timestamp-nanos": "timestamp[ns, tz=UTC]",
    "local-timestamp-millis": "timestamp[ms]",
    "local-timestamp-micros": "timestamp[us]",
    "local-timestamp-nanos": "timestamp[ns]",
    "uuid": "uuid",
    "duration": "duration",
}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return columns, rows, codec, schema name and metadata of an Avro file."""
    try:
        pairs, at = _header(source)
    except EOFError as error:
        if source.size > _LARGE_HEADER:
            return schema.too_large("header", source.size, _LARGE_HEADER)
        raise Corrupt("header ends early") from error
    text = pairs.pop("avro.schema", None)
    codec = pairs.pop("avro.codec", "null")
    if text is None:
        raise Corrupt("header without a schema")
    try:
        declared = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt(f"schema is not JSON: {str(error)[:100]}") from error
    rows, exact, blocks = _count(source, at)
    name = ".".join(filter(None, (declared.get("namespace"), declared.get("name")))) if _is_named(declared) else None
    fields = _columns(declared)
    return {
        "core": known(
            {
                "row_count": rows,
                "row_count_estimated": None if exact or rows is None else True,
                "column_count": len(fields),
                "compression": "none" if codec == "null" else clean(codec, 64),
                "description": clean(doc)
                if isinstance(declared, dict) and isinstance(doc := declared.get("doc"), str)
                else None,
            }
        ),
        **known(
            {
                "columns": schema.columns(fields),
                "record_name": clean(name, 512),
                "block_count": blocks if exact else None,
                "tags": schema.metadata(pairs),
            }
        ),
        **({"outcome": "partial", "reason": "the last block is cut off"} if blocks < 0 else {}),
    }


def _is_named(declared: Any) -> bool:
    return isinstance(declared, dict) and all(isinstance(declared.get(key, ""), str) for key in ("namespace", "name"))


def _header(source: ByteSource) -> tuple[dict[str, str], int]:
    """Return the metadata map and where the first block begins."""
    data = source.read(0, _HEADER)
    try:
        return _map(data)
    except EOFError:
        if source.size <= _HEADER:
            raise
        return _map(source.read(0, _LARGE_HEADER))


def _map(data: bytes) -> tuple[dict[str, str], int]:
    at = 4
    pairs: dict[str, str] = {}
    while True:
        count, at = _long(data, at)
        if count == 0:
            return pairs, at + _SYNC
        if count < 0:
            _, at = _long(data, at)
            count = -count
        for _ in range(min(count, 10_000)):
            key, at = _bytes(data, at)
            value, at = _bytes(data, at)
            pairs[key[:256].decode("utf-8", "replace")] = value.decode("utf-8", "replace")


def _long(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return (value >> 1) ^ -(value & 1), at
    raise EOFError


def _bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _long(data, at)
    if not 0 <= size <= len(data) - at:
        raise EOFError
    return data[at : at + size], at + size


def _count(source: ByteSource, at: int) -> tuple[int | None, bool, int]:
    """Return rows, whether that is exact, and blocks (-1: the last one is cut off), by their prefixes in few reads."""
    start, rows, far = at, 0, 0
    for blocks in range(_BLOCKS):
        if at >= source.size:
            return rows, at == source.size, blocks if at == source.size else -1
        far += at // _HEADER != start // _HEADER
        if far > _READS:
            return min(2**53, rows * (source.size - start) // (at - start)), False, blocks
        try:
            prefix = source.read(at, 20)
            count, past = _long(prefix, 0)
            size, past = _long(prefix, past)
        except EOFError:
            return rows, False, -1
        if count < 0 or size < 0:
            return (rows or None), False, blocks
        rows += count
        at += past + size + _SYNC
    return min(2**53, rows * (source.size - start) // (at - start)), False, _BLOCKS


def _columns(declared: Any) -> list[Field]:
    if isinstance(declared, dict) and declared.get("type") == "record":
        return [_field(item, 1) for item in _items(declared)]
    return [Field("", *_kind(declared, 0))]


def _items(record: dict[str, Any]) -> list[dict[str, Any]]:
    found = record.get("fields")
    return [item for item in found[:_FIELDS] if isinstance(item, dict)] if isinstance(found, list) else []


def _field(item: dict[str, Any], depth: int) -> Field:
    return Field(str(item.get("name", ""))[:512], *_kind(item.get("type"), depth))


def _kind(declared: Any, depth: int) -> tuple[str, bool]:
    """Return Arrow's name of an Avro type, and whether it may be null."""
    if depth > _DEPTH:
        raise Corrupt(f"schema nests deeper than {_DEPTH}")
    if isinstance(declared, str):
        return _PLAIN.get(declared, declared[:256]), declared == "null"
    if isinstance(declared, list):
        kinds = [_kind(one, depth + 1)[0] for one in declared[:100]]
        others = [kind for kind in kinds if kind != "null"]
        return (others[0] if len(others) == 1 else f"union<{', '.join(others)}>"[:1024]), len(others) < len(kinds)
    if not isinstance(declared, dict):
        raise Corrupt("schema with a type that is no type")
    return _complex(declared, depth), False


def _complex(declared: dict[str, Any], depth: int) -> str:
    kind, logical = declared.get("type"), declared.get("logicalType")
    if logical == "decimal":
        return f"decimal128({declared.get('precision', 0)}, {declared.get('scale', 0)})"[:64]
    if isinstance(logical, str) and logical in _LOGICAL:
        return _LOGICAL[logical]
    if kind in {"record", "error"}:
        return struct(_field(item, depth + 1) for item in _items(declared)[:1000])
    if kind == "array":
        return listing(Field("item", _kind(declared.get("items"), depth + 1)[0]))
    if kind == "map":
        return mapping("string", _kind(declared.get("values"), depth + 1)[0])
    if kind == "fixed":
        return f"fixed_size_binary[{declared.get('size', 0)}]"[:64]
    return "enum" if kind == "enum" else _kind(kind, depth + 1)[0]
