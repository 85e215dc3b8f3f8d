"""Columnar files say the same as their own libraries say, within few reads, and survive damage."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import fastavro
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from damage import endures

from firstbytes import JSON, BlockCache, BytesSource, Context, Corrupt, FileSource
from firstbytes.builtin import columnar
from firstbytes.builtin.columnar import (
    arrow,
    avro,
    dbf,
    feather,
    hdf5,
    netcdf,
    npy,
    npz,
    orc,
    parquet,
    parquet_schema,
    safetensors,
)
from firstbytes.sniff import sniff
from firstbytes.source import Budget, Metered

Extract = Callable[..., Mapping[str, JSON]]
CONTEXT = Context(media_type="application/octet-stream")
NONE = [None] * 3


def _table() -> pa.Table:
    columns = {
        "i": pa.array([1, 2, None], pa.int32()),
        "u": pa.array([1, 2, 3], pa.uint16()),
        "f": pa.array([1.5, 2, 3], pa.float32()),
        "b": pa.array([True, False, None]),
        "s": pa.array(["a", "b", None]),
        "bin": pa.array([b"x"] * 3),
        "fsb": pa.array([b"xx"] * 3, pa.binary(2)),
        "dec": pa.array([decimal.Decimal("1.23")] * 3, pa.decimal128(10, 2)),
        "day": pa.array([dt.date(2024, 1, 1)] * 3),
        "time": pa.array([dt.time(1)] * 3, pa.time64("us")),
        "ts": pa.array(NONE, pa.timestamp("us")),
        "tz": pa.array(NONE, pa.timestamp("ms", "UTC")),
        "list": pa.array([[1, 2], [3], None], pa.list_(pa.int64())),
        "deep": pa.array([[{"a": 1, "b": [[1.0]]}]] * 3),
        "st": pa.array([{"a": 1, "b": "x"}] * 3),
    }
    return pa.table(columns).replace_schema_metadata({"origin": "test"})


def _plain() -> pa.Table:
    """The columns that ORC has types for."""
    return pa.table({name: _table()[name] for name in ("i", "f", "b", "s", "bin", "dec", "day", "list", "st")})


def _types(result: Mapping[str, JSON]) -> dict[str, str]:
    columns: Any = result["columns"]
    return {column["name"]: column["type"] for column in columns}


def _arrow_file(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=1)
    return sink.getvalue()


def _arrow_stream(table: pa.Table, chunk: int = 1) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=chunk)
    return sink.getvalue()


def _parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def _orc(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pyarrow.orc.write_table(table, sink, **options)
    return sink.getvalue()


AVRO_SCHEMA = {
    "type": "record",
    "name": "Person",
    "namespace": "org.test",
    "doc": "People",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "pay", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "scores", "type": {"type": "map", "values": "double"}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
        {"name": "home", "type": {"type": "record", "name": "Home", "fields": [{"name": "city", "type": "string"}]}},
        {"name": "any", "type": ["null", "int", "string"]},
    ],
}


def _avro(rows: int, **options: Any) -> bytes:
    person = {
        "id": 1,
        "name": None,
        "born": dt.date(2000, 1, 1),
        "pay": decimal.Decimal("1.00"),
        "tags": ["a"],
        "scores": {"x": 1.0},
        "kind": "A",
        "hash": b"abcd",
        "home": {"city": "Rome"},
        "any": None,
    }
    sink = io.BytesIO()
    fastavro.writer(sink, fastavro.parse_schema(AVRO_SCHEMA), [person] * rows, **options)
    return sink.getvalue()


def _npy(array: Any) -> bytes:
    sink = io.BytesIO()
    np.save(sink, array)
    return sink.getvalue()


def _dbf() -> bytes:
    fields = [(b"NAME", b"C", 10, 0), (b"AGE", b"N", 3, 0), (b"BORN", b"D", 8, 0)]
    entries = b"".join(
        name.ljust(11, b"\x00") + kind + bytes(4) + bytes([width, decimals]) + bytes(14)
        for name, kind, width, decimals in fields
    )
    header = struct.pack("<B3BIHH17xB2x", 3, 124, 5, 6, 2, 33 + len(entries), 22, 0x57)
    return header + entries + b"\r" + b" Ann        3120240101" * 2 + b"\x1a"


def _hdf5(version: int = 0) -> bytes:
    if version < 2:
        body = struct.pack("<5B2BxHHI", version, 0, 0, 0, 0, 8, 8, 4, 16, 0)
        body += (bytes(4) if version else b"") + struct.pack("<QqQq", 0, -1, 2048, -1)
    else:
        body = struct.pack("<4BQqQQI", version, 8, 8, 0, 0, -1, 2048, 48, 0)
    return (b"\x89HDF\r\n\x1a\n" + body).ljust(2048, b"\x00")


def _safetensors() -> bytes:
    header = {
        "__metadata__": {"format": "pt"},
        "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "F16", "shape": [3], "data_offsets": [24, 30]},
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(30)


def _feather() -> bytes:
    sink = io.BytesIO()
    with pytest.warns(DeprecationWarning, match="Feather V1"):
        pyarrow.feather.write_feather(pa.table({"a": [1, 2], "b": ["x", None]}), sink, version=1)
    return sink.getvalue()


FILES: dict[str, tuple[Extract, Callable[[], bytes]]] = {
    "parquet": (parquet.extract, lambda: _parquet(_table())),
    "arrow file": (arrow.extract, lambda: _arrow_file(_table())),
    "arrow stream": (arrow.extract, lambda: _arrow_stream(_table())),
    "feather": (feather.extract, _feather),
    "orc": (orc.extract, lambda: _orc(_plain(), compression="zlib")),
    "orc snappy": (orc.extract, lambda: _orc(_plain(), compression="snappy")),
    "avro": (avro.extract, lambda: _avro(3)),
    "npy": (npy.extract, lambda: _npy(np.zeros((3, 4), "<f4"))),
    "npz": (npz.extract, lambda: _npz(packed=True)),
    "dbf": (dbf.extract, _dbf),
    "hdf5": (hdf5.extract, _hdf5),
    "safetensors": (safetensors.extract, _safetensors),
    "netcdf": (netcdf.extract, lambda: _netcdf(5)),
}


@pytest.mark.parametrize("name", FILES)
def test_damage_is_corrupt_or_partial_and_quick(name: str) -> None:
    """Truncation at every 1/64 and 600 byte flips raise nothing but Corrupt or Decline, each within a second."""
    extract, make = FILES[name]
    assert endures(lambda case: extract(BlockCache(BytesSource(case)), CONTEXT), make(), seed=4, flips=600, edge=200)


def test_parquet_says_what_pyarrow_says() -> None:
    """Types, rows, row groups, writer and metadata equal pyarrow's."""
    data = _parquet(_table(), compression="zstd", row_group_size=2)
    result: Any = parquet.extract(BlockCache(BytesSource(data)), CONTEXT)
    theirs = pq.read_metadata(io.BytesIO(data))
    schema = pq.read_schema(io.BytesIO(data))
    assert _types(result) == {field.name: str(field.type) for field in schema}
    assert result["core"]["row_count"] == theirs.num_rows == 3
    assert result["core"]["generator"] == theirs.created_by
    assert result["core"]["compression"] == "zstd"
    assert result["row_group_count"] == theirs.num_row_groups == 2
    assert result["rows_of_row_groups"] == [2, 1]
    assert result["leaf_column_count"] == theirs.num_columns
    assert result["tags"] == {"origin": "test"}


