"""Raw Snappy and LZ4 blocks unpack to what their own libraries packed, and not beyond a limit."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from firstbytes import Corrupt
from firstbytes.formats import blocks

TEXTS = [
    b"",
    b"a",
    b"abc" * 5000,
    bytes(70_000),
    b"".join(b"%d," % n for n in range(20_000)),
    random.Random(1).randbytes(5000),
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_was_packed_comes_back(text: bytes) -> None:
    """Literals of every length and copies that overlap themselves."""
    snappy = pa.Codec("snappy").compress(text, asbytes=True)
    assert blocks.snappy(snappy, 1 << 20) == text
    lz4 = pa.Codec("lz4_raw").compress(text, asbytes=True)
    assert blocks.lz4(lz4, 1 << 20) == text


def test_limits() -> None:
    """A block that would grow beyond the limit is refused."""
    text = bytes(70_000)
    with pytest.raises(Corrupt):
        blocks.snappy(pa.Codec("snappy").compress(text, asbytes=True), 1000)
    with pytest.raises(Corrupt):
        blocks.lz4(pa.Codec("lz4_raw").compress(text, asbytes=True), 1000)


@pytest.mark.parametrize("data", [b"", b"\xff\xff\xff\xff\xff\xff", b"\x0a\x01\x05", b"\x0a\x02\x00\x00"])
def test_broken_snappy_is_corrupt(data: bytes) -> None:
    """No length, and copies from before the start."""
    with pytest.raises(Corrupt):
        blocks.snappy(data, 1 << 20)


def test_changed_bytes_end_in_an_answer() -> None:
    """Whatever a byte is changed to, the output stays within the limit."""
    rng = random.Random(2)
    for codec, unpack in (("snappy", blocks.snappy), ("lz4_raw", blocks.lz4)):
        packed = pa.Codec(codec).compress(TEXTS[4][:3000], asbytes=True)
        for _ in range(500):
            changed = bytearray(packed)
            changed[rng.randrange(len(changed))] = rng.randrange(256)
            try:
                assert len(unpack(bytes(changed), 10_000)) <= 10_000 + 70_000
            except Corrupt:
                continue
