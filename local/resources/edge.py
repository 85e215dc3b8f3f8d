"""The REST API with its stage, plan and throttling, and the web ACL in front of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, api_shape, pick
from local.resources.restapi import import_document

_WAF_SPELLINGS = {
    "cloudwatchMetricsEnabled": "CloudWatchMetricsEnabled",
    "arn": "ARN",
    "ja3Fingerprint": "JA3Fingerprint",
    "uri": "URI",
    "awsManagedRulesBotControlRuleSet": "AWSManagedRulesBotControlRuleSet",
}
_SETTINGS = {
    "throttlingRateLimit": "throttling/rateLimit",
    "throttlingBurstLimit": "throttling/burstLimit",
    "metricsEnabled": "metrics/enabled",
    "loggingLevel": "logging/loglevel",
    "dataTraceEnabled": "logging/dataTrace",
}


def _rest_api(cloud: Cloud, resource: Resource) -> Made:
    inputs, client = resource.inputs, cloud.client("apigateway")
    options = pick(inputs, description="description", binaryMediaTypes="binaryMediaTypes")
    if inputs.get("minimumCompressionSize") is not None:
        options["minimumCompressionSize"] = int(inputs["minimumCompressionSize"])
    api = client.create_rest_api(name=resource.physical(), **options)["id"]
    if inputs.get("body"):
        import_document(cloud, api, json.loads(inputs["body"]))
    root = next(item["id"] for item in client.get_resources(restApiId=api, limit=500)["items"] if item["path"] == "/")
    execution = f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{api}"
    return Made(
        id=api,
        outputs={
            "name": resource.physical(),
            "arn": f"arn:aws:apigateway:{cloud.region}::/restapis/{api}",
            "executionArn": execution,
            "rootResourceId": root,
        },
    )


def _deployment(cloud: Cloud, resource: Resource) -> Made:
    made = cloud.client("apigateway").create_deployment(restApiId=resource.inputs["restApi"])
    return Made(id=made["id"], outputs={})


def _stage(cloud: Cloud, resource: Resource) -> Made:
    inputs, client = resource.inputs, cloud.client("apigateway")
    api, name = inputs["restApi"], inputs["stageName"]
    client.create_stage(
        restApiId=api,
        stageName=name,
        deploymentId=inputs["deployment"],
        **pick(inputs, variables="variables", tracingEnabled="xrayTracingEnabled", description="description"),
    )
    return Made(
        id=f"ags-{api}-{name}",
        outputs={
            "arn": f"arn:aws:apigateway:{cloud.region}::/restapis/{api}/stages/{name}",
            "invokeUrl": f"{cloud.endpoint}/_aws/execute-api/{api}/{name}",
            "executionArn": f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{api}/{name}",
        },
    )


def _method_settings(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    path = "/*/*" if inputs["methodPath"] == "*/*" else f"/{inputs['methodPath']}"
    cloud.client("apigateway").update_stage(
        restApiId=inputs["restApi"],
        stageName=inputs["stageName"],
        patchOperations=[
            {"op": "replace", "path": f"{path}/{rest}", "value": _text(inputs["settings"][name])}
            for name, rest in _SETTINGS.items()
            if inputs["settings"].get(name) is not None
        ],
    )
    return Made(id=f"{inputs['restApi']}-{inputs['stageName']}-{inputs['methodPath']}", outputs={})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _usage_plan(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    options = pick(inputs, description="description", throttle="throttleSettings", quota="quotaSettings")
    stages = [{"apiId": stage["apiId"], "stage": stage["stage"]} for stage in inputs.get("apiStages") or []]
    plan = cloud.client("apigateway").create_usage_plan(name=resource.physical(), apiStages=stages, **options)["id"]
    arn = f"arn:aws:apigateway:{cloud.region}::/usageplans/{plan}"
    return Made(id=plan, outputs={"name": resource.physical(), "arn": arn})


def _account(cloud: Cloud, resource: Resource) -> Made:
    role = resource.inputs.get("cloudwatchRoleArn")
    if role:
        cloud.client("apigateway").update_account(
            patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
        )
    return Made(id="api-gateway-account", outputs={})


def _web_acl(cloud: Cloud, resource: Resource) -> Made:
    inputs, name = resource.inputs, resource.physical()
    made = cloud.client("wafv2").create_web_acl(
        Name=name,
        Scope=inputs["scope"],
        DefaultAction=api_shape(inputs["defaultAction"]),
        VisibilityConfig=api_shape(inputs["visibilityConfig"], _WAF_SPELLINGS),
        Rules=[api_shape(rule, _WAF_SPELLINGS) for rule in inputs.get("rules") or []],
        **pick(inputs, Description="description"),
    )["Summary"]
    return Made(id=made["Id"], outputs={"name": name, "arn": made["ARN"]})


def _web_acl_association(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    cloud.client("wafv2").associate_web_acl(WebACLArn=inputs["webAclArn"], ResourceArn=inputs["resourceArn"])
    identity = hashlib.sha256(f"{inputs['webAclArn']},{inputs['resourceArn']}".encode()).hexdigest()[:16]
    return Made(id=identity, outputs={})


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:apigateway/restApi:RestApi": _rest_api,
        "aws:apigateway/deployment:Deployment": _deployment,
        "aws:apigateway/stage:Stage": _stage,
        "aws:apigateway/methodSettings:MethodSettings": _method_settings,
        "aws:apigateway/usagePlan:UsagePlan": _usage_plan,
        "aws:apigateway/account:Account": _account,
        "aws:wafv2/webAcl:WebAcl": _web_acl,
        "aws:wafv2/webAclAssociation:WebAclAssociation": _web_acl_association,
    }
)
"""API Gateway's and WAF's resource types."""
