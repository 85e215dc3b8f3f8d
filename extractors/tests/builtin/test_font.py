"""Fonts say the same as fontTools says, in every wrapper, and survive damage."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from typing import Any

import pytest
from damage import endures
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.font import coverage, names, register_extractors
from firstbytes.builtin.font.opentype import extract
from firstbytes.formats import sfnt
from firstbytes.sniff import sniff

CONTEXT = Context(media_type="font/ttf")
NAMES = {
    "familyName": "Lantern",
    "styleName": "Bold Italic",
    "uniqueFontIdentifier": "1.5;TEST;Lantern",
    "fullName": "Lantern Bold Italic",
    "version": "Version 1.500",
    "psName": "Lantern-BoldItalic",
    "copyright": "(c) A. Smith",
    "manufacturer": "Smith & Co",
    "designer": "Ada Smith",
    "description": "A face for lamps",
    "licenseDescription": "SIL OFL 1.1",
    "licenseInfoURL": "https://openfontlicense.org",
    "sampleText": "Lamps",
}


def _font(*, variable: bool = False, family: str = "Lantern") -> TTFont:
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "space"])
    builder.setupCharacterMap({65: "A", 32: "space"})
    pen = TTGlyphPen(None)
    for point in ((0, 0), (500, 0), (250, 700)):
        (pen.moveTo if point == (0, 0) else pen.lineTo)(point)
    pen.closePath()
    glyph = pen.glyph()
    builder.setupGlyf({".notdef": glyph, "A": glyph, "space": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0), "space": (250, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(NAMES | {"familyName": family})
    builder.setupOS2(
        usWeightClass=700,
        usWidthClass=3,
        achVendID="SMTH",
        fsType=4 | 0x100,
        fsSelection=0x21,
        ulUnicodeRange1=0b1 | 1 << 9,
        ulUnicodeRange2=1 << (59 - 32),
    )
    builder.setupPost(italicAngle=-12.5, isFixedPitch=1)
    if variable:
        builder.setupFvar([("wght", 100, 400, 900, "Weight")], [{"location": {"wght": 700}, "stylename": "Heavy"}])
    builder.font["head"].created = 3_800_000_000
    builder.font["head"].modified = 3_800_000_100
    return builder.font


def _bytes(font: TTFont, flavor: str | None = None) -> bytes:
    font.flavor = flavor
    sink = io.BytesIO()
    font.save(sink)
    return sink.getvalue()


def _collection() -> bytes:
    fonts = TTCollection()
    fonts.fonts = [_font(), _font(family="Beacon")]
    sink = io.BytesIO()
    fonts.save(sink)
    return sink.getvalue()


def _otf() -> bytes:
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    pen = T2CharStringPen(500, None)
    builder.setupCFF("Lantern", {}, {".notdef": pen.getCharString()}, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupNameTable(NAMES)
    builder.setupOS2()
    builder.setupPost()
    return _bytes(builder.font)


FILES: dict[str, Callable[[], bytes]] = {
    "sfnt": lambda: _bytes(_font(variable=True)),
    "WOFF": lambda: _bytes(_font(), "woff"),
    "WOFF2": lambda: _bytes(_font(), "woff2"),
    "collection": _collection,
    "otf": _otf,
}


@pytest.mark.parametrize("wrapper", ["sfnt", "WOFF", "WOFF2", "collection"])
def test_every_wrapper_says_the_same(wrapper: str) -> None:
    """Names, style, permission and metrics do not depend on how the font is packed."""
    result: Any = extract(BlockCache(BytesSource(FILES[wrapper]())), CONTEXT)
    core = result["core"]
    assert core["title"] == "Lantern Bold Italic"
    assert core["authors"] == ["Ada Smith"]
    assert core["version"] == "1.500"
    assert core["license"] == "https://openfontlicense.org"
    assert core["publisher"] == "Smith & Co"
    assert core["glyph_count"] == 3
    assert core["created"] == "2024-05-31T11:33:20Z"
    assert result["wrapper"] == wrapper
    assert (result["family"], result["style"]) == ("Lantern", "Bold Italic")
    assert (result["weight"], result["width"], result["vendor"]) == (700, "condensed", "SMTH")
    assert (result["bold"], result["italic"], result["monospaced"]) == (True, True, True)
    assert (result["embedding"], result["no_subsetting"]) == ("preview and print", True)
    assert result["scripts"] == ["Latin", "Cyrillic", "Han"]
    assert result["italic_angle_deg"] == -12.5
    assert result["outlines"] == "TrueType"


def test_variable_fonts_have_axes_and_instances() -> None:
    """An axis has its range, an instance its name."""
    result: Any = extract(BytesSource(FILES["sfnt"]()), CONTEXT)
    assert result["axes"] == [{"tag": "wght", "name": "Weight", "minimum": 100, "default": 400, "maximum": 900}]
    assert result["instances"] == ["Heavy"]


def test_collections_name_their_fonts() -> None:
    """A collection lists the names of all its fonts and counts them."""
    result: Any = extract(BytesSource(_collection()), CONTEXT)
    assert result["core"]["entry_count"] == 2
    assert [font["family"] for font in result["fonts"]] == ["Lantern", "Beacon"]


def test_compact_font_format() -> None:
    """An OpenType font with CFF outlines is one, by type and by facts."""
    data = _otf()
    assert sniff(BytesSource(data)).media_type == "font/otf"
    assert extract(BytesSource(data), CONTEXT)["outlines"] == "CFF"


def test_the_best_name_is_chosen() -> None:
    """Windows in US English is before the Macintosh's name, and that before another language."""
    strings = ["Deutsch".encode("utf-16-be"), b"Mac\x8en", "English".encode("utf-16-be"), "Uni".encode("utf-16-be")]
    records, at = b"", 0
    for (platform, encoding, language, name), text in zip(
        ((3, 1, 0x407, 1), (1, 0, 0, 2), (3, 1, 0x409, 1), (0, 3, 0, 3)), strings, strict=True
    ):
        records += struct.pack(">6H", platform, encoding, language, name, len(text), at)
        at += len(text)
    table = struct.pack(">HHH", 0, 4, 6 + len(records)) + records + b"".join(strings)
    assert names.read(table) == {1: "English", 2: "Macén", 3: "Uni"}
    assert names.read(b"") == {}


