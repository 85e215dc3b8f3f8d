"""Text formats that begin with words of their own. The table is data (`openings.tsv`)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_LOOKED_AT = 8192
_BY_COLUMN = frozenset({"chemical/x-mdl-molfile", "chemical/x-mdl-sdfile", "model/iges"})
"""Types whose structure counts columns and lines from the first byte."""


def rule(page: Page) -> Match | None:
    """Return the type whose opening words the text has, after white space."""
    raw = page.text.lstrip("\ufeff")[:_LOOKED_AT]
    text = raw.lstrip()
    for kind, pattern in table():
        if pattern.match(raw if kind in _BY_COLUMN else text):
            return Match(kind, "opening")
    return None


@cache
def table() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return (type, pattern) in the order they are asked."""
    lines = files("firstbytes.sniff").joinpath("openings.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple((kind, re.compile(pattern)) for kind, pattern in rows)
