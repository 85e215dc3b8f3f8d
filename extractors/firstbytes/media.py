"""Media types: names, parents, aliases, suffixes and labels. The table is data (`media_types.tsv`).

A type is canonical when it is the IANA registered name, or the field's usual name where there is none.
Parents run from the specific to the general (image/svg+xml < application/xml < text/plain < octet-stream).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

OCTET_STREAM = "application/octet-stream"
TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class MediaType:
    """One row of the table."""

    name: str
    parents: tuple[str, ...]
    suffixes: tuple[str, ...]
    aliases: tuple[str, ...]
    label: str


@cache
def table() -> dict[str, MediaType]:
    """Return every known type by its canonical name."""
    text = Path(__file__).with_name("media_types.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {
        name: MediaType(name, tuple(parents.split()), tuple(suffixes.split()), tuple(aliases.split()), label)
        for name, parents, suffixes, aliases, label in rows
    }


@cache
def _aliases() -> dict[str, str]:
    return {alias: row.name for row in table().values() for alias in row.aliases}


@cache
def _by_suffix() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in table().values():
        for suffix in row.suffixes:
            found.setdefault(suffix, []).append(row.name)
    return {suffix: tuple(names) for suffix, names in found.items()}


def canonical(name: str) -> str:
    """Return the canonical name: lower case, parameters dropped, aliases resolved. An unknown type stays itself."""
    bare = name.partition(";")[0].strip().lower()
    return _aliases().get(bare, bare)


@cache
def ancestors(name: str) -> tuple[str, ...]:
    """Return the more general types of a canonical name, nearest first, without itself.

    A type that is not in the table has the parents its name gives: `+xml`, `+json`, `+zip` or `text/*`.
    """
    row = table().get(name)
    parents = row.parents if row else _parents_by_name(name)
    found = dict.fromkeys(parents)
    for parent in parents:
        found.update(dict.fromkeys(ancestors(parent)))
    return tuple(found)


def _parents_by_name(name: str) -> tuple[str, ...]:
    for ending, parent in (("+xml", "application/xml"), ("+json", "application/json"), ("+zip", "application/zip")):
        if name.endswith(ending):
            return (parent,)
    return (TEXT,) if name.startswith("text/") else (OCTET_STREAM,)


def is_a(name: str, general: str) -> bool:
    """Return whether `name` is `general` or a descendant of it."""
    return name == general or general in ancestors(name)


def by_suffix(filename: str) -> tuple[str, ...]:
    """Return the types whose suffix the file name has: those of the longest known suffix, usually one."""
    base = filename.replace("\\", "/").rsplit("/", 1)[-1].lower()
    parts = base.split(".")
    for start in range(1, len(parts)):
        if found := _by_suffix().get("." + ".".join(parts[start:])):
            return found
    return ()


def label(name: str) -> str:
    """Return the human label of a type, or its name when it has none."""
    row = table().get(name)
    return row.label if row else name
