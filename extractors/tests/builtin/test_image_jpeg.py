"""JPEG: every segment's facts, the merge of its metadata, and where the file may end."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted, segment

from firstbytes import BlockCache, BytesSource, Corrupt
from firstbytes.builtin.image import jpeg
from firstbytes.testing import CountingSource


def inserted(*segments: bytes) -> bytes:
    """Return a plain JPEG with these segments first."""
    plain = pictures.saved("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def test_all_blocks() -> None:
    """XMP's words, EXIF's measures, all keywords; size as shown after the turn."""
    found = extracted("jpeg", pictures.jpeg())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"]) == (48, 64, 90)
    assert (core["title"], core["description"], core["authors"]) == ("Harbour", "Iptc words", ["Ada"])
    assert core["keywords"] == ["sea", "light", "boat", "xp"]
    assert (core["taken_at"], core["modified"]) == ("2024-05-01T08:00:00Z", "2024-06-01T11:00:00")
    assert (core["dpi"], core["bit_depth"], core["color_space"]) == (300.0, 8, "YCbCr")
    assert (found["chroma_subsampling"], found["progressive"], found["process"]) == ("4:2:0", False, "baseline")
    assert (found["city"], found["rating"], found["file_comment"]) == ("Tromsø", 4, "Made by hand")
    assert found["sources_differ"]["title"] == {"exif": "XP", "iptc": "Iptc title", "xmp": "Harbour"}
    assert found["thumbnail"] == {"size_bytes": 1234}
    assert found["icc_profile_name"] == "sRGB built-in"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"progressive": True}, {"progressive": True, "process": "progressive"}),
        ({"subsampling": "4:2:2"}, {"chroma_subsampling": "4:2:2"}),
        ({"subsampling": "4:4:4"}, {"chroma_subsampling": "4:4:4"}),
        ({"mode": "L"}, {"component_count": 1}),
        ({"mode": "CMYK"}, {"component_count": 4}),
    ],
)
def test_frames(options: dict[str, object], expected: dict[str, object]) -> None:
    """Process, sampling and components come from the frame header."""
    found = extracted("jpeg", pictures.saved("JPEG", **options))
    assert {key: found[key] for key in expected} == expected


def test_color_spaces() -> None:
    """Adobe's marker and component names tell RGB, CMYK and YCCK from YCbCr."""
    adobe = segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0))
    assert extracted("jpeg", inserted(adobe))["core"]["color_space"] == "RGB"
    assert extracted("jpeg", pictures.saved("JPEG", "L"))["core"]["color_space"] == "gray"
    assert extracted("jpeg", pictures.saved("JPEG", "CMYK"))["core"]["color_space"] == "CMYK"
    frame = segment(0xC0, struct.pack(">BHHB", 8, 2, 3, 3) + b"R\x11\0G\x11\0B\x11\0")
    assert extracted("jpeg", b"\xff\xd8" + frame + segment(0xDA, b"") + b"\xff\xd9")["core"]["color_space"] == "RGB"


def test_jpeg_ls_and_late_height() -> None:
    """JPEG-LS has its own frame; a height of zero comes only after the scan."""
    frame = segment(0xF7, struct.pack(">BHHB", 12, 2, 3, 1) + b"\1\x11\0")
    found = extracted("jpeg", b"\xff\xd8" + frame + segment(0xDA, b"") + b"\xff\xd9")
    assert (found["core"]["compression"], found["core"]["bit_depth"]) == ("JPEG-LS", 12)
    late = segment(0xC0, struct.pack(">BHHB", 8, 0, 3, 1) + b"\1\x11\0")
    core = extracted("jpeg", b"\xff\xd8" + late + segment(0xDA, b"") + b"\xff\xd9")["core"]
    assert (core["width_px"], core.get("height_px")) == (3, None)


def test_fill_bytes_and_density() -> None:
    """Fill bytes and lone markers are passed; JFIF's density counts where EXIF has none."""
    plain = pictures.saved("JPEG", dpi=(150, 75))
    found = extracted("jpeg", plain[:2] + b"\xff\xff\x01\xff\xd0" + plain[2:])
    assert (found["core"]["dpi"], found["dpi_y"]) == (150.0, 75.0)
    assert "dpi" not in extracted("jpeg", pictures.saved("JPEG"))["core"]


def test_several_pictures_in_one() -> None:
    """The multi-picture index says how many there are, and the first one's end is somewhere before the last bytes."""
    index = pictures.tiff([(0xB001, pictures.LONG, (2,))])
    plain = inserted(segment(0xE2, b"MPF\0" + index), segment(0xE2, b"MPF\0junk"))
    found = extracted("jpeg", plain[:-2] + bytes(10))
    assert found["embedded_pictures"] == 2
    assert "outcome" not in found


