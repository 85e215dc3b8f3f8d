"""DynamoDB's request units, as its developer guide counts them. Pure.

A write is billed by the larger of the item before and after, by whole KB; a consistent read by whole 4 KB, any other
half of that. An index is written where the item enters it, leaves it, or changes what the index holds of it; a changed
key is both. What fails its condition is billed too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from components.tables import Layout

Item = Mapping[str, Mapping[str, Any]]
"""An item as the client gives it: `{"name": {"S": "x"}}`."""


def item_size(item: Item) -> int:
    """Return the bytes of an item: names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(typed: Mapping[str, Any]) -> int:
    """Return the bytes of a typed value; numbers take half a byte a digit, lists and maps 3 and 1 for each entry.

    Raises:
        ValueError: it is of a type that no item of ours has.
    """
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "B":
            return len(bytes(value))
        case "N":
            digits = str(value).lstrip("-").replace(".", "").strip("0")
            return math.ceil(len(digits) / 2) + 1 + str(value).startswith("-")
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_size(entry) for entry in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_size(entry) for name, entry in value.items())
    raise ValueError(f"expected S, B, N, BOOL, NULL, L or M, got {kind}")


def write_units(size: int) -> int:
    """Return the units of writing an item of so many bytes."""
    return max(1, math.ceil(size / 1024))


def read_units(size: int, *, consistent: bool) -> float:
    """Return the units of reading so many bytes in one call."""
    return max(1, math.ceil(size / 4096)) * (1.0 if consistent else 0.5)


def index_writes(layout: Layout, before: Item, after: Item) -> dict[str, int]:
    """Return index -> units that a write costs there; those that it does not touch are left out.

    Args:
        layout: the table's keys and indexes.
        before: the item as it was; empty where there was none.
        after: the item as it is.
    """
    table = [layout.hash[0], *([layout.range[0]] if layout.range else [])]
    units: dict[str, int] = {}
    for index in layout.indexes:
        own = (index.hash[0], index.range[0])
        held = (*table, *own, *index.include)
        was, now = ({name: item[name] for name in held if name in item} for item in (before, after))
        was, now = ({} if set(own) - set(held) else held for held in (was, now))
        if was == now:
            continue
        moved = bool(was and now) and any(was[name] != now[name] for name in own)
        sizes = (item_size(was), item_size(now)) if moved else (max(item_size(was), item_size(now)),)
        units[index.name] = sum(write_units(size) for size in sizes)
    return units
