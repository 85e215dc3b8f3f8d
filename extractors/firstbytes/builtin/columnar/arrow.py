"""Apache Arrow's IPC formats (File.fbs, Message.fbs): the file, its footer at the end, and the stream of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firstbytes import JSON, ByteSource, Context, Corrupt, Decline
from firstbytes.builtin.columnar import arrow_schema, schema
from firstbytes.formats.flatbuffers import Table, root
from firstbytes.formats.values import known

_TAIL = 64 * 1024
_FOOTER = 8 * 1024 * 1024
_MESSAGE = 4 * 1024 * 1024
_LOOKED_AT = 4
"""Record batches whose header is read: each may cost a read."""

_CONTINUATION = b"\xff\xff\xff\xff"
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
_CODECS = ("lz4", "zstd")
_VERSIONS = ("V1", "V2", "V3", "V4", "V5")


@dataclass(frozen=True, slots=True)
class _Batches:
    """What is known of the record batches: rows of those looked at, how many there are, whether that is all."""

    rows: list[int]
    count: int | None
    codec: str | None
    reason: str = ""


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return columns, rows, batches, codec and metadata of an Arrow file or stream."""
    head = source.read(0, 8)
    if head.startswith(b"ARROW1"):
        return _file(source)
    if head.startswith(_CONTINUATION):
        return _stream(source, 0, "stream", "")
    raise Decline("neither an Arrow file nor a stream with continuation marks")


def _file(source: ByteSource) -> Mapping[str, JSON]:
    tail = source.read(max(0, source.size - _TAIL), min(_TAIL, source.size))
    size = int.from_bytes(tail[-10:-6], "little")
    if tail[-6:] != b"ARROW1" or size + 18 > source.size:
        # The body of a file is a stream, so a file that was cut off still has its schema.
        return _stream(source, 8, "file", "no footer: the file is cut off")
    if size > _FOOTER:
        return schema.too_large("footer", size, _FOOTER)
    footer = root(source.read(source.size - 10 - size, size))
    table = footer.table(1)
    if table is None:
        raise Corrupt("footer without a schema")
    _, claimed = footer.vector(3)
    blocks = [
        (int.from_bytes(block[:8], "little"), int.from_bytes(block[8:12], "little"))
        for block in footer.structs(3, 24, _LOOKED_AT)
    ]
    found = _Batches([], claimed, None)
    for offset, length in blocks:
        message = _message(source.read(offset, min(length, _MESSAGE)))
        if message is not None:
            found = _add(found, message, claimed)
    pairs = arrow_schema.metadata(table, 2) | arrow_schema.metadata(footer, 4)
    return _facts(table, found, pairs, "file", footer.scalar(0, 2))


def _stream(source: ByteSource, start: int, kind: str, reason: str) -> Mapping[str, JSON]:
    at, table, version = start, None, 0
    found = _Batches([], None, None, reason)
    dictionaries = 0
    for _ in range(_LOOKED_AT + 8):
        prefix = source.read(at, 8)
        size = int.from_bytes(prefix[4:], "little")
        if len(prefix) < 8 or size == 0:
            ended = size == 0 and len(prefix) == 8
            found = _Batches(found.rows, len(found.rows) if not reason else None, found.codec, reason)
            if not ended and not reason:
                found = _Batches(found.rows, len(found.rows), found.codec)
            break
        if size > _MESSAGE and table is None and prefix[:4] == _CONTINUATION:
            return schema.too_large("schema", size, _MESSAGE)
        if prefix[:4] != _CONTINUATION or size > _MESSAGE:
            found = _Batches(found.rows, None, found.codec, "a message is broken")
            break
        message = root(source.read(at + 8, size))
        number = message.scalar(1, 1, signed=False)
        if number == _SCHEMA and table is None:
            table, version = message.table(2), message.scalar(0, 2)
        elif number == _BATCH:
            found = _add(found, message, None)
        dictionaries += number == _DICTIONARY
        at += 8 + size + max(0, message.scalar(3, 8))
        if at > source.size:
            found = _Batches(found.rows, None, found.codec, "the last message is cut off")
            break
    if table is None:
        raise Corrupt("no schema message")
    estimate = _estimate(found, at - start, source.size - start)
    return _facts(table, found, arrow_schema.metadata(table, 2), kind, version, estimate)


def _estimate(found: _Batches, read: int, size: int) -> int | None:
    """Return about how many rows a stream has whose batches were not all looked at."""
    return sum(found.rows) * size // read if found.count is None and found.rows and read > 0 else None


def _message(data: bytes) -> Table | None:
    """Return the message of a block: 8 bytes of prefix, or 4 in files written before version 0.15."""
    message = root(data, 8 if data[:4] == _CONTINUATION else 4)
    return message if message.scalar(1, 1, signed=False) == _BATCH else None


def _add(found: _Batches, message: Table, count: int | None) -> _Batches:
    batch = message.table(2)
    if batch is None:
        return found
    compression = batch.table(3)
    codec = found.codec
    if compression is not None:
        number = compression.scalar(0, 1)
        codec = _CODECS[number] if 0 <= number < len(_CODECS) else f"codec {number}"
    return _Batches([*found.rows, max(0, batch.scalar(0, 8))], count, codec, found.reason)


def _facts(
    table: Table, found: _Batches, pairs: Mapping[str, str], kind: str, version: int, estimate: int | None = None
) -> dict[str, JSON]:
    fields = arrow_schema.read(table)
    exact = found.count is not None and len(found.rows) == found.count
    rows = sum(found.rows) if exact else estimate
    if rows is None and found.count and found.rows:
        rows = found.rows[0] * found.count
    return {
        "core": known(
            {
                "row_count": min(rows, 2**53) if rows is not None else None,
                "row_count_estimated": True if rows is not None and not exact else None,
                "column_count": len(fields),
                "format_version": _VERSIONS[version] if 0 <= version < len(_VERSIONS) else None,
                "compression": found.codec,
            }
        ),
        **known(
            {
                "columns": schema.columns(fields),
                "batch_count": found.count,
                "layout": kind,
                "byte_order": "big" if table.scalar(0, 2) else "little",
                "tags": schema.metadata(pairs),
            }
        ),
        **({"outcome": "partial", "reason": found.reason} if found.reason else {}),
    }
