"""Tables and keys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, arn, pick


def key_schema(item: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return a table's or index's keys, from either of the two ways a program may write them. Pure."""
    if item.get("keySchemas"):
        return [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in item["keySchemas"]]
    keys = [{"AttributeName": item["hashKey"], "KeyType": "HASH"}]
    if item.get("rangeKey"):
        keys.append({"AttributeName": item["rangeKey"], "KeyType": "RANGE"})
    return keys


def index(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a global secondary index as CreateTable takes it. Pure."""
    projection = pick(item, ProjectionType="projectionType", NonKeyAttributes="nonKeyAttributes")
    return {"IndexName": item["name"], "KeySchema": key_schema(item), "Projection": projection}


def _table(cloud: Cloud, resource: Resource) -> Made:
    inputs, name, client = resource.inputs, resource.physical(), cloud.client("dynamodb")
    options: dict[str, Any] = pick(inputs, DeletionProtectionEnabled="deletionProtectionEnabled")
    if inputs.get("globalSecondaryIndexes"):
        options["GlobalSecondaryIndexes"] = [index(item) for item in inputs["globalSecondaryIndexes"]]
    if (inputs.get("serverSideEncryption") or {}).get("enabled"):
        key = pick(inputs["serverSideEncryption"], KMSMasterKeyId="kmsKeyArn")
        options["SSESpecification"] = {"Enabled": True, "SSEType": "KMS", **key}
    table = client.create_table(
        TableName=name,
        KeySchema=key_schema(inputs),
        AttributeDefinitions=[
            {"AttributeName": item["name"], "AttributeType": item["type"]} for item in inputs["attributes"]
        ],
        BillingMode=inputs.get("billingMode") or "PROVISIONED",
        **options,
    )["TableDescription"]
    if (inputs.get("ttl") or {}).get("enabled"):
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": inputs["ttl"]["attributeName"]},
        )
    if (inputs.get("pointInTimeRecovery") or {}).get("enabled"):
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    return Made(id=name, outputs={"name": name, "arn": table["TableArn"]})


def _key(cloud: Cloud, resource: Resource) -> Made:
    client, inputs = cloud.client("kms"), resource.inputs
    key = client.create_key(**pick(inputs, Description="description", Policy="policy"))["KeyMetadata"]
    if inputs.get("enableKeyRotation"):
        client.enable_key_rotation(KeyId=key["KeyId"])
    return Made(id=key["KeyId"], outputs={"arn": key["Arn"], "keyId": key["KeyId"]})


def _alias(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    cloud.client("kms").create_alias(AliasName=name, TargetKeyId=resource.inputs["targetKeyId"])
    return Made(id=name, outputs={"name": name, "arn": arn(cloud, "kms", name)})


TABLE: Mapping[str, Create] = MappingProxyType(
    {"aws:dynamodb/table:Table": _table, "aws:kms/key:Key": _key, "aws:kms/alias:Alias": _alias}
)
"""DynamoDB's and KMS's resource types."""
