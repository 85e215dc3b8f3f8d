"""What the program registers becomes calls: the conversions are pure, and the table is of types that exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from local.errors import Unsupported
from local.resources import CREATE, DECLARED, Resource, create
from local.resources.archive import entries, fingerprint, zipped
from local.resources.base import api_shape, pick, plain
from local.resources.dynamodb import index, key_schema
from local.resources.restapi import Method, model_schema, plan
from local.resources.s3 import lifecycle
from local.resources.watching import metric_query
from local.server import Server


def test_no_type_is_both_created_and_declared() -> None:
    """A type is in one table."""
    assert not CREATE.keys() & DECLARED.keys()


@pytest.mark.parametrize("token", sorted([*CREATE, *DECLARED]))
def test_every_type_is_one_that_pulumi_has(token: str) -> None:
    """A misspelt token would never be looked up."""
    import pulumi_aws

    _, module, kind = token.split(":")
    package, _, _file = module.partition("/")
    source = Path(pulumi_aws.__file__).parent / {"lambda": "lambda_"}.get(package, package)
    assert [path for path in source.glob("*.py") if f"'{token}'" in path.read_text("utf-8")], kind


def test_a_declared_type_says_why() -> None:
    """Whoever reads the list learns what is missing on this machine, and why."""
    assert all(declared.reason for declared in DECLARED.values())


def test_an_unknown_type_names_itself_and_the_place_for_it(emulator: Server) -> None:
    """The error tells what to do next."""
    resource = Resource(type="aws:glue/job:Job", name="crawl", inputs={})
    with pytest.raises(Unsupported, match=r"aws:glue/job:Job \(crawl\); add it to the table of glue under local/resou"):
        create(emulator, resource)  # type: ignore[arg-type]


def test_a_physical_name_is_the_same_at_each_start() -> None:
    """Without a given name it is made of the logical one; a given one is kept."""
    assert (
        Resource(type="t", name="docs", inputs={}).physical() == Resource(type="t", name="docs", inputs={}).physical()
    )
    assert Resource(type="t", name="docs", inputs={"name": "given"}).physical() == "given"


def test_inputs_are_as_the_program_meant_them() -> None:
    """Whole numbers are int and secrets are open, at any depth."""
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": 5.0}
    assert plain({"a": [1.0, 1.5, secret], "b": True}) == {"a": [1, 1.5, 5], "b": True}


def test_names_become_the_apis() -> None:
    """Nested names get a capital letter, or the spelling that differs; None is left out."""
    assert api_shape({"callbackUrls": ["x"], "a": {"bC": None, "d": 1}}, {"callbackUrls": "CallbackURLs"}) == {
        "CallbackURLs": ["x"],
        "A": {"D": 1},
    }
    assert pick({"timeout": 3, "x": None}, Timeout="timeout", X="x", Y="y") == {"Timeout": 3}


def test_both_ways_to_write_keys_mean_the_same() -> None:
    """Once as hashKey and rangeKey, once as keySchemas."""
    schemas = [{"attributeName": "a", "keyType": "HASH"}, {"attributeName": "b", "keyType": "RANGE"}]
    assert key_schema({"hashKey": "a", "rangeKey": "b"}) == key_schema({"keySchemas": schemas})
    assert index({"name": "i", "hashKey": "a", "projectionType": "INCLUDE", "nonKeyAttributes": ["c"]}) == {
        "IndexName": "i",
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["c"]},
    }


def test_a_lifecycle_rule_without_a_filter_is_for_the_whole_bucket() -> None:
    """S3 wants a filter, if only an empty prefix."""
    rule = {"id": "r", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 9}}
    assert lifecycle({"rules": [rule]}) == {
        "Rules": [
            {
                "ID": "r",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
            }
        ]
    }


def test_a_metric_query_keeps_its_statistic() -> None:
    """The metric's own period and statistic come out of it; dimensions become pairs."""
    metric = {"namespace": "n", "metricName": "m", "period": 60, "stat": "Sum", "dimensions": {"k": "v"}}
    assert metric_query({"id": "a", "metric": metric, "returnData": False}) == {
        "Id": "a",
        "ReturnData": False,
        "MetricStat": {
            "Metric": {"Namespace": "n", "MetricName": "m", "Dimensions": [{"Name": "k", "Value": "v"}]},
            "Period": 60,
            "Stat": "Sum",
        },
    }


