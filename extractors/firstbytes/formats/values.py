"""Small conversions that every extractor needs: known facts, clean text, times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

_Value = TypeVar("_Value")

_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_PDF_TIME = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\s*(?:(Z)|([+-])(\d\d)'?(\d\d)?'?)?",
)
_EXIF_TIME = re.compile(
    r"(\d{4})[:/-](\d\d)[:/-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?(?:\.\d+)?\s*(Z|[+-]\d\d:\d\d)?"
)
_ISO_TIME = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def known(facts: Mapping[str, _Value | None]) -> dict[str, _Value]:
    """Return the facts that say something: without None, empty strings, lists and mappings. Zero and False stay."""
    return {key: value for key, value in facts.items() if value is not None and value not in ("", [], {}, ())}


def clean(text: str | None, limit: int = 4096) -> str | None:
    """Return text as NFC without controls and outer space, at most `limit` characters; None when nothing is left."""
    if text is None:
        return None
    cut = _DROPPED.sub("", text[: limit * 2]).encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", cut).strip()[:limit] or None


def from_datetime(moment: datetime | None) -> str | None:
    """Return RFC 3339: UTC with Z when the time has a zone, else local without one."""
    if moment is None:
        return None
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except (OverflowError, ValueError):
        return None
    return moment.replace(microsecond=0).isoformat()


def from_unix(seconds: float | None) -> str | None:
    """Return RFC 3339 UTC of seconds since 1970; None for zero (unset) and for what no calendar holds."""
    return from_epoch(seconds, datetime(1970, 1, 1, tzinfo=UTC))


def from_mac(seconds: float | None) -> str | None:
    """Return RFC 3339 UTC of seconds since 1904 (ISO-BMFF, sfnt, HFS); None for zero."""
    return from_epoch(seconds, datetime(1904, 1, 1, tzinfo=UTC))


def from_filetime(ticks: int | None) -> str | None:
    """Return RFC 3339 UTC of 100 ns ticks since 1601 (Windows FILETIME); None for zero."""
    return from_epoch(None if ticks is None else ticks / 1e7, datetime(1601, 1, 1, tzinfo=UTC))


def from_epoch(seconds: float | None, epoch: datetime) -> str | None:
    """Return RFC 3339 UTC of seconds since an epoch; None for zero or out of range."""
    if not seconds:
        return None
    try:
        return from_datetime(epoch + timedelta(seconds=seconds))
    except (OverflowError, ValueError):
        return None


def from_pdf(text: str | None) -> str | None:
    """Return RFC 3339 of a PDF date, "D:20240501100000+02'00'" (ISO 32000-1, 7.9.4)."""
    found = _PDF_TIME.match((text or "").strip())
    if not found:
        return None
    year, month, day, hour, minute, second, utc, sign, off_h, off_m = found.groups()
    stamp = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    return from_iso(stamp + ("Z" if utc else f"{sign}{off_h}:{off_m or '00'}" if sign else ""))


def from_exif(text: str | None, offset: str | None = None) -> str | None:
    """Return RFC 3339 of an EXIF date "2024:05:01 10:00:00", in UTC when `offset` ("+02:00") is known."""
    found = _EXIF_TIME.match((text or "").strip())
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None:
        return from_iso(f"{year}-{month}-{day}")
    return from_iso(f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or offset or ''}")


def from_iso(text: str | None) -> str | None:
    """Return RFC 3339 of an ISO 8601 date or time; a bare year, month or day stays one."""
    stripped = (text or "").strip()
    found = _ISO_TIME.fullmatch(stripped)
    try:
        if found:
            year, month, day = (int(part) if part else 1 for part in found.groups())
            datetime(year, month, day)  # noqa: DTZ001 - only checks that the day exists
            return stripped
        return from_datetime(datetime.fromisoformat(stripped))
    except ValueError:
        return None


def from_mail(text: str | None) -> str | None:
    """Return RFC 3339 of an RFC 5322 date; UTC when it has a zone."""
    try:
        return from_datetime(parsedate_to_datetime((text or "")[:200]))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
