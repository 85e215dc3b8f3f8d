"""What the functions log, as it comes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_PLATFORM = re.compile(r"(INIT_START|START|END|REPORT|XRAY)\b")
_SHOWN = ("correlation_id", "documentId", "error", "exception_name", "exception")
_PLAIN = {"level", "location", "message", "timestamp", "service"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a function's log."""

    function: str
    at_ms: int
    text: str

    def __str__(self) -> str:
        """Return it as it is shown: time, function, what was said."""
        at = datetime.fromtimestamp(self.at_ms / 1000, UTC).astimezone()
        return f"{at:%H:%M:%S}  {self.function:<12} {self.text}"


def readable(message: str) -> str | None:
    """Return a log message as a person reads it; None for the runtime's own lines and for metrics. Pure."""
    message = message.strip()
    if not message or _PLATFORM.match(message):
        return None
    try:
        record = json.loads(message)
    except ValueError:
        return message
    if not isinstance(record, dict):
        return message
    if "_aws" in record or record.get("type", "").startswith("platform."):
        return None
    said = record.get("message", "")
    text = said if isinstance(said, str) else json.dumps(said)
    more = " ".join(f"{key}={record[key]}" for key in _SHOWN if record.get(key))
    return f"{record.get('level', '')} {text} {more}".strip()


@dataclass(slots=True)
class Follower:
    """Reads what is new in the logs of functions.

    Args:
        logs: a boto3 client of logs.
        groups: function's short name -> its log group.
    """

    logs: Any
    groups: dict[str, str]
    _seen: dict[str, set[tuple[int, str, str]]] = field(default_factory=dict)
    _since: dict[str, int] = field(default_factory=dict)

    def new(self) -> list[Line]:
        """Return the lines since the last call, in order of time."""
        return sorted(self._lines(), key=lambda line: line.at_ms)

    def _lines(self) -> Iterator[Line]:
        for function, group in self.groups.items():
            seen, since = self._seen.setdefault(function, set()), self._since.get(function, 0)
            for event in self._events(group, since):
                # Several lines may have one time, so the last time is asked for again and what was seen is left out.
                key = (event["timestamp"], event.get("logStreamName", ""), event["message"])
                if key in seen:
                    continue
                if event["timestamp"] > self._since.get(function, 0):
                    self._since[function] = event["timestamp"]
                seen.add(key)
                if (text := readable(event["message"])) is not None:
                    yield Line(function=function, at_ms=event["timestamp"], text=text)
            newest = self._since.get(function, 0)
            self._seen[function] = {key for key in seen if key[0] >= newest}

    def _events(self, group: str, since: int) -> Iterable[dict[str, Any]]:
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        return (event for page in pages for event in page["events"])
