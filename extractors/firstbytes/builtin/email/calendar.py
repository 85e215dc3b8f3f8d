"""iCalendar: events, to-dos, their range, time zone, organisers, recurrence (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.email.content_lines import lines, moment, plain, read
from firstbytes.formats.text import line_ending
from firstbytes.formats.values import clean, known

_COMPONENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM", "VTIMEZONE"})
_MOST = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a calendar whole up to 2 MB; of a larger one the first megabyte."""
    text = read(source)
    calendar = _Calendar()
    for name, values, value in lines(text.text):
        calendar.take(name, values, value)
    if not calendar.seen:
        msg = "expected BEGIN:VCALENDAR, found no component"
        raise Corrupt(msg)
    facts, kinds = calendar.facts, calendar.kinds
    entries = sum(kinds[kind] for kind in ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"))
    single = calendar.summaries[0] if entries == 1 and calendar.summaries else None
    result: dict[str, JSON] = {
        "core": known(
            {
                "title": facts.get("X-WR-CALNAME") or facts.get("NAME") or single,
                "description": facts.get("X-WR-CALDESC") or facts.get("DESCRIPTION"),
                "generator": facts.get("PRODID"),
                "format_version": facts.get("VERSION"),
                "encoding": text.unicode_encoding,
                "entry_count": entries if text.whole else None,
                "authors": list(calendar.organizers)[:_MOST],
                "starts_at": min(calendar.starts, default=None),
                "ends_at": max(calendar.ends | calendar.starts, default=None),
                "created": min(calendar.created, default=None),
                "modified": max(calendar.modified, default=None),
                "identifier": calendar.uids[0] if entries == 1 and calendar.uids else None,
            }
        ),
        **known(
            {
                "line_ending": line_ending(text.text),
                "event_count": kinds["VEVENT"],
                "todo_count": kinds["VTODO"],
                "journal_count": kinds["VJOURNAL"] or None,
                "free_busy_count": kinds["VFREEBUSY"] or None,
                "alarm_count": kinds["VALARM"] or None,
                "recurring_count": calendar.recurring,
                "attendee_count": len(calendar.attendees),
                "method": facts.get("METHOD"),
                "time_zone": facts.get("X-WR-TIMEZONE") or next(iter(calendar.zones), None),
                "time_zones": sorted(calendar.zones)[:_MOST],
                "summaries": calendar.summaries[:20],
                "locations": list(calendar.places)[:20],
                "categories": sorted(calendar.categories)[:_MOST],
                "statuses": dict(calendar.statuses),
            }
        ),
    }
    if not text.whole or calendar.open:
        reason = (
            "only the first megabyte of a calendar over 2 MB was read"
            if not text.whole
            else f"{calendar.open[-1]} has no end"
        )
        result |= {"outcome": "partial", "reason": reason}
    return result


class _Calendar:
    def __init__(self) -> None:
        self.seen = False
        self.open: list[str] = []
        self.facts: dict[str, str] = {}
        self.kinds: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.starts: set[str] = set()
        self.ends: set[str] = set()
        self.created: set[str] = set()
        self.modified: set[str] = set()
        self.organizers: dict[str, None] = {}
        self.attendees: set[str] = set()
        self.places: dict[str, None] = {}
        self.zones: set[str] = set()
        self.categories: set[str] = set()
        self.summaries: list[str] = []
        self.uids: list[str] = []
        self.recurring = 0

    def take(self, name: str, values: Mapping[str, str], value: str) -> None:
        """Take one content line."""
        if name == "BEGIN":
            kind = value.strip().upper()[:40]
            self.seen = self.seen or kind == "VCALENDAR" or kind in _COMPONENTS
            if len(self.open) < 16:
                self.open.append(kind)
            self.kinds[kind] += kind in _COMPONENTS
        elif name == "END":
            if self.open:
                self.open.pop()
        elif not self.open or self.open[-1] == "VCALENDAR":
            if text := clean(plain(value), 1000):
                self.facts.setdefault(name, text)
        elif self.open[-1] in {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"}:
            self._entry(name, values, value)
        elif self.open[-1] == "VTIMEZONE" and name == "TZID" and (zone := clean(value, 100)):
            self.zones.add(zone)

    def _entry(self, name: str, values: Mapping[str, str], value: str) -> None:
        if name in {"DTSTART", "DTEND", "DUE", "CREATED", "LAST-MODIFIED"}:
            self._time(name, moment(value, values.get("TZID", "")))
        elif name == "SUMMARY" and len(self.summaries) < 20 and (text := clean(plain(value), 300)):
            self.summaries.append(text)
        elif name == "UID" and len(self.uids) < 2 and (text := clean(value, 300)):
            self.uids.append(text)
        elif name in {"RRULE", "RDATE"}:
            self.recurring += name == "RRULE"
        elif name == "ORGANIZER" and len(self.organizers) < 1000 and (who := _person(values, value)):
            self.organizers[who] = None
        elif name == "ATTENDEE" and len(self.attendees) < 20000:
            self.attendees.add(value.lower()[:300])
        elif name == "LOCATION" and len(self.places) < 1000 and (text := clean(plain(value), 300)):
            self.places[text] = None
        elif name == "CATEGORIES" and len(self.categories) < 1000:
            self.categories |= {text for part in value.split(",") if (text := clean(plain(part), 100))}
        elif name == "STATUS" and len(self.statuses) < 20:
            self.statuses[clean(value, 40) or ""] += 1

    def _time(self, name: str, when: str | None) -> None:
        if when is None:
            return
        {"DTSTART": self.starts, "CREATED": self.created, "LAST-MODIFIED": self.modified}.get(name, self.ends).add(when)


def _person(values: Mapping[str, str], value: str) -> str | None:
    address = value[7:] if value.lower().startswith("mailto:") else value
    name = clean(values.get("CN"), 200)
    return clean(f"{name} <{address}>" if name and name != address else address, 400)
