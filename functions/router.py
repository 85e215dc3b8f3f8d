"""The fast lane: one message of the intake queue in, one document's envelope and head out.

    message -> events.parse          what is it about? what is none of ours is acknowledged and counted
      -> delivery.deliver            claim it, or leave it to whoever has it
        -> examine.examine           open the version (one GET: 64 KB, size, ETag), sniff, route, run, assemble
          -> sandbox                 the extractors, in a child without credentials, network or time to spare
        -> store, objects            finish the version, ask S3 what is current, write the head
      -> telemetry                   one log line, one line of metrics
    <- batchItemFailures             what shall come again, and when (ChangeMessageVisibility)

A document takes six calls: UpdateItem (claim), GetItem (head), GetObject (one for most), UpdateItem (finish),
HeadObject, UpdateItem (head). What fails and may pass comes again, three times at most; what does not pass is a status
with a reason. What is raised here is a fault of ours: Lambda counts it, the message comes again, and after eight
receives it is a dead letter.

The zygote starts in the background while the claim is under way. An invocation has 90 s, a document 60 s of them, and
what was found by then is its envelope. Extractors of other lanes are listed as unsupported, with the lane.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions import keys, telemetry
from functions.delivery import ATTEMPTS, deliver
from functions.events import Arrival, Ignored, parse
from functions.objects import Failure
from functions.ports import Examined, Ports, Report, Rules, Step, Work, rules_of
from functions.sandbox import Sandbox, forked

BUDGET_S = 60.0
"""Seconds that the extractors of one document may take."""

MARGIN_S = 10.0
"""Seconds of an invocation that are kept for what comes after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fast:
    """What the fast lane works with."""

    bucket: str
    rules: Rules
    ports: Callable[[float], Ports]
    """Seconds that a document may take -> the ports."""
    sandbox: Sandbox
    postpone: Callable[[str, int], None]
    """Lets a message (its receipt handle) come again after so many seconds."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Handle a batch of the intake queue; the event source mapping reports partial failures."""
    left_s = context.get_remaining_time_in_millis() / 1000
    return handle(event, context.aws_request_id, left_s, wired())


def handle(event: Mapping[str, Any], request_id: str, left_s: float, fast: Fast) -> dict[str, Any]:
    """Deliver every message of a batch, and name those that shall come again.

    Raises:
        Exception: what a call raised, or a fault of ours: the whole batch comes again.
    """
    fast.sandbox.warm()
    until = time.monotonic() + left_s
    again = []
    for record in event["Records"]:
        started = time.monotonic()
        parsed = parse(record["body"], fast.bucket)
        if isinstance(parsed, Ignored):
            telemetry.log("ignored", {"reason": parsed.reason, "message_id": record["messageId"]})
            telemetry.emit({"Ignored": 1})
            continue
        report = _deliver(parsed, f"{request_id}/{record['messageId']}", until, fast)
        _tell(report, (time.monotonic() - started) * 1000)
        if report.again_s is not None:
            fast.postpone(record["receiptHandle"], report.again_s)
            again.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": again}


def _deliver(arrival: Arrival, holder: str, until: float, fast: Fast) -> Report:
    timeout_s = max(1.0, min(BUDGET_S, until - time.monotonic() - MARGIN_S))
    try:
        return deliver(arrival, holder, fast.ports(timeout_s), fast.rules)
    except Exception as error:
        correlation_id = keys.correlation_id(arrival.place.document_id, arrival.version_id)
        telemetry.log("raised", {"correlation_id": correlation_id, "error": type(error).__name__}, "error")
        raise


def _tell(report: Report, ms: float) -> None:
    examined = report.examined
    outcome = report.version.outcome if report.version else ""
    ours = report.reason if isinstance(examined, Failure) or report.reason == ATTEMPTS else ""
    telemetry.log(
        report.step,
        {
            "correlation_id": keys.correlation_id(report.place.document_id, report.version_id),
            "outcome": outcome,
            "media_type": report.version.media_type if report.version else "",
            "reason": ours,
            "attempt": report.attempt or None,
            "again_s": report.again_s,
            "ms": round(ms),
        },
    )
    metrics: dict[str, float] = {"DurationMs": round(ms, 1)}
    if report.step is Step.FINISHED:
        metrics["Documents"] = 1
    if isinstance(examined, Examined):
        metrics |= {"BytesRead": examined.bytes_read, "Requests": examined.requests}
    if report.step is Step.LOST:
        metrics["LeaseLost"] = 1
    if report.reason == ATTEMPTS:
        metrics["AttemptsExhausted"] = 1
    telemetry.emit(metrics, {"step": report.step, **({"outcome": outcome} if outcome else {})})


@cache
def wired() -> Fast:
    """Return the fast lane of this execution environment."""
    return wire(os.environ, Sandbox(forked))


def wire(environ: Mapping[str, str], sandbox: Sandbox) -> Fast:
    """Return a fast lane as environment variables have it.

    Raises:
        KeyError: a variable is missing.
    """
    import boto3
    from botocore.config import Config

    from functions.examine import examine
    from functions.objects import Objects
    from functions.store.documents import Documents

    # A call that hangs must leave time for those after it. S3 checks whole objects, and we read ranges.
    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "max_attempts": 3},
        response_checksum_validation="when_required",
    )
    bucket = environ["DOCUMENTS_BUCKET"]
    store = Documents(boto3.client("dynamodb", config=config), environ["DOCUMENTS_TABLE"])
    objects = Objects(boto3.client("s3", config=config), bucket, environ["ARTIFACTS_BUCKET"])
    queue = environ["INTAKE_QUEUE_URL"]

    def ports(timeout_s: float) -> Ports:
        def run(work: Work) -> Examined | Failure:
            return examine(work, objects.source(work.place.key, work.version_id), sandbox.run, timeout_s)

        return Ports(store=store, objects=objects, examine=run, clock=lambda: time.time_ns() // 1_000_000)

    def postpone(receipt_handle: str, seconds: int) -> None:
        _postpone(boto3.client("sqs", config=config), queue, receipt_handle, seconds)

    return Fast(bucket=bucket, rules=rules_of(environ), ports=ports, sandbox=sandbox, postpone=postpone)


def _postpone(sqs: Any, queue: str, receipt_handle: str, seconds: int) -> None:
    """Let a message come again after some seconds, if it can be had; its queue's own timeout holds otherwise."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds)
    except (BotoCoreError, ClientError) as error:
        telemetry.log("not postponed", {"error": type(error).__name__}, "warning")
