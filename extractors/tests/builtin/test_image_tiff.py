"""TIFF: pages, pixels, metadata blocks, and where a GeoTIFF lies."""

from __future__ import annotations

import pictures
import pytest
from pictures import ASCII, BYTE, DOUBLE, LONG, SHORT, Ifd, extracted, tiff

from firstbytes import Corrupt

PIXELS: Ifd = [(256, SHORT, (100,)), (257, SHORT, (50,))]


def test_pages_and_blocks() -> None:
    """Pages are counted without their reduced versions; every metadata block is read."""
    found = extracted("tiff", pictures.pages())
    core = found["core"]
    assert (core["page_count"], core["frame_count"], found["reduced_image_count"], found["sub_image_count"]) == (
        2,
        3,
        1,
        1,
    )
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (480, 640, 90)
    assert (core["compression"], core["color_space"], found["chroma_subsampling"]) == ("JPEG", "YCbCr", "4:2:0")
    assert (core["title"], found["city"], found["icc_profile_name"]) == ("Harbour", "Tromsø", "sRGB built-in")
    assert found["pages"] == [{"width_px": 640, "height_px": 480}, {"width_px": 320, "height_px": 240}]
    assert (found["thumbnail"], found["byte_order"]) == ({"size_bytes": 99, "width_px": 64, "height_px": 48}, "big")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [(258, SHORT, (8, 8, 8, 8)), (277, SHORT, (4,)), (338, SHORT, (1,))],
            {"has_alpha": True, "component_count": 4},
        ),
        ([(258, SHORT, (5, 6, 5))], {"bits_per_channel": [5, 6, 5]}),
        ([(262, SHORT, (0,)), (284, SHORT, (2,))], {"white_is_zero": True, "planar": True}),
        ([(317, SHORT, (2,)), (339, SHORT, (3,))], {"predictor": "horizontal", "sample_format": "float"}),
        ([(322, SHORT, (256,)), (323, SHORT, (128,))], {"tile_px": [256, 128]}),
        ([(269, ASCII, b"Plan\0"), (285, ASCII, b"p1\0")], {"page_name": "p1"}),
    ],
)
def test_pixel_layouts(rows: Ifd, expected: dict[str, object]) -> None:
    """Alpha, uneven depths, planes, predictors and tiles, each from its tag."""
    found = extracted("tiff", tiff([*PIXELS, *rows]))
    assert {key: found[key] for key in expected} == expected


def test_codes_without_a_name() -> None:
    """An unknown compression is told by number, an impossible depth not at all."""
    core = extracted("tiff", tiff([*PIXELS, (258, SHORT, (9999,)), (259, SHORT, (4242,))]))["core"]
    assert (core["compression"], "bit_depth" in core) == ("code 4242", False)
    assert extracted("tiff", tiff([(255, SHORT, (2,)), *PIXELS]))["core"]["page_count"] == 1


def test_swapped_iptc() -> None:
    """IPTC that is declared as LONG was swapped by its writer."""
    block = pictures.dataset(5, b"Title")
    block += bytes(-len(block) % 4)
    swapped = b"".join(block[i : i + 4][::-1] for i in range(0, len(block), 4))
    numbers = [int.from_bytes(swapped[i : i + 4], "little") for i in range(0, len(swapped), 4)]
    assert extracted("tiff", tiff([*PIXELS, (33723, LONG, numbers)]))["core"]["title"] == "Title"


def test_cut_off() -> None:
    """Strips, tiles or a further directory beyond the end are partial."""
    for rows in ([(273, LONG, (8,)), (279, LONG, (9999,))], [(324, LONG, (8,)), (325, LONG, (9999,))]):
        assert extracted("tiff", tiff([*PIXELS, *rows]))["reason"] == "TIFF: cut off"
    linked = bytearray(tiff(PIXELS))
    linked[-4:] = b"\xff\xff\0\0"
    assert extracted("tiff", bytes(linked))["outcome"] == "partial"
    assert "outcome" not in extracted("tiff", tiff([*PIXELS, (273, LONG, (8,)), (279, LONG, (4,))]))


