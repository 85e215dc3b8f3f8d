"""Fonts: TrueType, OpenType, collections, WOFF and WOFF2."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the one extractor of all wrappers."""
    types = ("font/ttf", "font/otf", "font/collection", "font/woff", "font/woff2")
    return [Extractor("font", accepts=types, entry="firstbytes.builtin.font.opentype:extract")]