def test_parquet_maps_and_required_columns() -> None:
    """A map has its key's and value's types; a required column is not nullable."""
    table = pa.table(
        [pa.array([[("k", [1])]], pa.map_(pa.string(), pa.list_(pa.int64()))), pa.array([1])],
        schema=pa.schema(
            [("m", pa.map_(pa.string(), pa.list_(pa.int64()))), pa.field("r", pa.int64(), nullable=False)]
        ),
    )
    result: Any = parquet.extract(BlockCache(BytesSource(_parquet(table))), CONTEXT)
    assert _types(result)["m"] == "map<string, list<element: int64>>"
    assert [column["nullable"] for column in result["columns"]] == [True, False]


def test_parquet_tells_the_share_of_nulls() -> None:
    """Statistics of every row group are added up; a file without them, or a nested column, has no share."""
    table = pa.table({"a": pa.array([1, None, None, 4]), "n": pa.array([[1], None, [], [2]])})
    counted: Any = parquet.extract(BlockCache(BytesSource(_parquet(table, row_group_size=3))), CONTEXT)
    assert [column.get("null_share") for column in counted["columns"]] == [0.5, None]
    bare: Any = parquet.extract(BlockCache(BytesSource(_parquet(table, write_statistics=False))), CONTEXT)
    assert "null_share" not in bare["columns"][0]


