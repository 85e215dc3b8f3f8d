"""Animated PNG: an `acTL` chunk before the first `IDAT` (PNG third edition, 11.3.6.1)."""

from __future__ import annotations

from firstbytes.sniff.values import Head, Match
from firstbytes.source import ByteSource

_MAX_CHUNKS = 64


def refine(head: Head, _: ByteSource) -> Match | None:
    """Walk the chunks in the first block; an animation says so before its picture."""
    at = 8
    for _chunk in range(_MAX_CHUNKS):
        kind = head.block[at + 4 : at + 8]
        if kind == b"acTL":
            return Match("image/apng", "chunk acTL before IDAT", "container")
        if len(kind) < 4 or kind in {b"IDAT", b"IEND"}:
            return None
        at += 12 + int.from_bytes(head.block[at : at + 4], "big")
    return None
