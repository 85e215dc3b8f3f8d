"""Who handles a media type: one winner for each facet, or a conflict that says how to settle it. Pure.

In order: an operator's pin, then the more specific pattern, then third party over built-in. What is left is an error.
No numeric priorities, and the order of loading decides nothing.

    image/svg+xml     the type itself             0
    image/*+xml       its structured suffix       1
    application/xml   an ancestor, nearest first  2, by distance
    image/*           its top-level type          3
    */*               anything                    4

A pin on a media type decides about that type. For what inherits from it, and where it names a pattern, it settles
ties among those who claim by just that type or pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from firstbytes.claims import Claim
from firstbytes.errors import RouteConflict
from firstbytes.media import OCTET_STREAM, ancestors, canonical
from firstbytes.spec import Signature

Rank = tuple[int, int]
Pins = Mapping[tuple[str, str], str]
"""(media type or pattern, facet) -> extractor name."""

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Extractors with equal claims, by name: all accept `pattern`, a media type or one with `*`."""

    pattern: str
    facet: str
    names: tuple[str, ...]


@cache
def patterns(media_type: str) -> Mapping[str, Rank]:
    """Return every pattern that names a type, with how specifically: lower is more specific."""
    top, _, sub = media_type.partition("/")
    found: dict[str, Rank] = {media_type: (0, 0)}
    if "+" in sub:
        found.setdefault(f"{top}/*+{sub.rsplit('+', 1)[1]}", (1, 0))
    for distance, ancestor in enumerate(ancestors(media_type)):
        if ancestor != OCTET_STREAM:
            found.setdefault(ancestor, (2, distance))
    found.setdefault(f"{top}/*", (3, 0))
    found.setdefault("*/*", (4, 0))
    return found


def rank(pattern: str, media_type: str) -> Rank | None:
    """Return how specifically a pattern names a type: lower is more specific, None when it does not."""
    return patterns(media_type).get(canonical(pattern))


def index(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return pattern -> the claims that accept it, aliases resolved."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        for pattern in dict.fromkeys(canonical(accepted) for accepted in claim.extractor.accepts):
            found.setdefault(pattern, []).append(claim)
    return found


def candidates(claims: Iterable[Claim], media_type: str, pins: Pins | None = None) -> dict[str, tuple[Claim, ...]]:
    """Return facet -> claims, the winner first and then those asked when it declines.

    Raises:
        RouteConflict: two claims are equally good, or a pin names an extractor that does not accept the type.
    """
    found, ties = resolve(index(claims), media_type, pins)
    if ties:
        raise conflict(ties)
    return found


def resolve(
    claims: Mapping[str, Sequence[Claim]], media_type: str, pins: Pins | None = None
) -> tuple[dict[str, tuple[Claim, ...]], list[Tie]]:
    """Return the candidates as `candidates` does, of claims by pattern, and the ties instead of raising for them.

    Raises:
        RouteConflict: a pin names an extractor that does not accept the type.
    """
    rows = sorted(_ranked(claims, media_type), key=lambda row: (row.claim.extractor.facet, row.key, row.name))
    found: dict[str, tuple[Claim, ...]] = {}
    ties: list[Tie] = []
    for facet, grouped in groupby(rows, key=lambda row: row.claim.extractor.facet):
        group = list(grouped)
        equal = tuple(row.name for row in group if row.key == group[0].key)
        winner = _pinned([row.name for row in group], media_type, facet, pins or {})
        if winner is None and len(equal) > 1:
            winner = (pins or {}).get((group[0].pattern, facet))
            if winner not in equal:
                ties.append(Tie(pattern=group[0].pattern, facet=facet, names=equal))
        found[facet] = tuple(row.claim for row in sorted(group, key=lambda row: row.name != winner))
    for (pattern, facet), name in (pins or {}).items():
        if pattern == media_type and facet not in found:
            raise RouteConflict(no_such(media_type, facet, name, ()))
    return found, ties


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    pattern: str
    key: tuple[Rank, bool]
    claim: Claim

    @property
    def name(self) -> str:
        return self.claim.extractor.name


def _ranked(claims: Mapping[str, Sequence[Claim]], media_type: str) -> list[_Row]:
    best: dict[str, _Row] = {}
    # From the most specific: what an extractor says first about a type is its best claim to it.
    for pattern, specific in sorted(patterns(media_type).items(), key=lambda item: item[1]):
        for claim in claims.get(pattern, ()):
            best.setdefault(claim.extractor.name, _Row(pattern=pattern, key=(specific, claim.builtin), claim=claim))
    return list(best.values())


def _pinned(names: Sequence[str], media_type: str, facet: str, pins: Pins) -> str | None:
    """Return the extractor that a pin on the type itself chooses."""
    pinned = pins.get((media_type, facet))
    if pinned is not None and pinned not in names:
        raise RouteConflict(no_such(media_type, facet, pinned, names))
    return pinned


def no_such(media_type: str, facet: str, pinned: str, known: Iterable[str]) -> str:
    """Say that a pin names an extractor that does not accept the type or pattern, and which do."""
    choice = ", ".join(known) or "none"
    return (
        f"[tool.firstbytes.routes] pins {media_type} ({facet}) to {pinned!r}, which does not accept it; "
        f"expected one of: {choice}"
    )


def conflict(ties: Sequence[Tie]) -> RouteConflict:
    """Return the error for ties: who claims what, then one table to paste that settles all of it."""
    said = [f"{tie.pattern} ({tie.facet}) is claimed by {' and '.join(tie.names)}." for tie in ties]
    lines = [f'"{_key(tie)}" = "{tie.names[0]}"' for tie in ties]
    if len(ties) > _SHOWN:
        said[_SHOWN:] = [f"... and {len(ties) - _SHOWN} more."]
        lines[_SHOWN:] = []
    return RouteConflict(
        "\n".join(said) + " Choose one in pyproject.toml:\n\n[tool.firstbytes.routes]\n" + "\n".join(lines)
    )


def _key(tie: Tie) -> str:
    return tie.pattern if tie.facet == "metadata" else f"{tie.pattern}#{tie.facet}"


def check_signatures(signatures: Iterable[Signature], bringers: Mapping[Signature, str] | None = None) -> None:
    """Refuse two signatures that match the same bytes and name different types.

    Raises:
        RouteConflict: with both media types, and who brings them.
    """
    seen: dict[tuple[bytes, int, str | None], Signature] = {}
    for signature in sorted(signatures, key=lambda s: s.media_type):
        if not (signature.magic or signature.member):
            continue
        key = (signature.magic, signature.offset, signature.member)
        other = seen.setdefault(key, signature)
        if canonical(other.media_type) != canonical(signature.media_type):
            what = f"member {signature.member!r}" if signature.member else f"{signature.magic!r} at {signature.offset}"
            both = " and ".join(
                f"as {canonical(s.media_type)} by {(bringers or {}).get(s, 'a plugin')}" for s in (other, signature)
            )
            msg = f"{what} is claimed {both}; list only one of the two plugins in [tool.firstbytes] plugins"
            raise RouteConflict(msg)
