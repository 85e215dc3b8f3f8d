"""Byte sources and the layers over them."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes import (
    BlockCache,
    Budget,
    BudgetExceededError,
    ByteSource,
    BytesSource,
    FileSource,
    RangeReader,
    SourceError,
)
from firstbytes.source import Metered

DATA = bytes(range(256)) * 1024


class Log:
    """A source that remembers what was asked of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.asked: list[tuple[int, int]] = []

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.data)

    def read(self, start: int, length: int) -> bytes:
        """Return the slice and remember it."""
        self.asked.append((start, length))
        return self.data[start : start + length]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with DATA in it."""
    file = tmp_path / "data.bin"
    file.write_bytes(DATA)
    return file


@given(start=st.integers(-10, 300_000), length=st.integers(-10, 300_000))
def test_sources_are_short_at_the_end_and_never_raise(start: int, length: int) -> None:
    """A read beyond the end, before the start or of nothing returns what there is: the slice, or nothing."""
    expected = DATA[start : start + length] if start >= 0 and length > 0 else b""
    assert BytesSource(DATA).read(start, length) == expected
    assert BlockCache(BytesSource(DATA), 1000).read(start, length) == expected


def test_a_file_reads_like_its_bytes(path: Path) -> None:
    """A file source has the file's size and bytes, and closing it twice is harmless."""
    with FileSource(path) as source:
        assert isinstance(source, ByteSource)
        assert (source.size, source.read(100, 5), source.read(-1, 5), source.read(0, 0)) == (
            len(DATA),
            DATA[100:105],
            b"",
            b"",
        )
    source.close()


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "unreadable"])
def test_what_is_not_a_readable_file_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    """A missing path, a folder, a FIFO and an unreadable file each raise an error that names them; none blocks."""
    target = tmp_path / kind
    if kind == "folder":
        target.mkdir()
    elif kind == "fifo":
        os.mkfifo(target)
    elif kind == "unreadable":
        target.write_bytes(b"x")
        target.chmod(0)
        if os.access(target, os.R_OK):
            target = Path("/proc/self/mem-that-is-not")
    with pytest.raises(SourceError, match="cannot read"):
        FileSource(target)


def test_adjacent_missing_blocks_are_one_read() -> None:
    """Five blocks with the second and third cached take two reads, and a second request takes none."""
    log = Log(DATA)
    cache = BlockCache(log, 100)
    cache.read(150, 100)
    assert cache.read(0, 500) == DATA[:500]
    assert cache.read(20, 300) == DATA[20:320]
    assert log.asked == [(100, 200), (0, 100), (300, 200)]


def test_two_readers_of_one_cache_fetch_nothing_twice() -> None:
    """Range readers over one cache share its blocks; over a plain source each has its own."""
    log = Log(DATA)
    cache = BlockCache(log)
    assert RangeReader(cache).read(10) == RangeReader(cache).read(10) == DATA[:10]
    assert len(log.asked) == 1
    assert RangeReader(log).read(10) == DATA[:10]
    assert len(log.asked) == 2


def test_the_budget_latches() -> None:
    """After a refused read every later one is refused too, even one that would fit."""
    metered = Metered(BytesSource(DATA), Budget(max_bytes=1000, max_reads=9))
    assert metered.read(0, 900)
    with pytest.raises(BudgetExceededError, match="more than 1000 bytes"):
        metered.read(0, 200)
    with pytest.raises(BudgetExceededError, match="more than 1000 bytes"):
        metered.read(0, 1)
    assert (metered.bytes_read, metered.reads, metered.tripped) == (900, 1, "more than 1000 bytes")


def test_the_budget_counts_reads() -> None:
    """The read after the last allowed one is refused."""
    metered = Metered(BytesSource(DATA), Budget(max_reads=2))
    metered.read(0, 1)
    metered.read(0, 1)
    with pytest.raises(BudgetExceededError, match="more than 2 reads"):
        metered.read(0, 1)


def test_a_range_reader_is_a_seekable_file() -> None:
    """It seeks from the start, from here and from the end, reads, fills buffers, and refuses positions before 0."""
    reader = RangeReader(BytesSource(DATA))
    assert reader.readable()
    assert reader.seekable()
    assert reader.seek(-4, io.SEEK_END) == len(DATA) - 4
    assert reader.read() == DATA[-4:]
    assert reader.read(5) == b""
    reader.seek(10)
    reader.seek(5, io.SEEK_CUR)
    assert reader.tell() == 15
    buffer = bytearray(3)
    assert reader.readinto(buffer) == 3
    assert bytes(buffer) == DATA[15:18]
    reader.seek(len(DATA) + 100)
    assert reader.readall() == b""
    with pytest.raises(ValueError, match="position >= 0"):
        reader.seek(-1)


def test_libraries_take_a_range_reader_for_a_file() -> None:
    """Zipfile reads a member through it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "hello")
    with zipfile.ZipFile(RangeReader(BytesSource(data.getvalue()))) as archive:
        assert archive.read("a.txt") == b"hello"
