"""From an object in S3 to the function that reads it, and every way that one can get lost and be found again.

    S3 -> EventBridge rule -> intake queue -> router
              | 24 hours           | 8 deliveries
              v                    v
           rule DLQ ----------> deadletter <------- intake DLQ
    schedule -> sweeper -> intake queue        operator -> replay -> intake queue

Every function has its own role, and so has every extractor of the route table that calls AWS services.
The numbers that must fit together come from `Timing`, which checks them against each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import iam, naming, workers
from components.function import Function, FunctionArgs
from components.settings import Environment
from components.stores import Stores
from firstbytes.claims import Claim
from firstbytes.routes import RouteTable
from firstbytes.spec import Lane

KEY_PREFIX = iam.DOCUMENTS.removesuffix("*")
EVENTS = ("Object Created", "Object Deleted")
TARGET_AGE_S = 86_400
"""EventBridge tries a target for a day; what it could not deliver goes to the rule's DLQ."""
TARGET_ATTEMPTS = 185
BATCH = 10
SCHEDULES = {
    "unfinished": ("rate(5 minutes)", "Looks through documents that are not finished"),
    "inventory": ("rate(1 day)", "Compares everything that is stored with everything that is known"),
}
"""The sweeper's passes: how often, and what they do."""


class GrantError(ValueError):
    """A plugin asks for AWS actions that the operator has not granted; `lines` grant them."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__(
            "expected every action that extractors declare to be granted; "
            "review them, then add to pyproject.toml:\n\n[tool.firstbytes.grants]\n" + "\n".join(lines)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineArgs:
    """What the pipeline is built from.

    Attributes:
        environment: the stack's settings.
        account_id: the account, 12 digits: resource policies are bound to it.
        code: the archive that every function runs.
        stores: buckets and tables.
        routes: the compiled route table.
        grants: distribution -> AWS actions that its extractors may have.
    """

    environment: Environment
    account_id: pulumi.Input[str]
    code: pulumi.Archive
    stores: Stores
    routes: RouteTable
    grants: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a plugin's permission that nobody granted.

        Raises:
            GrantError: with the lines that grant what is missing.
        """
        if lines := iam.ungranted(self.routes.claims, self.grants):
            raise GrantError(lines)


def function_claims(routes: RouteTable) -> tuple[Claim, ...]:
    """Return the extractors that get a function of their own, sorted by name."""
    claims = [claim for claim in routes.claims if claim.extractor.needs.lane is Lane.FUNCTION]
    return tuple(sorted(claims, key=lambda claim: claim.extractor.name))


def upload_pattern(bucket: str) -> str:
    """Return the event pattern: objects of documents that came or went in this bucket, and no other."""
    pattern = {
        "source": ["aws.s3"],
        "detail-type": list(EVENTS),
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": KEY_PREFIX}]}},
    }
    return json.dumps(pattern, sort_keys=True)


