"""A client of the API's handler: it makes the proxy events that API Gateway would."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"
CLIENT_ID = "web"
ORIGIN = "https://app.example.com"
ME = "8f14e45f-ceea-467f-9a0e-3c2f1d0b7a11"
YOU = "c4ca4238-a0b9-4382-8dcc-509a6f75849b"
OPERATOR = "e4da3b7f-bbce-4345-97ef-2a37cfe7b1d2"

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the handler answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of a problem, checked to be one."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        assert self.json["detail"].isprintable()
        return str(self.json["code"])


def claims(owner: str, **changes: Any) -> dict[str, Any]:
    """Return a web client's claims as API Gateway passes them."""
    expires = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(time.time() + 600))
    found = {
        "sub": owner,
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "token_use": "access",
        "exp": expires,
        "scope": "documents/read documents/write operations/replay",
        "cognito:groups": "users",
    }
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def proxy_event(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    body: str | None,
    claimed: Mapping[str, Any] | None,
    base64: bool = False,
) -> dict[str, Any]:
    """Return the event of a REST API with Lambda proxy integration."""
    path, _, query = path.partition("?")
    many = parse_qs(query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": dict(headers) or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": {name: values[-1] for name, values in many.items()} or None,
        "multiValueQueryStringParameters": many or None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "stage": "v1",
            "path": f"/v1{path}",
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "requestId": "11111111-2222-3333-4444-555555555555",
            **({"authorizer": {"claims": dict(claimed)}} if claimed is not None else {}),
        },
        "body": body,
        "isBase64Encoded": base64,
    }


def answer_of(raw: Mapping[str, Any]) -> Answer:
    """Return a proxy answer as a client sees it."""
    many = {name: ", ".join(values) for name, values in raw.get("multiValueHeaders", {}).items()}
    single = {
        name: ", ".join(value) if isinstance(value, list) else value for name, value in raw.get("headers", {}).items()
    }
    headers = {name.lower(): value for name, value in {**many, **single}.items()}
    return Answer(status=raw["statusCode"], headers=headers, text=raw.get("body") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A signed-in user."""

    handler: Handler
    owner: str = ME
    claimed: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request. A body that is text goes as it is, anything else as JSON; `If_Match=` is a header."""
        sent = body if body is None or isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if sent is not None:
            named.setdefault("Content-Type", "application/json")
        event = proxy_event(method, path, headers=named, body=sent, claimed=claims(self.owner, **self.claimed))
        return answer_of(self.handler(event, None))

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST."""
        return self("POST", path, body, **headers)

    def create(self, name: str = "a.txt", size_bytes: int = 5, **more: Any) -> dict[str, Any]:
        """Announce a document and return the answer's body."""
        answer = self.post("/documents", {"name": name, "size_bytes": size_bytes, **more})
        assert answer.status == 201, answer.text
        created: dict[str, Any] = answer.json
        return created


def query(**parameters: Any) -> str:
    """Return a query string."""
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())
