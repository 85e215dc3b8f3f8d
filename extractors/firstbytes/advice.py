"""What works and yet is probably a mistake: of one plugin, and of a compiled table. Pure; every line is a warning."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from firstbytes.media import canonical, is_a

if TYPE_CHECKING:
    from firstbytes.claims import Claim
    from firstbytes.routes import RouteTable
    from firstbytes.spec import Signature

FACETS = ("metadata", "text", "thumbnail", "labels", "forms", "media")
"""The facets that mean something to everybody; a plugin may have its own."""

_TELLING = 5
"""Bytes from which a magic number belongs to one format: longer ones of another type that begin so take its files."""


def on_plugin(claims: Iterable[Claim], signatures: Iterable[Signature]) -> tuple[str, ...]:
    """Return what the author of a plugin should look at again."""
    return (*_facets(claims), *(line for signature in signatures for line in _taken(signature)))


def _facets(claims: Iterable[Claim]) -> Iterator[str]:
    for facet in dict.fromkeys(claim.extractor.facet for claim in claims):
        near = difflib.get_close_matches(facet, FACETS, n=1, cutoff=0.8)
        if facet not in FACETS and near:
            yield f"its facet {facet!r} is a new one; did you mean {near[0]!r}?"


def _taken(signature: Signature) -> Iterator[str]:
    """Yield the built-in types that lose files to a signature: those with the same magic, or one it continues."""
    from firstbytes.sniff.magic_numbers import MAGIC

    mine = canonical(signature.media_type)
    lost: dict[str, str] = {}
    for name, magic, at in MAGIC if signature.magic else ():
        theirs = canonical(name)
        start = at - signature.offset
        inside = start >= 0 and signature.magic.startswith(magic, start)
        equal = inside and len(magic) == len(signature.magic)
        if inside and mine != theirs and (equal or (len(magic) >= _TELLING and not is_a(mine, theirs))):
            lost.setdefault(theirs, theirs if equal else f"some {theirs}")
    for taken in lost.values():
        yield f"its signature {signature.magic!r} at {signature.offset} takes {taken} from firstbytes"


def on_table(table: RouteTable) -> tuple[str, ...]:
    """Return what an operator should look at again."""
    return (*_settings(table), *_unread(table))


def _settings(table: RouteTable) -> Iterator[str]:
    names = [claim.extractor.name for claim in table.claims]
    for name in sorted(set(table.config) - set(names)):
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        yield f"[tool.firstbytes.config.{name}] is for an extractor that is not there{hint}"


def _unread(table: RouteTable) -> Iterator[str]:
    for media_type in sorted({canonical(signature.media_type) for signature in table.signatures}):
        if not table.candidates(media_type):
            yield f"{media_type} has a signature, and no extractor that accepts it"
