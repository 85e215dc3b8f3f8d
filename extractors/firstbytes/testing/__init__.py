"""For authors of extractors: a contract to subclass, and byte sources that count and misbehave.

    from firstbytes.testing import ExtractorContract

    class TestSqlite(ExtractorContract):
        extractor = "sqlite"
        samples = ("tests/a.db",)

Public API. The contract needs pytest, the sources need nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from firstbytes.testing.sources import CountingSource, FlakySource, ShortSource, SparseSource

if TYPE_CHECKING:
    from firstbytes.testing.contract import ExtractorContract
    from firstbytes.testing.harness import Sample

__all__ = ["CountingSource", "ExtractorContract", "FlakySource", "Sample", "ShortSource", "SparseSource"]


_HOME = {"ExtractorContract": "contract", "Sample": "harness"}


def __getattr__(name: str) -> object:
    """Load what needs pytest on first use."""
    if name not in _HOME:
        msg = f"module 'firstbytes.testing' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"firstbytes.testing.{_HOME[name]}"), name)
