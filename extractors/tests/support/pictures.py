"""Makes one small, valid picture of every format the image family reads, with the facts worth reading in it."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

from firstbytes import BlockCache, BytesSource, Context
from firstbytes.builtin.image import register_extractors

Row = tuple[int, int, "Sequence[int] | bytes | Ifd | list[Ifd]"]
Ifd = list[Row]

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL, DOUBLE = 1, 2, 3, 4, 5, 7, 10, 12
_CODES = {BYTE: "B", SHORT: "H", LONG: "I", RATIONAL: "I", SRATIONAL: "i", DOUBLE: "d"}

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmp:Rating="4" exif:GPSLatitude="59,54.5N" exif:GPSLongitude="10,44W" '
    b'exif:GPSAltitude="93/2" exif:GPSAltitudeRef="1" xmp:ModifyDate="2024-06-01T11:00:00+02:00">'
    b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>'
    b"<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>"
    b"<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>light</rdf:li></rdf:Bag></dc:subject>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _encode(order: str, kind: int, value: Sequence[int] | bytes) -> tuple[int, bytes]:
    if isinstance(value, bytes):
        return len(value), value
    count = len(value) // 2 if kind in {RATIONAL, SRATIONAL} else len(value)
    return count, struct.pack(f"{order}{len(value)}{_CODES[kind]}", *value)


def tiff(*ifds: Ifd, order: str = "<", magic: int = 42, first: int = 8, tail: bytes = b"") -> bytes:
    """Return a TIFF of linked directories; a value that is a directory (or a list of them) is written as a pointer."""
    out = bytearray((b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", magic, first))
    out += bytes(first - 8)
    patch = None
    for ifd in ifds:
        at = _write(out, ifd, order)
        if patch is not None:
            out[patch : patch + 4] = struct.pack(f"{order}I", at)
        patch = at + 2 + 12 * len(ifd)
    return bytes(out) + tail


def _write(out: bytearray, ifd: Ifd, order: str) -> int:
    at = len(out)
    out += struct.pack(f"{order}H", len(ifd)) + bytes(12 * len(ifd) + 4)
    for number, (tag, kind, value) in enumerate(ifd):
        if isinstance(value, list) and value and isinstance(value[0], (tuple, list)):
            inner = value if isinstance(value[0], list) else [value]
            places = [_write(out, child, order) for child in inner]
            count, data = len(places), struct.pack(f"{order}{len(places)}I", *places)
        else:
            count, data = _encode(order, kind, value)
        if len(data) > 4:
            place = len(out)
            out += data + bytes(len(data) % 2)
            data = struct.pack(f"{order}I", place)
        row = at + 2 + 12 * number
        out[row : row + 12] = struct.pack(f"{order}HHI", tag, kind, count) + data.ljust(4, b"\0")
    return at


GPS: Ifd = [
    (1, ASCII, b"S\0"), (2, RATIONAL, (33, 1, 30, 1, 3600, 100)), (3, ASCII, b"E\0"),
    (4, RATIONAL, (151, 1, 12, 1, 0, 1)),
    (5, BYTE, (1,)), (6, RATIONAL, (25, 2)), (7, RATIONAL, (8, 1, 30, 1, 5, 1)), (12, ASCII, b"N\0"),
    (13, RATIONAL, (10, 1)), (17, RATIONAL, (905, 10)), (18, ASCII, b"WGS-84\0"), (27, UNDEFINED, b"ASCII\0\0\0GPS"),
    (29, ASCII, b"2024:05:01\0"), (31, RATIONAL, (5, 1)),
]  # fmt: skip
EXIF: Ifd = [
    (33434, RATIONAL, (1, 250)), (33437, RATIONAL, (28, 10)), (34850, SHORT, (3,)), (34855, SHORT, (200,)),
    (36864, UNDEFINED, b"0232"), (36867, ASCII, b"2024:05:01 10:00:00\0"), (36868, ASCII, b"2024:05:01 10:00:01\0"),
    (36881, ASCII, b"+02:00\0"), (37377, SRATIONAL, (8, 1)), (37378, RATIONAL, (3, 1)), (37380, SRATIONAL, (-1, 3)),
    (37381, RATIONAL, (2, 1)), (37383, SHORT, (5,)), (37385, SHORT, (0x49,)), (37386, RATIONAL, (35, 1)),
    (37510, UNDEFINED, b"UNICODE\0" + "Hällo".encode("utf-16-le")), (37521, ASCII, b"250\0"), (40961, SHORT, (1,)),
    (40962, LONG, (640,)), (40963, LONG, (480,)), (41987, SHORT, (1,)), (41989, SHORT, (52,)),
    (42033, ASCII, b"S-99\0"), (42036, ASCII, b"35mm f/2\0"),
]  # fmt: skip
CAMERA: Ifd = [
    (270, ASCII, b"Exif words\0"), (271, ASCII, b"Nordlys\0"), (272, ASCII, b"N1\0"), (274, SHORT, (6,)),
    (282, RATIONAL, (300, 1)), (283, RATIONAL, (300, 1)), (296, SHORT, (2,)), (305, ASCII, b"Dev 1.2\0"),
    (306, ASCII, b"2024:06:01 11:00:00\0"), (315, ASCII, b"Ada Lind; Bo Ek\0"), (33432, ASCII, b"Ada\0Bo\0"),
    (34665, LONG, EXIF), (34853, LONG, GPS), (40091, BYTE, "XP".encode("utf-16-le") + b"\0\0"),
    (40094, BYTE, "xp;sea".encode("utf-16-le") + b"\0\0"),
]  # fmt: skip
THUMBNAIL: Ifd = [(259, SHORT, (6,)), (513, LONG, (4000,)), (514, LONG, (1234,))]


def exif(order: str = "<") -> bytes:
    """Return an EXIF block with camera, exposure, position and a thumbnail's directory."""
    return tiff(CAMERA, THUMBNAIL, order=order)


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    """Return one IPTC-IIM dataset."""
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def iptc() -> bytes:
    """Return an IPTC record in UTF-8."""
    rows = [(5, b"Iptc title"), (25, b"sea"), (25, b"boat"), (55, b"20240501"), (60, b"100000+0200"), (80, b"Ada"),
            (90, "Tromsø".encode()), (110, b"Agency"), (120, b"Iptc words"), (122, b"W"), (65, b"Wire")]  # fmt: skip
    return dataset(90, b"\x1b%G", record=1) + b"".join(dataset(*row) for row in rows)


