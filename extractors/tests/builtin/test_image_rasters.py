"""BMP, icons and pictures with a fixed header: the fields that vary, and headers cut short."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


def bmp(width: int = 4, height: int = 3, bits: int = 24, compression: int = 0, length: int = 40) -> bytes:
    """Return a BMP header of one of the versions, and its pixels."""
    if length == 12:
        dib = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        dib = struct.pack("<IiiHHIIiiII", length, width, height, 1, bits, compression, 0, 3780, 7560, 0, 0)
        dib = dib.ljust(length, b"\0")[:length] if length > 40 else dib
    pixels = bytes((width * bits + 31) // 32 * 4 * abs(height))
    return b"BM" + struct.pack("<IHHI", 14 + len(dib) + len(pixels), 0, 0, 14 + len(dib)) + dib + pixels


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (bmp(), {"bits_per_pixel": 24, "dpi_y": 192.02, "header_version": "3"}),
        (bmp(height=-3), {"top_down": True}),
        (bmp(bits=8), {"palette_color_count": 256, "bits_per_pixel": 8}),
        (bmp(length=12), {"header_version": "OS/2 1"}),
        (bmp(length=124), {"header_version": "5"}),
        (b"BA" + bytes(12) + bmp(), {"bits_per_pixel": 24}),
    ],
)
def test_bmp_headers(data: bytes, facts: dict[str, object]) -> None:
    """Every version of the header gives size and depth."""
    found = extracted("bmp", data)
    assert (found["core"]["width_px"], found["core"]["height_px"]) == (4, 3)
    assert {key: found[key] for key in facts} == facts


def test_bmp_compression_and_cut() -> None:
    """Compressions have names; pixels that are not there make it partial."""
    assert extracted("bmp", bmp(compression=4))["core"]["compression"] == "JPEG"
    assert extracted("bmp", bmp(compression=11))["core"]["color_space"] == "CMYK"
    assert extracted("bmp", bmp(compression=99, bits=16))["core"]["compression"] == "code 99"
    assert extracted("bmp", bmp()[:-4])["outcome"] == "partial"
    for data in (b"BM", bmp()[:14] + struct.pack("<I", 7) + bytes(40), bmp(width=0)):
        with pytest.raises(Corrupt):
            extracted("bmp", data)


def test_icons() -> None:
    """The largest picture gives the size; a cursor has its hot spot."""
    found = extracted("icon", pictures.MAKERS["icon"]())
    assert (found["core"]["width_px"], found["core"]["frame_count"], found["images"][0]["format"]) == (48, 2, "PNG")
    cursor = extracted("icon", pictures.cursor())
    assert cursor["images"] == [
        {"width_px": 32, "height_px": 32, "size_bytes": 304, "bits_per_pixel": 1, "format": "BMP", "palette_color_count": 2,
         "hotspot_px": [5, 7]}
    ]  # fmt: skip
    assert extracted("icon", pictures.cursor()[:-4])["reason"] == "CUR: cut off"
    entry = struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, 99, 500)
    assert extracted("icon", entry)["images"][0] == {
        "width_px": 256, "height_px": 256, "size_bytes": 99, "format": "BMP", "bits_per_pixel": 32,
    }  # fmt: skip
    for data in (b"", b"\0\0\1\0\0\0" + bytes(16), b"\0\0\3\0\1\0" + bytes(16)):
        with pytest.raises(Corrupt):
            extracted("icon", data)


def test_targa() -> None:
    """Version 2 has an extension area with author, time and program."""
    found = extracted("targa", pictures.targa())
    core = found["core"]
    assert (core["authors"], core["created"], core["generator"]) == (["Ada"], "2024-05-01T10:00:00", "Painter")
    assert (found["identification"], found["file_comment"], core["format_version"]) == ("note", "Words", "2.0")
    plain = extracted("targa", pictures.saved("TGA", "L", compression="tga_rle"))
    assert (plain["core"]["color_space"], plain["core"]["compression"]) == ("gray", "RLE")
    assert "authors" not in extracted("targa", pictures.targa()[:-26] + bytes(8) + b"TRUEVISION-XFILE.\0")["core"]


@pytest.mark.parametrize(("mode", "space"), [("1", "gray"), ("P", "palette"), ("RGB", "RGB"), ("L", "palette")])
def test_pcx(mode: str, space: str) -> None:
    """Planes and bits tell the colours."""
    assert extracted("pcx", pictures.saved("PCX", mode))["core"]["color_space"] == space


def test_dds() -> None:
    """Named compressions, volumes and cubes."""
    packed = bytearray(pictures.saved("DDS", "RGBA"))
    struct.pack_into("<I4s", packed, 80, 4, b"DX10")
    struct.pack_into("<I", packed, 112, 0x200200)
    struct.pack_into("<II", packed, 24, 16, 5)
    found = extracted("dds", bytes(packed[:128]) + struct.pack("<I", 98))
    assert (found["core"]["compression"], found["dxgi_format"], found["is_cube_map"]) == ("DX10", 98, True)
    assert (found["depth_px"], found["mipmap_count"]) == (16, 5)


def test_sgi_and_sun() -> None:
    """A row of pixels is one high; a colour map makes a palette."""
    head = b"\x01\xda\0\1" + struct.pack(">4H", 1, 64, 0, 2) + bytes(12) + b"Row".ljust(80, b"\0")
    found = extracted("sgi", head)
    assert (found["core"]["height_px"], found["has_alpha"], found["core"]["title"]) == (1, True, "Row")
    for bits, colors, space in ((8, 768, "palette"), (1, 0, "gray"), (24, 0, "RGB")):
        data = struct.pack(">8I", 0x59A66A95, 4, 3, bits, 36, 2, 1, colors)
        core = extracted("sun-raster", data)["core"]
        assert (core["color_space"], core["compression"]) == (space, "RLE")


def test_either_byte_order() -> None:
    """DPX and window dumps come in both; DPX times may lack their clock."""
    assert extracted("xwd", pictures.window_dump("<"))["core"]["title"] == "xclock"
    dpx = bytearray(pictures.dpx("<"))
    dpx[136:160] = b"2024:05:01".ljust(24, b"\0")
    found = extracted("dpx", bytes(dpx))
    assert (found["core"]["width_px"], found["core"]["created"]) == (2048, "2024-05-01")
    with pytest.raises(Corrupt):
        extracted("dpx", bytes(2048))


def test_textures_and_icons() -> None:
    """KTX 2 has a supercompression; an icon file without icons is corrupt."""
    found = extracted("ktx", pictures.ktx(2))
    assert (found["core"]["compression"], found["core"]["format_version"], found["mipmap_count"]) == (
        "Zstandard",
        "2.0",
        7,
    )
    swapped = pictures.ktx()[:12] + b"".join(pictures.ktx()[i : i + 4][::-1] for i in range(12, 64, 4)) + bytes(16)
    assert extracted("ktx", swapped)["core"]["width_px"] == 64
    with pytest.raises(Corrupt):
        extracted("icns", b"icns\0\0\0\x10TOC \0\0\0\x08")


def test_qoi_cut_off() -> None:
    """QOI ends in seven zeros and a one."""
    assert extracted("qoi", pictures.saved("QOI")[:-3])["reason"] == "QOI: cut off"
