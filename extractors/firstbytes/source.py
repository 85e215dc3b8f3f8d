"""Byte sources: something with a size that answers `read(start, length)`, and the layers over one.

    bytes, file, HTTP, fsspec        where the bytes are                    (this module, `remote`)
      -> Metered                     counts bytes and reads, holds the budget, latches when it trips
        -> BlockCache                64 KB blocks, adjacent missing blocks in one read
          -> RangeReader             the same as a seekable binary file, for libraries that want one

A source is read by position only; it is short at the end of the object and never an error there.
"""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

from firstbytes.errors import BudgetExceededError, SourceError

BLOCK = 64 * 1024
"""Bytes in a block: one block is what a first request costs anyway."""


@runtime_checkable
class ByteSource(Protocol):
    """Random access to the bytes of one object."""

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        ...

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`: fewer at the end, none beyond it."""
        ...


class BytesSource:
    """A byte source over bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def read(self, start: int, length: int) -> bytes:
        """Return the slice; negative arguments read nothing."""
        return self._data[start : start + length] if start >= 0 and length > 0 else b""


class FileSource:
    """A byte source over a regular file, by `pread`. Close it, or use it as a context manager.

    Raises:
        SourceError: the path is missing, unreadable, or not a regular file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._fd = _open_regular(Path(path))
        self._size = os.fstat(self._fd).st_size

    @property
    def size(self) -> int:
        """Length in bytes when the file was opened."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`."""
        return os.pread(self._fd, length, start) if start >= 0 and length > 0 else b""

    def close(self) -> None:
        """Close the descriptor; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        """Return the source itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the descriptor."""
        self.close()


def _open_regular(path: Path) -> int:
    try:
        # Without O_NONBLOCK, opening a FIFO waits for a writer that may never come.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        msg = f"cannot read {str(path)!r}: {error.strerror or error}"
        raise SourceError(msg) from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        msg = f"cannot read {str(path)!r}: expected a regular file"
        raise SourceError(msg)
    return fd


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that may be read of one document."""

    max_bytes: int = 16 * 1024 * 1024
    max_reads: int = 64


class Metered:
    """Counts what is read of a source and stops at the budget.

    `tripped` latches: once a read was refused, every later one is, and whatever was made of the file in between
    does not count, because a library that swallowed the refusal may have answered plausibly and wrongly.
    `failed` keeps the first failure of the source itself, for the same reason.
    """

    def __init__(self, source: ByteSource, budget: Budget | None = None) -> None:
        self._source = source
        self._budget = budget or Budget()
        self.bytes_read = 0
        self.reads = 0
        self.tripped = ""
        self.failed = ""

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        return self._source.size

    def read(self, start: int, length: int) -> bytes:
        """Read and count.

        Raises:
            BudgetExceededError: this read, or an earlier one, goes over the budget.
            OSError: the source failed.
        """
        if not self.tripped:
            self.tripped = self._refusal(length)
        if self.tripped:
            raise BudgetExceededError(self.tripped)
        try:
            data = self._source.read(start, length)
        except OSError as error:
            self.failed = self.failed or str(error) or type(error).__name__
            raise
        self.reads += 1
        self.bytes_read += len(data)
        return data

    def _refusal(self, length: int) -> str:
        if self.reads >= self._budget.max_reads:
            return f"more than {self._budget.max_reads} reads"
        if self.bytes_read + length > self._budget.max_bytes:
            return f"more than {self._budget.max_bytes} bytes"
        return ""


class Counted(Protocol):
    """A byte source that counts what is read of it, latches when its budget trips, and remembers that it failed."""

    bytes_read: int
    reads: int
    tripped: str
    failed: str

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`."""
        ...


class BlockCache:
    """A byte source that fetches whole blocks of another one, and each block once.

    Adjacent missing blocks become one read. Memory is bounded by the budget underneath.
    """

    def __init__(self, source: ByteSource, block: int = BLOCK) -> None:
        self._source = source
        self._block = block
        self._blocks: dict[int, bytes] = {}

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        return self._source.size

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`, from the cache where it has them."""
        end = min(self.size, start + length)
        if start < 0 or end <= start:
            return b""
        first, last = start // self._block, (end - 1) // self._block
        if first == last and (block := self._blocks.get(first)) is not None:
            return block[start - first * self._block : end - first * self._block]
        self._fill(first, last)
        joined = b"".join(self._blocks[i] for i in range(first, last + 1))
        return joined[start - first * self._block : end - first * self._block]

    def _fill(self, first: int, last: int) -> None:
        index = first
        while index <= last:
            if index in self._blocks:
                index += 1
                continue
            stop = index + 1
            while stop <= last and stop not in self._blocks:
                stop += 1
            begin = index * self._block
            data = self._source.read(begin, min(self.size, stop * self._block) - begin)
            for i in range(index, stop):
                self._blocks[i] = data[(i - index) * self._block : (i - index + 1) * self._block]
            index = stop


class RangeReader(io.RawIOBase):
    """A byte source as a seekable, read-only binary file.

    Buffered in blocks: over a plain source it brings its own `BlockCache`; over one that has a cache
    (what an extractor is given) it shares that, so two readers of one document fetch nothing twice.
    """

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source if isinstance(source, BlockCache) else BlockCache(source)
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in bytes from the start."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to `offset` from the start (0), here (1) or the end (2); beyond the end reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        if base + offset < 0:
            msg = f"expected a position >= 0, got {base + offset}"
            raise ValueError(msg)
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes, or all that are left when it is None or negative."""
        left = max(0, self._source.size - self._position)
        data = self._source.read(self._position, left if size is None or size < 0 else min(size, left))
        self._position += len(data)
        return data

    def readall(self) -> bytes:
        """Return everything from here to the end; the budget underneath still holds."""
        return self.read()

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` and return how many bytes that took."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)
