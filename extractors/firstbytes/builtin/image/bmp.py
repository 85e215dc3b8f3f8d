"""BMP, ICO and CUR: headers (Windows GDI bitmap storage; icon resource format)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats.values import known

_COMPRESSIONS = {
    0: "none", 1: "RLE8", 2: "RLE4", 3: "bit fields", 4: "JPEG", 5: "PNG", 6: "alpha bit fields", 11: "CMYK",
    12: "CMYK RLE8", 13: "CMYK RLE4",
}  # fmt: skip
_VERSIONS = {12: "OS/2 1", 16: "OS/2 2", 64: "OS/2 2", 40: "3", 52: "3", 56: "3", 108: "4", 124: "5"}
_ICONS = {b"\0\0\1\0": "ICO", b"\0\0\2\0": "CUR"}
_MAX_ICONS = 256


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a BMP file."""
    head = source.read(0, 14 + 124)
    array = 14 if head[:2] == b"BA" else 0
    if head[array : array + 2] not in {b"BM", b"BA", b"IC", b"CI", b"CP", b"PT"} or len(head) < array + 26:
        msg = "BMP: no header"
        raise Corrupt(msg)
    declared, pixels = struct.unpack_from("<I4xI", head, array + 2)
    facts = _bitmap(head[array + 14 :])
    cut = pixels > source.size or (facts["compression"] == "none" and array + pixels + facts.pop("body") > source.size)
    facts.pop("body", None)
    facts["declared_bytes"] = declared if declared not in {0, source.size} else None
    return Embedded().result(known(facts), broken="BMP: cut off" if cut else "")


def _bitmap(header: bytes) -> Facts:
    length = int.from_bytes(header[:4], "little")
    if length == 12:
        width, height, _, bits = struct.unpack_from("<4H", header, 4)
        compression, x, y, colors = 0, 0, 0, 0
    elif length >= 16 and len(header) >= 40:
        width, height, _, bits = struct.unpack_from("<iiHH", header, 4)
        compression, x, y, colors = struct.unpack_from("<I4xiiI", header, 16) if length >= 40 else (0, 0, 0, 0)
    else:
        msg = f"BMP: header of {length} bytes"
        raise Corrupt(msg)
    dpi = round(x * 0.0254, 2) if 0 < x < 10**7 else None
    return size(width, abs(height), "BMP") | {
        "bits_per_pixel": bits,
        "bit_depth": _depth(bits),
        "color_space": "CMYK" if 11 <= compression <= 13 else "palette" if bits <= 8 else "RGB",
        "compression": _COMPRESSIONS.get(compression, f"code {compression}"),
        "top_down": height < 0 or None,
        "dpi": dpi,
        "dpi_y": round(y * 0.0254, 2) if dpi and 0 < y < 10**7 and y != x else None,
        "palette_color_count": (colors if 0 < colors <= 256 else 1 << bits) if bits <= 8 else None,
        "header_version": _VERSIONS.get(length),
        "body": (width * bits + 31) // 32 * 4 * abs(height),
    }


def _depth(bits: int) -> int | None:
    """Return bits per channel: of a palette index, or of red, green and blue."""
    return {16: 5, 24: 8, 32: 8}.get(bits, bits if 0 < bits <= 8 else None)


def icon(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read an icon or cursor: its pictures, the largest one as the size."""
    head = source.read(0, 6 + 16 * _MAX_ICONS)
    kind = _ICONS.get(head[:4])
    count = int.from_bytes(head[4:6], "little")
    if kind is None or len(head) < 22 or count == 0:
        msg = "ICO: no pictures"
        raise Corrupt(msg)
    entries = [head[6 + 16 * i : 22 + 16 * i] for i in range(min(count, _MAX_ICONS))]
    images = [_entry(source, entry, kind) for entry in entries if len(entry) == 16]
    largest = max(images, key=lambda image: (image["width_px"] * image["height_px"], image.get("bits_per_pixel", 0)))
    ends = [int.from_bytes(e[8:12], "little") + int.from_bytes(e[12:16], "little") for e in entries if len(e) == 16]
    facts: Facts = {
        "width_px": largest["width_px"],
        "height_px": largest["height_px"],
        "bit_depth": _depth(largest.get("bits_per_pixel", 0)),
        "frame_count": count,
        "images": images[:100],
    }
    cut = len(images) < min(count, _MAX_ICONS) or max(ends) > source.size
    return Embedded().result(known(facts), broken=f"{kind}: cut off" if cut else "")


def _entry(source: ByteSource, entry: bytes, kind: str) -> Facts:
    width, height, colors, first, second, length, offset = struct.unpack("<BBBxHHII", entry)
    head = source.read(offset, 26)
    png = head[:8] == b"\x89PNG\r\n\x1a\n"
    facts: Facts = {"width_px": width or 256, "height_px": height or 256, "size_bytes": length}
    if png and len(head) >= 26 and head[12:16] == b"IHDR":
        wide, high, depth, color = struct.unpack_from(">IIBB", head, 16)
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(color, 1)
        facts |= size(wide, high, kind) | {"bits_per_pixel": depth * samples}
    elif len(head) >= 16 and int.from_bytes(head[:4], "little") == 40:
        facts["bits_per_pixel"] = int.from_bytes(head[14:16], "little")
    elif kind == "ICO" and second:
        facts["bits_per_pixel"] = second
    facts |= {"format": "PNG" if png else "BMP", "palette_color_count": colors or None}
    return known(facts | ({"hotspot_px": [first, second]} if kind == "CUR" else {}))
