"""What is wrong with an answer."""

from __future__ import annotations

from typing import Any

import pytest

from firstbytes.testing import checks


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": "\udc80"}, "result.a: a lone surrogate"),
        ({"a": [1, {1: 2}]}, "result.a[1]: expected text keys, got 1"),
        ({"a": float("nan")}, "result.a: nan is not JSON"),
        ({"a": 2**70}, "result.a: an integer of more than 64 bits"),
        ({"a": b"x"}, "result.a: expected JSON, got bytes"),
    ],
)
def test_json_problems(value: object, problem: str) -> None:
    """Each thing that is not JSON is found, with its path."""
    (found,) = checks.json_problems(value)
    assert found.startswith(problem)


def test_plain_json_has_no_problem() -> None:
    """Text, numbers, booleans, null, lists, tuples and mappings are JSON."""
    assert not list(checks.json_problems({"a": ["ø", 1, 1.5, True, None, (1,)]}))


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ({"a": "x" * 5000}, "a: longer"),
        ({"a": [["x" * 300] * 900]}, "a[0]"),
        ({str(i): 0 for i in range(3000)}, "result: longer"),
        ({"a": ["\x01" * 4000 for _ in range(20)]}, "result: 4"),
    ],
)
def test_bound_problems(result: dict[str, Any], problem: str) -> None:
    """Each bound is named where it is broken."""
    assert any(line.startswith(problem) for line in checks.bound_problems(result))


@pytest.mark.parametrize(
    ("core", "problem"),
    [
        ({"colour": "red"}, "core.colour: the core vocabulary has no field 'colour' (docs/core.md)"),
        ({"width_px": 0}, "core.width_px: "),
        ({"page_count": "3"}, "core.page_count: expected int, got str '3'"),
        ({"created": "yesterday"}, "core.created: "),
        ("title", "core: expected a mapping, got str"),
    ],
)
def test_core_problems(core: object, problem: str) -> None:
    """A name that is not in the vocabulary, and a value out of bounds, are found."""
    (found,) = checks.core_problems({"core": core})
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ({"Title": 1}, "Title: expected a key in snake_case"),
        ({"outcome": "great"}, "outcome: expected one of"),
        ({"reason": 5}, "reason: expected text"),
        ({"outcome": ["partial"]}, "outcome: expected one of"),
        ({"outcome": "partial"}, "reason: expected a sentence"),
        ({"outcome": "encrypted"}, "reason: expected a sentence"),
    ],
)
def test_key_problems(result: dict[str, Any], problem: str) -> None:
    """Keys that are not snake_case, and outcomes that are none, are found."""
    (found,) = checks.key_problems(result)
    assert found.startswith(problem)


def test_answer_problems() -> None:
    """All of it is looked at, but what a bad file may claim: a count out of bounds is cut, and the path is kept."""
    found = list(
        checks.answer_problems({"A": b"", "core": {"title": 1, "width_px": 0}, "outcome": "partial", "n": 2**64})
    )

    assert [line.partition(":")[0] for line in found] == ["result.A", "core.title", "A", "reason"]
    assert list(checks.answer_problems(None)) == ["result: expected a mapping, got NoneType"]


def test_a_good_answer_has_no_problem() -> None:
    """Core facts, own keys, an outcome with its reason."""
    result = {"core": {"title": "A"}, "page_size": 4096, "outcome": "partial", "reason": "cut off"}

    assert not [*checks.core_problems(result), *checks.key_problems(result), *checks.bound_problems(result)]
