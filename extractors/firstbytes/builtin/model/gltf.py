"""glTF 2.0 (and the counts of 1.0): a JSON document, alone or as the first chunk of a GLB (Khronos, ISO/IEC 12113)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.model import bounds
from firstbytes.formats.values import clean, known

_DOCUMENT = 12 * 1024 * 1024
_ITEMS = 100_000
_NAMES = 100
_POINTS, _TRIANGLES, _STRIP, _FAN = 0, 4, 5, 6
_COUNTED = ("scenes", "nodes", "meshes", "materials", "textures", "images", "animations", "skins", "cameras", "buffers")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return meshes, triangles, materials, animations, extensions, generator and bounds of a glTF model."""
    binary = source.read(0, 4) == b"glTF"
    length = int.from_bytes(source.read(12, 4), "little") if binary else source.size
    if _DOCUMENT < length <= source.size:
        reason = f"document of {length} bytes, more than the {_DOCUMENT} that are read"
        return {"outcome": "limited", "reason": reason}
    text = _chunk(source) if binary else source.read(0, source.size)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("the glTF document is not JSON") from error
    if not isinstance(told, dict):
        raise Corrupt("the glTF document is not an object")
    declared = int.from_bytes(source.read(8, 4), "little") if binary else source.size
    missing = declared > source.size
    return {
        **_facts(told),
        "layout": "binary" if binary else "json",
        **({"outcome": "partial", "reason": "buffers are missing at the end"} if missing else {}),
    }


def _chunk(source: ByteSource) -> bytes:
    head = source.read(0, 20)
    version = int.from_bytes(head[4:8], "little")
    size = int.from_bytes(head[12:16], "little")
    if len(head) < 20 or size > min(_DOCUMENT, source.size - 20) or (version >= 2 and head[16:20] != b"JSON"):
        raise Corrupt("the JSON chunk is cut off")
    return source.read(20, size)


def _facts(told: dict[str, Any]) -> dict[str, JSON]:
    asset = told.get("asset")
    asset = asset if isinstance(asset, dict) else {}
    primitives = list(_primitives(told))
    accessors = _list(told, "accessors")
    positions = [accessor for one in primitives if (accessor := _accessor(accessors, _position(one)))]
    lows = [_vector(one.get(side)) for one in positions for side in ("min", "max")]
    counts = {
        f"{key.removesuffix('s')}_count": len(value)
        for key in _COUNTED
        if (value := told.get(key)) and isinstance(value, (list, dict))
    }
    return {
        "core": known(
            {
                "title": _title(told),
                "generator": _text(asset.get("generator")),
                "copyright": _text(asset.get("copyright")),
                "format_version": _text(asset.get("version")),
                "triangle_count": min(sum(_triangles(one, accessors) for one in primitives), 2**53),
            }
        ),
        **known(
            {
                **_renamed(counts),
                "primitive_count": len(primitives),
                "vertex_count": min(sum(_count(one) for one in positions), 2**53),
                "bounds": bounds.around([low for low in lows if low]),
                "extensions_used": _texts(told.get("extensionsUsed")),
                "extensions_required": _texts(told.get("extensionsRequired")),
                "animation_names": _names(told, "animations"),
                "material_names": _names(told, "materials"),
                "mesh_names": _names(told, "meshes"),
                "image_types": sorted({kind for one in _list(told, "images") if (kind := _text(one.get("mimeType")))})[
                    :20
                ],
            }
        ),
    }


def _renamed(counts: dict[str, int]) -> dict[str, int]:
    return {{"meshe_count": "mesh_count"}.get(key, key): value for key, value in counts.items()}


def _title(told: dict[str, Any]) -> str | None:
    """Return the name of the scene that is shown."""
    scenes, shown = _list(told, "scenes"), told.get("scene", 0)
    return _text(scenes[shown].get("name")) if isinstance(shown, int) and 0 <= shown < len(scenes) else None


def _list(told: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of an array, an empty one in the place of anything else so that indices stay right."""
    value = told.get(key)
    return [one if isinstance(one, dict) else {} for one in value[:_ITEMS]] if isinstance(value, list) else []


def _primitives(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    left = _ITEMS
    for mesh in _list(told, "meshes"):
        for one in _list(mesh, "primitives")[:left]:
            left -= 1
            yield one


def _position(primitive: dict[str, Any]) -> Any:
    attributes = primitive.get("attributes")
    return attributes.get("POSITION") if isinstance(attributes, dict) else None


def _accessor(accessors: Sequence[dict[str, Any]], index: Any) -> dict[str, Any] | None:
    return accessors[index] if isinstance(index, int) and 0 <= index < len(accessors) else None


def _triangles(primitive: dict[str, Any], accessors: Sequence[dict[str, Any]]) -> int:
    accessor = _accessor(accessors, primitive.get("indices", _position(primitive)))
    corners, mode = _count(accessor or {}), primitive.get("mode", _TRIANGLES)
    if mode == _TRIANGLES:
        return corners // 3
    return max(0, corners - 2) if mode in {_STRIP, _FAN} else 0


def _count(accessor: dict[str, Any]) -> int:
    count = accessor.get("count")
    return count if isinstance(count, int) and 0 <= count < 2**48 else 0


def _vector(value: Any) -> list[float] | None:
    right = isinstance(value, list) and len(value) == 3 and all(isinstance(one, (int, float)) for one in value)
    return [float(one) for one in value] if right and all(abs(one) < 1e300 for one in value) else None


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _texts(value: Any) -> list[str]:
    return [text for one in value[:_NAMES] if (text := _text(one))] if isinstance(value, list) else []


def _names(told: dict[str, Any], key: str) -> list[str]:
    return [name for one in _list(told, key)[:_NAMES] if (name := _text(one.get("name")))]
