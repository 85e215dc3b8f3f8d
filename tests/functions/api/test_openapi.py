"""The OpenAPI document: as committed, valid, whole, plain, and true of the handler."""

from __future__ import annotations

import copy
import itertools
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api_client import ME, Client
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from wsgi import application

from functions.api import openapi
from functions.api.operations import EVERYWHERE, OPERATIONS
from functions.api.problem import PROBLEMS
from functions.store.deadletters import Letter

ROOT = Path(__file__).parents[3]
DOCUMENT = openapi.document()


def test_the_committed_document_is_the_table() -> None:
    """docs/openapi.json is what `python -m functions.api.openapi` writes."""
    assert (ROOT / "docs" / "openapi.json").read_text("utf-8") == openapi.render()


def test_the_document_does_not_depend_on_hashes() -> None:
    """Another interpreter with another seed writes the same."""
    code = "from functions.api import openapi; import sys; sys.stdout.write(openapi.render())"
    environment = {"PYTHONHASHSEED": "7", "PATH": "", "PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=environment, cwd=ROOT)
    assert found.stdout.decode() == openapi.render()


def test_the_document_is_openapi() -> None:
    """A validator of OpenAPI 3.1 has nothing to say of it."""
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_operation_is_in_it_once() -> None:
    """Method, path and id of each row; ids and (method, path) are unique."""
    written = {
        (method.upper(), path): found["operationId"]
        for path, of in DOCUMENT["paths"].items()
        for method, found in of.items()
    }
    assert written == {(operation.method, operation.path): operation.operation_id for operation in OPERATIONS}
    assert len(set(written.values())) == len(OPERATIONS)


def test_every_operation_declares_its_scope() -> None:
    """Each asks for one scope of the security scheme, and the scheme has no other."""
    scopes = DOCUMENT["components"]["securitySchemes"]["cognito"]["flows"]["authorizationCode"]["scopes"]
    asked = [found["security"] for of in DOCUMENT["paths"].values() for found in of.values()]
    assert all(len(security) == 1 and len(security[0]["cognito"]) == 1 for security in asked)
    assert {security[0]["cognito"][0] for security in asked} == set(scopes)


def test_every_code_is_declared_somewhere_or_everywhere() -> None:
    """Codes that no operation declares are those of paths and methods that are not there."""
    declared = {code for operation in OPERATIONS for code in operation.errors} | set(EVERYWHERE)
    assert set(PROBLEMS) - declared == {"route_not_found", "method_not_allowed"}
    assert declared <= set(PROBLEMS)


def walk(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and all in it."""
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        yield from walk(inner)


def test_request_schemas_are_plain() -> None:
    """What API Gateway's dialect lacks is in no request: no null, no const, no tuple, no alternative."""
    bodies = [operation.body.__name__ for operation in OPERATIONS if operation.body]
    schemas = DOCUMENT["components"]["schemas"]
    seen = list(bodies)
    for name in seen:
        for part in walk(schemas[name]):
            assert not {"const", "prefixItems", "patternProperties", "anyOf", "oneOf", "propertyNames"} & set(part), (
                name
            )
            assert part.get("type") != "null"
            if isinstance(reference := part.get("$ref"), str):
                seen.append(reference.rpartition("/")[2])
        assert schemas[name]["additionalProperties"] is False


def test_importing_the_handler_is_lean() -> None:
    """Routing brings no pydantic, and boto3 comes with the first request that is wired."""
    code = "import functions.api.app, sys; print(sorted({'pydantic', 'boto3', 'jsonschema'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
    assert found.stdout.decode().strip() == "[]"


def described() -> dict[str, Any]:
    """Return the document without cursors, which nobody can make up, and as JSON has it."""
    document: dict[str, Any] = json.loads(openapi.render())
    for operation in (found for of in document["paths"].values() for found in of.values()):
        if parameters := operation.get("parameters"):
            operation["parameters"] = [parameter for parameter in parameters if parameter["name"] != "cursor"]
    return document


CONFIG = {
    "checks": {
        # 412: a revision that fits the schema need not be the document's.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409", "412"]},
        "missing_required_header": {"expected-statuses": ["401", "428"]},
        "not_a_server_error": {"enabled": True},
        # A deleted document can be looked at, and restored, until it is purged.
        "use_after_free": {"enabled": False},
    }
}
LETTER = Letter(letter_id="m1", arrived_at="2026-11-24T23:30:00.000Z", cause="poison", body="{}", source="intake")


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_the_handler_does_what_the_document_says(operation: Any, world: Any, handler: Any) -> None:
    """Generated requests, right and wrong: every answer is declared, fits its schema, and none is a server error."""
    me = Client(handler=handler)
    large, read = me.create(size_bytes=200 * 1024**2)["document"], me.create()["document"]
    world.upload(read)
    deleted = me.create(project="p")["document"]
    world.upload(deleted)
    me("DELETE", f"/documents/{deleted['id']}")
    world.letters.put(LETTER)
    ids = itertools.cycle([large["id"], read["id"], deleted["id"], None])
    config = schemathesis.Config.from_dict(copy.deepcopy(CONFIG))
    schema = schemathesis.openapi.from_dict(described(), config=config)
    schema.app = application(handler, ME, "operators")

    @given(case=schema[operation.path][operation.method].as_strategy())
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        if case.meta.generation.mode.is_positive:
            if "document_id" in case.path_parameters and (document_id := next(ids)):
                case.path_parameters["document_id"] = document_id
            if "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = uuid.uuid4().hex
        case.call_and_validate(headers={"Authorization": "Bearer good"})

    holds()
