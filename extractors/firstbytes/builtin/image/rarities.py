"""Rarer pictures by their headers: JPEG XR, BPG, FLIF, Amiga IFF, GIMP tiles, WAP bitmaps, DCX, PSP; ICC profiles.

Layouts: ITU-T T.832 annex A, the BPG and FLIF specifications, EA IFF 85 (ILBM), GIMP's brush and pattern formats,
WAP-237, ZSoft's DCX, and Jasc's Paint Shop Pro file format.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.builtin.image.tiff import embed
from firstbytes.formats import icc, riff
from firstbytes.formats.tiff import decode, open_tiff
from firstbytes.formats.values import clean, known


def _bad(what: str) -> Corrupt:
    return Corrupt(f"{what}: no header")


def _said(facts: Facts) -> Mapping[str, JSON]:
    return Embedded().result(known(facts), turn=False)


def profile(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read an ICC profile that is a file of its own."""
    found = icc.read(source.read(0, 64 * 1024))
    facts: Facts = {
        "title": found.name,
        "copyright": found.copyright,
        "created": found.created,
        "color_space": found.color_space,
        "format_version": found.version,
        "device_class": found.device_class,
        "connection_space": found.connection_space,
        "creator": found.creator,
        "manufacturer": found.manufacturer,
    }
    cut = found.size_bytes > source.size
    return Embedded().result(known(facts), broken="ICC: cut off" if cut else "")


