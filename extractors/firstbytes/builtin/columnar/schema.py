"""One way to say what columns are, for every columnar format: Arrow's names of types, nested ones in brackets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from firstbytes import JSON
from firstbytes.formats.values import clean

COLUMNS = 200
"""Columns that are listed; the count is of all."""

METADATA = 50
_TYPE_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a field of a nested one: its name, Arrow's name of its type, whether it may be null."""

    name: str
    type: str
    nullable: bool = True


def struct(fields: Iterable[Field]) -> str:
    """Return the type of a struct of these fields."""
    return f"struct<{', '.join(f'{field.name}: {field.type}' for field in fields)}>"[:_TYPE_LENGTH]


def listing(element: Field) -> str:
    """Return the type of a list."""
    return f"list<{element.name}: {element.type}>"[:_TYPE_LENGTH]


def mapping(key: str, value: str) -> str:
    """Return the type of a map."""
    return f"map<{key}, {value}>"[:_TYPE_LENGTH]


def columns(fields: Sequence[Field], null_shares: Mapping[str, float] = MappingProxyType({})) -> list[JSON]:
    """Return the first columns as JSON, with the share of nulls where the file tells it."""
    return [
        {
            "name": clean(field.name, 512) or "",
            "type": clean(field.type, _TYPE_LENGTH) or "",
            "nullable": field.nullable,
            **({"null_share": null_shares[field.name]} if field.name in null_shares else {}),
        }
        for field in fields[:COLUMNS]
    ]


def too_large(part: str, size: int, limit: int) -> dict[str, JSON]:
    """Return the result for a file whose description itself is larger than what is read of any file."""
    return {"outcome": "limited", "reason": f"{part} of {size} bytes, more than the {limit} that are read"}


def metadata(pairs: Mapping[str, str]) -> dict[str, JSON]:
    """Return a file's own key-value metadata, keys and values bounded."""
    return {clean(key, 256) or "": clean(value, 1024) or "" for key, value in list(pairs.items())[:METADATA]}
