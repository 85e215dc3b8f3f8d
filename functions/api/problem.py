"""Every error the API answers: RFC 9457 problem details with a stable `code`.

A client decides by `code`; `detail` is for people and says what was expected, what was got and what to do next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

CONTENT_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "malformed_body": (400, "The body is not JSON"),
    "invalid_query": (400, "A query parameter is wrong"),
    "invalid_header": (400, "A header is wrong"),
    "invalid_cursor": (400, "The cursor cannot be used"),
    "unauthenticated": (401, "The token is not accepted"),
    "scope_missing": (403, "The token lacks the scope of this operation"),
    "operators_only": (403, "Only operators may do this"),
    "not_found": (404, "There is no such document"),
    "version_not_found": (404, "There is no such version"),
    "envelope_not_found": (404, "This version has no envelope"),
    "letter_not_found": (404, "There is no such dead letter"),
    "route_not_found": (404, "There is no such path"),
    "method_not_allowed": (405, "The path does not have this method"),
    "document_deleted": (409, "The document is deleted"),
    "upload_not_open": (409, "The document awaits no such upload"),
    "upload_incomplete": (409, "S3 does not have every part"),
    "not_processed": (409, "The document is not processed yet"),
    "nothing_to_restore": (409, "The document has no bytes to restore"),
    "archived": (409, "The bytes are in an archive class"),
    "letter_unreadable": (409, "The dead letter holds no event"),
    "changed_meanwhile": (409, "The document kept changing"),
    "revision_mismatch": (412, "The document is at another revision"),
    "body_too_large": (413, "The body is too large"),
    "file_too_large": (422, "The file is too large"),
    "unsupported_body": (415, "The body is not application/json"),
    "invalid_body": (422, "The body does not fit the schema"),
    "invalid_name": (422, "The name cannot be kept"),
    "parts_mismatch": (409, "The parts are not those of this upload"),
    "idempotency_mismatch": (422, "The Idempotency-Key was used for another request"),
    "revision_required": (428, "If-Match is required"),
    "internal": (500, "Something went wrong here"),
    "unavailable": (503, "A service behind the API is busy"),
}
"""Code to HTTP status and title. A code never changes its meaning."""

Code = Annotated[str, Meta(pattern="^[a-z_]+$", description="Stable name of the error, for programs.")]


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 problem details."""

    type: Literal["about:blank"]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    code: Code
    detail: Annotated[str, Meta(description="What was expected, what was got, and what to do next.")]
    request_id: Annotated[str, Meta(description="Find the request in the logs by it.")]


class Refusal(Exception):
    """Raised to end a request with a problem.

    Args:
        code: one of PROBLEMS.
        detail: expected, got, what next.
        headers: go out with it: Allow, Retry-After, ETag.
    """

    def __init__(self, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """Return the HTTP status of its code."""
        return PROBLEMS[self.code][0]

    def problem(self, request_id: str) -> Problem:
        """Return the body that tells of it."""
        status, title = PROBLEMS[self.code]
        return Problem(
            type="about:blank", title=title, status=status, code=self.code, detail=self.detail, request_id=request_id
        )


def refuse(code: str, detail: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """Return the refusal to raise; an unknown code is a KeyError here rather than in the answer."""
    assert code in PROBLEMS, code
    return Refusal(code, detail, headers)


def quoted(text: str, most: int = 40) -> str:
    """Return what a client sent, as an ASCII JSON string of at most `most` characters, safe in any text."""
    return json.dumps(text if len(text) <= most else text[: most - 1] + "…")
