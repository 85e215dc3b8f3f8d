"""Plain text and source code: encoding, lines, words, interpreter, licence; the time span of a log."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context
from firstbytes.formats.text import SAMPLE, Text, describe, lines_of, read
from firstbytes.formats.values import clean, from_iso, known

_LICENCE = re.compile(r"SPDX-License-Identifier:\s*([\w.+() -]{2,120}?)\s*(?:\*/|-->|$)", re.MULTILINE)
_COPYRIGHT = re.compile(r"(?:Copyright|\(c\)|©)\s+(?:\(c\)\s+|©\s+)?\d{4}[^\n]{0,200}", re.IGNORECASE)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:?\d\d)?")
_LANGUAGE = re.compile(r"(?:text|application)/(?:x-)?([a-z0-9+#-]+)$")
_NO_LANGUAGE = frozenset({"text/plain", "text/x-log"})


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read text whole up to 1 MB, by samples beyond."""
    text = read(source)
    core, own = describe(source, text)
    top = text.text[:16384]
    licence, rights = _LICENCE.search(top), _COPYRIGHT.search(top[:4096])
    first = text.text.partition("\n")[0].strip()
    spans = _span(source, text) if ctx.media_type == "text/x-log" else {}
    facts = {
        "license": clean(licence[1]) if licence else None,
        "copyright": clean(rights[0].rstrip(" */#-")) if rights else None,
    }
    return {
        "core": known({**core, **facts, **spans}),
        **known(
            {
                **own,
                "interpreter": clean(first[2:], 200) if first.startswith("#!") else None,
                "syntax": _syntax(ctx.media_type),
                "longest_line_chars": max((len(line) for line in lines_of(text.text)), default=0)
                if text.whole
                else None,
            }
        ),
    }


def _syntax(media_type: str) -> str | None:
    found = _LANGUAGE.match(media_type)
    return found[1] if found and media_type not in _NO_LANGUAGE else None


def _span(source: ByteSource, text: Text) -> dict[str, str | None]:
    """Return the first and the last time stamp of a log."""
    tail = text.text if text.whole else source.read(source.size - SAMPLE, SAMPLE).decode(text.encoding, "replace")
    first = _STAMP.search(text.text)
    last = next((found for line in reversed(lines_of(tail)[-200:]) if (found := _STAMP.search(line))), None)
    return {"starts_at": _moment(first), "ends_at": _moment(last)}


def _moment(found: re.Match[str] | None) -> str | None:
    return from_iso(f"{found[1]}T{found[2]}{found[3] or ''}") if found else None
