"""PMTiles, version 3: the fixed header and the JSON metadata behind it (PMTiles specification 3.4)."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, known

_METADATA = 4 * 1024 * 1024
_PACKINGS = ("unknown", "none", "gzip", "brotli", "zstd")
_TILES = ("unknown", "mvt", "png", "jpeg", "webp", "avif", "mlt")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return zoom levels, bounds, tiles, and name, attribution and layers from the metadata."""
    head = source.read(0, 127)
    if len(head) < 127 or head[7] != 3:
        raise Corrupt(f"header of version {head[7:8].hex() or 'none'}, expected 03")
    at, size = struct.unpack_from("<QQ", head, 24)
    addressed, entries, contents = struct.unpack_from("<QQQ", head, 72)
    packing, tile_packing, kind, low, high = struct.unpack_from("<5B", head, 97)
    west, south, east, north = (value / 1e7 for value in struct.unpack_from("<4i", head, 102))
    told = _metadata(source.read(at, min(size, _METADATA)), packing)
    layers = told.get("vector_layers")
    return {
        "core": known(
            {
                "title": _text(told, "name"),
                "description": _text(told, "description"),
                "copyright": _text(told, "attribution"),
                "version": _text(told, "version"),
                "generator": _text(told, "generator"),
                "format_version": "3",
                "entry_count": min(addressed, 2**53) or None,
                "compression": _named(_PACKINGS, tile_packing),
            }
        ),
        **known(
            {
                "tile_type": _named(_TILES, kind),
                "minimum_zoom": low,
                "maximum_zoom": high,
                "bounds_deg": {"south": south, "west": west, "north": north, "east": east},
                "tile_entry_count": min(entries, 2**53),
                "tile_content_count": min(contents, 2**53),
                "layer_names": [_text(layer, "id") for layer in layers[:100] if isinstance(layer, dict)]
                if isinstance(layers, list)
                else None,
            }
        ),
    }


def _metadata(data: bytes, packing: int) -> dict[str, JSON]:
    try:
        text = zlib.decompressobj(31).decompress(data, _METADATA) if packing == 2 else data
        found = json.loads(text) if packing in {1, 2} else {}
    except (ValueError, RecursionError, zlib.error):
        return {}
    return found if isinstance(found, dict) else {}


def _text(told: Mapping[str, JSON], key: str) -> str | None:
    value = told.get(key)
    return clean(value) if isinstance(value, str) else None


def _named(names: tuple[str, ...], number: int) -> str:
    return names[number] if number < len(names) else f"type {number}"
