"""Subtitles and lyrics: cues, their time range, and the header's facts.

Sources: WebVTT (W3C), SubRip as written by SubRip, SubStation Alpha 4.00+, TTML2, SAMI 1.0, MicroDVD, LRC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from firstbytes import JSON, ByteSource, Context
from firstbytes.formats.text import Text, describe, read
from firstbytes.formats.values import clean, known

_ARROW = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})[ \t]*-->[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[,.](\d{1,3})"
)
_DIALOGUE = re.compile(
    r"^Dialogue:[^,\n]*,(\d{1,2}):(\d\d):(\d\d)[.:](\d\d),(\d{1,2}):(\d\d):(\d\d)[.:](\d\d),", re.MULTILINE
)
_SUBVIEWER = re.compile(r"^(\d\d):(\d\d):(\d\d)[.:](\d\d),(\d\d):(\d\d):(\d\d)[.:](\d\d)", re.MULTILINE)
_FRAMES = re.compile(r"^\{(\d{1,9})\}\{(\d{1,9})\}([^\n]*)", re.MULTILINE)
_LYRIC = re.compile(r"\[(\d{1,3}):(\d\d)(?:[.:](\d{1,3}))?\]")
_TAG = re.compile(r"^\[(ti|ar|al|au|by|length|offset|re|ve|la):[ \t]*([^\]\n]*)\]", re.MULTILINE)
_SYNC = re.compile(r"<SYNC\s+Start\s*=\s*[\"']?(\d{1,10})", re.IGNORECASE)
_SCRIPT_INFO = re.compile(
    r"^(Title|Original Script|ScriptType|PlayResX|PlayResY|Language):[ \t]*([^\r\n]*)", re.MULTILINE
)
_TIMED = re.compile(r"<(?:\w+:)?p\b[^>]*?\bbegin=\"([^\"]{1,30})\"[^>]*?\b(end|dur)=\"([^\"]{1,30})\"")
_CLOCK = re.compile(r"(?:(\d+):(\d\d):(\d\d)(?:[.,](\d{1,9})|:(\d\d))?|(\d+(?:\.\d+)?)(h|m|s|ms|f|t))$")

Cues = list[tuple[int, int]]
"""(start, end) in milliseconds."""


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read subtitles whole up to 1 MB (two days of film); of longer ones the first 64 KB."""
    text = read(source)
    core, own = describe(source, text)
    cues, header = _READERS.get(ctx.media_type, _arrows)(text)
    facts, more = header
    ends = [end for _, end in cues]
    result: dict[str, JSON] = {
        "core": {**core, **known({**facts, "duration_ms": facts.get("duration_ms") or max(ends, default=None)})},
        **known(
            {
                **own,
                **more,
                "cue_count": len(cues),
                "first_cue_ms": min((start for start, _ in cues), default=None),
            }
        ),
    }
    if not text.whole:
        result |= {"outcome": "partial", "reason": "only the first 64 KB of a file over 1 MB were read"}
    return result


Header = tuple[dict[str, JSON], dict[str, JSON]]


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    part = int((fraction or "0").ljust(3, "0")[:3])
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + part


def _pairs(pattern: re.Pattern[str], text: str) -> Cues:
    return [(_ms(*m.groups()[:4]), _ms(*m.groups()[4:8])) for m in pattern.finditer(text)]


def _arrows(text: Text) -> tuple[Cues, Header]:
    body = text.text
    facts: dict[str, JSON] = {}
    own: dict[str, JSON] = {}
    if body.lstrip("\ufeff").startswith("WEBVTT"):
        head = body.lstrip("\ufeff").split("\n\n", 1)[0]
        fields = dict(re.findall(r"^([A-Za-z-]{1,30}):[ \t]*([^\r\n]{1,200})", head, re.MULTILINE))
        facts["title"] = clean(head.split("\n")[0][6:].strip(" \t-"))
        facts["language"] = clean(fields.get("Language"))
        own["kind"] = clean(fields.get("Kind"))
        own["has_styles"] = True if re.search(r"^STYLE\b", body, re.MULTILINE) else None
    return _pairs(_ARROW, body), (facts, own)


