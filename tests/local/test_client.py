"""The client says what it was refused, waits no longer than told, and signs in by the book."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from local.client import ApiError, Client, form
from local.errors import LocalError
from local.signin import challenge, hidden_fields
from local.web import Answer, Http


class Canned(Http):
    """Answers in turn, and remembers what was asked."""

    def __init__(self, *answers: tuple[int, object]) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked: list[tuple[str, str, bytes | None]] = []

    def send(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the next answer."""
        assert headers is not None
        assert headers["Authorization"] == "Bearer t"
        self.asked.append((method, url, body))
        status, content = self.answers.pop(0)
        return Answer(
            status=status, headers={}, body=content if isinstance(content, bytes) else json.dumps(content).encode()
        )


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def client(http: Http) -> Client:
    """Return a client of the API at one address, with a clock of its own."""
    clock = Clock()
    return Client("http://api/v1/", "t", http=http, clock=clock, sleep=clock.sleep)


def test_a_new_document_is_described_by_what_is_known() -> None:
    """Fields without a value are left out."""
    http = Canned((201, {"document": {"id": "d"}}))
    client(http).begin("a.txt", 3, project="p")
    assert http.asked == [("POST", "http://api/v1/documents", b'{"name": "a.txt", "size_bytes": 3, "project": "p"}')]


def test_a_problem_document_becomes_an_error() -> None:
    """With its status, code and detail."""
    http = Canned((409, {"code": "changed_meanwhile", "detail": "send it again"}))
    with pytest.raises(ApiError, match=r"^PATCH /documents/d: 409 changed_meanwhile send it again$") as error:
        client(http).call("PATCH", "/documents/d", {})
    assert (error.value.status, error.value.code) == (409, "changed_meanwhile")


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"message": "Forbidden"}'])
def test_what_is_no_problem_document_is_shown(body: bytes) -> None:
    """S3's XML, a proxy's page, API Gateway's own message."""
    with pytest.raises(ApiError, match=r"^GET /x: 502  .*(html|\[1\]|Forbidden)"):
        client(Canned((502, body))).call("GET", "/x")


def test_waiting_ends_with_a_settled_document() -> None:
    """Whatever it is settled as."""
    http = Canned((200, {"status": "queued"}), (200, {"status": "processing"}), (200, {"status": "failed"}))
    assert client(http).wait("d")["status"] == "failed"
    assert not http.answers


def test_waiting_ends_with_the_time() -> None:
    """And says what the document was then."""
    http = Canned(*[(200, {"status": "queued"})] * 100)
    with pytest.raises(LocalError, match=r"expected document d to be completed or .* within 3 s, got queued"):
        client(http).wait("d", 3)


def test_a_form_ends_with_the_file() -> None:
    """S3 ignores fields that come after it."""
    assert form({"key": "k"}, b"\x00\xff", "B") == (
        b'--B\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n'
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n\x00\xff\r\n--B--\r\n'
    )


def test_the_challenge_is_that_of_rfc_7636() -> None:
    """Appendix B."""
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_sign_in_form_carries_its_hidden_fields() -> None:
    """In any order of attributes, unescaped; what has no value is for the user to fill in."""
    page = '<input type="hidden" value="a&amp;b" name="state"><input name="username"><input name="scope" value="s">'
    assert hidden_fields(page) == {"state": "a&b", "scope": "s"}
