"""What could not be delivered is kept with its cause, and its version fails visibly.

Two queues feed it. `intake`: the router gave up on a message. `rule`: EventBridge could not put the event on the queue;
it says why in the message's attributes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions import events, keys, telemetry
from functions.ports import rules_of
from functions.promoter import QUIET, Promoter, clock, promoter
from functions.store.deadletters import KEPT_S, DeadLetters, Letter
from functions.store.documents import Documents
from functions.store.items import Version
from functions.store.leases import Held

MAX_BODY_BYTES = 64 * 1024
MAX_CAUSE = 500
"""Characters."""

_WITH_WORK = frozenset({events.Kind.CREATED, events.Kind.LOOK})


class Busy(Exception):
    """Somebody works on the version after all: the letter is looked at again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A message of a dead-letter queue."""

    message_id: str
    body: str
    receive_count: int
    error_code: str
    error_message: str
    from_rule: bool


def dead_of(record: Mapping[str, Any]) -> Dead:
    """Return the message that a record of an SQS event holds."""
    attributes = {
        name: str(attribute.get("stringValue", "")) for name, attribute in record.get("messageAttributes", {}).items()
    }
    return Dead(
        message_id=record["messageId"],
        body=record.get("body", ""),
        receive_count=int(record.get("attributes", {}).get("ApproximateReceiveCount", 0)),
        error_code=attributes.get("ERROR_CODE", ""),
        error_message=attributes.get("ERROR_MESSAGE", ""),
        from_rule="RULE_ARN" in attributes or "ERROR_CODE" in attributes,
    )


def cause_of(dead: Dead, arrival: events.Arrival | events.Ignored, version: Version | None) -> str:
    """Return why a message died: what the rule was told, what is wrong with it, or what its version's work came to."""
    if dead.error_message or dead.error_code:
        cause = dead.error_message or dead.error_code
    elif isinstance(arrival, events.Ignored):
        cause = arrival.reason
    elif version is not None and version.reason:
        cause = version.reason
    else:
        cause = "the router gave no answer"
    return cause[:MAX_CAUSE]


def letter_of(dead: Dead, arrival: events.Arrival | events.Ignored, version: Version | None, now: int) -> Letter:
    """Return what is kept of a message. `now` is in epoch milliseconds."""
    known = arrival if isinstance(arrival, events.Arrival) else None
    return Letter(
        letter_id=dead.message_id,
        arrived_at=keys.timestamp(now),
        cause=cause_of(dead, arrival, version),
        body=dead.body.encode("utf-8", "replace")[:MAX_BODY_BYTES].decode("utf-8", "ignore"),
        source="rule" if dead.from_rule else "intake",
        error_code=dead.error_code[:MAX_CAUSE],
        document_id=known.place.document_id if known else "",
        version_id=known.version_id if known else "",
        owner=known.place.owner if known else "",
        receive_count=dead.receive_count,
        expires_at=now // 1000 + KEPT_S,
    )


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Take a batch of a dead-letter queue; the event source mapping reports partial failures."""
    return handle(event, wired())


def handle(event: Mapping[str, Any], morgue: Morgue) -> dict[str, Any]:
    """Take every message of a batch, and name those that have to come again."""
    again = []
    for record in event["Records"]:
        try:
            letter = morgue.take(dead_of(record))
        except Exception as error:  # noqa: BLE001, one message must not keep the others
            fields = {"message_id": record["messageId"], "error": type(error).__name__}
            telemetry.log("not taken", fields, "warning" if isinstance(error, Busy) else "error")
            again.append({"itemIdentifier": record["messageId"]})
            continue
        correlation_id = keys.correlation_id(letter.document_id, letter.version_id)
        telemetry.log("dead letter", {"correlation_id": correlation_id, "source": letter.source}, "error")
        telemetry.emit({"DeadLetters": 1}, {"source": letter.source})
    return {"batchItemFailures": again}


@cache
def wired() -> Morgue:
    """Return what takes dead letters in this execution environment."""
    import boto3

    environ = os.environ
    dynamodb, s3 = boto3.client("dynamodb", config=QUIET), boto3.client("s3", config=QUIET)
    documents = Documents(dynamodb, environ["DOCUMENTS_TABLE"])
    bucket = environ["DOCUMENTS_BUCKET"]
    return Morgue(
        letters=DeadLetters(dynamodb, environ["DEAD_LETTERS_TABLE"]),
        documents=documents,
        promoter=promoter(documents, s3, bucket, rules_of(environ)),
        bucket=bucket,
        now=clock,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Morgue:
    """Keeps letters and fails their versions.

    Args:
        bucket: name of the documents bucket.
        now: epoch milliseconds.
    """

    letters: DeadLetters
    documents: Documents
    promoter: Promoter
    bucket: str
    now: Callable[[], int]

    def take(self, dead: Dead) -> Letter:
        """Keep one letter, fail its version, and let the head say so. Done twice, it is done once.

        Raises:
            Busy: the version is being worked on, and must not be taken from who does.
        """
        arrival = events.parse(dead.body, self.bucket)
        work = isinstance(arrival, events.Arrival) and arrival.kind in _WITH_WORK and bool(arrival.version_id)
        version = None
        if work and isinstance(arrival, events.Arrival):
            version = self.documents.read_version(arrival.place.document_id, arrival.version_id)
        letter = letter_of(dead, arrival, version, self.now())
        self.letters.put(letter)
        if isinstance(arrival, events.Arrival):
            if work:
                self._reject(arrival, letter.cause)
            self.promoter.promote(arrival.place)
        return letter

    def _reject(self, arrival: events.Arrival, cause: str) -> None:
        verdict = self.documents.reject(arrival.place.document_id, arrival.version_id, reason=cause, now=self.now())
        if isinstance(verdict, Held):
            raise Busy(f"expected nobody to work on {arrival.place.document_id}, it is leased until {verdict.until}")
