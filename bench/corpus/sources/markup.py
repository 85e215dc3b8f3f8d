"""XML dialects written by hand, each in the shapes that the XML specification allows for the same document.

With and without a declaration, after comments and processing instructions, in UTF-16, with a prefix on the root: the
type is that of the root element's qualified name, whatever stands before it and whatever the file is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bench.corpus.sources.making import text_source

__all__ = ["MARKUP"]

DIALECTS = Path(__file__).parents[1] / "hand" / "dialects.tsv"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
REMARKS = '<!-- Copyright the harbour office. Published on the quay every spring. -->\n<?harbour tide="high"?>\n'


def _prefixed(document: str) -> str | None:
    """Give the same document with a prefix on every element, when its root has a default namespace."""
    found = re.match(r'<(\w+)([^>]*?) xmlns="([^"]+)"', document)
    if not found:
        return None
    renamed = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1q:\2", document)
    return renamed.replace(f'xmlns="{found[3]}"', f'xmlns:q="{found[3]}"', 1)


def _files() -> Iterator[tuple[str, str, str | bytes]]:
    for number, line in enumerate(DIALECTS.read_text().splitlines()[1:]):
        suffix, media_type, document = line.split("\t")
        stem = f"{number:02}-{suffix}"
        yield f"{stem}-declared.{suffix}", media_type, DECLARED + document + "\n"
        yield f"{stem}-bare.xml", media_type, document
        yield f"{stem}-remarks.{suffix}", media_type, DECLARED + REMARKS * 3 + document + "\n"
        wide = DECLARED.replace("UTF-8", "UTF-16") + document
        yield f"{stem}-utf16.{suffix}", media_type, wide.encode("utf-16")
        yield f"{stem}-bom.{suffix}", media_type, b"\xef\xbb\xbf" + (DECLARED + document).encode()
        prefixed = _prefixed(document)
        if prefixed:
            yield f"{stem}-prefixed.xml", media_type, DECLARED + prefixed


MARKUP = text_source("xml-by-hand", _files())
