"""iCalendar: events, to-dos, their range, time zone, organisers, recurrence (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.email.content_lines import lines, moment, plain, read
from firstbytes.formats.text import Text, line_ending
from firstbytes.formats.values import clean, known

_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})
_COMPONENTS = _ENTRIES | {"VALARM", "VTIMEZONE"}
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
    result: dict[str, JSON] = {"core": known(calendar.core(text)), **known(calendar.own(text))}
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

    def core(self, text: Text) -> dict[str, JSON]:
        """Return the shared facts; those of an event only where there is one."""
        facts, entries = self.facts, sum(self.kinds[kind] for kind in _ENTRIES)
        single = self.summaries[0] if entries == 1 and self.summaries else None
        return {
            "title": facts.get("X-WR-CALNAME") or facts.get("NAME") or single,
            "description": facts.get("X-WR-CALDESC") or facts.get("DESCRIPTION"),
            "generator": facts.get("PRODID"),
            "format_version": facts.get("VERSION"),
            "encoding": text.unicode_encoding,
            "entry_count": entries if text.whole else None,
            "authors": list(self.organizers)[:_MOST],
            "starts_at": min(self.starts, default=None),
            "ends_at": max(self.ends | self.starts, default=None),
            "created": min(self.created, default=None),
            "modified": max(self.modified, default=None),
            "identifier": self.uids[0] if entries == 1 and self.uids else None,
        }

    def own(self, text: Text) -> dict[str, JSON]:
        """Return the rest."""
        return {
            "line_ending": line_ending(text.text),
            "event_count": self.kinds["VEVENT"],
            "todo_count": self.kinds["VTODO"],
            "journal_count": self.kinds["VJOURNAL"] or None,
            "free_busy_count": self.kinds["VFREEBUSY"] or None,
            "alarm_count": self.kinds["VALARM"] or None,
            "recurring_count": self.recurring,
            "attendee_count": len(self.attendees),
            "method": self.facts.get("METHOD"),
            "time_zone": self.facts.get("X-WR-TIMEZONE") or min(self.zones, default=None),
            "time_zones": list[JSON](sorted(self.zones)[:_MOST]),
            "summaries": list(self.summaries[:20]),
            "locations": list(self.places)[:20],
            "categories": list[JSON](sorted(self.categories)[:_MOST]),
            "statuses": dict(self.statuses),
        }

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
        elif self.open[-1] in _ENTRIES:
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
