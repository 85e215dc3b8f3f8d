"""Metafiles, scanned pages, PICT, XCF and DWG."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


def test_wmf() -> None:
    """A placeable metafile has a size in inches; a plain one only a version."""
    found = extracted("wmf", pictures.wmf())
    assert (found["core"]["width_px"], found["core"]["height_px"], found["core"]["format_version"]) == (192, 96, "3.0")
    plain = extracted("wmf", struct.pack("<HHHIHIH", 1, 9, 0x300, 12, 0, 3, 0))
    assert (plain["placeable"], plain["core"]) == (False, {"format_version": "3.0"})
    flat = extracted("wmf", pictures.wmf()[:6] + bytes(10) + pictures.wmf()[16:])
    assert "width_px" not in flat["core"]
    with pytest.raises(Corrupt):
        extracted("wmf", b"")


def test_emf() -> None:
    """Bounds in pixels, frame in hundredths of a millimetre, program and title."""
    found = extracted("emf", pictures.emf())
    assert (found["core"]["width_px"], found["core"]["title"], found["width_mm"]) == (100, "Plan", 26.46)
    assert extracted("emf", pictures.emf()[:-4])["outcome"] == "partial"
    empty = bytearray(pictures.emf())
    struct.pack_into("<4i", empty, 8, 0, 0, 0, 0)
    struct.pack_into("<I", empty, 60, 0)
    assert "width_px" not in extracted("emf", bytes(empty))["core"]
    with pytest.raises(Corrupt):
        extracted("emf", b"\1\0\0\0")


def test_djvu() -> None:
    """A page turned on its side, and a document that holds it."""
    found = extracted("djvu", pictures.djvu())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"], core["dpi"]) == (800, 600, 270, 300.0)
    document = extracted("djvu", pictures.djvu(pages_too=True))
    core = document["core"]
    assert (document["component_file_count"], core["page_count"], core["width_px"]) == (1, 1, 800)
    indirect = pictures.djvu(pages_too=True).replace(b"\x81\0\1", b"\x01\0\1")
    assert "page_count" not in extracted("djvu", indirect)["core"]
    half = pictures.djvu().replace(b"\x16\x06", b"\x16\x02")
    assert extracted("djvu", half)["core"]["orientation_deg"] == 180
    short = b"AT&TFORM" + struct.pack(">I", 17) + b"DJVUINFO" + struct.pack(">IHHB", 5, 60, 80, 20)
    assert extracted("djvu", short)["core"] == {"page_count": 1, "width_px": 60, "height_px": 80}


def test_djvu_broken() -> None:
    """Without pages there is no size; a cut file is partial; no form is corrupt."""
    empty = b"AT&TFORM" + struct.pack(">I", 4) + b"DJVM"
    assert "width_px" not in extracted("djvu", empty)["core"]
    other = b"AT&TFORM" + struct.pack(">I", 30) + b"DJVM" + (b"NAVM" + struct.pack(">I", 0)) * 3
    assert extracted("djvu", other)["outcome"] == "partial"
    with pytest.raises(Corrupt):
        extracted("djvu", b"AT&TFORM")


def test_pict() -> None:
    """Both versions have a frame; the extended second one a resolution."""
    assert extracted("pict", pictures.pict())["core"]["dpi"] == 72.0
    assert extracted("pict", pictures.pict(1))["core"]["format_version"] == "1"
    assert extracted("pict", pictures.pict()[512:])["core"]["width_px"] == 64
    with pytest.raises(Corrupt):
        extracted("pict", bytes(100))


def test_xcf() -> None:
    """Precision, resolution, comment and layers; older versions have no precision."""
    found = extracted("xcf", pictures.xcf())
    core = found["core"]
    assert (core["bit_depth"], core["dpi"], core["compression"], core["format_version"]) == (16, 300.0, "RLE", "011")
    assert (found["layer_count"], found["file_comment"]) == (2, "by hand")
    old = b"gimp xcf file\0" + struct.pack(">III", 64, 48, 1) + struct.pack(">II", 0, 0) + struct.pack(">II", 99, 0)
    found = extracted("xcf", old)
    assert (found["core"]["color_space"], found["core"]["bit_depth"], found["layer_count"]) == ("gray", 8, 1)
    broken = pictures.xcf().replace(b"gimp-comment", b"gimp-unknown")
    assert "file_comment" not in extracted("xcf", broken)
    assert extracted("xcf", pictures.xcf()[:34])["layer_count"] == 0
    with pytest.raises(Corrupt):
        extracted("xcf", b"gimp xcf ")


def test_dwg() -> None:
    """The version has the release's name where there is one."""
    assert extracted("dwg", b"AC1032")["autocad_release"] == "2018"
    assert "autocad_release" not in extracted("dwg", b"AC1006")
    with pytest.raises(Corrupt):
        extracted("dwg", b"nothing")
