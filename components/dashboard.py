"""One page that answers four questions, a row each: is it healthy, how much, how fast, what does it cost. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from components import cost
from components.watched import (
    HOUR_S,
    Formula,
    Graph,
    Line,
    Watched,
    api_metric,
    function_metric,
    own_metric,
    queue_metric,
)

WIDTH, HEIGHT = 24, 6
SHOWN = 100
"""Alarms that CloudWatch puts into one widget at most."""


def dashboard(
    watched: Watched, *, region: str, architecture: str, alarms: Sequence[pulumi.Input[str]]
) -> dict[str, Any]:
    """Return the dashboard's body, in which names may be outputs still.

    Args:
        watched: what the stack has.
        region: where it is.
        architecture: "arm64" or "x86_64": Lambda's price differs.
        alarms: ARNs of the alarms to show, the gravest first; those after the first hundred are not.
    """
    status = {"type": "alarm", "properties": {"title": "Alarms", "alarms": list(alarms)[:SHOWN]}}
    rows: list[tuple[str, list[dict[str, Any]]]] = [
        ("Is it healthy?", [status, *(_graph(graph, region) for graph in _healthy(watched))]),
        ("How much?", [_graph(graph, region) for graph in _much(watched)]),
        ("How fast?", [_graph(graph, region) for graph in _fast(watched)]),
        ("What does it cost?", [_graph(graph, region) for graph in cost.graphs(watched, architecture)]),
    ]
    return {"widgets": [widget for number, row in enumerate(rows) for widget in _row(number, *row)]}


def _row(number: int, question: str, widgets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Place a question over its answers."""
    top, width = number * (HEIGHT + 1), WIDTH // len(widgets)
    asked = {"type": "text", "properties": {"markdown": f"## {question}"}}
    return [
        {**asked, "x": 0, "y": top, "width": WIDTH, "height": 1},
        *(
            {**widget, "x": place * width, "y": top + 1, "width": width, "height": HEIGHT}
            for place, widget in enumerate(widgets)
        ),
    ]


def _graph(graph: Graph, region: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "title": graph.title,
        "region": region,
        "view": graph.view,
        "stacked": graph.stacked,
        "period": graph.period_s,
        "metrics": [_line(line) for line in graph.lines],
    }
    if graph.view == "timeSeries":
        properties["yAxis"] = {"left": {"min": 0, "label": graph.unit, "showUnits": False}}
    return {"type": "metric", "properties": properties}


def _line(line: Line | Formula) -> list[Any]:
    options: dict[str, Any] = {"label": line.label}
    if line.id:
        options["id"] = line.id
    if line.hidden:
        options["visible"] = False
    if isinstance(line, Formula):
        return [{**options, "expression": line.expression}]
    metric = line.metric
    dimensions = [part for name in sorted(metric.dimensions) for part in (name, metric.dimensions[name])]
    return [metric.namespace, metric.name, *dimensions, {**options, "stat": metric.stat}]


def _healthy(watched: Watched) -> list[Graph]:
    visible = "ApproximateNumberOfMessagesVisible"
    return [
        Graph(
            title="Waiting",
            unit="messages",
            lines=[
                Line(label="intake", metric=queue_metric(watched.intake, visible)),
                Line(label="intake DLQ", metric=queue_metric(watched.intake_dlq, visible)),
                Line(label="rule DLQ", metric=queue_metric(watched.rule_dlq, visible)),
                Line(label="repaired by the sweeper", metric=own_metric(watched, "sweeper", "SweeperRepaired")),
            ],
        ),
        Graph(
            title="Errors",
            unit="a minute",
            lines=[
                *(Line(label=one.purpose, metric=function_metric(one, "Errors")) for one in watched.functions),
                Line(label="API 5xx", metric=api_metric(watched, "5XXError")),
                Line(label="dead letters", metric=own_metric(watched, "deadletter", "DeadLetters")),
                Line(label="attempts exhausted", metric=own_metric(watched, "router", "AttemptsExhausted")),
            ],
        ),
    ]


def _much(watched: Watched) -> list[Graph]:
    return [
        Graph(
            title="Documents",
            unit="an hour",
            period_s=HOUR_S,
            lines=[
                Line(label="finished", metric=own_metric(watched, "router", "Documents")),
                Line(label="events ignored", metric=own_metric(watched, "router", "Ignored")),
            ],
        ),
        Graph(
            title="Bytes read",
            unit="bytes an hour",
            period_s=HOUR_S,
            lines=[Line(label="bytes", metric=own_metric(watched, "router", "BytesRead"))],
        ),
        Graph(
            title="API",
            unit="requests a minute",
            lines=[
                Line(label="requests", metric=api_metric(watched, "Count")),
                Line(label="4xx", metric=api_metric(watched, "4XXError")),
                Line(label="5xx", metric=api_metric(watched, "5XXError")),
            ],
        ),
    ]


def _fast(watched: Watched) -> list[Graph]:
    stats = ("p50", "p95", "p99")
    age = queue_metric(watched.intake, "ApproximateAgeOfOldestMessage")
    return [
        Graph(
            title="One document in the router",
            unit="ms",
            lines=[Line(label=one, metric=own_metric(watched, "router", "DurationMs", one)) for one in stats],
        ),
        Graph(
            title="One request of the API",
            unit="ms",
            lines=[Line(label=one, metric=api_metric(watched, "Latency", one)) for one in stats],
        ),
        Graph(title="Oldest document that waits", unit="s", lines=[Line(label="age", metric=age)]),
    ]
