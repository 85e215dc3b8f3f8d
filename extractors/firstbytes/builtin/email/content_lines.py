"""Content lines of iCalendar and vCard: unfolded, cut into name, parameters and value (RFC 5545, RFC 6350)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from firstbytes import ByteSource
from firstbytes.formats import text as texts
from firstbytes.formats.values import from_datetime

_WHOLE = 2 * 1024 * 1024
_HEAD = 1024 * 1024
_LINE = re.compile(r"(?:[\w-]{1,60}\.)?([A-Za-z][\w-]{0,60})((?:;(?:[^:\";\n]|\"[^\"\n]*\"){0,4000}){0,40}):(.*)")
_PARAMETER = re.compile(r";([\w-]{1,60})=?((?:[^:\";\n]|\"[^\"\n]*\")*)")
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")


def read(source: ByteSource) -> texts.Text:
    """Return the text: whole up to 2 MB, else the first megabyte.

    Raises:
        Decline: it is no text.
    """
    return texts.read(source, _WHOLE, _HEAD)


def lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield (name in upper case, parameters by upper-case name, value) of each content line."""
    unfolded = re.sub(r"\r?\n[ \t]|=\r?\n(?=[^\s:;]{0,200}(?:=[0-9A-F]{2}|\r?\n))", "", text)
    for line in unfolded.replace("\r", "\n").split("\n"):
        found = _LINE.fullmatch(line[:20000])
        if found:
            values = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
            yield found[1].upper(), values, found[3]


def plain(value: str) -> str:
    """Return a text value without its escapes."""
    return re.sub(r"\\([nN,;:\\])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def moment(value: str, zone: str = "") -> str | None:
    """Return RFC 3339 of a date or time: UTC when it has an offset or a zone that is known, else local."""
    found = _MOMENT.match(value.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    if hour is None:
        return _date(year, month, day)
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - local
        if offset:
            ahead = "+00:00" if offset == "Z" else offset
            return from_datetime(datetime.fromisoformat(f"{local.isoformat()}{ahead}"))
        return from_datetime(local.replace(tzinfo=_zone(zone)).astimezone(UTC) if zone and _zone(zone) else local)
    except (ValueError, OverflowError):
        return None


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return datetime(int(year), int(month), int(day)).date().isoformat()  # noqa: DTZ001 - a date has no zone
    except ValueError:
        return None


def _zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
