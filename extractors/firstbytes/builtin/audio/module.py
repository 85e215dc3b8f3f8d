"""Tracker modules: MOD, XM, IT, S3M: the song's name, its tracker, channels, patterns and instruments."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, known

_MOD_CHANNELS = {b"M.K.": 4, b"M!K!": 4, b"M&K!": 4, b"FLT4": 4, b"FLT8": 8, b"OCTA": 8, b"CD81": 8}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a tracker module.

    Raises:
        Corrupt: its header is cut off.
    """
    del ctx
    head = source.read(0, 1084)
    if head[:17] == b"Extended Module: " and len(head) >= 80:
        name, tracker = head[17:37], head[38:58]
        channels, patterns, instruments = (_number(head, at) for at in (68, 70, 72))
    elif head[:4] == b"IMPM" and len(head) >= 128:
        name, tracker = head[4:30], b"Impulse Tracker"
        instruments, patterns = _number(head, 34), _number(head, 38)
        channels = sum(byte < 128 for byte in head[64:128])
    elif head[44:48] == b"SCRM" and len(head) >= 96:
        name, tracker = head[:28], b"Scream Tracker 3"
        instruments, patterns = _number(head, 34), _number(head, 36)
        channels = sum(byte < 128 for byte in head[64:96])
    elif len(head) >= 1084:
        name, tracker, instruments, patterns = head[:20], b"", 31, max(head[952:1080]) + 1
        marks = head[1080:1084]
        digits = marks[:2] if marks[2:] == b"CH" else marks[:1]
        channels = _MOD_CHANNELS.get(marks) or (int(digits) if digits.isdigit() else 0)
    else:
        msg = "the module's header is cut off"
        raise Corrupt(msg)
    return {
        "core": known(
            {
                "title": _text(name),
                "generator": _text(tracker),
                "track_count": channels or None,
            }
        ),
        **known({"pattern_count": patterns or None, "instrument_count": instruments or None}),
    }


def _number(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2], "little")


def _text(data: bytes) -> str | None:
    return clean(data.split(b"\0")[0].decode("cp437", "replace"))
