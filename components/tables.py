"""The tables: their keys and indexes as values, and how one is created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.settings import Environment

Key = tuple[str, Literal["S", "N"]]
"""An attribute and its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A global secondary index; `include` are attributes beside the keys, none for keys only, `whole` for all."""

    name: str
    hash: Key
    range: Key
    include: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table's keys and indexes."""

    hash: Key
    range: Key | None = None
    indexes: tuple[Index, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the indexes."""
        return tuple(index.name for index in self.indexes)

    @property
    def attributes(self) -> dict[str, str]:
        """Attribute -> type of every key, sorted: DynamoDB refuses one that no key uses."""
        own = [self.hash, *([self.range] if self.range else [])]
        return dict(sorted([*own, *(key for index in self.indexes for key in (index.hash, index.range))]))


DOCUMENTS = Layout(
    hash=("pk", "S"),
    range=("sk", "S"),
    indexes=(
        Index(
            name="by-owner",
            hash=("owner_key", "S"),
            range=("listed_at", "S"),
            include=("document_id", "name", "project", "size_bytes"),
        ),
        Index(name="by-project", hash=("project_key", "S"), range=("listed_at", "S")),
        Index(name="by-status", hash=("status_key", "S"), range=("listed_at", "S")),
        Index(name="unfinished", hash=("shard", "S"), range=("since", "N")),
    ),
)
"""Heads and versions. Only a head has index attributes, and only while an index is to list it: all are sparse."""

DEAD_LETTERS = Layout(
    hash=("pk", "S"),
    indexes=(Index(name="by-status", hash=("status", "S"), range=("arrived_at", "S"), whole=True),),
)
"""Letters, which are few: lists and replays take them whole from the index."""


def create(
    name: str,
    layout: Layout,
    parent: pulumi.Resource,
    environment: Environment,
    key_arn: pulumi.Input[str] | None,
) -> aws.dynamodb.Table:
    """Create a table: on demand, restorable to any second, expiring by `expires_at`.

    Without a customer key it is encrypted with DynamoDB's own, which costs nothing.
    """
    return aws.dynamodb.Table(
        name,
        billing_mode="PAY_PER_REQUEST",
        hash_key=layout.hash[0],
        range_key=layout.range[0] if layout.range else None,
        attributes=[{"name": attribute, "type": kind} for attribute, kind in layout.attributes.items()],
        global_secondary_indexes=[_index(index) for index in layout.indexes],
        ttl={"attribute_name": "expires_at", "enabled": True},
        point_in_time_recovery={"enabled": True, "recovery_period_in_days": environment.point_in_time_days},
        server_side_encryption={"enabled": True, "kms_key_arn": key_arn} if key_arn is not None else None,
        deletion_protection_enabled=environment.protect,
        opts=pulumi.ResourceOptions(parent=parent, protect=environment.protect or None),
    )


def _index(index: Index) -> aws.dynamodb.TableGlobalSecondaryIndexArgsDict:
    described: aws.dynamodb.TableGlobalSecondaryIndexArgsDict = {
        "name": index.name,
        "key_schemas": [
            {"attribute_name": index.hash[0], "key_type": "HASH"},
            {"attribute_name": index.range[0], "key_type": "RANGE"},
        ],
        "projection_type": "ALL" if index.whole else "INCLUDE" if index.include else "KEYS_ONLY",
    }
    return {**described, "non_key_attributes": list(index.include)} if index.include else described
