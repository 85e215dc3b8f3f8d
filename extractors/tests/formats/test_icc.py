"""ICC profiles tell their name in either kind of text."""

from __future__ import annotations

import struct

import pictures
import pytest

from firstbytes import Corrupt
from firstbytes.formats import icc


def profile(tag: bytes, name: bytes = b"desc", space: bytes = b"CMYK") -> bytes:
    """Return a profile of one tag."""
    head = struct.pack(">I4xBB2x4s4s4s12x4s", 144 + len(tag), 4, 0x30, b"prtr", space, b"Lab ", b"acsp")
    return head.ljust(128, b"\0") + struct.pack(">I4sII", 1, name, 144, len(tag)) + tag


def mluc(*texts: tuple[bytes, str]) -> bytes:
    """Return a multi-localised text."""
    out, body, at = b"mluc\0\0\0\0" + struct.pack(">II", len(texts), 12), b"", 16 + 12 * len(texts)
    for language, text in texts:
        data = text.encode("utf-16-be")
        out += language + struct.pack(">II", len(data), at + len(body))
        body += data
    return out + body


def test_names() -> None:
    """English goes first among languages; plain descriptions end at their NUL."""
    assert icc.read(profile(mluc((b"deDE", "Farben"), (b"enUS", "Colours")))).name == "Colours"
    assert icc.read(profile(mluc((b"deDE", "Farben")))).name == "Farben"
    assert icc.read(profile(b"desc\0\0\0\0\0\0\0\x06Press\0")).name == "Press"
    assert icc.read(profile(b"text\0\0\0\0Old\0")).name == "Old"
    assert icc.read(profile(b"XYZ ")).name is None
    assert icc.read(profile(mluc())).name is None
    assert icc.read(profile(b"", name=b"cprt")).name is None


def test_header() -> None:
    """Class, colour space and version stand in the header."""
    found = icc.read(profile(b"text\0\0\0\0Old\0"))
    assert (found.color_space, found.device_class, found.version, found.size_bytes) == ("CMYK", "output", "4.3.0", 156)
    assert icc.read(profile(b"", space=b"2CLR")).color_space == "2CLR"
    assert icc.read(profile(b"", space=b"\0\0\0\0")).color_space is None
    assert icc.read(pictures.icc()).color_space == "RGB"


@pytest.mark.parametrize("data", [b"", bytes(200)])
def test_anything_else_is_corrupt(data: bytes) -> None:
    """Without the signature there is no profile."""
    with pytest.raises(Corrupt):
        icc.read(data)
