"""Mailboxes: messages counted or estimated, their range of dates, the first subjects (RFC 4155)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.mail import addresses, parse_fields
from firstbytes.formats.values import clean, from_mail, known

_EXACT = 8 * 1024 * 1024
_SAMPLE = 512 * 1024
_START = re.compile(rb"(?:\A|\n\r?\n)(?=From \S[^\n]{0,300}\n(?:[!-9;-~]+:|>From |[ \t]))")
_MOST = 20


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Count messages up to 8 MB; beyond, estimate them from samples of the head, the middle and the tail."""
    whole = source.size <= _EXACT
    data = source.read(0, source.size if whole else _SAMPLE)
    starts = [found.end() for found in _START.finditer(data)]
    if not starts:
        msg = "expected a line that begins with 'From ', found none"
        raise Corrupt(msg)
    count = len(starts)
    dates = _dates(data, starts)
    if not whole:
        count, more = _estimate(source, count, len(data))
        dates += more
    first = [parse_fields(data, _after_line(data, start)) for start in starts[:_MOST]]
    senders = [name for fields in first for value in fields.all("from") for name in addresses(value, 1)]
    return {
        "core": known(
            {
                "entry_count": count if whole else None,
                "starts_at": min(dates, default=None),
                "ends_at": max(dates, default=None),
            }
        ),
        **known(
            {
                "estimated_entry_count": None if whole else count,
                "first_subjects": [text for fields in first if (text := clean(fields.first("subject"), 300))],
                "first_senders": list(dict.fromkeys(text for sender in senders if (text := clean(sender, 300)))),
                "list_id": clean(first[0].first("list-id"), 300),
                "attachment_names": _names(data)[:_MOST],
            }
        ),
    }


def _after_line(data: bytes, start: int) -> int:
    return data.find(b"\n", start) + 1


def _dates(data: bytes, starts: list[int]) -> list[str]:
    """Return the Date fields of up to 2000 messages, from both ends."""
    chosen = starts if len(starts) <= 2000 else starts[:1000] + starts[-1000:]
    found: list[str] = []
    for start in chosen:
        field = re.search(rb"^Date:[ \t]*([^\r\n]{1,100})", data[start : start + 16384], re.MULTILINE | re.IGNORECASE)
        moment = from_mail(field[1].decode("ascii", "replace")) if field else None
        if moment and moment.endswith("Z"):
            found.append(moment)
    return found


def _estimate(source: ByteSource, count: int, size: int) -> tuple[int, list[str]]:
    dates: list[str] = []
    for start in (source.size // 2, source.size - _SAMPLE):
        data = source.read(start, _SAMPLE)
        starts = [found.end() for found in _START.finditer(data)]
        count, size = count + len(starts), size + len(data)
        dates += _dates(data, starts)
    return round(count * source.size / max(1, size)), dates


def _names(data: bytes) -> list[str]:
    found = re.findall(rb"filename=\"?([^\"\r\n;]{1,200})", data[:_SAMPLE])
    return [text for raw in dict.fromkeys(found) if (text := clean(raw.decode("utf-8", "replace"), 200))]