def archive(folder: Path) -> pulumi.AssetArchive:
    """Return an archive of a folder, a file and a text."""
    (folder / "package" / "inner").mkdir(parents=True)
    (folder / "package" / "inner" / "b.py").write_text("b")
    (folder / "package" / "a.py").write_text("a")
    (folder / "single.txt").write_text("s")
    return pulumi.AssetArchive(
        {
            "package": pulumi.FileArchive(str(folder / "package")),
            "single.txt": pulumi.FileAsset(str(folder / "single.txt")),
            "made.json": pulumi.StringAsset("{}"),
        }
    )


def test_an_archive_lists_everything_in_order(tmp_path: Path) -> None:
    """Folders, files and texts, each under its name."""
    assert [name for name, _ in entries(archive(tmp_path))] == [
        "made.json",
        "package/a.py",
        "package/inner/b.py",
        "single.txt",
    ]


def test_an_archive_of_something_else_is_refused() -> None:
    """A file of the network is not fetched."""
    with pytest.raises(Unsupported, match=r"got RemoteAsset at 'x'"):
        zipped(pulumi.AssetArchive({"x": pulumi.RemoteAsset("https://example.com/x")}))


def test_an_archive_is_the_same_bytes_until_a_file_changes(tmp_path: Path) -> None:
    """Same content, same bytes; a changed file changes the fingerprint."""
    before = archive(tmp_path)
    assert zipped(before) == zipped(before)
    print_before = fingerprint(before)
    (tmp_path / "package" / "a.py").write_text("changed")
    assert fingerprint(before) != print_before


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "x-amazon-apigateway-request-validator": "all",
    "paths": {
        "/documents": {
            "parameters": [{"$ref": "#/components/parameters/trace"}],
            "post": {
                "security": [{"cognito": ["documents/write"]}],
                "parameters": [{"name": "limit", "in": "query", "required": True}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": "u"},
            },
            "options": {
                "security": [],
                "x-amazon-apigateway-integration": {"type": "mock"},
            },
        }
    },
    "components": {
        "parameters": {"trace": {"name": "x-trace", "in": "header"}},
        "schemas": {"New": {"properties": {"name": {"$ref": "#/components/schemas/Name"}}}, "Name": {"type": "string"}},
        "securitySchemes": {"cognito": {"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}}},
    },
}


def test_an_openapi_document_becomes_methods() -> None:
    """Security, validation, models and parameters of each method, references followed."""
    post = {item.http_method: item for item in plan(DOCUMENT)}["POST"]
    assert post == Method(
        path="/documents",
        http_method="POST",
        scheme="cognito",
        scopes=("documents/write",),
        validator="all",
        models={"application/json": "New"},
        parameters={"method.request.header.x-trace": False, "method.request.querystring.limit": True},
        responses={},
        integration={"type": "aws_proxy", "uri": "u"},
    )


def test_an_open_method_needs_no_authorizer() -> None:
    """An empty security list overrides any other."""
    options = {item.http_method: item for item in plan(DOCUMENT)}["OPTIONS"]
    assert options.scheme is None


def test_a_method_without_an_integration_is_refused() -> None:
    """It would answer 500 for ever."""
    with pytest.raises(Unsupported, match="expected x-amazon-apigateway-integration for GET /x, got none"):
        list(plan({"paths": {"/x": {"get": {}}}}))


def test_a_security_scheme_without_an_authorizer_is_refused() -> None:
    """Nothing would check the token."""
    paths = {"/x": {"get": {"security": [{"key": []}], "x-amazon-apigateway-integration": {"type": "mock"}}}}
    with pytest.raises(Unsupported, match="expected an authorizer in the security scheme 'key'"):
        list(plan({"paths": paths}))


def test_a_model_brings_what_it_refers_to() -> None:
    """A model stands alone: references point into it."""
    schema = json.loads(model_schema(DOCUMENT, "New"))
    assert schema["properties"]["name"]["$ref"] == "#/definitions/Name"
    assert schema["definitions"]["Name"] == {"type": "string"}
