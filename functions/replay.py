"""Dead letters are sent again: some by id, many by filter, or all.

An operator invokes it with `aws lambda invoke`. The event is one of

    {"ids": ["..."]}
    {"filter": {"cause": "part of it", "after": "2026-11-24T00:00:00.000Z", "before": "..."}}
    {"all": true}

and may hold `"dry_run": true` (counts only) and `"rate": 10` (messages a second). Replaying is always safe: what was
done meanwhile is found done. A version that failed begins a new generation, with new attempts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

import msgspec

from functions import events, keys, telemetry
from functions.ports import rules_of
from functions.promoter import QUIET, clock, promoter
from functions.store.deadletters import DeadLetters, Letter, LetterStatus, Position
from functions.store.documents import Documents
from functions.store.items import Status

MAX_RATE = 1000.0
DEFAULT_RATE = 10.0
RESERVE_S = 10.0
"""Seconds before the function's end at which a run stops; the answer says that it is not complete."""


class InvalidReplay(ValueError):
    """The event does not say which letters."""


class Promoter(Protocol):
    """Makes a head say what S3 says."""

    def promote(self, place: keys.Place) -> object:
        """Read the head, ask S3, and write the head where it differs."""
        ...


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which open letters: all conditions hold. Times are ISO 8601 in UTC, compared as text."""

    cause: str = ""
    """Part of the cause."""
    after: str = ""
    before: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to replay, as asked for."""

    ids: tuple[str, ...] = ()
    filter: Filter | None = None
    all: bool = False
    dry_run: bool = False
    rate: float = DEFAULT_RATE


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. `unreadable` are letters whose body is no event of ours: nothing to send, they stay open."""

    matched: int = 0
    replayed: int = 0
    unreadable: int = 0
    missing: int = 0
    dry_run: bool = False
    complete: bool = True


def order_of(event: object) -> Order:
    """Return what an event asks for.

    Raises:
        InvalidReplay: it does not ask for letters in exactly one way, or holds something else.
    """
    try:
        order = msgspec.convert(event, Order)
    except msgspec.ValidationError as error:
        raise InvalidReplay(f'{error}; expected {{"ids": […]}}, {{"filter": {{…}}}} or {{"all": true}}') from error
    if [bool(order.ids), order.filter is not None, order.all].count(True) != 1:
        raise InvalidReplay('expected exactly one of {"ids": […]}, {"filter": {…}} and {"all": true}')
    if order.filter == Filter():
        raise InvalidReplay('expected a filter with cause, after or before; {"all": true} takes every open letter')
    if not 0 < order.rate <= MAX_RATE:
        raise InvalidReplay(f"expected a rate above 0 and up to {MAX_RATE:g} messages a second, got {order.rate:g}")
    return order


def matches(letter: Letter, wanted: Filter) -> bool:
    """Return whether a letter passes a filter."""
    return (
        wanted.cause in letter.cause
        and (not wanted.after or letter.arrived_at >= wanted.after)
        and (not wanted.before or letter.arrived_at < wanted.before)
    )


def handler(event: object, context: Any) -> dict[str, Any]:
    """Replay what an operator asks for, and answer with counts."""
    return handle(event, wired()(lambda: context.get_remaining_time_in_millis() / 1000))


def handle(event: object, replayer: Replayer) -> dict[str, Any]:
    """Replay what an event asks for.

    Raises:
        InvalidReplay: it does not say which letters.
    """
    tally: dict[str, Any] = msgspec.to_builtins(replayer.run(order_of(event)))
    telemetry.log("replayed", tally)
    return tally


@cache
def wired() -> Callable[[Callable[[], float]], Replayer]:
    """Return what makes a replayer of this execution environment, given the seconds that an invocation has left."""
    import boto3

    environ = os.environ
    bucket, queue = environ["DOCUMENTS_BUCKET"], environ["INTAKE_QUEUE_URL"]
    dynamodb, s3, sqs = (boto3.client(name, config=QUIET) for name in ("dynamodb", "s3", "sqs"))
    documents = Documents(dynamodb, environ["DOCUMENTS_TABLE"])

    def send(body: str) -> None:
        sqs.send_message(QueueUrl=queue, MessageBody=body)

    def make(left: Callable[[], float]) -> Replayer:
        return Replayer(
            letters=DeadLetters(dynamodb, environ["DEAD_LETTERS_TABLE"]),
            documents=documents,
            promoter=promoter(documents, s3, bucket, rules_of(environ)),
            send=send,
            bucket=bucket,
            now=clock,
            left=left,
        )

    return make


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayer:
    """Sends letters again.

    Args:
        send: puts a body on the intake queue.
        bucket: name of the documents bucket.
        now: epoch milliseconds.
        left: seconds until the function is ended.
    """

    letters: DeadLetters
    documents: Documents
    promoter: Promoter
    send: Callable[[str], None]
    bucket: str
    now: Callable[[], int]
    left: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    def run(self, order: Order) -> Tally:
        """Replay what an order asks for, no faster than its rate."""
        tally = Tally(dry_run=order.dry_run)
        for letter in self._wanted(order):
            if self.left() < RESERVE_S:
                return msgspec.structs.replace(tally, complete=False)
            if letter is None:
                tally = msgspec.structs.replace(tally, missing=tally.missing + 1)
                continue
            tally = msgspec.structs.replace(tally, matched=tally.matched + 1)
            if isinstance(events.parse(letter.body, self.bucket), events.Ignored):
                tally = msgspec.structs.replace(tally, unreadable=tally.unreadable + 1)
            elif not order.dry_run:
                self.replay(letter)
                tally = msgspec.structs.replace(tally, replayed=tally.replayed + 1)
                self.sleep(1 / order.rate)
        return tally

    def replay(self, letter: Letter) -> Letter:
        """Send one letter again, and return it as it is marked.

        A version that failed is asked for again first, and its head says so, so that a message which gets lost now is
        found as unfinished work.

        Raises:
            InvalidReplay: the letter's body is no event of ours.
        """
        arrival = events.parse(letter.body, self.bucket)
        if isinstance(arrival, events.Ignored):
            raise InvalidReplay(f"expected a letter with an event of ours, got one that is {arrival.reason}")
        if letter.version_id:
            version = self.documents.read_version(arrival.place.document_id, letter.version_id)
            if version is not None and version.status is Status.FAILED and self.documents.reprocess(version):
                self.promoter.promote(arrival.place)
        self.send(letter.body)
        at = keys.timestamp(self.now())
        self.letters.mark_replayed(letter.letter_id, at=at)
        return replace(letter, status=LetterStatus.REPLAYED, replayed_at=at)

    def _wanted(self, order: Order) -> Iterator[Letter | None]:
        """Yield the letters of an order, oldest first; None for an id that is none's."""
        for letter_id in order.ids:
            yield self.letters.get(letter_id, now=self.now() // 1000)
        if order.ids:
            return
        wanted = order.filter or Filter()
        after: Position | None = None
        while True:
            page, after = self.letters.page(LetterStatus.OPEN, now=self.now() // 1000, after=after)
            yield from (letter for letter in page if matches(letter, wanted))
            if after is None:
                return
