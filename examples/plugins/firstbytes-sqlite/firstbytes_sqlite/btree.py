"""Pages and b-trees (https://www.sqlite.org/fileformat2.html, 1.6), each page read when it is wanted.

A page number is never trusted: it may point outside the file, or back to where the walk came from.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from firstbytes import ByteSource, Corrupt

BLOCK = 64 * 1024
"""What a read costs at least: the host reads in blocks of this size, and each block once."""

_TABLE_INTERIOR, _TABLE_LEAF = 5, 13
_INDEX_INTERIOR, _INDEX_LEAF = 2, 10
_DEPTH = 20


class BrokenPageError(Corrupt):
    """A page is not there, or is not what it should be."""


class AllowanceSpentError(Exception):
    """As much was read as this plugin allows itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A page of a b-tree: `cells` are offsets into `data`, `children` page numbers from left to right."""

    number: int
    data: bytes
    leaf: bool
    index: bool
    """True for the b-trees of indexes and of tables WITHOUT ROWID: their interior cells hold rows as well."""
    cells: tuple[int, ...]
    children: tuple[int, ...]


class Pages:
    """The pages of a database, numbered from 1. Counts the blocks it touches and stops at `allowance`."""

    def __init__(self, source: ByteSource, page_size: int, usable: int, allowance: int) -> None:
        self._source = source
        self._touched: set[int] = set()
        self.page_size = page_size
        self.usable = usable
        self.allowance = allowance
        self.count = source.size // page_size

    @property
    def left(self) -> int:
        """Blocks that may still be touched."""
        return self.allowance - len(self._touched)

    def missing(self, numbers: Iterable[int]) -> int:
        """Return how many blocks more it takes to read these pages."""
        return len({(number - 1) * self.page_size // BLOCK for number in numbers} - self._touched)

    def page(self, number: int) -> bytes:
        """Return a page.

        Raises:
            BrokenPageError: the file has no such page, or less than the whole of it.
            AllowanceSpentError: it would cost more than is left.
        """
        start = (number - 1) * self.page_size
        if not 1 <= number <= self.count:
            raise BrokenPageError(f"page {number} is not in the file, which has {self.count}")
        blocks = set(range(start // BLOCK, (start + self.page_size - 1) // BLOCK + 1))
        if len(self._touched | blocks) > self.allowance:
            raise AllowanceSpentError
        self._touched |= blocks
        data = self._source.read(start, self.page_size)
        if len(data) < self.page_size:
            raise BrokenPageError(f"page {number} ends too early")
        return data

    def node(self, number: int) -> Node:
        """Return a page of a b-tree.

        Raises:
            BrokenPageError: as `page`, or the page is of another kind, or its cells are not inside it.
        """
        data = self.page(number)
        start = 100 if number == 1 else 0
        kind, _, count, _, _, right = struct.unpack_from(">BHHHBI", data, start)
        leaf = kind in {_TABLE_LEAF, _INDEX_LEAF}
        if not leaf and kind not in {_TABLE_INTERIOR, _INDEX_INTERIOR}:
            raise BrokenPageError(f"page {number} is not part of a b-tree")
        first = start + (8 if leaf else 12)
        if first + 2 * count > self.usable:
            raise BrokenPageError(f"page {number} says it has {count} cells")
        cells = struct.unpack_from(f">{count}H", data, first)
        if any(not first + 2 * count <= cell <= self.usable - 4 for cell in cells):
            raise BrokenPageError(f"page {number} has a cell outside of itself")
        children = () if leaf else (*(int.from_bytes(data[cell : cell + 4], "big") for cell in cells), right)
        return Node(
            number=number,
            data=data,
            leaf=leaf,
            index=kind in {_INDEX_INTERIOR, _INDEX_LEAF},
            cells=cells,
            children=children,
        )

    def leaves(self, root: int) -> Iterator[Node]:
        """Yield the leaves of a b-tree from left to right, none twice.

        Raises:
            BrokenPageError: as `node`, or the tree has a cycle or is deeper than any real one.
        """
        stack = [(root, 0)]
        seen: set[int] = set()
        while stack:
            number, depth = stack.pop()
            if number in seen or depth > _DEPTH:
                raise BrokenPageError(f"page {number} is in its own b-tree twice")
            seen.add(number)
            node = self.node(number)
            if node.leaf:
                yield node
            stack += [(child, depth + 1) for child in reversed(node.children)]
