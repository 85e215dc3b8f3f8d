"""Apache Parquet, from the footer alone (parquet.thrift of parquet-format 2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import parquet_schema, schema
from firstbytes.formats.thrift import Compact, Wanted
from firstbytes.formats.values import known

_TAIL = 64 * 1024
_WHOLE_FOOTER = 3 * 1024 * 1024
_PART = 512 * 1024
"""What is read of a footer too large to read whole: schema and row count come first in it."""

_VERSION, _SCHEMA, _ROWS, _GROUPS, _PAIRS, _WRITER, _ENCRYPTION = 1, 2, 3, 4, 5, 6, 8
_COLUMN: Wanted = {3: {1: None, 3: None, 4: None, 5: None, 6: None, 7: None, 12: {3: None}}, 8: {}}
_WANTED: Wanted = {
    _VERSION: None,
    _SCHEMA: None,
    _ROWS: None,
    _GROUPS: {1: _COLUMN, 2: None, 3: None},
    _PAIRS: None,
    _WRITER: None,
    _ENCRYPTION: None,
}
_CODECS = ("none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw")
_ARROW_SCHEMA = "ARROW:schema"
"""Key of the same schema again, in base64."""
_CIPHERS = {1: "AES_GCM_V1", 2: "AES_GCM_CTR_V1"}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return columns, rows, row groups, codecs, writer and key-value metadata of a Parquet file."""
    tail = source.read(max(0, source.size - _TAIL), min(_TAIL, source.size))
    size = int.from_bytes(tail[-8:-4], "little")
    if tail[-4:] not in {b"PAR1", b"PARE"}:
        raise Corrupt("no footer: the file is cut off or still being written")
    if size + 12 > source.size:
        raise Corrupt("footer is longer than the file")
    if tail[-4:] == b"PARE":
        return _encrypted(source, size)
    part = size > _WHOLE_FOOTER
    start = source.size - 8 - size
    footer = tail[-8 - size : -8] if size + 8 <= len(tail) else source.read(start, _PART if part else size)
    found: dict[int, Any] = {}
    broken = ""
    try:
        Compact(footer).fields(found, _WANTED)
    except Corrupt as error:
        if not part and not found.get(_SCHEMA):
            raise
        broken = str(error)
    if not isinstance(found.get(_SCHEMA), list):
        raise Corrupt("footer has no schema")
    reason = f"only {_PART} of {size} bytes of the footer were read" if part else broken
    return _facts(found, size) | ({"outcome": "partial", "reason": reason} if reason else {})


def _encrypted(source: ByteSource, size: int) -> dict[str, JSON]:
    crypto = Compact(source.read(source.size - 8 - size, min(size, _TAIL))).struct({1: None})
    return {
        "core": {"encrypted": True},
        **known({"encryption_method": _cipher(crypto.get(1))}),
        "outcome": "encrypted",
        "reason": "the footer is encrypted",
    }


def _cipher(algorithm: object) -> str | None:
    return _CIPHERS.get(next(iter(algorithm), 0)) if isinstance(algorithm, dict) else None


def _facts(found: dict[int, Any], size: int) -> dict[str, JSON]:
    fields, leaves = parquet_schema.read(found[_SCHEMA])
    groups = _list(found.get(_GROUPS))
    chunks = [chunk for group in groups for chunk in _list(group.get(1))]
    metas = [meta for chunk in chunks if isinstance(meta := chunk.get(3), dict)]
    codecs = sorted({_codec(meta.get(4)) for meta in metas if 4 in meta})
    pairs = {_text(pair.get(1)): _text(pair.get(2)) for pair in _list(found.get(_PAIRS))}
    pairs.pop(_ARROW_SCHEMA, None)
    encrypted = _ENCRYPTION in found or any(8 in chunk for chunk in chunks)
    return {
        "core": known(
            {
                "row_count": _count(found.get(_ROWS)),
                "column_count": len(fields),
                "generator": _text(found.get(_WRITER)).strip() or None,
                "format_version": str(found[_VERSION]) if isinstance(found.get(_VERSION), int) else None,
                "compression": ", ".join(codecs) or None,
                "uncompressed_bytes": _count(sum(_sizes(metas, 6))) or None,
                "encrypted": True if encrypted else None,
            }
        ),
        **known(
            {
                "columns": schema.columns(fields, _null_shares(metas)),
                "leaf_column_count": leaves,
                "row_group_count": len(groups) if _GROUPS in found else None,
                "rows_of_row_groups": [_count(group.get(3)) for group in groups[:100]],
                "compression_methods": codecs,
                "compressed_bytes": _count(sum(_sizes(metas, 7))) or None,
                "footer_bytes": size,
                "encryption_method": _cipher(found.get(_ENCRYPTION)),
                "tags": schema.metadata(pairs),
            }
        ),
    }


def _null_shares(metas: list[dict[int, Any]]) -> dict[str, float]:
    """Return the share of nulls of each flat column whose every chunk counts them in its statistics."""
    totals: dict[str, list[int]] = {}
    for meta in metas:
        path, statistics = meta.get(3), meta.get(12)
        if isinstance(path, list) and len(path) == 1:
            values, nulls = meta.get(5), statistics.get(3) if isinstance(statistics, dict) else None
            total = totals.setdefault(_text(path[0]), [0, 0])
            # Without a count, a total that no share can be made of.
            total[0] += values if isinstance(values, int) and 0 <= values < 2**53 else 0
            total[1] += nulls if isinstance(nulls, int) and 0 <= nulls < 2**53 else 2**62
    return {name: round(nulls / values, 4) for name, (values, nulls) in totals.items() if nulls <= values > 0}


def _sizes(metas: list[dict[int, Any]], field: int) -> list[int]:
    return [meta[field] for meta in metas if isinstance(meta.get(field), int)]


def _list(value: Any) -> list[dict[int, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 2**53 else None


def _text(value: Any) -> str:
    return value[:4096].decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _codec(number: Any) -> str:
    return _CODECS[number] if isinstance(number, int) and 0 <= number < len(_CODECS) else f"codec {number}"
