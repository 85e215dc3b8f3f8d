"""Metafiles and pages: WMF, EMF, DjVu, PICT, XCF, DWG and FLIF headers, as their specifications lay them out."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, known

_MAX_PAGES = 64
_BLOCK = 64 * 1024
_MAX_BLOCKS = 16


def _said(facts: Facts, broken: str = "") -> Mapping[str, JSON]:
    return Embedded().result(known(facts), turn=False, broken=broken)


def _bad(what: str) -> Corrupt:
    return Corrupt(f"{what}: no header")


def wmf(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Windows metafile; only a placeable one has a size (MS-WMF 2.3.2)."""
    head = source.read(0, 40)
    if head[:4] != b"\xd7\xcd\xc6\x9a" or len(head) < 40:
        if head[:2] not in {b"\x01\0", b"\x02\0"} or len(head) < 18:
            raise _bad("WMF")
        return _said({"placeable": False, "format_version": f"{head[5]}.{head[4]}"})
    left, top, right, bottom, inch = struct.unpack_from("<4hH", head, 6)
    facts: Facts = {"placeable": True, "units_per_inch": inch, "bounds": [left, top, right, bottom]}
    facts["format_version"] = f"{head[27]}.{head[26]}"
    if inch and right != left and bottom != top:
        # At 96 pixels an inch, as CSS and GDI's default screen have it.
        facts |= size(max(1, round(abs(right - left) * 96 / inch)), max(1, round(abs(bottom - top) * 96 / inch)), "WMF")
    return _said(facts)


