"""OLE2 compound files by ranges."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable

import olefile
import pytest

from firstbytes import BlockCache, BytesSource, Corrupt
from firstbytes.formats.ole import Ole, open_ole
from firstbytes.formats.ole_directory import Entry, tree
from firstbytes.source import Metered

Compound = Callable[..., bytes]
CLASS = "00020906-0000-0000-c000-000000000046"
STREAMS = {
    "WordDocument": random.Random(1).randbytes(9000),
    "\x05SummaryInformation": b"summary" * 30,
    "ObjectPool/_1/Contents": b"inside" * 1000,
    "ObjectPool/_1/small": b"s",
    "empty": b"",
}


def opened(data: bytes) -> Ole:
    """Open a compound file in memory."""
    return open_ole(BytesSource(data))


@pytest.mark.parametrize("sector", [512, 4096])
def test_streams(compound: Compound, sector: int) -> None:
    """Streams of both sector sizes, long and short, are read by path."""
    data = compound(STREAMS, CLASS, sector=sector)
    ole = opened(data)
    assert {path: ole.read(path, 10**6) for path, entry in ole.paths.items() if not entry.is_storage} == STREAMS
    assert ole.root.clsid == CLASS
    assert ole.complete
    assert set(ole.children("")) == {"WordDocument", "\x05SummaryInformation", "ObjectPool", "empty"}
    assert list(ole.children("ObjectPool/_1")) == ["Contents", "small"]
    assert ole.read("WordDocument", 700) == STREAMS["WordDocument"][:700]
    assert ole.read("ObjectPool", 9) == ole.read("none", 9) == b""


def test_agrees_with_olefile(compound: Compound) -> None:
    """The files these tests make are read alike by another reader."""
    other = olefile.OleFileIO(io.BytesIO(compound(STREAMS)))
    assert {"/".join(p): other.openstream(p).read() for p in other.listdir()} == STREAMS


def test_fragments() -> None:
    """A stream whose sectors are not adjacent is put together, and a table beyond 109 sectors is found."""
    size = 512
    total = 120 * 128
    table = [0xFFFFFFFF] * total
    # Sectors: 0..119 the table, 120 the list of its last places, 121 the directory, the rest data.
    data = [200, 300, 301, 15_000, 14_999]
    for here, there in zip(data, [*data[1:], 0xFFFFFFFE], strict=True):
        table[here] = there
    table[121] = 0xFFFFFFFE
    row = "<64sHBBIII16sIQQIQ"
    none = 0xFFFFFFFF
    root = struct.pack(row, "Root Entry".encode("utf-16-le"), 22, 5, 1, none, none, 1, b"", 0, 0, 0, 0xFFFFFFFE, 0)
    stream = struct.pack(row, "s".encode("utf-16-le"), 4, 2, 1, none, none, none, b"", 0, 0, 0, data[0], size * 5)
    header = struct.pack(
        "<8s16x5H6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(62, 3, 0xFFFE, 9, 6, 0, 120, 121, 0, 0, none, 0, 120, 1),
    ) + struct.pack("<109I", *range(109))
    sectors = bytearray(struct.pack(f"<{total}I", *table))
    sectors += struct.pack("<128I", *range(109, 120), *[none] * 116, 0xFFFFFFFE)
    sectors += (root + stream).ljust(size, b"\0")
    sectors += bytes(size * (15_001 - 122))
    for number, sector in enumerate(data):
        sectors[sector * size : sector * size + size] = bytes([number + 1]) * size
    ole = opened(bytes(header + sectors))
    assert ole.read("s", 9999) == b"".join(bytes([number + 1]) * size for number in range(5))


def test_few_reads(compound: Compound) -> None:
    """The directory of a large file takes at most four reads."""
    meter = Metered(BytesSource(compound({"big": bytes(3_000_000), "small": b"x"})))
    open_ole(BlockCache(meter))
    assert meter.reads <= 4


def test_directory_over_many_blocks(compound: Compound) -> None:
    """A directory that is longer than allowed gives its beginning and says so."""
    data = compound({f"stream{n}": b"" for n in range(600)})
    assert len(opened(data).paths) == 600
    part = open_ole(BytesSource(data), max_entries=100)
    assert 90 < len(part.paths) < 110
    assert not part.complete
    assert not open_ole(BytesSource(data), max_blocks=1).complete


def test_broken_headers(compound: Compound) -> None:
    """No header, a strange sector size or a directory outside the file is corrupt."""
    data = compound(STREAMS)
    for broken in (b"", b"PK\3\4" * 200, data[:30] + b"\x02" + data[31:], data[:48] + b"\xf0\xff\0\0" + data[52:]):
        with pytest.raises(Corrupt):
            opened(broken)


def test_truncated(compound: Compound) -> None:
    """What is beyond the cut is missing, not an error."""
    data = compound(STREAMS)
    for cut in range(0, len(data), 64):
        try:
            ole = opened(data[:cut])
        except Corrupt:
            continue
        assert all(len(ole.read(path, 10**5)) <= cut for path in ole.paths)
    assert opened(data).complete


def test_cycles() -> None:
    """A tree with cycles visits each entry once; too deep a tree is cut."""
    rows = [
        Entry(name="Root Entry", kind=5, child=1),
        Entry(name="a/b", kind=1, left=2, right=1, child=1),
        Entry(name="c", kind=2, left=1, right=77, child=0),
    ]
    assert list(tree(rows)) == ["a_b", "c"]
    deep = [Entry(name=str(n), kind=1, child=n + 1) for n in range(200)]
    assert 20 < len(tree(deep)) < 40


def test_cyclic_chain(compound: Compound) -> None:
    """A chain that returns to itself ends there."""
    data = bytearray(compound({"big": b"ab" * 5000}))
    start = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<I", data, (start + 1) * 512 + 4, 0)
    assert len(opened(bytes(data)).read("big", 10**6)) == 1024
    small = bytearray(compound({"small": b"ab" * 500}))
    place = struct.unpack_from("<I", small, 60)[0]
    struct.pack_into("<I", small, (place + 1) * 512 + 4, 0)
    assert len(opened(bytes(small)).read("small", 10**6)) == 128
    struct.pack_into("<I", small, (place + 1) * 512 + 4, 70_000)
    assert len(opened(bytes(small)).read("small", 10**6)) == 128


def test_mutations(compound: Compound) -> None:
    """Byte flips leave streams or Corrupt, nothing else."""
    data = compound(STREAMS, CLASS)
    rng = random.Random(5)
    for _ in range(1500):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            broken[rng.choice((rng.randrange(512), rng.randrange(len(broken))))] = rng.randrange(256)
        try:
            ole = opened(bytes(broken))
        except Corrupt:
            continue
        for path in ole.paths:
            assert len(ole.read(path, 5000)) <= 5000
