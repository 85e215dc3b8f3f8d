"""firstbytes: what a file is, and what it says about itself, from a few byte ranges.

    sniff(source)                    what is it: a media type, how that was decided, whether the claims agree
      -> RouteTable.candidates       who handles it: the compiled table, one winner for each facet
        -> Runner.run                run it, bounded, in a child process
          -> Envelope                one honest record: core facts, the extractor's own, outcome, cost

What is importable from here, `firstbytes.testing` and `firstbytes.formats` is the public API: stable within a major
version. Names load on first use, so that a plugin's declaration costs next to nothing to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.envelope import Envelope, Outcome
    from firstbytes.errors import (
        BudgetExceededError,
        Corrupt,
        Decline,
        FirstbytesError,
        PluginError,
        RouteConflict,
        RouteTableError,
        SourceError,
        Transient,
    )
    from firstbytes.hookspecs import hookimpl
    from firstbytes.media import MediaType
    from firstbytes.sniff import Sniffed, sniff
    from firstbytes.source import BLOCK, BlockCache, Budget, ByteSource, BytesSource, FileSource, RangeReader
    from firstbytes.spec import JSON, Context, Extractor, Lane, Needs, Pending, Permission, Signature

__version__ = "0.1.0"

__all__ = [
    "BLOCK",
    "JSON",
    "BlockCache",
    "Budget",
    "BudgetExceededError",
    "ByteSource",
    "BytesSource",
    "Context",
    "Corrupt",
    "Decline",
    "Envelope",
    "Extractor",
    "FileSource",
    "FirstbytesError",
    "Lane",
    "MediaType",
    "Needs",
    "Outcome",
    "Pending",
    "Permission",
    "PluginError",
    "RangeReader",
    "RouteConflict",
    "RouteTableError",
    "Signature",
    "Sniffed",
    "SourceError",
    "Transient",
    "hookimpl",
    "sniff",
]

_HOME = {
    **dict.fromkeys(("Envelope", "Outcome"), "envelope"),
    **dict.fromkeys(
        (
            "BudgetExceededError",
            "Corrupt",
            "Decline",
            "FirstbytesError",
            "PluginError",
            "RouteConflict",
            "RouteTableError",
            "SourceError",
            "Transient",
        ),
        "errors",
    ),
    "hookimpl": "hookspecs",
    "MediaType": "media",
    **dict.fromkeys(("Sniffed", "sniff"), "sniff"),
    **dict.fromkeys(
        ("BLOCK", "BlockCache", "Budget", "ByteSource", "BytesSource", "FileSource", "RangeReader"), "source"
    ),
    **dict.fromkeys(("JSON", "Context", "Extractor", "Lane", "Needs", "Pending", "Permission", "Signature"), "spec"),
}


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name not in _HOME:
        msg = f"module 'firstbytes' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"firstbytes.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]
