"""JSON, its lines and its dialects: a small tolerant tokenizer over a head that may end anywhere (RFC 8259)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from firstbytes.sniff.json_dialects import dialect
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<mark>[{}\[\],:])|
    "(?P<string>(?:[^"\\\x00-\x08\x0a-\x1f]|\\["\\/bfnrtu])*+)"|
    (?P<scalar>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-])|true\b|false\b|null\b|NaN\b|-?Infinity\b)
    )""",
    re.VERBOSE,
)
_PARTIAL = re.compile(
    r'[ \t\r\n]*(?:"(?:[^"\\\x00-\x08\x0a-\x1f]|\\.)*\\?|-?[0-9.eE+-]*|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na)\Z'
)
_MAX_DEPTH = 512
_MAX_KEYS = 400


@dataclass(slots=True)
class Scan:
    """What a head of JSON says: keys by path ("features[].type" -> a scalar's text or its kind), how it ended."""

    kind: str = ""
    """object, array or scalar."""
    keys: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    end: int = 0
    """Offset just after the first value, when complete."""
    tokens: int = 0


class _Invalid(Exception):
    pass


class _Machine:
    """A pushdown automaton over tokens; `expect` holds what may come next."""

    def __init__(self) -> None:
        self.scan = Scan()
        self.stack: list[str] = []
        self.path: list[str] = []
        self.expect = "value"

    def mark(self, sign: str) -> None:
        """Take one of the six structural characters."""
        if sign in "{[":
            self._value({"{": "object", "[": "array"}[sign])
            if len(self.stack) >= _MAX_DEPTH:
                raise _Invalid
            self.stack.append(sign)
            self.path.append("" if sign == "{" else "[]")
            self.expect = "key or }" if sign == "{" else "value or ]"
        elif sign in "}]":
            self._close(sign)
        elif sign == ",":
            self._need(self.expect == "comma" and self.stack)
            self.expect = "key" if self.stack[-1] == "{" else "value"
        else:
            self._need(self.expect == "colon")
            self.expect = "value"

    def _close(self, sign: str) -> None:
        opening = {"}": "{", "]": "["}[sign]
        self._need(self.stack and self.stack[-1] == opening)
        self._need(self.expect in {"comma", f"key or {sign}", f"value or {sign}"})
        self.stack.pop()
        self.path.pop()
        self.expect = "comma"

    def string(self, text: str) -> None:
        """Take a string: a key where one is due, else a value."""
        if self.expect in {"key", "key or }"}:
            self.path[-1] = text[:64]
            self.expect = "colon"
        else:
            self._value("string", text)

    def scalar(self, text: str) -> None:
        """Take a number or a word."""
        self._value("scalar", text)

    def _value(self, kind: str, text: str = "") -> None:
        self._need(self.expect in {"value", "value or ]"})
        if not self.stack:
            self.scan.kind = kind if kind in {"object", "array"} else "scalar"
        elif len(self.path) <= 4 and len(self.scan.keys) < _MAX_KEYS:
            self.scan.keys.setdefault(".".join(self.path).replace(".[]", "[]"), text[:80] or kind)
        self.expect = "comma"

    @staticmethod
    def _need(condition: object) -> None:
        if not condition:
            raise _Invalid


def scan(text: str, *, whole: bool, limit: int = 20_000) -> Scan | None:
    """Return what the first JSON value in `text` says, or None when it is not JSON up to where it ends.

    Args:
        text: the head; it may end within a token unless `whole`.
        whole: whether nothing follows.
        limit: tokens looked at; beyond it the rest is taken on trust.
    """
    machine, position = _Machine(), 0
    found = machine.scan
    try:
        while found.tokens < limit:
            token = _TOKEN.match(text, position)
            if token is None:
                cut = not whole and _PARTIAL.match(text, position)
                return found if cut and found.tokens > 1 else None
            position = token.end()
            found.tokens += 1
            value = token[token.lastgroup or ""]
            {"mark": machine.mark, "string": machine.string, "scalar": machine.scalar}[token.lastgroup or ""](value)
            if machine.expect == "comma" and not machine.stack:
                found.complete, found.end = True, position
                return found
    except _Invalid:
        return None
    return found


def rule(page: Page) -> Match | None:
    """Return JSON, one of its dialects, or newline-delimited JSON."""
    text = page.text.lstrip("\ufeff\x1e \t\r\n")
    if text[:1] not in {"{", "["}:
        return _scalar(page, text)
    found = scan(text, whole=page.whole)
    if found is None:
        return None
    rest = text[found.end :] if found.complete else ""
    if not found.complete and not page.whole and "\n" not in text.strip():
        # One line longer than the head: the longer block tells a single value from many lines.
        block = page.block.lstrip("\ufeff\x1e \t\r\n")
        longer = scan(block, whole=False)
        if longer and longer.complete:
            found, rest = longer, block[longer.end :]
    if not rest.strip("\x1e \t\r\n\x00"):
        if (
            found.complete
            and found.kind == "array"
            and found.tokens <= 4
            and not found.keys.get("[]", "").strip("0123456789")
        ):
            # "[1]" or "[]" is as good a footnote, a list or a section as it is JSON.
            return Match("application/json", "JSON array", weak=True)
        return Match(dialect(found.keys, found.kind) or "application/json", f"JSON {found.kind}")
    return _lines(rest, found, whole=page.whole)


def _scalar(page: Page, text: str) -> Match | None:
    if not page.whole or text[:1] not in '"tfn-0123456789' or len(text) > 4096:
        return None
    found = scan(text, whole=True)
    if found is None or text[found.end :].strip():
        return None
    # A lone number is more often a counter in a text file than a JSON document.
    return None if text[:1] in "-0123456789" else Match("application/json", "JSON scalar", weak=True)


def _lines(rest: str, first: Scan, *, whole: bool) -> Match | None:
    """Return NDJSON when, after the first container and a line end, another container starts."""
    following = rest.lstrip(" \t")
    if following[:1] not in {"\r", "\n", "\x1e"}:
        return None
    second = following.lstrip("\x1e \t\r\n")
    if second[:1] not in {"{", "["}:
        return None
    more = scan(second, whole=whole)
    if more is None or (more.complete and second[more.end :].lstrip(" \t")[:1] not in {"", "\r", "\n", "\x1e"}):
        return None
    if first.keys.get("type") == "Feature" and more.keys.get("type") == "Feature":
        return Match("application/geo+json-seq", "lines of GeoJSON")
    return Match("application/x-ndjson", "lines of JSON")
