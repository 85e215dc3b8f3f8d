"""The REST API: API Gateway as the OpenAPI document has it, one function behind it, a web ACL before it.

    browser -> web ACL -> stage (throttled, logged) -> Cognito authorizer (scope) -> request validator -> function

A change of the document, of the function's ARN, of the user pool or of the app's origin deploys the API anew; nothing
else does. Callers are told apart by their tokens; a request's log line says what was asked and how it ended, never by
whom or from where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components import gateway, iam, naming, web_acl
from components.function import Function, FunctionArgs
from components.settings import Environment
from components.stores import Stores

STAGE = "v1"
MEMORY_MB = 1024
TIMEOUT_S = gateway.TIMEOUT_MS // 1000
"""As long as the gateway waits."""
COMPRESSED_FROM = 1024
TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
"""TLS 1.2 and 1.3, forward secrecy, post-quantum key exchange where the client has it."""

ACCESS_LOG: Mapping[str, str] = {
    "authorizer_error": "$context.authorizer.error",
    "error": "$context.error.responseType",
    "extended_request_id": "$context.extendedRequestId",
    "integration_error": "$context.integration.error",
    "integration_latency_ms": "$context.integration.latency",
    "latency_ms": "$context.responseLatency",
    "method": "$context.httpMethod",
    "request_id": "$context.requestId",
    "response_bytes": "$context.responseLength",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "time": "$context.requestTimeEpoch",
    "tls": "$context.tlsVersion",
    "trace_id": "$context.xrayTraceId",
    "waf": "$context.waf.status",
}
"""Field of a log line -> what API Gateway puts there. No address, no user, no path with ids, no query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiArgs:
    """What the API is built from.

    Attributes:
        environment: the stack's settings.
        account_id: the account, 12 digits: the function's policy is bound to it.
        code: the archive that the function runs.
        stores: buckets and tables.
        document: path of the OpenAPI 3.1 document.
        origin: the one origin whose pages may call: "https://documents.example.com".
        user_pool_arn: whose access tokens are accepted.
        token_issuer: `iss` of those tokens; the function checks it again.
        client_id: `client_id` of those tokens.
        intake_queue_url: where the function asks for another look at a document.
        intake_queue_arn: the same queue.
        account_logs: give API Gateway the role with which it writes logs. The role is the account's and region's, for
            every API in it; turn it off where somebody else cares for it.
    """

    environment: Environment
    account_id: pulumi.Input[str]
    code: pulumi.Archive
    stores: Stores
    document: Path
    origin: pulumi.Input[str]
    user_pool_arn: pulumi.Input[str]
    token_issuer: pulumi.Input[str]
    client_id: pulumi.Input[str]
    intake_queue_url: pulumi.Input[str]
    intake_queue_arn: pulumi.Input[str]
    account_logs: bool = True


