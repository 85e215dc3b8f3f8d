"""The API's handler as a WSGI application: what API Gateway does between HTTP and Lambda."""

from __future__ import annotations

import http
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from api_client import Handler, answer_of, claims, proxy_event

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(
    handler: Handler, owner: str, groups: str
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """Return an application; a request with any `Authorization: Bearer good` is the owner's."""

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        headers = {
            name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        if "CONTENT_TYPE" in environ:
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        many = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        signed_in = headers.get("Authorization") == "Bearer good"
        event = proxy_event(
            environ["REQUEST_METHOD"],
            "",
            headers=headers,
            body=raw.decode("utf-8", "replace") or None,
            claimed=claims(owner, **{"cognito:groups": groups}) if signed_in else None,
        )
        event["path"] = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        event["multiValueQueryStringParameters"] = many or None
        event["queryStringParameters"] = {name: values[-1] for name, values in many.items()} or None
        answer = answer_of(handler(event, None))
        phrase = http.HTTPStatus(answer.status).phrase
        start_response(f"{answer.status} {phrase}", [(name.title(), value) for name, value in answer.headers.items()])
        return [answer.text.encode()]

    return app
