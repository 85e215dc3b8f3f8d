"""Wire values of resources, and what the real provider calls a change of them. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2  # type: ignore[import-untyped]  # no stubs
from pulumi.runtime import rpc

__all__ = ["UNKNOWN", "bare", "changed", "from_struct", "light", "replacing", "to_struct"]

UNKNOWN = rpc.UNKNOWN
SIGNATURE = rpc._special_sig_key
SECRET = rpc._special_secret_sig

# Texts that AWS stores parsed: only their meaning counts.
JSON_TEXTS = frozenset(
    {"assumeRolePolicy", "definition", "eventPattern", "policy", "redriveAllowPolicy", "redrivePolicy"}
)
# What makes a resource that one and no other: a new value is a new resource.
IDENTITY = frozenset(
    {
        "appId",
        "branchName",
        "bucket",
        "domain",
        "fifoQueue",
        "functionName",
        "hashKey",
        "identifier",
        "name",
        "namePrefix",
        "packageType",
        "rangeKey",
        "region",
        "restApi",
        "role",
        "rule",
        "stageName",
        "triggers",
        "userPoolId",
    }
)
# Where AWS can change in place what is identity elsewhere.
IN_PLACE: Mapping[str, frozenset[str]] = {
    "aws:apigateway/restApi:RestApi": frozenset({"name"}),
    "aws:apigateway/usagePlan:UsagePlan": frozenset({"name"}),
    "aws:cognito/userPoolClient:UserPoolClient": frozenset({"name"}),
    "aws:lambda/eventSourceMapping:EventSourceMapping": frozenset({"functionName"}),
    "aws:lambda/function:Function": frozenset({"role"}),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": frozenset({"rule"}),
}


def to_struct(value: Mapping[str, Any]) -> Any:
    """Return a JSON object as the protobuf message that goes over the wire."""
    return json_format.ParseDict(dict(value), struct_pb2.Struct())


def from_struct(message: Any) -> dict[str, Any]:
    """Return the JSON object in a protobuf message."""
    return dict(json_format.MessageToDict(message))


def bare(value: Any) -> Any:
    """Return a value without the wrapping of secrets."""
    if isinstance(value, Mapping):
        return bare(value["value"]) if value.get(SIGNATURE) == SECRET else {k: bare(v) for k, v in value.items()}
    return [bare(item) for item in value] if isinstance(value, list) else value


def light(value: Any) -> Any:
    """Return a value in which an asset or archive keeps its hash alone, as AWS keeps no source files."""
    if isinstance(value, Mapping):
        if "hash" in value and SIGNATURE in value:
            return {SIGNATURE: value[SIGNATURE], "hash": value["hash"]}
        return {key: light(item) for key, item in value.items()}
    return [light(item) for item in value] if isinstance(value, list) else value


def changed(olds: Mapping[str, Any], news: Mapping[str, Any], ignore: frozenset[str]) -> list[str]:
    """Return the sorted names of the inputs that differ in meaning."""
    names = sorted(name for name in {*olds, *news} - ignore if not name.startswith("__"))
    return [name for name in names if not _same(name, bare(light(olds.get(name))), bare(light(news.get(name))))]


def replacing(token: str, names: list[str]) -> list[str]:
    """Return those of the changed inputs that need a new resource."""
    in_place = IN_PLACE.get(token, frozenset())
    return [name for name in names if name in IDENTITY and name not in in_place]


def _same(name: str, old: Any, new: Any) -> bool:
    if name in JSON_TEXTS and isinstance(old, str) and isinstance(new, str) and UNKNOWN not in {old, new}:
        return bool(json.loads(old) == json.loads(new))
    return bool(old == new)
