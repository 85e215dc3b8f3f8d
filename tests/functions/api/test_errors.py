"""Bad input and bad luck: every answer is a problem with its code, the app's origin, and nothing to keep."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from api_client import ORIGIN, Answer, Client, answer_of, claims, proxy_event
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api import reading, wire
from functions.api.app import Api
from functions.api.caller import Issuer
from functions.api.problem import Refusal
from functions.api.service import Settings

ACCEPTED = Issuer(issuer="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool", client_id="web")


def is_guarded(answer: Answer) -> bool:
    """Return whether the headers that every answer must have are there."""
    return (
        answer.headers["access-control-allow-origin"] == ORIGIN
        and answer.headers["x-content-type-options"] == "nosniff"
        and answer.headers["vary"] == "Origin"
        and answer.headers.get("cache-control", "no-store") == "no-store"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, "malformed_body"),
        ("", "malformed_body"),
        ("{", "malformed_body"),
        ("nonsense", "malformed_body"),
        ('{"name":"\\ud800","size_bytes":1}', "malformed_body"),
        ('{"name":"a","size_bytes":1}}', "malformed_body"),
        ('{"name":"a","size_bytes":NaN}', "malformed_body"),
        ("null", "invalid_body"),
        ("[]", "invalid_body"),
        ('"text"', "invalid_body"),
        ("[" * 100_000, "malformed_body"),
        ('{"name":' + "[" * 50_000 + "]" * 50_000 + "}", "malformed_body"),
        ('{"name":[[[1]]]}', "invalid_body"),
        ('{"name":"a","size_bytes":1,"more":' + '{"a":' * 10_000 + "1" + "}" * 10_001, "malformed_body"),
        ('{"name":"a","size_bytes":1e400}', "invalid_body"),
        ('{"name":"a","size_bytes":' + "9" * 6000 + "}", "invalid_body"),
        ('{"name":"a","size_bytes":1,"<script>alert(1)</script>":1}', "invalid_body"),
        ('{"name":"a"}', "invalid_body"),
        ('{"name":null,"size_bytes":1}', "invalid_body"),
        ('{"name":"a","size_bytes":1,"project":null}', "invalid_body"),
        ('{"name":"' + "x" * wire.MAX_BODY + '","size_bytes":1}', "body_too_large"),
    ],
)
def test_a_wrong_body_is_refused(edge: Client, body: str | None, code: str) -> None:
    """Malformed, of another shape, too deep or too large: refused by what is wrong with it."""
    answer = edge.post("/documents", body)
    assert answer.code == code
    assert is_guarded(answer)


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "application/json5", "x", ""])
def test_only_json_is_read(edge: Client, media_type: str) -> None:
    """Another content type is refused whatever the body is; case, and a charset beside it, make no other."""
    assert edge.post("/documents", {"name": "a", "size_bytes": 1}, Content_Type=media_type).code == "unsupported_body"
    assert edge.post("/documents", {}, Content_Type="Application/JSON; charset=utf-8").code == "invalid_body"


def test_an_integer_may_have_a_point(edge: Client) -> None:
    """JSON does not tell 5.0 from 5; a fraction is still no integer."""
    event = {"body": '{"name":"a","size_bytes":5.0}', "headers": {}}
    assert reading.body(event, wire.NewDocument) == wire.NewDocument(name="a", size_bytes=5)
    assert edge.post("/documents", '{"name":"a","size_bytes":5.5}').code == "invalid_body"


def test_a_body_may_come_in_base64(handler: Any) -> None:
    """API Gateway encodes bodies of binary media types; what is not base64, or not UTF-8, is malformed."""

    def post(body: str) -> Answer:
        named = {"content-type": "application/json"}
        event = proxy_event("POST", "/documents", headers=named, body=body, claimed=claims("me"), base64=True)
        return answer_of(handler(event, None))

    assert post(base64.b64encode(b'{"name":"a","size_bytes":1}').decode()).status == 201
    assert post("***").code == "malformed_body"
    assert post(base64.b64encode(b'{"name":"\xff","size_bytes":1}').decode()).code == "malformed_body"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=abc",
        "limit=",
        "limit=1.5",
        "limit=1&limit=2",
        "order=sideways",
        "status=done",
        "project=",
        "owner=somebody",
        "cursor=",
        "<script>=1",
        "limit=" + "9" * 5000,
    ],
)
def test_a_wrong_query_is_refused(edge: Client, query: str) -> None:
    """Unknown, repeated and impossible parameters are refused, not ignored."""
    answer = edge.get(f"/documents?{query}")
    assert answer.code == "invalid_query"
    assert is_guarded(answer)


def test_paths_and_methods_that_are_not_there(edge: Client) -> None:
    """404 for a path, 405 with Allow for a method, and both are problems."""
    for path in ("/", "", "/nothing", "/documents/x/y/z", "/documents/../usage", "//documents"):
        assert (edge.get(path).status, edge.get(path).code) == (404, "route_not_found")
    answer = edge("PUT", "/documents")
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "method_not_allowed", "GET, OPTIONS, POST")
    assert is_guarded(answer)
    assert edge("TRACE", "/usage").status == 405


def test_a_preflight_names_methods_and_headers(edge: Client) -> None:
    """For the app's origin alone, whoever asks."""
    answer = edge("OPTIONS", "/documents/x", Origin="https://evil.example.com")
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, OPTIONS, PATCH"
    assert "If-Match" in answer.headers["access-control-allow-headers"]
    assert edge("OPTIONS", "/nothing").status == 404


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"httpMethod": "GET"},
        {"httpMethod": "GET", "path": "/usage"},
        {"httpMethod": "GET", "path": "/usage", "requestContext": None},
        {"httpMethod": None, "path": None, "requestContext": {}},
        {"Records": []},
        {"httpMethod": "POST", "path": "/documents", "requestContext": {"authorizer": {"claims": "me"}}},
        {"httpMethod": "GET", "path": "/usage", "requestContext": {"authorizer": "claims", "path": "/", "stage": ""}},
    ],
)
def test_an_event_that_is_no_request_is_answered(edge: Client, event: dict[str, Any]) -> None:
    """Nothing is raised, whatever invokes the function."""
    answer = answer_of(edge.handler(event, None))
    assert answer.code in {"internal", "unauthenticated"}
    assert is_guarded(answer)


