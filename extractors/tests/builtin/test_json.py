"""JSON extractors: documents, lines, GeoJSON, notebooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.json import document, geojson, lines, notebook
from firstbytes.source import Metered

READERS = (document, lines, geojson, notebook)


def run(module: Any, value: object) -> dict[str, Any]:
    """Return what a reader says of a value, or of text or bytes as they are."""
    text = value if isinstance(value, (str, bytes)) else json.dumps(value)
    data = text.encode() if isinstance(text, str) else text
    return dict(module.extract(BytesSource(data), Context(media_type="application/json")))


@pytest.mark.parametrize("module", READERS)
def test_what_is_no_text_is_declined_and_no_json_is_corrupt(module: Any) -> None:
    """Binary data goes to others; text that is not JSON is broken."""
    with pytest.raises(Decline):
        run(module, bytes(range(256)))
    with pytest.raises(Corrupt):
        run(module, "not json at all")


def test_a_document_tells_its_shape() -> None:
    """Kind, depth, length and the kinds of values by path."""
    result = run(
        document, {"title": "T", "author": {"name": "Ada"}, "rows": [{"a": 1}, {"a": None}], "created": "2024-05-01"}
    )
    assert result["core"] == {"encoding": "utf-8", "title": "T", "authors": ["Ada"], "created": "2024-05-01"}
    assert (result["kind"], result["depth"], result["item_count"]) == ("object", 3, 4)
    assert result["key_paths"]["rows[].a"] == ["null", "number"]
    assert result["key_paths"]["author.name"] == ["string"]


def test_an_array_is_counted() -> None:
    """Elements of the outermost array, and the kinds below it."""
    result = run(document, [{"a": 1}, {"a": "x"}, 3])
    assert (result["kind"], result["item_count"]) == ("array", 3)
    assert result["key_paths"] == {"[]": ["number", "object"], "[].a": ["number", "string"]}


def test_a_cut_document_is_partial() -> None:
    """What was read stands; a head of a long document says that it is one."""
    assert run(document, '{"a": 1, "b": [1, 2')["outcome"] == "partial"
    long = run(document, [{"a": "x" * 100}] * 12_000)
    assert (long["outcome"], "item_count" in long) == ("partial", False)


def test_a_million_keys_and_deep_nesting_are_bounded() -> None:
    """Paths are cut at 200, depth at 512."""
    result = run(document, {f"key{i}": i for i in range(5000)})
    assert (len(result["key_paths"]), result["key_paths_truncated"]) == (200, True)
    assert run(document, "[" * 5000)["reason"] == "nested deeper than 512"
    assert run(document, [[1, 2, 3]] * 80_000)["reason"] == "more than 300000 values"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_any_unicode_encoding_is_read(encoding: str) -> None:
    """RFC 8259 asks for UTF-8, files have others."""
    assert run(document, '{"title": "Größe"}'.encode(encoding))["core"]["title"] == "Größe"


def test_lines_are_a_table() -> None:
    """Rows, columns by key with types, and the share of nulls and absences."""
    result = run(lines, '{"a": 1, "b": true}\n{"a": null}\n\n{"a": 2.5, "c": ["x"]}\n{"a": 3}\n')
    assert result["core"] == {"encoding": "utf-8", "row_count": 4, "column_count": 3}
    assert result["columns"] == [
        {"name": "a", "type": "integer | number", "null_share": 0.25},
        {"name": "b", "type": "boolean", "null_share": 0.75},
        {"name": "c", "type": "array", "null_share": 0.75},
    ]


def test_broken_lines_make_a_partial_result() -> None:
    """Lines that are not JSON are counted."""
    result = run(lines, '{"a": 1}\n{"a": \n[1]\n')
    assert (result["outcome"], result["record_kinds"]) == ("partial", ["array", "object"])


def test_rows_of_a_long_file_are_estimated() -> None:
    """Beyond 8 MB rows are estimated within the budget, and said to be."""
    data = b"".join(b'{"id": %d, "text": "some words here"}\n' % i for i in range(250_000))
    source = Metered(BytesSource(data))
    result: Any = lines.extract(BlockCache(source), Context(media_type="application/x-ndjson"))
    assert result["core"]["row_count_estimated"] is True
    assert result["core"]["row_count"] == pytest.approx(250_000, rel=0.03)
    assert (source.bytes_read < 2_000_000, source.reads <= 6) == (True, True)


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def test_geojson_tells_its_geometries_and_bounds() -> None:
    """Features, geometry types, bounds, properties, altitude."""
    collection = {
        "type": "FeatureCollection",
        "name": "Places",
        "bbox": [-10, -20, 30, 40],
        "crs": {"type": "name", "properties": {"name": "EPSG:4326"}},
        "features": [
            feature("Point", [-10.0, 40.0, 5.0], name="a", size=1),
            feature("LineString", [[0, 0], [30, -20]], name=None),
            {
                "type": "Feature",
                "geometry": {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
            },
        ],
    }
    result = run(geojson, collection)
    assert result["core"] == {
        "title": "Places",
        "encoding": "utf-8",
        "row_count": 3,
        "column_count": 2,
        "point_count": 4,
    }
    assert result["geometry_types"] == {"Point": 2, "LineString": 1, "GeometryCollection": 1}
    assert result["bounds_deg"] == {"west": -10.0, "south": -20, "east": 30, "north": 40.0}
    assert result["declared_bounds"] == [-10.0, -20.0, 30.0, 40.0]
    assert (result["crs"], result["has_altitude"]) == ("EPSG:4326", True)
    assert result["properties"] == [
        {"name": "name", "type": "null | string"},
        {"name": "size", "type": "number"},
    ]


def test_a_lone_geometry_is_geojson() -> None:
    """A geometry without features has bounds and no rows."""
    result = run(geojson, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]})
    assert ("row_count" in result["core"], result["kind"]) == (False, "Polygon")
    assert run(geojson, '{"type": "FeatureCollection", "features": []}')["core"]["row_count"] == 0


def test_long_and_cut_geojson_is_partial() -> None:
    """Features beyond the head are estimated; a cut file says so."""
    long = run(
        geojson, {"type": "FeatureCollection", "features": [feature("Point", [1.5, 2.5], name="x" * 50)] * 20_000}
    )
    assert long["core"]["row_count"] == pytest.approx(20_000, rel=0.02)
    assert long["core"]["row_count_estimated"] is True
    assert run(geojson, json.dumps(feature("Point", [1, 2]))[:-20])["outcome"] == "partial"


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text\n", "## Part\n"]},
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {},
            "source": "print(1)",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
        },
    ],
    "metadata": {
        "authors": [{"name": "Ada"}],
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.2"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def test_a_notebook_tells_its_kernel_and_cells() -> None:
    """Kernel, language, cells by kind, headings, outputs."""
    result = run(notebook, NOTEBOOK)
    assert result["core"] == {
        "title": "Title",
        "authors": ["Ada"],
        "format_version": "4.5",
        "encoding": "utf-8",
        "entry_count": 2,
    }
    assert (result["kernel"], result["programming_language"], result["language_version"]) == (
        "python3",
        "python",
        "3.11.2",
    )
    assert (result["cell_types"], result["executed_cell_count"]) == ({"markdown": 1, "code": 1}, 1)
    assert result["headings"] == [{"level": 1, "text": "Title"}, {"level": 2, "text": "Part"}]
    assert (result["output_count"], result["output_types"]) == (1, {"stream": 1})


def test_an_old_or_cut_notebook_is_read_too() -> None:
    """Format 3 keeps cells in worksheets; a cut one is partial; a long one is read in part."""
    old = {
        "worksheets": [{"cells": NOTEBOOK["cells"]}],
        "metadata": {"name": "Old"},
        "nbformat": 3,
        "nbformat_minor": 0,
    }
    result = run(notebook, old)
    assert (result["core"]["title"], result["cell_types"]) == ("Old", {"markdown": 1, "code": 1})
    assert run(notebook, json.dumps(NOTEBOOK)[:300])["outcome"] == "partial"
    big = {**NOTEBOOK, "cells": [{"cell_type": "raw", "source": "x" * 1000}] * 5000}
    assert run(notebook, big)["outcome"] == "partial"
