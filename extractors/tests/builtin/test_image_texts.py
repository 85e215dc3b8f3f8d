"""Pictures with a textual header."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (b"P1 # art\n3 2\n0 1 0 1 0 1\n", {"color_space": "gray", "bit_depth": 1}),
        (b"P5\n3 2\n65535\n" + bytes(12), {"color_space": "gray", "bit_depth": 16}),
        (b"P6\n#c\n3 2 255\n" + bytes(18), {"color_space": "RGB", "bit_depth": 8}),
        (b"PF\n3 2\n-1.0\n" + bytes(72), {"color_space": "RGB", "bit_depth": 32}),
        (b"Pf 3 2 1.0\n" + bytes(24), {"color_space": "gray", "bit_depth": 32}),
        (
            b"P7\nWIDTH 3\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n",
            {"color_space": "RGB", "bit_depth": 8},
        ),
        (
            b"P7\nWIDTH 3\nHEIGHT 2\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n",
            {"color_space": "gray", "bit_depth": 1},
        ),
        (b"P7\nWIDTH 3\nHEIGHT 2\nDEPTH 9\nMAXVAL 255\nENDHDR\n", {"bit_depth": 8}),
    ],
)
def test_netpbm(data: bytes, facts: dict[str, object]) -> None:
    """Size, depth and colours of every kind, comments passed over."""
    core = extracted("netpbm", data)["core"]
    assert (core["width_px"], core["height_px"]) == (3, 2)
    assert {key: core[key] for key in facts} == facts


def test_netpbm_details() -> None:
    """Comments are told; alpha, byte order and nonsense as well."""
    assert extracted("netpbm", b"P1 # art\n3 2\n0\n")["file_comment"] == "art"
    assert extracted("netpbm", b"PF\n3 2\n-1.0\n")["byte_order"] == "little"
    assert extracted("netpbm", b"P7\nWIDTH 3\nHEIGHT 2\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n")["has_alpha"] is True
    for data in (b"P6\n", b"P6 -1 -1 255 ", b"P7\nENDHDR\n", b"P6 99999999999 1 255 "):
        with pytest.raises(Corrupt):
            extracted("netpbm", data)


def test_radiance() -> None:
    """Header lines become facts and tags; columns may come first."""
    found = extracted("radiance", pictures.RADIANCE)
    assert (found["core"]["width_px"], found["core"]["generator"], found["tags"]) == (64, "hand", {"exposure": "1.5"})
    turned = extracted("radiance", b"#?RGBE\n=\n\n+X 30 -Y 20\n")["core"]
    assert (turned["width_px"], turned["height_px"]) == (30, 20)
    for data in (b"x", b"#?RADIANCE\nnothing\n"):
        with pytest.raises(Corrupt):
            extracted("radiance", data)


def test_fits() -> None:
    """Quoted values, dates, axes and what is left as tags."""
    found = extracted("fits", pictures.fits())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["bit_depth"]) == (512, 256, 32)
    assert (core["title"], core["authors"], core["taken_at"]) == ("M 31's core", ["Ada"], "2024-05-01T10:00:00")
    assert (found["sample_format"], found["tags"]["FILTER"]) == ("float", "R")
    bare = extracted("fits", b"SIMPLE  =                    T".ljust(160))
    assert ("axes_px" in bare, "width_px" in bare["core"]) == (False, False)
    odd = extracted("fits", pictures.fits({"SIMPLE": "T", "BITPIX": "x", "NAXIS1": "x", "EXTEND": "T"}))
    assert (odd["has_extensions"], "bit_depth" in odd["core"]) == (True, False)
    with pytest.raises(Corrupt):
        extracted("fits", b"SIMPLE")


def test_miff() -> None:
    """Pairs up to the colon; bracketed values keep their spaces."""
    found = extracted("miff", pictures.MIFF)
    assert (found["core"]["width_px"], found["core"]["bit_depth"], found["file_comment"]) == (64, 16, "By hand")
    assert found["has_alpha"] is True
    for data in (b"x", b"id=ImageMagick columns=two"):
        with pytest.raises(Corrupt):
            extracted("miff", data)


def test_x_pictures() -> None:
    """Bitmaps have defines and perhaps a hot spot, pixmaps a line of numbers."""
    found = extracted("xbm", b"#define a_width 16\n#define a_height 8\n#define a_x_hot 3\n#define a_y_hot 4\nstatic")
    assert (found["core"]["height_px"], found["hotspot_px"]) == (8, [3, 4])
    found = extracted("xpm", pictures.XPM)
    assert (found["core"]["width_px"], found["palette_color_count"], found["has_alpha"]) == (16, 2, True)
    assert extracted("xpm", b"! XPM2\n16 8 2 1\n")["core"]["height_px"] == 8
    for name, data in (("xpm", b"/* XPM */"), ("xbm", b"#define a 1")):
        with pytest.raises(Corrupt):
            extracted(name, data)


def test_exr() -> None:
    """Window, channels, compression, and named attributes."""
    found = extracted("exr", pictures.exr())
    core = found["core"]
    assert (core["width_px"], core["bit_depth"], core["compression"], core["color_space"]) == (64, 16, "ZIP", "RGB")
    assert (core["taken_at"], core["copyright"], found["tags"]) == ("2024-05-01T10:00:00", "Ada", {"note": "n"})
    assert (found["channel_names"], found["has_alpha"], found["pixel_aspect"]) == (["A", "B", "G", "R"], True, 1.0)

    def attribute(name: bytes, kind: bytes, value: bytes) -> bytes:
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value

    odd = b"\x76\x2f\x31\x01" + struct.pack("<I", 0x1A02) + attribute(b"compression", b"compression", b"\x63")
    odd += attribute(b"displayWindow", b"box2i", struct.pack("<4i", 0, 0, 1, 1)) + attribute(
        b"channels", b"chlist", b"\0"
    )
    odd += attribute(b"expTime", b"float", struct.pack("<f", float("inf"))) + attribute(b"x", b"float", b"1234")
    odd += attribute(b"gray", b"box2i", b"")
    found = extracted("exr", odd)
    assert (found["multi_part"], found["tiled"], found["deep"], "exposure_time_s" in found) == (True, True, True, False)
    for data in (b"\x76\x2f\x31\x01", b"\x76\x2f\x31\x01\2\0\0\0\0", b"\x76\x2f\x31\x01\2\0\0\0abc"):
        with pytest.raises(Corrupt):
            extracted("exr", data)
