"""JSON from heads that may end anywhere, its lines, its dialects."""

from __future__ import annotations

import json

import pytest

from firstbytes import BytesSource, sniff
from firstbytes.media import table
from firstbytes.sniff import json_dialects
from firstbytes.sniff.json import scan


def kind(text: str) -> str:
    """Return the type of a text."""
    return sniff(BytesSource(text.encode())).media_type


DIALECTS = (
    ("application/geo+json", {"type": "Feature", "geometry": None, "properties": {}}),
    ("application/geo+json", {"features": [{"type": "Feature", "geometry": None}], "type": "FeatureCollection"}),
    ("application/topojson", {"type": "Topology", "arcs": [], "objects": {}}),
    ("application/x-ipynb+json", {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    ("model/gltf+json", {"accessors": [], "asset": {"version": "2.0"}}),
    ("application/har+json", {"log": {"version": "1.2", "creator": {}, "entries": []}}),
    ("application/manifest+json", {"name": "x", "start_url": "/", "display": "standalone"}),
    ("application/ld+json", {"@context": "https://schema.org", "@type": "Person"}),
    ("application/ld+json", [{"@id": "x", "@type": "y", "z": 1}]),
    ("application/schema+json", {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}),
    ("application/schema+json", {"type": "object", "properties": {}, "required": []}),
    ("application/source-map+json", {"version": 3, "sources": [], "mappings": ""}),
    ("application/feed+json", {"version": "https://jsonfeed.org/version/1.1", "title": "x"}),
    ("application/json-patch+json", [{"op": "add", "path": "/a", "value": 1}]),
    ("application/json", {"op": "add", "path": "/a"}),
    ("application/json", {"type": "Topology", "name": "x"}),
    ("application/json", {"asset": {"version": "latest"}}),
    ("application/json", [1, [2, {"a": None}]]),
)


@pytest.mark.parametrize(("media_type", "value"), DIALECTS)
def test_a_dialect_is_told_by_its_keys(media_type: str, value: object) -> None:
    """Keys decide, in any order, indented or not."""
    for text in (json.dumps(value), json.dumps(value, indent=2), "\ufeff" + json.dumps(value)):
        assert kind(text) == media_type


def test_every_dialect_is_in_the_table_of_types() -> None:
    """A dialect that no row names would have no ancestors."""
    named = {row[1] for row in json_dialects._BY_KEYS} | {row[2] for row in json_dialects._BY_VALUE}
    assert named - table().keys() == set()


def test_a_head_may_end_within_any_token() -> None:
    """Every prefix of a document that says enough is a beginning of JSON."""
    text = '{"a": [1, -2.5e+3, true, null, "x\\u00e9\\n"], "b": {"c": "d"}} '
    for end in range(4, len(text)):
        assert scan(text[:end], whole=False) is not None, text[:end]


@pytest.mark.parametrize(
    "text",
    [
        "{a: 1}",
        "{'a': 1}",
        "[1,]",
        '{"a" 1}',
        "[section]\nkey=value",
        "{{ template }}",
        "[1 2]",
        '{"a": 01}',
        "{,}",
        "]",
        '["\n"]',
    ],
)
def test_what_breaks_the_grammar_is_not_json(text: str) -> None:
    """Close is not enough: settings, templates and scripts begin with brackets too."""
    assert kind(text) not in {"application/json", "application/x-ndjson"}


def test_lines_of_json_are_not_one_document() -> None:
    """Two lines with a container each, even when the first is longer than the head."""
    assert kind('{"a": 1}\n{"a": 2}') == "application/x-ndjson"
    assert kind("[1, 2]\r\n[3, 4]\r\n") == "application/x-ndjson"
    long_line = json.dumps({"a": "x" * 9000})
    assert kind(f"{long_line}\n{long_line}\n") == "application/x-ndjson"
    assert kind(long_line + "\n") == "application/json"
    feature = '{"type": "Feature", "geometry": null, "properties": {}}'
    assert kind(f"{feature}\n{feature}\n") == "application/geo+json-seq"


def test_what_follows_on_the_same_line_is_not_json() -> None:
    """A script that begins with a literal is no JSON."""
    assert kind('{"a": 1}.a;\n{"b": 2}') != "application/x-ndjson"
    assert kind('{"a": 1}\nrest of the text') not in {"application/json", "application/x-ndjson"}


def test_scalars_count_only_when_they_are_all_there_is() -> None:
    """A lone string or literal is JSON by a weak vote; a number is a number."""
    assert kind('"text"') == "application/json"
    assert kind("true\n") == "application/json"
    assert kind("42\n") == "text/plain"
    assert sniff(BytesSource(b'"text"'), name="a.txt").media_type == "text/plain"


def test_depth_is_bounded() -> None:
    """A tower of brackets is refused, not climbed."""
    assert scan("[" * 100_000, whole=False) is None
