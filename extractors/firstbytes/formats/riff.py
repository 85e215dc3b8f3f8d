"""Chunks of the IFF family: RIFF, RIFX, RF64, BW64 (little or big endian) and AIFF's FORM (big endian).

Every chunk has four characters, a 32-bit size and a body padded to an even length (EA IFF 85; RIFF 1991).
In RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088) a size of 0xFFFFFFFF stands in the `ds64` chunk instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from firstbytes.source import ByteSource

MAX_CHUNKS = 1024
"""Chunks looked at on one level; what follows is not read."""

MAX_PAYLOAD = 1024 * 1024
"""Bytes read of one chunk when the caller names no limit."""

Order = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: `kind` is its four characters as Latin-1; `end` is never beyond the parent, without padding.

    `form` is the type of a RIFF, FORM or LIST chunk, whose body starts after it. `cut` says that the chunk claims
    to reach further than its parent.
    """

    kind: str
    start: int
    body: int
    end: int
    form: str = ""
    cut: bool = False

    @property
    def size(self) -> int:
        """Length of the payload in bytes."""
        return self.end - self.body


_WITH_FORM = frozenset({"RIFF", "RIFX", "RF64", "BW64", "FORM", "LIST"})


def walk(
    source: ByteSource,
    start: int,
    end: int,
    order: Order = "little",
    *,
    limit: int = MAX_CHUNKS,
    wide: dict[str, int] | None = None,
) -> Iterator[Chunk]:
    """Yield the chunks of one level between two offsets, at most `limit`. One small read for each.

    Args:
        source: the file.
        start: first byte of the level.
        end: where the level ends; the end of the file bounds it too.
        order: byte order of the sizes.
        limit: most chunks to yield.
        wide: 64-bit sizes by chunk kind, from `ds64`, for chunks whose own size is 0xFFFFFFFF.
    """
    at, stop = start, min(end, source.size)
    for _ in range(limit):
        head = source.read(at, min(12, stop - at)) if stop > at else b""
        if len(head) < 8:
            return
        kind, size = head[:4].decode("latin-1"), int.from_bytes(head[4:8], order)
        if size == 0xFFFFFFFF and wide:
            size = wide.get(kind, size)
        form = head[8:12].decode("latin-1") if kind in _WITH_FORM else ""
        body = at + (12 if form else 8)
        finish = at + 8 + size
        yield Chunk(kind, at, min(body, stop), max(min(body, stop), min(finish, stop)), form, finish > stop)
        at = finish + (size & 1)


def children(source: ByteSource, chunk: Chunk, order: Order = "little", *, limit: int = MAX_CHUNKS) -> Iterator[Chunk]:
    """Yield the chunks inside a chunk."""
    return walk(source, chunk.body, chunk.end, order, limit=limit)


def payload(source: ByteSource, chunk: Chunk, limit: int = MAX_PAYLOAD) -> bytes:
    """Return the payload of a chunk, at most `limit` bytes of it."""
    return source.read(chunk.body, min(chunk.size, limit))
