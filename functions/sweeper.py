"""What got stuck or lost is found and looked at again.

Pass `unfinished`, every five minutes: the index of unfinished work, oldest first. Pass `inventory`, once a day: every
version in S3 against the table, as far as the time allows; the next run goes on where this one stopped.
A repair is an ordinary message on the intake queue. What to repair is decided purely, a document at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from functions import events, keys, telemetry
from functions.listing import Listed, Listing
from functions.ports import rules_of
from functions.promoter import QUIET, Promoter, clock, promoter
from functions.repairs import NEVER_FINISHED, Action, decide, missed, worth_listing
from functions.store.documents import Documents
from functions.store.items import Head, Status
from functions.store.sweeps import Place, Sweeps

STUCK_MS = 15 * 60 * 1000
"""Work that began longer ago, and is not done, is looked at."""

MOST_REPAIRS = 1000
"""Messages in one run: a long queue must not be made longer by what it delays."""

RESERVE_S = 20.0
"""Seconds before the function's end at which a run stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one run came to. `repaired` counts resent and promoted: on a normal day there are none."""

    looked: int = 0
    repaired: int = 0
    expired: int = 0
    errors: tuple[Exception, ...] = ()
    """Documents that could not be swept: each fails alone."""
    complete: bool = True
    """False where time or repairs ran out before all was looked at."""


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Run the pass that the schedule names: `{"pass": "unfinished"}` or `{"pass": "inventory"}`."""
    return handle(event, wired()(lambda: context.get_remaining_time_in_millis() / 1000))


def handle(event: Mapping[str, Any], sweeper: Sweeper) -> dict[str, Any]:
    """Run a pass, say what it came to, and return that.

    Raises:
        ValueError: the event names no pass.
        ExceptionGroup: some documents could not be swept; the next run looks at them again.
    """
    name = event.get("pass")
    if name not in {"unfinished", "inventory"}:
        raise ValueError(f'expected {{"pass": "unfinished"}} or {{"pass": "inventory"}}, got {name!r}')
    report = sweeper.unfinished() if name == "unfinished" else sweeper.inventory()
    said = {
        "looked": report.looked,
        "repaired": report.repaired,
        "expired": report.expired,
        "failed": len(report.errors),
        "complete": report.complete,
    }
    telemetry.log("swept", {"pass": name, **said}, "error" if report.errors else "info")
    telemetry.emit({"SweeperRun": 1, "SweeperRepaired": report.repaired}, {"pass": name})
    if report.errors:
        raise ExceptionGroup(f"{len(report.errors)} documents could not be swept", list(report.errors))
    return said


@cache
def wired() -> Callable[[Callable[[], float]], Sweeper]:
    """Return what makes a sweeper of this execution environment, given the seconds that an invocation has left."""
    import boto3

    environ = os.environ
    table, bucket, queue = environ["DOCUMENTS_TABLE"], environ["DOCUMENTS_BUCKET"], environ["INTAKE_QUEUE_URL"]
    dynamodb, s3, sqs = (boto3.client(name, config=QUIET) for name in ("dynamodb", "s3", "sqs"))
    documents = Documents(dynamodb, table)

    def send(place: keys.Place, version_id: str) -> None:
        sqs.send_message(QueueUrl=queue, MessageBody=events.look_again(place, version_id, bucket))

    def make(left: Callable[[], float]) -> Sweeper:
        return Sweeper(
            sweeps=Sweeps(dynamodb, table),
            documents=documents,
            listing=Listing(s3, bucket),
            promoter=promoter(documents, s3, bucket, rules_of(environ)),
            send=send,
            now=clock,
            left=left,
        )

    return make


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Both passes over their ports.

    Args:
        send: sends the message to look at a version of a document; an empty id means its current one.
        left: seconds until the function is ended.
    """

    sweeps: Sweeps
    documents: Documents
    listing: Listing
    promoter: Promoter
    send: Callable[[keys.Place, str], None]
    now: Callable[[], int]
    left: Callable[[], float]

    def unfinished(self) -> Report:
        """Look at all unfinished work that is old. A document that fails is left to the next run."""
        report = Report()
        for shard in keys.shards():
            after: dict[str, Any] | None = None
            while True:
                ids, after = self.sweeps.unfinished(shard, before=self.now() - STUCK_MS, after=after)
                heads = self.sweeps.known(ids, ()).heads
                for document_id in ids:
                    if self.left() < RESERVE_S or report.repaired >= MOST_REPAIRS:
                        return replace(report, complete=False)
                    head = heads.get(document_id)
                    if head is None or not worth_listing(head, self.now()):
                        continue
                    try:
                        report = self._mend(head, report)
                    except Exception as error:  # noqa: BLE001, one document must not keep the sweeper from the others
                        report = replace(report, errors=(*report.errors, error))
                if after is None:
                    break
        return report

    def _mend(self, head: Head, report: Report) -> Report:
        place = keys.Place(owner=head.owner, document_id=head.document_id)
        listed = self.listing.of(place.key)
        known = self.sweeps.known((), [(head.document_id, row.version_id) for row in listed if not row.marker])
        versions = {version_id: version for (_, version_id), version in known.versions.items()}
        report = replace(report, looked=report.looked + 1)
        for decision in decide(head, listed, versions, self.now()):
            match decision.action:
                case Action.RESEND:
                    self.send(place, decision.version_id)
                case Action.PROMOTE:
                    self.promoter.promote(place)
                case Action.EXPIRE:
                    self._expire(head, place)
                    report = replace(report, expired=report.expired + 1)
            if decision.action in {Action.RESEND, Action.PROMOTE}:
                report = replace(report, repaired=report.repaired + 1)
        return report

    def _expire(self, head: Head, place: keys.Place) -> None:
        """Give up an upload; its parts go first, so that a crash in between repeats both."""
        if head.upload and head.upload.upload_id:
            self.listing.abort(place.key, head.upload.upload_id)
        if head.status is Status.UPLOADING:
            self.documents.expire(head, reason=NEVER_FINISHED, now=self.now())
        else:
            self.documents.write_head(replace(head, upload=None, since=0), head)

    def inventory(self) -> Report:
        """Go on through all versions in S3 until the end or the time is reached, and remember the place."""
        report = Report()
        place: Place | None = self.sweeps.place()
        while place is not None:
            if self.left() < RESERVE_S or report.repaired >= MOST_REPAIRS:
                return replace(report, complete=False)
            rows, following = self.listing.page(place)
            repaired = self._compare(rows)
            report = replace(report, looked=report.looked + len(rows), repaired=report.repaired + repaired)
            self.sweeps.keep_place(following or Place())
            place = following
        return report

    def _compare(self, rows: Sequence[Listed]) -> int:
        places = {row.key: place for row in rows if (place := keys.parse_key(row.key))}
        known = self.sweeps.known(
            sorted({place.document_id for place in places.values()}),
            [(places[row.key].document_id, row.version_id) for row in rows if row.key in places and not row.marker],
        )
        lost = missed(rows, known, self.now())
        for key, version_id in lost:
            self.send(places[key], version_id)
        return len(lost)
