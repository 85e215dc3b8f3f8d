"""Alarms, topic and dashboard as resources: who is told of what, by which name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from components import iam, tables
from components.alarms import alarms
from components.dashboard import dashboard
from components.function import Function, FunctionArgs
from components.observability import Observability, ObservabilityArgs, queries
from components.settings import Environment
from components.watched import Watched, WatchedFunction
from tests.components.test_alarms import ALARMS
from tests.support import example
from tests.support.harness import Registered, Run, run_program
from tests.support.identities import HERE

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
TOPIC = "aws:sns/topic:Topic"
INDEXES = tuple(index.name for index in tables.DOCUMENTS.indexes)
NAMES: dict[str, Any] = {
    "intake": "intake",
    "intake_dlq": "intake-dlq",
    "rule_dlq": "rule-dlq",
    "rule": "uploads",
    "documents_table": "documents",
    "documents_indexes": INDEXES,
    "dead_letters_table": "letters",
    "api": "firstbytes-dev-api",
    "stage": "v1",
}


def function(purpose: str, timeout_s: int, environment: Environment) -> Function:
    """Make a function to watch."""
    return Function(
        purpose,
        FunctionArgs(
            environment=environment,
            purpose=purpose,
            description="Watched",
            handler="functions.router.handler",
            code=example.archive(),
            memory_mb=1024,
            timeout_s=timeout_s,
        ),
    )


def program(environment: Environment = example.ENVIRONMENT) -> Run:
    """Run a program of two functions that are watched."""

    def main() -> None:
        functions = [function("router", 90, environment), function("sweeper", 300, environment)]
        args = ObservabilityArgs(environment=environment, account_id=HERE.account, functions=functions, **NAMES)
        Observability("watch", args)

    return run_program(main)


WATCHED = Watched(
    environment="dev",
    functions=tuple(
        WatchedFunction(
            purpose=purpose,
            name=f"firstbytes-dev-{purpose}",
            log_group=f"/aws/lambda/firstbytes-dev-{purpose}",
            timeout_s=timeout_s,
            memory_mb=1024,
            busy=purpose == "router",
        )
        for purpose, timeout_s in (("router", 90), ("sweeper", 300))
    ),
    **NAMES,
)


@pytest.fixture(scope="module")
def run() -> Run:
    """Run the plain program once."""
    return program()


def topic(run: Run) -> str:
    """Return the topic's ARN."""
    return str(run.one(TOPIC, "watch").outputs["arn"])


def by_purpose(run: Run) -> dict[str, Registered]:
    """Return the alarms by purpose."""
    return {one.name.removeprefix("watch-"): one for one in run.of(ALARM)}


def test_every_alarm_becomes_one(run: Run) -> None:
    """The stack has exactly the alarms of the table, each named after its environment."""
    made = by_purpose(run)
    assert set(made) == {alarm.purpose for alarm in alarms(WATCHED)}
    assert all(one.inputs["name"] == f"firstbytes-dev-{purpose}" for purpose, one in made.items())


def test_an_alarm_of_one_metric_compares_it(run: Run) -> None:
    """Every input of an alarm without an expression, whole."""
    assert by_purpose(run)["intake-age"].inputs == {
        "name": "firstbytes-dev-intake-age",
        "alarmDescription": ALARMS["intake-age"].description,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 300,
        "datapointsToAlarm": 3,
        "evaluationPeriods": 3,
        "treatMissingData": "notBreaching",
        "metricQueries": [
            {
                "id": "age",
                "returnData": True,
                "metric": {
                    "namespace": "AWS/SQS",
                    "metricName": "ApproximateAgeOfOldestMessage",
                    "dimensions": {"QueueName": "intake"},
                    "period": 60,
                    "stat": "Maximum",
                },
            }
        ],
        "alarmActions": [topic(run)],
        "okActions": [topic(run)],
    }


def test_an_alarm_with_a_formula_compares_that() -> None:
    """Its metrics are inputs of the formula, and CloudWatch compares one number of them all."""
    for alarm in ALARMS.values():
        made = queries(alarm)
        compared = [one for one in made if one["return_data"]]
        assert len(compared) == 1
        assert compared[0].get("expression", "") == alarm.expression
        assert {one["id"] for one in made if "metric" in one} == set(alarm.metrics)


def test_a_page_is_told_once_and_a_warning_by_itself(run: Run) -> None:
    """Grave alarms reach the topic through the composite alone; twelve of them are one message."""
    grave = {alarm.purpose for alarm in alarms(WATCHED) if alarm.severity == "page"}
    told = {purpose for purpose, one in by_purpose(run).items() if one.inputs.get("alarmActions")}
    assert told == set(by_purpose(run)) - grave
    composite = run.one(COMPOSITE, "watch-unhealthy").inputs
    assert composite["alarmName"] == "firstbytes-dev-unhealthy"
    assert composite["alarmActions"] == composite["okActions"] == [topic(run)]
    parts = re.findall(r"ALARM\(([^)]+)\)", composite["alarmRule"])
    assert composite["alarmRule"] == " OR ".join(f"ALARM({part})" for part in parts)
    assert set(parts) == {f"firstbytes-dev-{purpose}" for purpose in grave}
    assert example.urns([by_purpose(run)[purpose] for purpose in grave]) <= set(
        run.one(COMPOSITE, "watch-unhealthy").depends
    )


def test_alarms_of_this_account_may_publish(run: Run) -> None:
    """The topic's policy is its document."""
    policy = run.one("aws:sns/topicPolicy:TopicPolicy", "watch").inputs
    assert policy == {
        "arn": topic(run),
        "policy": iam.text(iam.alarm_topic(topic=topic(run), account=HERE.account)),
    }


def test_mail_goes_to_whom_the_settings_name(run: Run) -> None:
    """Without an address nobody is subscribed."""
    assert not run.of("aws:sns/topicSubscription:TopicSubscription")
    mailed = program(example.environment(alarm_email="operators@example.com"))
    (subscription,) = mailed.of("aws:sns/topicSubscription:TopicSubscription")
    assert subscription.inputs == {
        "topic": topic(mailed),
        "protocol": "email",
        "endpoint": "operators@example.com",
    }


def test_the_dashboard_shows_this_stack(run: Run) -> None:
    """The body is the pure one over this stack's names, with every alarm, in canonical JSON."""
    made = run.one(DASHBOARD, "watch").inputs
    grave_first = sorted(alarms(WATCHED), key=lambda alarm: (alarm.severity != "page", alarm.purpose))
    shown = [run.one(COMPOSITE, "watch-unhealthy"), *(by_purpose(run)[alarm.purpose] for alarm in grave_first)]
    arns = [str(one.outputs["arn"]) for one in shown]
    expected = dashboard(WATCHED, region=HERE.region, architecture="arm64", alarms=arns)
    assert made["dashboardName"] == "firstbytes-dev-overview"
    assert made["dashboardBody"] == json.dumps(expected, sort_keys=True)


def test_indexes_that_cost_are_those_of_the_table() -> None:
    """Policies, costs and the table name the same indexes."""
    named = {
        resource.rpartition("/")[2]
        for document in (
            iam.sweeper(documents_table="t", documents_bucket="b", intake_queue="q"),
            iam.replay(documents_table="t", dead_letters_table="l", documents_bucket="b", intake_queue="q"),
        )
        for statement in document
        for resource in statement.resources
        if resource.startswith("t/index/")
    }
    assert named == set(INDEXES)


def test_two_runs_are_the_same(run: Run) -> None:
    """A second run would change nothing."""
    assert program().fingerprint() == run.fingerprint()
