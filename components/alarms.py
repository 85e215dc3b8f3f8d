"""What must not go unnoticed: every alarm of a stack as a value. Pure.

Of two severities. A `page` makes the stack unhealthy: the composite alarm tells somebody at once, however many of its
parts agree. A `warn` is told by itself and can wait until the morning.
Missing data is fine, because a quiet night is no incident; a heartbeat that is missing is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pulumi

from components.watched import (
    HOUR_S,
    Alarm,
    Metric,
    Watched,
    WatchedFunction,
    api_metric,
    function_metric,
    own_metric,
    queue_metric,
)

FEW = 20
"""Invocations or requests in a period below which a rate says nothing."""
SWEEP_S = 300
"""The sweeper comes as often; see its schedule."""
TABLE_OPERATIONS = ("BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem")
DELIVERY_FAILURES = ("FailedInvocations", "InvocationsFailedToBeSentToDlq", "InvocationsSentToDlq")


def alarms(watched: Watched) -> tuple[Alarm, ...]:
    """Return every alarm, sorted by purpose."""
    found = [
        *_delivery(watched),
        *_documents(watched),
        *_api(watched),
        *_table("documents", watched.documents_table),
        *_table("dead-letters", watched.dead_letters_table),
        *(alarm for function in watched.functions for alarm in _function(function)),
    ]
    return tuple(sorted(found, key=lambda alarm: alarm.purpose))


def _delivery(watched: Watched) -> Iterator[Alarm]:
    age = {"age": queue_metric(watched.intake, "ApproximateAgeOfOldestMessage")}
    yield Alarm(
        purpose="intake-age",
        description="Documents wait for over 5 minutes: too few routers at once, or one document again and again.",
        metrics=age,
        threshold=300,
        severity="warn",
        points=3,
        periods=3,
    )
    yield Alarm(
        purpose="intake-stuck",
        description="A document waits for over 15 minutes: does the router run, is its event source mapping enabled?",
        metrics=age,
        threshold=900,
        severity="page",
        points=3,
        periods=3,
    )
    for purpose, queue in (("intake-dlq", watched.intake_dlq), ("rule-dlq", watched.rule_dlq)):
        yield Alarm(
            purpose=purpose,
            description="Events lie in the DLQ and the deadletter function does not take them: read its log.",
            metrics={"visible": queue_metric(queue, "ApproximateNumberOfMessagesVisible")},
            threshold=0,
            severity="page",
        )
    yield Alarm(
        purpose="rule-delivery",
        description="EventBridge could not deliver an upload to the intake: look at the queue's policy.",
        metrics={
            f"m{number}": Metric(namespace="AWS/Events", name=name, dimensions={"RuleName": watched.rule})
            for number, name in enumerate(DELIVERY_FAILURES)
        },
        expression="SUM(METRICS())",
        threshold=0,
        severity="page",
    )


def _documents(watched: Watched) -> Iterator[Alarm]:
    yield Alarm(
        purpose="attempts-exhausted",
        description="A document failed on every attempt: its log lines have reason=attempts; is it a parser's bug?",
        metrics={"exhausted": own_metric(watched, "router", "AttemptsExhausted")},
        threshold=0,
        severity="warn",
        period_s=HOUR_S,
    )
    yield Alarm(
        purpose="lease-lost",
        description="Routers finish after their lease is over: the lease is too short for what they do.",
        metrics={
            "documents": own_metric(watched, "router", "Documents"),
            "lost": own_metric(watched, "router", "LeaseLost"),
        },
        expression=_rate("lost", "documents"),
        threshold=0.5,
        severity="warn",
        period_s=SWEEP_S,
        points=3,
        periods=3,
    )
    yield Alarm(
        purpose="dead-letters",
        description="Events could not be processed and were kept: read their causes, mend them, then replay.",
        metrics={"letters": own_metric(watched, "deadletter", "DeadLetters")},
        threshold=0,
        severity="page",
        period_s=SWEEP_S,
    )
    yield Alarm(
        purpose="sweeper-repairs",
        description="Three sweeps in a row found documents that were lost or stuck: something loses them.",
        metrics={"repaired": own_metric(watched, "sweeper", "SweeperRepaired")},
        threshold=0,
        severity="warn",
        period_s=SWEEP_S,
        points=3,
        periods=3,
    )
    yield Alarm(
        purpose="sweeper-heartbeat",
        description="No sweep has ended for 15 minutes: nothing finds lost documents. Read the sweeper's log.",
        metrics={"runs": own_metric(watched, "sweeper", "SweeperRun")},
        threshold=1,
        comparison="LessThanThreshold",
        severity="page",
        period_s=SWEEP_S,
        points=3,
        periods=3,
        missing="breaching",
    )


def _api(watched: Watched) -> Iterator[Alarm]:
    kinds: tuple[tuple[str, int, Literal["page", "warn"], str], ...] = (
        ("5xx", 1, "page", "The API fails: read the access log's error and the api function's log."),
        (
            "4xx",
            20,
            "warn",
            "Many requests are refused: a broken page, an expired client, or somebody who tries doors.",
        ),
    )
    for name, percent, severity, description in kinds:
        yield Alarm(
            purpose=f"api-{name}",
            description=description,
            metrics={
                "requests": api_metric(watched, "Count"),
                "errors": api_metric(watched, f"{name.upper()}Error"),
            },
            expression=_rate("errors", "requests"),
            threshold=percent,
            severity=severity,
            points=3,
            periods=5,
        )
    yield Alarm(
        purpose="api-latency",
        description="One request of a hundred takes over 2 seconds: cold starts, a slow table, or throttling.",
        metrics={"latency": api_metric(watched, "Latency", "p99")},
        threshold=2000,
        severity="warn",
        points=3,
        periods=5,
    )


def _table(purpose: str, table: pulumi.Input[str]) -> Iterator[Alarm]:
    yield Alarm(
        purpose=f"{purpose}-table-errors",
        description="DynamoDB itself fails on this table: look at the AWS health page.",
        metrics={
            f"m{number}": Metric(
                namespace="AWS/DynamoDB", name="SystemErrors", dimensions={"Operation": one, "TableName": table}
            )
            for number, one in enumerate(TABLE_OPERATIONS)
        },
        expression="SUM(METRICS())",
        threshold=0,
        severity="warn",
        points=3,
        periods=5,
    )
    yield Alarm(
        purpose=f"{purpose}-table-throttles",
        description="DynamoDB throttles this table: a hot key, or growth faster than on-demand follows.",
        metrics={
            name.lower(): Metric(
                namespace="AWS/DynamoDB", name=f"{name}ThrottleEvents", dimensions={"TableName": table}
            )
            for name in ("Read", "Write")
        },
        expression="SUM(METRICS())",
        threshold=0,
        severity="warn",
        points=5,
        periods=5,
    )


def _function(function: WatchedFunction) -> Iterator[Alarm]:
    purpose, limit_ms = function.purpose, function.timeout_s * 1000
    yield from _busy_errors(function) if function.busy else _rare_errors(function)
    yield Alarm(
        purpose=f"{purpose}-throttles",
        description=f"Lambda throttles {purpose}: the account's concurrency is used up.",
        metrics={"throttles": function_metric(function, "Throttles")},
        threshold=0,
        severity="warn",
        points=5,
        periods=5,
    )
    yield Alarm(
        purpose=f"{purpose}-slow",
        description=f"One invocation of a hundred of {purpose} takes over 70% of its {function.timeout_s} s.",
        metrics={"duration": function_metric(function, "Duration", "p99")},
        threshold=round(0.7 * limit_ms),
        severity="warn",
        period_s=SWEEP_S,
        points=3,
        periods=3,
    )
    yield Alarm(
        purpose=f"{purpose}-timeout",
        description=f"Invocations of {purpose} reach their {function.timeout_s} s, or nearly: what they did is lost.",
        metrics={"duration": function_metric(function, "Duration", "Maximum")},
        threshold=round(0.95 * limit_ms),
        severity="page" if function.busy else "warn",
        points=2,
        periods=3,
    )


def _busy_errors(function: WatchedFunction) -> Iterator[Alarm]:
    metrics = {"errors": function_metric(function, "Errors"), "invocations": function_metric(function, "Invocations")}
    percents: tuple[tuple[str, int, Literal["page", "warn"]], ...] = (("errors", 1, "warn"), ("failing", 5, "page"))
    for name, percent, severity in percents:
        yield Alarm(
            purpose=f"{function.purpose}-{name}",
            description=f"Over {percent}% of invocations of {function.purpose} end in an error: read its log.",
            metrics=metrics,
            expression=_rate("errors", "invocations"),
            threshold=percent,
            severity=severity,
            points=3,
            periods=5,
        )


def _rare_errors(function: WatchedFunction) -> Iterator[Alarm]:
    yield Alarm(
        purpose=f"{function.purpose}-errors",
        description=f"An invocation of {function.purpose} ended in an error: read its log.",
        metrics={"errors": function_metric(function, "Errors")},
        threshold=0,
        severity="warn",
        period_s=SWEEP_S,
    )


def _rate(part: str, whole: str) -> str:
    """Return a percentage, 0 while there are too few to tell."""
    return f"IF({whole} >= {FEW}, 100 * {part} / {whole}, 0)"
