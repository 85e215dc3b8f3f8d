"""Apache ORC, from the postscript and footer at the end (orc_proto.proto, ORC specification v1)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import schema
from firstbytes.builtin.columnar.schema import Field, listing, mapping, struct
from firstbytes.formats import blocks
from firstbytes.formats.protobuf import fields, packed
from firstbytes.formats.values import clean, known

_TAIL = 64 * 1024
_FOOTER = 4 * 1024 * 1024
_UNPACKED = 16 * 1024 * 1024
_TYPES = 100_000
_DEPTH = 32
_KINDS = (
    *("bool", "int8", "int16", "int32", "int64", "float", "double", "string", "binary", "timestamp[ns]"),
    *("list", "map", "struct", "union", "decimal128", "date32[day]", "varchar", "char", "timestamp[ns, tz=UTC]"),
    *("geometry", "geography"),
)
_LIST, _MAP, _STRUCT, _UNION, _DECIMAL, _VARCHAR, _CHAR = 10, 11, 12, 13, 14, 16, 17
_CODECS = ("none", "zlib", "snappy", "lzo", "lz4", "zstd", "brotli")
_WRITERS = {0: "ORC Java", 1: "ORC C++", 2: "Presto", 3: "Scritchley Go", 4: "Trino", 5: "CUDF"}


@dataclass(slots=True)
class _Type:
    kind: int = 0
    subtypes: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    length: int = 0
    precision: int = 0
    scale: int = 0


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return columns, rows, stripes, codec, writer and user metadata of an ORC file."""
    tail = source.read(max(0, source.size - _TAIL), min(_TAIL, source.size))
    size = tail[-1] if tail else 0
    postscript = tail[-1 - size : -1]
    if size < 4 or not postscript.endswith(b"ORC"):
        raise Corrupt("no postscript: the file is cut off")
    told = dict(fields(postscript))
    length, codec = _int(told.get(1)), _int(told.get(2))
    if not 0 < length <= source.size - size - 1:
        raise Corrupt(f"footer of {length} bytes")
    if length > _FOOTER:
        return schema.too_large("footer", length, _FOOTER)
    end = source.size - 1 - size
    packed_footer = tail[-1 - size - length : -1 - size] if length + size < len(tail) else b""
    footer = unpack(packed_footer or source.read(end - length, length), codec, _int(told.get(3)) or 262144)
    version = told.get(4)
    core = {
        "format_version": ".".join(map(str, packed(version))) if version is not None else None,
        "compression": _CODECS[codec] if codec < len(_CODECS) else f"codec {codec}",
    }
    if footer is None:
        reason = f"the footer is compressed with {core['compression']}"
        return {"core": known(core), "outcome": "partial", "reason": reason}
    return _facts(footer, core)


def unpack(data: bytes, codec: int, block: int) -> bytes | None:
    """Return what a compressed section holds, at most 16 MB; None for a codec that Python has not."""
    if codec == 0:
        return data
    if codec not in {1, 2, 4}:
        return None
    out = b""
    at = 0
    limit = min(block, _UNPACKED)
    while at + 3 <= len(data) and len(out) < _UNPACKED:
        header = int.from_bytes(data[at : at + 3], "little")
        chunk = data[at + 3 : at + 3 + (header >> 1)]
        at += 3 + (header >> 1)
        out += chunk if header & 1 else _chunk(chunk, codec, limit)
    return out


def _chunk(chunk: bytes, codec: int, limit: int) -> bytes:
    if codec == 1:
        try:
            return zlib.decompressobj(-15).decompress(chunk, limit)
        except zlib.error as error:
            raise Corrupt(f"footer does not unpack: {error}") from error
    return blocks.snappy(chunk, limit) if codec == 2 else blocks.lz4(chunk, limit)


def _facts(footer: bytes, core: dict[str, str | None]) -> dict[str, JSON]:
    types: list[_Type] = []
    pairs: dict[str, str] = {}
    numbers: dict[int, int] = {}
    stripes, software, encrypted, stripe_rows = 0, "", False, []
    for number, value in fields(footer):
        if isinstance(value, int):
            numbers[number] = value
        elif number == 3:
            stripes += 1
            stripe_rows.append(next((v for n, v in fields(value) if n == 5 and isinstance(v, int)), 0))
        elif number == 4 and len(types) < _TYPES:
            types.append(_type(value))
        elif number == 5:
            pair = dict(fields(value))
            pairs[_text(pair.get(1))] = _text(pair.get(2))
        elif number == 12:
            software = _text(value)
        encrypted = encrypted or number == 10
    columns = _columns(types)
    writer = _WRITERS.get(numbers.get(9, -1))
    generator = " ".join(part for part in (writer, software) if part)
    return {
        "core": known(
            core
            | {
                "row_count": numbers.get(6, 0) if numbers.get(6, 0) <= 2**53 else None,
                "column_count": len(columns),
                "generator": clean(generator),
                "encrypted": True if encrypted else None,
            }
        ),
        **known(
            {
                "columns": schema.columns(columns),
                "stripe_count": stripes,
                "rows_of_stripes": stripe_rows[:100],
                "row_index_stride": numbers.get(8),
                "content_bytes": numbers.get(2),
                "tags": schema.metadata(pairs),
            }
        ),
    }


def _type(data: bytes) -> _Type:
    found = _Type()
    for number, value in fields(data):
        if number == 2:
            found.subtypes += packed(value)
        elif number == 3:
            found.names.append(_text(value))
        elif isinstance(value, int):
            if number == 1:
                found.kind = value
            elif number == 4:
                found.length = value
            elif number == 5:
                found.precision = value
            elif number == 6:
                found.scale = value
    return found


def _columns(types: list[_Type]) -> list[Field]:
    if not types:
        raise Corrupt("no types in the footer")
    top = types[0]
    if top.kind != _STRUCT:
        return [Field("", _kind(types, 0, 0))]
    return [Field(name, _kind(types, at, 1)) for name, at in zip(top.names, top.subtypes, strict=False)]


def _kind(types: list[_Type], at: int, depth: int) -> str:
    if depth > _DEPTH or not 0 <= at < len(types):
        raise Corrupt(f"type {at} of {len(types)} at depth {depth}")
    this = types[at]
    if this.kind in {_LIST, _MAP, _STRUCT, _UNION}:
        # A type's children come after it, so what points back is a loop.
        if any(child <= at for child in this.subtypes):
            raise Corrupt("a type contains itself")
        kinds = [_kind(types, child, depth + 1) for child in this.subtypes[:1000]]
        return _nested(this, kinds)
    if this.kind == _DECIMAL:
        return f"decimal128({this.precision}, {this.scale})"
    if this.kind in {_VARCHAR, _CHAR}:
        return f"{_KINDS[this.kind]}({this.length})"
    return _KINDS[this.kind] if this.kind < len(_KINDS) else f"type {this.kind}"


def _nested(this: _Type, kinds: list[str]) -> str:
    if this.kind == _LIST and kinds:
        return listing(Field("item", kinds[0]))
    if this.kind == _MAP and len(kinds) > 1:
        return mapping(kinds[0], kinds[1])
    if this.kind == _UNION:
        return f"union<{', '.join(kinds)}>"[:1024]
    return struct(Field(name, kind) for name, kind in zip(this.names, kinds, strict=False))


def _int(value: int | bytes | None) -> int:
    return value if isinstance(value, int) else 0


def _text(value: int | bytes | None) -> str:
    return value[:4096].decode("utf-8", "replace") if isinstance(value, bytes) else ""
