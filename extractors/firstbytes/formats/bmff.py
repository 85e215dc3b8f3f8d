"""Boxes of the ISO base media file format (ISO/IEC 14496-12, 4.2) and of its kin: QuickTime, HEIF, JPEG 2000, JPEG XL.

    for box in walk(source):                    the boxes of one level
        fields = payload(source, box, 64)       its bytes, bounded
    find(source, "moov", "udta", "meta")        the first box at a path

Nothing here recurses over a file's own nesting: callers name the path they want, so depth is theirs.
A level has at most `MAX_BOXES` boxes, a box never reaches beyond its parent, and no size is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firstbytes.errors import Corrupt
from firstbytes.formats.values import clean, known
from firstbytes.source import ByteSource
from firstbytes.spec import JSON

MAX_BOXES = 2048
"""Boxes looked at on one level; what follows is not read."""

MAX_PAYLOAD = 1024 * 1024
"""Bytes read of one box when the caller names no limit."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: `kind` is its four characters as Latin-1, offsets are in bytes from the start of the source.

    `end` is never beyond the parent; `cut` says that the box claims to reach further than that.
    """

    kind: str
    start: int
    body: int
    end: int
    cut: bool = False
    uuid: bytes = b""

    @property
    def size(self) -> int:
        """Length of the payload in bytes."""
        return self.end - self.body


def walk(source: ByteSource, start: int = 0, end: int | None = None, *, limit: int = MAX_BOXES) -> Iterator[Box]:
    """Yield the boxes of one level between two offsets, at most `limit`. One small read for each.

    A size of 0 reaches to the end, 1 has 64 bits (ISO/IEC 14496-12, 4.2). Fewer than 8 bytes left are padding,
    and so is a QuickTime terminator, 32 bits of zero.

    Raises:
        Corrupt: a box is smaller than its own header.
    """
    stop = source.size if end is None else min(end, source.size)
    at = start
    for _ in range(limit):
        if stop - at < 8:
            return
        box = _box(source, at, stop)
        if box is None:
            return
        yield box
        at = box.end


def _box(source: ByteSource, at: int, stop: int) -> Box | None:
    head = source.read(at, min(32, stop - at))
    if len(head) < 8:
        return None
    size, kind, body = int.from_bytes(head[:4]), head[4:8].decode("latin-1"), 8
    if size == 1:
        size, body = int.from_bytes(head[8:16]), 16
        if len(head) < 16:
            return None
    elif size == 0:
        if kind == "\0\0\0\0":
            return None
        size = stop - at
    uuid = b""
    if kind == "uuid":
        uuid, body = head[body : body + 16], body + 16
    if size < body:
        msg = f"box {kind!r} at {at} has {size} bytes, fewer than its header"
        raise Corrupt(msg)
    return Box(kind, at, min(at + body, stop), min(at + size, stop), cut=at + size > stop, uuid=uuid)


def children(source: ByteSource, box: Box, *, skip: int = 0, limit: int = MAX_BOXES) -> Iterator[Box]:
    """Yield the boxes inside a box, after `skip` bytes of its own fields (4 for a full box)."""
    return walk(source, box.body + skip, box.end, limit=limit)


def meta_children(source: ByteSource, box: Box, *, limit: int = MAX_BOXES) -> Iterator[Box]:
    """Yield the boxes inside a `meta` box, which is a full box in ISO files and a plain one in QuickTime's."""
    plain = source.read(box.body, 8)[4:8] == b"hdlr"
    return children(source, box, skip=0 if plain else 4, limit=limit)


def find(source: ByteSource, *path: str, within: Box | None = None) -> Box | None:
    """Return the first box at a path of kinds, from the top or from inside a box; None when there is none.

    A `meta` on the way is entered whether or not it is a full box.
    """
    box = within
    for kind in path:
        level = _level(source, box)
        box = next((child for child in level if child.kind == kind), None)
        if box is None:
            return None
    return box


def _level(source: ByteSource, box: Box | None) -> Iterator[Box]:
    if box is None:
        return walk(source)
    return meta_children(source, box) if box.kind == "meta" else children(source, box)


def payload(source: ByteSource, box: Box, limit: int = MAX_PAYLOAD) -> bytes:
    """Return the payload of a box, at most `limit` bytes of it."""
    return source.read(box.body, min(box.size, limit))


def full(source: ByteSource, box: Box, limit: int = MAX_PAYLOAD) -> tuple[int, int, bytes]:
    """Return version, flags and the rest of a full box (ISO/IEC 14496-12, 4.2.2), at most `limit` bytes.

    Raises:
        Corrupt: the box is shorter than the four bytes of version and flags.
    """
    data = payload(source, box, limit)
    if len(data) < 4:
        msg = f"box {box.kind!r} at {box.start} has no version"
        raise Corrupt(msg)
    return data[0], int.from_bytes(data[1:4]), data[4:]


def brands(source: ByteSource, box: Box) -> tuple[str, int, list[str]]:
    """Return major brand, minor version and compatible brands of an `ftyp` or `styp` box, at most 64 of them."""
    data = payload(source, box, 8 + 64 * 4)
    names = [data[at : at + 4].decode("latin-1") for at in range(8, len(data) - 3, 4)]
    return data[:4].decode("latin-1"), int.from_bytes(data[4:8]), names


def brand_facts(major: str, compatible: list[str]) -> dict[str, JSON]:
    """Return the own facts that every file of boxes tells of its brands."""
    return known({"brand": clean(major), "compatible_brands": [c for c in map(clean, dict.fromkeys(compatible)) if c]})
