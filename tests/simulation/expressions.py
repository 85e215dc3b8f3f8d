"""Condition, update and key expressions of DynamoDB, compiled to Python functions.

The subset that the store uses: comparisons, `BETWEEN`, `IN`, `AND`, `OR`, `NOT`, the functions `attribute_exists`,
`attribute_not_exists`, `begins_with` and `if_not_exists`, sums and differences, `SET`, `REMOVE`, `ADD` (a number), and
paths into maps. Anything else is an error. `test_expressions` compares it with moto.

Values are native: str, int, bytes, bool, None, list, dict. A missing attribute is `ABSENT`, and compares as DynamoDB's do:
every comparison with it is false, but `<>`.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Item = dict[str, Any]
Names = Mapping[str, str]
Values = Mapping[str, Any]
Condition = Callable[[Item, Names, Values], bool]
Update = Callable[[Item, Names, Values], Item]

TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),.+\-]|[#:]?[A-Za-z_]\w*)")
FUNCTIONS = {"attribute_exists", "attribute_not_exists", "begins_with"}
CLAUSES = ("SET", "REMOVE", "ADD")


class Absent:
    """The value of a missing attribute."""

    __slots__ = ()


ABSENT = Absent()


class Invalid(ValueError):
    """DynamoDB would answer ValidationException."""


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compare values of one type; anything else is false."""

    def compared(left: Any, right: Any) -> bool:
        return type(left) is type(right) and left is not ABSENT and compare(left, right)

    return compared


def differs(left: Any, right: Any) -> bool:
    """Answer `<>`, which is true for an absent attribute and for another type."""
    return type(left) is not type(right) or left is ABSENT or bool(left != right)


def starts(left: Any, right: Any) -> bool:
    """Answer `begins_with`."""
    return type(left) is type(right) and isinstance(left, str | bytes) and left.startswith(right)


def dig(item: Any, *names: str) -> Any:
    """Return what lies at a path of maps, or ABSENT."""
    for name in names:
        if type(item) is not dict or name not in item:
            return ABSENT
        item = item[name]
    return item


def number(value: Any) -> int:
    """Return an operand of a sum."""
    if type(value) is not int:
        raise Invalid(f"an operand of + or - is {value!r}, expected a number")
    return value


