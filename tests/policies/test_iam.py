"""The evaluator gives IAM's verdicts, case by case as AWS documents them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.policies.documents import Document, parsed
from tests.policies.iam import Request, denied, granting, matches
from tests.policies.small import allow
from tests.support.harness import Registered, Run

OBJECT = "arn:aws:s3:::documents/t/o/d"


@pytest.fixture(scope="module")
def origin(run: Run) -> Registered:
    """Return any resource: a document must come from somewhere."""
    return run.resources[0]


def identity(origin: Registered, *statements: Mapping[str, Any]) -> tuple[Document, ...]:
    """Return the role's policy of these statements."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    document = Document(
        kind="identity", holder="router", origin=origin, written_in="policy", text=text, statements=parsed(text)
    )
    return (document,)


def get(**context: str) -> Request:
    """Return a read of one object under these condition keys (`_` for `:`)."""
    pairs = tuple((key.replace("_", ":"), value) for key, value in context.items())
    return Request(principal=("role", "router"), action="s3:GetObject", resource=OBJECT, context=pairs, why="test")


@pytest.mark.parametrize(
    ("operator", "wanted", "sent", "met"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a?", "ab", True),
        ("StringLike", "a?", "abc", False),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", "a", "a", False),
        ("StringNotEquals", "a", None, True),
        ("StringNotLike", "a*", "ab", False),
        ("ArnEquals", "arn:*", "arn:x", True),
        ("ArnLike", "arn:y", "arn:x", False),
        ("ArnNotLike", "arn:*", "arn:x", False),
        ("Bool", "false", "false", True),
        ("Bool", "false", None, False),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("Null", "false", "a", True),
        ("NumericLessThan", "1.2", "1.1", True),
        ("NumericLessThan", "1.2", "1.2", False),
        ("NumericLessThan", "1.2", None, False),
        ("NumericGreaterThan", "600000", "600001", True),
    ],
)
def test_operators(origin: Registered, operator: str, wanted: str, sent: str | None, met: bool) -> None:  # noqa: FBT001 - a table's column
    """A condition holds, or not, as IAM's table of operators has it; keys are compared without case."""
    policy = identity(origin, allow("S", ["s3:GetObject"], OBJECT, Condition={operator: {"S3:Key": wanted}}))
    request = get(s3_key=sent) if sent is not None else get()
    assert any(True for _ in granting(request, policy)) == met


def test_an_unknown_operator_is_an_error(origin: Registered) -> None:
    """A condition that nobody evaluates must not count as met."""
    policy = identity(
        origin, allow("S", ["s3:GetObject"], OBJECT, Condition={"DateLessThan": {"aws:CurrentTime": "1"}})
    )
    with pytest.raises(AssertionError, match="DateLessThan"):
        list(granting(get(aws_CurrentTime="2"), policy))


def test_every_condition_must_hold(origin: Registered) -> None:
    """Conditions are joined by and, the values of one by or."""
    test = {"StringEquals": {"s3:a": ["1", "2"], "s3:b": "3"}}
    policy = identity(origin, allow("S", ["s3:GetObject"], OBJECT, Condition=test))
    assert list(granting(get(s3_a="2", s3_b="3"), policy))
    assert not list(granting(get(s3_a="2"), policy))


def test_who_and_what_must_match(origin: Registered) -> None:
    """Another role, another action and another key are not granted; a wildcard spans slashes."""
    policy = identity(origin, allow("S", ["s3:GetObject"], "arn:aws:s3:::documents/t/*"))
    assert [grant[3] for grant in granting(get(), policy)] == ["arn:aws:s3:::documents/t/*"]
    assert not list(granting(replace(get(), principal=("role", "api")), policy))
    assert not list(granting(replace(get(), action="s3:GetObjectVersion"), policy))
    assert not list(granting(replace(get(), resource="arn:aws:s3:::documents/u/o/d"), policy))


def test_a_denial_is_a_denial(origin: Registered) -> None:
    """A Deny grants nothing and denies what it names."""
    policy = identity(origin, {**allow("S", ["s3:*"], "*"), "Effect": "Deny"})
    assert denied(get(), policy)
    assert not list(granting(get(), policy))


def test_special_characters_are_literal() -> None:
    """Nothing but `*` and `?` is special in a pattern."""
    assert matches("a.b", "a.b")
    assert not matches("a.b", "axb")
    assert not matches("a[b]", "ab")
