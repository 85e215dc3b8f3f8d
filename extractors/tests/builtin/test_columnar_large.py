"""Large files cost little, and a description that is itself too large ends in "limited", not in a wait."""

from __future__ import annotations

import io
import json
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from firstbytes import JSON, BlockCache, BytesSource, Context, FileSource
from firstbytes.builtin.columnar import arrow, avro, feather, netcdf, orc, parquet, safetensors
from firstbytes.builtin.model import gltf
from firstbytes.sniff import sniff
from firstbytes.source import Budget, Metered

CONTEXT = Context(media_type="application/octet-stream")
GIGABYTE = 1 << 30


def _parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2, 3]}), sink)
    return sink.getvalue()


def _orc() -> bytes:
    sink = io.BytesIO()
    pyarrow.orc.write_table(pa.table({"a": [1, 2, 3]}), sink)
    return sink.getvalue()


def _arrow() -> bytes:
    table = pa.table({"a": [1, 2, 3]})
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("make", "extract", "media_type"),
    [
        (_parquet, parquet.extract, "application/vnd.apache.parquet"),
        (_orc, orc.extract, "application/vnd.apache.orc"),
        (_arrow, arrow.extract, "application/vnd.apache.arrow.file"),
    ],
)
def test_a_gigabyte_costs_few_reads(
    tmp_path: Path, make: Callable[[], bytes], extract: Callable[..., Mapping[str, JSON]], media_type: str
) -> None:
    """Recognised and described within 8 reads and 1 MiB: a sparse file whose two ends are those of a small one."""
    small = make()
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(small[:64])
        file.seek(GIGABYTE - len(small))
        file.write(small)
    with FileSource(path) as whole:
        source = Metered(whole, Budget(max_bytes=1 << 20, max_reads=8))
        cached = BlockCache(source)
        assert sniff(cached).media_type == media_type
        result: Any = extract(cached, CONTEXT)
    assert result["core"]["column_count"] == 1
    assert source.reads <= 4


def _schema(columns: int) -> bytes:
    fields = [{"name": f"column_{at}", "type": "int"} for at in range(columns)]
    text = json.dumps({"type": "record", "name": "wide", "fields": fields}).encode()

    def packed(data: bytes) -> bytes:
        size, out = len(data) << 1, b""
        while size > 127:
            out, size = out + bytes([size & 127 | 128]), size >> 7
        return out + bytes([size]) + data

    return b"Obj\x01\x02" + packed(b"avro.schema") + packed(text) + b"\x00" + bytes(16)


def test_columns_by_the_hundred_thousand() -> None:
    """Schemas within the limit list the first columns and count all, each within a second or two."""
    started = time.monotonic()
    assert avro.extract(BytesSource(_schema(50_000)), CONTEXT)["core"] == {
        "row_count": 0,
        "column_count": 50_000,
        "compression": "none",
    }
    assert time.monotonic() - started < 2
    assert avro.extract(BytesSource(_schema(200_000)), CONTEXT)["outcome"] == "limited"


@pytest.mark.parametrize(
    ("extract", "data"),
    [
        (arrow.extract, b"ARROW1\x00\x00" + bytes(9 << 20) + struct.pack("<I", 9 << 20) + b"ARROW1"),
        (arrow.extract, b"\xff\xff\xff\xff" + struct.pack("<I", 5 << 20) + bytes(5 << 20)),
        (feather.extract, b"FEA1" + bytes(9 << 20) + struct.pack("<I", 9 << 20) + b"FEA1"),
        (orc.extract, b"ORC" + bytes(5 << 20) + b"\x08\x80\x80\xc0\x02\x10\x00\x82\xf4\x03\x03ORC\x0e"),
        (safetensors.extract, struct.pack("<Q", 9 << 20) + b"{" + bytes(9 << 20)),
        (netcdf.extract, b"CDF\x01" + struct.pack(">4I", 0, 10, 1, 2 << 20) + bytes(3 << 20)),
        (gltf.extract, b"{" + b" " * (13 << 20)),
        (gltf.extract, b"glTF" + struct.pack("<4I", 2, 14 << 20, 13 << 20, 0x4E4F534A) + bytes(13 << 20)),
    ],
)
def test_descriptions_beyond_the_limit(extract: Callable[..., Mapping[str, JSON]], data: bytes) -> None:
    """A footer or header of megabytes that cannot be read in part is said to be too large."""
    source = Metered(BytesSource(data), Budget(max_bytes=1 << 24, max_reads=64))
    assert extract(BlockCache(source), CONTEXT)["outcome"] == "limited"