def _substation(text: Text) -> tuple[Cues, Header]:
    info = dict(_SCRIPT_INFO.findall(text.text))
    author = clean(info.get("Original Script"))
    facts: dict[str, JSON] = {
        "title": clean(info.get("Title")),
        "authors": [author] if author else None,
        "language": clean(info.get("Language")),
        "format_version": clean(info.get("ScriptType")),
    }
    own: dict[str, JSON] = {"style_count": len(re.findall(r"^Style:", text.text, re.MULTILINE))}
    for key, name in (("PlayResX", "play_width_px"), ("PlayResY", "play_height_px")):
        own[name] = int(info[key]) if re.fullmatch(r"\d{1,6}\s*", info.get(key, "")) else None
    return _pairs(_DIALOGUE, text.text), (facts, own)


def _subviewer(text: Text) -> tuple[Cues, Header]:
    title = re.search(r"^\[TITLE\]\s*([^\r\n\[]*)", text.text, re.MULTILINE)
    return _pairs(_SUBVIEWER, text.text), ({"title": clean(title[1]) if title else None}, {})


def _microdvd(text: Text) -> tuple[Cues, Header]:
    rows = _FRAMES.findall(text.text)
    rate = 0.0
    if rows and rows[0][0] in {"0", "1"} and re.fullmatch(r"\d{1,3}(?:[.,]\d{1,6})?\s*", rows[0][2]):
        rate, rows = float(rows[0][2].strip().replace(",", ".")), rows[1:]
    facts: dict[str, JSON] = {"frame_rate_hz": rate or None}
    if not rate:
        # Without a rate, frames are no times.
        return [], (
            facts,
            {"cue_count_without_rate": len(rows), "last_frame": max((int(r[1]) for r in rows), default=None)},
        )
    return [(round(int(a) * 1000 / rate), round(int(b) * 1000 / rate)) for a, b, _ in rows], (facts, {})


def _lyrics(text: Text) -> tuple[Cues, Header]:
    tags = {key: clean(value) for key, value in _TAG.findall(text.text)}
    artist = tags.get("ar")
    length = re.fullmatch(r"(\d{1,3}):(\d\d)(?:\.\d+)?", tags.get("length") or "")
    facts: dict[str, JSON] = {
        "title": tags.get("ti"),
        "authors": [artist] if artist else None,
        "album": tags.get("al"),
        "language": tags.get("la"),
        "generator": tags.get("re"),
        "duration_ms": _ms(None, length[1], length[2], None) if length else None,
    }
    cues = [(at, at) for at in sorted(_ms(None, m[1], m[2], m[3]) for m in _LYRIC.finditer(text.text))]
    return cues, (facts, {"words_by": tags.get("au"), "file_by": tags.get("by")})


def _sami(text: Text) -> tuple[Cues, Header]:
    title = re.search(r"<TITLE>([^<]{0,500})", text.text, re.IGNORECASE)
    language = re.search(r"\blang:\s*([A-Za-z-]{2,12})", text.text)
    facts: dict[str, JSON] = {
        "title": clean(title[1]) if title else None,
        "language": language[1] if language else None,
    }
    starts = [int(m[1]) for m in _SYNC.finditer(text.text)]
    return [(at, at) for at in starts], (facts, {})


def _ttml(text: Text) -> tuple[Cues, Header]:
    rate = re.search(r"frameRate=\"(\d{1,3})\"", text.text)
    frames = int(rate[1]) if rate and rate[1] != "0" else 30
    cues: Cues = []
    for begin, kind, value in _TIMED.findall(text.text):
        start, other = _clock(begin, frames), _clock(value, frames)
        if start is not None and other is not None:
            cues.append((start, start + other if kind == "dur" else other))
    language = re.search(r"xml:lang=\"([A-Za-z-]{2,20})\"", text.text)
    title = re.search(r"<(?:\w+:)?title>([^<]{1,500})<", text.text)
    return cues, ({"language": language[1] if language else None, "title": clean(title[1]) if title else None}, {})


def _clock(text: str, frames: int) -> int | None:
    found = _CLOCK.match(text.strip())
    if not found:
        return None
    if found[6] is not None:
        unit = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0, "f": 1000.0 / frames}.get(found[7])
        return round(float(found[6]) * unit) if unit else None
    whole = _ms(found[1], found[2], found[3], found[4])
    return whole + (round(int(found[5]) * 1000 / frames) if found[5] else 0)


_READERS: Mapping[str, Callable[[Text], tuple[Cues, Header]]] = {
    "text/x-ssa": _substation,
    "application/x-subviewer": _subviewer,
    "text/x-microdvd": _microdvd,
    "text/x-lyrics": _lyrics,
    "application/x-sami": _sami,
    "application/ttml+xml": _ttml,
}
