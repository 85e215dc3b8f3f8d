"""Pictures whose magic is too short to be believed alone: the header's other fields have to make sense as well."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from firstbytes.sniff.values import Head, Match
from firstbytes.source import ByteSource

_NETPBM = {
    b"1": "image/x-portable-bitmap", b"2": "image/x-portable-graymap", b"3": "image/x-portable-pixmap",
    b"4": "image/x-portable-bitmap", b"5": "image/x-portable-graymap", b"6": "image/x-portable-pixmap",
}  # fmt: skip
_NETPBM_HEAD = re.compile(rb"P([1-6])(?:\s|#[^\n\r]*[\n\r])+-?\d+\s")
_XBM = re.compile(
    rb"\s*+(?>/\*.*?\*/\s*+){0,64}#define[ \t]+\S*?width[ \t]+\d+\s+#define[ \t]+\S*?height[ \t]+\d+\s",
    re.DOTALL,
)
_DXF = re.compile(rb"(?:\s*999\r?\n[^\n]*\n){0,64}\s*0\r?\n\s*SECTION\r?\n\s*2\r?\n\s*[A-Z]+\r?\n")
_BRUSH_PIPE = re.compile(rb"[^\n\0]{1,256}\n\d{1,5} [^\n\0]*ncells:\d")
_DIB_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_FOOTER = b"TRUEVISION-XFILE."


_TAGGED = {
    b"FOVb": "image/x-sigma-x3f", b"BLP1": "image/x-blp", b"BLP2": "image/x-blp", b"SDPX": "image/dpx",
    b"XPDS": "image/dpx", b"qoif": "image/qoi", b"icns": "image/x-icns", b"msid": "image/x-mrsid-image",
    b"PCO-": "image/vnd.pco.b16", b"IIN1": "image/x-niff", b"DanM": "image/x-msp", b"LinS": "image/x-msp",
    b"AGD1": "image/x-freehand", b"AGD2": "image/x-freehand", b"AGD3": "image/x-freehand", b"AGD4": "image/x-freehand",
}  # fmt: skip


def content(head: Head, _: ByteSource) -> Match | None:
    """Ask the rules in order: the first one whose whole header makes sense answers."""
    for rule in _RULES:
        if name := rule(head.data):
            return Match(name, f"header of {name.removeprefix('image/').removeprefix('x-')}", "content")
    return _wireless(head)


def _wireless(head: Head) -> Match | None:
    """Recognise a WAP bitmap: two zeros, width, height, and exactly the bytes for its pixels (WAP-237)."""
    data, at, numbers = head.data, 2, list[int]()
    if data[:2] != b"\0\0":
        return None
    while len(numbers) < 2 and at < 8:
        value, count = 0, 0
        while at < len(data) and data[at] & 0x80 and count < 3:
            value, at, count = value << 7 | data[at] & 0x7F, at + 1, count + 1
        if at >= len(data):
            return None
        numbers.append(value << 7 | data[at] & 0x7F)
        at += 1
    width, height = (*numbers, 0, 0)[:2]
    fits = 0 < width < 2**14 and 0 < height < 2**14 and head.size == at + (width + 7) // 8 * height
    return Match("image/vnd.wap.wbmp", "header and size of wbmp", "content") if fits else None


def jpeg2000(head: Head, _: ByteSource) -> Match | None:
    """Name the family member by the brand of the file type box (ISO/IEC 15444-1 I.5.2)."""
    brand = head.data[20:24] if head.data[16:20] == b"ftyp" else b""
    names = {b"jpx ": "image/jpx", b"jpm ": "image/jpm", b"mjp2": "video/mj2", b"jph ": "image/jph"}
    return Match(names[brand], f"ftyp {brand.decode().strip()}", "container") if brand in names else None


def jpeg(head: Head, _: ByteSource) -> Match | None:
    """Recognise JPEG-LS behind other markers by its frame header (ISO/IEC 14495-1: SOF55)."""
    at = 2
    for _marker in range(64):
        mark = head.block[at : at + 4]
        if len(mark) < 4 or mark[0] != 0xFF or mark[1] in {0xC0, 0xC1, 0xC2, 0xDA}:
            return None
        if mark[1] == 0xF7:
            return Match("image/jls", "marker SOF55", "container")
        at += 2 + int.from_bytes(mark[2:], "big")
    return None


def _tagged(data: bytes) -> str | None:
    """Recognise four letters that a text could begin with: the numbers behind them hold zero bytes."""
    return _TAGGED.get(data[:4]) if b"\0" in data[4:64] else None


def _flif_and_pgf(data: bytes) -> str | None:
    if data[:4] == b"FLIF" and len(data) > 6 and data[4] >> 4 in {3, 4, 5, 6} and data[4] & 15 in {1, 3, 4}:
        return "image/x-flif" if data[5] in b"012" else None
    if data[:3] == b"PGF" and len(data) > 24:
        return "image/x-pgf" if 16 <= int.from_bytes(data[4:8], "little") <= 1 << 20 else None
    return None


def _gimp_tile(data: bytes) -> str | None:
    if data[20:24] not in {b"GIMP", b"GPAT"}:
        return None
    length, version, width, height, depth = struct.unpack_from(">5I", data)
    sane = 24 <= length < 65536 and 1 <= version <= 3 and width and height and 1 <= depth <= 18
    return {b"GIMP": "image/x-gimp-gbr", b"GPAT": "image/x-gimp-pat"}[data[20:24]] if sane else None


def _bmp(data: bytes) -> str | None:
    if data[:2] == b"BA" and data[14:16] in {b"BM", b"IC", b"CI", b"CP", b"PT"}:
        return "image/bmp"
    if data[:2] != b"BM" or len(data) < 26:
        return None
    pixels, size = struct.unpack_from("<II", data, 10)
    planes = struct.unpack_from("<H", data, 22 if size == 12 else 26)[0] if len(data) >= 28 else 0
    return "image/bmp" if size in _DIB_SIZES and planes == 1 and (pixels == 0 or pixels >= 14 + size) else None


def _icon(data: bytes) -> str | None:
    names = {b"\0\0\1\0": "image/vnd.microsoft.icon", b"\0\0\2\0": "image/x-win-bitmap"}
    count = int.from_bytes(data[4:6], "little")
    if data[:4] not in names or not 0 < count <= 1024 or len(data) < 22:
        return None
    reserved, first, second, size, offset = struct.unpack_from("<xxxBHHII", data, 6)
    # An icon's entry has planes and bits, a cursor's its hot spot.
    sane = data[2] == 2 or (first <= 1 and second in {0, 1, 2, 4, 8, 16, 24, 32})
    return names[data[:4]] if reserved in {0, 255} and sane and size >= 16 and offset >= 6 + 16 * count else None


def _pcx(data: bytes) -> str | None:
    if len(data) < 128 or data[0] != 0x0A or data[1] not in {0, 2, 3, 4, 5} or data[2] > 1:
        return None
    left, top, right, bottom = struct.unpack_from("<4H", data, 4)
    planes, stride = data[65], int.from_bytes(data[66:68], "little")
    sane = data[3] in {1, 2, 4, 8} and left <= right and top <= bottom and 1 <= planes <= 4 and data[64] == 0
    return "image/vnd.zbrush.pcx" if sane and stride * 8 >= (right - left + 1) * data[3] else None


def _netpbm(data: bytes) -> str | None:
    if found := _NETPBM_HEAD.match(data[:1024]):
        return _NETPBM[found[1]]
    if re.match(rb"P7\n(?:#[^\n]*\n)*(?:WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE) ", data[:1024]):
        return "image/x-portable-arbitrarymap"
    return "image/x-portable-floatmap" if re.match(rb"P[Ff]4?\s+\d+\s+\d+\s+-?[\d.]+", data[:64]) else None


def _sgi(data: bytes) -> str | None:
    if len(data) < 12 or data[:2] != b"\x01\xda" or data[2] > 1 or data[3] not in {1, 2}:
        return None
    return "image/x-sgi" if 1 <= int.from_bytes(data[4:6], "big") <= 3 and data[6:8] != b"\0\0" else None


def _metafile(data: bytes) -> str | None:
    if data[:4] == b"\x01\0\0\0" and data[40:44] == b" EMF":
        return "image/emf"
    return None


def _pict(data: bytes) -> str | None:
    """QuickDraw pictures with or without their 512 zero bytes (Inside Macintosh: Imaging, appendix A)."""
    for start in (0, 512):
        frame = data[start + 2 : start + 10]
        if data[start + 10 : start + 16] == b"\x00\x11\x02\xff\x0c\x00":
            return "image/x-pict"
        if start and data[start + 10 : start + 12] == b"\x11\x01" and not any(data[:512]) and len(frame) == 8:
            top, left, bottom, right = struct.unpack(">4h", frame)
            return "image/x-pict" if top < bottom and left < right else None
    return None


def _window_dump(data: bytes) -> str | None:
    if len(data) < 100 or b"\0\0\0\x07" not in {data[4:8], data[7:3:-1]}:
        return None
    order = ">" if data[4:8] == b"\0\0\0\x07" else "<"
    size, _, pixmap, depth, width, height = struct.unpack_from(f"{order}6I", data)
    sane = 100 <= size <= 4096 and pixmap <= 2 and 1 <= depth <= 32
    return "image/x-xwindowdump" if sane and 0 < width < 65536 and 0 < height < 65536 else None


def _jxl(data: bytes) -> str | None:
    """A bare JPEG XL codestream: FF 0A, then a size header that codes less than 2^30 (ISO/IEC 18181-1, A.3)."""
    if data[:2] != b"\xff\x0a" or len(data) < 12:
        return None
    from firstbytes.formats.jxl import size_header

    width, height = size_header(data[2:18])
    return "image/jxl" if 0 < width < 2**30 and 0 < height < 2**30 else None


def _cgm(data: bytes) -> str | None:
    """Binary CGM: BEGIN METAFILE with its name, then METAFILE VERSION (ISO/IEC 8632-3)."""
    first = int.from_bytes(data[:2], "big")
    if first & 0xFFE0 != 0x0020:
        return None
    length = first & 31
    at = 2 + length + length % 2
    if length == 31:
        length = int.from_bytes(data[2:4], "big")
        at = 4 + length + length % 2
    return "image/cgm" if data[at : at + 2] == b"\x10\x22" and data[at + 2 : at + 3] == b"\0" else None


def _iff(data: bytes) -> str | None:
    if data[:4] != b"FORM":
        return None
    return {
        b"ILBM": "image/x-ilbm", b"PBM ": "image/x-ilbm", b"ACBM": "image/x-ilbm",
        b"DJVU": "image/vnd.djvu", b"DJVM": "image/vnd.djvu", b"DJVI": "image/vnd.djvu", b"THUM": "image/vnd.djvu",
        b"LWOB": "image/x-lwo", b"LWO2": "image/x-lwo", b"LWLO": "image/x-lwo",
    }.get(data[8:12])  # fmt: skip


def _bare_bitmap(data: bytes) -> str | None:
    """Recognise a bitmap's header without the file header before it (BITMAPINFOHEADER)."""
    if data[:4] != b"\x28\0\0\0" or len(data) < 40:
        return None
    width, height, planes, bits, compression = struct.unpack_from("<iiHHI", data, 4)
    sane = 0 < width < 65536 and 0 < abs(height) < 65536 and planes == 1 and compression <= 6
    return "image/x-dib" if sane and bits in {1, 4, 8, 16, 24, 32} else None


