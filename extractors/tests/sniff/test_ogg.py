"""Ogg files are told by the first packet of each stream."""

from __future__ import annotations

import pytest
from media_files import page, type_of


@pytest.mark.parametrize(
    ("packets", "media_type"),
    [
        ((b"OpusHead",), "audio/ogg"),
        ((b"\x01vorbis",), "audio/ogg"),
        ((b"Speex   1.2",), "audio/ogg"),
        ((b"\x7fFLAC\1",), "audio/ogg"),
        ((b"fishead\0", b"\x01vorbis"), "audio/ogg"),
        ((b"\x01vorbis", b"OpusHead"), "audio/ogg"),
        ((b"\x01vorbis", b"\x80theora"), "video/ogg"),
        ((b"fishead\0", b"\x80theora", b"CMML\0"), "video/annodex"),
        ((b"Annodex\0", b"\x01vorbis"), "audio/annodex"),
        ((b"something else",), "application/ogg"),
    ],
)
def test_streams(packets: tuple[bytes, ...], media_type: str) -> None:
    """A video stream decides; else any sound does."""
    heads = b"".join(page(n, packet, first=True) for n, packet in enumerate(packets))
    assert type_of(heads + page(0, b"data")) == media_type
