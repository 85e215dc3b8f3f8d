"""Pages that lie: cycles, pointers outside the file, cells outside the page, chains without end."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes import BytesSource, Context
from firstbytes_sqlite import rows
from firstbytes_sqlite.btree import AllowanceSpentError, BrokenPageError, Pages
from firstbytes_sqlite.read import extract
from firstbytes_sqlite.record import payload, values, varint

Database = Callable[..., bytes]
PAGE = 512


def facts(data: bytes) -> dict[str, Any]:
    """Return the extractor's answer."""
    return dict(extract(BytesSource(data), Context(media_type="application/vnd.sqlite3")))


def page(kind: int, cells: list[bytes], right: int = 0) -> bytes:
    """Return a page of a b-tree."""
    head = struct.pack(">BHHHB", kind, 0, len(cells), 0, 0) + (struct.pack(">I", right) if kind in {2, 5} else b"")
    body, places, at = b"", [], PAGE
    for cell in cells:
        at -= len(cell)
        places.append(at)
        body = cell + body
    head += struct.pack(f">{len(cells)}H", *places)
    return head + bytes(PAGE - len(head) - len(body)) + body


def pages(*made: bytes, allowance: int = 9) -> Pages:
    """Return pages of which the first is a page of zeros."""
    return Pages(BytesSource(bytes(PAGE) + b"".join(made)), PAGE, PAGE, allowance)


def pointer(child: int) -> bytes:
    """Return a cell of an interior page."""
    return struct.pack(">I", child) + b"\x01"


def test_a_cycle_in_the_schema_ends_it(database: Database) -> None:
    """A b-tree that contains itself is broken; what was read before is given as partial."""
    made = bytearray(database("".join(f"create table t{i} (x);" for i in range(40)), f"page_size = {PAGE}"))
    assert made[100] == 5
    made[108:112] = struct.pack(">I", 1)
    found = facts(bytes(made))

    assert found["outcome"] == "partial"
    assert found["reason"] == "the schema is broken: page 1 is in its own b-tree twice"
    assert 0 < found["table_count"] < 40


@pytest.mark.parametrize(
    ("made", "root"),
    [
        ((page(5, [pointer(2)], 3), page(13, [])), 2),
        ((page(5, [pointer(3), pointer(3)], 3), page(13, [])), 2),
        ((page(5, [pointer(3)], 3), page(5, [pointer(3)], 3)), 2),
        ((page(5, [pointer(99)], 3), page(13, [])), 2),
        ((page(5, [], 0),), 2),
        ((page(9, []),), 2),
        ((page(13, []),), 0),
        ((page(13, []),), 7),
        ((page(5, [], 3), page(5, [], 2)), 2),
    ],
)
def test_rows_of_a_broken_tree_are_unknown(made: tuple[bytes, ...], root: int) -> None:
    """A cycle, a page twice, a page outside the file, another kind of page: no count rather than a wrong one."""
    assert rows.count(pages(*made), root, 9) is None


def test_a_tree_that_is_too_deep_is_broken() -> None:
    """No real b-tree has more than twenty levels."""
    made = [page(5, [], number + 1) for number in range(2, 40)]

    assert rows.count(pages(*made, page(13, [])), 2, 9) is None
    with pytest.raises(BrokenPageError):
        list(pages(*made, page(13, [])).leaves(2))


def test_interior_cells_of_an_index_are_rows() -> None:
    """A table WITHOUT ROWID has rows on every level."""
    leaf = page(10, [b"\x03\x02\x01\x01"] * 3)
    made = pages(page(2, [struct.pack(">I", 3) + b"\x03\x02\x01\x01"], 4), leaf, leaf)

    assert rows.count(made, 2, 9) == rows.Rows(count=7, exact=True)


def big(kind: int, children: tuple[int, ...] = (), cells: int = 0) -> bytes:
    """Return a page of 64 KB, so that each costs a block."""
    size, interior = 65536, kind == 5
    cells = max(cells, len(children) - 1)
    head = struct.pack(">BHHHB", kind, 0, cells, 0, 0) + (struct.pack(">I", children[-1]) if interior else b"")
    head += struct.pack(f">{cells}H", *(size - 4 * (i + 1) for i in range(cells)))
    body = b"".join(struct.pack(">I", child) for child in reversed(children[:-1])) if interior else bytes(4 * cells)
    return head + bytes(size - len(head) - len(body)) + body


