"""The columns of a CREATE TABLE statement, as sqlite_schema keeps it (https://www.sqlite.org/lang_createtable.html)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*')
    |(?P<word>[^\s"'`\[(),;./*=<>|&~!+-]+)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_TABLE_CONSTRAINT = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_AFTER_TYPE = _TABLE_CONSTRAINT - {"FOREIGN"} | {"NOT", "NULL", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"}
_TOKENS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `type` as it was declared, empty where it was not."""

    name: str
    type: str = ""
    primary_key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a CREATE TABLE statement says. `module` is set for a virtual table: "fts5", "rtree"."""

    columns: tuple[Column, ...] = ()
    without_rowid: bool = False
    strict: bool = False
    module: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    @property
    def word(self) -> str:
        """The token as a keyword, empty for a quoted one: quoted, it is a name."""
        return "" if self.quoted else self.text.upper()


def parse(sql: str) -> Table:
    """Return what the statement says; a statement that was cut short gives the columns up to there."""
    tokens = _tokens(sql)
    words = [token.word for token in tokens]
    if words[:3] == ["CREATE", "VIRTUAL", "TABLE"]:
        using = words.index("USING") + 1 if "USING" in words else len(words)
        return Table(module=tokens[using].text if using < len(tokens) else "")
    if "(" not in words:
        return Table()
    parts, options = _split(tokens, words.index("(") + 1)
    keys = {name.casefold() for part in parts for name in _key(part)}
    columns = [_column(part, keys) for part in parts if part and part[0].word not in _TABLE_CONSTRAINT]
    return Table(
        columns=tuple(columns),
        without_rowid="ROWID" in options and "WITHOUT" in options,
        strict="STRICT" in options,
    )


def _tokens(sql: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(sql):
        text = match.group()
        if match.lastgroup == "quoted":
            found.append(_Token(text[1:-1].replace(text[0] * 2, text[0]), quoted=True))
        elif match.lastgroup != "space":
            found.append(_Token(text))
        if len(found) >= _TOKENS:
            break
    return found


def _split(tokens: list[_Token], start: int) -> tuple[list[list[_Token]], list[str]]:
    """Return the comma-separated parts inside the brackets, and the words after them."""
    parts: list[list[_Token]] = [[]]
    depth = 1
    for position, token in enumerate(tokens[start:], start):
        depth += (token.word == "(") - (token.word == ")")
        if depth == 0:
            return parts, [after.word for after in tokens[position + 1 :]]
        if token.word == "," and depth == 1:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts, []


def _key(part: list[_Token]) -> list[str]:
    """Return the columns of a PRIMARY KEY that is declared for the table."""
    words = [token.word for token in part]
    if not words or words[0] not in {"CONSTRAINT", "PRIMARY"} or "PRIMARY" not in words[:3] or "(" not in words:
        return []
    columns, _ = _split(part, words.index("(") + 1)
    return [column[0].text for column in columns if column]


def _column(part: list[_Token], keys: set[str]) -> Column:
    name, rest = part[0].text, part[1:]
    end = next((i for i, token in enumerate(rest) if token.word in _AFTER_TYPE), len(rest))
    words = [token.word for token in rest[end:]]
    return Column(
        name=name,
        type=_type(rest[:end]),
        primary_key=name.casefold() in keys or ("PRIMARY", "KEY") in pairwise(words),
    )


def _type(tokens: list[_Token]) -> str:
    text = ""
    for token in tokens:
        glued = not text or token.word in {"(", ")", ","} or text.endswith(("(", ",", "-", "+", "."))
        text += token.text if glued else f" {token.text}"
    return text