class Pipeline(pulumi.ComponentResource):
    """Rule, queues, functions and schedules.

    Outputs: `rule`, `intake`, `intake_dlq`, `rule_dlq`; `functions` by purpose: router, deadletter, sweeper, replay;
    `extractors` by the extractor's name.
    """

    rule: aws.cloudwatch.EventRule
    intake: aws.sqs.Queue
    intake_dlq: aws.sqs.Queue
    rule_dlq: aws.sqs.Queue
    functions: Mapping[str, Function]
    extractors: Mapping[str, Function]

    def __init__(self, name: str, args: PipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Pipeline", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._queues()
        self._delivery()
        given = workers.Given(environment=args.environment, code=args.code, stores=args.stores)
        plans = (
            workers.router(given, intake=self.intake),
            workers.deadletter(given, intake_dlq=self.intake_dlq, rule_dlq=self.rule_dlq),
            workers.sweeper(given, intake=self.intake),
            workers.replay(given, intake=self.intake),
        )
        self.functions = {plan.purpose: self._function(plan) for plan in plans}
        self._consume("intake", self.intake, self.functions["router"], batch=1)
        self._consume("intake-dlq", self.intake_dlq, self.functions["deadletter"], batch=BATCH)
        self._consume("rule-dlq", self.rule_dlq, self.functions["deadletter"], batch=BATCH)
        for purpose in SCHEDULES:
            self._schedule(purpose, self.functions["sweeper"])
        self.extractors = {
            claim.extractor.name: self._function(workers.extractor(given, claim))
            for claim in function_claims(args.routes)
        }
        self.register_outputs(
            {
                "intakeQueueUrl": self.intake.url,
                "intakeDlqUrl": self.intake_dlq.url,
                "ruleDlqUrl": self.rule_dlq.url,
                **{f"{purpose}Function": one.function.name for purpose, one in self.functions.items()},
            }
        )

    def _queues(self) -> None:
        """Make the intake with its DLQ, and the DLQ of the rule."""
        timing, environment = self._args.environment.timing, self._args.environment.name
        self.intake_dlq = self._dlq("intake")
        # Nothing is redriven here: EventBridge writes to it, and StartMessageMoveTask does not know such a queue.
        self.rule_dlq = self._dlq("rule", json.dumps({"redrivePermission": "denyAll"}))
        self.intake = aws.sqs.Queue(
            f"{self._name}-intake",
            name=naming.queue(environment, "intake"),
            sqs_managed_sse_enabled=True,
            visibility_timeout_seconds=timing.visibility_s,
            message_retention_seconds=timing.queue_retention_s,
            receive_wait_time_seconds=20,
            redrive_policy=pulumi.Output.json_dumps(
                {"deadLetterTargetArn": self.intake_dlq.arn, "maxReceiveCount": timing.receive_count}, sort_keys=True
            ),
            opts=self._child,
        )
        aws.sqs.RedriveAllowPolicy(
            f"{self._name}-intake-dlq",
            queue_url=self.intake_dlq.url,
            redrive_allow_policy=pulumi.Output.json_dumps(
                {"redrivePermission": "byQueue", "sourceQueueArns": [self.intake.arn]}, sort_keys=True
            ),
            opts=self._child,
        )
        aws.sqs.QueuePolicy(
            f"{self._name}-intake-dlq",
            queue_url=self.intake_dlq.url,
            policy=self.intake_dlq.arn.apply(lambda arn: iam.text(iam.private_queue(queue=arn))),
            opts=self._child,
        )

    def _dlq(self, purpose: str, redrive_allow_policy: str | None = None) -> aws.sqs.Queue:
        environment = self._args.environment
        return aws.sqs.Queue(
            f"{self._name}-{purpose}-dlq",
            name=naming.dead_letter_queue(environment.name, purpose),
            sqs_managed_sse_enabled=True,
            visibility_timeout_seconds=6 * workers.DEADLETTER_S,
            message_retention_seconds=environment.timing.dead_letter_retention_s,
            receive_wait_time_seconds=20,
            redrive_allow_policy=redrive_allow_policy,
            opts=self._child,
        )

    def _delivery(self) -> None:
        """Make the rule, and let it and nobody else send to the intake and to its own DLQ."""
        args, name = self._args, self._name
        self.rule = aws.cloudwatch.EventRule(
            f"{name}-uploads",
            name=naming.rule(args.environment.name, "uploads"),
            description="Documents that came into the bucket or left it",
            event_pattern=pulumi.Output.from_input(args.stores.documents_bucket).apply(upload_pattern),
            state="ENABLED",
            opts=self._child,
        )
        policies = [
            aws.sqs.QueuePolicy(
                f"{name}-{purpose}",
                queue_url=queue.url,
                policy=pulumi.Output.all(queue=queue.arn, rule=self.rule.arn, account=args.account_id).apply(
                    lambda known: iam.text(iam.queue(**known))
                ),
                opts=self._child,
            )
            for purpose, queue in (("intake", self.intake), ("rule-dlq", self.rule_dlq))
        ]
        aws.cloudwatch.EventTarget(
            f"{name}-uploads",
            rule=self.rule.name,
            target_id="intake",
            arn=self.intake.arn,
            dead_letter_config={"arn": self.rule_dlq.arn},
            retry_policy={
                "maximum_event_age_in_seconds": TARGET_AGE_S,
                "maximum_retry_attempts": TARGET_ATTEMPTS,
            },
            # EventBridge takes what it may not send for lost at once, without retrying.
            opts=self._after(*policies),
        )

    def _consume(self, purpose: str, queue: aws.sqs.Queue, function: Function, *, batch: int) -> None:
        """Have a function take a queue's messages; it says which of a batch failed, and only those come again."""
        # A limit here keeps messages in the queue. Reserved concurrency would throw them back, each a wasted delivery.
        most = self._args.environment.max_concurrency if queue is self.intake else None
        aws.lambda_.EventSourceMapping(
            f"{self._name}-{purpose}",
            event_source_arn=queue.arn,
            function_name=function.function.arn,
            batch_size=batch,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=None if most is None else {"maximum_concurrency": most},
            opts=self._after(function),
        )

    def _schedule(self, purpose: str, function: Function) -> None:
        """Invoke the sweeper for one pass, again and again; a run that cannot start is the next run's work."""
        name, (rate, description) = f"{self._name}-sweep-{purpose}", SCHEDULES[purpose]
        rule = aws.cloudwatch.EventRule(
            name,
            name=naming.rule(self._args.environment.name, f"sweep-{purpose}"),
            description=description,
            schedule_expression=rate,
            state="ENABLED",
            opts=self._child,
        )
        permission = aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=function.function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            source_account=self._args.account_id,
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            target_id="sweeper",
            arn=function.function.arn,
            input=json.dumps({"pass": purpose}),
            retry_policy={"maximum_event_age_in_seconds": 300, "maximum_retry_attempts": 2},
            opts=self._after(permission),
        )

    def _function(self, plan: FunctionArgs) -> Function:
        return Function(f"{self._name}-{plan.purpose}", plan, self._child)

    def _after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=list(resources)))
