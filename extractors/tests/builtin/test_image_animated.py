"""GIF and WebP: frames, loops, durations, and metadata in their own places."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


def gif(*blocks: bytes, end: bytes = b";", flags: int = 0) -> bytes:
    """Return a GIF of 4 x 3 pixels with these blocks."""
    return b"GIF89a" + struct.pack("<HHBBB", 4, 3, flags, 0, 0) + b"".join(blocks) + end


FRAME = b",\0\0\0\0\4\0\3\0\x40\2\2\x4c\1\0"
CONTROL = b"!\xf9\4\1\x0a\0\0\0"


def test_gif_frames() -> None:
    """Frames, delays, loops and comments of an animation."""
    found = extracted("gif", pictures.frames("GIF", comment=b"by hand"))
    assert (found["core"]["frame_count"], found["core"]["duration_ms"], found["loop_count"]) == (3, 300, 2)
    assert (found["animated"], found["file_comment"], found["core"]["format_version"]) == (True, "by hand", "89a")


def test_gif_blocks() -> None:
    """Interlacing, transparency, local palettes, plain text and unknown applications are passed in step."""
    local = b",\0\0\0\0\4\0\3\0\x81" + bytes(12) + b"\2\2\x4c\1\0"
    found = extracted(
        "gif", gif(CONTROL, FRAME, b"!\x01\x0c" + bytes(12) + b"\0", b"!\xff\x0bUNKNOWN1.0X\3abc\0", local)
    )
    assert (found["core"]["frame_count"], found["interlaced"], found["has_alpha"]) == (2, True, True)
    still = extracted("gif", gif(FRAME, flags=0x80 | 7) + bytes(768))
    assert still["palette_color_count"] == 256


def test_gif_metadata() -> None:
    """XMP lies bare behind its name; a profile is in sub-blocks."""
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    packet = b"!\xff\x0bXMP DataXMP" + pictures.XMP + b"<?xpacket end='w'?>" + trailer
    profile = pictures.icc()
    blocks = b"".join(bytes([len(part)]) + part for part in (profile[i : i + 255] for i in range(0, len(profile), 255)))
    found = extracted("gif", gif(packet, b"!\xff\x0bICCRGBG1012" + blocks + b"\0", FRAME))
    assert (found["core"]["title"], found["core"]["frame_count"]) == ("Harbour", 1)
    assert found["icc_profile_name"] == "sRGB built-in"


def test_gif_cut_off() -> None:
    """Without a trailer the frames that were seen are told, and that it is cut off."""
    found = extracted("gif", gif(FRAME, FRAME, end=b""))
    assert (found["frames_seen"], found["reason"]) == (2, "GIF: cut off before its trailer")
    assert extracted("gif", gif(b",\0\0", end=b""))["outcome"] == "partial"
    with pytest.raises(Corrupt):
        extracted("gif", b"GIF89a")
    with pytest.raises(Corrupt):
        extracted("gif", b"GIF89a" + bytes(20))


def test_gif_of_many_megabytes() -> None:
    """Beyond eight megabytes frames are not counted any more."""
    body = (b"\xff" + bytes(255)) * 40_000 + b"\0"
    found = extracted("gif", gif(FRAME, FRAME[:10] + b"\2" + body))
    assert "frame_count" not in found["core"]
    assert "outcome" not in found


def test_webp_extended() -> None:
    """Canvas, alpha, EXIF, XMP and profile of an extended file."""
    found = extracted("webp", pictures.webp())
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["orientation_deg"], core["title"]) == (48, 64, 90, "Harbour")
    assert (found["has_alpha"], found["lossless"], found["icc_profile_name"]) == (True, False, "sRGB built-in")


def test_webp_simple() -> None:
    """The lossy and the lossless kind have their size in the first bytes of the picture."""
    lossy, lossless = (extracted("webp", pictures.saved("WEBP", lossless=flag)) for flag in (False, True))
    assert (lossy["core"]["compression"], lossy["chroma_subsampling"]) == ("VP8", "4:2:0")
    assert (lossless["core"]["compression"], lossless["core"]["width_px"], lossless["has_alpha"]) == ("VP8L", 64, False)


def test_webp_animated() -> None:
    """Frames and their durations are added up."""
    found = extracted("webp", pictures.frames("WEBP"))
    assert (found["core"]["frame_count"], found["core"]["duration_ms"], found["loop_count"]) == (3, 300, 2)


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WebP of these chunks."""
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


EXTENDED = (b"VP8X", b"\x02\0\0\0\x3f\0\0\x2f\0\0")


def test_webp_of_many_frames() -> None:
    """Frames that lie too far apart are counted only so far, and that is said."""
    frames = [(b"ANMF", bytes(12) + b"\x0a\0\0" + bytes(70_000))] * 40
    found = extracted("webp", riff(EXTENDED, *frames))
    assert "frame_count" not in found["core"]
    assert 10 < found["frames_seen"] < 40


def test_webp_broken() -> None:
    """Short chunks say nothing; a cut file is partial, one without a picture corrupt."""
    with pytest.raises(Corrupt):
        extracted("webp", riff((b"VP8 ", b"x"), (b"VP8L", b"x"), (b"VP8X", b"x"), (b"ANIM", b"x")))
    with pytest.raises(Corrupt):
        extracted("webp", b"RIFF")
    assert extracted("webp", riff(EXTENDED, (b"ANIM", bytes(6)))[:-2] + b"")["outcome"] == "partial"
