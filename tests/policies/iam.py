"""IAM's verdict on a request, for the part of its language that this platform writes.

A request is one action by a role or a service on one resource. Unknown operators are an error: a condition that nobody
here evaluates must not count as met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from tests.policies.documents import Document, Statement

Grant = tuple[Document, Statement, str, str]
"""A document, one of its statements, one action and one resource of that statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody does.

    Attributes:
        principal: ("role", its name), ("Service", "events.amazonaws.com") or ("AWS", an account's root ARN).
        context: (condition key, value) pairs that AWS would send along.
        why: the arrow of the system, or the call in the code, that makes this request.
    """

    principal: tuple[str, str]
    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()
    why: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.why}: {self.principal[1]} needs {self.action} on {self.resource}"


def granting(request: Request, documents: Iterable[Document]) -> Iterator[Grant]:
    """Yield every (statement, action, resource) that allows a request, whether or not another one denies it."""
    return (grant for grant in grants(documents) if _speaks_of(grant, request))


def grants(documents: Iterable[Document], effect: str = "Allow") -> Iterator[Grant]:
    """Yield every action and resource of every statement with an effect. `*` in a key policy is the key itself."""
    for document in documents:
        for statement in document.statements:
            if statement.effect == effect:
                for action, resource in product(statement.actions, _resources(document, statement)):
                    yield document, statement, action, resource


def denied(request: Request, documents: Iterable[Document]) -> bool:
    """Say whether a statement denies a request explicitly."""
    return any(_speaks_of(grant, request) for grant in grants(documents, "Deny"))


def _speaks_of(grant: Grant, request: Request) -> bool:
    document, statement, action, resource = grant
    return (
        matches(action, request.action)
        and matches(resource, request.resource)
        and _speaks_to(document, statement, request)
        and _met(statement, request)
    )


def _resources(document: Document, statement: Statement) -> tuple[str, ...]:
    if document.kind == "trust":
        return (document.holder,)
    if document.holder.startswith("arn:aws:kms:") and statement.resources == ("*",):
        return (document.holder,)
    return statement.resources


def _speaks_to(document: Document, statement: Statement, request: Request) -> bool:
    kind, name = request.principal
    if document.kind == "identity":
        return kind == "role" and document.holder == name
    return (
        ("*", "*") in statement.principals
        or ("AWS", "*") in statement.principals
        or any(one == request.principal for one in statement.principals)
    )


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in text), re.DOTALL)


def matches(pattern: str, value: str) -> bool:
    """Match as IAM does: `*` and `?` are wildcards, action prefixes are compared as written."""
    return _pattern(pattern).fullmatch(value) is not None


def _met(statement: Statement, request: Request) -> bool:
    context = {key.lower(): value for key, value in request.context}
    return all(_holds(operator, context.get(key.lower()), values) for operator, key, values in statement.conditions)


_EXACT = ("StringEquals", "Bool")
_LIKE = ("StringLike", "ArnLike", "ArnEquals")  # ArnEquals and ArnLike do the same
_NOT_EXACT = ("StringNotEquals",)
_NOT_LIKE = ("StringNotLike", "ArnNotLike", "ArnNotEquals")


def _holds(operator: str, value: str | None, expected: tuple[str, ...]) -> bool:
    if operator == "Null":
        return (value is None) == (expected == ("true",))
    base = operator.removesuffix("IfExists")
    if value is None:  # a negated operator is true for a key that is not there
        return base != operator or base in _NOT_EXACT + _NOT_LIKE
    if base in _EXACT + _NOT_EXACT:
        return (value in expected) == (base in _EXACT)
    if base in _LIKE + _NOT_LIKE:
        return any(matches(one, value) for one in expected) == (base in _LIKE)
    if base == "NumericLessThan":
        return any(float(value) < float(one) for one in expected)
    if base == "NumericGreaterThan":
        return any(float(value) > float(one) for one in expected)
    raise AssertionError(f"expected an operator that tests/policies/iam.py evaluates, got {operator!r}; add it there")
