"""Pictures whose facts stand in a fixed header: PCX, Targa, DDS, OpenEXR, QOI, SGI, Sun raster, XWD, DPX, ICNS, KTX.

Each function reads one format; layouts are those of the formats' own descriptions, named beside them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, from_exif, known

Reader = Callable[[ByteSource, Context], Mapping[str, JSON]]


def _need(source: ByteSource, length: int, what: str, magic: bytes = b"", at: int = 0) -> bytes:
    head = source.read(0, length)
    if len(head) < length or head[at : at + len(magic)] != magic:
        msg = f"{what}: no header"
        raise Corrupt(msg)
    return head


def _said(facts: Facts, broken: str = "") -> Mapping[str, JSON]:
    return Embedded().result(known(facts), turn=False, broken=broken)


def pcx(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """ZSoft PCX, technical reference 5."""
    head = _need(source, 128, "PCX", b"\x0a")
    left, top, right, bottom, dpi, dpi_y = struct.unpack_from("<6H", head, 4)
    planes, bits = head[65], head[3]
    return _said(
        size(right - left + 1, bottom - top + 1, "PCX")
        | {
            "bit_depth": bits or None,
            "bits_per_pixel": bits * planes,
            "color_space": "RGB" if planes >= 3 and bits == 8 else "gray" if bits * planes == 1 else "palette",
            "compression": "RLE" if head[2] == 1 else "none",
            "dpi": float(dpi) or None,
            "dpi_y": float(dpi_y) if dpi_y not in {0, dpi} else None,
            "format_version": {0: "2.5", 2: "2.8", 3: "2.8", 4: "Windows", 5: "3.0"}.get(head[1]),
        }
    )


def targa(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Truevision TGA 2.0: header, and the extension area where a footer leads to one."""
    head = _need(source, 18, "TGA")
    kind, width, height, bits, flags = head[2], *struct.unpack_from("<HHBB", head, 12)
    facts: Facts = size(width, height, "TGA") | {
        "bits_per_pixel": bits,
        "bit_depth": {16: 5, 15: 5}.get(bits, 8) if kind & 3 != 3 else bits or None,
        "color_space": {1: "palette", 2: "RGB", 3: "gray"}.get(kind & 3),
        "compression": "RLE" if kind & 8 else "none",
        "has_alpha": flags & 15 > 0,
        "identification": clean(decode(source.read(18, head[0]).partition(b"\0")[0])),
        "top_down": bool(flags & 0x20) or None,
    }
    footer = source.read(max(0, source.size - 26), 26)
    if footer[8:24] == b"TRUEVISION-XFILE":
        facts |= {"format_version": "2.0"} | _targa_extension(source.read(int.from_bytes(footer[:4], "little"), 495))
    return _said(facts)


def _targa_extension(area: bytes) -> Facts:
    if len(area) < 495 or int.from_bytes(area[:2], "little") < 495:
        return {}
    month, day, year, hour, minute, second = struct.unpack_from("<6H", area, 367)
    author, software = (clean(decode(area[a:b].partition(b"\0")[0])) for a, b in ((2, 43), (426, 467)))
    return {
        "authors": [author] if author else None,
        "file_comment": clean(decode(area[43:367].replace(b"\0", b" "))),
        "created": from_exif(f"{year:04}:{month:02}:{day:02} {hour:02}:{minute:02}:{second:02}"),
        "generator": software,
    }


