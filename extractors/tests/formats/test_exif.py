"""EXIF becomes plain facts in known units, whatever its byte order, and broken values are left out."""

from __future__ import annotations

import pictures
import pytest
from pictures import ASCII, BYTE, LONG, RATIONAL, SHORT, UNDEFINED, Ifd, tiff

from firstbytes import BytesSource
from firstbytes.formats import exif
from firstbytes.formats.tiff import open_tiff


def facts(*ifds: Ifd, order: str = "<") -> exif.Facts:
    """Return the facts of a TIFF of these directories."""
    return exif.read(open_tiff(BytesSource(tiff(*ifds, order=order))))


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_camera_picture(order: str) -> None:
    """Camera, exposure, time with offset, place: each in its unit."""
    found = facts(pictures.CAMERA, order=order)
    if order == ">":
        found["comment"] = "Hällo"
    assert found == {
        "description": "Exif words", "device_make": "Nordlys", "device_model": "N1", "generator": "Dev 1.2",
        "authors": ["Ada Lind", "Bo Ek"], "copyright": "Ada\nBo", "orientation_code": 6, "dpi": 300.0, "dpi_y": 300.0,
        "title": "XP", "keywords": ["xp", "sea"],
        "exposure_time_s": 0.004, "f_number": 2.8, "exposure_bias_ev": -0.3333333333, "focal_length_mm": 35,
        "metering_mode": "multi-segment", "exposure_program": "aperture priority", "white_balance": "manual",
        "exif_color_space": "sRGB", "lens_model": "35mm f/2", "camera_serial": "S-99", "iso": 200,
        "focal_length_35mm_mm": 52, "flash_fired": True, "flash_mode": "on", "flash_code": 0x49,
        "red_eye_reduction": True, "aperture_f_number": 2.828427125, "max_aperture_f_number": 2,
        "shutter_speed_s": 0.00390625, "exif_version": "2.32", "exif_width_px": 640, "exif_height_px": 480,
        "comment": "Hällo", "taken_at": "2024-05-01T08:00:00Z", "taken_offset": "+02:00", "taken_fraction_s": 0.25,
        "created": "2024-05-01T10:00:01", "modified": "2024-06-01T11:00:00",
        "latitude_deg": -33.51, "longitude_deg": 151.2, "altitude_m": -12.5, "gps_direction_deg": 90.5,
        "gps_speed_kmh": 18.52, "gps_accuracy_m": 5, "gps_datum": "WGS-84", "gps_method": "GPS",
        "gps_time": "2024-05-01T08:30:05Z",
    }  # fmt: skip


def test_nothing_is_nothing() -> None:
    """An empty structure has no facts, and one without EXIF only its own."""
    assert exif.read(open_tiff(BytesSource(b"II*\0\0\0\0\0"))) == {}
    assert facts([(306, ASCII, b"2024:06:01 11:00:00\0")]) == {"modified": "2024-06-01T11:00:00"}
    assert facts([(306, ASCII, b"    :  :  \0"), (274, SHORT, (9,))]) == {}


def test_resolution_units() -> None:
    """Centimetres become inches; a ratio without unit is no resolution."""
    rows: Ifd = [(282, RATIONAL, (100, 1)), (296, SHORT, (3,))]
    assert facts(rows) == {"dpi": 254.0}
    assert facts([rows[0], (296, SHORT, (1,))]) == {}
    assert facts([(282, RATIONAL, (0, 1))]) == {}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"ASCII\0\0\0words\0", "words"),
        (b"\0\0\0\0\0\0\0\0words", "words"),
        (b"plain words", "plain words"),
        (b"UNICODE\0" + "\ufeffhei".encode("utf-16-be"), "hei"),
        (b"UNICODE\0" + "hei".encode("utf-16-be"), "hei"),
        (b"UNICODE\0" + "日本".encode("utf-16-le"), "日本"),
        (b"JIS\0\0\0\0\0\x1b$BF|\x1b(B", "日"),
        (b"ASCII\0\0\0    ", None),
    ],
)
def test_comments_in_every_code(raw: bytes, text: str | None) -> None:
    """A user comment says its code in eight bytes; UTF-16 without a mark goes by its zero bytes."""
    assert facts([(34665, LONG, [(37510, UNDEFINED, raw)])]).get("comment") == text


def test_position_without_sense_is_left_out() -> None:
    """A latitude of 120 degrees, half a position and an impossible clock are no facts."""
    outside: Ifd = [(2, RATIONAL, (120, 1, 0, 1, 0, 1)), (4, RATIONAL, (10, 1, 0, 1, 0, 1)), (6, RATIONAL, (99999, 1))]
    assert facts([(34853, LONG, outside)]) == {}
    half: Ifd = [(2, RATIONAL, (12, 1, 0, 1, 0, 1)), (7, RATIONAL, (99, 1, 0, 1, 0, 1)), (29, ASCII, b"2024:05:01\0")]
    assert facts([(34853, LONG, half)]) == {}
    assert facts([(34853, LONG, [(12, ASCII, b"X\0"), (13, RATIONAL, (1, 1))])]) == {}


def test_odd_values_are_left_out() -> None:
    """Unknown codes, zero and infinite numbers say nothing."""
    rows: Ifd = [(33434, RATIONAL, (1, 0)), (36864, UNDEFINED, b"abcd"), (37377, RATIONAL, (4000, 1)),
                 (37383, SHORT, (77,)), (37385, SHORT, (0,)), (41989, SHORT, (0,))]  # fmt: skip
    assert facts([(34665, LONG, rows)]) == {"flash_fired": False, "flash_code": 0}
    assert facts([(34665, LONG, [(36867, ASCII, b"2024:05:01 10:00:00\0"), (36881, ASCII, b"?\0")])]) == {
        "taken_at": "2024-05-01T10:00:00"
    }
    huge = facts([(34665, LONG, [(37386, RATIONAL, (0xFFFFFFFF, 1)), (37382, pictures.DOUBLE, (1e300,))])])
    assert huge == {"focal_length_mm": 0xFFFFFFFF}


def test_directories_by_themselves() -> None:
    """CR3 keeps the EXIF and GPS directories in structures of their own."""
    tiff_exif = open_tiff(BytesSource(tiff(pictures.EXIF)))
    assert exif.read_exif(tiff_exif, next(tiff_exif.chain()))["taken_at"] == "2024-05-01T08:00:00Z"
    tiff_gps = open_tiff(BytesSource(tiff(pictures.GPS)))
    assert exif.read_gps(tiff_gps, next(tiff_gps.chain()))["latitude_deg"] == -33.51
    assert facts([(40091, BYTE, b"")]) == {}
