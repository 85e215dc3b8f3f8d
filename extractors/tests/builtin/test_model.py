"""Models are counted and measured, in text and in binary."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from damage import endures

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.model import bounds, gltf, obj, ply, register_extractors, step, stl, threemf

CONTEXT = Context(media_type="model/obj")

SCENE: dict[str, Any] = {
    "asset": {"version": "2.0", "generator": "Lamp Studio", "copyright": "(c) Ada"},
    "scene": 0,
    "scenes": [{"name": "Tower"}],
    "nodes": [{"mesh": 0}, {}],
    "meshes": [
        {
            "name": "Lens",
            "primitives": [
                {"attributes": {"POSITION": 0}, "indices": 1},
                {"attributes": {"POSITION": 0}, "mode": 5},
                {"attributes": {"POSITION": 0}, "mode": 1},
            ],
        }
    ],
    "accessors": [{"count": 8, "min": [-1, 0, 1], "max": [2, 3, 4], "type": "VEC3"}, {"count": 36}],
    "materials": [{"name": "Glass"}],
    "animations": [{"name": "Turn"}],
    "images": [{"mimeType": "image/png"}],
    "extensionsUsed": ["KHR_lights_punctual"],
}


def _glb(scene: Any = None) -> bytes:
    text = json.dumps(scene or SCENE).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", 4, b"BIN\x00") + bytes(4)
    return b"glTF" + struct.pack("<II", 2, 12 + len(body)) + body


def _stl(count: int = 2) -> bytes:
    record = struct.pack("<12fH", 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, -3, 0)
    return b"made by a test".ljust(80, b"\x00") + struct.pack("<I", count) + record * count


def _stl_text(facets: int = 2) -> bytes:
    corners = b"   vertex 0 0 0\n   vertex 1 0 0\n   vertex 0 2 -3e0\n"
    facet = b" facet normal 0 0 1\n  outer loop\n" + corners + b"  endloop\n endfacet\n"
    return b"solid lens ring\n" + facet * facets + b"endsolid lens ring\n"


OBJ = (
    b"# Lamp Studio 1.0\nmtllib lens.mtl\no Lens\nv 0 0 0\nv 1 0 0\nv 1 1 -2\nv 0 1 0\nvt 0 0\nvn 0 0 1\n"
    b"usemtl Glass\ng ring\nf 1/1/1 2/1/1 3/1/1 4/1/1\nf 1 2 3\nl 1 2\n"
)
PLY = (
    b"ply\nformat binary_little_endian 1.0\ncomment Lamp Studio\nelement vertex 3\nproperty float x\nproperty float y\n"
    b"property float z\nproperty uchar red\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
) + bytes(3 * 13 + 13)
STEP = (
    b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('A bracket, (left)'),'2;1');\n"
    b"FILE_NAME('bracket','2024-05-01T10:00:00',('Ada ''A'' Smith',''),"
    b"('Lamps \\X2\\00E9\\X0\\'),'kernel 1','CAD 2','');\n"
    b"FILE_SCHEMA(('AP214'));\nENDSEC;\nDATA;\n#1=X();\nENDSEC;\nEND-ISO-10303-21;\n"
)


def test_gltf_is_counted_alone_and_in_a_container() -> None:
    """Triangles of lists and strips, vertices, bounds and names; lines have no triangles."""
    for data, layout in ((_glb(), "binary"), (json.dumps(SCENE).encode(), "json")):
        result: Any = gltf.extract(BytesSource(data), CONTEXT)
        assert result["core"] == {
            "title": "Tower",
            "generator": "Lamp Studio",
            "copyright": "(c) Ada",
            "format_version": "2.0",
            "triangle_count": 12 + 6,
        }
        assert result["layout"] == layout
        assert (result["mesh_count"], result["node_count"], result["primitive_count"]) == (1, 2, 3)
        assert result["bounds"] == {"min_x": -1, "min_y": 0, "min_z": 1, "max_x": 2, "max_y": 3, "max_z": 4}
        assert result["material_names"] == ["Glass"]
        assert result["animation_names"] == ["Turn"]
        assert result["extensions_used"] == ["KHR_lights_punctual"]
        assert result["image_types"] == ["image/png"]


@pytest.mark.parametrize(
    "scene",
    [
        {"meshes": [1, {"primitives": [3, {"attributes": 7, "indices": -1}]}], "asset": 4, "scene": "x"},
        {"accessors": [{"count": -5, "min": ["a"] * 3}], "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}]},
        {"meshes": {"a": {}}, "images": "x", "extensionsUsed": [1]},
    ],
)
def test_gltf_of_the_wrong_shape_has_no_facts(scene: Any) -> None:
    """Arrays and numbers that are something else are left out."""
    result: Any = gltf.extract(BytesSource(_glb(scene)), CONTEXT)
    assert result["core"]["triangle_count"] == 0


@pytest.mark.parametrize("data", [b"glTF", b"[]", b"{", _glb()[:60], b"[" * 100_000])
def test_gltf_that_is_none_is_corrupt(data: bytes) -> None:
    """No JSON object, or one that is cut off."""
    with pytest.raises(Corrupt):
        gltf.extract(BytesSource(data), CONTEXT)


def test_a_container_without_its_buffers_is_partial() -> None:
    """The document is there, the buffers are not."""
    assert gltf.extract(BytesSource(_glb()[:-4]), CONTEXT)["outcome"] == "partial"


@pytest.mark.parametrize(("data", "layout"), [(_stl(), "binary"), (_stl_text(), "text")])
def test_stl(data: bytes, layout: str) -> None:
    """Both layouts have triangles, a name and bounds; cut off they are partial."""
    result: Any = stl.extract(BytesSource(data), CONTEXT)
    assert result["core"]["triangle_count"] == 2
    assert result["layout"] == layout
    assert result["bounds"] == {"min_x": 0, "min_y": 0, "min_z": -3, "max_x": 1, "max_y": 2, "max_z": 0}
    assert result["core"].get("title") == ("lens ring" if layout == "text" else None)
    assert stl.extract(BytesSource(data[:-30]), CONTEXT)["outcome"] == "partial"


def test_large_models_are_estimated() -> None:
    """Text of more than 2 MB is counted by its beginning, and says so."""
    result: Any = stl.extract(BlockCache(BytesSource(_stl_text(40_000))), CONTEXT)
    assert result["triangle_count_estimated"] is True
    assert 39_000 <= result["core"]["triangle_count"] <= 41_000
    many: Any = obj.extract(BytesSource(OBJ * 20_000), CONTEXT)
    assert many["counts_estimated"] is True
    assert 79_000 <= many["vertex_count"] <= 81_000
    assert "bounds" not in stl.extract(BytesSource(_stl(50_000)), CONTEXT)


def test_a_text_that_is_no_stl() -> None:
    """Neither the size of a binary file nor the word solid."""
    with pytest.raises(Corrupt):
        stl.extract(BytesSource(b"hello"), CONTEXT)


def test_obj() -> None:
    """Faces are counted as triangles; objects, groups and materials are named."""
    result: Any = obj.extract(BytesSource(OBJ), CONTEXT)
    assert result["core"] == {"title": "Lens", "description": "Lamp Studio 1.0", "triangle_count": 3}
    assert (result["vertex_count"], result["face_count"], result["line_element_count"]) == (4, 2, 1)
    assert (result["materials"], result["material_libraries"]) == (["Glass"], ["lens.mtl"])
    assert result["bounds"]["min_z"] == -2
    with pytest.raises(Corrupt):
        obj.extract(BytesSource(b"hello\n"), CONTEXT)
    assert obj.extract(BytesSource(OBJ.decode().encode("utf-16")), CONTEXT)["core"] == result["core"]
    odd: Any = obj.extract(BytesSource(b"v a b c\nv 1 2\nf\n"), CONTEXT)
    assert "bounds" not in odd


def test_ply() -> None:
    """Elements, properties and colour; a body that is too short is partial."""
    result: Any = ply.extract(BytesSource(PLY), CONTEXT)
    assert result["core"] == {"point_count": 3, "format_version": "1.0", "description": "Lamp Studio"}
    assert (result["face_count"], result["has_color"], result["has_normals"]) == (1, True, False)
    assert result["elements"][1]["properties"] == ["vertex_indices: list uchar int"]
    assert ply.extract(BytesSource(PLY[:-30]), CONTEXT)["outcome"] == "partial"
    with pytest.raises(Corrupt):
        ply.extract(BytesSource(b"ply\nformat ascii 1.0\n"), CONTEXT)


def _threemf(triangles: int = 2) -> bytes:
    model = (
        '<?xml version="1.0"?><model unit="inch" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
        '<metadata name="Title">Lens</metadata><metadata name="Designer">Ada</metadata>'
        '<metadata name="Application">Lamp CAD</metadata><metadata name="CreationDate">2024-05-01</metadata>'
        '<resources><object id="1"><mesh><vertices><vertex x="0" y="0" z="0"/></vertices><triangles>'
        + '<triangle v1="0" v2="0" v3="0"/>' * triangles
        + '</triangles></mesh></object></resources><build><item objectid="1"/></build></model>'
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("3D/3dmodel.model", model)
    return sink.getvalue()


def test_threemf() -> None:
    """Metadata, unit and counts of the model part; of a large one the counts are estimates."""
    result: Any = threemf.extract(BytesSource(_threemf()), CONTEXT)
    assert result["core"] == {
        "title": "Lens",
        "generator": "Lamp CAD",
        "authors": ["Ada"],
        "created": "2024-05-01",
        "triangle_count": 2,
    }
    assert (result["unit"], result["object_count"], result["vertex_count"], result["build_item_count"]) == (
        "inch",
        1,
        1,
        1,
    )
    large: Any = threemf.extract(BlockCache(BytesSource(_threemf(200_000))), CONTEXT)
    assert large["counts_estimated"] is True
    assert 195_000 <= large["core"]["triangle_count"] <= 205_000
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a.txt", "b")
    with pytest.raises(Corrupt):
        threemf.extract(BytesSource(sink.getvalue()), CONTEXT)


def test_step() -> None:
    """The header's strings, with quotes and letters beyond ASCII, in their places."""
    result: Any = step.extract(BytesSource(STEP), CONTEXT)
    assert result["core"] == {
        "title": "bracket",
        "created": "2024-05-01T10:00:00",
        "authors": ["Ada 'A' Smith"],
        "company": "Lamps é",
        "producer": "kernel 1",
        "generator": "CAD 2",
        "description": "A bracket, (left)",
    }
    assert result["schemas"] == ["AP214"]
    assert step.extract(BytesSource(STEP[:-20]), CONTEXT)["outcome"] == "partial"
    with pytest.raises(Corrupt):
        step.extract(BytesSource(b"hello"), CONTEXT)


def test_no_points_have_no_box() -> None:
    """A box needs a point with finite coordinates."""
    assert bounds.around([]) is None


@pytest.mark.parametrize(
    ("extract", "data"),
    [
        (gltf.extract, _glb()),
        (stl.extract, _stl()),
        (stl.extract, _stl_text()),
        (obj.extract, OBJ),
        (ply.extract, PLY),
        (step.extract, STEP),
        (threemf.extract, _threemf()),
    ],
)
def test_damage_is_corrupt_or_partial_and_quick(extract: Callable[..., Any], data: bytes) -> None:
    """Truncation at every 1/64 and 500 byte flips raise nothing but Corrupt, each within a second."""
    assert endures(lambda case: extract(BlockCache(BytesSource(case)), CONTEXT), data, seed=8)


def test_the_declaration() -> None:
    """Each format has its extractor."""
    assert {extractor.name for extractor in register_extractors()} == {"gltf", "stl", "obj", "ply", "step", "threemf"}
