"""Photoshop PSD and PSB: header, image resources, number of layers (Adobe Photoshop file format, 2019)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import iptc
from firstbytes.formats.values import clean, known

_MODES = {0: "bitmap", 1: "gray", 2: "palette", 3: "RGB", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_COLORS = {0: 1, 1: 1, 2: 1, 3: 3, 4: 4, 8: 1, 9: 3}
_MAX_RESOURCES = 4 * 1024 * 1024
_MAX_LAYERS = 100
_BLOCK = 64 * 1024
_MAX_BLOCKS = 12
_COMPRESSIONS = {0: "none", 1: "PackBits", 2: "Deflate", 3: "Deflate"}


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a PSD or PSB file."""
    head = source.read(0, 30)
    if len(head) < 30 or head[:4] != b"8BPS":
        msg = "PSD: no header"
        raise Corrupt(msg)
    version, channels, height, width, depth, mode, colors = struct.unpack_from(">H6xHIIHHI", head, 4)
    at = 30 + colors
    length = int.from_bytes(source.read(at, 4), "big")
    resources = source.read(at + 4, min(length, _MAX_RESOURCES))
    embedded = Embedded()
    blocks = iptc.resources(resources)
    embedded.add_resources(blocks)
    facts: Facts = size(width, height, "PSD") | {
        "format_version": "PSB" if version == 2 else "PSD",
        "component_count": channels,
        "bit_depth": depth or None,
        "color_space": _MODES.get(mode),
        "has_alpha": channels > _COLORS.get(mode, channels),
        "frame_count": 1,
        "url": clean(blocks.get(iptc.URL, b"").decode("latin-1")),
    }
    wide = version == 2
    at += 4 + length
    facts |= _layers(source, at, wide=wide)
    section = int.from_bytes(source.read(at, 8 if wide else 4), "big")
    pixels = at + (8 if wide else 4) + section
    facts["compression"] = _COMPRESSIONS.get(int.from_bytes(source.read(pixels, 2), "big")) if section else None
    cut = pixels + 2 > source.size or len(resources) < min(length, _MAX_RESOURCES)
    return embedded.result(known(facts), turn=False, broken="PSD: cut off" if cut else "")


def _layers(source: ByteSource, at: int, *, wide: bool) -> Facts:
    """Return how many layers there are, and the names of the first; a negative count marks a merged alpha channel."""
    width = 8 if wide else 4
    section = source.read(at, 2 * width + 2)
    if len(section) < 2 * width + 2 or not int.from_bytes(section[width : 2 * width], "big"):
        return {"layer_count": 0} if len(section) >= width else {}
    count = abs(int.from_bytes(section[2 * width :], "big", signed=True))
    names, blocks = list[str](), set[int]()
    at += 2 * width + 2
    for _ in range(min(count, _MAX_LAYERS)):
        blocks.add(at // _BLOCK)
        if len(blocks) > _MAX_BLOCKS:
            break
        channels = int.from_bytes(source.read(at + 16, 2), "big")
        if channels > 56:
            break
        at += 18 + channels * (2 + width)
        tail = source.read(at, 16)
        if tail[:4] != b"8BIM" or len(tail) < 16:
            break
        extra = int.from_bytes(tail[12:16], "big")
        if name := _name(source.read(at + 16, min(extra, 4096))):
            names.append(name)
        at += 16 + extra
    return {"layer_count": count, "layer_names": names}


def _name(extra: bytes) -> str | None:
    """Return a layer's Unicode name where it has one, else its Pascal string."""
    at = 0
    for _ in range(2):
        at += 4 + int.from_bytes(extra[at : at + 4], "big")
    short = extra[at + 1 : at + 1 + extra[at]] if at < len(extra) else b""
    found = extra.find(b"8BIMluni")
    if found >= 0:
        count = int.from_bytes(extra[found + 12 : found + 16], "big")
        return clean(extra[found + 16 : found + 16 + 2 * min(count, 256)].decode("utf-16-be", "replace"))
    return clean(short.decode("mac_roman"))
