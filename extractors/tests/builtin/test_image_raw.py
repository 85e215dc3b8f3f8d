"""Camera RAW: the sensor's size rather than a preview's, and the camera's own facts."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import ASCII, DOUBLE, LONG, RATIONAL, SHORT, UNDEFINED, Ifd, extracted, tiff

from firstbytes import Corrupt, Decline


def test_dng() -> None:
    """The directory with the sensor's pattern is the picture; the others are previews."""
    found = extracted("raw", pictures.camera_raw())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (3000, 4000, 90)
    assert (core["bit_depth"], core["color_space"], found["cfa_pattern"]) == (14, "CFA", "RGGB")
    assert (found["default_crop_px"], found["active_area_px"]) == ([3984, 2988], [0, 0, 3000, 4000])
    assert found["previews"] == [{"size_bytes": 77, "width_px": 160, "height_px": 120}]
    assert found["dng"] == {"version": "1.4.0"}


def test_previews_only() -> None:
    """Where no directory describes the sensor, EXIF's size is the picture's."""
    exif: Ifd = [(40962, LONG, (5616,)), (40963, LONG, (3744,))]
    preview: Ifd = [(513, LONG, (9,)), (514, LONG, (88,))]
    first: Ifd = [(256, SHORT, (1536,)), (257, SHORT, (1024,)), (271, ASCII, b"Canon\0"), (34665, LONG, exif)]
    found = extracted("raw", tiff(first, preview))
    assert (found["core"]["width_px"], found["previews"]) == (5616, [{"size_bytes": 88}])
    kept = extracted("raw", tiff([*first[:2], (258, SHORT, (999,))]))
    assert (kept["core"]["width_px"], "bit_depth" in kept["core"]) == (1536, False)
    with pytest.raises(Corrupt):
        extracted("raw", tiff([(271, ASCII, b"Canon\0")]))
    with pytest.raises(Corrupt):
        extracted("raw", b"II*\0\0\0\0\0")
    with pytest.raises(Decline):
        extracted("raw", b"something else")


def test_panasonic() -> None:
    """RW2 gives the sensor's borders, and a JPEG with the rest."""
    found = extracted("raw", pictures.rw2())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["bit_depth"]) == (2736, 3648, 12)
    assert (core["device_make"], core["title"], core["dpi"]) == ("Panasonic", "Harbour", 300.0)
    assert found["previews"][0]["size_bytes"] > 3000
    borders: Ifd = [(4, SHORT, (1,)), (6, SHORT, (21,)), (5, SHORT, (1,)), (7, SHORT, (31,))]
    lost = tiff([*borders, (46, UNDEFINED, b"junkjunk")], magic=0x55, first=24)
    assert extracted("raw", lost)["core"]["height_px"] == 20


def test_canon_maker_note() -> None:
    """Lens, owner and serial number of older Canon cameras are in the maker note."""
    # The note is a directory where its value starts: four entries make it longer than a row's own field.
    size: Ifd = [(256, SHORT, (9,)), (257, SHORT, (9,)), (271, ASCII, b"Canon\0")]
    place = len(tiff([*size, (34665, LONG, [(37500, UNDEFINED, b"")])]))
    texts = b"EF50mm f/1.8\0Ada\0"
    rows = [(0x09, 2, 4, 13), (0x0C, 4, 1, None), (0x95, 2, 13, 0)]
    table = place + 2 + 12 * len(rows) + 4
    note = struct.pack("<H", len(rows)) + b"".join(
        struct.pack("<HHII", tag, kind, count, 987 if at is None else table + at) for tag, kind, count, at in rows
    )
    data = tiff([*size, (34665, LONG, [(37500, UNDEFINED, note + bytes(4) + texts)])])
    found = extracted("raw", data)
    # A text of four bytes is in the row itself, so the owner is not where this note says; the lens is.
    assert (found["lens_model"], found["camera_serial"]) == ("EF50mm f/1.8", "987")
    broken = tiff([*size, (34665, LONG, [(37500, UNDEFINED, b"\xff\xff" + bytes(20))])])
    assert "lens_model" not in extracted("raw", broken)


@pytest.mark.parametrize(
    ("lens", "name"),
    [
        ((18, 1, 70, 1, 35, 10, 45, 10), "18-70mm f/3.5-4.5"),
        ((50, 1, 50, 1, 18, 10, 18, 10), "50mm f/1.8"),
        ((0, 1, 0, 1, 0, 1, 0, 1), None),
    ],
)
def test_nikon_maker_note(lens: tuple[int, ...], name: str | None) -> None:
    """Nikon's note is a TIFF of its own with the lens in four numbers."""
    inner = tiff([(0x1D, ASCII, b"No. 7\0"), (0x84, RATIONAL, lens)], order=">")
    size: Ifd = [(256, SHORT, (9,)), (257, SHORT, (9,)), (271, ASCII, b"NIKON\0")]
    data = tiff([*size, (34665, LONG, [(37500, UNDEFINED, b"Nikon\0\2\x10\0\0" + inner)])])
    found = extracted("raw", data)
    assert (found.get("lens_model"), found["camera_serial"]) == (name, "No. 7")