def dds(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """DirectDraw surface: DDS_HEADER and DDS_HEADER_DXT10 (Microsoft Direct3D documentation)."""
    head = _need(source, 128, "DDS", b"DDS ")
    height, width, _, depth, mips = struct.unpack_from("<5I", head, 12)
    flags, code, bits = struct.unpack_from("<I4sI", head, 80)
    caps2 = int.from_bytes(head[112:116], "little")
    name = clean(decode(code)) if flags & 4 else None
    dxgi = int.from_bytes(source.read(128, 4), "little") if name == "DX10" else None
    return _said(
        size(width, height, "DDS")
        | {
            "compression": name or "none",
            "dxgi_format": dxgi,
            "bits_per_pixel": bits if flags & 0x20040 and bits else None,
            "has_alpha": bool(flags & 3),
            "mipmap_count": max(1, mips),
            "depth_px": depth if caps2 & 0x200000 else None,
            "is_cube_map": bool(caps2 & 0x200),
            "frame_count": 1,
        }
    )


def qoi(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """QOI 1.0."""
    width, height, channels, linear = struct.unpack_from(">IIBB", _need(source, 14, "QOI", b"qoif"), 4)
    ended = source.read(max(14, source.size - 8), 8) == b"\0\0\0\0\0\0\0\1"
    facts = {
        "bit_depth": 8,
        "color_space": "RGB",
        "compression": "QOI",
        "has_alpha": channels == 4,
        "linear": linear == 1,
    }
    return _said(size(width, height, "QOI") | facts, "" if ended else "QOI: cut off")


def sgi(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """SGI image file format 1.00."""
    head = _need(source, 104, "SGI", b"\x01\xda")
    dimension, width, height, channels = struct.unpack_from(">4H", head, 4)
    facts = {
        "bit_depth": 8 * head[3] or None,
        "component_count": channels,
        "color_space": "RGB" if channels >= 3 else "gray",
        "has_alpha": channels in {2, 4},
        "compression": "RLE" if head[2] else "none",
        "title": clean(decode(head[24:104].partition(b"\0")[0])),
    }
    return _said(size(width, height if dimension > 1 else 1, "SGI") | facts)


def sun(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Sun raster file (rasterfile(5))."""
    head = _need(source, 32, "Sun raster", b"\x59\xa6\x6a\x95")
    width, height, bits, kind, colors = struct.unpack_from(">III4xI4xI", head, 4)
    facts = {
        "bits_per_pixel": bits,
        "bit_depth": 8 if bits > 8 else bits or None,
        "color_space": "palette" if colors else "RGB" if bits > 8 else "gray",
        "compression": "RLE" if kind == 2 else "none",
    }
    return _said(size(width, height, "Sun raster") | facts)


def window_dump(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """X window dump, version 7 (XWDFile.h)."""
    head = _need(source, 100, "XWD")
    order = ">" if head[4:8] == b"\0\0\0\7" else "<"
    length, _, _, depth, width, height = struct.unpack_from(f"{order}6I", head)
    bits = struct.unpack_from(f"{order}I", head, 44)[0]
    name = source.read(100, max(0, min(length, 4096) - 100)).partition(b"\0")[0]
    facts = {"bits_per_pixel": bits, "pixel_depth": depth, "title": clean(decode(name)), "compression": "none"}
    return _said(size(width, height, "XWD") | facts)


def dpx(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """SMPTE 268M: generic file and image headers."""
    head = _need(source, 2048, "DPX")
    order = {b"SDPX": ">", b"XPDS": "<"}.get(head[:4])
    if order is None:
        msg = "DPX: no header"
        raise Corrupt(msg)
    orientation, elements, width, height = struct.unpack_from(f"{order}HHII", head, 768)
    descriptor, depth = head[800], head[803]
    texts = {key: clean(decode(head[a:b].partition(b"\0")[0])) for key, a, b in _DPX_TEXTS}
    stamp = (texts.pop("created") or "").replace(" ", "")
    facts: Facts = size(width, height, "DPX") | texts
    facts["authors"] = [facts["authors"]] if facts["authors"] else None
    return _said(
        facts
        | {
            "bit_depth": depth or None,
            "color_space": {6: "gray", 50: "RGB", 51: "RGB", 52: "RGB", 100: "YCbCr", 102: "YCbCr"}.get(descriptor),
            "has_alpha": descriptor in {51, 52},
            "created": from_exif(f"{stamp[:10]} {stamp[11:19]}", stamp[19:] or None),
            "element_count": elements,
            "orientation": orientation or None,
            "format_version": texts.get("format_version"),
        }
    )


_DPX_TEXTS = (
    ("format_version", 8, 16), ("title", 36, 136), ("created", 136, 160), ("authors", 160, 260),
    ("project", 260, 460), ("copyright", 460, 660),
)  # fmt: skip


def icns(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Apple icon image: the sizes of its icons by type."""
    declared = int.from_bytes(_need(source, 8, "ICNS", b"icns")[4:8], "big")
    kinds: list[str] = []
    at = 8
    while len(kinds) < 64 and len(head := source.read(at, 8)) == 8:
        kinds.append(decode(head[:4]))
        at += max(8, int.from_bytes(head[4:], "big"))
    edges = [_ICONS[kind] for kind in kinds if kind in _ICONS]
    broken = "ICNS: cut off" if declared > source.size else ""
    if not edges:
        msg = "ICNS: no icons"
        raise Corrupt(msg)
    return _said(size(max(edges), max(edges), "ICNS") | {"frame_count": len(edges), "icons": kinds}, broken)


_ICONS = {
    "ICN#": 32, "ics#": 16, "icl4": 32, "icl8": 32, "il32": 32, "is32": 16, "ich#": 48, "ih32": 48, "it32": 128,
    "icp4": 16, "icp5": 32, "icp6": 64, "ic04": 16, "ic05": 32, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024,
    "ic11": 32, "ic12": 64, "ic13": 256, "ic14": 512, "icsb": 18, "icsB": 36, "sb24": 24, "SB24": 48,
}  # fmt: skip


def ktx(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Khronos texture, versions 1 and 2."""
    head = _need(source, 68, "KTX", b"\xabKTX ")
    if head[5:7] == b"20":
        fields = struct.unpack_from("<10I", head, 12)
        facts = size(fields[2], max(1, fields[3]), "KTX") | {"vulkan_format": fields[0], "mipmap_count": fields[7] or 1}
        names = {0: "none", 1: "BasisLZ", 2: "Zstandard", 3: "ZLIB"}
        facts |= {"layer_count": fields[5], "face_count": fields[6], "compression": names.get(fields[8])}
    else:
        order = "<" if head[12:16] == b"\1\2\3\4" else ">"
        fields = struct.unpack_from(f"{order}12I", head, 16)
        facts = size(fields[5], max(1, fields[6]), "KTX") | {
            "opengl_format": fields[3],
            "mipmap_count": fields[10] or 1,
        }
        facts |= {"layer_count": fields[8], "face_count": fields[9]}
    return _said(facts | {"format_version": "2.0" if head[5:7] == b"20" else "1.1"})
