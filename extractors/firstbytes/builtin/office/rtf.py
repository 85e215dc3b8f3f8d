"""Rich Text Format: the information group and the header's control words (RTF specification 1.9.1).

The first 64 KB are walked as a stream of control words; groups for pictures, objects and fonts are skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes import Decline
from firstbytes.builtin.office.numbers import language, people, words
from firstbytes.builtin.office.package import result
from firstbytes.formats.ole_properties import decode_page
from firstbytes.formats.values import clean, from_iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_HEAD = 64 * 1024
_TAIL = 256
_MAX_TOKENS = 40_000
_MAX_DEPTH = 200
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]{1,4096})|[\r\n]+|.", re.DOTALL
)
_ENCODINGS = {
    437: "ibm437",
    850: "ibm850",
    10000: "macintosh",
    65001: "utf-8",
    932: "shift_jis",
    936: "gbk",
    949: "euc-kr",
    950: "big5",
}
_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850}
_TEXTS = frozenset(
    {
        *("title", "subject", "author", "manager", "company", "operator", "category", "keywords", "comment"),
        *("doccomm", "hlinkbase", "generator", "propname", "staticval"),
    }
)
_TIMES = frozenset({"creatim", "revtim", "printim", "buptim"})
_OTHERS = frozenset({"info", "fonttbl", "stylesheet", "colortbl", "pict", "object", "nonshppict", "header", "footer"})


@dataclass(slots=True)
class _Found:
    """What the walk collects. `texts` has a list for each group of that name; `words` those of the outermost group."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def page(self) -> int:
        """The code page of the text."""
        return self.words.get("ansicpg") or next((_PAGES[name] for name in _PAGES if name in self.words), 1252)

    def text(self, name: str) -> str | None:
        """Return the first text of that name: writers that repeat a group mean the first."""
        return clean(next(iter(self.texts.get(name, ())), None))


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the head of a document."""
    del ctx
    data = source.read(0, _HEAD)
    if not data.lstrip().startswith(b"{\\rt"):
        msg = "no RTF header"
        raise Decline(msg)
    found = _Walk(data).found
    whole = source.read(max(0, source.size - _TAIL), _TAIL).rstrip(b"\0\x1a \t\r\n").endswith(b"}")
    outcome: dict[str, JSON] = {} if whole else {"outcome": "partial", "reason": "the document has no end"}
    return result(_core(found), _own(found) | _things(source, data, found), outcome)


def _core(found: _Found) -> dict[str, JSON]:
    return {
        "title": found.text("title"),
        "subject": found.text("subject"),
        "authors": people(found.text("author")),
        "keywords": words(found.text("keywords")),
        "description": found.text("doccomm") or found.text("comment"),
        "last_modified_by": found.text("operator"),
        "company": found.text("company"),
        "generator": clean((found.text("generator") or "").rstrip("; ")),
        "created": _time(found.times.get("creatim")),
        "modified": _time(found.times.get("revtim")),
        "page_count": found.numbers.get("nofpages"),
        "word_count": found.numbers.get("nofwords"),
        "language": language(found.words.get("deflang", 0)),
        "encoding": _ENCODINGS.get(found.page, f"windows-{found.page}"),
        "format_version": str(found.words["rtf"]) if "rtf" in found.words else None,
    }


def _own(found: _Found) -> dict[str, JSON]:
    return {
        "manager": found.text("manager"),
        "category": found.text("category"),
        "hyperlink_base": found.text("hlinkbase"),
        "revision": str(found.numbers["version"]) if "version" in found.numbers else None,
        "editing_minutes": found.numbers.get("edmins"),
        "last_printed_at": _time(found.times.get("printim")),
        "backed_up_at": _time(found.times.get("buptim")),
        "character_count": found.numbers.get("nofchars"),
        "character_count_with_spaces": found.numbers.get("nofcharsws"),
        "protected": any(word in found.words for word in ("formprot", "revprot", "annotprot", "readprot")) or None,
        "tracks_changes": "revisions" in found.words or None,
        "tags": _custom(found),
    }


def _custom(found: _Found) -> dict[str, JSON]:
    pairs = zip(found.texts.get("propname", ()), found.texts.get("staticval", ()), strict=False)
    return {
        name: text for key, value in list(pairs)[:100] if (name := clean(key, 256)) and (text := clean(value, 1024))
    }


def _things(source: ByteSource, data: bytes, found: _Found) -> dict[str, JSON]:
    """Return what is in the document, exact only where it ends within the head."""
    if source.size > len(data):
        return {}
    return {"image_count": found.counts["pict"], "embedded_object_count": found.counts["object"]}


def _time(at: Mapping[str, int] | None) -> str | None:
    # 1601 is where the clock of an unset FILETIME stands.
    if not at or at.get("yr", 0) <= 1601:
        return None
    day = f"{at['yr']:04}-{at.get('mo', 1):02}-{at.get('dy', 1):02}"
    return from_iso(f"{day}T{at.get('hr', 0):02}:{at.get('min', 0):02}:{at.get('sec', 0):02}")


class _Walk:
    """One pass over the tokens; the stack holds what each open group is about."""

    def __init__(self, data: bytes) -> None:
        self.found = _Found()
        self._stack = [""]
        self._skips = [1]
        self._pending = 0
        place = 0
        for _ in range(_MAX_TOKENS):
            token = _TOKEN.match(data, place)
            if token is None:
                break
            place = token.end() + self._take(token)

    def _take(self, token: re.Match[bytes]) -> int:
        """Act on a token; return how many raw bytes to jump over."""
        word, number, byte, symbol, brace, text = token.groups()
        if word:
            return self._word(word.decode(), int(number) if number else None)
        if brace:
            self._brace(brace)
        elif byte:
            self._characters(bytes([int(byte, 16)]))
        elif symbol in {b"\\", b"{", b"}", b"~"}:
            self._characters(b" " if symbol == b"~" else symbol)
        elif text:
            self._characters(text)
        return 0

    def _brace(self, brace: bytes) -> None:
        self._pending = 0
        if brace == b"{" and len(self._stack) < _MAX_DEPTH:
            self._stack.append(self._stack[-1])
            self._skips.append(self._skips[-1])
        elif brace == b"}" and len(self._stack) > 1:
            self._stack.pop()
            self._skips.pop()

    def _word(self, word: str, number: int | None) -> int:
        self._pending = 0
        about = self._stack[-1]
        if word == "bin":
            return max(0, number or 0)
        if word == "uc":
            self._skips[-1] = min(max(0, number or 0), 16)
        elif word == "u" and number is not None:
            self._add(chr(number & 0xFFFF))
            self._pending = self._skips[-1]
        elif word in _TEXTS:
            self._stack[-1] = word
            self.found.texts.setdefault(word, []).append("")
        elif word in _TIMES or word in _OTHERS:
            self._stack[-1] = word
            self.found.counts[word] += about != "nonshppict"
        elif about in _TIMES and number is not None:
            self.found.times.setdefault(about, {}).setdefault(word, number)
        elif about == "info" and number is not None:
            self.found.numbers.setdefault(word, max(0, number))
        elif len(self._stack) == 2 and not about:
            self.found.words.setdefault(word, number or 0)
        elif word in {"par", "line", "tab"}:
            self._add(" ")
        return 0

    def _characters(self, raw: bytes) -> None:
        # After a Unicode character stand the bytes that old readers show instead.
        cut = min(self._pending, len(raw))
        self._pending -= cut
        if raw[cut:]:
            self._add(decode_page(raw[cut:], self.found.page))

    def _add(self, text: str) -> None:
        if texts := self.found.texts.get(self._stack[-1]):
            texts[-1] = (texts[-1] + text)[:8192]