def emf(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Enhanced metafile: EMR_HEADER (MS-EMF 2.3.4.2)."""
    head = source.read(0, 108)
    if len(head) < 88 or head[40:44] != b" EMF":
        raise _bad("EMF")
    bounds, frame = struct.unpack_from("<4i", head, 8), struct.unpack_from("<4i", head, 24)
    total, records, count, at = struct.unpack_from("<4xII4xII", head, 44)
    facts: Facts = {"record_count": records, "bounds": list(bounds), "declared_bytes": total}
    if bounds[2] > bounds[0] or bounds[3] > bounds[1]:
        facts |= size(bounds[2] - bounds[0] + 1, bounds[3] - bounds[1] + 1, "EMF")
    facts |= {"width_mm": abs(frame[2] - frame[0]) / 100, "height_mm": abs(frame[3] - frame[1]) / 100}
    if count and at >= 88:
        text = source.read(at, min(count, 1024) * 2).decode("utf-16-le", "replace")
        parts = [clean(part) for part in text.split("\0")]
        facts |= {"generator": parts[0], "title": parts[1] if len(parts) > 1 else None}
    return _said(facts, "EMF: cut off" if total > source.size else "")


def djvu(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """DjVu: pages, and the first page's INFO chunk (DjVu3 specification, 8.3)."""
    head = source.read(0, 16)
    if head[:8] != b"AT&TFORM" or len(head) < 16:
        raise _bad("DjVu")
    facts: Facts = {"page_count": 1}
    start = 16
    if head[12:16] == b"DJVM":
        facts |= _directory(source)
        start = _first_page(source)
    info = _chunk(source, start, b"INFO") if start else b""
    if len(info) >= 5:
        width, height, minor = struct.unpack_from(">HHB", info)
        facts |= size(width, height, "DjVu")
        if len(info) >= 10:
            facts |= {"format_version": f"{info[5]}.{minor}", "dpi": float(int.from_bytes(info[6:8], "little")) or None}
            facts["gamma"] = info[8] / 10 or None
            if turn := {6: 90, 2: 180, 5: 270}.get(info[9] & 7):
                facts["orientation_deg"] = 360 - turn if turn != 180 else 180
                if turn != 180:
                    facts |= {"width_px": height, "height_px": width}
    length = int.from_bytes(head[8:12], "big")
    return _said(facts, "DjVu: cut off" if 12 + length > source.size else "")


def _directory(source: ByteSource) -> Facts:
    """DIRM: flags, the number of files and, in a bundle, where each starts; those of form DJVU are pages."""
    body = _chunk(source, 16, b"DIRM")
    count = int.from_bytes(body[1:3], "big")
    facts: Facts = {"page_count": None, "component_file_count": count or None}
    places = [int.from_bytes(body[at : at + 4], "big") for at in range(3, min(3 + 4 * count, len(body) - 3), 4)]
    if body[:1] >= b"\x80" and len(places) == count and len({at // _BLOCK for at in places}) <= _MAX_BLOCKS:
        facts["page_count"] = sum(source.read(at + 8, 4) == b"DJVU" for at in places)
    return facts


def _chunk(source: ByteSource, at: int, name: bytes) -> bytes:
    for _ in range(16):
        head = source.read(at, 8)
        if len(head) < 8:
            return b""
        length = int.from_bytes(head[4:], "big")
        if head[:4] == name:
            return source.read(at + 8, min(length, 64 * 1024))
        at += 8 + length + length % 2
    return b""


def _first_page(source: ByteSource) -> int:
    """Return where the chunks of the first form of type DJVU start."""
    at = 16
    for _ in range(_MAX_PAGES):
        head = source.read(at, 12)
        if len(head) < 12:
            return 0
        if head[:4] == b"FORM" and head[8:12] == b"DJVU":
            return at + 12
        length = int.from_bytes(head[4:8], "big")
        at += 8 + length + length % 2
    return 0


def pict(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """QuickDraw picture: frame and version (Inside Macintosh: Imaging with QuickDraw, appendix A)."""
    head = source.read(0, 560)
    start = 0 if head[10:14] == b"\x00\x11\x02\xff" else 512
    if len(head) < start + 16:
        raise _bad("PICT")
    top, left, bottom, right = struct.unpack_from(">4h", head, start + 2)
    version = 2 if head[start + 10 : start + 12] == b"\x00\x11" else 1
    facts: Facts = size(right - left, bottom - top, "PICT") | {"format_version": str(version)}
    if version == 2 and head[start + 16 : start + 18] == b"\xff\xfe" and len(head) >= start + 26:
        facts["dpi"] = float(int.from_bytes(head[start + 20 : start + 22], "big")) or None
    return _said(facts)


def xcf(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """GIMP: size, colours, precision, resolution, layers (GIMP XCF documentation)."""
    head = source.read(0, 30)
    if len(head) < 30 or head[:9] != b"gimp xcf ":
        raise _bad("XCF")
    version = int(head[10:13]) if head[9:10] == b"v" and head[10:13].isdigit() else 0
    width, height, kind = struct.unpack_from(">III", head, 14)
    facts: Facts = size(width, height, "XCF") | {"format_version": f"{version:03}", "frame_count": 1}
    facts["color_space"] = {0: "RGB", 1: "gray", 2: "palette"}.get(kind)
    at = 26
    facts["bit_depth"] = 8
    if version >= 4:
        precision = int.from_bytes(source.read(at, 4), "big")
        facts["bit_depth"] = {1: 8, 2: 16, 3: 32, 4: 16, 5: 32, 6: 64}.get(precision // 100, 8)
        at += 4
    at = _xcf_properties(source, at, facts)
    wide = 8 if version >= 11 else 4
    pointers = source.read(at, wide * 1000)
    layers = 0
    while (pointer := pointers[layers * wide : (layers + 1) * wide]) and len(pointer) == wide and any(pointer):
        layers += 1
    return _said(facts | {"layer_count": layers})


def _xcf_properties(source: ByteSource, at: int, facts: Facts) -> int:
    compressions = {0: "none", 1: "RLE", 2: "Deflate", 3: "fractal"}
    for _ in range(64):
        head = source.read(at, 16)
        if len(head) < 8:
            return at
        kind, length = struct.unpack_from(">II", head)
        at += 8 + length
        if kind == 0:
            return at
        if kind == 17 and len(head) == 16:
            dpi = struct.unpack_from(">f", head, 8)[0]
            facts["dpi"] = round(dpi, 4) if 0.001 < dpi < 1e6 else None
        elif kind == 19 and len(head) > 8:
            facts["compression"] = compressions.get(head[8])
        elif kind == 21 and length < 64 * 1024:
            _parasites(source.read(at - length, length), facts)
    return at


def _parasites(data: bytes, facts: Facts) -> None:
    at = 0
    for _ in range(64):
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 4 + length].rstrip(b"\0")
        at += 4 + length + 4
        size_bytes = int.from_bytes(data[at : at + 4], "big")
        if not name or at + 4 > len(data):
            return
        if name == b"gimp-comment":
            facts["file_comment"] = clean(decode(data[at + 4 : at + 4 + size_bytes].partition(b"\0")[0]))
        at += 4 + size_bytes


_DWG = {
    "AC1009": "R11", "AC1012": "R13", "AC1014": "R14", "AC1015": "2000", "AC1018": "2004", "AC1021": "2007",
    "AC1024": "2010", "AC1027": "2013", "AC1032": "2018",
}  # fmt: skip


def dwg(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """AutoCAD drawing: its version (Open Design specification, file header)."""
    version = decode(source.read(0, 6))
    if not version.startswith("AC"):
        raise _bad("DWG")
    return _said({"format_version": version, "autocad_release": _DWG.get(version)})
