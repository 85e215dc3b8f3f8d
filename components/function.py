"""One Lambda function with what belongs to it alone: a log group that exists before it, a role, the role's policy.

The function logs as JSON into that group, so that retention is ours and not Lambda's default of for ever.
Its policy is what the caller states, plus the log group, plus X-Ray and the customer's key where the environment has
them; nothing is attached from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components import iam, naming
from components.settings import Environment

RUNTIME = "python3.13"
NAMESPACE = "firstbytes"
"""The namespace of every metric that a function writes."""

LEAST_TMP_MB = 512
"""The scratch space that Lambda gives at least."""

_LAMBDA_LEVELS = {"DEBUG": "DEBUG"}
"""What Lambda filters by: INFO but for these. Metrics are lines without a level, which it drops above INFO."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionArgs:
    """What one function is.

    Attributes:
        environment: the stack's settings.
        purpose: its short name, "router": part of every physical name, and its service name in logs and metrics.
        description: one sentence, shown in the console.
        handler: "module.function" within the archive.
        code: the archive.
        memory_mb: memory, and with it CPU: 1769 MB are one core.
        timeout_s: seconds after which Lambda ends an invocation.
        tmp_mb: scratch space in /tmp.
        permissions: what its code calls; log group, X-Ray and key are added.
        variables: environment variables, beside those every function has.
        key_arn: the customer's key for its log group and its variables.
    """

    environment: Environment
    purpose: str
    description: str
    handler: str
    code: pulumi.Archive
    memory_mb: int
    timeout_s: int
    tmp_mb: int = LEAST_TMP_MB
    permissions: pulumi.Input[tuple[iam.Statement, ...]] = ()
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    key_arn: pulumi.Input[str] | None = None


class Function(pulumi.ComponentResource):
    """A Lambda function, its role and its log group.

    Outputs: `function` (the aws.lambda_.Function), `role`, `log_group`; `args` as given.
    """

    args: FunctionArgs
    function: aws.lambda_.Function
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Function", name, {}, opts)
        self.args = args
        child = pulumi.ResourceOptions(parent=self)
        environment = args.environment
        self.log_group = aws.cloudwatch.LogGroup(
            name,
            name=naming.function_log_group(environment.name, args.purpose),
            retention_in_days=environment.log_retention_days,
            kms_key_id=args.key_arn,
            opts=child,
        )
        self.role = aws.iam.Role(
            name,
            name=naming.role(environment.name, args.purpose),
            description=f"What the function {args.purpose} may do",
            assume_role_policy=iam.text(iam.lambda_trust()),
            permissions_boundary=environment.permissions_boundary,
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            name, name=args.purpose, role=self.role.name, policy=_policy(args, self.log_group.arn), opts=child
        )
        self.function = aws.lambda_.Function(
            name,
            name=naming.function(environment.name, args.purpose),
            description=args.description,
            role=self.role.arn,
            runtime=RUNTIME,
            architectures=[environment.architecture],
            handler=args.handler,
            code=args.code,
            memory_size=args.memory_mb,
            timeout=args.timeout_s,
            ephemeral_storage={"size": args.tmp_mb},
            environment={"variables": variables(args)},
            kms_key_arn=args.key_arn,
            tracing_config={"mode": "Active" if environment.trace else "PassThrough"},
            logging_config={
                "log_format": "JSON",
                "log_group": self.log_group.name,
                "application_log_level": _LAMBDA_LEVELS.get(environment.log_level, "INFO"),
                "system_log_level": "WARN",
            },
            # Without its rights a first invocation fails, and Lambda refuses an event source that the role cannot read.
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[policy])),
        )
        self.register_outputs({"name": self.function.name, "arn": self.function.arn, "roleArn": self.role.arn})


def variables(args: FunctionArgs) -> dict[str, pulumi.Input[str]]:
    """Return a function's environment variables, sorted: those of every function, then its own.

    Raises:
        ValueError: its own would replace one that every function has.
    """
    common: dict[str, pulumi.Input[str]] = {
        "ENVIRONMENT": args.environment.name,
        "LOG_LEVEL": args.environment.log_level,
        "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
        "POWERTOOLS_SERVICE_NAME": args.purpose,
    }
    if taken := sorted(common.keys() & args.variables.keys()):
        msg = f"expected variables of its own for the function {args.purpose}, got {', '.join(taken)}"
        raise ValueError(msg)
    return dict(sorted({**common, **args.variables}.items()))


def _policy(args: FunctionArgs, log_group: pulumi.Output[str]) -> pulumi.Output[str]:
    def render(known: dict[str, Any]) -> str:
        statements = [*known["permissions"], iam.logs(log_group=known["log_group"])]
        if args.environment.trace:
            statements.append(iam.tracing())
        if known["key"] is not None:
            statements.append(iam.customer_key(key=known["key"]))
        return iam.text(statements)

    return pulumi.Output.all(permissions=args.permissions, log_group=log_group, key=args.key_arn).apply(render)
