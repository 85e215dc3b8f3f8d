"""Pictures are known by magic where it is long enough, else by a header that makes sense as a whole."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pictures
import pytest

from firstbytes import BytesSource
from firstbytes.media import table
from firstbytes.sniff import Head, Match, images, sniff
from firstbytes.sniff.magic_images import IMAGES, OPTIONAL

HOLLOW = bytes(600)


def sniffed(data: bytes) -> str:
    """Return the type by content alone."""
    return sniff(BytesSource(data)).media_type


def test_every_row_has_a_known_type() -> None:
    """The magic numbers name types of the table, by their canonical names or an alias."""
    known = set(table()) | {alias for row in table().values() for alias in row.aliases}
    assert {row[0] for row in IMAGES} <= known
    assert known >= OPTIONAL


@pytest.mark.parametrize(
    ("maker", "media_type"),
    [
        (lambda: pictures.saved("BMP"), "image/bmp"),
        (lambda: b"BA" + bytes(12) + pictures.saved("BMP"), "image/bmp"),
        (lambda: pictures.saved("ICO", "RGBA"), "image/vnd.microsoft.icon"),
        (pictures.cursor, "image/x-win-bitmap"),
        (lambda: pictures.saved("PCX"), "image/vnd.zbrush.pcx"),
        (lambda: pictures.saved("PPM"), "image/x-portable-pixmap"),
        (lambda: pictures.saved("PPM", "L"), "image/x-portable-graymap"),
        (lambda: b"P1 # a\n2 2\n0 1 1 0\n", "image/x-portable-bitmap"),
        (lambda: b"P7\n# c\nWIDTH 2\nHEIGHT 2\n", "image/x-portable-arbitrarymap"),
        (lambda: b"PF\n2 2\n-1.0\n" + bytes(48), "image/x-portable-floatmap"),
        (lambda: pictures.saved("SGI"), "image/x-sgi"),
        (pictures.emf, "image/emf"),
        (pictures.pict, "image/x-pict"),
        (lambda: pictures.pict(1), "image/x-pict"),
        (lambda: pictures.pict()[512:], "image/x-pict"),
        (pictures.window_dump, "image/x-xwindowdump"),
        (lambda: pictures.window_dump("<"), "image/x-xwindowdump"),
        (pictures.jxl_codestream, "image/jxl"),
        (lambda: b"\0\x24abcd\x10\x22\0\1" + bytes(20), "image/cgm"),
        (lambda: b"\0\x3f\0\x21" + bytes(34) + b"\x10\x22\0\1", "image/cgm"),
        (lambda: b"FORM\0\0\0\x10ILBMBMHD", "image/x-ilbm"),
        (lambda: b"FORM\0\0\0\x10LWO2TAGS", "image/x-lwo"),
        (lambda: pictures.saved("XBM", "1"), "image/x-xbitmap"),
        (lambda: b"/* c */\n/* XPM */\nstatic char *a[] = {\n", "image/x-xpixmap"),
        (lambda: b"999\nby hand\n  0\nSECTION\n  2\nHEADER\n", "image/vnd.dxf"),
        (lambda: b"Brush\n3 ncells:3 cellwidth:9\n\0\0\0\x1c", "image/x-gimp-gih"),
        (lambda: pictures.saved("BMP")[14:], "image/x-dib"),
        (lambda: b"\xab\1\1\1\2\2" + bytes(90), "image/x-viff"),
        (lambda: b"\x52\xcc" + struct.pack("<HHHHBBBB", 0, 0, 9, 9, 2, 3, 8, 0) + bytes(9), "image/rle"),
        (lambda: b"\0\0\0\x56idsc" + bytes(90), "image/x-quicktime"),
        (lambda: b"\0\0\x09\2" + bytes(4), "image/vnd.wap.wbmp"),
        (lambda: b"\0\0\x81\0\2" + bytes(32), "image/vnd.wap.wbmp"),
        (pictures.targa, "image/x-tga"),
        (pictures.x3f, "image/x-sigma-x3f"),
        (lambda: b"LinS\x10\0\x10\0" + bytes(24), "image/x-msp"),
        (lambda: b"FLIF\x441\x05\x06 and so on", "image/x-flif"),
        (lambda: b"PGF\x36\x10\0\0\0" + bytes(30), "image/x-pgf"),
        (lambda: pictures.BRUSH, "image/x-gimp-gbr"),
        (lambda: pictures.BRUSH.replace(b"GIMP", b"GPAT"), "image/x-gimp-pat"),
        (lambda: pictures.saved("TGA", "L", compression="tga_rle"), "image/x-tga"),
        (lambda: b"\0\1\1" + struct.pack("<HHBHHHHBB", 0, 2, 24, 0, 0, 4, 4, 8, 0) + bytes(6 + 16), "image/x-tga"),
        (pictures.jp2, "image/jp2"),
        (lambda: pictures.jp2().replace(b"ftypjp2 ", b"ftypjpx "), "image/jpx"),
        (lambda: pictures.jp2().replace(b"ftypjp2 ", b"ftypjpm "), "image/jpm"),
        (lambda: pictures.jp2().replace(b"ftypjp2 ", b"ftypmjp2"), "video/mj2"),
        (pictures.djvu, "image/vnd.djvu"),
        (lambda: pictures.djvu()[4:], "image/vnd.djvu"),
        (lambda: pictures.djvu(pages_too=True), "image/vnd.djvu"),
        (pictures.jpeg, "image/jpeg"),
        (lambda: b"\xff\xd8" + pictures.segment(0xE8, b"SPIFF") + pictures.segment(0xF7, bytes(9)), "image/jls"),
    ],
)
def test_by_header(maker: Callable[[], bytes], media_type: str) -> None:
    """A whole header of the format gives its type."""
    assert sniffed(maker()) == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"BM" + HOLLOW,
        b"BMW cars are built in Munich, Dingolfing and elsewhere.",
        b"\0\0\1\0\1\0" + HOLLOW,
        b"\0\0\1\0\0\0" + HOLLOW,
        b"\0\0\2\0\1\0" + struct.pack("<BBBBHHII", 1, 1, 0, 7, 0, 0, 100, 22) + HOLLOW,
        b"\x0a\5\1\x08" + struct.pack("<4H", 9, 9, 1, 1) + HOLLOW,
        b"\x0a\5\1\x08" + HOLLOW,
        b"P6 and P7 are postcodes",
        b"\x01\xda\0\1" + HOLLOW,
        b"\1\0\0\0" + HOLLOW,
        b"\0\0\0\x64\0\0\0\7" + HOLLOW,
        b"\xff\x0a\0",
        b"\xff\x0a" + b"\xfe\xff\xff\xff" * 10,
        b"\0\x20" + HOLLOW,
        b"FORM\0\0\0\x10WHAT",
        HOLLOW + b"\x11\x01",
        b"\0\0\2" + struct.pack("<HHBHHHHBB", 0, 0, 0, 0, 0, 9999, 9999, 24, 0) + HOLLOW,
        b"\0\0\2" + struct.pack("<HHBHHHHBB", 5, 9, 24, 0, 0, 9, 9, 24, 0) + HOLLOW,
        b"\0\0\3" + struct.pack("<HHBHHHHBB", 0, 0, 0, 0, 0, 9, 9, 24, 0) + HOLLOW,
        b"\x28\0\0\0" + HOLLOW,
        b"icns is what Apple calls its icons; nothing here is one of them.",
        b"FLIFlaf is no picture",
        b"FLIF\x44x",
        b"PGF and TikZ draw pictures in TeX.",
        b"Was it made with theGIMP? No, by hand, with a pen.",
        b"\xab\1" + HOLLOW,
        b"\x52\xcc" + HOLLOW,
        b"\0\0\xff\xff\xff\xff",
        b"\0\0\x81",
        b"\0\0\x0a" + struct.pack("<HHBHHHHBB", 0, 0, 0, 0, 0, 9, 0, 24, 0) + HOLLOW,
    ],
)
def test_a_short_magic_alone_is_not_enough(data: bytes) -> None:
    """Two letters, or fields that contradict each other, are no picture."""
    head, source = Head(data[:8192], data, len(data)), BytesSource(data)
    assert images.content(head, source) is None
    assert images.targa(head, source) is None


def test_rules_say_nothing_of_other_bytes() -> None:
    """Refiners answer None when there is nothing more to say."""
    for data in (b"", b"\xff\xd8\xff", b"\xff\xd8" + pictures.segment(0xE0, b"") * 90, HOLLOW):
        head, source = Head(data[:8192], data, len(data)), BytesSource(data)
        for rule in (images.content, images.jpeg, images.jpeg2000, images.targa):
            assert rule(head, source) is None


def test_a_vote_is_weak() -> None:
    """Targa by header alone is a vote; with its footer it is not."""

    def answer(data: bytes) -> Match | None:
        return images.targa(Head(data[:8192], data, len(data)), BytesSource(data))

    footed, bare = answer(pictures.targa()), answer(pictures.saved("TGA")[:-26])
    assert footed is not None
    assert bare is not None
    assert (footed.weak, bare.weak) == (False, True)
