"""What is this object? Bytes first, then container members, then the suffix, then the declared type.

    head (8 KB of one 64 KB read)
      -> signatures            longest magic that matches, ours and third parties'
        -> refiner             a container's own rules: ZIP, OLE2, ISO-BMFF, EBML, TIFF, RIFF ... (at most 4 more reads)
      -> content               text and its dialects, JSON, XML, tables, mail, DER
      -> magic                 libmagic, for the long tail
    -> suffix                  only where what the bytes say is its ancestor
    -> declared type           likewise, last

A refiner or a content rule answers None when the bytes do not say more. It never raises on hostile bytes:
what it reads is bounded, and a length it was given by the file is never trusted.
"""

from __future__ import annotations

import sys
from types import ModuleType

from firstbytes.sniff.engine import sniff
from firstbytes.sniff.values import Head, Match, Sniffed

__all__ = ["Head", "Match", "Sniffed", "sniff"]


class _Package(ModuleType):
    """Importing this package sets `firstbytes.sniff` to it; called, it is the function of that name all the same."""

    __call__ = staticmethod(sniff)


sys.modules[__name__].__class__ = _Package
