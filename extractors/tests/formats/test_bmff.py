"""Boxes are walked within bounds, whatever their sizes claim."""

from __future__ import annotations

import struct

import pytest

from firstbytes import BytesSource, Corrupt
from firstbytes.formats import bmff


def _box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def test_levels() -> None:
    """Boxes of one level come in order with their payload."""
    source = BytesSource(_box(b"ftyp", b"isom\0\0\0\x01isommp42") + _box(b"moov", _box(b"mvhd", b"\0\0\0\0xy")))
    assert [b.kind for b in bmff.walk(source)] == ["ftyp", "moov"]
    head = bmff.find(source, "moov", "mvhd")
    assert head is not None
    assert bmff.full(source, head) == (0, 0, b"xy")
    assert head.size == 6
    assert bmff.brands(source, next(bmff.walk(source))) == ("isom", 1, ["isom", "mp42"])
    assert bmff.find(source, "moov", "trak") is None


def test_wide_size() -> None:
    """A size of 1 is followed by 64 bits."""
    source = BytesSource(struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd" + _box(b"free"))
    assert [(b.kind, b.size) for b in bmff.walk(source)] == [("mdat", 4), ("free", 0)]


def test_size_to_the_end() -> None:
    """A size of 0 reaches to the end of the file."""
    source = BytesSource(_box(b"free") + struct.pack(">I4s", 0, b"mdat") + bytes(9))
    last = list(bmff.walk(source))[-1]
    assert (last.kind, last.size, last.cut) == ("mdat", 9, False)


def test_cut() -> None:
    """A box that claims more than there is ends with its parent, and says so."""
    source = BytesSource(struct.pack(">I4s", 1000, b"mdat") + b"abc")
    assert list(bmff.walk(source)) == [bmff.Box("mdat", 0, 8, 11, cut=True)]


def test_terminator_and_padding() -> None:
    """QuickTime ends a list with zeros; a few stray bytes are padding."""
    assert [b.kind for b in bmff.walk(BytesSource(_box(b"free") + bytes(8) + _box(b"name")))] == ["free"]
    assert [b.kind for b in bmff.walk(BytesSource(_box(b"free") + b"\0\0\0\x09nam"))] == ["free"]
    assert list(bmff.walk(BytesSource(struct.pack(">I4sI", 1, b"mdat", 0)))) == []


def test_smaller_than_its_header() -> None:
    """A box smaller than its own header is corrupt, not an endless loop."""
    with pytest.raises(Corrupt, match="fewer than its header"):
        list(bmff.walk(BytesSource(struct.pack(">I4s", 7, b"free") + bytes(20))))
    with pytest.raises(Corrupt, match="fewer than its header"):
        list(bmff.walk(BytesSource(struct.pack(">I4sQ", 1, b"mdat", 0) + bytes(20))))


def test_many() -> None:
    """A million empty boxes are not walked."""
    source = BytesSource(_box(b"free") * (bmff.MAX_BOXES + 5))
    assert len(list(bmff.walk(source))) == bmff.MAX_BOXES
    assert len(list(bmff.walk(source, limit=3))) == 3


def test_uuid() -> None:
    """A uuid box carries its extended type before its payload."""
    (found,) = bmff.walk(BytesSource(_box(b"uuid", bytes(range(16)) + b"data")))
    assert (found.uuid, found.size) == (bytes(range(16)), 4)


@pytest.mark.parametrize("version", [b"", b"\0\0\0\0"])
def test_both_kinds_of_meta(version: bytes) -> None:
    """A meta box is entered with and without version and flags."""
    source = BytesSource(_box(b"meta", version + _box(b"hdlr", bytes(20)) + _box(b"ilst", b"x")))
    found = bmff.find(source, "meta", "ilst")
    assert found is not None
    assert bmff.payload(source, found) == b"x"


def test_no_version() -> None:
    """A full box without room for its version is corrupt."""
    source = BytesSource(_box(b"mvhd", b"\0"))
    with pytest.raises(Corrupt, match="no version"):
        bmff.full(source, next(bmff.walk(source)))
