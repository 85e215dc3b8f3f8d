"""Rarer pictures: sizes and colours from their few header bytes."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


def test_jpeg_xr() -> None:
    """Tags of its own for the size, TIFF's for the metadata."""
    found = extracted("jpeg-xr", pictures.jxr())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["dpi"], core["title"]) == (64, 48, 96.0, "Harbour")
    assert (found["has_alpha"], core["compression"]) == (True, "JPEG XR")
    for data in (b"II\xbc\1\0\0\0\0", b"II"):
        with pytest.raises(Corrupt):
            extracted("jpeg-xr", data)


def test_numbers_of_seven_bits() -> None:
    """BPG, FLIF and WAP bitmaps write sizes in seven bits a byte."""
    bpg = extracted("bpg", pictures.MAKERS["bpg"]())
    assert (bpg["core"]["width_px"], bpg["core"]["height_px"], bpg["core"]["color_space"]) == (512, 480, "RGB")
    assert (bpg["has_alpha"], bpg["animated"], bpg["chroma_subsampling"]) == (True, True, "4:2:0")
    flif = extracted("flif", pictures.MAKERS["flif"]())
    assert (flif["core"]["width_px"], flif["core"]["height_px"], flif["core"]["frame_count"]) == (512, 480, 3)
    assert (flif["has_alpha"], flif["interlaced"], flif["core"]["bit_depth"]) == (True, True, 8)
    assert extracted("flif", b"FLIF\x312\x05\x06" + bytes(9))["core"]["bit_depth"] == 16
    wbmp = extracted("wbmp", pictures.MAKERS["wbmp"]())
    assert (wbmp["core"]["width_px"], wbmp["core"]["height_px"]) == (128, 2)


def test_amiga() -> None:
    """BMHD gives the size, other chunks the words; the body ends the search."""
    found = extracted("ilbm", pictures.ilbm())
    core = found["core"]
    assert (core["width_px"], core["title"], core["authors"], core["compression"]) == (64, "Boing", ["Ada"], "ByteRun1")
    assert (core["color_space"], found["has_alpha"], found["bits_per_pixel"]) == ("palette", True, 5)
    with pytest.raises(Corrupt):
        extracted("ilbm", pictures.ilbm().replace(b"BMHD", b"XXXX"))


def test_gimp() -> None:
    """A brush has a spacing, a pattern none."""
    brush = extracted("gimp-tile", pictures.BRUSH)
    assert (brush["core"]["title"], brush["spacing_percent"], brush["has_alpha"]) == ("Brush", 25, True)
    pattern = struct.pack(">5I4s", 30, 1, 64, 48, 1, b"GPAT") + b"Brick\0" + bytes(64)
    found = extracted("gimp-tile", pattern)
    assert (found["core"]["title"], found["core"]["color_space"], "spacing_percent" in found) == (
        "Brick",
        "gray",
        False,
    )


def test_paint_shop() -> None:
    """Resolution in either unit; anything but the attributes first is no header."""
    found = extracted("psp", pictures.psp())
    assert (found["core"]["width_px"], found["core"]["dpi"], found["bits_per_pixel"]) == (64, 299.9994, 24)
    assert found["core"]["format_version"] == "10.0"
    bare = bytearray(pictures.psp())
    bare[66] = 0
    assert "dpi" not in extracted("psp", bytes(bare))["core"]


def test_profile() -> None:
    """A profile names itself, its spaces and its maker; one that is cut says so."""
    found = extracted("icc", pictures.icc())
    assert (found["core"]["title"], found["core"]["color_space"]) == ("sRGB built-in", "RGB")
    assert (found["device_class"], found["connection_space"]) == ("display", "XYZ")
    assert found["core"]["created"].endswith("Z")
    assert extracted("icc", pictures.icc()[:-9])["reason"] == "ICC: cut off"


def test_fax_pages() -> None:
    """DCX counts its pages; a full table has as many as fit."""
    assert extracted("dcx", pictures.dcx())["core"]["page_count"] == 2
    page = pictures.saved("PCX")
    full = struct.pack("<I", 0x3ADE68B1) + struct.pack("<I", 4100) * 1024 + page
    assert extracted("dcx", full)["core"]["page_count"] == 1024


@pytest.mark.parametrize("name", ["bpg", "flif", "ilbm", "gimp-tile", "wbmp", "dcx", "psp"])
def test_without_a_header(name: str) -> None:
    """Other bytes, and sizes that never end, are corrupt."""
    magic = pictures.MAKERS[name]()[:4]
    for data in (b"", b"something else entirely, and long enough", magic, magic + b"\xff" * 30):
        with pytest.raises(Corrupt):
            extracted(name, data)
