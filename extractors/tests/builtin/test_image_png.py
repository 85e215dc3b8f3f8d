"""PNG and its kin: chunks near the head, chunks at the end, text in three kinds."""

from __future__ import annotations

import struct
import zlib

import pictures
import pytest
from pictures import chunk, extracted

from firstbytes import Corrupt

HEAD = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")


def header(width: int = 4, height: int = 3, depth: int = 8, color: int = 2, interlace: int = 0) -> bytes:
    """Return the header chunk."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def png(*chunks: bytes) -> bytes:
    """Return a PNG of a header and these chunks."""
    return HEAD + header() + b"".join(chunks) + END


def test_everything() -> None:
    """Text, EXIF, XMP, profile, density and time."""
    found = extracted("png", pictures.png())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (48, 64, 90)
    assert (core["title"], core["authors"], core["created"]) == ("Harbour", ["Ada"], "2024-05-01T08:00:00Z")
    assert (core["modified"], core["color_space"], core["bit_depth"]) == ("2024-06-01T09:00:00Z", "RGB", 8)
    assert core["dpi"] == 300.0
    assert (found["has_alpha"], found["interlaced"], found["tags"]) == (True, False, {"Scanner": "S1"})
    assert (found["file_comment"], found["icc_profile_name"]) == ("c", "sRGB built-in")


@pytest.mark.parametrize(("mode", "space"), [("L", "gray"), ("P", "palette"), ("1", "gray"), ("LA", "gray")])
def test_colors(mode: str, space: str) -> None:
    """Colour types by name; alpha from the type or a transparency chunk."""
    found = extracted("png", pictures.saved("PNG", mode))
    assert (found["core"]["color_space"], found["has_alpha"]) == (space, mode == "LA")
    assert extracted("png", png(chunk(b"tRNS", b"\0\0")))["has_alpha"] is True


def test_rarer_chunks() -> None:
    """Gamma, rendering intent, code points, pixel aspect and palette size."""
    found = extracted(
        "png",
        png(
            chunk(b"gAMA", struct.pack(">I", 45455)),
            chunk(b"sRGB", b"\0"),
            chunk(b"cICP", b"\x09\x10\0\1"),
            chunk(b"pHYs", struct.pack(">IIB", 1, 2, 0)),
            chunk(b"PLTE", bytes(12)),
        ),
    )
    assert (found["gamma"], found["srgb_intent"], found["pixel_aspect"]) == (0.45455, "perceptual", 2.0)
    assert found["color"] == {
        "primaries": "bt2020",
        "transfer": "smpte2084",
        "matrix": "gbr",
        "full_range": True,
        "dynamic_range": "pq",
    }
    assert found["palette_color_count"] == 4
    assert extracted("png", png(chunk(b"pHYs", struct.pack(">IIB", 3937, 7874, 1))))["dpi_y"] == 200.0
    short = [chunk(kind, b"") for kind in (b"gAMA", b"sRGB", b"cICP", b"pHYs", b"tIME", b"acTL", b"fcTL", b"iTXt")]
    assert extracted("png", png(*short))["core"]["width_px"] == 4


def test_animation() -> None:
    """Frames, loops and duration of an animated PNG."""
    found = extracted("png", pictures.frames("PNG"))
    assert (found["core"]["frame_count"], found["core"]["duration_ms"], found["loop_count"]) == (3, 300, 2)
    lost = png(chunk(b"acTL", struct.pack(">II", 2, 0)), chunk(b"fcTL", bytes(26)))
    assert "duration_ms" not in extracted("png", lost)["core"]


def test_metadata_behind_a_large_picture() -> None:
    """What follows the picture is found from the end, past anything that only looks like a chunk."""
    fake = b"\0\0\0\x05tEXtnot a chunk"
    picture = chunk(b"IDAT", bytes(700_000) + fake)
    found = extracted("png", png(picture, chunk(b"tEXt", b"Title\0Late")))
    assert (found["core"]["title"], "outcome" in found) == ("Late", False)
    cut = (HEAD + header() + picture + bytes(100))[:650_000]
    assert extracted("png", cut)["reason"] == "PNG: cut off before its end chunk"
    many = extracted("png", png(*[chunk(b"IDAT", bytes(100_000))] * 8, chunk(b"tEXt", b"Title\0Later")))
    assert many["core"]["title"] == "Later"


def test_text_in_odd_states() -> None:
    """Broken compression gives nothing, a bomb one megabyte at most, many keywords the first 64."""
    found = extracted("png", png(chunk(b"zTXt", b"Title\0\0broken"), chunk(b"iCCP", b"name\0\0broken")))
    assert "title" not in found["core"]
    assert "ICC" in found["reason"]
    bomb = chunk(b"zTXt", b"Note\0\0" + zlib.compress(b"a" * 50_000_000))
    assert len(extracted("png", png(bomb))["tags"]["Note"]) == 1024
    many = png(*(chunk(b"tEXt", f"K{i}\0v".encode()) for i in range(200)))
    assert len(extracted("png", many)["tags"]) == 64
    assert extracted("png", png(chunk(b"iTXt", "Title\0\0\0no\0\0Havn ø".encode())))["core"]["title"] == "Havn ø"


def raw_profile(kind: bytes, data: bytes) -> bytes:
    """Return a profile as ImageMagick writes it."""
    text = b"\n" + kind + b"\n%8d\n" % len(data) + data.hex().encode() + b"\n"
    return chunk(b"zTXt", b"Raw profile type " + kind + b"\0\0" + zlib.compress(text))


def test_raw_profiles() -> None:
    """EXIF, IPTC, XMP and ICC in hexadecimal text."""
    found = extracted(
        "png", png(raw_profile(b"exif", b"Exif\0\0" + pictures.exif()), raw_profile(b"iptc", pictures.iptc()))
    )
    assert (found["core"]["device_make"], found["core"]["title"]) == ("Nordlys", "Iptc title")
    resources = pictures.resources({1028: pictures.iptc()})
    assert extracted("png", png(raw_profile(b"8bim", resources)))["city"] == "Tromsø"
    assert extracted("png", png(raw_profile(b"icc", pictures.icc())))["icc_profile_name"] == "sRGB built-in"
    packet = b"http://ns.adobe.com/xap/1.0/\0" + pictures.XMP
    assert extracted("png", png(raw_profile(b"APP1", packet)))["rating"] == 4
    assert extracted("png", png(chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n 2\nzz")))["outcome"] == "partial"
    assert "outcome" not in extracted("png", png(raw_profile(b"other", b"x")))


def test_jng_and_mng() -> None:
    """The JPEG and the animation of the family have headers of their own."""
    jng = b"\x8bJNG\r\n\x1a\n" + chunk(b"JHDR", struct.pack(">IIBBBBBBBB", 64, 48, 14, 8, 8, 0, 8, 0, 0, 0)) + END
    found = extracted("png", jng)
    assert (found["core"]["color_space"], found["has_alpha"], found["core"]["compression"]) == ("YCbCr", True, "JPEG")
    mng = b"\x8aMNG\r\n\x1a\n" + chunk(b"MHDR", struct.pack(">7I", 64, 48, 10, 4, 3, 25, 0)) + chunk(b"MEND", b"")
    found = extracted("png", mng)
    assert (found["core"]["frame_count"], found["core"]["duration_ms"], found["layer_count"]) == (3, 2500, 4)
    for head, kind in ((b"\x8bJNG\r\n\x1a\n", b"JHDR"), (b"\x8aMNG\r\n\x1a\n", b"MHDR"), (HEAD, b"IHDR")):
        with pytest.raises(Corrupt):
            extracted("png", head + chunk(kind, b"\0"))


@pytest.mark.parametrize("data", [b"", HEAD, HEAD + END, HEAD + header(width=0), HEAD + header(height=2**31 + 1)])
def test_without_a_size_there_is_no_picture(data: bytes) -> None:
    """No header chunk, or one with an impossible size, is corrupt."""
    with pytest.raises(Corrupt):
        extracted("png", data)


def test_sixty_thousand_pixels_cost_nothing() -> None:
    """A header that claims 60,000 x 60,000 pixels is told, not believed."""
    assert extracted("png", HEAD + header(60_000, 60_000) + END)["core"]["width_px"] == 60_000
