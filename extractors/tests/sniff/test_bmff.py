"""ISO media files are told by brands, then by what their tracks hold."""

from __future__ import annotations

import struct

import pytest
from media_files import Holes, box, ftyp, full, mp4, sound, trak, type_of, visual

from firstbytes.sniff import Head, sniff
from firstbytes.sniff.bmff import headless

VIDEO, AUDIO = trak("vide", visual("avc1")), trak("soun", sound("mp4a"), number=2)


@pytest.mark.parametrize(
    ("major", "compatible", "media_type"),
    [
        ("heic", (), "image/heic"),
        ("mif1", ("mif1", "heic"), "image/heic"),
        ("mif1", ("mif1", "avif"), "image/avif"),
        ("mif1", ("mif1", "avci"), "image/avci"),
        ("mif1", (), "image/heif"),
        ("msf1", ("hevc",), "image/heic-sequence"),
        ("msf1", (), "image/heif-sequence"),
        ("hevc", (), "image/heic-sequence"),
        ("avis", (), "image/avif"),
        ("crx ", (), "image/x-canon-cr3"),
        ("qt  ", (), "video/quicktime"),
        ("M4A ", (), "audio/mp4"),
        ("M4V ", (), "video/x-m4v"),
        ("aax ", (), "audio/vnd.audible.aax"),
        ("3gp5", (), "video/3gpp"),
        ("3g2a", (), "video/3gpp2"),
        ("KDDI", (), "video/3gpp2"),
    ],
)
def test_brands(major: str, compatible: tuple[str, ...], media_type: str) -> None:
    """A specific brand decides; a generic one asks the compatible brands."""
    assert type_of(ftyp(major, *compatible) + box("mdat", bytes(64))) == media_type


def test_handlers() -> None:
    """With a common brand, a file without a video track is audio, and one of other tracks neither."""
    assert type_of(mp4(VIDEO, AUDIO)) == "video/mp4"
    assert type_of(mp4(AUDIO)) == "audio/mp4"
    assert type_of(mp4(trak("text", box("tx3g", bytes(8))))) == "application/mp4"
    assert type_of(mp4()) == "video/mp4"


def test_tracks_at_the_end() -> None:
    """The tracks of a file with moov last are looked at beyond the first block."""
    moov = box("moov", AUDIO)
    start = ftyp() + struct.pack(">I4sQ", 1, b"mdat", 10**9)
    source = Holes(len(ftyp()) + 10**9 + len(moov), (0, start), (len(ftyp()) + 10**9, moov))
    assert sniff(source).media_type == "audio/mp4"


def test_far_too_many_boxes() -> None:
    """After four blocks beyond the first the rule says what it has: a video, weakly."""
    spread = b"".join(box("free", bytes(70_000)) for _ in range(9))
    assert type_of(ftyp() + spread + box("moov", AUDIO)) == "video/mp4"


@pytest.mark.parametrize("first", [ftyp("msdh"), box("styp", b"msdh", bytes(4)), full("sidx", bytes(24))])
def test_segments(first: bytes) -> None:
    """A fragment without a movie header is a segment of a stream."""
    moof = box("moof", full("mfhd", bytes(4)))
    assert type_of(first + moof + box("mdat", bytes(8))) == "video/iso.segment"


@pytest.mark.parametrize(
    "kinds", [("moov", "mdat"), ("wide", "mdat"), ("mdat", "moov"), ("free", "moov"), ("pnot", "PICT")]
)
def test_old_quicktime(kinds: tuple[str, ...]) -> None:
    """QuickTime before ftyp starts with one of its own boxes."""
    assert type_of(b"".join(box(kind, bytes(40)) for kind in kinds)) == "video/quicktime"


@pytest.mark.parametrize(
    "data",
    [
        b"the free world of words, and more of it",
        b"\0\0\0\x08free" + bytes(20),
        b"\0\0\0\1moov\0\0",
        b"\0\0\0\x0bm oov\0\0\0" + bytes(30),
        b"\0\0\1\0name" + bytes(30),
    ],
)
def test_chance(data: bytes) -> None:
    """Four letters at the right place do not make a file QuickTime."""
    assert headless(Head(data, data, len(data))) is None


def test_broken() -> None:
    """A broken box after ftyp leaves the brand's answer, or the usual one."""
    assert type_of(ftyp("M4A ") + struct.pack(">I4s", 3, b"moov") + bytes(9)) == "audio/mp4"
    assert type_of(ftyp() + struct.pack(">I4s", 3, b"moov") + bytes(9)) == "video/mp4"
    broken = box("moov") + struct.pack(">I4s", 3, b"mdat")
    assert headless(Head(broken, broken, len(broken))) is None