@pytest.mark.parametrize(("lens", "name"), [(b"LUMIX G 20/F1.7\0", "LUMIX G 20/F1.7"), (b"-\0\0\0\0", None)])
def test_panasonic_maker_note(lens: bytes, name: str | None) -> None:
    """Panasonic's note is a directory behind its name; a dash is no lens."""
    size: Ifd = [(256, SHORT, (9,)), (257, SHORT, (9,)), (271, ASCII, b"Panasonic\0")]
    place = len(tiff([*size, (34665, LONG, [(37500, UNDEFINED, b"")])]))
    row = struct.pack("<HHHII", 1, 0x51, 2, len(lens), place + 12 + 18)
    note = b"Panasonic\0\0\0" + row + bytes(4) + lens
    assert extracted("raw", tiff([*size, (34665, LONG, [(37500, UNDEFINED, note)])])).get("lens_model") == name


@pytest.mark.parametrize("note", [b"Nikon\0\1\0", b"Nikon\0\2\x10\0\0junkjunk", b"Nikon\0\2\x10\0\0II*\0\xff\xff\0\0"])
def test_other_nikon_notes(note: bytes) -> None:
    """Older and broken notes give nothing."""
    size: Ifd = [(256, SHORT, (9,)), (257, SHORT, (9,)), (271, ASCII, b"NIKON\0")]
    assert "camera_serial" not in extracted("raw", tiff([*size, (34665, LONG, [(37500, UNDEFINED, note)])]))


def test_fuji() -> None:
    """RAF: the cropped sensor size, the JPEG's EXIF, the JPEG as preview."""
    found = extracted("raf", pictures.raf())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (3264, 4896, 90)
    assert (core["title"], found["sensor_px"]) == ("Harbour", [4936, 3296])
    assert found["previews"][0]["width_px"] == 64
    head = pictures.raf()[:84] + struct.pack(">6I", 108, 0, 108, 0, 0, 0) + b"nothing here"
    with pytest.raises(Corrupt):
        extracted("raf", head)


def test_fuji_without_a_preview() -> None:
    """A broken preview costs the EXIF, not the size."""
    data = bytearray(pictures.raf())
    data[108:110] = b"xx"
    found = extracted("raf", bytes(data))
    assert (found["core"]["device_model"], found["core"]["width_px"]) == ("X-T1", 4896)
    assert "RAF preview" in found["reason"]


def test_minolta() -> None:
    """MRW: sizes from PRD, EXIF from TTW."""
    found = extracted("mrw", pictures.mrw())
    assert (found["core"]["height_px"], found["core"]["bit_depth"], found["sensor_px"]) == (3264, 12, [3272, 2456])
    with pytest.raises(Corrupt):
        extracted("mrw", b"\0MRM\0\0\0\0")


def test_sigma() -> None:
    """X3F: the header's turn counts, the JPEG's EXIF before the properties."""
    found = extracted("x3f", pictures.x3f())
    assert (found["core"]["width_px"], found["core"]["orientation_deg"], found["core"]["device_make"]) == (
        1760,
        90,
        "Nordlys",
    )
    start = pictures.x3f().index(b"SECi")
    bare = bytearray(pictures.x3f())
    bare[start + 28 : start + 30] = b"no"
    core = extracted("x3f", bytes(bare))["core"]
    assert (core["device_model"], core["taken_at"]) == ("SD9", "2001-09-09T01:46:40")
    bare[start + 28 : start + 32] = b"\xff\xd8no"
    assert extracted("x3f", bytes(bare))["core"]["device_model"] == "SD9"
    alone = extracted("x3f", b"FOVb\1\0\2\0" + bytes(20) + struct.pack("<III", 10, 20, 0))
    assert (alone["core"]["width_px"], alone["core"]["format_version"]) == (10, "2.1")


def test_canon_heap() -> None:
    """CRW: sizes, turn, exposure and names from the nested directories."""
    found = extracted("crw", pictures.crw())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (2048, 3072, 270)
    assert (core["device_model"], core["taken_at"]) == ("EOS 10D", "2001-09-09T01:46:40")
    assert (found["exposure_time_s"], found["f_number"], found["camera_serial"]) == (0.0078125, 5.7, "123")
    for cut in (20, 30, 60):
        with pytest.raises(Corrupt):
            extracted("crw", pictures.crw()[:cut])


def test_cr3() -> None:
    """CR3: EXIF and GPS from the CMT boxes, XMP, the sensor's size, the preview."""
    found = extracted("cr3", pictures.cr3())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["title"]) == (480, 640, "Harbour")
    assert (core["taken_at"], core["latitude_deg"]) == ("2024-05-01T08:00:00Z", -33.51)
    assert (found["sensor_px"], found["previews"]) == (
        [6000, 4000],
        [{"width_px": 1620, "height_px": 1080, "size_bytes": 5000}],
    )
    broken = pictures.cr3().replace(b"CMT2II", b"CMT2XX")
    assert extracted("cr3", broken)["reason"] == "CMT2: TIFF: no header"
    assert extracted("cr3", broken)["core"]["width_px"] == 4000
    with pytest.raises(Corrupt):
        extracted("cr3", pictures.box(b"ftyp", b"crx "))


def test_huge_numbers_are_not_sizes() -> None:
    """A size beyond 2^31 is corrupt, and so is one that is no whole number."""
    with pytest.raises(Corrupt):
        extracted("raw", tiff([(256, LONG, (0xFFFFFFFF,)), (257, LONG, (2,))]))
    with pytest.raises(Corrupt):
        extracted("raw", tiff([(256, DOUBLE, (10.0,)), (257, DOUBLE, (10.0,))]))
