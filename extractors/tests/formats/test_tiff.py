"""The TIFF walker reads both sizes and both byte orders, and no file makes it loop."""

from __future__ import annotations

import struct

import pytest

from firstbytes import BytesSource, Corrupt
from firstbytes.formats.tiff import MAX_IFDS, Ifd, Tiff, open_tiff

Row = tuple[int, int, int, bytes]


def build(rows: list[Row], order: str = "<", link: int = 0) -> bytes:
    """Return a classic TIFF of one directory; values over four bytes go behind it."""
    mark = b"II" if order == "<" else b"MM"
    out = mark + struct.pack(order + "HIH", 42, 8, len(rows))
    at, tail = 8 + 2 + 12 * len(rows) + 4, b""
    for tag, kind, count, value in rows:
        field = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", at + len(tail))
        tail += value if len(value) > 4 else b""
        out += struct.pack(order + "HHI", tag, kind, count) + field
    return out + struct.pack(order + "I", link) + tail


def opened(data: bytes, base: int = 0) -> tuple[Tiff, Ifd]:
    """Return the structure and its first directory."""
    tiff = open_tiff(BytesSource(data), base)
    return tiff, next(tiff.chain())


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_of_every_type(order: str) -> None:
    """Numbers, rationals and texts come out the same in either byte order."""
    data = build(
        [
            (256, 3, 1, struct.pack(order + "H", 640)),
            (257, 4, 1, struct.pack(order + "I", 480)),
            (258, 3, 3, struct.pack(order + "3H", 8, 8, 8)),
            (271, 2, 6, b"Canon\0"),
            (282, 5, 1, struct.pack(order + "II", 300, 2)),
            (283, 5, 1, struct.pack(order + "II", 300, 0)),
            (700, 7, 3, b"xmp"),
            (37380, 10, 1, struct.pack(order + "ii", -1, 3)),
            (65000, 12, 1, struct.pack(order + "d", float("nan"))),
            (65001, 99, 1, b"\1"),
        ],
        order,
    )
    tiff, ifd = opened(b"pad" + data, 3)
    assert (tiff.integer(ifd, 256), tiff.integer(ifd, 257), tiff.ints(ifd, 258)) == (640, 480, (8, 8, 8))
    assert (tiff.text(ifd, 271), tiff.number(ifd, 282), tiff.number(ifd, 283)) == ("Canon", 150.0, None)
    assert (tiff.raw(ifd, 700), tiff.number(ifd, 37380)) == (b"xmp", pytest.approx(-1 / 3))
    assert (tiff.numbers(ifd, 700), tiff.numbers(ifd, 65001), tiff.text(ifd, 256)) == ((), (), None)
    assert (tiff.raw(ifd, 1), tiff.number(ifd, 1), tiff.text(ifd, 1), 256 in ifd) == (b"", None, None, True)
    assert tiff.byte_order == ("little" if order == "<" else "big")


def test_bigtiff() -> None:
    """BigTIFF has 64-bit counts and offsets."""
    row = struct.pack("<HHQQ", 256, 16, 1, 70_000) + struct.pack("<HHQ8s", 271, 2, 3, b"ab")
    data = b"II" + struct.pack("<HHHQQ", 43, 8, 0, 16, 2) + row + struct.pack("<Q", 0)
    tiff, ifd = opened(data)
    assert (tiff.big, tiff.integer(ifd, 256), tiff.text(ifd, 271)) == (True, 70_000, "ab")


@pytest.mark.parametrize("left", range(9))
def test_bigtiff_cut_in_its_last_field(left: int) -> None:
    """However many bytes of the link are left, the directory before it is whole."""
    row = struct.pack("<HHQQ", 256, 16, 1, 70_000)
    data = b"II" + struct.pack("<HHHQQ", 43, 8, 0, 16, 1) + row + bytes(8)[:left]
    assert opened(data)[1].next == 0


def test_text_is_utf8_or_latin1() -> None:
    """An ASCII field may hold either; an empty one says nothing."""
    tiff, ifd = opened(build([(270, 2, 6, "Tür".encode() + b"\0\0"), (271, 2, 4, b"T\xfcr\0"), (272, 2, 4, b"  \0x")]))
    assert (tiff.text(ifd, 270), tiff.text(ifd, 271), tiff.text(ifd, 272)) == ("Tür", "Tür", None)


def test_cycles_end() -> None:
    """A directory that links to itself, or to its parent, is read once."""
    tiff, ifd = opened(build([(330, 4, 2, struct.pack("<II", 8, 8))], link=8))
    assert len(list(tiff.chain())) == 1
    assert list(tiff.children(ifd)) == []


def test_long_chains_are_cut() -> None:
    """No more directories are read than the limit."""
    blocks = [struct.pack("<HHHIII", 1, 256, 3, 1, i, 8 + 18 * (i + 1)) for i in range(2000)]
    tiff = open_tiff(BytesSource(b"II*\0" + struct.pack("<I", 8) + b"".join(blocks)))
    assert len(list(tiff.chain())) == MAX_IFDS
    assert len(list(tiff.chain(limit=3))) == 3
    assert tiff.ifd(8 + 18 * 1999) is None


def test_sub_directories() -> None:
    """A tag's offsets lead to further directories; those outside the file are left out."""
    inner = struct.pack("<HHHII", 1, 256, 3, 1, 7) + bytes(4)
    data = build([(330, 4, 2, struct.pack("<II", 34, 9999))])
    tiff, ifd = opened(data + inner)
    assert len(data) == 34
    assert [tiff.integer(child, 256) for child in tiff.children(ifd)] == [7]


def test_truncated_directory_is_marked() -> None:
    """A directory cut off keeps its whole entries and says that it is not complete."""
    whole = build([(256, 3, 1, b"\1\0"), (257, 3, 1, b"\2\0")])
    _, ifd = opened(whole[:30])
    assert (sorted(ifd.entries), ifd.complete, ifd.next) == ([256], False, 0)
    assert list(open_tiff(BytesSource(whole[:12])).chain()) == []


@pytest.mark.parametrize("data", [b"", b"II*", b"XX*\0\0\0\0\0", b"II\1\0\0\0\0\0", b"II+\0\0\0\0\0", b"MM*\0\0\0\0\0"])
def test_bad_headers_are_corrupt(data: bytes) -> None:
    """Without byte order, known magic and room for an offset there is no structure."""
    assert data[2:4] != b"\0*"
    with pytest.raises(Corrupt):
        open_tiff(BytesSource(data))