def test_pages_far_apart() -> None:
    """Pages that lie too far apart are counted only so far, and that is said."""
    page = bytearray(tiff(PIXELS)[8:].ljust(100_000, b"\0"))
    data = bytearray(b"II*\0\x08\0\0\0")
    for number in range(40):
        page[26:30] = (8 + 100_000 * (number + 1)).to_bytes(4, "little")
        data += page
    found = extracted("tiff", bytes(data))
    assert (found["pages_seen"], "page_count" in found["core"], "outcome" in found) == (24, False, False)


def test_a_cycle_of_pages() -> None:
    """Pages that lead back to the first are counted once."""
    linked = bytearray(tiff(PIXELS))
    linked[-4:] = b"\x08\0\0\0"
    assert extracted("tiff", bytes(linked))["core"]["page_count"] == 1


@pytest.mark.parametrize("data", [b"", b"II*\0\x08\0\0\0", tiff([(256, SHORT, (1,))]), tiff([(254, LONG, (1,))])])
def test_without_a_size_there_is_no_picture(data: bytes) -> None:
    """No directory, or one without width and height, is corrupt."""
    with pytest.raises(Corrupt):
        extracted("tiff", data)


def test_georeference() -> None:
    """System, scale and bounds of a raster in UTM."""
    assert extracted("tiff", pictures.geotiff())["georeference"] == {
        "crs": "EPSG:32632", "model": "projected", "raster": "area", "citation": "UTM 32", "pixel_scale": [10.0, 10.0],
        "bounds": {"min_x": 500000.0, "min_y": 6699500.0, "max_x": 501000.0, "max_y": 6700000.0}, "nodata": "-9999",
    }  # fmt: skip


def geo(*rows: pictures.Row) -> dict[str, object]:
    """Return the georeference of a 100 x 50 raster with these tags."""
    found: dict[str, object] = extracted("tiff", tiff([*PIXELS, *rows])).get("georeference", {})
    return found


def test_other_ways_to_say_where() -> None:
    """A matrix may turn the raster; points are pixel centres; a user-defined system has no code."""
    matrix = (0.0, 2.0, 0.0, 10.0, 2.0, 0.0, 0.0, 20.0, *[0.0] * 7, 1.0)
    assert geo((34264, DOUBLE, matrix)) == {
        "raster": "area",
        "bounds": {"min_x": 10.0, "min_y": 20.0, "max_x": 110.0, "max_y": 220.0},
    }
    keys = (1, 1, 0, 4, 1025, 0, 1, 2, 2048, 0, 1, 32767, 3076, 0, 1, 9001, 4096, 34736, 1, 0)
    found = geo(
        (33550, DOUBLE, (1, 1, 0)),
        (33922, DOUBLE, (0, 0, 0, 0, 0, 0)),
        (34735, SHORT, keys),
        (34736, DOUBLE, (5703.0,)),
    )
    assert found == {
        "raster": "point", "units": "metre", "vertical_crs": "EPSG:5703", "pixel_scale": [1.0, 1.0],
        "bounds": {"min_x": -0.5, "min_y": -49.5, "max_x": 99.5, "max_y": 0.5},
    }  # fmt: skip


def test_broken_georeference() -> None:
    """Half of a transform, a directory of another version and endless numbers give nothing."""
    assert geo((33550, DOUBLE, (1, 1, 0))) == {}
    assert geo((34735, SHORT, (9, 1, 0, 1, 1024, 0, 1, 1))) == {}
    assert geo((33550, DOUBLE, (1e300, 1, 0)), (33922, DOUBLE, (0, 0, 0, 0, 0, 0)), (42112, ASCII, b"<x/>\0")) == {
        "raster": "area", "pixel_scale": [1e300, 1.0], "gdal_metadata_bytes": 5,
    }  # fmt: skip
    assert geo((34735, SHORT, (1, 1, 0, 2, 1024, 34736, 1, 9, 1026, 1, 1, 0))) == {}


def test_xp_and_byte_texts() -> None:
    """Windows' own tags count where nothing better is there."""
    rows: Ifd = [(40091, BYTE, "Titel".encode("utf-16-le") + b"\0\0"), (40092, BYTE, "Note".encode("utf-16-le"))]
    found = extracted("tiff", tiff([*PIXELS, *rows]))
    assert (found["core"]["title"], found["comment"]) == ("Titel", "Note")
