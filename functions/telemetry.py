"""What a function says about its work: one short log line and one line of metrics (EMF) a document.

CloudWatch charges by the byte, so a line has what finds a document and how it went, and the envelope has the rest.
No text of a user or of a file is logged: names, titles and reasons of extractors stay in the table.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Literal

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

Level = Literal["info", "warning", "error"]

NAMESPACE = "firstbytes"

_UNITS = {"DurationMs": MetricUnit.Milliseconds, "BytesRead": MetricUnit.Bytes}


@cache
def logger() -> Logger:
    """Return this function's logger: JSON lines of LOG_LEVEL, without the code's location, named by its service."""
    found = Logger(location=None, sampling_rate=None, utc=True, use_rfc3339=True)
    # Powertools follows Lambda's own filter, which stays at INFO or below so that metrics pass it.
    logging.getLogger(found.service).setLevel(os.environ.get("LOG_LEVEL", "INFO"))
    return found


def log(message: str, fields: Mapping[str, object], level: Level = "info") -> None:
    """Write one line. `fields` hold no text of a user; empty ones are left out.

    Args:
        message: what happened, in a word or two.
        fields: what finds the document (`correlation_id`), and how it went.
        level: info, warning or error.
    """
    filled = {name: value for name, value in fields.items() if value not in (None, "")}
    write = {"info": logger().info, "warning": logger().warning, "error": logger().error}[level]
    write(message, extra=filled)


def emit(metrics: Mapping[str, float], properties: Mapping[str, str] | None = None) -> None:
    """Write metrics in one EMF line; `properties` can be searched, and are no dimensions."""
    line = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE))
    line.add_dimension("environment", os.environ.get("ENVIRONMENT", "none"))
    for name, value in metrics.items():
        line.add_metric(name, _UNITS.get(name, MetricUnit.Count), value)
    for name, text in (properties or {}).items():
        line.add_metadata(name, text)
    line.flush_metrics()
