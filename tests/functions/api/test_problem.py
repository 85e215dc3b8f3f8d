"""Problems: the table of codes, and what goes out."""

from __future__ import annotations

import json
from http import HTTPStatus

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from functions.api.problem import PROBLEMS, quoted, refuse


def test_every_code_has_an_http_status_and_a_title() -> None:
    """A code is one word in snake case; its status is an HTTP error."""
    for code, (status, title) in PROBLEMS.items():
        assert code.replace("_", "a").isalpha()
        assert code.islower()
        assert HTTPStatus(status) >= HTTPStatus.BAD_REQUEST
        assert title[0].isupper()


def test_a_problem_is_that_of_rfc_9457() -> None:
    """Type, title, status, detail, and our code and request id beside them."""
    told = refuse("not_found", "expected an id", {"Retry-After": "2"})
    assert msgspec.to_builtins(told.problem("r-1")) == {
        "type": "about:blank",
        "title": "There is no such document",
        "status": 404,
        "code": "not_found",
        "detail": "expected an id",
        "request_id": "r-1",
    }
    assert told.headers == {"Retry-After": "2"}


@given(st.text(st.characters(exclude_categories=())))
def test_what_a_client_sent_is_quoted(text: str) -> None:
    """Quoted text is short, printable ASCII, whatever it was, and reads back as its beginning."""
    shown = quoted(text)
    assert shown.isascii()
    assert shown.isprintable()
    back = json.loads(shown)
    assert back == text if len(text) <= 40 else back == text[:39] + "…"
