"""The document as API Gateway gets it: it says less than the API's own, and never more."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV30SpecValidator

from components import failures
from components.gateway import METHODS, GatewayError, canonical, check, gateway_body, load

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"
INVOKE = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:x:y:function:api/invocations"
ORIGIN = "https://documents.example.com"
ROOT = Path(__file__).parents[2]

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "small", "version": "1.2.3", "summary": "new in 3.1", "license": {"name": "MIT"}},
    "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
    "servers": [{"url": "/"}],
    "paths": {
        "/things/{thing_id}": {
            "parameters": [
                {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^x$"}}
            ],
            "get": {
                "operationId": "getThing",
                "security": [{"oauth": ["things/read"]}, {"oauth": ["things/write"]}],
                "parameters": [{"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "A thing",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
                    }
                },
            },
            "patch": {
                "operationId": "changeThing",
                "security": [{"oauth": ["things/write"]}],
                "parameters": [{"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/wire.Change"}}},
                },
                "responses": {"204": {"description": "Changed"}},
            },
        }
    },
    "components": {
        "schemas": {
            "Answer": {"type": "object", "properties": {"secret": {"type": "string"}}},
            "wire.Change": {
                "type": "object",
                "properties": {
                    "name": {"type": ["string", "null"], "maxLength": 3},
                    "parts": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/wire.Part"}},
                    "kind": {"const": "thing"},
                    "size": {"type": "integer", "exclusiveMinimum": 0, "maximum": 9, "default": 1},
                },
                "required": ["parts"],
                "additionalProperties": False,
                "examples": [{"parts": []}],
            },
            "wire.Part": {
                "type": "object",
                "properties": {"tag": {"type": "string", "pattern": "^[a-z]+$", "minLength": 1}},
                "required": [],
            },
        }
    },
}


def body(document: dict[str, Any] = DOCUMENT) -> dict[str, Any]:
    """Return what the gateway gets."""
    return gateway_body(document, user_pool_arn=POOL, function_invoke_arn=INVOKE, origin=ORIGIN)


def changed(**operation: Any) -> dict[str, Any]:
    """Return the document with its PATCH changed as told."""
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/things/{thing_id}"]["patch"].update(operation)
    return document


PROXY = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": INVOKE,
    "passthroughBehavior": "when_no_match",
    "timeoutInMillis": 29_000,
}
PATH = {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}}


def test_an_operation_has_function_authorizer_scope_and_validator() -> None:
    """Every operation goes to the function, with any of its alternatives' scopes, after the gateway's checks."""
    item = body()["paths"]["/things/{thing_id}"]
    assert item["get"] == {
        "operationId": "getThing",
        "parameters": [PATH, {"name": "limit", "in": "query", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "A thing"}},
        "security": [{"cognito": ["things/read", "things/write"]}],
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-integration": PROXY,
    }
    assert item["patch"]["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/wireChange"}}},
    }


def test_a_missing_header_is_the_functions_to_refuse() -> None:
    """The gateway would say 400 where the API says 428 with what to do."""
    header = body()["paths"]["/things/{thing_id}"]["patch"]["parameters"][1]
    assert header == {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}


def test_a_preflight_is_answered_for_one_origin() -> None:
    """OPTIONS needs no token, and allows the path's methods and the headers that its operations read."""
    preflight = body()["paths"]["/things/{thing_id}"]["options"]
    answer = preflight["x-amazon-apigateway-integration"]["responses"]["default"]
    assert preflight["security"] == []
    assert preflight["parameters"] == [PATH]
    assert answer == {
        "statusCode": "204",
        "responseParameters": {
            "method.response.header.Access-Control-Allow-Headers": "'Authorization,Content-Type,If-Match'",
            "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS,PATCH'",
            "method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'",
            "method.response.header.Access-Control-Max-Age": "'600'",
            "method.response.header.Vary": "'Origin'",
        },
    }
    declared = preflight["responses"]["204"]["headers"]
    assert {f"method.response.header.{name}" for name in declared} == set(answer["responseParameters"])


def test_tokens_are_those_of_one_pool() -> None:
    """The authorizer is the user pool's; the document's own scheme is only documentation."""
    assert body()["components"]["securitySchemes"] == {
        "cognito": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
        }
    }


def test_only_request_bodies_are_models() -> None:
    """What only answers use stays out, names become letters and digits, and what draft 4 cannot say is allowed."""
    assert body()["components"]["schemas"] == {
        "wireChange": {
            "type": "object",
            "required": ["parts"],
            "properties": {
                "name": {},
                "parts": {"type": "array", "items": {"$ref": "#/components/schemas/wirePart"}},
                "kind": {"enum": ["thing"]},
                "size": {"type": "integer", "maximum": 9},
            },
        },
        "wirePart": {"type": "object", "properties": {"tag": {"type": "string", "minLength": 1}}},
    }


def test_nothing_of_3_1_is_left() -> None:
    """The definition is valid OpenAPI 3.0.1."""
    made = body()
    assert made["openapi"] == "3.0.1"
    assert made["info"] == {"title": "small", "version": "1.2.3"}
    OpenAPIV30SpecValidator(made).validate()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 12) | st.sampled_from(["", "a", "A", "abcd", "thing"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "parts", "kind", "size", "tag", "else"]), inner, max_size=4)
    ),
    max_leaves=6,
)
THINGS = st.fixed_dictionaries(
    {"parts": st.lists(st.fixed_dictionaries({}, optional={"tag": VALUES}), max_size=2)},
    optional={"name": VALUES, "kind": st.just("thing") | VALUES, "size": st.integers(0, 10), "else": VALUES},
)


