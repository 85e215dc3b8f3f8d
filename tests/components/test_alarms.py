"""The alarms, as one table, and what their expressions say of given numbers."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from components.alarms import alarms
from components.watched import Alarm, Metric, Watched, WatchedFunction


def function(purpose: str, *, busy: bool = False, timeout_s: int = 90) -> WatchedFunction:
    """Return a function by its purpose."""
    return WatchedFunction(
        purpose=purpose,
        name=f"firstbytes-dev-{purpose}",
        log_group=f"/aws/lambda/firstbytes-dev-{purpose}",
        timeout_s=timeout_s,
        memory_mb=1024,
        busy=busy,
    )


WATCHED = Watched(
    environment="dev",
    functions=(function("router", busy=True), function("sweeper", timeout_s=300)),
    intake="intake",
    intake_dlq="intake-dlq",
    rule_dlq="rule-dlq",
    rule="uploads",
    documents_table="documents",
    documents_indexes=("by-owner", "unfinished"),
    dead_letters_table="letters",
    api="api",
    stage="v1",
)
ALARMS = {alarm.purpose: alarm for alarm in alarms(WATCHED)}

# severity, points of periods, seconds of a period, threshold, what of missing data
TABLE = {
    "api-4xx": ("warn", "3/5", 60, 20),
    "api-5xx": ("page", "3/5", 60, 1),
    "api-latency": ("warn", "3/5", 60, 2000),
    "attempts-exhausted": ("warn", "1/1", 3600, 0),
    "dead-letters": ("page", "1/1", 300, 0),
    "dead-letters-table-errors": ("warn", "3/5", 60, 0),
    "dead-letters-table-throttles": ("warn", "5/5", 60, 0),
    "documents-table-errors": ("warn", "3/5", 60, 0),
    "documents-table-throttles": ("warn", "5/5", 60, 0),
    "intake-age": ("warn", "3/3", 60, 300),
    "intake-dlq": ("page", "1/1", 60, 0),
    "intake-stuck": ("page", "3/3", 60, 900),
    "lease-lost": ("warn", "3/3", 300, 0.5),
    "router-errors": ("warn", "3/5", 60, 1),
    "router-failing": ("page", "3/5", 60, 5),
    "router-slow": ("warn", "3/3", 300, 63_000),
    "router-throttles": ("warn", "5/5", 60, 0),
    "router-timeout": ("page", "2/3", 60, 85_500),
    "rule-delivery": ("page", "1/1", 60, 0),
    "rule-dlq": ("page", "1/1", 60, 0),
    "sweeper-errors": ("warn", "1/1", 300, 0),
    "sweeper-heartbeat": ("page", "3/3", 300, 1),
    "sweeper-repairs": ("warn", "3/3", 300, 0),
    "sweeper-slow": ("warn", "3/3", 300, 210_000),
    "sweeper-throttles": ("warn", "5/5", 60, 0),
    "sweeper-timeout": ("warn", "2/3", 60, 285_000),
}


def test_the_alarms_are_these() -> None:
    """Every alarm of a stack, how grave it is, and when it goes off."""
    found = {
        name: (alarm.severity, f"{alarm.points}/{alarm.periods}", alarm.period_s, alarm.threshold)
        for name, alarm in ALARMS.items()
    }
    assert found == TABLE
    assert list(ALARMS) == sorted(ALARMS)


def test_only_a_heartbeat_is_missed() -> None:
    """Silence is an incident where something should always be heard, and a quiet night everywhere else."""
    missed = {name for name, alarm in ALARMS.items() if alarm.missing == "breaching"}
    below = {name for name, alarm in ALARMS.items() if alarm.comparison == "LessThanThreshold"}
    assert missed == below == {"sweeper-heartbeat"}


def metric(name: str, number: int = 0) -> Metric:
    """Return an alarm's metric."""
    return list(ALARMS[name].metrics.values())[number]


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        (
            "intake-age",
            Metric(
                namespace="AWS/SQS",
                name="ApproximateAgeOfOldestMessage",
                dimensions={"QueueName": "intake"},
                stat="Maximum",
            ),
        ),
        (
            "rule-dlq",
            Metric(
                namespace="AWS/SQS",
                name="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": "rule-dlq"},
                stat="Maximum",
            ),
        ),
        ("rule-delivery", Metric(namespace="AWS/Events", name="FailedInvocations", dimensions={"RuleName": "uploads"})),
        (
            "sweeper-heartbeat",
            Metric(namespace="firstbytes", name="SweeperRun", dimensions={"environment": "dev", "service": "sweeper"}),
        ),
        (
            "router-slow",
            Metric(
                namespace="AWS/Lambda",
                name="Duration",
                dimensions={"FunctionName": "firstbytes-dev-router"},
                stat="p99",
            ),
        ),
        (
            "api-latency",
            Metric(
                namespace="AWS/ApiGateway", name="Latency", dimensions={"ApiName": "api", "Stage": "v1"}, stat="p99"
            ),
        ),
        (
            "documents-table-throttles",
            Metric(namespace="AWS/DynamoDB", name="ReadThrottleEvents", dimensions={"TableName": "documents"}),
        ),
    ],
)
def test_an_alarm_looks_at_its_own_metric(alarm: str, expected: Metric) -> None:
    """Namespace, name, dimensions and statistic are those that CloudWatch keeps."""
    assert metric(alarm) == expected


