"""Byte sources that count, come short, fail, or pretend to be huge."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes.errors import SourceError
from firstbytes.source import ByteSource, BytesSource


def _source(of: ByteSource | bytes) -> ByteSource:
    return BytesSource(of) if isinstance(of, bytes) else of


class CountingSource:
    """Remembers every read: `calls` holds (start, length) in order, `bytes_read` what they returned in total."""

    def __init__(self, of: ByteSource | bytes) -> None:
        self._of = _source(of)
        self.calls: list[tuple[int, int]] = []
        self.bytes_read = 0

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._of.size

    @property
    def reads(self) -> int:
        """Number of reads so far."""
        return len(self.calls)

    def read(self, start: int, length: int) -> bytes:
        """Return what the source underneath does, and write it down."""
        data = self._of.read(start, length)
        self.calls.append((start, length))
        self.bytes_read += len(data)
        return data


class ShortSource:
    """Returns at most `at_most` bytes a read: an object that was replaced by a shorter one, or a server that stops."""

    def __init__(self, of: ByteSource | bytes, at_most: int) -> None:
        self._of = _source(of)
        self._at_most = at_most

    @property
    def size(self) -> int:
        """Length in bytes that is promised."""
        return self._of.size

    def read(self, start: int, length: int) -> bytes:
        """Return the first `at_most` bytes of what was asked for."""
        return self._of.read(start, min(length, self._at_most))


class FlakySource:
    """Answers `good` reads, then raises `SourceError` at every one: a network that went away."""

    def __init__(self, of: ByteSource | bytes, good: int) -> None:
        self._of = _source(of)
        self._good = good

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._of.size

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes, or raise.

        Raises:
            SourceError: the good reads are used up.
        """
        if self._good <= 0:
            msg = "the connection was reset"
            raise SourceError(msg)
        self._good -= 1
        return self._of.read(start, length)


class SparseSource:
    """An object of `size` bytes that is zero but for `pieces`, offset -> bytes: a terabyte that costs nothing."""

    def __init__(self, size: int, pieces: Mapping[int, bytes]) -> None:
        self._size = size
        self._pieces = dict(sorted(pieces.items()))

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes; where pieces overlap the later one is on top."""
        end = min(self._size, start + length)
        if start < 0 or end <= start:
            return b""
        out = bytearray(end - start)
        for offset, piece in self._pieces.items():
            begin, stop = max(start, offset), min(end, offset + len(piece))
            if begin < stop:
                out[begin - start : stop - start] = piece[begin - offset : stop - offset]
        return bytes(out)
