"""A byte source that gives a rule only so many blocks beyond the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.source import BLOCK

if TYPE_CHECKING:
    from firstbytes.source import ByteSource


class OutOfReads(LookupError):
    """A rule has used up its reads: what it has found by then counts."""


class Frugal:
    """At most `blocks` blocks of 64 KB beyond the first one, which is read anyway."""

    def __init__(self, source: ByteSource, blocks: int = 4) -> None:
        self._source = source
        self._left = blocks
        self._seen = {0}

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        return self._source.size

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`.

        Raises:
            OutOfReads: that would take more blocks than allowed.
        """
        if length <= 0 or start < 0 or start >= self.size:
            return b""
        wanted = set(range(start // BLOCK, (min(start + length, self.size) - 1) // BLOCK + 1)) - self._seen
        if len(wanted) > self._left:
            raise OutOfReads
        self._left -= len(wanted)
        self._seen |= wanted
        return self._source.read(start, length)
