"""The OpenAPI document of the API as API Gateway imports it. Pure.

`docs/openapi.json` is OpenAPI 3.1 and says everything. The gateway reads 3.0.1, knows JSON Schema draft 4 without half
of it, and answers by itself before the function is asked. So what it gets says less and never more: a request that the
document allows is never refused here, and what the gateway cannot check the function does.

- every operation: the function behind it, the Cognito authorizer with the operation's scope, a request validator;
- every path: OPTIONS, answered by the gateway for the app's origin alone;
- every error of the gateway's own: problem details (RFC 9457) like the function's, with the headers a browser needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from components import failures

METHODS = ("get", "put", "post", "delete", "patch", "head")
VALIDATOR = "all"
AUTHORIZER = "cognito"
TIMEOUT_MS = 29_000
"""The gateway waits no longer."""
PREFLIGHT_S = 600

_SCHEMA = "#/components/schemas/"
_KEPT = ("type", "enum", "minLength", "maxLength", "minimum", "maximum", "required")
"""What means the same in both versions of JSON Schema, and what the gateway checks reliably."""


class GatewayError(ValueError):
    """The OpenAPI document cannot be served as it is; `problems` holds every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("the OpenAPI document cannot be served:\n" + "\n".join(f"  {one}" for one in problems))


def load(path: Path) -> Mapping[str, Any]:
    """Read an OpenAPI document from a file and check that it can be served.

    Raises:
        GatewayError: there is none, or one that the gateway would not serve as it is meant.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GatewayError([f"expected a JSON file at {path}: {error}"]) from error
    check(document)
    return cast(Mapping[str, Any], document)


def check(document: Mapping[str, Any]) -> None:
    """Find everything in the document that the gateway would not serve as it is meant.

    Raises:
        GatewayError: there is something.
    """
    if problems := list(_problems(document)):
        raise GatewayError(problems)


def gateway_body(
    document: Mapping[str, Any], *, user_pool_arn: str, function_invoke_arn: str, origin: str
) -> dict[str, Any]:
    """Return the definition that API Gateway imports.

    Args:
        document: an OpenAPI 3.1 document that passed `check`.
        user_pool_arn: whose tokens are accepted.
        function_invoke_arn: the function behind every operation, as `Function.invoke_arn` has it.
        origin: the one origin whose pages may call: "https://documents.example.com".
    """
    schemas = document.get("components", {}).get("schemas", {})
    paths = {
        path: _path(item, function_invoke_arn=function_invoke_arn, origin=origin)
        for path, item in document["paths"].items()
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "paths": paths,
        "components": {
            "schemas": {_model(name): _loose(schemas[name]) for name in sorted(_needed(document))},
            "securitySchemes": {AUTHORIZER: _authorizer(user_pool_arn)},
        },
        "x-amazon-apigateway-request-validators": {
            VALIDATOR: {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-gateway-responses": {
            name: failures.response(one, origin) for name, one in failures.FAILURES.items()
        },
    }


def canonical(body: Mapping[str, Any]) -> str:
    """Return the definition as text: the same bytes for the same definition."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    version = str(document.get("openapi"))
    if not version.startswith("3.1."):
        yield f"expected OpenAPI 3.1, got {version}"
    for method, path, operation in _operations(document):
        where = f"{method.upper()} {path}"
        if not re.fullmatch(r"(/([A-Za-z0-9._,-]+|\{[A-Za-z0-9_]+\}))+", path):
            yield f"{where}: expected path segments of letters, digits and -._, or one {{parameter}} each"
        scopes = [scopes for one in operation.get("security", ()) for scopes in one.values()]
        # Without a scope the authorizer takes ID tokens too; of several it asks for any, where OpenAPI means all.
        if not scopes or any(len(one) != 1 for one in scopes):
            yield f"{where}: expected one scope in every security requirement, got {operation.get('security')}"
    by_model: dict[str, list[str]] = {}
    for name in sorted(_needed(document)):
        by_model.setdefault(_model(name), []).append(name)
    for names in by_model.values():
        if len(names) > 1:
            yield f"expected schemas that differ in letters and digits, got {' and '.join(names)}"


def _needed(document: Mapping[str, Any]) -> set[str]:
    """Return the schemas that request bodies use, and those that these use."""
    schemas = document.get("components", {}).get("schemas", {})
    found: set[str] = set()
    queue = [name for _, _, operation in _operations(document) for name in _named(operation.get("requestBody", {}))]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += _named(_loose(schemas[name], rename=False))
    return found


