"""An environment, an archive and a key, as tests of components need them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.settings import Environment
from components.stores import Stores
from tests.support.harness import Registered, Run
from tests.support.identities import HERE

KEY = f"arn:aws:kms:{HERE.region}:{HERE.account}:key/00000000-0000-0000-0000-000000000001"
ENVIRONMENT = Environment(
    name="dev",
    region=HERE.region,
    allowed_account_ids=(HERE.account,),
    app_origin="https://documents.example.com",
    architecture="arm64",
    protect=False,
    customer_key=False,
    permissions_boundary=None,
    log_retention_days=30,
    log_level="INFO",
    alarm_email=None,
    soft_delete_days=30,
    noncurrent_days=45,
    glacier_instant_days=0,
    glacier_flexible_days=0,
    glacier_deep_days=0,
    transfer_acceleration=False,
    dax=False,
    mfa="optional",
    domain_prefix=None,
    waf=True,
    waf_rate_limit=2000,
    waf_bot_control=False,
    api_throttle_rate=50,
    api_throttle_burst=100,
    api_quota_per_day=0,
    max_concurrency=10,
    router_memory_mb=1024,
    isolation="process",
    point_in_time_days=35,
    tags={},
    bundle_target="lambda",
    trace=True,
)


def environment(**changes: Any) -> Environment:
    """Return an environment that differs from `ENVIRONMENT` as told."""
    return dataclasses.replace(ENVIRONMENT, **changes)


def stores(**changes: Any) -> Stores:
    """Return buckets and tables by name and ARN, changed as told."""
    table = f"arn:aws:dynamodb:{HERE.region}:{HERE.account}:table"
    given: dict[str, Any] = {
        "documents_bucket": "documents",
        "documents_bucket_arn": "arn:aws:s3:::documents",
        "artifacts_bucket": "artifacts",
        "artifacts_bucket_arn": "arn:aws:s3:::artifacts",
        "documents_table": "documents",
        "documents_table_arn": f"{table}/documents",
        "dead_letters_table": "letters",
        "dead_letters_table_arn": f"{table}/letters",
    }
    return Stores(**{**given, **changes})


def archive() -> pulumi.AssetArchive:
    """Return an archive of one small handler."""
    return pulumi.AssetArchive({"functions/router.py": pulumi.StringAsset("def handler(event, context): ...\n")})


def statements(document: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the statements of a policy document by sid."""
    return {one["Sid"]: one for one in json.loads(document)["Statement"]}


def role_policy(run: Run, purpose: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the statements of a function's role by sid."""
    (found,) = [one for one in run.of("aws:iam/rolePolicy:RolePolicy") if one.inputs["name"] == purpose]
    return statements(found.inputs["policy"])


def actions(document: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Return every (action, resource) that a document allows."""
    return {
        (action, resource)
        for one in document.values()
        if one["Effect"] == "Allow"
        for action in _listed(one["Action"])
        for resource in _listed(one["Resource"])
    }


def urns(resources: Sequence[Registered]) -> set[str]:
    """Return the URNs of resources."""
    return {one.urn for one in resources}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
