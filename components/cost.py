"""What the stack costs: metric math over what CloudWatch counts anyway. An estimate by the hour, not the bill. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.watched import (
    HOUR_S,
    Formula,
    Graph,
    Line,
    Metric,
    Watched,
    api_metric,
    function_metric,
    own_metric,
    queue_metric,
)

PRICES: Mapping[str, float] = {
    "api_request": 3.50e-6,
    "dynamodb_read_unit": 0.125e-6,
    "dynamodb_write_unit": 0.625e-6,
    "lambda_gb_s_arm64": 0.0000133334,
    "lambda_gb_s_x86_64": 0.0000166667,
    "lambda_request": 0.20e-6,
    "log_byte": 0.50e-9,
    "s3_get": 0.40e-6,
    "sqs_request": 0.40e-6,
}
"""US dollars in us-east-1, November 2026, first tier, for each one. Storage and data transfer are not in them."""

QUEUE_CALLS = (
    "NumberOfEmptyReceives",
    "NumberOfMessagesDeleted",
    "NumberOfMessagesReceived",
    "NumberOfMessagesSent",
)


def graphs(watched: Watched, architecture: str) -> list[Graph]:
    """Return what each service costs an hour, and the sum for a day and for a million documents.

    Args:
        watched: what the stack has.
        architecture: "arm64" or "x86_64": Lambda's price differs.
    """
    parts = {
        "lambda": _lambda_cost(watched, architecture),
        "dynamodb": _table_cost(watched),
        "queues": _queue_cost(watched),
        "s3": _priced("s3", {"s3_get": [own_metric(watched, "router", "Requests")]}),
        "api": _priced("api", {"api_request": [api_metric(watched, "Count")]}),
        "logs": _log_cost(watched),
    }
    hidden = [line for lines, _ in parts.values() for line in lines]
    shown = [Formula(label=name, id=f"cost_{name}", expression=formula) for name, (_, formula) in parts.items()]
    total = " + ".join(f"FILL({one.id}, 0)" for one in shown)
    documents = Line(label="documents", id="documents", hidden=True, metric=own_metric(watched, "router", "Documents"))
    quiet = [Formula(label=one.label, id=one.id, expression=one.expression, hidden=True) for one in shown]
    return [
        Graph(title="By service", unit="USD an hour", stacked=True, period_s=HOUR_S, lines=[*hidden, *shown]),
        Graph(
            title="Together, and for a million documents",
            unit="USD",
            view="singleValue",
            period_s=24 * HOUR_S,
            lines=[
                *hidden,
                *quiet,
                documents,
                Formula(label="USD a day", id="day", expression=total),
                Formula(
                    label="USD a million documents",
                    id="million",
                    expression=f"IF(documents > 0, 1000000 * ({total}) / documents, 0)",
                ),
            ],
        ),
    ]


def _priced(part: str, units: Mapping[str, Sequence[Metric]]) -> tuple[list[Line], str]:
    """Return hidden lines, and the sum of what they cost: price name -> metrics that count its units."""
    lines: list[Line] = []
    terms: list[str] = []
    for price, metrics in units.items():
        for metric in metrics:
            name = f"{part}{len(lines)}"
            lines.append(Line(label=metric.name, id=name, metric=metric, hidden=True))
            terms.append(f"FILL({name}, 0) * {_plain(PRICES[price])}")
    return lines, " + ".join(terms)


def _lambda_cost(watched: Watched, architecture: str) -> tuple[list[Line], str]:
    lines: list[Line] = []
    terms: list[str] = []
    for number, one in enumerate(watched.functions):
        gb_ms = PRICES[f"lambda_gb_s_{architecture}"] * one.memory_mb / 1024 / 1000
        for name, metric, price in (
            (f"ms{number}", "Duration", gb_ms),
            (f"calls{number}", "Invocations", PRICES["lambda_request"]),
        ):
            lines.append(Line(label=metric, id=name, metric=function_metric(one, metric), hidden=True))
            terms.append(f"FILL({name}, 0) * {_plain(price)}")
    return lines, " + ".join(terms)


def _table_cost(watched: Watched) -> tuple[list[Line], str]:
    def consumed(name: str) -> list[Metric]:
        tables = [{"TableName": watched.documents_table}, {"TableName": watched.dead_letters_table}]
        indexes = [
            {"GlobalSecondaryIndexName": index, "TableName": watched.documents_table}
            for index in watched.documents_indexes
        ]
        return [Metric(namespace="AWS/DynamoDB", name=name, dimensions=one) for one in (*tables, *indexes)]

    return _priced(
        "dynamodb",
        {
            "dynamodb_read_unit": consumed("ConsumedReadCapacityUnits"),
            "dynamodb_write_unit": consumed("ConsumedWriteCapacityUnits"),
        },
    )


def _queue_cost(watched: Watched) -> tuple[list[Line], str]:
    queues = (watched.intake, watched.intake_dlq, watched.rule_dlq)
    calls = [queue_metric(queue, name, "Sum") for queue in queues for name in QUEUE_CALLS]
    return _priced("queues", {"sqs_request": calls})


def _log_cost(watched: Watched) -> tuple[list[Line], str]:
    bytes_in = [
        Metric(namespace="AWS/Logs", name="IncomingBytes", dimensions={"LogGroupName": one.log_group})
        for one in watched.functions
    ]
    return _priced("logs", {"log_byte": bytes_in})


def _plain(price: float) -> str:
    """Return a price without an exponent, which CloudWatch does not read."""
    return f"{price:.18f}".rstrip("0")