def test_cut_off() -> None:
    """A missing end is partial with its reason; trailers of phones are not."""
    data = pictures.saved("JPEG", size=(640, 480))
    assert extracted("jpeg", data[:-2])["reason"] == "JPEG: cut off in the picture"
    assert "outcome" not in extracted("jpeg", data[:-2] + b"....ftypmp42")
    assert "outcome" not in extracted("jpeg", data[:-2] + b"SEFT")
    scan = data.index(b"\xff\xda")
    assert extracted("jpeg", data[:scan])["reason"] == "JPEG: cut off before the first scan"


def extension(at: int, part: bytes, whole: int) -> bytes:
    """Return a segment of an extended XMP packet."""
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", whole, at)
    return segment(0xE1, head + part)


def test_extended_xmp() -> None:
    """A packet that is spread over segments fills what the main one left out; half of one says nothing."""
    main = b"http://ns.adobe.com/xap/1.0/\0" + pictures.XMP.replace(b"Harbour", b"Quay").replace(
        b"xmp:Rating", b"xmp:R"
    )
    half, size = len(pictures.XMP) // 2, len(pictures.XMP)
    parts = [extension(half, pictures.XMP[half:], size), extension(0, pictures.XMP[:half], size)]
    found = extracted("jpeg", inserted(segment(0xE1, main), *parts))
    assert (found["core"]["title"], found["rating"]) == ("Quay", 4)
    assert "rating" not in extracted("jpeg", inserted(segment(0xE1, main), parts[1]))
    assert "outcome" not in extracted("jpeg", inserted(segment(0xE1, main), extension(0, b"<broken", 7)))


def test_many_large_segments() -> None:
    """Megabytes of segments before the frame cost a few large reads, not one for each."""
    data = inserted(*[segment(0xEB, bytes(65_000))] * 60)
    counting = CountingSource(BytesSource(data))
    assert jpeg.read(BlockCache(counting)).frame["width_px"] == 64
    assert counting.reads <= 12


def test_motion_photo() -> None:
    """A film behind the picture hides its end, and XMP says that it is there."""
    packet = pictures.XMP.replace(
        b'xmp:Rating="4"', b'xmlns:G="http://ns.google.com/photos/1.0/camera/" G:MotionPhoto="1"'
    )
    found = extracted("jpeg", inserted(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet))[:-2] + bytes(9))
    assert (found["is_motion_photo"], "outcome" in found) == (True, False)


def test_broken_blocks_are_partial() -> None:
    """A broken EXIF block costs only itself."""
    found = extracted("jpeg", inserted(segment(0xE1, b"Exif\0\0nonsense"), segment(0xE2, b"ICC_PROFILE\0\1\1xx")))
    assert found["core"]["width_px"] == 64
    assert (found["outcome"], found["reason"]) == (
        "partial",
        "EXIF: TIFF: no header; ICC: no profile header".replace("EXIF: ", ""),
    )


@pytest.mark.parametrize(
    "data",
    [b"\xff\xd8", b"\xff\xd8\xff\xc0\0\x04\x08\0", b"\xff\xd8\xff\xe0\0\1", b"\xff\xd8junk",
     b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 5, 0, 0))],
)  # fmt: skip
def test_without_a_frame_there_is_no_picture(data: bytes) -> None:
    """A file that ends before its frame header, or gives it no width, is corrupt."""
    with pytest.raises(Corrupt):
        extracted("jpeg", data)


@pytest.mark.parametrize(("mark", "order"), [(b"AXS!", ">"), (b"AXS*", "<")])
def test_captions_behind_the_picture(mark: bytes, order: str) -> None:
    """IPTC in an AFCP trailer is read in either byte order; a trailer that lies is left alone."""
    picture = inserted()
    block = b"\x1c\x02\x05\x00\x05title"
    start = len(picture)
    entries = struct.pack(f"{order}4sII", b"TEXT", 0, 0) + struct.pack(f"{order}4sII", b"IPTC", len(block), start + 36)
    head = struct.pack(f"{order}4sHHI", mark, 0x100, 2, 0)
    end = struct.pack(f"{order}4sII", mark, start, 0)
    assert extracted("jpeg", picture + head + entries + block + end)["core"]["title"] == "title"
    for lie in (struct.pack(f"{order}4sII", mark, 2**31, 0), struct.pack(f"{order}4sII", mark, 0, 0)):
        assert "title" not in extracted("jpeg", picture + head + entries[:12] + lie)["core"]
    assert "title" not in extracted("jpeg", picture + head[:-6] + bytes(6) + end)["core"]
