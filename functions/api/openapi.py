"""The OpenAPI document, made from the table of operations: `python -m functions.api.openapi` writes docs/openapi.json.

Schemas stay plain (no const, no prefixItems, no null in a request), so that API Gateway's older dialect can be derived.
"""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec

from firstbytes.envelope import Envelope
from functions.api import problem
from functions.api.operations import EVERYWHERE, OPERATIONS, READ, REPLAY, WRITE, Operation

VERSION = "1.0.0"
TARGET = Path(__file__).parent.parent.parent / "docs" / "openapi.json"
TEMPLATE = "#/components/schemas/{name}"

SCOPES = {
    READ: "See your documents and what was read out of them",
    WRITE: "Upload, change, delete and restore your documents",
    REPLAY: "See and replay what could not be delivered; for members of the group operators",
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "document_id": {
        "description": "Id of one of your documents.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    },
    "letter_id": {
        "description": "Id of a dead letter.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    },
}
HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "The same key and request give the same document, however often it is sent.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]*$"},
    },
    "If-Match": {
        "description": 'ETag of the document as you know it, "<revision>", or * for any.',
        "schema": {"type": "string", "pattern": '^(\\*|"[0-9]{1,15}(-[0-9a-f]{16})?")$'},
    },
    "If-None-Match": {
        "description": "ETag of the answer you have: 304 where it is the same still.",
        "schema": {"type": "string"},
    },
}


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    schemas = {**_schemas(_structs(), ""), **_schemas({Envelope}, Envelope.__name__)}
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "firstbytes",
            "version": VERSION,
            "description": "What every uploaded file is and says, from its first bytes.",
            "license": {"name": "See LICENSE"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "paths": paths,
        "components": {
            "schemas": {name: _plain(schema) for name, schema in sorted(schemas.items())},
            "securitySchemes": {"cognito": _security()},
        },
    }


def render() -> str:
    """Return docs/openapi.json."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _structs() -> set[type[msgspec.Struct]]:
    used = {struct for operation in OPERATIONS for struct in (operation.body, operation.response)}
    return {problem.Problem, *(struct for struct in used if struct is not None and struct is not Envelope)}


def _schemas(structs: set[type[msgspec.Struct]], prefix: str) -> dict[str, Any]:
    """Return schemas by name, of structs and all they refer to; the library's get a prefix: both have a Document."""
    template = TEMPLATE.replace("{name}", prefix + "{name}")
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template=template)
    return {name if name == prefix else prefix + name: schema for name, schema in schemas.items()}


def _operation(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "security": [{"cognito": [operation.scope]}],
    }
    if parameters := _parameters(operation):
        found["parameters"] = parameters
    if operation.body:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(operation.body)}}}
    found["responses"] = _responses(operation)
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    headers = (*operation.headers, *(("If-None-Match",) if operation.cached else ()))
    return [
        *({"name": name, "in": "path", "required": True, **PARAMETERS[name]} for name in operation.parameters),
        *_query(operation.query),
        *(
            {"name": name, "in": "header", "required": "revision_required" in operation.errors, **HEADERS[name]}
            for name in headers
        ),
    ]


def _query(struct: type[msgspec.Struct]) -> list[dict[str, Any]]:
    (_,), schemas = msgspec.json.schema_components([struct], ref_template=TEMPLATE)
    found = []
    for name, schema in schemas[struct.__name__].get("properties", {}).items():
        description = schema.pop("description", "")
        found.append(
            {"name": name, "in": "query", "required": False, "description": description, "schema": _plain(schema)}
        )
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.response:
        success["content"] = {"application/json": {"schema": _ref(operation.response)}}
    found = {operation.status: success}
    if operation.cached:
        success["headers"] = {"ETag": {"description": "Names this answer.", "schema": {"type": "string"}}}
        found[304] = {"description": "The answer you have is the same still."}
    codes: dict[int, list[str]] = {}
    for code in (*EVERYWHERE, *operation.errors):
        codes.setdefault(problem.PROBLEMS[code][0], []).append(code)
    for status, names in codes.items():
        found[status] = {
            "description": "; ".join(f"`{name}`: {problem.PROBLEMS[name][1]}" for name in sorted(set(names))),
            "content": {problem.CONTENT_TYPE: {"schema": _ref(problem.Problem)}},
        }
    return {str(status): found[status] for status in sorted(found)}


def _security() -> dict[str, Any]:
    return {
        "type": "oauth2",
        "description": "Cognito's Hosted UI, code with PKCE. Addresses are those of the environment.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth2/authorize",
                "tokenUrl": "/oauth2/token",
                "refreshUrl": "/oauth2/token",
                "scopes": SCOPES,
            }
        },
    }


def _ref(struct: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": TEMPLATE.format(name=struct.__name__)}


def _plain(schema: Any) -> Any:
    """Return a schema without titles that repeat its name."""
    if isinstance(schema, dict):
        return {
            name: _plain(value) for name, value in schema.items() if not (name == "title" and isinstance(value, str))
        }
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    TARGET.write_text(render(), "utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(OPERATIONS)} operations\n")
