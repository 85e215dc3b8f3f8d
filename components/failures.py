"""What API Gateway answers by itself, in the words of the API: problem details (RFC 9457) with a stable `code`.

The codes that the function knows too mean the same here. Every answer has the headers that let the app's page read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that the gateway gives by itself."""

    status: int
    code: str
    title: str
    detail: str
    headers: tuple[tuple[str, str], ...] = ()


_SIGN_IN = Failure(
    status=401,
    code="unauthenticated",
    title="The token is not accepted",
    detail="expected a valid access token in the header Authorization; sign in again",
    headers=(("WWW-Authenticate", "Bearer"),),
)
_NO_ROUTE = Failure(
    status=404,
    code="route_not_found",
    title="There is no such path",
    detail="expected a path and a method of docs/openapi.json; look there",
)
_OURS = Failure(
    status=500, code="internal", title="Something went wrong here", detail="try again; if it stays, report request_id"
)
_LATER = (("Retry-After", "1"),)

FAILURES: Mapping[str, Failure] = {
    "ACCESS_DENIED": Failure(
        status=403,
        code="scope_missing",
        title="The token lacks the scope of this operation",
        detail="expected an access token with the scope that docs/openapi.json names; sign in again and agree to it",
    ),
    "API_CONFIGURATION_ERROR": _OURS,
    "AUTHORIZER_CONFIGURATION_ERROR": _OURS,
    "AUTHORIZER_FAILURE": _OURS,
    "BAD_REQUEST_BODY": Failure(
        status=422,
        code="invalid_body",
        title="The body does not fit the schema",
        detail="expected the JSON body that docs/openapi.json describes for this operation; compare them",
    ),
    "BAD_REQUEST_PARAMETERS": Failure(
        status=400,
        code="invalid_query",
        title="A query parameter is wrong",
        detail="expected the parameters that docs/openapi.json requires for this operation; compare them",
    ),
    "DEFAULT_4XX": Failure(
        status=400,
        code="refused",
        title="The request is not accepted",
        detail="expected a request that docs/openapi.json describes; compare them",
    ),
    "DEFAULT_5XX": _OURS,
    "EXPIRED_TOKEN": _SIGN_IN,
    "INTEGRATION_FAILURE": Failure(
        status=503,
        code="unavailable",
        title="A service behind the API is busy",
        detail="try again in a moment",
        headers=_LATER,
    ),
    "INTEGRATION_TIMEOUT": Failure(
        status=504,
        code="timeout",
        title="The answer took too long",
        detail="look at the document's state before trying again: the change may have been made",
    ),
    # No method is signed with AWS keys. A token on a path without a method is taken for such a signature.
    "INVALID_SIGNATURE": _NO_ROUTE,
    "MISSING_AUTHENTICATION_TOKEN": _NO_ROUTE,
    "QUOTA_EXCEEDED": Failure(
        status=429, code="quota_exceeded", title="The quota is used up", detail="try again tomorrow, or ask for more"
    ),
    "REQUEST_TOO_LARGE": Failure(
        status=413,
        code="body_too_large",
        title="The body is too large",
        detail="expected a description of a file, not the file: POST /documents says where that goes",
    ),
    "RESOURCE_NOT_FOUND": _NO_ROUTE,
    "THROTTLED": Failure(
        status=429,
        code="throttled",
        title="Too many requests",
        detail="try again in a moment, with growing pauses",
        headers=_LATER,
    ),
    "UNAUTHORIZED": _SIGN_IN,
    "UNSUPPORTED_MEDIA_TYPE": Failure(
        status=415,
        code="unsupported_body",
        title="The body is not application/json",
        detail="expected Content-Type: application/json",
    ),
    "WAF_FILTERED": Failure(
        status=403, code="blocked", title="The request was blocked", detail="report request_id if you meant no harm"
    ),
}
"""Type of a gateway response -> what is answered."""


def response(failure: Failure, origin: str) -> dict[str, Any]:
    """Return a gateway response, as the OpenAPI extension has it, for pages of one origin."""
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": ",".join(name for name, _ in failure.headers),
        "Cache-Control": "no-store",
        "Content-Type": "application/problem+json",
        "Vary": "Origin",
        "X-Content-Type-Options": "nosniff",
        **dict(failure.headers),
    }
    problem = {
        "type": "about:blank",
        "title": failure.title,
        "status": failure.status,
        "code": failure.code,
        "detail": failure.detail,
        "request_id": "$context.requestId",
    }
    return {
        "statusCode": str(failure.status),
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items() if value
        },
        "responseTemplates": {"application/json": json.dumps(problem)},
    }
