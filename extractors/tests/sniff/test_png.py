"""An animated PNG says so before its picture."""

from __future__ import annotations

import pictures
import pytest
from pictures import chunk

from firstbytes import BytesSource
from firstbytes.sniff import sniff

HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
CONTROL = chunk(b"acTL", bytes(8))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (pictures.frames("PNG"), "image/apng"),
        (pictures.saved("PNG"), "image/png"),
        (HEAD + CONTROL, "image/apng"),
        (HEAD + chunk(b"iCCP", bytes(9000)) + CONTROL, "image/apng"),
        (HEAD + chunk(b"IDAT", b"x") + CONTROL, "image/png"),
        (HEAD + chunk(b"tEXt", b"a\0b") * 100 + CONTROL, "image/png"),
        (HEAD, "image/png"),
        (b"\x8bJNG\r\n\x1a\n" + CONTROL, "image/x-jng"),
    ],
)
def test_animation_control(data: bytes, media_type: str) -> None:
    """The chunk counts before the first picture data, and only there."""
    assert sniff(BytesSource(data)).media_type == media_type
