"""JPEG XL and JPEG 2000: codestreams, bare and in boxes."""

from __future__ import annotations

import struct

import brotli
import pictures
import pytest
from pictures import box, extracted, segment

from firstbytes import Corrupt, Decline

JXL = b"\0\0\0\x0cJXL \r\n\x87\n"
JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"


def test_jxl_container() -> None:
    """EXIF and packed XMP beside the codestream, whose own orientation counts."""
    found = extracted("jxl", pictures.jxl())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (480, 640, 90)
    assert (core["bit_depth"], core["color_space"], found["has_alpha"], found["animated"]) == (10, "gray", True, True)
    assert (core["device_make"], core["title"]) == ("Nordlys", "Harbour")
    assert (found["has_jpeg_reconstruction"], found["loop_count"], found["ticks_per_second"]) == (True, 3, 100.0)


def test_jxl_bare_and_plain_boxes() -> None:
    """A bare codestream, plain XMP, packed EXIF, and packed boxes of other kinds."""
    assert extracted("jxl", pictures.jxl_codestream())["core"]["width_px"] == 480
    exif = brotli.compress(bytes(4) + pictures.exif())
    boxes = box(b"xml ", pictures.XMP) + box(b"brob", b"Exif", exif) + box(b"brob", b"else", exif)
    found = extracted("jxl", JXL + boxes + box(b"jxlc", pictures.jxl_codestream()))
    assert (found["core"]["title"], found["core"]["device_model"]) == ("Harbour", "N1")


def test_jxl_broken() -> None:
    """Broken compression costs the block, a missing codestream everything."""
    boxes = box(b"brob", b"xml ", b"not brotli") + box(b"jxlc", pictures.jxl_codestream())
    assert extracted("jxl", JXL + boxes)["core"]["width_px"] == 480
    cut = (
        JXL
        + box(b"jxlc", pictures.jxl_codestream())
        + struct.pack(">I", 500)
        + b"Exif"
        + bytes(4)
        + pictures.exif()[:40]
    )
    assert extracted("jxl", cut)["outcome"] == "partial"
    for data in (b"", JXL, b"\xff\x0a\0", JXL + box(b"jxlc", b"\xff\x0a")):
        with pytest.raises(Corrupt):
            extracted("jxl", data)


def test_jp2() -> None:
    """Header boxes, UUID boxes and the codestream's coding style."""
    found = extracted("jpeg-2000", pictures.jp2())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (480, 640, 90)
    assert (core["title"], core["device_make"], found["city"]) == ("Harbour", "Nordlys", "Tromsø")
    assert (core["color_space"], core["bit_depth"], core["dpi"]) == ("RGB", 10, 300.0)
    assert (found["has_alpha"], found["lossless"], found["level_count"], found["quality_layer_count"]) == (
        True,
        True,
        5,
        3,
    )
    assert (found["chroma_subsampling"], found["file_comment"], found["brand"]) == ("4:2:0", "by hand", "jp2")


def test_jp2_codestream() -> None:
    """A bare codestream says the same of itself; without its end it is cut off."""
    found = extracted("jpeg-2000", pictures.jp2_codestream())
    assert (found["core"]["width_px"], found["tile_px"], found["progression_order"]) == (640, [320, 240], "RLCP")
    assert extracted("jpeg-2000", pictures.jp2_codestream()[:-2])["outcome"] == "partial"
    gray = struct.pack(">H8IH", 0, 64, 48, 0, 0, 64, 48, 0, 0, 1) + b"\7\1\1"
    core = extracted("jpeg-2000", b"\xff\x4f" + segment(0x51, gray) + b"\xff\xd9")["core"]
    assert (core["color_space"], core["bit_depth"]) == ("gray", 8)


def header(*boxes: bytes) -> dict[str, object]:
    """Return the core facts of a JP2 whose header has these boxes besides the first."""
    first = box(b"ihdr", struct.pack(">IIHBBBB", 48, 64, 3, 255, 7, 0, 0))
    found: dict[str, object] = extracted("jpeg-2000", JP2 + box(b"jp2h", first, *boxes))["core"]
    return found


def test_jp2_headers() -> None:
    """Palettes, display resolutions and spaces; resolutions without sense are left out."""
    shown = struct.pack(">HHHHbb", 100, 1, 200, 1, 1, 1)
    assert header(box(b"pclr", b"x"), box(b"res ", box(b"resd", shown)))["color_space"] == "palette"
    assert header(box(b"res ", box(b"resd", shown)))["dpi"] == 50.8
    assert "dpi" not in header(box(b"res ", box(b"resd", struct.pack(">HHHHbb", 1, 0, 1, 0, 0, 0))))
    assert "dpi" not in header(box(b"res ", box(b"resd", struct.pack(">HHHHbb", 9, 1, 9, 1, 19, 19))))
    assert "dpi" not in header(box(b"res ", b""))
    assert header(box(b"colr", b"\1\0\0" + struct.pack(">I", 17)), box(b"colr", b"x"))["color_space"] == "gray"
    assert "bit_depth" not in header()


def test_motion_and_compound() -> None:
    """Motion JPEG 2000 has its size in a track; a compound document is for somebody else."""
    motion = JP2 + box(b"ftyp", b"mjp2\0\0\0\0mjp2") + pictures.sequence()[20:]
    core = extracted("jpeg-2000", motion)["core"]
    assert (core["width_px"], core["frame_count"], core["duration_ms"]) == (640, 25, 2500)
    with pytest.raises(Decline):
        extracted("jpeg-2000", JP2 + box(b"ftyp", b"jpm \0\0\0\0jpm "))


def test_jp2_broken() -> None:
    """Without an image header there is no picture; a cut box is partial."""
    for data in (JP2, b"\xff\x4f\xff\x51", JP2 + box(b"jp2h", box(b"ihdr", b"x"))):
        with pytest.raises(Corrupt):
            extracted("jpeg-2000", data)
    assert extracted("jpeg-2000", pictures.jp2()[:-5])["reason"] == "JPEG 2000: cut off"
