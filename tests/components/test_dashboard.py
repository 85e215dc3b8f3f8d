"""The dashboard answers four questions, and its prices add up."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest

from components import cost
from components.dashboard import dashboard
from components.watched import Formula, Graph, Line
from tests.components.test_alarms import WATCHED, function

BODY = dashboard(WATCHED, region="eu-west-1", architecture="arm64", alarms=["arn:one", "arn:two"])
WIDGETS: list[dict[str, Any]] = BODY["widgets"]
GRAPHS = [one for one in WIDGETS if one["type"] == "metric"]


def test_four_questions_in_their_order() -> None:
    """Is it healthy, how much, how fast, what does it cost."""
    asked = [one["properties"]["markdown"] for one in WIDGETS if one["type"] == "text"]
    assert asked == ["## Is it healthy?", "## How much?", "## How fast?", "## What does it cost?"]


def test_widgets_fill_the_page_without_overlap() -> None:
    """Every cell of the 24 columns belongs to one widget."""
    cells = [
        (x, y)
        for one in WIDGETS
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(cells) == len(set(cells)) == 24 * 4 * 7
    assert max(x for x, _ in cells) == 23


def test_health_begins_with_the_alarms() -> None:
    """The first answer is the alarms themselves."""
    assert WIDGETS[1]["properties"] == {"title": "Alarms", "alarms": ["arn:one", "arn:two"]}


def test_a_metric_is_written_as_cloudwatch_reads_it() -> None:
    """Namespace, name, dimensions in pairs, then options."""
    (waiting,) = [one["properties"] for one in GRAPHS if one["properties"]["title"] == "Waiting"]
    assert waiting["metrics"][0] == [
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        "intake",
        {"label": "intake", "stat": "Maximum"},
    ]
    assert waiting["region"] == "eu-west-1"


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda one: one["properties"]["title"])
def test_expressions_use_what_the_graph_has(graph: dict[str, Any]) -> None:
    """Within a graph ids are unique and as CloudWatch wants them, and no expression names another graph's."""
    options = [line[-1] for line in graph["properties"]["metrics"]]
    ids = [one["id"] for one in options if "id" in one]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_]*", one) for one in ids)
    used = {name for one in options for name in re.findall(r"\b[a-z]\w*\b", one.get("expression", ""))}
    assert used <= set(ids)


def test_a_stack_of_many_functions_stays_within_cloudwatchs_limits() -> None:
    """With 20 plugins of their own functions: 100 alarms a widget, 500 metrics a graph, 2048 characters a formula."""
    functions = tuple(function(f"extractor-{number}") for number in range(20))
    many = dataclasses.replace(WATCHED, functions=functions)
    body = dashboard(many, region="eu-west-1", architecture="arm64", alarms=[f"arn:{number}" for number in range(120)])
    assert body["widgets"][1]["properties"]["alarms"] == [f"arn:{number}" for number in range(100)]
    for one in body["widgets"]:
        lines = one["properties"].get("metrics", [])
        assert len(lines) <= 500
        assert all(len(line[-1].get("expression", "")) <= 2048 for line in lines)


def evaluated(graph: Graph, counted: dict[str, float]) -> dict[str, float]:
    """Return what the formulas of a graph say, given metric name -> what each metric of that name counted."""
    known: dict[str, Any] = {"FILL": lambda number, _: number, "IF": lambda test, yes, no: yes if test else no}
    known |= {line.id: counted.get(line.metric.name, 0) for line in graph.lines if isinstance(line, Line)}
    for line in graph.lines:
        if isinstance(line, Formula):
            known[line.id] = eval(line.expression, known)
    return {line.id: known[line.id] for line in graph.lines if isinstance(line, Formula)}


def test_costs_are_counts_times_prices() -> None:
    """Each service's line is what its own metrics counted, at the price of one."""
    by_service, _ = cost.graphs(WATCHED, "arm64")
    counted = {
        "Duration": 1000.0,
        "Invocations": 1e6,
        "ConsumedReadCapacityUnits": 1e6,
        "ConsumedWriteCapacityUnits": 1e6,
        "NumberOfMessagesSent": 1e6,
        "Requests": 1e6,
        "Count": 1e6,
        "IncomingBytes": 1e9,
    }
    assert evaluated(by_service, counted) == pytest.approx(
        {
            "cost_lambda": 2 * (0.0000133334 + 0.20),  # two functions: a second of a gigabyte, a million calls
            "cost_dynamodb": 4 * (0.125 + 0.625),  # two tables, two indexes
            "cost_queues": 3 * 0.40,
            "cost_s3": 0.40,
            "cost_api": 3.50,
            "cost_logs": 2 * 0.50,
        }
    )


def test_a_million_documents_cost_what_a_day_does_times_a_million_by_their_number() -> None:
    """The ratio follows the number of documents, and is 0 on a day without any."""
    _, together = cost.graphs(WATCHED, "arm64")
    some = evaluated(together, {"Count": 1e6, "Documents": 500_000})
    assert some["day"] == pytest.approx(3.50)
    assert some["million"] == pytest.approx(7.00)


def test_x86_costs_more() -> None:
    """Lambda's price is that of the stack's processors."""
    counted = {"Duration": 1e9}
    arm, x86 = (evaluated(cost.graphs(WATCHED, one)[0], counted)["cost_lambda"] for one in ("arm64", "x86_64"))
    assert x86 / arm == pytest.approx(1.25, rel=0.01)


def test_no_number_has_an_exponent() -> None:
    """CloudWatch's expressions have plain decimals."""
    assert not re.search(r"\de[-+]?\d", json.dumps(BODY))


def test_a_day_and_an_hour_are_summed_over_themselves() -> None:
    """The period of a cost is what its title says."""
    assert [graph.period_s for graph in cost.graphs(WATCHED, "arm64")] == [3600, 86_400]