def test_a_huge_parquet_footer_is_read_in_part() -> None:
    """Of 20,000 columns the first are listed, in few reads, and the result says that it is partial."""
    table = pa.table({f"column_{at:05}": pa.array([1]) for at in range(20_000)})
    data = _parquet(table)
    source = Metered(BytesSource(data), Budget(max_bytes=1 << 20, max_reads=8))
    result: Any = parquet.extract(BlockCache(source), CONTEXT)
    assert result["outcome"] == "partial"
    assert len(result["columns"]) == 200
    assert result["core"]["column_count"] > 10_000


def test_encrypted_parquet() -> None:
    """A file with an encrypted footer is encrypted, and names its cipher."""
    footer = b"\x1c\x1c\x00\x00\x00"
    data = b"PARE" + footer + struct.pack("<I", len(footer)) + b"PARE"
    result: Any = parquet.extract(BytesSource(data), CONTEXT)
    assert result["outcome"] == "encrypted"
    assert result["encryption_method"] == "AES_GCM_V1"
    assert result["core"]["encrypted"] is True


def test_a_large_parquet_file_costs_two_reads(tmp_path: Path) -> None:
    """A file of 1 GB (sparse) is described by its head and its footer."""
    small = _parquet(_table())
    path = tmp_path / "large.parquet"
    with path.open("wb") as file:
        file.truncate(1 << 30)
        file.write(small[:64])
        file.seek((1 << 30) - len(small))
        file.write(small)
    with FileSource(path) as whole:
        source = Metered(whole)
        cached = BlockCache(source)
        assert sniff(cached).media_type == "application/vnd.apache.parquet"
        result: Any = parquet.extract(cached, CONTEXT)
    assert result["core"]["row_count"] == 3
    assert source.reads <= 2
    assert source.bytes_read <= 1 << 18


@pytest.mark.parametrize("codec", [None, "lz4", "zstd"])
def test_arrow_says_what_pyarrow_says(codec: str | None) -> None:
    """Types, rows, batches and codec of a file and of a stream equal pyarrow's."""
    table = (
        _table()
        .append_column("dict", pa.array(["a", "b", "a"]).dictionary_encode())
        .append_column("fixed", pa.array([[1, 2]] * 3, pa.list_(pa.int8(), 2)))
        .append_column("large", pa.array(["a"] * 3, pa.large_string()))
        .append_column("map", pa.array([[("k", 1)]] * 3, pa.map_(pa.string(), pa.int64())))
        .append_column("dur", pa.array([1] * 3, pa.duration("s")))
        .append_column("d64", pa.array([dt.date(2024, 1, 1)] * 3, pa.date64()))
        .append_column("half", pa.array([1, 2, 3], pa.float16()))
        .append_column("zone", pa.array(NONE, pa.timestamp("ns", "Europe/Paris")))
        .append_column("months", pa.array(NONE, pa.month_day_nano_interval()))
        .append_column("view", pa.array(["a"] * 3, pa.string_view()))
        .append_column("null", pa.array(NONE))
    )
    expected = {field.name: str(field.type) for field in table.schema}
    for data, layout in ((_arrow_file(table, compression=codec), "file"), (_arrow_stream(table), "stream")):
        result: Any = arrow.extract(BlockCache(BytesSource(data)), CONTEXT)
        assert _types(result) == expected
        assert result["layout"] == layout
        assert result["core"]["row_count"] == 3
        assert result["batch_count"] == 3
        assert result["tags"] == {"origin": "test"}
    assert result["core"].get("compression") is None