def _khoros_and_utah(data: bytes) -> str | None:
    if data[:2] == b"\xab\x01" and data[2:3] in {b"\1", b"\2", b"\3"} and data[4:5] in {b"\2", b"\4", b"\x08"}:
        return "image/x-viff"
    if data[:2] == b"\x52\xcc" and len(data) >= 15:
        width, height, flags, colors, bits = struct.unpack_from("<HHBBB", data, 6)
        return "image/rle" if width and height and flags < 16 and colors <= 4 and bits == 8 else None
    return "image/x-quicktime" if data[4:8] in {b"idsc", b"idat"} and not data[0] & 0x80 else None


def _texts(data: bytes) -> str | None:
    if _XBM.match(data[:4096]):
        return "image/x-xbitmap"
    if _DXF.match(data[:8192]):
        return "image/vnd.dxf"
    if re.match(rb"\s*(?:/\*.{0,1000}?\*/\s*)?/\*\s*XPM\s*\*/", data[:2048], re.DOTALL):
        return "image/x-xpixmap"
    return "image/x-gimp-gih" if _BRUSH_PIPE.match(data[:600]) else None


def targa(head: Head, source: ByteSource) -> Match | None:
    """Recognise Targa, which has no magic: by its footer, or by a header whose fields agree (Truevision TGA 2.0)."""
    data = head.data
    if len(data) < 18 or data[1] > 1 or data[2] not in {1, 2, 3, 9, 10, 11, 32, 33} or data[17] & 0xC0:
        return None
    first, length, depth, _, _, width, height, bits = struct.unpack_from("<HHBHHHHB", data, 3)
    if not (width and height and bits in {8, 15, 16, 24, 32}):
        return None
    if head.size > 44 and source.read(head.size - 18, 17) == _FOOTER:
        return Match("image/x-tga", "TRUEVISION footer", "content")
    mapped = data[2] in {1, 9, 32, 33}
    colours = data[1] == 1 and length and depth in {15, 16, 24, 32} and first + length <= 65536
    plain = data[1] == 0 and not (first or length or depth)
    sane = (colours and bits == 8) if mapped else (plain or colours)
    gray = data[2] in {3, 11}
    fits = bits in {8, 16} if gray else (bits > 8 or mapped)
    if not (sane and fits and data[17] & 15 <= 8 and _holds(data, head.size, width * height * (bits // 8))):
        return None
    return Match("image/x-tga", "header of tga", "content", weak=True)


def _holds(data: bytes, size: int, pixels: int) -> bool:
    """Uncompressed pixels have to fit; compressed ones are at least a 128th of that."""
    body = size - 18 - data[0]
    return body >= pixels if data[2] < 9 else body > 0 and pixels <= body * 129


_RULES: tuple[Callable[[bytes], str | None], ...] = (
    _tagged, _flif_and_pgf, _gimp_tile,
    _bmp, _icon, _pcx, _netpbm, _sgi, _metafile, _pict, _window_dump, _jxl, _cgm, _iff, _bare_bitmap,
    _khoros_and_utah, _texts,
)  # fmt: skip