class Broken:
    """Services of which each fails in the same way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def now(self) -> float:
        """Tell the time, as every operation asks first."""
        raise self._error


def told(error: Exception) -> Answer:
    """Return what a client is told when a service raises this."""
    from aws_lambda_powertools import Logger

    services: Any = Broken(error)
    api = Api(services, Settings(accepted=ACCEPTED, app_origin=ORIGIN), Logger(service="test", level="CRITICAL"))
    event = proxy_event("GET", "/usage", headers={}, body=None, claimed=claims("me"))
    return answer_of(api.answer(event, None))


def test_what_nobody_foresaw_tells_nothing() -> None:
    """The client gets a code and a request id; the message stays in the log."""
    answer = told(RuntimeError("arn:aws:iam::123456789012:role/secret"))
    assert (answer.status, answer.code) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.json["request_id"] == "11111111-2222-3333-4444-555555555555"
    assert is_guarded(answer)


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "SlowDown", "ThrottlingException"])
def test_a_busy_service_asks_to_come_again(code: str) -> None:
    """Throttling of what is behind the API is 503 with Retry-After."""
    answer = told(ClientError({"Error": {"Code": code, "Message": "slow down"}}, "Query"))
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "unavailable", "2")
    assert told(ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Query")).code == "internal"


def test_a_contended_head_is_a_conflict() -> None:
    """A document that others kept changing can be tried again; nothing broke."""
    from functions.delivery import ContendedError

    assert told(ContendedError("eight times")).code == "changed_meanwhile"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(["name", "size_bytes", "project", "sha256", "media_type"]) | st.text(), JSON) | JSON
)
def test_any_json_is_a_body_or_a_refusal(value: Any) -> None:
    """Whatever JSON is sent, it fits or is refused in printable ASCII; nothing else is raised."""
    event = {"body": json.dumps(value), "headers": {}}
    try:
        found = reading.body(event, wire.NewDocument)
    except Refusal as refused:
        shown = refused.detail
    else:
        assert isinstance(found, wire.NewDocument)
        shown = ""
    assert shown.isascii()
    assert not shown or shown.isprintable()
