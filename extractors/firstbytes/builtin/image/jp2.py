"""JPEG 2000: boxes and codestream header of JP2, JPX, JPM, MJ2, JPH, and bare codestreams (ISO/IEC 15444-1, -2)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.image import sequence
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import bmff
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, known

_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_EXIF = b"JpgTiffExif->JP2"
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_SPACES = {12: "CMYK", 16: "sRGB", 17: "gray", 18: "YCbCr", 20: "e-sRGB", 21: "ROMM-RGB", 24: "e-sYCC"}
_ORDERS = ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL")
_MAX_BLOCK = 1024 * 1024
_MAX_MARKERS = 64


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a JPEG 2000 file or codestream."""
    head = source.read(0, 12)
    embedded = Embedded()
    if head != _SIGNATURE:
        return embedded.result(_codestream(source, 0), broken=_unended(source))
    facts, cut = _boxes(source, embedded)
    if "width_px" not in facts and facts.get("brand") == "jpm":
        msg = "JPEG 2000: a compound document has no size of its own"
        raise Decline(msg)
    if "width_px" not in facts:
        msg = "JPEG 2000: no image header"
        raise Corrupt(msg)
    return embedded.result(facts, broken="JPEG 2000: cut off" if cut else "")


def _boxes(source: ByteSource, embedded: Embedded) -> tuple[Facts, bool]:
    facts, cut = Facts(), False
    for box in bmff.walk(source, 12, limit=256):
        cut = cut or box.cut
        if box.kind == "jp2h":
            facts |= _header(source, box, embedded) | {k: v for k, v in facts.items() if k == "compression"}
        elif box.kind == "jp2c" and "level_count" not in facts:
            facts = _codestream(source, box.body) | facts
        elif box.kind == "uuid":
            _uuid(source, box, embedded)
        elif box.kind == "ftyp":
            facts["brand"] = bmff.brands(source, box)[0].strip()
        elif box.kind == "moov":
            facts |= sequence.read(source, box)
        elif box.kind == "xml ":
            facts["xml_bytes"] = box.size
    return facts, cut


def _unended(source: ByteSource) -> str:
    return "" if source.read(source.size - 2, 2) == b"\xff\xd9" else "JPEG 2000: cut off"


def _codestream(source: ByteSource, at: int) -> Facts:
    """Read the main header: SIZ, COD and comments (ISO/IEC 15444-1, annex A)."""
    head = source.read(at, 42)
    if len(head) < 42 or head[:4] != b"\xff\x4f\xff\x51":
        msg = "JPEG 2000: no SIZ marker"
        raise Corrupt(msg)
    right, bottom, left, top, tile_w, tile_h = struct.unpack_from(">6I", head, 8)
    components = struct.unpack_from(">H", head, 40)[0]
    first = source.read(at + 42, min(components, 4) * 3)
    facts: Facts = size(right - left, bottom - top, "JPEG 2000") | {
        "component_count": components,
        "compression": "JPEG 2000",
        "tile_px": [tile_w, tile_h],
        "color_space": "gray" if components < 3 else None,
    }
    if first:
        facts["bit_depth"] = (first[0] & 0x7F) + 1
    if len(first) >= 9:
        factors = (first[4], first[5])
        facts["chroma_subsampling"] = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0"}.get(factors)
    at += 4 + int.from_bytes(head[4:6], "big")
    comments: list[str] = []
    for _ in range(_MAX_MARKERS):
        mark = source.read(at, 14)
        if len(mark) < 4 or mark[:2] in {b"\xff\x90", b"\xff\x93"}:
            break
        length = int.from_bytes(mark[2:4], "big")
        if mark[1] == 0x52 and len(mark) >= 14:
            facts |= {
                "progression_order": _ORDERS[mark[5]] if mark[5] < 5 else None,
                "quality_layer_count": int.from_bytes(mark[6:8], "big"),
            }
            facts |= {"level_count": mark[9], "lossless": mark[13] == 1}
        elif mark[1] == 0x64 and mark[4:6] == b"\0\1":
            comments.append(decode(source.read(at + 6, min(length - 4, 4096))))
        at += 2 + max(length, 2)
    return known(facts | {"file_comment": clean("\n".join(comments))})


def _header(source: ByteSource, header: bmff.Box, embedded: Embedded) -> Facts:
    facts: Facts = {}
    for box in bmff.children(source, header, limit=64):
        body = bmff.payload(source, box, _MAX_BLOCK)
        if box.kind == "ihdr" and len(body) >= 14:
            height, width, components, depth = struct.unpack_from(">IIHB", body)
            facts |= size(width, height, "JPEG 2000") | {"component_count": components}
            facts |= {"bit_depth": (depth & 0x7F) + 1} if depth != 0xFF else {}
        elif box.kind == "colr" and len(body) >= 3:
            if body[0] == 1 and len(body) >= 7:
                facts.setdefault("color_space", _SPACES.get(int.from_bytes(body[3:7], "big")))
            elif body[0] in {2, 3}:
                embedded.add_icc(body[3:])
        elif box.kind == "pclr":
            facts["color_space"] = "palette"
        elif box.kind == "cdef" and len(body) >= 2:
            kinds = [int.from_bytes(body[at + 2 : at + 4], "big") for at in range(2, len(body) - 5, 6)]
            facts["has_alpha"] = any(kind in {1, 2} for kind in kinds)
        elif box.kind == "res ":
            facts |= _resolution(source, box)
    if facts.get("color_space") == "sRGB":
        facts["color_space"] = "RGB"
    return known(facts)


def _resolution(source: ByteSource, parent: bmff.Box) -> Facts:
    """Return dots per inch of the display resolution, else of the capture resolution (I.5.3.7)."""
    boxes = {box.kind: bmff.payload(source, box, 10) for box in bmff.children(source, parent, limit=4)}
    body = boxes.get("resd") or boxes.get("resc") or b""
    if len(body) < 10:
        return {}
    up, down, over, under, tens, tens_x = struct.unpack(">HHHHbb", body)
    if not (down and under and over and abs(tens) < 20 and abs(tens_x) < 20):
        return {}
    dpi = [round(a / b * 10.0**t * 0.0254, 2) for a, b, t in ((over, under, tens_x), (up, down, tens))]
    return {"dpi": dpi[0], "dpi_y": dpi[1]} if 0 < dpi[0] < 1e6 else {}


def _uuid(source: ByteSource, box: bmff.Box, embedded: Embedded) -> None:
    if box.uuid == _XMP:
        embedded.add_xmp(bmff.payload(source, box, _MAX_BLOCK))
    elif box.uuid == _EXIF:
        embedded.add_exif(BytesSource(bmff.payload(source, box, _MAX_BLOCK)))
    elif box.uuid == _IPTC:
        embedded.add_iptc(bmff.payload(source, box, _MAX_BLOCK))
