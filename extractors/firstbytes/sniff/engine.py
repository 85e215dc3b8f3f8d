"""The order of the questions, and how their answers are reconciled with what was claimed."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from firstbytes.errors import BudgetExceededError
from firstbytes.media import OCTET_STREAM, TEXT, ancestors, by_suffix, canonical, is_a
from firstbytes.sniff import signatures as builtin
from firstbytes.sniff.values import Head, Match, Sniffed
from firstbytes.source import BLOCK, BlockCache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firstbytes.source import ByteSource
    from firstbytes.spec import Signature

HEAD = 8 * 1024
"""Bytes that rules look at: what 64 KB tell beyond that is found by the refiners."""

EMPTY = "application/x-empty"


def sniff(source: ByteSource, *, name: str = "", declared: str = "", signatures: Sequence[Signature] = ()) -> Sniffed:
    """Decide the media type of an object.

    Args:
        source: its bytes; at most five reads of it, 64 KB each but for a container's directory.
        name: the file's name, a claim; only its suffix is looked at.
        declared: the declared media type, a claim.
        signatures: third parties' signatures; they take part on equal terms, the longest magic wins.
    """
    cached = source if isinstance(source, BlockCache) else BlockCache(source)
    block = cached.read(0, BLOCK)
    claims = by_suffix(name)
    head = Head(block[:HEAD], block, cached.size, named=len(claims) == 1 and is_a(claims[0], TEXT))
    found = _by_bytes(head, cached, signatures)
    # Rules may use any name of a type; the answer is the canonical one.
    found = replace(found, media_type=canonical(found.media_type))
    return reconcile(found, name, canonical(declared) if declared else "", signatures)


def _by_bytes(head: Head, source: ByteSource, signatures: Sequence[Signature]) -> Match:
    if not head.data:
        return Match(EMPTY, "no bytes", "signature")
    if found := builtin.match(head.data, signatures):
        refined = _refine(builtin.REFINERS.get(found.media_type), head, source)
        return _by_member(refined or found, source, signatures)
    for rule in builtin.CONTENT:
        if match := _refine(rule, head, source):
            return match
    from firstbytes.sniff import libmagic

    if match := libmagic.match(head.data):
        return match
    return Match(OCTET_STREAM, "no rule", "default")


def _refine(entry: str | None, head: Head, source: ByteSource) -> Match | None:
    if entry is None:
        return None
    module, _, function = entry.partition(":")
    rule: Any = getattr(import_module(module), function)
    try:
        answer: Match | None = rule(head, source)
    except BudgetExceededError:
        raise
    except (ValueError, LookupError, ArithmeticError, OSError, RecursionError, struct.error, zlib.error):
        # A rule that stumbles over hostile bytes has nothing to say about them.
        return None
    return answer


def _by_member(found: Match, source: ByteSource, signatures: Sequence[Signature]) -> Match:
    wanted = [s for s in signatures if s.member]
    if not wanted or found.media_type not in {"application/zip", "application/x-ole-storage"}:
        return found
    from firstbytes.sniff.members import names

    present = names(found.media_type, source)
    hits = sorted((s for s in wanted if s.member in present), key=lambda s: (-len(s.member or ""), s.media_type))
    return Match(canonical(hits[0].media_type), f"member {hits[0].member}", "container") if hits else found


def reconcile(found: Match, name: str, declared: str, signatures: Sequence[Signature] = ()) -> Sniffed:
    """Combine what the bytes say with the claims, and say whether they agree. Pure."""
    by_name = by_suffix(name) + tuple(s.media_type for s in signatures if s.suffix and name.lower().endswith(s.suffix))
    claims = [(claim, "suffix") for claim in by_name] + ([(declared, "declared")] if declared else [])
    # A suffix that two types share settles nothing against bytes that say which of them it is.
    chosen = next(((c, how) for c, how in claims if _may_refine(found, c)), None)
    if found.media_type in by_name:
        chosen = None
    media_type, how = chosen or (found.media_type, found.how)
    line = (media_type, *ancestors(media_type))
    suffix = media_type if media_type in by_name else next(iter(by_name), "")
    return Sniffed(
        media_type=media_type,
        how=how,
        rule=found.rule,
        ancestors=line[1:],
        declared=declared,
        suffix=suffix,
        mismatch=any(c not in line for c in (suffix, declared) if c),
    )


def _may_refine(found: Match, claim: str) -> bool:
    """A claim counts where what the bytes say is its ancestor, and the bytes do not rule the claim out."""
    # A general type is no news, but that a vote among kinds of text may be wrong altogether.
    if claim == found.media_type or (claim != TEXT and claim in ancestors(found.media_type)):
        return False
    if found.media_type == EMPTY:
        return is_a(claim, TEXT)
    base = _base(found)
    if not is_a(claim, base):
        return False
    line = (claim, *ancestors(claim))
    passed = line[: line.index(base)]
    return not any(step in builtin.unmistakable() for step in passed)


def _base(found: Match) -> str:
    """Return the type that a claim must be a kind of: of a vote, the one above it that is more than bytes."""
    if not found.weak:
        return found.media_type
    if is_a(found.media_type, TEXT):
        return TEXT
    above = ancestors(found.media_type)[0]
    return found.media_type if above == OCTET_STREAM else above
