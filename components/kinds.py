"""Kinds of settings: how each is read, what it says it expects, and the command that sets a good value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

_SHOWN = 80


class Kind(Protocol):
    """A kind of setting."""

    @property
    def expected(self) -> str:
        """What a good value is, in words."""

    def read(self, value: object) -> object:
        """Return the value; raise TypeError or ValueError with what was got."""

    def line(self, key: str) -> str:
        """Return what to type after `pulumi config set`."""


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    expected: str = "true or false"

    def read(self, value: object) -> bool:
        """Return the flag."""
        flags = {"true": True, "false": False}
        if isinstance(value, str) and value in flags:
            return flags[value]
        if isinstance(value, bool):
            return value
        raise TypeError(shown(value))

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"{key} true"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, or one of a few."""

    low: int
    high: int
    example: int
    among: tuple[int, ...] = ()

    @property
    def expected(self) -> str:
        """What a good value is."""
        if self.among:
            return "one of " + ", ".join(map(str, self.among))
        return f"a whole number from {self.low} to {self.high}"

    def read(self, value: object) -> int:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(r"-?\d{1,12}", f"{value}"):
            raise TypeError(shown(value))
        number = int(value)
        if not self.low <= number <= self.high or (self.among and number not in self.among):
            raise ValueError(shown(value))
        return number

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"{key} {self.example}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; `refused` names words that will come, and why they have not."""

    words: tuple[str, ...]
    example: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> str:
        """What a good value is."""
        why = "".join(f" ({word}: {reason})" for word, reason in self.refused.items())
        return " or ".join(self.words) + why

    def read(self, value: object) -> str:
        """Return the word."""
        if isinstance(value, str) and value in self.words:
            return value
        raise ValueError(shown(value))

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"{key} {self.example or self.words[0]}"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one pattern; empty means none, unless it is needed."""

    what: str
    pattern: str
    example: str
    needed: bool = False

    @property
    def expected(self) -> str:
        """What a good value is."""
        return self.what if self.needed else f'{self.what}, or "" for none'

    def read(self, value: object) -> str | None:
        """Return the text, or None for none."""
        if value == "" and not self.needed:
            return None
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            return value
        raise ValueError(shown(value))

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"{key} {self.example}"


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of texts of one pattern; numbers count as their digits, as `pulumi config set --path` makes them."""

    what: str
    pattern: str
    example: str

    @property
    def expected(self) -> str:
        """What a good value is."""
        return f"a list of {self.what}"

    def read(self, value: object) -> tuple[str, ...]:
        """Return the texts, sorted, each once."""
        items = decoded(value)
        if not isinstance(items, list):
            raise TypeError(shown(value))
        texts = {item if isinstance(item, str) else f"{item:0{len(self.example)}}" for item in items if _plain(item)}
        if len(texts) < len({str(item) for item in items}) or not all(re.fullmatch(self.pattern, t) for t in texts):
            raise ValueError(shown(value))
        return tuple(sorted(texts))

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"--path --type string '{key}[0]' {self.example}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts."""

    what: str
    key: str
    value: str
    most: int

    @property
    def expected(self) -> str:
        """What a good value is."""
        return f"at most {self.most} {self.what} with names and values that AWS allows"

    def read(self, value: object) -> dict[str, str]:
        """Return the table, sorted."""
        table = decoded(value)
        if not isinstance(table, dict):
            raise TypeError(shown(value))
        texts = {name: str(text) for name, text in sorted(table.items()) if _plain(text)}
        good = all(re.fullmatch(self.key, n) and re.fullmatch(self.value, t) for n, t in texts.items())
        if not good or len(texts) < len(table) or len(texts) > self.most:
            raise ValueError(shown(value))
        return texts

    def line(self, key: str) -> str:
        """Return what to type."""
        return f"--path '{key}.team' documents"


def decoded(value: object) -> object:
    """Return a list or a table that came as JSON text, or the value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError(shown(value)) from None


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _plain(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
