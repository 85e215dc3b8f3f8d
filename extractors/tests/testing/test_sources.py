"""The sources that count and misbehave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes import ByteSource, BytesSource, SourceError
from firstbytes.testing import CountingSource, FlakySource, ShortSource, SparseSource


@pytest.mark.parametrize(
    "source", [CountingSource(b"abc"), ShortSource(b"abc", 9), FlakySource(b"abc", 9), SparseSource(3, {0: b"abc"})]
)
def test_each_is_a_byte_source(source: ByteSource) -> None:
    """They have a size and answer reads like any other source."""
    assert isinstance(source, ByteSource)
    assert (source.size, source.read(1, 5), source.read(3, 1)) == (3, b"bc", b"")


def test_counting() -> None:
    """Every read is remembered, and what it returned is summed up."""
    source = CountingSource(BytesSource(b"abcdef"))
    source.read(0, 2)
    source.read(4, 10)

    assert (source.calls, source.reads, source.bytes_read) == ([(0, 2), (4, 10)], 2, 4)


def test_short() -> None:
    """No read returns more than that, though more is there."""
    assert ShortSource(b"abcdef", 2).read(1, 5) == b"bc"


def test_flaky() -> None:
    """After the good reads every one fails."""
    source = FlakySource(b"abc", 1)

    assert source.read(0, 1) == b"a"
    for _ in range(2):
        with pytest.raises(SourceError, match="reset"):
            source.read(0, 1)


@given(
    st.integers(0, 60),
    st.dictionaries(st.integers(0, 60), st.binary(max_size=9), max_size=4),
    st.integers(-3, 70),
    st.integers(-3, 70),
)
def test_sparse(size: int, pieces: dict[int, bytes], start: int, length: int) -> None:
    """It reads like the same bytes in memory, pieces laid over zeros."""
    whole = bytearray(size + 100)
    for offset, piece in sorted(pieces.items()):
        whole[offset : offset + len(piece)] = piece

    assert SparseSource(size, pieces).read(start, length) == BytesSource(bytes(whole[:size])).read(start, length)
