"""Opaque cursors: where a page ended.

A cursor holds a position inside a partition and never a partition: that one comes from the caller's token each time.
So a forged cursor can at worst skip some of the forger's own documents, and needs no secret to be refused elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json

import msgspec

from functions.api.problem import refuse

VERSION = 1
LIFETIME_S = 24 * 3600
LONGEST = 1024


class _Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Wire form: [version, digest of the query, issued at (epoch seconds), position]."""

    version: int
    query: str
    issued_at: int
    position: tuple[str, str]


def query_digest(*parts: str) -> str:
    """Return what binds a cursor to one caller and one query: sort, filters, and whose list it is."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def encode(position: tuple[str, str], query: str, now: float) -> str:
    """Return the cursor for the page after `position` (two strings, the index's range key and the item's own)."""
    raw = msgspec.json.encode(_Cursor(VERSION, query, int(now), position))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, query: str, now: float) -> tuple[str, str]:
    """Return the position a cursor stands for.

    Raises:
        Refusal: `invalid_cursor`: forged, of another query or caller, of another version, or older than a day.
    """
    again = "list again without a cursor"
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=_Cursor) if len(cursor) <= LONGEST else None
    except (ValueError, msgspec.DecodeError, RecursionError):
        found = None
    if found is None or found.version != VERSION:
        raise refuse("invalid_cursor", f"expected a cursor that this API gave out; {again}")
    if found.query != query:
        raise refuse("invalid_cursor", f"expected a cursor of this list with these filters; {again}")
    if not -300 <= now - found.issued_at <= LIFETIME_S:
        raise refuse("invalid_cursor", f"expected a cursor younger than a day; {again}")
    return found.position