def jxr(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read JPEG XR: a TIFF-like directory with tags of its own."""
    tiff = open_tiff(source)
    ifd = next(tiff.chain(limit=1), None)
    if ifd is None:
        raise _bad("JPEG XR")
    embedded = Embedded()
    embed(embedded, tiff, ifd)
    dpi = tiff.number(ifd, 0xBC82)
    facts: Facts = size(tiff.integer(ifd, 0xBC80) or 0, tiff.integer(ifd, 0xBC81) or 0, "JPEG XR") | {
        "compression": "JPEG XR",
        "dpi": round(dpi, 2) if dpi and dpi > 0 else None,
        "has_alpha": 0xBCC2 in ifd,
    }
    return embedded.result(known(facts))


def bpg(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read BPG: packed flags, then sizes of seven bits a byte."""
    head = source.read(0, 32)
    if head[:4] != b"BPG\xfb" or len(head) < 8:
        raise _bad("BPG")
    width, at = _sevens(head, 6)
    height, _at = _sevens(head, at)
    kind = head[4] >> 5
    names = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4", 4: "4:2:0", 5: "4:2:2"}
    spaces = {0: "YCbCr", 1: "RGB", 2: "YCgCo", 3: "YCbCr", 4: "YCbCr"}
    return _said(
        size(width, height, "BPG")
        | {
            "bit_depth": 8 + (head[4] & 15),
            "color_space": "gray" if kind == 0 else spaces.get(head[5] >> 4),
            "chroma_subsampling": names.get(kind),
            "has_alpha": bool(head[4] & 0x10),
            "animated": bool(head[5] & 1),
            "compression": "HEVC",
        }
    )


def _sevens(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, high ones first, and where it ends.

    Raises:
        Corrupt: it has no end within five bytes.
    """
    value = 0
    for i in range(at, min(at + 5, len(data))):
        value = value << 7 | data[i] & 0x7F
        if not data[i] & 0x80:
            return value, i + 1
    msg = "a number has no end"
    raise Corrupt(msg)


def flif(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read FLIF: one byte of flags, one of depth, sizes minus one."""
    head = source.read(0, 32)
    if head[:4] != b"FLIF" or len(head) < 8:
        raise _bad("FLIF")
    kind, channels = head[4] >> 4, head[4] & 15
    width, at = _sevens(head, 6)
    height, at = _sevens(head, at)
    frames = _sevens(head, at)[0] + 2 if kind in {5, 6} else 1
    facts: Facts = {
        "bit_depth": {0x31: 8, 0x32: 16}.get(head[5]),
        "color_space": "gray" if channels == 1 else "RGB",
        "has_alpha": channels == 4,
        "interlaced": kind in {4, 6},
        "frame_count": frames,
        "compression": "FLIF",
    }
    return _said(size(width + 1, height + 1, "FLIF") | facts)


_IFF_COMPRESSIONS = {0: "none", 1: "ByteRun1"}
_IFF_TEXTS = {"NAME": "title", "AUTH": "authors", "ANNO": "description", "(c) ": "copyright"}


def ilbm(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read an Amiga picture: BMHD, and the texts any IFF may have."""
    head = source.read(0, 12)
    if head[:4] != b"FORM" or len(head) < 12:
        raise _bad("ILBM")
    facts: Facts = {}
    for chunk in riff.walk(source, 12, 8 + int.from_bytes(head[4:8], "big"), "big", limit=64):
        if chunk.kind == "BMHD" and chunk.size >= 20:
            body = riff.payload(source, chunk, 20)
            width, height, planes, masking, compression = struct.unpack_from(">HH4xBBB", body)
            facts |= size(width, height, "ILBM") | {"bits_per_pixel": planes, "has_alpha": masking in {1, 2}}
            facts["compression"] = _IFF_COMPRESSIONS.get(compression)
            facts["color_space"] = "palette" if planes <= 8 else "RGB"
        elif chunk.kind in _IFF_TEXTS:
            text = clean(decode(riff.payload(source, chunk, 4096).rstrip(b"\0")))
            key = _IFF_TEXTS[chunk.kind]
            facts[key] = [text] if text and key == "authors" else text
        elif chunk.kind == "BODY":
            break
    if "width_px" not in facts:
        raise _bad("ILBM")
    return _said(facts)


def gimp_tile(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a GIMP brush or pattern: lengths, size, bytes a pixel, name."""
    head = source.read(0, 1024)
    brush = head[20:24] == b"GIMP"
    if len(head) < 28 or not (brush or head[20:24] == b"GPAT"):
        raise _bad("GIMP brush")
    length, version, width, height, depth = struct.unpack_from(">5I", head)
    name = head[28 if brush else 24 : min(length, len(head))].partition(b"\0")[0]
    facts: Facts = {
        "title": clean(decode(name)),
        "format_version": str(version)[:10],
        "bit_depth": 8,
        "color_space": "gray" if depth < 3 else "RGB",
        "has_alpha": depth in {2, 4},
        "spacing_percent": int.from_bytes(head[24:28], "big") if brush else None,
    }
    return _said(size(width, height, "GIMP brush") | facts)


def wbmp(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a WAP bitmap: two zeros, width, height."""
    head = source.read(0, 16)
    if head[:2] != b"\0\0":
        raise _bad("WBMP")
    width, at = _sevens(head, 2)
    height, _at = _sevens(head, at)
    return _said(size(width, height, "WBMP") | {"bit_depth": 1, "color_space": "gray", "compression": "none"})


def dcx(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read DCX: a list of PCX pages; the first one's size."""
    table = source.read(4, 4096)
    places = [int.from_bytes(table[at : at + 4], "little") for at in range(0, len(table) - 3, 4)]
    pages = places.index(0) if 0 in places else len(places)
    page = source.read(places[0], 12) if pages else b""
    if len(page) < 12:
        raise _bad("DCX")
    left, top, right, bottom = struct.unpack_from("<4H", page, 4)
    return _said(size(right - left + 1, bottom - top + 1, "DCX") | {"page_count": pages})


def psp(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Paint Shop Pro: the general attributes block."""
    head = source.read(0, 100)
    if not head.startswith(b"Paint Shop Pro Image File\n\x1a") or head[36:40] != b"~BK\0" or len(head) < 90:
        raise _bad("PSP")
    major, minor = struct.unpack_from("<HH", head, 32)
    # Two lengths precede the attributes: of the first chunk and the block, or from version 4 on the other way round.
    width, height, dots, metric, compression, bits = struct.unpack_from("<IIdBHH", head, 50)
    unit = {1: 1.0, 2: 2.54}.get(metric)
    facts: Facts = {
        "format_version": f"{major}.{minor}",
        "dpi": round(dots * unit, 4) if unit and 0 < dots < 1e6 else None,
        "compression": {0: "none", 1: "RLE", 2: "LZ77", 3: "JPEG"}.get(compression),
        "bits_per_pixel": bits if bits <= 64 else None,
    }
    return _said(size(width, height, "PSP") | facts)