def test_unions_and_large_lists() -> None:
    """Unions, large lists and old date types have Arrow's names."""
    types = [pa.int32(), pa.string()]
    fields = [pa.field("a", types[0]), pa.field("b", types[1])]
    schema = pa.schema(
        [
            ("dense", pa.dense_union(fields)),
            ("sparse", pa.sparse_union(fields)),
            ("large", pa.large_list(pa.int8())),
            ("time", pa.time32("s")),
            ("big", pa.decimal256(50, 3)),
        ]
    )
    sink = io.BytesIO()
    pa.ipc.new_stream(sink, schema).close()
    result = arrow.extract(BytesSource(sink.getvalue()), CONTEXT)
    assert _types(result) == {field.name: str(field.type) for field in schema}


def test_many_batches_give_an_estimate() -> None:
    """Where not every batch is looked at, the row count is an estimate and says so."""
    table = pa.table({"a": list(range(1000))})
    for data in (_arrow_file(table), _arrow_stream(table, 10)):
        result: Any = arrow.extract(BlockCache(BytesSource(data)), CONTEXT)
        assert result["core"]["row_count_estimated"] is True
        assert 800 <= result["core"]["row_count"] <= 1200


def test_an_arrow_file_without_footer_still_has_its_schema() -> None:
    """A file that was cut off is a stream after eight bytes, and partial."""
    data = _arrow_file(_table())
    result: Any = arrow.extract(BytesSource(data[:-20]), CONTEXT)
    assert result["outcome"] == "partial"
    assert _types(result)["i"] == "int32"


def test_feather_one() -> None:
    """Feather's first version has rows and columns, null or not."""
    result: Any = feather.extract(BytesSource(_feather()), CONTEXT)
    assert result["core"]["row_count"] == 2
    assert result["columns"] == [
        {"name": "a", "type": "int64", "nullable": False},
        {"name": "b", "type": "string", "nullable": True},
    ]


@pytest.mark.parametrize("codec", ["uncompressed", "zlib", "snappy", "lz4"])
def test_orc_says_what_pyarrow_says(codec: str) -> None:
    """Types, rows, stripes and codec equal pyarrow's, whatever the footer is compressed with."""
    table = _plain().append_column("m", pa.array([[("k", 1)]] * 3, pa.map_(pa.string(), pa.int64())))
    data = _orc(table, compression=codec)
    result: Any = orc.extract(BlockCache(BytesSource(data)), CONTEXT)
    theirs = pyarrow.orc.ORCFile(io.BytesIO(data))
    expected = {field.name: str(field.type) for field in theirs.schema}
    expected["m"] = "map<string, int64>"
    assert _types(result) == expected
    assert result["core"]["row_count"] == theirs.nrows
    assert result["stripe_count"] == theirs.nstripes
    assert result["core"]["compression"] == codec.replace("uncompressed", "none")
    assert result["core"]["generator"].startswith("ORC C++")


def test_orc_with_a_codec_python_has_not() -> None:
    """With a footer in zstd the postscript's facts remain, and the result is partial."""
    result: Any = orc.extract(BytesSource(_orc(_plain(), compression="zstd")), CONTEXT)
    assert result["outcome"] == "partial"
    assert result["core"]["compression"] == "zstd"


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_avro_says_what_fastavro_says(codec: str) -> None:
    """Rows, codec, schema name and columns of an Avro file."""
    data = _avro(500, codec=codec, metadata={"origin": "test"}, sync_interval=500)
    result: Any = avro.extract(BlockCache(BytesSource(data)), CONTEXT)
    assert result["core"]["row_count"] == sum(1 for _ in fastavro.reader(io.BytesIO(data))) == 500
    assert result["core"]["compression"] == codec.replace("null", "none")
    assert result["core"]["description"] == "People"
    assert result["record_name"] == "org.test.Person"
    assert result["tags"]["origin"] == "test"
    assert _types(result) == {
        "id": "int64",
        "name": "string",
        "born": "date32[day]",
        "pay": "decimal128(9, 2)",
        "tags": "list<item: string>",
        "scores": "map<string, double>",
        "kind": "enum",
        "hash": "fixed_size_binary[4]",
        "home": "struct<city: string>",
        "any": "union<int32, string>",
    }
    assert [column["nullable"] for column in result["columns"]][:2] == [False, True]


def test_a_large_avro_file_gives_an_estimate() -> None:
    """Rows beyond the blocks that few reads reach are estimated from those."""
    data = _avro(40_000, sync_interval=90_000)
    source = Metered(BytesSource(data))
    result: Any = avro.extract(BlockCache(source), CONTEXT)
    assert result["core"]["row_count_estimated"] is True
    assert 36_000 <= result["core"]["row_count"] <= 44_000
    assert source.reads <= 8