SCOPE: dict[str, Any] = {
    "ABSENT": ABSENT,
    "dig": dig,
    "number": number,
    "starts": starts,
    "differs": differs,
    "eq": ordered(operator.eq),
    "lt": ordered(operator.lt),
    "le": ordered(operator.le),
    "gt": ordered(operator.gt),
    "ge": ordered(operator.ge),
}
COMPARISONS = {"=": "eq", "<>": "differs", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class Parser:
    """Translates one expression to the source of a Python expression over `i`, `n`, `v` (item, names, values)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise Invalid(f"unexpected {text[at:]!r} in {self.text!r}")
            self.tokens.append(found[1])
            at = found.end()
        self.at = 0

    def peek(self) -> str:
        """Return the next token, upper case; empty at the end."""
        return self.tokens[self.at].upper() if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        """Return the next token and go on; it has to be one of those expected, where any are."""
        if (expected and self.peek() not in expected) or not self.peek():
            raise Invalid(f"expected {' or '.join(expected) or 'more'}, got {self.peek()!r} in {self.text!r}")
        self.at += 1
        return self.tokens[self.at - 1]

    def condition(self) -> str:
        """Translate a disjunction."""
        parts = [self.conjunction()]
        while self.peek() == "OR":
            self.take()
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def conjunction(self) -> str:
        """Translate a conjunction."""
        parts = [self.negation()]
        while self.peek() == "AND":
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"

    def negation(self) -> str:
        """Translate NOT, parentheses, a function or a comparison."""
        if self.peek() == "NOT":
            self.take()
            return f"(not {self.negation()})"
        if self.peek() == "(":
            self.take()
            inner = self.condition()
            self.take(")")
            return inner
        if self.peek().lower() in FUNCTIONS:
            return self.function()
        return self.comparison()

    def function(self) -> str:
        """Translate a condition function."""
        name = self.take().lower()
        self.take("(")
        if name == "begins_with":
            left = self.operand()
            self.take(",")
            source = f"starts({left}, {self.operand()})"
        else:
            source = f"({self.path()} is {'not ' if name == 'attribute_exists' else ''}ABSENT)"
        self.take(")")
        return source

    def comparison(self) -> str:
        """Translate `a = b`, `a BETWEEN b AND c`, `a IN (b, c)`."""
        left = self.operand()
        if self.peek() == "BETWEEN":
            self.take()
            low = self.operand()
            self.take("AND")
            return f"(ge({left}, {low}) and le({left}, {self.operand()}))"
        if self.peek() == "IN":
            self.take()
            self.take("(")
            choices = [self.operand()]
            while self.take(",", ")") == ",":
                choices.append(self.operand())
            return f"({' or '.join(f'eq({left}, {choice})' for choice in choices)})"
        return f"{COMPARISONS[self.take(*COMPARISONS)]}({left}, {self.operand()})"

    def names(self) -> list[str]:
        """Translate the names of a path, one source each."""
        names = []
        while True:
            name = self.take()
            if not re.match(r"[#A-Za-z_]", name):
                raise Invalid(f"expected an attribute, got {name!r} in {self.text!r}")
            names.append(f"n[{name!r}]" if name.startswith("#") else repr(name))
            if self.peek() != ".":
                return names
            self.take()

    def path(self) -> str:
        """Translate a path to its value."""
        names = self.names()
        return f"i.get({names[0]}, ABSENT)" if len(names) == 1 else f"dig(i, {', '.join(names)})"

    def operand(self) -> str:
        """Translate a path, a value or if_not_exists."""
        if self.peek().startswith(":"):
            return f"v[{self.take()!r}]"
        if self.peek() == "IF_NOT_EXISTS":
            self.take()
            self.take("(")
            path = self.path()
            self.take(",")
            fallback = self.operand()
            self.take(")")
            return f"({fallback} if {path} is ABSENT else {path})"
        return self.path()

    def value(self) -> str:
        """Translate the right side of SET."""
        source = self.operand()
        while self.peek() in {"+", "-"}:
            sign = self.take()
            source = f"(number({source}) {sign} number({self.operand()}))"
        return source

    def actions(self) -> list[tuple[str, str, str]]:
        """Translate an update to (clause, names, value), each a source."""
        actions = []
        while self.peek():
            clause = self.take(*CLAUSES).upper()
            while True:
                names = self.names()
                value = "None"
                if clause == "SET":
                    self.take("=")
                    value = self.value()
                elif clause == "ADD":
                    value = self.operand()
                actions.append((clause, f"({', '.join(names)},)", value))
                if self.peek() != ",":
                    break
                self.take()
        return actions

    def done(self) -> None:
        """Refuse what is left over."""
        if self.peek():
            raise Invalid(f"unexpected {self.peek()!r} in {self.text!r}")


@cache
def condition(text: str) -> Condition:
    """Compile a condition or key condition expression."""
    parser = Parser(text)
    source = parser.condition()
    parser.done()
    compiled: Condition = eval(f"lambda i, n, v: {source}", SCOPE)  # our own translation, never foreign text
    return compiled


def change(new: Item, clause: str, names: tuple[str, ...], value: Any) -> None:
    """Apply one action to an item; maps on the way are copied."""
    for name in names[:-1]:
        if type(new.get(name)) is not dict:
            raise Invalid(f"the document path {'.'.join(names)} is not in the item")
        new[name] = dict(new[name])
        new = new[name]
    last = names[-1]
    if clause == "REMOVE":
        new.pop(last, None)
    elif value is ABSENT:
        raise Invalid(f"the value of {last} refers to a missing attribute")
    elif clause == "ADD":
        new[last] = number(new.get(last, 0)) + number(value)
    else:
        new[last] = value


@cache
def targets(text: str) -> tuple[str, ...]:
    """Return the attributes, or their placeholders, that an update expression changes."""
    return tuple(ast.literal_eval(re.sub(r"n\[('#\w+')\]", r"\1", names))[0] for _, names, _ in Parser(text).actions())


@cache
def update(text: str) -> Update:
    """Compile an update expression to a function that returns the changed copy of an item."""
    parser = Parser(text)
    actions = parser.actions()
    if not actions:
        raise Invalid(f"expected {', '.join(CLAUSES)}, got {text!r}")
    source = ", ".join(f"({clause!r}, {names}, {value})" for clause, names, value in actions)
    evaluated: Callable[[Item, Names, Values], tuple[tuple[str, tuple[str, ...], Any], ...]] = eval(
        f"lambda i, n, v: ({source},)", SCOPE
    )

    def apply(item: Item, names: Names, values: Values) -> Item:
        # Every value is taken from the item as it was: `SET a = b, b = a` swaps.
        new = dict(item)
        for clause, path, value in evaluated(item, names, values):
            change(new, clause, path, value)
        return new

    return apply
