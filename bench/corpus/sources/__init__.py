"""Where the files come from; `ALL` is in the order in which equal contents are kept."""

from __future__ import annotations

from bench.corpus.sources import packages, registers

__all__ = ["ALL"]

ALL = [registers.SHARED_MIME_INFO, registers.MIMETYPE, *packages.ALL]
