"""What AWS would answer for a resource that was just made: its id, its ARN and the outputs it always has.

The same resource always gets the same values, so two runs can be compared whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.support import typed_schema

__all__ = ["HERE", "Place", "auto_name", "computed", "identity", "name_property"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account (12 digits) and one of its regions."""

    region: str = "eu-west-1"
    account: str = "123456789012"


HERE = Place()

# Every ARN that is not arn:aws:<service>:<region>:<account>:<kind>/<id>.
ARNS = MappingProxyType(
    {
        "aws:amplify/app:App": "arn:aws:amplify:{region}:{account}:apps/{id}",
        "aws:amplify/branch:Branch": "arn:aws:amplify:{region}:{account}:apps/{appId}/branches/{branchName}",
        "aws:apigateway/restApi:RestApi": "arn:aws:apigateway:{region}::/restapis/{id}",
        "aws:apigateway/stage:Stage": "arn:aws:apigateway:{region}::/restapis/{restApi}/stages/{stageName}",
        "aws:apigateway/usagePlan:UsagePlan": "arn:aws:apigateway:{region}::/usageplans/{id}",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{alarmName}",
        "aws:cloudwatch/dashboard:Dashboard": "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}",
        "aws:cloudwatch/eventRule:EventRule": "arn:aws:events:{region}:{account}:rule/{name}",
        "aws:cloudwatch/logGroup:LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
        "aws:cloudwatch/metricAlarm:MetricAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
        "aws:cognito/userPool:UserPool": "arn:aws:cognito-idp:{region}:{account}:userpool/{id}",
        "aws:dax/cluster:Cluster": "arn:aws:dax:{region}:{account}:cache/{clusterName}",
        "aws:dynamodb/table:Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
        "aws:iam/policy:Policy": "arn:aws:iam::{account}:policy/{name}",
        "aws:iam/role:Role": "arn:aws:iam::{account}:role/{name}",
        "aws:lambda/eventSourceMapping:EventSourceMapping": (
            "arn:aws:lambda:{region}:{account}:event-source-mapping:{id}"
        ),
        "aws:lambda/function:Function": "arn:aws:lambda:{region}:{account}:function:{name}",
        "aws:s3/bucket:Bucket": "arn:aws:s3:::{bucket}",
        "aws:scheduler/schedule:Schedule": "arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
        "aws:sfn/stateMachine:StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
        "aws:sns/topic:Topic": "arn:aws:sns:{region}:{account}:{name}",
        "aws:sqs/queue:Queue": "arn:aws:sqs:{region}:{account}:{name}",
        "aws:wafv2/webAcl:WebAcl": "arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}",
    }
)
# Ids that are neither the resource's name nor made up of its logical name and a digest.
IDS = MappingProxyType(
    {
        "aws:amplify/app:App": "d{digest:.13}",
        "aws:apigateway/deployment:Deployment": "{digest:.6}",
        "aws:apigateway/restApi:RestApi": "{digest:.10}",
        "aws:apigateway/usagePlan:UsagePlan": "{digest:.6}",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": "{alarmName}",
        "aws:cloudwatch/dashboard:Dashboard": "{dashboardName}",
        "aws:cognito/userPool:UserPool": "{region}_{digest:.9}",
        "aws:cognito/userPoolClient:UserPoolClient": "{digest:.26}",
        "aws:cognito/userPoolDomain:UserPoolDomain": "{domain}",
        "aws:iam/policy:Policy": ARNS["aws:iam/policy:Policy"],
        "aws:kms/key:Key": "{digest:.8}-{digest:.4}-4000-8000-{digest:.12}",
        "aws:s3/bucket:Bucket": "{bucket}",
        "aws:sns/topic:Topic": ARNS["aws:sns/topic:Topic"],
        "aws:sqs/queue:Queue": "https://sqs.{region}.amazonaws.com/{account}/{name}",
        "aws:wafv2/webAcl:WebAcl": "{digest:.8}-{digest:.4}-4000-8000-{digest:.12}",
    }
)
# Outputs that another resource or the application reads.
OUTPUTS = MappingProxyType(
    {
        ("aws:amplify/app:App", "defaultDomain"): "{id}.amplifyapp.com",
        ("aws:apigateway/restApi:RestApi", "executionArn"): "arn:aws:execute-api:{region}:{account}:{id}",
        ("aws:apigateway/restApi:RestApi", "rootResourceId"): "{digest:.10}",
        ("aws:apigateway/stage:Stage", "executionArn"): "arn:aws:execute-api:{region}:{account}:{restApi}/{stageName}",
        ("aws:apigateway/stage:Stage", "invokeUrl"): "https://{restApi}.execute-api.{region}.amazonaws.com/{stageName}",
        ("aws:cognito/userPool:UserPool", "endpoint"): "cognito-idp.{region}.amazonaws.com/{id}",
        ("aws:dynamodb/table:Table", "streamArn"): "{arn}/stream/2026-01-01T00:00:00.000",
        ("aws:kms/key:Key", "keyId"): "{id}",
        ("aws:lambda/function:Function", "invokeArn"): (
            "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        ),
        ("aws:lambda/function:Function", "qualifiedArn"): "{arn}:1",
        ("aws:lambda/function:Function", "version"): "1",
        ("aws:s3/bucket:Bucket", "bucketDomainName"): "{bucket}.s3.amazonaws.com",
        ("aws:s3/bucket:Bucket", "bucketRegionalDomainName"): "{bucket}.s3.{region}.amazonaws.com",
        ("aws:sqs/queue:Queue", "url"): "{id}",
    }
)


def name_property(token: str) -> str | None:
    """Return the wire name of the input that the provider names by itself when the program does not."""
    if token == "aws:s3/bucket:Bucket":
        return "bucket"
    return "name" if "name" in typed_schema.names_of(token) and "name" in typed_schema.outputs(token) else None


def auto_name(logical: str, urn: str) -> str:
    """Return the logical name with seven hexadecimal digits, as the provider does, but always the same ones."""
    return f"{logical}-{_digest(urn):.7}"


def identity(token: str, urn: str, inputs: Mapping[str, Any], place: Place = HERE) -> str:
    """Return the provider's id for a resource with these inputs, in which a name is already chosen."""
    values = _values(urn, inputs, place)
    named = name_property(token)
    template = IDS.get(token) or (f"{{{named}}}" if named else "{logical}-{digest:.8}")
    return template.format_map(values)


def computed(token: str, urn: str, inputs: Mapping[str, Any], place: Place = HERE) -> dict[str, Any]:
    """Return a value for every output that the resource always has and the program did not give, and for its ARN."""
    values = {**_values(urn, inputs, place), "id": identity(token, urn, inputs, place)}
    service = token.split(":")[1].partition("/")[0]
    kind = token.rpartition(":")[2].lower()
    arn = ARNS.get(token, f"arn:aws:{service}:{{region}}:{{account}}:{kind}/{{id}}")
    values["arn"] = arn.format_map(values)
    found: dict[str, Any] = {}
    for name, declared in typed_schema.outputs(token).items():
        if inputs.get(name) is not None or name == "urn":
            continue
        if declared is not str:
            found[name] = declared()
        else:
            template = OUTPUTS.get((token, name), _template(name))
            found[name] = template.format_map(values)
    return found


def _template(name: str) -> str:
    if name in {"id", "arn", "region"}:
        return f"{{{name}}}"
    if name.endswith("Arn"):
        return "{arn}:" + name
    if name.lower().endswith(("url", "endpoint")):
        return "https://{logical}.{region}.amazonaws.com/{digest:.8}"
    return "{logical}:" + name


def _values(urn: str, inputs: Mapping[str, Any], place: Place) -> dict[str, Any]:
    logical = urn.rpartition("::")[2]
    given = {key: value for key, value in inputs.items() if isinstance(value, (str, int, float))}
    # The inputs are part of it: a replacement stands beside what it replaces and needs an id of its own.
    digest = _digest(urn + json.dumps(given, sort_keys=True))
    return {"region": place.region, "account": place.account, **given, "logical": logical, "digest": digest}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