def test_numpy_arrays() -> None:
    """Shape, type and order; a structured array has columns; a cut-off one is partial."""
    result: Any = npy.extract(BytesSource(_npy(np.zeros((3, 4), "<f4", order="F"))), CONTEXT)
    assert (result["shape"], result["dtype"], result["order"]) == ([3, 4], "<f4", "Fortran")
    assert (result["core"]["row_count"], result["core"]["column_count"]) == (3, 4)
    records = np.zeros(5, [("a", "<i4"), ("b", "<U3")])
    named: Any = npy.extract(BytesSource(_npy(records)), CONTEXT)
    assert named["field_names"] == ["a", "b"]
    assert named["core"]["column_count"] == 2
    cut: Any = npy.extract(BytesSource(_npy(np.zeros(100))[:-9]), CONTEXT)
    assert cut["outcome"] == "partial"


@pytest.mark.parametrize(
    "header", ["[]", "{'descr': 1}", "{'descr':'<f4','fortran_order':False,'shape':(-1,)}", "((((" * 99]
)
def test_numpy_headers_that_are_none(header: str) -> None:
    """A header that is no dictionary with a shape is corrupt."""
    data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
    with pytest.raises(Corrupt):
        npy.extract(BytesSource(data), CONTEXT)


def _npz(**options: bool) -> bytes:
    sink = io.BytesIO()
    (np.savez_compressed if options else np.savez)(sink, a=np.zeros((2, 3)), b=np.arange(4, dtype="<i2"))
    return sink.getvalue()


def test_archives_of_arrays() -> None:
    """Each array of an archive has its name, type and shape, packed or not."""
    for data, compression in ((_npz(), "none"), (_npz(packed=True), "deflate")):
        result: Any = npz.extract(BytesSource(data), CONTEXT)
        assert result["core"]["compression"] == compression
        assert result["core"]["entry_count"] == 2
        assert [(one["name"], one["dtype"], one["shape"]) for one in result["arrays"]] == [
            ("a", "<f8", [2, 3]),
            ("b", "<i2", [4]),
        ]


def test_dbase() -> None:
    """Fields, records, code page and day of the last update; missing records make it partial."""
    result: Any = dbf.extract(BytesSource(_dbf()), CONTEXT)
    assert result["core"] == {
        "row_count": 2,
        "column_count": 3,
        "encoding": "windows-1252",
        "format_version": "dBASE III",
        "modified": "2024-05-06",
    }
    assert _types(result) == {"NAME": "string(10)", "AGE": "number(3, 0)", "BORN": "date"}
    cut: Any = dbf.extract(BytesSource(_dbf()[:-30]), CONTEXT)
    assert cut["outcome"] == "partial"


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_hdf5_superblocks(version: int) -> None:
    """Every version of the superblock gives its number; a file that ends before its end is partial."""
    result: Any = hdf5.extract(BytesSource(_hdf5(version)), CONTEXT)
    assert result["core"]["format_version"] == f"superblock {version}"
    assert result["end_of_file_address"] == 2048
    cut: Any = hdf5.extract(BytesSource(_hdf5(version)[:1000]), CONTEXT)
    assert cut["outcome"] == "partial"
    moved: Any = hdf5.extract(BytesSource(bytes(512) + _hdf5(version)), CONTEXT)
    assert moved["user_block_bytes"] == 512


def test_safetensors() -> None:
    """Tensors with type and shape, parameters by type, and metadata."""
    result: Any = safetensors.extract(BytesSource(_safetensors()), CONTEXT)
    assert result["parameters_by_dtype"] == {"F32": 6, "F16": 3}
    assert result["parameter_count"] == 9
    assert result["tags"] == {"format": "pt"}
    cut: Any = safetensors.extract(BytesSource(_safetensors()[:-1]), CONTEXT)
    assert cut["outcome"] == "partial"


def test_every_extractor_is_declared_and_loads() -> None:
    """Each declared entry names a function that exists."""
    declared = columnar.register_extractors()
    assert {extractor.name for extractor in declared} >= {"parquet", "arrow", "orc", "avro"}
    for extractor in declared:
        module, _, function = extractor.entry.partition(":")
        assert callable(getattr(__import__(module, fromlist=[function]), function))


