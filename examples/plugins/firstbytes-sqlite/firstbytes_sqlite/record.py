"""Records: the cells of a table's leaf (https://www.sqlite.org/fileformat2.html, 1.5, 1.6 and 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from firstbytes_sqlite.btree import BrokenPageError, Node, Pages

Value = int | float | str | bytes | None

_INTEGERS = (0, 1, 2, 3, 4, 6, 8)
"""Serial type -> bytes of a big-endian signed integer."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a variable-length integer and where the next thing starts; seven bits a byte, all eight of the ninth."""
    value = 0
    for offset in range(at, at + 8):
        if offset >= len(data):
            raise BrokenPageError("a number ends too early")
        value = value << 7 | data[offset] & 0x7F
        if data[offset] < 0x80:
            return value, offset + 1
    if at + 8 >= len(data):
        raise BrokenPageError("a number ends too early")
    return value << 8 | data[at + 8], at + 9


def payload(pages: Pages, node: Node, cell: int, at_most: int) -> bytes:
    """Return the payload of a cell of a table's leaf, its overflow pages included, up to `at_most` bytes.

    Raises:
        BrokenPageError: the cell or its chain of overflow pages is broken.
    """
    size, at = varint(node.data, cell)
    _, at = varint(node.data, at)
    local, wanted = _local(size, pages.usable), min(size, at_most)
    if at + local > pages.usable:
        raise BrokenPageError(f"page {node.number} has a cell that is larger than the page")
    parts = [node.data[at : at + local]]
    got = local
    following = int.from_bytes(node.data[at + local : at + local + 4], "big") if local < size else 0
    seen: set[int] = set()
    while got < wanted:
        if following in seen:
            raise BrokenPageError(f"overflow page {following} is in its own chain twice")
        seen.add(following)
        data = pages.page(following)
        parts.append(data[4 : pages.usable])
        got += pages.usable - 4
        following = int.from_bytes(data[:4], "big")
    return b"".join(parts)[:wanted]


def _local(size: int, usable: int) -> int:
    """Return how many bytes of a payload are on the leaf itself; the rest is on overflow pages."""
    most = usable - 35
    if size <= most:
        return size
    least = (usable - 12) * 32 // 255 - 23
    fitting = least + (size - least) % (usable - 4)
    return fitting if fitting <= most else least


def values(record: bytes, encoding: str, most: int) -> Sequence[Value]:
    """Return the first `most` values of a record; what was cut off its end comes short, never wrong.

    Raises:
        BrokenPageError: the record's own header is broken.
    """
    end, at = varint(record, 0)
    kinds: list[int] = []
    while at < end and len(kinds) < most:
        kind, at = varint(record, at)
        kinds.append(kind)
    found: list[Value] = []
    at = end
    for kind in kinds:
        size = _INTEGERS[kind] if kind < 7 else 8 if kind == 7 else 0 if kind < 12 else (kind - 12) // 2
        data = record[at : at + size]
        at += size
        found.append(_value(kind, data, encoding))
    return found


def _value(kind: int, data: bytes, encoding: str) -> Value:
    if kind in {0, 7, 10, 11}:
        return None  # a float, or what only SQLite itself uses: not in the tables that are read here
    if kind in {8, 9}:
        return kind - 8
    if kind < 7:
        return int.from_bytes(data, "big", signed=True)
    return data.decode(encoding, "replace") if kind % 2 else data
