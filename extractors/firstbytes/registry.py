"""Who handles a media type: one winner for each facet, or a conflict that says how to settle it. Pure.

In order: an operator's pin, then the more specific pattern, then third party over built-in. What is left is an error.
No numeric priorities, and the order of loading decides nothing.

    image/svg+xml     the type itself             0
    image/*+xml       its structured suffix       1
    application/xml   an ancestor, nearest first  2, by distance
    image/*           its top-level type          3
    */*               anything                    4
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from firstbytes.errors import RouteConflict
from firstbytes.media import OCTET_STREAM, ancestors
from firstbytes.plugins import Claim
from firstbytes.spec import Signature

Rank = tuple[int, int]


def rank(pattern: str, media_type: str) -> Rank | None:
    """Return how specifically a pattern names a type: lower is more specific, None when it does not."""
    top, _, sub = media_type.partition("/")
    if pattern == media_type:
        return (0, 0)
    if "+" in sub and pattern == f"{top}/*+{sub.rsplit('+', 1)[1]}":
        return (1, 0)
    if pattern in (line := ancestors(media_type)) and pattern != OCTET_STREAM:
        return (2, line.index(pattern))
    if pattern == f"{top}/*":
        return (3, 0)
    return (4, 0) if pattern == "*/*" else None


def candidates(
    claims: Iterable[Claim], media_type: str, pins: Mapping[tuple[str, str], str] | None = None
) -> dict[str, tuple[Claim, ...]]:
    """Return facet -> claims, the winner first and then those asked when it declines.

    Raises:
        RouteConflict: two claims are equally good, or a pin names an extractor that does not accept the type.
    """
    ranked = sorted(
        _ranked(claims, media_type), key=lambda row: (row[1].extractor.facet, row[0], row[1].extractor.name)
    )
    result: dict[str, tuple[Claim, ...]] = {}
    for facet, rows in groupby(ranked, key=lambda row: row[1].extractor.facet):
        group = list(rows)
        pinned = (pins or {}).get((media_type, facet))
        result[facet] = _pinned(group, media_type, facet, pinned) if pinned else _settled(group, media_type, facet)
    missing = [key for key in (pins or {}) if key[0] == media_type and key[1] not in result]
    if missing:
        raise RouteConflict(_no_such(media_type, missing[0][1], (pins or {})[missing[0]], ()))
    return result


def _ranked(claims: Iterable[Claim], media_type: str) -> list[tuple[tuple[Rank, bool], Claim]]:
    rows = []
    for claim in claims:
        ranks = [r for pattern in claim.extractor.accepts if (r := rank(pattern, media_type)) is not None]
        if ranks:
            rows.append(((min(ranks), claim.builtin), claim))
    return rows


def _settled(group: list[tuple[tuple[Rank, bool], Claim]], media_type: str, facet: str) -> tuple[Claim, ...]:
    equal = [claim.extractor.name for key, claim in group if key == group[0][0]]
    if len(equal) > 1:
        key = media_type if facet == "metadata" else f"{media_type}#{facet}"
        msg = (
            f"{media_type} ({facet}) is claimed by {' and '.join(equal)}. Choose one in pyproject.toml:\n\n"
            f'[tool.firstbytes.routes]\n"{key}" = "{equal[0]}"'
        )
        raise RouteConflict(msg)
    return tuple(claim for _, claim in group)


def _pinned(
    group: list[tuple[tuple[Rank, bool], Claim]], media_type: str, facet: str, pinned: str
) -> tuple[Claim, ...]:
    first = [claim for _, claim in group if claim.extractor.name == pinned]
    if not first:
        raise RouteConflict(_no_such(media_type, facet, pinned, [claim.extractor.name for _, claim in group]))
    return (*first, *(claim for _, claim in group if claim.extractor.name != pinned))


def _no_such(media_type: str, facet: str, pinned: str, known: Iterable[str]) -> str:
    choice = ", ".join(known) or "none"
    return (
        f"[tool.firstbytes.routes] pins {media_type} ({facet}) to {pinned!r}, which does not accept it; "
        f"expected one of: {choice}"
    )


def check_signatures(signatures: Iterable[Signature]) -> None:
    """Refuse two signatures that match the same bytes and name different types.

    Raises:
        RouteConflict: with both media types.
    """
    seen: dict[tuple[bytes, int, str | None], str] = {}
    for signature in signatures:
        if not (signature.magic or signature.member):
            continue
        key = (signature.magic, signature.offset, signature.member)
        other = seen.setdefault(key, signature.media_type)
        if other != signature.media_type:
            what = f"member {signature.member!r}" if signature.member else f"{signature.magic!r} at {signature.offset}"
            msg = (
                f"{what} is claimed as {other} and as {signature.media_type}; "
                "list only one of the two plugins in [tool.firstbytes] plugins"
            )
            raise RouteConflict(msg)
