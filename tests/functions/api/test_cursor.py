"""Cursors: what one says, and that nothing else says anything."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api import cursor
from functions.api.problem import Refusal

NOW = 1_795_563_000.0
QUERY = cursor.query_digest("documents", "me", "house", "", "newest")
AT = ("2026-11-24T23:30:00.000Z#0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef")


def refused(text: str, query: str = QUERY, now: float = NOW) -> str:
    """Return the code that a cursor is refused with."""
    with pytest.raises(Refusal) as caught:
        cursor.decode(text, query, now)
    return caught.value.code


@given(st.tuples(st.text(), st.text()), st.integers(min_value=0, max_value=cursor.LIFETIME_S))
def test_a_cursor_gives_its_position_for_a_day(position: tuple[str, str], age: int) -> None:
    """What was put in comes out, unless it became too long to come from us."""
    text = cursor.encode(position, QUERY, NOW)
    if len(text) <= cursor.LONGEST:
        assert cursor.decode(text, QUERY, NOW + age) == position
    else:
        assert refused(text) == "invalid_cursor"


def test_a_cursor_is_bound_to_caller_and_query() -> None:
    """Another user's cursor, and one of another list, are refused alike."""
    text = cursor.encode(AT, QUERY, NOW)
    for other in (
        ("documents", "you", "house", "", "newest"),
        ("documents", "me", "", "", "newest"),
        ("dead-letters", "me", "open"),
    ):
        assert refused(text, cursor.query_digest(*other)) == "invalid_cursor"


def test_a_cursor_ages() -> None:
    """A day later it is refused, and so is one from the future."""
    text = cursor.encode(AT, QUERY, NOW)
    assert refused(text, now=NOW + cursor.LIFETIME_S + 1) == "invalid_cursor"
    assert refused(text, now=NOW - 301) == "invalid_cursor"


def test_parts_of_a_query_do_not_run_together() -> None:
    """Filters are told apart by where they stand, not by what they spell together."""
    assert cursor.query_digest("a", "bc") != cursor.query_digest("ab", "c")


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_other_text_is_a_cursor(text: str) -> None:
    """Whatever is sent instead of a cursor is refused, and nothing else happens."""
    assert refused(text) == "invalid_cursor"


@pytest.mark.parametrize(
    "content",
    [
        [2, QUERY, int(NOW), list(AT)],
        [1, QUERY, int(NOW), list(AT), "more"],
        [1, QUERY, int(NOW), [AT[0]]],
        [1, QUERY, "now", list(AT)],
        [1, QUERY, 10**30, list(AT)],
        {"version": 1, "query": QUERY, "issued_at": int(NOW), "position": list(AT)},
    ],
)
def test_only_the_exact_form_is_a_cursor(content: object) -> None:
    """Another version, another length and another type are refused."""
    assert refused(base64.urlsafe_b64encode(json.dumps(content).encode()).decode()) == "invalid_cursor"


@given(st.integers(min_value=0), st.characters())
def test_a_changed_cursor_is_refused_or_stays_in_its_list(at: int, character: str) -> None:
    """A cursor with one character changed gives at most another place in the same list of the same caller."""
    text = cursor.encode(AT, QUERY, NOW)
    at %= len(text)
    with contextlib.suppress(Refusal):
        listed_at, document_id = cursor.decode(text[:at] + character + text[at + 1 :], QUERY, NOW)
        assert isinstance(listed_at, str)
        assert isinstance(document_id, str)