def test_a_woff2_bomb_is_bounded() -> None:
    """Tables that claim more than 32 MB are unpacked no further."""
    import brotli

    packed = brotli.compress(bytes(64 << 20))
    directory = b"\x05" + b"\xa0\x80\x80\x00"
    head = struct.pack(">4s4sIHHIIHHIIIII", b"wOF2", b"\x00\x01\x00\x00", 0, 1, 0, 0, len(packed), 0, 0, 0, 0, 0, 0, 0)
    file = sfnt.read(BytesSource(head + directory + packed))
    assert file.missing
    assert len(file.fonts[0].table("name", 64 << 20)) <= 32 << 20


def test_woff2_collections_share_tables() -> None:
    """Each font of a WOFF2 collection has the tables its indices name."""
    import brotli

    tables = [(b"name", b"n" * 10), (b"OS/2", b"o" * 20), (b"abcd", b"x" * 30)]
    directory = bytes([5, 10, 6, 20, 63]) + b"abcd" + bytes([30])
    directory += struct.pack(">I", 0x10000) + b"\x02"
    directory += b"\x02OTTO\x00\x01" + b"\x01\x00\x01\x00\x00\xfd\x00\x02"
    packed = brotli.compress(b"".join(data for _, data in tables))
    head = struct.pack(">4s4sIHHIIHHIIIII", b"wOF2", b"ttcf", 0, 3, 0, 0, len(packed), 1, 2, 0, 0, 0, 0, 0)
    file = sfnt.read(BytesSource(head + directory + packed))
    assert [sorted(font.places) for font in file.fonts] == [["OS/2", "name"], ["abcd"]]
    assert file.fonts[1].table("abcd") == b"x" * 30
    assert (file.claimed, file.wrapper_version) == (2, "1.2")


@pytest.mark.parametrize("wrapper", FILES)
def test_damage_is_corrupt_or_partial_and_quick(wrapper: str) -> None:
    """Truncation at every 1/64 and 250 byte flips raise nothing but Corrupt, each within a second."""
    assert endures(
        lambda data: extract(BlockCache(BytesSource(data)), CONTEXT), FILES[wrapper](), seed=5, flips=250, edge=200
    )


def test_the_declaration_names_what_it_reads() -> None:
    """One extractor reads all five types."""
    (extractor,) = register_extractors()
    assert "font/woff2" in extractor.accepts


def test_scripts_of_the_layout_tables() -> None:
    """Script tags of GSUB and GPOS, in order and once."""
    table = struct.pack(">HHHHH", 1, 0, 10, 0, 0) + struct.pack(">H4sH4sH", 2, b"latn", 0, b"arab", 0)
    places = {"GSUB": sfnt.Place(0, len(table), len(table)), "GPOS": sfnt.Place(0, len(table), len(table))}
    font = sfnt.Font(b"OTTO", places, BytesSource(table))
    assert coverage.layout_scripts(font) == ["arab", "latn"]
    assert coverage.scripts(b"") == []


@pytest.mark.parametrize(
    "data", [b"ttcf\x00\x01\x00\x00" + bytes(60), b"OTTO" + bytes(60), b"wOFF" + bytes(60), b"wOF2"]
)
def test_files_of_no_font_are_corrupt(data: bytes) -> None:
    """A collection of none, and directories without a table."""
    with pytest.raises(Corrupt):
        sfnt.read(BytesSource(data))
