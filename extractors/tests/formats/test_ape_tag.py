"""APEv2 tags are walked from their footer, within bounds."""

from __future__ import annotations

import struct

import pytest
from media_files import ape_tag

from firstbytes import BytesSource
from firstbytes.formats import ape_tag as reader


def test_items() -> None:
    """Text may have several values; a cover is measured; other binary items and links are passed over."""
    tag = ape_tag(
        ("Artist", b"Ida\0Bo", 0),
        ("Cover Art (Front)", b"c.jpg\0\xff\xd8" + bytes(98), 2),
        ("Cover Art", b"c.png\0\x89PNG", 2),
        ("REPLAYGAIN_TRACK_PEAK", b"0.98", 0),
        ("Tool", b"x", 0),
        ("File", b"data", 2),
        ("Link", b"http://example.org", 4),
    )
    found = reader.find(BytesSource(bytes(50) + tag), 50 + len(tag))
    assert found is not None
    tags, start = found
    assert (start, tags.values["artist"], tags.others) == (50, ["Ida", "Bo"], {"Tool": "x"})
    assert tags.facts()[1]["cover"] == {
        "media_type": "image/jpeg",
        "size_bytes": 100,
        "kind": "front cover",
        "picture_count": 2,
    }
    assert tags.facts()[1]["replaygain"] == {"track_peak": 0.98}


def test_header() -> None:
    """A tag with a header starts 32 bytes earlier."""
    tag = bytearray(ape_tag(("Title", b"Light", 0)))
    tag[-12:-8] = struct.pack("<I", 0x80000000)
    found = reader.find(BytesSource(bytes(50) + bytes(tag)), 50 + len(tag))
    assert found is not None
    assert found[1] == 18


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(40),
        b"APETAGEX" + struct.pack("<III", 2000, 5, 1) + bytes(12),
        b"APETAGEX" + struct.pack("<III", 2000, 9999, 1) + bytes(12),
    ],
)
def test_none(data: bytes) -> None:
    """Without a footer, or with one that claims too little or too much, there is no tag."""
    assert reader.find(BytesSource(data), len(data)) is None


def test_broken_items() -> None:
    """An item that reaches beyond the tag, or has no key, ends it."""
    for item in (struct.pack("<II", 999, 0) + b"Title\0x", struct.pack("<II", 1, 0) + b"Titlexxxxx"):
        tag = item + struct.pack("<8sIIII8x", b"APETAGEX", 2000, len(item) + 32, 1, 0)
        found = reader.find(BytesSource(tag), len(tag))
        assert found is not None
        assert found[0].values == {}
