"""Sniffing rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head, Match
    from firstbytes.source import ByteSource


def refine(head: Head, source: ByteSource) -> Match | None:
    """Say nothing yet."""
    return None
