"""Functions, what invokes them, and the roles they have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, api_shape, pick


def _function(cloud: Cloud, resource: Resource) -> Made:
    inputs, name = resource.inputs, resource.physical()
    options = pick(
        inputs, Description="description", Timeout="timeout", MemorySize="memorySize", Layers="layers",
        Architectures="architectures",
    )  # fmt: skip
    for ours, theirs in (
        ("LoggingConfig", "loggingConfig"),
        ("TracingConfig", "tracingConfig"),
        ("EphemeralStorage", "ephemeralStorage"),
        ("DeadLetterConfig", "deadLetterConfig"),
    ):
        if inputs.get(theirs):
            options[ours] = api_shape(inputs[theirs])
    function = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime=inputs["runtime"],
        Role=inputs["role"],
        Handler=inputs["handler"],
        Code=cloud.upload(inputs["code"]),
        Environment={"Variables": (inputs.get("environment") or {}).get("variables") or {}},
        **options,
    )
    path = f"path/2015-03-31/functions/{function['FunctionArn']}/invocations"
    return Made(
        id=name,
        outputs={
            "name": name,
            "arn": function["FunctionArn"],
            "invokeArn": f"arn:aws:apigateway:{cloud.region}:lambda:{path}",
            "qualifiedArn": f"{function['FunctionArn']}:$LATEST",
            "version": "$LATEST",
        },
    )


def _permission(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    statement = resource.physical("statementId")
    cloud.client("lambda").add_permission(
        FunctionName=inputs["function"],
        StatementId=statement,
        Action=inputs["action"],
        Principal=inputs["principal"],
        **pick(inputs, SourceArn="sourceArn", SourceAccount="sourceAccount"),
    )
    return Made(id=statement, outputs={"statementId": statement})


def _event_source_mapping(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    options = pick(
        inputs, BatchSize="batchSize", Enabled="enabled", FunctionResponseTypes="functionResponseTypes",
        MaximumBatchingWindowInSeconds="maximumBatchingWindowInSeconds",
    )  # fmt: skip
    if inputs.get("scalingConfig"):
        options["ScalingConfig"] = api_shape(inputs["scalingConfig"])
    mapping = cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=inputs["eventSourceArn"], FunctionName=inputs["functionName"], **options
    )
    return Made(id=mapping["UUID"], outputs={"uuid": mapping["UUID"], "functionArn": mapping["FunctionArn"]})


def _role(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    role = cloud.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=_document(resource.inputs["assumeRolePolicy"]),
        **pick(resource.inputs, Path="path", Description="description", PermissionsBoundary="permissionsBoundary"),
    )["Role"]
    return Made(id=name, outputs={"name": name, "arn": role["Arn"], "uniqueId": role["RoleId"]})


def _role_policy(cloud: Cloud, resource: Resource) -> Made:
    name, role = resource.physical(), resource.inputs["role"]
    cloud.client("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=_document(resource.inputs["policy"])
    )
    return Made(id=f"{role}:{name}", outputs={"name": name})


def _document(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:lambda/function:Function": _function,
        "aws:lambda/permission:Permission": _permission,
        "aws:lambda/eventSourceMapping:EventSourceMapping": _event_source_mapping,
        "aws:iam/role:Role": _role,
        "aws:iam/rolePolicy:RolePolicy": _role_policy,
    }
)
"""Lambda's and IAM's resource types."""
