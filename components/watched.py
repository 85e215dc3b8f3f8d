"""What is watched, and the values that alarms and the dashboard are made of.

Names are inputs of Pulumi: they may be known only when the stack is up. Nothing here looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from components.function import NAMESPACE

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400

Dimensions = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedFunction:
    """A function: its purpose, name, timeout, memory in MB, and whether it is called often enough to have a rate."""

    purpose: str
    name: pulumi.Input[str]
    log_group: pulumi.Input[str]
    timeout_s: int
    memory_mb: int
    busy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Everything of a stack that is watched, by the names that its metrics have as dimensions."""

    environment: str
    functions: tuple[WatchedFunction, ...]
    intake: pulumi.Input[str]
    intake_dlq: pulumi.Input[str]
    rule_dlq: pulumi.Input[str]
    rule: pulumi.Input[str]
    documents_table: pulumi.Input[str]
    documents_indexes: tuple[str, ...]
    dead_letters_table: pulumi.Input[str]
    api: pulumi.Input[str]
    stage: pulumi.Input[str]
    """A stage's name and its API's are the dimensions of its metrics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric of CloudWatch, and how a period of it becomes one number."""

    namespace: str
    name: str
    dimensions: Dimensions
    stat: str = "Sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm: a number a period, compared with `threshold`; `points` of the last `periods` must agree.

    Attributes:
        purpose: its name within the stack.
        description: what it means and where to look, for whoever is woken by it.
        metrics: id -> metric. One alone is the number itself, unless there is an `expression` over the ids.
    """

    purpose: str
    description: str
    metrics: Mapping[str, Metric]
    threshold: float
    severity: Literal["page", "warn"]
    expression: str = ""
    period_s: int = MINUTE_S
    points: int = 1
    periods: int = 1
    comparison: Literal["GreaterThanThreshold", "LessThanThreshold"] = "GreaterThanThreshold"
    missing: Literal["notBreaching", "breaching"] = "notBreaching"

    def __post_init__(self) -> None:
        """Refuse what CloudWatch would, all of it at once."""
        wrong = []
        if not 1 <= self.points <= self.periods or self.periods * self.period_s > DAY_S:
            wrong.append(
                f"1 <= points <= periods within a day, got {self.points} of {self.periods} x {self.period_s} s"
            )
        if len(self.metrics) != 1 and not self.expression:
            wrong.append(f"an expression over {', '.join(self.metrics)}")
        if wrong:
            msg = f"expected of the alarm {self.purpose}: {'; '.join(wrong)}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a graph: a metric as it is, or one that only an expression uses (`hidden`)."""

    label: str
    metric: Metric
    id: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A line of a graph that is computed from others by their ids."""

    label: str
    expression: str
    id: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A graph of some lines."""

    title: str
    lines: Sequence[Line | Formula]
    unit: str
    view: Literal["timeSeries", "singleValue"] = "timeSeries"
    stacked: bool = False
    period_s: int = MINUTE_S


def queue_metric(queue: pulumi.Input[str], name: str, stat: str = "Maximum") -> Metric:
    """Return a metric of a queue."""
    return Metric(namespace="AWS/SQS", name=name, dimensions={"QueueName": queue}, stat=stat)


def function_metric(function: WatchedFunction, name: str, stat: str = "Sum") -> Metric:
    """Return a metric that Lambda keeps of a function."""
    return Metric(namespace="AWS/Lambda", name=name, dimensions={"FunctionName": function.name}, stat=stat)


def own_metric(watched: Watched, service: str, name: str, stat: str = "Sum") -> Metric:
    """Return a metric that a function writes itself."""
    dimensions = {"environment": watched.environment, "service": service}
    return Metric(namespace=NAMESPACE, name=name, dimensions=dimensions, stat=stat)


def api_metric(watched: Watched, name: str, stat: str = "Sum") -> Metric:
    """Return a metric of the API's stage."""
    dimensions = {"ApiName": watched.api, "Stage": watched.stage}
    return Metric(namespace="AWS/ApiGateway", name=name, dimensions=dimensions, stat=stat)
