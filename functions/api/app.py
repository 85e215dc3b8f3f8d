"""The API's handler: a proxy event in, a proxy answer out.

    event -> resolver (which operation?) -> caller (who, and may they?) -> query and body -> operation -> answer

Every answer carries the app's origin and tells browsers what they may keep; every error is a problem (RFC 9457).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from functions.api import problem, reading
from functions.api.caller import caller_of, permit
from functions.api.operations import OPERATIONS, Operation
from functions.api.problem import Refusal, refuse
from functions.api.service import Reply, Request, Services, Settings, matches
from functions.delivery import ContendedError

JSON = "application/json"
ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
EXPOSED_HEADERS = "ETag, Location, Retry-After"
BUSY = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Error codes of AWS services that pass by themselves."""


class Api:
    """The API over its services. One request at a time, as Lambda gives them."""

    def __init__(self, services: Services, settings: Settings, logger: Logger) -> None:
        self._services = services
        self._settings = settings
        self._logger = logger
        self._always = {
            "Access-Control-Allow-Origin": settings.app_origin,
            "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            "Vary": "Origin",
            "X-Content-Type-Options": "nosniff",
        }
        self._resolver = APIGatewayRestResolver()
        for operation in OPERATIONS:
            rule = operation.path.replace("{", "<").replace("}", ">")
            self._resolver.route(rule, operation.method)(self._endpoint(operation))
        self._resolver.not_found(self._elsewhere)
        self._resolver.exception_handler(Exception)(self._failed)

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return the proxy answer to a proxy event; nothing is raised, whatever the event."""
        began = time.perf_counter()
        try:
            answer = self._resolver.resolve(event, context)
        except Exception as error:  # noqa: BLE001 - not even a proxy event: the caller still gets a problem
            failed = self._refused(self._logged(error, ""), "")
            answer = {"statusCode": failed.status_code, "headers": failed.headers, "body": failed.body}
        took = round((time.perf_counter() - began) * 1000, 1)
        self._logger.info("request", extra={"status": answer["statusCode"], "duration_ms": took, **_route_of(event)})
        return answer

    def _endpoint(self, operation: Operation) -> Callable[..., Response[str]]:
        def endpoint(**path: str) -> Response[str]:
            event = self._event()
            caller = caller_of(reading.claims(event), self._settings.accepted, self._services.now())
            permit(caller, operation.scope, operators=operation.operators)
            request = Request(
                caller=caller,
                path=path,
                headers=reading.headers(event),
                query=reading.query(event, operation.query),
                body=reading.body(event, operation.body) if operation.body else None,
            )
            return self._replied(operation, request, operation.run(self._services, request))

        return endpoint

    def _replied(self, operation: Operation, request: Request, reply: Reply) -> Response[str]:
        headers = {**self._always, **reply.headers}
        headers["Cache-Control"] = "private, no-cache" if operation.cached else "no-store"
        if reply.etag:
            headers["ETag"] = reply.etag
        if operation.cached and matches(request, reply.etag):
            return Response(status_code=304, headers=headers, body="")
        body = (
            reply.body
            if isinstance(reply.body, bytes)
            else b""
            if reply.body is None
            else msgspec.json.encode(reply.body)
        )
        return Response(
            status_code=operation.status, content_type=JSON if body else None, headers=headers, body=body.decode()
        )

    def _elsewhere(self, _error: Exception) -> Response[str]:
        """Answer a preflight, a method that the path does not have, or a path that is not there."""
        event = self._event()
        methods = {str(operation.method) for operation in OPERATIONS if _leads_to(operation, event.get("path") or "")}
        allow = ", ".join(sorted(methods | {"OPTIONS"}))
        if not methods or event.get("httpMethod") in methods:
            return self._failed(refuse("route_not_found", "expected a path of docs/openapi.json; look there"))
        if event.get("httpMethod") == "OPTIONS":
            headers = {
                "Access-Control-Allow-Methods": allow,
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
            }
            return Response(status_code=204, headers={**self._always, **headers}, body="")
        return self._failed(refuse("method_not_allowed", f"expected {allow} on this path", {"Allow": allow}))

    def _failed(self, error: Exception) -> Response[str]:
        """Answer what an operation, or the way to it, raised."""
        request_id = reading.request_id(self._event())
        refusal = error if isinstance(error, Refusal) else self._logged(error, request_id)
        return self._refused(refusal, request_id)

    def _refused(self, refusal: Refusal, request_id: str) -> Response[str]:
        headers = {**self._always, "Cache-Control": "no-store", **refusal.headers}
        body = msgspec.json.encode(refusal.problem(request_id)).decode()
        return Response(status_code=refusal.status, content_type=problem.CONTENT_TYPE, headers=headers, body=body)

    def _logged(self, error: Exception, request_id: str) -> Refusal:
        """Log what nobody foresaw and return what the client is told of it: nothing but where to look."""
        response = getattr(error, "response", None)
        code = response.get("Error", {}).get("Code", "") if isinstance(response, Mapping) else ""
        if code in BUSY:
            self._logger.warning("busy", extra={"error_code": code, "request_id": request_id})
            return refuse("unavailable", "expected an answer in time; send the request again", {"Retry-After": "2"})
        if isinstance(error, ContendedError):
            return refuse("changed_meanwhile", "expected the document to stay as it was read; send the request again")
        self._logger.error("failed", exc_info=error, extra={"request_id": request_id})
        return refuse("internal", "this is ours to mend; send the request again, or tell us its request_id")

    def _event(self) -> dict[str, Any]:
        event: dict[str, Any] = self._resolver.current_event.raw_event
        return event


def _leads_to(operation: Operation, path: str) -> bool:
    parts, given = operation.path.split("/"), path.rstrip("/").split("/")
    return len(parts) == len(given) and all(
        part == piece or (part.startswith("{") and piece) for part, piece in zip(parts, given, strict=True)
    )


def _route_of(event: Any) -> dict[str, str]:
    """Return what the log says of a request: the route, never the path with its ids."""
    if not isinstance(event, Mapping):
        return {}
    method, resource = str(event.get("httpMethod", "")), str(event.get("resource", ""))
    return {"method": method, "resource": resource, "request_id": reading.request_id(event)}


@lru_cache(maxsize=1)
def api() -> Api:
    """Return the API of this function's environment, made once."""
    from functions.api import wiring

    return Api(wiring.services(), wiring.settings(), Logger())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return api().answer(event, context)