class Api(pulumi.ComponentResource):
    """The REST API. A document that cannot be served is a `gateway.GatewayError`, before anything is made.

    Outputs: `url` with the stage and no slash at its end; `rest_api`, `stage`; `function`; `acl`, None without WAF.
    """

    url: pulumi.Output[str]
    rest_api: aws.apigateway.RestApi
    stage: aws.apigateway.Stage
    function: Function
    acl: aws.wafv2.WebAcl | None

    def __init__(self, name: str, args: ApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self._document = gateway.load(args.document)
        super().__init__("firstbytes:index:Api", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.function = Function(f"{name}-function", _function(args), self._child)
        self.rest_api, body = self._gateway()
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.function.function.name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(self.rest_api.execution_arn, f"/{STAGE}/*/*"),
            source_account=args.account_id,
            opts=self._child,
        )
        self.stage = self._stage(body)
        self._limits()
        self.acl = self._guard() if args.environment.waf else None
        self.url = self.stage.invoke_url
        self.register_outputs({"url": self.url, "function": self.function.function.name})

    def _gateway(self) -> tuple[aws.apigateway.RestApi, pulumi.Output[str]]:
        """Import the document; return the API and the definition it was made from."""
        args = self._args

        def define(known: dict[str, Any]) -> str:
            return gateway.canonical(gateway.gateway_body(self._document, **known))

        body = pulumi.Output.all(
            user_pool_arn=args.user_pool_arn,
            function_invoke_arn=self.function.function.invoke_arn,
            origin=args.origin,
        ).apply(define)
        rest_api = aws.apigateway.RestApi(
            self._name,
            name=naming.rest_api(args.environment.name, "api"),
            description="Documents, what they are and what they say",
            body=body,
            put_rest_api_mode="overwrite",
            endpoint_configuration={"types": "REGIONAL"},
            minimum_compression_size=str(COMPRESSED_FROM),
            security_policy=TLS_POLICY,
            endpoint_access_mode="STRICT",
            opts=self._child,
        )
        return rest_api, body

    def _stage(self, body: pulumi.Output[str]) -> aws.apigateway.Stage:
        args, name = self._args, self._name
        environment = args.environment
        group = aws.cloudwatch.LogGroup(
            f"{name}-access",
            name=naming.access_log_group(environment.name, "api"),
            retention_in_days=environment.log_retention_days,
            kms_key_id=args.stores.key_arn,
            opts=self._child,
        )
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=self.rest_api.id,
            triggers={"body": body.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())},
            opts=self._child,
        )
        account = [self._account()] if args.account_logs else []
        return aws.apigateway.Stage(
            name,
            rest_api=self.rest_api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=environment.trace,
            access_log_settings={
                "destination_arn": group.arn,
                "format": json.dumps(ACCESS_LOG, sort_keys=True, separators=(",", ":")),
            },
            opts=self._after(*account),
        )

    def _account(self) -> aws.apigateway.Account:
        """Let API Gateway write logs; what is left behind on destroy serves the account's other APIs."""
        kept = pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(retain_on_delete=True))
        role = aws.iam.Role(
            f"{self._name}-logs",
            description="Writes the logs of every REST API in this account and region",
            assume_role_policy=iam.text(iam.api_gateway_trust()),
            permissions_boundary=self._args.environment.permissions_boundary,
            opts=kept,
        )
        policy = aws.iam.RolePolicy(
            f"{self._name}-logs", name="logs", role=role.name, policy=iam.text(iam.api_gateway_logs()), opts=kept
        )
        after = pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=[policy]))
        return aws.apigateway.Account(f"{self._name}-logs", cloudwatch_role_arn=role.arn, opts=after)

    def _limits(self) -> None:
        """Bound what all callers together may ask; the plan does the same for a caller who has an API key."""
        environment, name = self._args.environment, self._name
        aws.apigateway.MethodSettings(
            name,
            rest_api=self.rest_api.id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings={
                "metrics_enabled": True,
                # Execution logs hold requests as they were; the access log says what an operator needs.
                "logging_level": "OFF",
                "data_trace_enabled": False,
                "throttling_rate_limit": environment.api_throttle_rate,
                "throttling_burst_limit": environment.api_throttle_burst,
            },
            opts=self._child,
        )
        quota = environment.api_quota_per_day
        aws.apigateway.UsagePlan(
            name,
            description="What one caller with an API key may ask",
            api_stages=[{"api_id": self.rest_api.id, "stage": self.stage.stage_name}],
            throttle_settings={
                "rate_limit": environment.api_throttle_rate,
                "burst_limit": environment.api_throttle_burst,
            },
            quota_settings={"limit": quota, "period": "DAY"} if quota else None,
            opts=self._child,
        )

    def _guard(self) -> aws.wafv2.WebAcl:
        environment, name = self._args.environment, self._name
        acl = aws.wafv2.WebAcl(
            name,
            name=naming.web_acl(environment.name, "api"),
            description="What is asked of a request before the API sees it",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=web_acl.rules(
                environment.name, rate_limit=environment.waf_rate_limit, bot_control=environment.waf_bot_control
            ),
            visibility_config=web_acl.visibility(environment.name, "api"),
            data_protection_config=web_acl.protection(),
            opts=self._child,
        )
        aws.wafv2.WebAclAssociation(name, resource_arn=self.stage.arn, web_acl_arn=acl.arn, opts=self._child)
        return acl

    def _after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=list(resources)))


def _function(args: ApiArgs) -> FunctionArgs:
    """Answer every operation of the document."""
    stores, environment = args.stores, args.environment
    return FunctionArgs(
        environment=environment,
        code=args.code,
        key_arn=stores.key_arn,
        purpose="api",
        description="Answers the REST API",
        handler="functions.api.app.handler",
        memory_mb=MEMORY_MB,
        timeout_s=TIMEOUT_S,
        permissions=pulumi.Output.all(
            documents_table=stores.documents_table_arn,
            dead_letters_table=stores.dead_letters_table_arn,
            documents_bucket=stores.documents_bucket_arn,
            artifacts_bucket=stores.artifacts_bucket_arn,
            intake_queue=args.intake_queue_arn,
        ).apply(lambda arns: iam.api(**arns)),
        variables={
            "APP_ORIGIN": args.origin,
            "ARTIFACTS_BUCKET": stores.artifacts_bucket,
            "CLIENT_ID": args.client_id,
            "DEAD_LETTERS_TABLE": stores.dead_letters_table,
            "DOCUMENTS_BUCKET": stores.documents_bucket,
            "DOCUMENTS_TABLE": stores.documents_table,
            "INTAKE_QUEUE_URL": args.intake_queue_url,
            "SOFT_DELETE_DAYS": str(environment.soft_delete_days),
            "TOKEN_ISSUER": args.token_issuer,
        },
    )
