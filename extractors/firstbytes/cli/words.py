"""Words for a screen: text that cannot move the cursor, columns that line up, counts with their nouns. Pure."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from rich.cells import cell_len, set_cell_size

# What moves the cursor, colours, rings or reorders a line: C0, C1, line separators, bidi overrides, surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """Return text with what a terminal would obey written as an escape: x1b for ESC, n for a line end."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def pad(text: str, width: int) -> str:
    """Return text of at least `width` cells: wide characters take two."""
    return text + " " * (width - cell_len(text))


def fit(text: str, width: int, *, keep: str = "end") -> str:
    """Return text of exactly `width` cells; what is too long loses its start, or its end with keep="start"."""
    if cell_len(text) <= width:
        return pad(text, width)
    if keep == "start":
        return pad(set_cell_size(text, width - 1).rstrip() + "…", width)
    kept = text[-width:]
    while cell_len(kept) > width - 1:
        kept = kept[1:]
    return pad(f"…{kept}", width)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: 1 file, 2 files, 3 entries."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number: int) -> str:
    """Return a byte count with a unit: 512 B, 1.5 kB, 2.0 MB."""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def duration(ms: int) -> str:
    """Return a playing time: 0.85 s, 12.3 s, 3:25, 1:02:03."""
    seconds = ms / 1000
    if round(seconds, 1) < 60:
        return f"{seconds:.3g} s"
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def plain(value: Any, limit: int = 200) -> str:
    """Return a value in one bounded line: text as it is, a list with commas, a table as key=value rows."""
    flat = safe(" ".join(_flat(value).split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return " ".join(f"{key}={_inner(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(item, dict) for item in value) else ", ").join(map(_inner, value))
    return msgspec.json.encode(value).decode()


def _inner(value: Any) -> str:
    """Return a value inside another: texts with bars, JSON where it is nested itself."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "|".join(value)
    if isinstance(value, dict) and not any(isinstance(item, (dict, list)) for item in value.values()):
        return _flat(value)
    return msgspec.json.encode(value).decode()
