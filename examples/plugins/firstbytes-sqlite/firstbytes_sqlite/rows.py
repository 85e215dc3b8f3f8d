"""How many rows a table has, from the cell counts of its pages; of a large table, from some of them."""

from __future__ import annotations

from dataclasses import dataclass

from firstbytes_sqlite.btree import AllowanceSpentError, BrokenPageError, Node, Pages

_DEPTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A number of rows, and whether it was counted or estimated."""

    count: int
    exact: bool


def count(pages: Pages, root: int, allowance: int) -> Rows | None:
    """Count the rows of the b-tree at `root`, touching about `allowance` blocks more.

    Every leaf's header holds its number of cells, so that rows themselves are never decoded. Where not all leaves can
    be had, evenly spaced ones stand for their neighbours. None where the tree is broken or nothing is left to spend.
    """
    try:
        total, exact = _count(pages, pages.node(root), max(1, allowance), {root}, 0)
    except (BrokenPageError, AllowanceSpentError):
        return None
    return Rows(count=round(total), exact=exact)


def _count(pages: Pages, node: Node, allowance: int, seen: set[int], depth: int) -> tuple[float, bool]:
    if node.leaf:
        return len(node.cells), True
    children = node.children
    if depth > _DEPTH or len(set(children) - seen) < len(children):
        raise BrokenPageError(f"page {node.number} leads back to itself")
    seen.update(children)
    # On large trees the children of the sample have children of their own to be looked at.
    cost = pages.missing(children)
    chosen = (
        children if cost <= min(allowance, pages.left) else _spread(children, max(1, min(allowance, pages.left, 4)))
    )
    share = max(1, (allowance - pages.missing(chosen)) // len(chosen))
    exact = len(chosen) == len(children)
    counted: list[float] = []
    for child in chosen:
        try:
            below, all_of_it = _count(pages, pages.node(child), share, seen, depth + 1)
        except AllowanceSpentError:
            if not counted:
                raise
            exact = False
            break
        counted.append(below)
        exact &= all_of_it
    rows_here = len(node.cells) if node.index else 0
    return sum(counted) / len(counted) * len(children) + rows_here, exact


def _spread(children: tuple[int, ...], wanted: int) -> tuple[int, ...]:
    """Return children evenly spaced; not the last one alone, which is rarely full."""
    return tuple(children[(2 * i + 1) * len(children) // (2 * wanted)] for i in range(wanted))