@pytest.mark.parametrize(
    ("allowance", "expected"),
    [
        (0, None),
        (1, None),
        (2, None),
        (3, rows.Rows(count=8, exact=False)),
        (4, rows.Rows(count=8, exact=False)),
        (6, rows.Rows(count=10, exact=True)),
    ],
)
def test_what_was_counted_stands_for_the_rest(allowance: int, expected: rows.Rows | None) -> None:
    """When the allowance ends in the middle of a tree, the rows so far are projected; before the first, none are."""
    tree = [big(5, (3, 4)), big(5, (5,)), big(5, (6,)), big(13, cells=4), big(13, cells=6)]
    made = Pages(BytesSource(bytes(65536) + b"".join(tree)), 65536, 65536, allowance)

    assert rows.count(made, 2, 9) == expected


def test_pages_that_end_too_early() -> None:
    """A source that comes short of its size is a broken page."""
    made = Pages(BytesSource(bytes(PAGE * 2)), PAGE, PAGE, 9)
    made.count = 3

    with pytest.raises(BrokenPageError, match="page 3 ends too early"):
        made.page(3)


def test_the_allowance_is_in_blocks() -> None:
    """Pages of one block cost once."""
    made = Pages(BytesSource(bytes(65536 * 3)), PAGE, PAGE, 2)
    for number in (1, 2, 128, 129):
        made.page(number)

    assert made.left == 0
    assert made.missing((1, 129, 257, 258)) == 1
    with pytest.raises(AllowanceSpentError):
        made.page(257)


def test_a_chain_of_overflow_pages_that_bites_its_tail() -> None:
    """Each overflow page is followed once."""
    cell = b"\xa0\x00" + b"\x01" + bytes(39) + struct.pack(">I", 3)
    made = pages(page(13, [cell]), struct.pack(">I", 3) + bytes(PAGE - 4))
    node = made.node(2)

    with pytest.raises(BrokenPageError, match="overflow page 3 is in its own chain twice"):
        payload(made, node, node.cells[0], 9999)
    assert len(payload(made, node, node.cells[0], 100)) == 100


def test_a_cell_that_is_larger_than_its_page() -> None:
    """The size of a payload is not believed."""
    made = pages(page(13, [b"\x83\x00\x01\x00"]))
    node = made.node(2)

    with pytest.raises(BrokenPageError, match="page 2 has a cell that is larger than the page"):
        payload(made, node, node.cells[0], 9999)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x00", (0, 1)),
        (b"\x7f", (127, 1)),
        (b"\x81\x00", (128, 2)),
        (b"\x82\x84\x05", (0x8205, 3)),
        (b"\xff" * 9, (2**64 - 1, 9)),
    ],
)
def test_varint(data: bytes, expected: tuple[int, int]) -> None:
    """Seven bits a byte, all eight of the ninth."""
    assert varint(data, 0) == expected


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 8])
def test_a_varint_that_ends_too_early(data: bytes) -> None:
    """A number needs its last byte."""
    with pytest.raises(BrokenPageError):
        varint(data, 0)


def test_values() -> None:
    """Null, integers of every width, the constants, text, blobs; floats are passed over."""
    record = (
        bytes([12, 0, 1, 2, 6, 7, 8, 9, 13 + 4, 12 + 4, 10, 13 + 6]) + b"\xff\x01\x00" + bytes(7) + b"\x05" + bytes(8)
    )
    record += b"ab" + b"cd" + b"xy"

    assert values(record, "utf-8", 99) == [None, -1, 256, 5, None, 0, 1, "ab", b"cd", None, "xy"]
    assert values(record, "utf-8", 2) == [None, -1]


@given(st.binary(max_size=60))
def test_noise_as_a_record(data: bytes) -> None:
    """Any bytes give values or say that they are broken."""
    with contextlib.suppress(BrokenPageError):
        assert len(values(data, "utf-16-le", 5)) <= 5
