"""Formats without a magic number that stands for itself: structures, checksums, trailers.

Each rule asks for enough of a structure that other bytes hardly have it. The order is from the certain to the likely.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbytes.sniff.values import Head, Match
    from firstbytes.source import ByteSource

_RULES = ("executables", "fonts", "disks", "tables", "science", "serial", "pgp", "trailers")
"""Modules of rules, in the order they are asked."""

_TEXT = bytes((*b"\t\n\r\f\b\x1b", *range(0x20, 0x100)))
_SHOWN = 512


def content(head: Head, source: ByteSource) -> Match | None:
    """Ask all rules, unless the head looks like text in an ASCII-based encoding."""
    if not head.data[:_SHOWN].translate(None, _TEXT) and head.data[0] < 0x80:
        return None
    for name in _RULES:
        module: Any = import_module(f"firstbytes.sniff.{name}")
        for rule in module.RULES:
            if match := _ask(rule, head, source):
                return match
    return None


def _ask(rule: Callable[[Head, ByteSource], Match | None], head: Head, source: ByteSource) -> Match | None:
    try:
        return rule(head, source)
    except (ValueError, LookupError):
        # The bytes end, or say something else, where the rule had to look: not its format. The next rule is asked.
        return None
