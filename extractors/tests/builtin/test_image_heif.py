"""HEIF and AVIF: the primary item as shown, its helpers, its metadata, sequences."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import box, extracted, full

from firstbytes import Corrupt


def test_a_grid_turned_and_cropped() -> None:
    """Size after crop and turn; codec of the tiles; alpha, thumbnail, EXIF, XMP and profile."""
    found = extracted("heif", pictures.heif())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"], found["mirrored"]) == (3000, 4000, 90, True)
    assert (core["compression"], core["bit_depth"], core["frame_count"], found["tile_count"]) == ("HEVC", 10, 1, 1)
    assert (found["has_alpha"], found["chroma_subsampling"], found["color"]["primaries"]) == (True, "4:2:0", "smpte432")
    assert found["thumbnail"] == {"width_px": 320, "height_px": 240, "size_bytes": 500}
    assert (core["device_make"], core["title"], core["taken_at"]) == ("Nordlys", "Harbour", "2024-05-01T08:00:00Z")
    assert (found["orientation_code"], found["icc_profile_name"]) == (6, "sRGB built-in")
    assert (found["brand"], found["compatible_brands"]) == ("heic", ["mif1", "heic"])


def test_avif_by_pillow() -> None:
    """A file of another writer, with an AV1 configuration."""
    found = extracted("heif", pictures.saved("AVIF", "RGB"))
    assert (found["core"]["width_px"], found["core"]["compression"], found["core"]["bit_depth"]) == (64, "AV1", 8)


def test_sequence() -> None:
    """A sequence without a still takes its size from the picture track."""
    found = extracted("heif", pictures.sequence())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["frame_count"], core["duration_ms"]) == (640, 480, 25, 2500)
    assert found["animated"] is True


def test_sequence_of_version_one() -> None:
    """64-bit headers of a track are read as well; a track of no kind gives nothing."""
    tkhd = full(b"tkhd", bytes(84), struct.pack(">II", 64 << 16, 48 << 16), version=1)
    mdhd = full(b"mdhd", bytes(16), struct.pack(">IQI", 600, 1200, 0), version=1)
    hdlr = full(b"hdlr", bytes(4), b"vide", bytes(13))
    moov = box(b"moov", box(b"trak", tkhd, box(b"mdia", mdhd, hdlr)))
    core = extracted("heif", box(b"ftyp", b"avis\0\0\0\0") + moov)["core"]
    assert (core["width_px"], core["duration_ms"], "frame_count" in core) == (64, 2000, False)
    empty = box(b"trak", full(b"tkhd", b""), box(b"mdia", full(b"mdhd", bytes(16)), hdlr))
    for tracks in (box(b"trak"), empty, box(b"trak", box(b"mdia", hdlr))):
        with pytest.raises(Corrupt):
            extracted("heif", box(b"ftyp", b"avis\0\0\0\0") + box(b"moov", tracks))


def still(properties: bytes, owned: bytes, *, kind: bytes = b"av01", wide: bool = False) -> bytes:
    """Return an AVIF of one item with these properties."""
    number = struct.pack(">I" if wide else ">H", 1)
    infe = full(b"infe", number, b"\0\0", kind, b"\0", version=3 if wide else 2)
    count = struct.pack(">I" if wide else ">H", 1)
    places = struct.pack(">HI", 0x4440, 1) + number + struct.pack(">HHIHII", 0, 0, 4, 1, 4, 0)
    meta = full(
        b"meta",
        full(b"pitm", number, version=int(wide)),
        full(b"iinf", count, infe, full(b"infe", bytes(20)), version=int(wide)),
        box(
            b"iprp",
            box(b"ipco", properties),
            full(b"ipma", struct.pack(">I", 9), number, owned, version=int(wide), flags=int(wide)),
        ),
        full(b"iloc", places, version=2),
        full(b"iref", box(b"cdsc", number, struct.pack(">H", 0)), version=int(wide)),
    )
    return box(b"ftyp", b"avif\0\0\0\0") + meta


SIZE = full(b"ispe", struct.pack(">II", 64, 48))


@pytest.mark.parametrize(
    ("third", "sampling", "depth", "space"),
    [
        (0x0C, "4:2:0", 8, "YCbCr"),
        (0x48, "4:2:2", 10, "YCbCr"),
        (0x60, "4:4:4", 12, "YCbCr"),
        (0x1C, "4:0:0", 8, "gray"),
    ],
)
def test_av1_configuration(third: int, sampling: str, depth: int, space: str) -> None:
    """Depth and sampling are bits of the configuration record."""
    found = extracted("heif", still(SIZE + box(b"av1C", bytes([0x81, 0, third, 0])), b"\2\x81\x82"))
    assert (found["chroma_subsampling"], found["core"]["bit_depth"], found["core"]["color_space"]) == (
        sampling,
        depth,
        space,
    )


def test_wide_numbers() -> None:
    """Items, associations and references may have 32-bit numbers and 15-bit indexes."""
    nclx = box(b"colr", b"nclx", struct.pack(">HHHB", 9, 16, 0, 128))
    pixi = full(b"pixi", bytes([3, 8, 8, 8]))
    found = extracted("heif", still(SIZE + nclx + pixi, b"\3\x80\1\x80\2\x80\3", wide=True))
    assert (found["core"]["color_space"], found["color"]["dynamic_range"], found["color"]["primaries"]) == (
        "RGB",
        "pq",
        "bt2020",
    )


def test_nonsense_properties_do_not_count() -> None:
    """An impossible crop, short boxes and indexes beyond the list are passed over."""
    odd = (
        box(b"clap", struct.pack(">8I", 99999, 1, 1, 1, 0, 1, 0, 1)) + box(b"clap", b"x") + box(b"irot") + box(b"pixi")
    )
    found = extracted("heif", still(SIZE + odd + box(b"colr", b"????") + full(b"auxC", b"x\0"), b"\7\1\2\3\4\5\6\x7f"))
    assert (found["core"]["width_px"], found["core"]["orientation_deg"]) == (64, 0)


def test_broken_files() -> None:
    """Without a primary item, a size, or any box there is no picture; a cut one is partial."""
    for data in (b"", still(SIZE, b"\0"), pictures.heif().replace(b"pitm", b"none"), box(b"ftyp", b"avif\0\0\0\0")):
        with pytest.raises(Corrupt):
            extracted("heif", data)
    assert extracted("heif", pictures.heif()[:-10])["outcome"] == "partial"
    assert extracted("heif", pictures.heif().replace(b"Exif\0\0MM", b"Exif\0\0XX"))["reason"] == "TIFF: no header"


def test_metadata_of_other_items_is_not_the_pictures() -> None:
    """Where items say what they describe, those of other pictures are left out."""
    data = pictures.heif().replace(struct.pack(">HHH", 6, 1, 1), struct.pack(">HHH", 6, 1, 2))
    assert extracted("heif", data)["core"]["title"] == "XP"