def _named(value: Any) -> Iterator[str]:
    """Yield the schemas that a value refers to."""
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_SCHEMA):
            yield reference.removeprefix(_SCHEMA)
        for item in value.values():
            yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)


def _model(name: str) -> str:
    """Return a schema's name as the gateway takes it: letters and digits."""
    return re.sub(r"[^A-Za-z0-9]", "", name)


def _loose(schema: Any, *, rename: bool = True) -> dict[str, Any]:
    """Return a schema of draft 4 that allows everything this one does; what cannot be said in it is left out."""
    if not isinstance(schema, Mapping):
        return {}
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_SCHEMA)
        return {"$ref": _SCHEMA + (_model(name) if rename else name)}
    if isinstance(schema.get("type"), list):
        return {}
    loose: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
    if "const" in schema:
        loose["enum"] = [schema["const"]]
    if not loose.get("required", True):  # draft 4 wants at least one name
        del loose["required"]
    if "properties" in schema:
        loose["properties"] = {name: _loose(one, rename=rename) for name, one in schema["properties"].items()}
    if "items" in schema:
        loose["items"] = _loose(schema["items"], rename=rename)
    return loose


def _path(item: Mapping[str, Any], *, function_invoke_arn: str, origin: str) -> dict[str, Any]:
    methods = [method for method in METHODS if method in item]
    shared = item.get("parameters", [])
    converted = {method: _operation(item[method], shared, function_invoke_arn) for method in methods}
    return {**converted, "options": _preflight(item, methods, origin)}


def _operation(operation: Mapping[str, Any], shared: Sequence[Any], function_invoke_arn: str) -> dict[str, Any]:
    scopes = sorted({scope for one in operation["security"] for scopes in one.values() for scope in scopes})
    converted: dict[str, Any] = {
        "parameters": [_parameter(one) for one in (*shared, *operation.get("parameters", ()))],
        "responses": {
            status: {"description": one.get("description", "")} for status, one in operation["responses"].items()
        },
        "security": [{AUTHORIZER: scopes}],
        "x-amazon-apigateway-request-validator": VALIDATOR,
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": function_invoke_arn,
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": TIMEOUT_MS,
        },
    }
    if "operationId" in operation:
        converted["operationId"] = operation["operationId"]
    if "requestBody" in operation:
        body = operation["requestBody"]
        content = {kind: {"schema": _loose(one.get("schema"))} for kind, one in body["content"].items()}
        converted["requestBody"] = {"required": bool(body.get("required")), "content": content}
    return converted


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """Return a parameter. A missing header is left to the function, whose answer (428, say) tells more than 400."""
    required = bool(parameter.get("required")) and parameter["in"] != "header"
    return {"name": parameter["name"], "in": parameter["in"], "required": required, "schema": {"type": "string"}}


def _preflight(item: Mapping[str, Any], methods: Sequence[str], origin: str) -> dict[str, Any]:
    """Answer OPTIONS: this origin may send these methods with these headers."""
    parameters = [one for method in methods for one in item[method].get("parameters", ())]
    named = {one["name"] for one in parameters if one["in"] == "header"}
    headers = {
        "Access-Control-Allow-Headers": ",".join(sorted({"Authorization", "Content-Type", *named})),
        "Access-Control-Allow-Methods": ",".join(sorted({"OPTIONS", *(method.upper() for method in methods)})),
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Max-Age": str(PREFLIGHT_S),
        "Vary": "Origin",
    }
    declared = {name: {"schema": {"type": "string"}} for name in headers}
    answer = {f"method.response.header.{name}": f"'{value}'" for name, value in headers.items()}
    path = [one for one in (*item.get("parameters", ()), *parameters) if one["in"] == "path"]
    return {
        "parameters": list({one["name"]: _parameter(one) for one in path}.values()),
        "responses": {"204": {"description": "What this origin may send.", "headers": declared}},
        "security": [],
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "when_no_templates",
            "requestTemplates": {"application/json": '{"statusCode":204}'},
            "responses": {"default": {"statusCode": "204", "responseParameters": answer}},
        },
    }


def _authorizer(user_pool_arn: str) -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [user_pool_arn]},
    }