def _netcdf(version: int = 1) -> bytes:
    wide = ">Q" if version == 5 else ">I"

    def number(value: int) -> bytes:
        return struct.pack(wide, value)

    def text(value: bytes) -> bytes:
        return number(len(value)) + value + bytes(-len(value) % 4)

    def attribute(name: bytes, value: bytes) -> bytes:
        return text(name) + struct.pack(">I", 2) + text(value)

    dimensions = struct.pack(">I", 10) + number(2) + text(b"time") + number(0) + text(b"lat") + number(4)
    told = [
        (b"title", b"Tides"),
        (b"institution", b"Harbour"),
        (b"date_created", b"2024-05-01"),
        (b"keywords", b"sea, tide"),
    ]
    attributes = struct.pack(">I", 12) + number(len(told) + 1) + b"".join(attribute(*one) for one in told)
    attributes += text(b"level") + struct.pack(">I", 6) + number(1) + struct.pack(">d", 1.5)
    place = struct.pack(">I" if version == 1 else ">Q", 0)
    variable = text(b"height") + number(2) + number(0) + number(1)
    variable += (
        struct.pack(">I", 12) + number(1) + attribute(b"units", b"m") + struct.pack(">I", 5) + number(16) + place
    )
    variables = struct.pack(">I", 11) + number(1) + variable
    return b"CDF" + bytes([version]) + number(7) + dimensions + attributes + variables


@pytest.mark.parametrize("version", [1, 2, 5])
def test_netcdf(version: int) -> None:
    """Every classic format has dimensions, variables with their units, and text attributes in core."""
    result: Any = netcdf.extract(BytesSource(_netcdf(version)), CONTEXT)
    assert result["core"] == {
        "title": "Tides",
        "authors": ["Harbour"],
        "company": "Harbour",
        "created": "2024-05-01",
        "keywords": ["sea", "tide"],
        "format_version": {1: "classic", 2: "64-bit offset", 5: "64-bit data"}[version],
        "row_count": 7,
        "column_count": 1,
    }
    assert result["variables"] == [{"name": "height", "type": "float", "dimensions": ["time", "lat"], "units": "m"}]
    assert [one["length"] for one in result["dimensions"]] == [None, 4]


def test_netcdf_in_hdf5() -> None:
    """Format 4 is told by its superblock."""
    assert "user_block_bytes" in netcdf.extract(BytesSource(_hdf5()), CONTEXT)


@pytest.mark.parametrize("data", [b"CDF\x07", b"CDF\x01" + bytes(3), b"CDF\x01" + struct.pack(">III", 0, 11, 5)])
def test_netcdf_that_is_none(data: bytes) -> None:
    """An unknown version, an early end and a list of the wrong kind are corrupt."""
    with pytest.raises(Corrupt):
        netcdf.extract(BytesSource(data), CONTEXT)


def test_schemas_that_no_writer_writes() -> None:
    """Unannotated groups, repeated columns, unknown types and names, and deep nesting."""
    elements: list[Any] = [
        {4: b"root", 5: 6},
        {4: b"many", 1: 1, 3: 2},
        {4: b"old", 1: 2, 6: 9},
        {4: b"money", 1: 7, 2: 9, 6: 5, 7: 2, 8: 20},
        {4: b"fixed", 1: 7, 2: 9},
        {4: b"pair", 5: 1, 6: 1, 3: 1},
        {4: b"key_value", 5: 1, 3: 2},
        {4: b"key", 1: 6},
        {4: b"odd", 1: {}, 6: {}, 10: {77: {}}},
    ]
    fields, leaves = parquet_schema.read(elements)
    assert leaves == 6
    assert [field.type for field in fields] == [
        "list<many: int32>",
        "timestamp[ms, tz=UTC]",
        "decimal128(20, 2)",
        "fixed_size_binary[9]",
        "struct<key_value: struct<key: binary>>",
        "null",
    ]
    with pytest.raises(Corrupt):
        parquet_schema.read([])
    with pytest.raises(Corrupt):
        parquet_schema.read([{4: b"deep", 5: 1}] * 99)