@given(THINGS | VALUES)
def test_what_the_document_allows_the_gateway_lets_through(value: Any) -> None:
    """No body that fits the API's schema is refused by the gateway's."""
    strict = {"$ref": "#/components/schemas/wire.Change", "components": DOCUMENT["components"]}
    loose = {"$ref": "#/components/schemas/wireChange", "components": body()["components"]}
    if jsonschema.Draft202012Validator(strict).is_valid(value):
        assert jsonschema.Draft4Validator(loose).is_valid(value)


@pytest.mark.parametrize(
    "value", [None, [], {}, {"parts": {}}, {"parts": [{"tag": 1}]}, {"parts": [], "size": 10}, {"parts": [], "kind": 1}]
)
def test_a_plainly_wrong_body_stops_at_the_gateway(value: Any) -> None:
    """Missing names, wrong types and values beyond a limit do not reach the function."""
    loose = {"$ref": "#/components/schemas/wireChange", "components": body()["components"]}
    assert not jsonschema.Draft4Validator(loose).is_valid(value)


@pytest.mark.parametrize(
    ("security", "shown"),
    [([], r"\[\]"), ([{}], r"\[\{\}\]"), ([{"oauth": []}], "oauth"), ([{"oauth": ["a", "b"]}], "b")],
)
def test_an_operation_without_one_scope_is_refused(security: list[Any], shown: str) -> None:
    """Without a scope an ID token would do; with two of them either would do where both are meant."""
    with pytest.raises(GatewayError, match=rf"PATCH /things/\{{thing_id\}}: expected one scope .* got .*{shown}"):
        check(changed(security=security))


def test_everything_that_cannot_be_served_is_told_at_once() -> None:
    """Version, path, scope and model names: each has its line."""
    document = changed(security=[])
    document["openapi"] = "3.0.3"
    document["paths"]["/a{b}"] = {"get": {"security": [{"oauth": ["x"]}], "responses": {}}}
    document["components"]["schemas"]["wireChange"] = {"type": "object"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/wireChange"}}}
    document["paths"]["/more"] = {
        "post": {"security": [{"oauth": ["x"]}], "requestBody": {"content": content}, "responses": {}}
    }
    with pytest.raises(GatewayError) as caught:
        check(document)
    assert caught.value.problems == (
        "expected OpenAPI 3.1, got 3.0.3",
        "PATCH /things/{thing_id}: expected one scope in every security requirement, got []",
        "GET /a{b}: expected path segments of letters, digits and -._, or one {parameter} each",
        "expected schemas that differ in letters and digits, got wire.Change and wireChange",
    )


@pytest.mark.parametrize("text", [None, "{", "\xff"])
def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, text: str | None) -> None:
    """The error says which file was expected, whatever is wrong with it."""
    path = tmp_path / "openapi.json"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(GatewayError, match=r"expected a JSON file at .*openapi\.json"):
        load(path)


def test_the_same_document_is_the_same_text() -> None:
    """Order of keys does not show, so that it deploys nothing."""
    turned = dict(reversed([*copy.deepcopy(DOCUMENT).items()]))
    assert canonical(body(turned)) == canonical(body())
    assert json.loads(canonical(body())) == body()


@pytest.mark.parametrize("kind", sorted(failures.FAILURES))
def test_an_error_of_the_gateways_own_is_a_problem_that_the_page_can_read(kind: str) -> None:
    """Status and code agree inside and out, and the app's origin alone may read it."""
    failure, made = failures.FAILURES[kind], body()["x-amazon-apigateway-gateway-responses"][kind]
    headers = made["responseParameters"]
    assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    assert headers["gatewayresponse.header.Vary"] == "'Origin'"
    assert all(value.startswith("'") and value.endswith("'") and len(value) > 2 for value in headers.values())
    problem = json.loads(made["responseTemplates"]["application/json"])
    assert set(problem) == {"type", "title", "status", "code", "detail", "request_id"}
    assert (str(problem["status"]), problem["code"]) == (made["statusCode"], failure.code)
    assert problem["request_id"] == "$context.requestId"


def test_who_comes_too_often_is_told_when_to_return() -> None:
    """Throttling says 429 with Retry-After, which the page may read."""
    headers = body()["x-amazon-apigateway-gateway-responses"]["THROTTLED"]["responseParameters"]
    assert headers["gatewayresponse.header.Retry-After"] == "'1'"
    assert headers["gatewayresponse.header.Access-Control-Expose-Headers"] == "'Retry-After'"


def test_codes_that_the_function_knows_mean_the_same() -> None:
    """A code has one status and one title, whoever answers."""
    from functions.api.problem import PROBLEMS

    for failure in failures.FAILURES.values():
        if failure.code in PROBLEMS:
            assert PROBLEMS[failure.code] == (failure.status, failure.title)


def test_the_real_document_can_be_served() -> None:
    """Every operation of docs/openapi.json is valid for the gateway, and each path answers OPTIONS."""
    document = load(ROOT / "docs" / "openapi.json")
    made = body(dict(document))
    OpenAPIV30SpecValidator(made).validate()
    assert made["paths"].keys() == document["paths"].keys()
    for path, item in made["paths"].items():
        assert item.keys() - {"options"} == document["paths"][path].keys() & set(METHODS)
        assert "options" in item