def resources(blocks: Mapping[int, bytes]) -> bytes:
    """Return Photoshop image resources."""
    return b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2)
        for number, data in blocks.items()
    )


def icc() -> bytes:
    """Return the sRGB profile that Pillow builds."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG marker segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a plain picture that Pillow writes."""
    out = io.BytesIO()
    Image.new(mode, size, 100 if mode in {"L", "1", "P"} else (10, 20, 30, 200)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def jpeg(extra: bytes = b"", **options: object) -> bytes:
    """Return a JPEG with every metadata block."""
    plain = saved("JPEG", icc_profile=icc(), dpi=(72, 72), **options)
    blocks = segment(0xE1, b"Exif\0\0" + exif()) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    blocks += segment(0xED, b"Photoshop 3.0\0" + resources({1028: iptc(), 1036: bytes(40)}))
    return plain[:2] + blocks + segment(0xFE, b"Made by hand\0") + extra + plain[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png() -> bytes:
    """Return a PNG with text, EXIF, XMP, profile and time."""
    told = PngImagePlugin.PngInfo()
    for key, text in (("Title", "Harbour"), ("Author", "Ada"), ("Comment", "c"), ("Scanner", "S1")):
        told.add_text(key, text)
    told.add_text("Creation Time", "Wed, 01 May 2024 10:00:00 +0200", zip=True)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    plain = saved("PNG", "RGBA", pnginfo=told, dpi=(300, 300), icc_profile=icc(), exif=exif())
    return plain[:-12] + chunk(b"tIME", struct.pack(">H5B", 2024, 6, 1, 9, 0, 0)) + plain[-12:]


def frames(kind: str, **options: object) -> bytes:
    """Return three frames of a tenth of a second."""
    out = io.BytesIO()
    pictures = [Image.new("RGB", (32, 24), (shade, 0, 0)) for shade in (0, 120, 240)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=100, loop=2, **options)
    return out.getvalue()


def webp() -> bytes:
    """Return an extended WebP."""
    return saved("WEBP", "RGBA", exif=b"Exif\0\0" + exif(), xmp=XMP, icc_profile=icc())


def geotiff() -> bytes:
    """Return a GeoTIFF in UTM zone 32N, 10 m pixels."""
    keys = (1, 1, 0, 4, 1024, 0, 1, 1, 1025, 0, 1, 1, 1026, 34737, 7, 0, 3072, 0, 1, 32632)
    return tiff(
        [(256, SHORT, (100,)), (257, SHORT, (50,)), (258, SHORT, (8,)), (259, SHORT, (1,)), (262, SHORT, (1,)),
         (33550, DOUBLE, (10, 10, 0)), (33922, DOUBLE, (0, 0, 0, 500000, 6700000, 0)), (34735, SHORT, keys),
         (34737, ASCII, b"UTM 32|\0"), (42113, ASCII, b"-9999\0")]
    )  # fmt: skip


def pages() -> bytes:
    """Return a two-page TIFF with all metadata blocks, its second page smaller, and a reduced image."""
    first: Ifd = [(256, SHORT, (640,)), (257, SHORT, (480,)), (258, SHORT, (8, 8, 8)), (259, SHORT, (7,)),
                  (262, SHORT, (6,)), (269, ASCII, b"Plan\0"), (277, SHORT, (3,)), (330, LONG, [[(256, SHORT, (9,))]]),
                  (530, SHORT, (2, 2)), (700, BYTE, XMP), (33723, UNDEFINED, iptc()),
                  (34377, BYTE, resources({1005: bytes(16)})), (34675, UNDEFINED, icc()), *CAMERA]  # fmt: skip
    small: Ifd = [(254, LONG, (1,)), (256, SHORT, (64,)), (257, SHORT, (48,)), (514, LONG, (99,)), (513, LONG, (8,))]
    second: Ifd = [(256, SHORT, (320,)), (257, SHORT, (240,)), (338, SHORT, (2,))]
    return tiff(sorted(first, key=lambda row: row[0]), small, second, order=">")


SENSOR: Ifd = [
    (254, LONG, (0,)), (256, LONG, (4000,)), (257, LONG, (3000,)), (258, SHORT, (14,)), (259, SHORT, (1,)),
    (262, SHORT, (32803,)), (33422, BYTE, (0, 1, 1, 2)), (50720, LONG, (3984, 2988)), (50829, LONG, (0, 0, 3000, 4000)),
]  # fmt: skip


def camera_raw(make: bytes = b"Nordlys\0", extra: Sequence[Row] = ((50706, BYTE, (1, 4, 0, 0)),)) -> bytes:
    """Return a TIFF with a preview in the first directory and the sensor's in a second one: a DNG unless told."""
    kept = [row for row in CAMERA if row[0] != 271]
    first = [(254, LONG, (1,)), (256, LONG, (160,)), (257, LONG, (120,)), (259, SHORT, (7,)), (271, ASCII, make),
             (273, LONG, (8,)), (279, LONG, (77,)), (330, LONG, [SENSOR]), *kept, *extra]  # fmt: skip
    return tiff(sorted(first, key=lambda row: row[0]))


def rw2() -> bytes:
    """Return a Panasonic RW2 with borders and a JPEG that holds the EXIF."""
    inner = jpeg()
    return tiff(
        [(2, SHORT, (3724,)), (3, SHORT, (2754,)), (4, SHORT, (9,)), (5, SHORT, (14,)), (6, SHORT, (2745,)),
         (7, SHORT, (3662,)), (10, SHORT, (12,)), (23, SHORT, (100,)), (0x2E, UNDEFINED, inner),
         (271, ASCII, b"Panasonic\0")],
        magic=0x55, first=24,
    )  # fmt: skip


def raf() -> bytes:
    """Return a Fujifilm RAF."""
    inner = jpeg()
    head = b"FUJIFILMCCD-RAW 0201FF129502" + b"X-T1".ljust(32, b"\0") + bytes(24)
    sizes = (
        struct.pack(">I", 2) + struct.pack(">HHHH", 0x100, 4, 3296, 4936) + struct.pack(">HHHH", 0x111, 4, 3264, 4896)
    )
    head += struct.pack(">6I", 108, len(inner), 108 + len(inner), len(sizes), 0, 0)
    return head.ljust(108, b"\0") + inner + sizes


def mrw() -> bytes:
    """Return a Minolta MRW."""
    prd = b"21810002" + struct.pack(">4HBB", 2456, 3272, 2448, 3264, 16, 12) + bytes(6)
    ttw = exif(">")
    body = b"\0PRD" + struct.pack(">I", len(prd)) + prd + b"\0TTW" + struct.pack(">I", len(ttw)) + ttw
    return b"\0MRM" + struct.pack(">I", len(body)) + body


def x3f() -> bytes:
    """Return a Sigma X3F with a JPEG, properties and the directory at its end."""
    out = b"FOVb" + struct.pack("<HH", 2, 2) + bytes(20) + struct.pack("<III", 2640, 1760, 90)
    image = b"SECi" + bytes(24) + jpeg()
    texts = ["CAMMANUF", "SIGMA", "CAMMODEL", "SD9", "TIME", "1000000000"]
    places, pool = [], ""
    for text in texts:
        places.append(len(pool))
        pool += text + "\0"
    table = struct.pack(f"<{len(places)}I", *places)
    properties = b"SECp" + struct.pack("<IIIII", 2, 3, 0, 0, len(pool)) + table + pool.encode("utf-16-le")
    at, behind = len(out), len(out) + len(image)
    rows = struct.pack("<II4s", at, len(image), b"IMA2") + struct.pack("<II4s", behind, len(properties), b"PROP")
    directory = b"SECd" + struct.pack("<II", 2, 2) + rows
    return out + image + properties + directory + struct.pack("<I", behind + len(properties))


def _heap(entries: Sequence[tuple[int, bytes]]) -> bytes:
    body, rows = b"", b""
    for tag, data in entries:
        rows += struct.pack("<HII", tag, len(data), len(body))
        body += data
    return body + struct.pack("<H", len(entries)) + rows + struct.pack("<I", len(body))


def crw() -> bytes:
    """Return a Canon CRW: a heap of heaps."""
    picture = struct.pack("<IIfiIII", 3072, 2048, 1.0, 270, 8, 24, 1)
    exposure = struct.pack("<fff", 0, 7, 5)
    properties = _heap(
        [(0x080A, b"Canon\0EOS 10D\0"), (0x1810, picture), (0x180E, struct.pack("<III", 1000000000, 0, 0)),
         (0x0805, b"words\0"), (0x080B, b"1.0\0"), (0x0810, b"Ada\0"), (0x1818, exposure)]
    )  # fmt: skip
    serial = _heap([(0x180B, struct.pack("<I", 123))])
    return b"II" + struct.pack("<I", 26) + b"HEAPCCDR" + bytes(12) + _heap([(0x300A, properties), (0x2807, serial)])


def box(kind: bytes, *bodies: bytes) -> bytes:
    """Return an ISO-BMFF box."""
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return a full box."""
    return box(kind, struct.pack(">I", version << 24 | flags), *bodies)


def cr3() -> bytes:
    """Return a Canon CR3."""
    cmt = b"".join(box(kind, tiff(ifd)) for kind, ifd in ((b"CMT1", CAMERA[:6]), (b"CMT2", EXIF), (b"CMT4", GPS)))
    canon = box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"), cmt)
    sample = box(b"CRAW", bytes(24), struct.pack(">HH", 6000, 4000), bytes(50))
    table = full(b"stsd", struct.pack(">I", 1), sample)
    track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))
    preview = box(b"PRVW", bytes(6), struct.pack(">HHHI", 1620, 1080, 1, 5000), bytes(8))
    return (
        box(b"ftyp", b"crx \0\0\0\1crx isom")
        + box(b"moov", canon, track)
        + box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP)
        + box(b"uuid", bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16"), bytes(8), preview)
    )


def heif(brand: bytes = b"heic") -> bytes:
    """Return a HEIC: a grid turned left, with alpha, thumbnail, EXIF and XMP items."""
    kinds = [(1, b"grid"), (2, b"hvc1"), (3, b"hvc1"), (4, b"hvc1"), (5, b"Exif"), (6, b"mime")]
    entries = b"".join(
        full(
            b"infe",
            struct.pack(">HH", number, 0),
            kind,
            b"\0" + b"application/rdf+xml\0" * (kind == b"mime"),
            version=2,
        )
        for number, kind in kinds
    )
    hvcc = box(b"hvcC", bytes(16) + bytes([0xFC | 1, 0xF8 | 2]) + bytes(5))
    properties = box(
        b"ipco",
        full(b"ispe", struct.pack(">II", 4032, 3024)),
        hvcc,
        full(b"pixi", bytes([3, 10, 10, 10])),
        box(b"irot", b"\3"),
        box(b"colr", b"nclx", struct.pack(">HHHB", 12, 13, 6, 128)),
        full(b"ispe", struct.pack(">II", 320, 240)),
        full(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0"),
        box(b"imir", b"\0"),
        box(b"clap", struct.pack(">8I", 4000, 1, 3000, 1, 0, 1, 0, 1)),
        box(b"colr", b"prof", icc()),
    )
    owned = {1: [1, 3, 5, 9, 4, 8, 10], 2: [1, 2], 3: [6, 2], 4: [1, 7]}
    rows = b"".join(struct.pack(">HB", number, len(indexes)) + bytes(indexes) for number, indexes in owned.items())
    ipma = full(b"ipma", struct.pack(">I", len(owned)), rows)
    references = full(
        b"iref",
        box(b"dimg", struct.pack(">HHH", 1, 1, 2)),
        box(b"thmb", struct.pack(">HHH", 3, 1, 1)),
        box(b"auxl", struct.pack(">HHH", 4, 1, 1)),
        box(b"cdsc", struct.pack(">HHH", 5, 1, 1)),
        box(b"cdsc", struct.pack(">HHH", 6, 1, 1)),
    )
    block = struct.pack(">I", 6) + b"Exif\0\0" + exif(">")
    idat = box(b"idat", b"gridgrid")

    def assembled(start: int) -> bytes:
        places = [(1, 1, 0, 8), (3, 0, start, 500), (5, 0, start, len(block)), (6, 0, start + len(block), len(XMP))]
        iloc = struct.pack(">HH", 0x4400, len(places)) + b"".join(
            struct.pack(">HHHHII", number, method, 0, 1, at, length) for number, method, at, length in places
        )
        meta = full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack(">H", 1)),
            full(b"iloc", iloc, version=1),
            full(b"iinf", struct.pack(">H", len(kinds)), entries),
            box(b"iprp", properties, ipma),
            references,
            idat,
        )
        return box(b"ftyp", brand, bytes(4), b"mif1", brand) + meta

    start = len(assembled(0)) + 8
    return assembled(start) + box(b"mdat", block, XMP)


def sequence() -> bytes:
    """Return an image sequence without a still item."""
    tkhd = full(b"tkhd", bytes(72), struct.pack(">II", 640 << 16, 480 << 16))
    mdhd = full(b"mdhd", struct.pack(">IIII", 0, 0, 1000, 2500))
    stsz = full(b"stsz", struct.pack(">II", 0, 25))
    hdlr = full(b"hdlr", bytes(4), b"pict", bytes(13))
    track = box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", box(b"stbl", stsz))))
    sound = box(b"trak", box(b"mdia", full(b"hdlr", bytes(4), b"soun", bytes(13))))
    return box(b"ftyp", b"msf1\0\0\0\0msf1") + box(b"moov", full(b"mvhd", bytes(96)), sound, track)


class Bits:
    """Writes little-endian bits."""

    def __init__(self) -> None:
        self.value, self.at = 0, 0

    def put(self, *fields: tuple[int, int]) -> Bits:
        """Append (value, width) fields."""
        for value, width in fields:
            self.value |= value << self.at
            self.at += width
        return self

    def bytes(self) -> bytes:
        """Return what was written, with room behind it."""
        return self.value.to_bytes(self.at // 8 + 9, "little")


def jxl_codestream() -> bytes:
    """Return the header of a JPEG XL codestream: 640 x 480, turned right, animated, alpha, 10 bits."""
    size = [(0, 1), (0, 2), (479, 9), (3, 3)]
    extra = [
        (1, 1),
        (5, 3),
        (0, 1),
        (1, 1),
        (1, 1),
        (0, 2),
        (0, 3),
        (0, 2),
        (1, 1),
        (0, 2),
        (0, 2),
        (1, 2),
        (3, 3),
        (0, 1),
    ]
    depth, channels = [(0, 1), (1, 2), (1, 1)], [(1, 2), (0, 1), (0, 2), (0, 1), (0, 2), (0, 2), (0, 2), (0, 1)]
    color = [(0, 1), (0, 1), (1, 1), (1, 2)]
    return b"\xff\x0a" + Bits().put(*size, (0, 1), *extra, *depth, *channels, *color).bytes()


def jxl() -> bytes:
    """Return a JPEG XL container with EXIF, XMP (packed by Brotli) and a codestream."""
    import brotli

    return (
        b"\0\0\0\x0cJXL \r\n\x87\n"
        + box(b"ftyp", b"jxl \0\0\0\0jxl ")
        + box(b"Exif", bytes(4), exif())
        + box(b"brob", b"xml ", brotli.compress(XMP))
        + box(b"jbrd", b"\0")
        + box(b"jxlp", bytes(4), jxl_codestream())
    )


def jp2_codestream() -> bytes:
    """Return the main header of a JPEG 2000 codestream, an empty tile and its end."""
    siz = struct.pack(">H8IH", 0, 640, 480, 0, 0, 320, 240, 0, 0, 3) + bytes([9, 1, 1, 9, 2, 2, 9, 2, 2])
    cod = bytes([0, 1, 0, 3, 1, 5, 4, 4, 0, 1])
    return (
        b"\xff\x4f" + segment(0x51, siz) + segment(0x52, cod) + segment(0x64, b"\0\1by hand")
        + segment(0x90, bytes(8)) + b"\xff\xd9"
    )  # fmt: skip


def jp2() -> bytes:
    """Return a JP2 with resolution, palette-less colours, alpha, and UUID boxes."""
    header = box(
        b"jp2h",
        box(b"ihdr", struct.pack(">IIHBBBB", 480, 640, 3, 9, 7, 0, 0)),
        box(b"colr", b"\1\0\0", struct.pack(">I", 16)),
        box(b"colr", b"\2\0\0", icc()),
        box(b"cdef", struct.pack(">H6H", 2, 0, 0, 1, 3, 1, 0)),
        box(b"res ", box(b"resc", struct.pack(">HHHHbb", 11811, 1, 11811, 1, 0, 0))),
    )
    uuids = [(bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP), (b"JpgTiffExif->JP2", exif()),
             (bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), iptc())]  # fmt: skip
    boxes = b"".join(box(b"uuid", *pair) for pair in uuids)
    head = b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    return head + header + boxes + box(b"xml ", b"<a/>") + box(b"jp2c", jp2_codestream())


def psd(*, wide: bool = False) -> bytes:
    """Return a PSD (PSB when wide) of two layers, one with a Unicode name."""
    resolution, thumbnail = struct.pack(">II", 300 << 16, 1) + bytes(8), struct.pack(">III", 1, 80, 60) + bytes(30)
    blocks = resources(
        {
            1005: resolution, 1028: iptc(), 1035: b"https://x.example", 1036: thumbnail, 1039: icc(), 1058: exif(),
            1060: XMP,
        }
    )  # fmt: skip
    width = "Q" if wide else "I"

    def layer(name: str, more: bytes = b"") -> bytes:
        text = name.encode("mac_roman")
        pascal = bytes([len(text)]) + text
        extra = bytes(8) + pascal + bytes(-len(pascal) % 4) + more
        channels = b"".join(struct.pack(f">h{width}", i, 2) for i in range(3))
        return (
            bytes(16) + struct.pack(">H", 3) + channels + b"8BIMnorm" + bytes(4) + struct.pack(">I", len(extra)) + extra
        )

    luni = b"8BIMluni" + struct.pack(">II", 4 + 6, 3) + "Tür".encode("utf-16-be")
    layers = struct.pack(">h", -2) + layer("Background") + layer("T?r", luni)
    section = struct.pack(f">{width}", len(layers)) + layers
    head = b"8BPS" + struct.pack(">H6xHIIHH", 2 if wide else 1, 4, 480, 640, 8, 3)
    body = struct.pack(">I", 0) + struct.pack(">I", len(blocks)) + blocks
    return head + body + struct.pack(f">{width}", len(section)) + section + struct.pack(">H", 1) + bytes(8)


SVG = b"""<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
  <!ENTITY ns_svg "http://www.w3.org/2000/svg">
]>
<!-- Generator: Adobe Illustrator 27.0 -->
<svg xmlns="&ns_svg;" xmlns:xlink="http://www.w3.org/1999/xlink" width="50mm" viewBox="0 0 200 100" version="1.1">
  <title>Sign</title><desc>A sign.</desc>
  <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://creativecommons.org/ns#"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><cc:Work><dc:creator><cc:Agent><dc:title>Ada</dc:title></cc:Agent>
    </dc:creator><dc:date>2025-03-14</dc:date></cc:Work></rdf:RDF></metadata>
  <script>1</script><rect onclick="f()"/><animate/><image xlink:href="https://x.example/a.png"/><use href="#a"/>
</svg>"""


def cursor() -> bytes:
    """Return a cursor of one 1-bit picture."""
    dib = struct.pack("<IiiHHIIiiII", 40, 32, 64, 1, 1, 0, 0, 0, 0, 0, 0) + bytes(264)
    return struct.pack("<HHHBBBBHHII", 0, 2, 1, 32, 32, 2, 0, 5, 7, len(dib), 22) + dib


def targa() -> bytes:
    """Return a Targa 2.0 with an extension area."""
    body = struct.pack("<BBBHHBHHHHBB", 4, 0, 2, 0, 0, 0, 0, 0, 4, 2, 32, 8) + b"note" + bytes(32)
    area = struct.pack("<H", 495) + b"Ada".ljust(41, b"\0") + b"Words".ljust(324, b"\0")
    area += struct.pack("<6H", 5, 1, 2024, 10, 0, 0) + bytes(47) + b"Painter".ljust(41, b"\0")
    return body + area.ljust(495, b"\0") + struct.pack("<II", len(body), 0) + b"TRUEVISION-XFILE.\0"


def sun() -> bytes:
    """Return a Sun raster file."""
    return struct.pack(">8I", 0x59A66A95, 4, 3, 24, 36, 1, 0, 0) + bytes(36)


def window_dump(order: str = ">") -> bytes:
    """Return an X window dump."""
    head = struct.pack(f"{order}25I", 107, 7, 2, 24, 4, 3, 0, 0, 32, 0, 32, 32, 16, 4, 0, 0, 0, 8, 0, 0, 4, 3, 0, 0, 0)
    return head + b"xclock\0" + bytes(48)


def dpx(order: str = ">") -> bytes:
    """Return a DPX header."""
    head = bytearray(2048)
    head[0:4] = b"SDPX" if order == ">" else b"XPDS"
    for at, text in ((8, b"V2.0"), (36, b"a.dpx"), (136, b"2024:05:01:10:00:00"), (160, b"Ada"), (460, b"(c)")):
        head[at : at + len(text)] = text
    struct.pack_into(f"{order}HHII", head, 768, 0, 1, 2048, 1556)
    head[800], head[803] = 50, 10
    return bytes(head)


def ktx(version: int = 1) -> bytes:
    """Return a KTX texture of version 1 or 2."""
    if version == 2:
        return b"\xabKTX 20\xbb\r\n\x1a\n" + struct.pack("<10I", 37, 1, 64, 32, 0, 0, 1, 7, 2, 0) + bytes(60)
    numbers = (0x04030201, 0x1401, 1, 0x1907, 0x8051, 0x1907, 64, 32, 0, 0, 1, 7, 0)
    return b"\xabKTX 11\xbb\r\n\x1a\n" + struct.pack("<13I", *numbers) + bytes(16)


CARDS = {
    "SIMPLE": "                   T / standard", "BITPIX": "-32", "NAXIS": "2", "NAXIS1": "512", "NAXIS2": "256",
    "OBJECT": "'M 31''s core'", "AUTHOR": "'Ada     '", "DATE-OBS": "'2024-05-01T10:00:00'",
    "FILTER": "'R       ' / band",
}  # fmt: skip


def fits(cards: Mapping[str, str] = CARDS) -> bytes:
    """Return a FITS header."""
    lines = [f"{key:8}= {value}" for key, value in cards.items()] + ["COMMENT none", "END"]
    return "".join(line.ljust(80) for line in lines).ljust(2880).encode()


MIFF = (
    b"id=ImageMagick  version=1.0\nclass=DirectClass  colors=0  alpha-trait=Blend\ncolumns=64  rows=48  depth=16\n"
    b"colorspace=sRGB\ncompression=Zip  quality=75\ncomment={By hand}\n\x0c\n:\x1a" + bytes(16)
)
XPM = b'/* XPM */\nstatic char *a[] = {\n"16 8 2 1 3 4",\n"  c None",\n". c #000000",\n'
RADIANCE = b"#?RADIANCE\nSOFTWARE=hand\nEXPOSURE=1.5\nFORMAT=32-bit_rle_rgbe\n\n-Y 48 +X 64\n" + bytes(32)


def exr() -> bytes:
    """Return an OpenEXR header."""

    def attribute(name: bytes, kind: bytes, value: bytes) -> bytes:
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value

    channel = b"".join(
        name + b"\0" + struct.pack("<I", 1) + bytes(4) + struct.pack("<II", 1, 1) for name in (b"A", b"B", b"G", b"R")
    )
    return (
        b"\x76\x2f\x31\x01" + struct.pack("<I", 2)
        + attribute(b"channels", b"chlist", channel + b"\0")
        + attribute(b"compression", b"compression", b"\3")
        + attribute(b"displayWindow", b"box2i", struct.pack("<4i", 0, 0, 63, 47))
        + attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1))
        + attribute(b"capDate", b"string", b"2024:05:01 10:00:00")
        + attribute(b"owner", b"string", b"Ada")
        + attribute(b"note", b"string", b"n")
        + b"\0"
    )  # fmt: skip


def wmf() -> bytes:
    """Return a placeable Windows metafile of 2 by 1 inches."""
    return struct.pack("<IH4hHIH", 0x9AC6CDD7, 0, 0, 0, 2880, 1440, 1440, 0, 0) + struct.pack(
        "<HHHIHIH", 1, 9, 0x300, 12, 0, 3, 0
    )


def emf() -> bytes:
    """Return an EMF with a description."""
    text = "Draw 1.0\0Plan\0\0".encode("utf-16-le")
    head = struct.pack("<II4i4i", 1, 88 + len(text), 0, 0, 99, 49, 0, 0, 2646, 1323) + b" EMF"
    head += struct.pack("<IIIHHII", 0x10000, 88 + len(text), 2, 1, 0, len(text) // 2, 88) + bytes(24)
    return head[:88] + text


def djvu(*, pages_too: bool = False) -> bytes:
    """Return a DjVu page, or a document that holds it."""
    info = (
        b"INFO"
        + struct.pack(">I", 10)
        + struct.pack(">HHBB", 600, 800, 26, 0)
        + struct.pack("<H", 300)
        + bytes([22, 6])
    )
    page = b"DJVU" + info
    if not pages_too:
        return b"AT&TFORM" + struct.pack(">I", len(page)) + page
    form = b"FORM" + struct.pack(">I", len(page)) + page
    directory = b"DIRM" + struct.pack(">IBHI", 7, 0x81, 1, 32) + b"\0"
    body = b"DJVM" + directory + form
    return b"AT&TFORM" + struct.pack(">I", len(body)) + body


def pict(version: int = 2) -> bytes:
    """Return a QuickDraw picture behind its 512 zero bytes."""
    head = bytes(512) + struct.pack(">H4h", 100, 0, 0, 48, 64)
    if version == 1:
        return head + b"\x11\x01\xff" + bytes(8)
    return head + b"\0\x11\x02\xff\x0c\0\xff\xfe\0\0\0\x48\0\0\0\x48\0\0" + bytes(16)


def xcf() -> bytes:
    """Return a GIMP file of two layers."""
    comment = b"by hand\0"
    parasite = struct.pack(">I", 13) + b"gimp-comment\0" + struct.pack(">II", 1, len(comment)) + comment
    rows = [(17, b"\x01"), (19, struct.pack(">ff", 300, 300)), (21, parasite)]
    properties = b"".join(
        struct.pack(">II", {17: 19, 19: 17, 21: 21}[kind], len(body)) + body for kind, body in rows
    ) + struct.pack(">II", 0, 0)
    head = b"gimp xcf v011\0" + struct.pack(">IIII", 64, 48, 0, 250)
    return head + properties + struct.pack(">QQQQ", 900, 901, 0, 0)


def jxr() -> bytes:
    """Return a JPEG XR directory."""
    rows: Ifd = [(700, BYTE, XMP), (0xBC80, LONG, (64,)), (0xBC81, LONG, (48,)), (0xBC82, RATIONAL, (96, 1)),
                 (0xBCC2, LONG, (8,))]  # fmt: skip
    return tiff(rows, magic=0x01BC)


def ilbm() -> bytes:
    """Return an Amiga picture with its texts."""
    chunks = [(b"BMHD", struct.pack(">HHHHBBBBHBBHH", 64, 48, 0, 0, 5, 2, 1, 0, 0, 10, 11, 320, 200)),
              (b"NAME", b"Boing"), (b"AUTH", b"Ada\0"), (b"CMAP", bytes(96)), (b"BODY", bytes(8))]  # fmt: skip
    body = b"ILBM" + b"".join(k + struct.pack(">I", len(d)) + d + bytes(len(d) % 2) for k, d in chunks)
    return b"FORM" + struct.pack(">I", len(body)) + body


def psp(major: int = 10) -> bytes:
    """Return a Paint Shop Pro header."""
    block = struct.pack("<IIdBHH", 64, 48, 118.11, 2, 2, 24) + bytes(30)
    head = b"Paint Shop Pro Image File\n\x1a".ljust(32, b"\0") + struct.pack("<HH", major, 0)
    return head + b"~BK\0" + struct.pack("<HII", 0, len(block), len(block)) + block


def dcx() -> bytes:
    """Return two PCX pages behind their table."""
    page = saved("PCX")
    return struct.pack("<IIII", 0x3ADE68B1, 16, 16 + len(page), 0) + page + page


BRUSH = struct.pack(">5I4sI", 34, 2, 64, 48, 4, b"GIMP", 25) + b"Brush\0" + bytes(64)

MAKERS: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg, "png": png, "gif": lambda: frames("GIF", comment=b"by hand"), "webp": webp, "tiff": pages,
    "raw": camera_raw, "raf": raf, "mrw": mrw, "x3f": x3f, "crw": crw, "cr3": cr3, "heif": heif, "jxl": jxl,
    "jpeg-2000": jp2, "psd": psd, "svg": lambda: SVG, "bmp": lambda: saved("BMP", dpi=(96, 96)),
    "icon": lambda: saved("ICO", "RGBA", sizes=[(16, 16), (48, 48)]), "pcx": lambda: saved("PCX"), "targa": targa,
    "dds": lambda: saved("DDS", "RGBA"), "qoi": lambda: saved("QOI"), "sgi": lambda: saved("SGI"), "sun-raster": sun,
    "xwd": window_dump, "dpx": dpx, "icns": lambda: saved("ICNS", "RGBA", (128, 128)), "ktx": ktx,
    "netpbm": lambda: saved("PPM"), "radiance": lambda: RADIANCE, "fits": fits, "miff": lambda: MIFF,
    "xbm": lambda: saved("XBM", "1"), "xpm": lambda: XPM, "exr": exr, "wmf": wmf, "emf": emf, "djvu": djvu,
    "pict": pict, "xcf": xcf, "dwg": lambda: b"AC1032" + bytes(100), "jpeg-xr": jxr,
    "ilbm": ilbm, "psp": psp, "dcx": dcx,
    "icc": icc, "bpg": lambda: b"BPG\xfb\x30\x11\x84\x00\x83\x60" + bytes(20), "gimp-tile": lambda: BRUSH,
    "flif": lambda: b"FLIF\x641\x83\x7f\x83\x5f\x01" + bytes(20), "wbmp": lambda: b"\0\0\x81\0\2" + bytes(32),
}  # fmt: skip
"""A valid file for every extractor of the family, by its name."""

READERS = {extractor.name: extractor for extractor in register_extractors()}


def extracted(name: str, data: bytes) -> dict[str, Any]:
    """Return what the family's extractor of this name says about the bytes."""
    extractor = READERS[name]
    module, _, function = extractor.entry.partition(":")
    context = Context(media_type=extractor.accepts[0])
    found: dict[str, Any] = getattr(import_module(module), function)(BlockCache(BytesSource(data)), context)
    return found