def test_delivery_fails_in_three_ways() -> None:
    """What EventBridge could not send, sent to the DLQ, or could not even send there."""
    names = {one.name for one in ALARMS["rule-delivery"].metrics.values()}
    assert names == {"FailedInvocations", "InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq"}


def test_system_errors_are_counted_by_operation() -> None:
    """DynamoDB keeps no sum of them, so it is made over every operation that our roles allow."""
    operations = {one.dimensions["Operation"] for one in ALARMS["documents-table-errors"].metrics.values()}
    assert operations == {"BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"}


def test_own_metrics_are_those_that_functions_write() -> None:
    """Service and name together exist in the code that emits them."""
    own = {
        (one.dimensions["service"], one.name)
        for alarm in ALARMS.values()
        for one in alarm.metrics.values()
        if one.namespace == "firstbytes"
    }
    assert own == {
        ("deadletter", "DeadLetters"),
        ("router", "AttemptsExhausted"),
        ("router", "Documents"),
        ("router", "LeaseLost"),
        ("sweeper", "SweeperRepaired"),
        ("sweeper", "SweeperRun"),
    }


def value(alarm: Alarm, **numbers: float) -> float:
    """Evaluate an expression as CloudWatch would, for one period."""
    known: dict[str, Any] = {"IF": lambda test, yes, no: yes if test else no, **numbers}
    return float(eval(alarm.expression, known))


@pytest.mark.parametrize(
    ("invocations", "errors", "off"), [(20, 1, True), (19, 19, False), (1000, 10, False), (1000, 11, True)]
)
def test_a_rate_needs_enough_to_be_one(invocations: int, errors: int, off: bool) -> None:  # noqa: FBT001
    """Over 1 % of at least 20 invocations; one error of three says nothing yet."""
    alarm = ALARMS["router-errors"]
    assert (value(alarm, invocations=invocations, errors=errors) > alarm.threshold) is off


def test_ids_of_an_expression_are_its_metrics() -> None:
    """No expression uses a number that is not measured, and every measured one is used."""
    for alarm in ALARMS.values():
        used = set(re.findall(r"\b[a-z]\w*\b", alarm.expression))
        expected = set() if not alarm.expression or "METRICS()" in alarm.expression else set(alarm.metrics)
        assert used == expected, alarm.purpose


def test_an_alarm_says_what_it_means() -> None:
    """Who is woken reads a sentence that fits into CloudWatch's 1024 characters, in ASCII for every mail."""
    for alarm in ALARMS.values():
        assert 30 < len(alarm.description) <= 1024
        assert alarm.description.endswith((".", "?"))
        assert alarm.description.isascii()


def test_a_function_that_is_rarely_called_has_no_rate() -> None:
    """One error of a sweep is worth a look; there is nothing to divide by."""
    assert ALARMS["sweeper-errors"].expression == ""
    assert "sweeper-failing" not in ALARMS


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"points": 4}, "1 <= points <= periods"),
        ({"points": 0}, "1 <= points <= periods"),
        ({"period_s": 86_400}, "within a day"),
        ({"expression": "", "metrics": {}}, "an expression over"),
    ],
)
def test_an_alarm_that_cloudwatch_would_refuse_is_none(changes: dict[str, Any], expected: str) -> None:
    """Points and periods fit, and several numbers have a formula."""
    with pytest.raises(ValueError, match=expected):
        dataclasses.replace(ALARMS["intake-age"], **changes)
