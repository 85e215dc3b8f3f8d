"""Numbers, lists and languages as office documents write them."""

from __future__ import annotations

import locale
import math
import re

_MINUTES = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?)?")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def integer(text: str | None) -> int | None:
    """Return a count written in decimal, or None."""
    stripped = (text or "").strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 16 else None


def number(text: str | None) -> float | None:
    """Return a finite number, or None."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def minutes(duration: str | None) -> int | None:
    """Return the whole minutes of an ISO 8601 duration without years and months, "PT1H5M3S"."""
    found = _MINUTES.fullmatch((duration or "")[:64].strip())
    if not found or not any(found.groups()):
        return None
    days, hours, mins, seconds = (int(part or 0) for part in found.groups())
    return days * 1440 + hours * 60 + mins + seconds // 60


def people(text: str | None) -> list[str]:
    """Return the names in a list that Office separates with semicolons."""
    return [name.strip() for name in (text or "").split(";") if name.strip()][:256]


def words(text: str | None) -> list[str]:
    """Return the keywords of a list separated with commas or semicolons."""
    return [word.strip() for word in re.split(r"[,;]", text or "") if word.strip()][:256]


def language(code: int) -> str | None:
    """Return the BCP 47 tag of a Windows language identifier ([MS-LCID]); None for none and for unknown ones."""
    name = locale.windows_locale.get(code)
    return name.replace("_", "-") if name else None


def cell(reference: str) -> tuple[int, int] | None:
    """Return (row, column), from 1, of a cell reference like "C10"."""
    found = _CELL.fullmatch(reference)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def extent(reference: str) -> tuple[int, int] | None:
    """Return (rows, columns) that a range like "A1:C10" reaches to; a single cell reaches to itself."""
    first, _, last = reference.partition(":")
    return cell(last or first)
