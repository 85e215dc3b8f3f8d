"""A claim: an extractor, and who brings it. Apart from discovery, so that running needs no plugin machinery."""

from __future__ import annotations

from dataclasses import dataclass

from firstbytes.spec import Extractor

BUILTIN = "firstbytes"
"""The distribution whose plugins always load: its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An extractor, and who brings it."""

    extractor: Extractor
    plugin: str
    distribution: str
    version: str

    @property
    def builtin(self) -> bool:
        """True for the extractors of firstbytes itself."""
        return self.distribution == BUILTIN
