"""Streams without a signature are told by frames and packets in step."""

from __future__ import annotations

import struct

import pytest
from media_files import id3, id3_frame, mp3_frame, type_of

from firstbytes.sniff import Head, sniff
from firstbytes.sniff.mpeg import content
from firstbytes.source import BytesSource

ADTS = b"\xff\xf1\x50\x80\x04\x1f\xfc" + bytes(25)
COVER = id3_frame("APIC", b"\0image/jpeg\0\3\0\xff\xd8" + bytes(100_000))


def _ts(step: int, offset: int = 0, count: int = 60) -> bytes:
    packet = b"\x47" + bytes(187)
    return bytes(offset % step) + (packet + bytes(step - 188)) * count


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (mp3_frame() * 4, "audio/mpeg"),
        (mp3_frame() * 2, "audio/mpeg"),
        (ADTS * 4, "audio/aac"),
        (b"\xf0\x76\0\1\xf8\x72\x6f\xba" + bytes(40), "audio/vnd.dolby.mlp"),
        (b"\xf0\x76\0\1\xf8\x72\x6f\xbb" + bytes(40), "audio/vnd.dolby.mlp"),
        (b"ADIF" + bytes(40), "audio/aac"),
        (
            b"\xff\xfd\x84\x04" + bytes(380) + b"\xff\xfd\x84\x04" + bytes(380) + b"\xff\xfd\x84\x04" + bytes(380),
            "audio/mpeg",
        ),
        ((b"\x0b\x77\0\0\x14\x40\x43" + bytes(505)) * 3, "audio/ac3"),
        ((b"\x0b\x77\x00\x3f\x34\x86\0\0" + bytes(120)) * 3, "audio/eac3"),
        ((b"\x7f\xfe\x80\x01\xfc\x3c\x05\xf2\x74\x0f\xf8\x08" + bytes(84)) * 3, "audio/vnd.dts"),
        (b"\xfe\x7f\x01\x80" + bytes(90), "audio/vnd.dts"),
        ((b"\x56\xe0\x10" + bytes(16)) * 5, "audio/mp4a-latm"),
        ((b"\x9c\xb1\x0f" + bytes(1 + 4 + 30)) * 8, "audio/x-sbc"),
        ((b"\xd2" + bytes(32)) * 12, "audio/x-gsm"),
        (_ts(188), "video/mp2t"),
        (_ts(192, 4), "video/mp2t"),
        (_ts(204), "video/mp2t"),
        (_ts(188, 99), "video/mp2t"),
        (_ts(188, count=3), "video/mp2t"),
        (b"\0\0\0\1\x67\x42\0\x1e\0\0\0\1\x68\xce\0\0\1\x65\x88" + bytes(20), "video/h264"),
        (b"\0\0\0\1\x40\1\0\0\0\1\x42\1\0\0\0\1\x44\1\0\0" + bytes(20), "video/h265"),
        (b"\0\0\1\xba\x44" + bytes(30), "video/mpeg"),
        (bytes(100) + b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04\0" + bytes(99), "application/mxf"),
        (b"FWS\x05" + struct.pack("<I", 400) + bytes(30), "application/vnd.adobe.flash.movie"),
        (struct.pack("<IHHHHHH", 900, 0xAF11, 3, 320, 200, 8, 3) + bytes(112), "video/x-fli"),
        (struct.pack("<IHHHHHH", 900, 0xAF12, 3, 320, 200, 8, 3) + bytes(112), "video/x-flc"),
        ((b"\x1f\x07\0" + bytes(77)) + (b"\x3f\x07\0" + bytes(77)) * 2 + (b"\x5f\x07\0" + bytes(77)) * 4, "video/dv"),
        (b"\xc1\x2f\x20\0" + bytes(60), "audio/x-musepack"),
    ],
)
def test_structure(data: bytes, media_type: str) -> None:
    """Each kind of stream is known by its frames."""
    assert type_of(data) == media_type


@pytest.mark.parametrize(
    ("behind", "media_type"),
    [
        (mp3_frame() * 4, "audio/mpeg"),
        (bytes(500) + mp3_frame() * 4, "audio/mpeg"),
        (b"junk" * 50 + mp3_frame() * 8, "audio/mpeg"),
        (ADTS * 4, "audio/aac"),
        (b"fLaC" + bytes(50), "audio/flac"),
        (b"MAC " + bytes(50), "audio/x-ape"),
        (b"TTA1" + bytes(50), "audio/x-tta"),
        (b"wvpk" + bytes(50), "audio/x-wavpack"),
        (b"what is this", "audio/mpeg"),
    ],
)
@pytest.mark.parametrize("tag", [id3(COVER), id3(id3_frame("TIT2", b"\0Light"))], ids=["cover", "title"])
def test_behind_id3(tag: bytes, behind: bytes, media_type: str) -> None:
    """A tag says nothing of what follows it; what follows is looked at, behind a cover of 100 KB too."""
    assert type_of(tag + behind) == media_type


def test_footer() -> None:
    """A tag with a footer is ten bytes longer."""
    tag = id3(id3_frame("TIT2", b"\0Light", version=4), version=4, flags=16)
    assert type_of(tag + b"3DI" + tag[3:10] + b"fLaC" + bytes(50)) == "audio/flac"


def test_no_tag() -> None:
    """Three letters and nonsense are no tag."""
    assert sniff(BytesSource(b"ID3 is a tag format, said nobody at all")).media_type == "text/plain"
    assert type_of(b"ID3\x09\0\0\0\0\0\0" + bytes(30)) != "audio/mpeg"


def test_late() -> None:
    """Frames after junk are found when six agree, and junk alone is not sound."""
    assert type_of(b"\x01junk\xff\xfe" * 30 + mp3_frame() * 8) == "audio/mpeg"
    assert type_of(b"\x01junk\xff\xfe" * 30 + mp3_frame() * 4 + bytes(99)) != "audio/mpeg"
    assert type_of(b"\x01\xff\xfb\x90\x00" * 2000) != "audio/mpeg"


@pytest.mark.parametrize(
    "data",
    [
        b"FWS is three letters",
        b"FWS\x05\x05\0\0\0" + bytes(30),
        struct.pack("<IHHHHHH", 900, 0xAF11, 3, 320, 200, 77, 3) + bytes(112),
        b"\0\0\1\x09\xf0\0\0\1\x09\xf0" + bytes(40),
        b"\0\0\1",
        b"G" * 4000,
        (b"\xd2" + bytes(32)) * 12 + b"x",
    ],
)
def test_not_quite(data: bytes) -> None:
    """A short magic without the rest of its structure says nothing."""
    assert content(Head(data, data, len(data)), BytesSource(data)) is None
