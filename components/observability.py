"""Who is told when something is wrong, and the page that shows how things are.

    alarms of severity warn -------------------------> topic -> e-mail
    alarms of severity page -> composite: unhealthy --^

Log groups and traces are not made here: each belongs to its function or stage, and exists before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam, naming
from components.alarms import alarms
from components.dashboard import dashboard
from components.function import Function
from components.settings import Environment
from components.watched import Alarm, Metric, Watched, WatchedFunction

UNHEALTHY = "unhealthy"
VALUE = "value"
"""Id of the number that an alarm with an expression looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservabilityArgs:
    """What is watched.

    Attributes:
        environment: the stack's settings.
        account_id: the account, 12 digits, whose alarms may publish.
        functions: every function of the stack.
        busy: purposes of those that are called often enough to have an error rate.
        intake, intake_dlq, rule_dlq: names of the queues.
        rule: name of the rule that delivers uploads.
        documents_table, dead_letters_table: names of the tables.
        documents_indexes: names of the documents table's indexes.
        api, stage: names of the REST API and its stage.
    """

    environment: Environment
    account_id: pulumi.Input[str]
    functions: Sequence[Function]
    busy: frozenset[str] = frozenset({"api", "router"})
    intake: pulumi.Input[str]
    intake_dlq: pulumi.Input[str]
    rule_dlq: pulumi.Input[str]
    rule: pulumi.Input[str]
    documents_table: pulumi.Input[str]
    documents_indexes: tuple[str, ...]
    dead_letters_table: pulumi.Input[str]
    api: pulumi.Input[str]
    stage: pulumi.Input[str]


class Observability(pulumi.ComponentResource):
    """Alarms, the topic they go to, and the dashboard.

    Outputs: `topic`; `alarms` by purpose; `unhealthy`, the composite alarm; `dashboard_name`.
    """

    topic: aws.sns.Topic
    alarms: Mapping[str, aws.cloudwatch.MetricAlarm]
    unhealthy: aws.cloudwatch.CompositeAlarm
    dashboard_name: pulumi.Output[str]

    def __init__(self, name: str, args: ObservabilityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Observability", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        watched = _watched(args)
        self.topic = self._topic()
        wanted = alarms(watched)
        self.alarms = {alarm.purpose: self._alarm(alarm) for alarm in wanted}
        pages = [alarm.purpose for alarm in wanted if alarm.severity == "page"]
        self.unhealthy = self._unhealthy([self.alarms[purpose].name for purpose in pages])
        ordered = sorted(self.alarms, key=lambda purpose: purpose not in pages)
        shown = [self.unhealthy.arn, *(self.alarms[purpose].arn for purpose in ordered)]
        self.dashboard_name = self._dashboard(watched, shown).dashboard_name
        self.register_outputs({"topic": self.topic.arn, "dashboardName": self.dashboard_name})

    def _topic(self) -> aws.sns.Topic:
        """Make the topic, readable by alarms of this account and by who subscribed.

        It is not encrypted with a key: CloudWatch cannot use AWS' own, and a message holds names and numbers only.
        """
        args, name = self._args, self._name
        topic = aws.sns.Topic(name, name=naming.topic(args.environment.name, "alarms"), opts=self._child)
        aws.sns.TopicPolicy(
            name,
            arn=topic.arn,
            policy=pulumi.Output.all(topic=topic.arn, account=args.account_id).apply(
                lambda known: iam.text(iam.alarm_topic(**known))
            ),
            opts=self._child,
        )
        if args.environment.alarm_email:
            aws.sns.TopicSubscription(
                name, topic=topic.arn, protocol="email", endpoint=args.environment.alarm_email, opts=self._child
            )
        return topic

    def _alarm(self, alarm: Alarm) -> aws.cloudwatch.MetricAlarm:
        told = [self.topic.arn] if alarm.severity == "warn" else None
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{alarm.purpose}",
            name=naming.alarm(self._args.environment.name, alarm.purpose),
            alarm_description=alarm.description,
            metric_queries=queries(alarm),
            comparison_operator=alarm.comparison,
            threshold=alarm.threshold,
            datapoints_to_alarm=alarm.points,
            evaluation_periods=alarm.periods,
            treat_missing_data=alarm.missing,
            alarm_actions=told,
            ok_actions=told,
            opts=self._child,
        )

    def _unhealthy(self, names: Sequence[pulumi.Output[str]]) -> aws.cloudwatch.CompositeAlarm:
        rule = pulumi.Output.all(*names).apply(lambda known: " OR ".join(f"ALARM({name})" for name in known))
        return aws.cloudwatch.CompositeAlarm(
            f"{self._name}-{UNHEALTHY}",
            alarm_name=naming.alarm(self._args.environment.name, UNHEALTHY),
            alarm_description="Documents are not taken, not read or not shown as they should be. Its parts say which.",
            alarm_rule=rule,
            alarm_actions=[self.topic.arn],
            ok_actions=[self.topic.arn],
            opts=self._child,
        )

    def _dashboard(self, watched: Watched, shown: Sequence[pulumi.Output[str]]) -> aws.cloudwatch.Dashboard:
        environment = self._args.environment
        body = dashboard(
            watched,
            region=environment.region,
            architecture=environment.architecture,
            alarms=shown,
        )
        return aws.cloudwatch.Dashboard(
            self._name,
            dashboard_name=naming.dashboard(environment.name, "overview"),
            dashboard_body=pulumi.Output.json_dumps(body, sort_keys=True),
            opts=self._child,
        )


def queries(alarm: Alarm) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict]:
    """Return an alarm's metrics as CloudWatch takes them; exactly one of them is the number that is compared."""
    measured = [
        _query(name, metric, alarm.period_s, compared=not alarm.expression) for name, metric in alarm.metrics.items()
    ]
    if not alarm.expression:
        return measured
    computed: aws.cloudwatch.MetricAlarmMetricQueryArgsDict = {
        "id": VALUE,
        "expression": alarm.expression,
        "label": alarm.purpose,
        "return_data": True,
    }
    return [*measured, computed]


def _query(
    name: str, metric: Metric, period_s: int, *, compared: bool
) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": name,
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": metric.dimensions,
            "period": period_s,
            "stat": metric.stat,
        },
        "return_data": compared,
    }


def _watched(args: ObservabilityArgs) -> Watched:
    functions = tuple(
        WatchedFunction(
            purpose=one.args.purpose,
            name=one.function.name,
            log_group=one.log_group.name,
            timeout_s=one.args.timeout_s,
            memory_mb=one.args.memory_mb,
            busy=one.args.purpose in args.busy,
        )
        for one in args.functions
    )
    return Watched(
        environment=args.environment.name,
        functions=functions,
        intake=args.intake,
        intake_dlq=args.intake_dlq,
        rule_dlq=args.rule_dlq,
        rule=args.rule,
        documents_table=args.documents_table,
        documents_indexes=args.documents_indexes,
        dead_letters_table=args.dead_letters_table,
        api=args.api,
        stage=args.stage,
    )
