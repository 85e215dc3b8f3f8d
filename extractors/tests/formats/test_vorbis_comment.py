"""Vorbis comments give names, covers and the vendor, as far as they go."""

from __future__ import annotations

import base64
import struct

from media_files import comments

from firstbytes.formats import vorbis_comment
from firstbytes.formats.media_tags import Tags


def test_comments() -> None:
    """Known keys in any case, others as they are; broken pictures are passed over."""
    block = struct.pack(">II", 3, 3) + b"png" + struct.pack(">I", 0) + bytes(16) + struct.pack(">I", 77)
    tags = Tags()
    data = comments(
        "Title=Light",
        "replaygain_track_gain=-1.5 dB",
        "COVERART=" + base64.b64encode(bytes(100)).decode(),
        "METADATA_BLOCK_PICTURE=" + base64.b64encode(block).decode(),
        "METADATA_BLOCK_PICTURE=x",
        "tool=y",
        "nothing",
    )
    assert vorbis_comment.read(data, tags) == "maker"
    assert (tags.first("title"), tags.others) == ("Light", {"tool": "y"})
    assert [(p.media_type, p.size_bytes) for p in tags.pictures] == [
        ("image/jpeg", 100),
        ("application/octet-stream", 77),
    ]


def test_cut() -> None:
    """A packet that is cut off gives what is there, whatever its counts claim."""
    tags = Tags()
    data = comments("TITLE=Light", "ARTIST=Ida")
    vorbis_comment.read(data[:-14].replace(struct.pack("<I", 2), struct.pack("<I", 2**31)), tags)
    assert tags.values == {"title": ["Light"]}
    assert vorbis_comment.read(b"", tags) == ""
