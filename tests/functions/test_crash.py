"""The real handlers against an AWS in this process, which fails before or after each call: the end is always the same.

A schedule is what happened to one document, and every invocation that follows from it. Lambda and SQS are played as they
are: an invocation that dies, raises or names its message is repeated when the message is visible again.
"""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from moto import mock_aws

from functions import deadletter, envelopes, events, keys, replay, router, sweeper, telemetry
from functions.deadletter import Morgue
from functions.listing import Listing
from functions.ports import Rules
from functions.promoter import Promoter, promoter
from functions.repairs import NEVER_FINISHED
from functions.replay import Replayer
from functions.sandbox import Sandbox, forked
from functions.store.deadletters import DeadLetters
from functions.store.documents import Documents
from functions.store.items import Head, Status, Upload
from functions.store.sweeps import Sweeps
from functions.sweeper import Sweeper

BUCKET, ARTIFACTS, TABLE, LETTERS = "documents-bucket", "artifacts-bucket", "documents", "letters"
VISIBILITY_MS = 540_000
MOST = 8
"""Deliveries before a message is dead."""

NOW = time.time_ns() // 1_000_000
"""S3 dates versions by the real clock."""

PDF = (Path(__file__).parents[2] / "samples" / "annual-report.pdf").read_bytes()
TEXT = b"Dear Sir or Madam,\n\nthe bytes decide.\n"
MODES = ("before", "after", "throttled", "unanswered", "repeated")


class Crash(BaseException):
    """The sandbox died here."""


@dataclass(slots=True)
class Faults:
    """Strikes once, at the call with the number `at`, counted over all invocations of a schedule."""

    at: int = 0
    mode: str = ""
    armed: bool = False
    calls: list[str] = field(default_factory=list)

    def before(self, model: Any, **_more: Any) -> Any:
        """Count a call; die, or answer as a service does that has too much to do."""
        if not self.armed:
            return None
        self.calls.append(model.name)
        if len(self.calls) != self.at:
            return None
        if self.mode == "before":
            raise Crash
        if self.mode == "throttled":
            return Refused(), {
                "Error": {"Code": "ThrottlingException", "Message": "injected"},
                "ResponseMetadata": {"HTTPStatusCode": 400, "HTTPHeaders": {}},
            }
        return None

    def after(self, **_more: Any) -> None:
        """Die, or lose the answer, once the call has taken effect."""
        if self.armed and len(self.calls) == self.at:
            if self.mode == "after":
                raise Crash
            if self.mode == "unanswered":
                raise ReadTimeoutError(endpoint_url="https://service.test")

    def again(self, attempts: int, **_more: Any) -> float | None:
        """Send a request once more, as if its answer had been lost; at once."""
        struck = self.armed and self.mode == "repeated" and len(self.calls) == self.at and attempts == 1
        return 0.0 if struck else None


class Refused:
    """A response that says no."""

    status_code = 400
    headers: Mapping[str, str] = MappingProxyType({})
    content = b""


class Platform:
    """Buckets, tables and queues, and every handler over them, with one clock."""

    def __init__(self, sandbox: Sandbox, faults: Faults) -> None:
        self.faults = faults
        self.now = NOW
        self.s3, self.dynamodb, self.sqs = (boto3.client(name) for name in ("s3", "dynamodb", "sqs"))
        for bucket in (BUCKET, ARTIFACTS):
            self.s3.create_bucket(Bucket=bucket)
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        create_tables(self.dynamodb)
        self.queue = self.sqs.create_queue(QueueName="intake")["QueueUrl"]
        environ = {
            "DOCUMENTS_TABLE": TABLE,
            "DOCUMENTS_BUCKET": BUCKET,
            "ARTIFACTS_BUCKET": ARTIFACTS,
            "INTAKE_QUEUE_URL": self.queue,
        }
        fast = router.wire(environ, sandbox)
        self.fast = replace(fast, ports=lambda seconds: replace(fast.ports(seconds), clock=self.clock))
        self.documents = Documents(self.dynamodb, TABLE)
        self.letters = DeadLetters(self.dynamodb, LETTERS)
        wired = promoter(self.documents, self.s3, BUCKET, Rules())
        self.promoter = Promoter(ports=replace(wired.ports, clock=self.clock), rules=wired.rules)

    def clear(self) -> None:
        """Empty the documents bucket of what other schedules left."""
        while rows := self.s3.list_object_versions(Bucket=BUCKET):
            objects = [
                {"Key": row["Key"], "VersionId": row["VersionId"]}
                for row in (*rows.get("Versions", ()), *rows.get("DeleteMarkers", ()))
            ]
            if not objects:
                return
            self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})

    def clock(self) -> int:
        """Return epoch milliseconds of this world."""
        return self.now

    def invoke(self, work: Callable[[str], Any]) -> None:
        """Repeat an invocation until it ends well, each time when its message is visible again."""
        for attempt in range(MOST):
            self.faults.armed = True
            try:
                answer = work(f"r{self.now}-{attempt}")
            except (Crash, ClientError, BotoCoreError, ExceptionGroup):
                answer = {"batchItemFailures": ["it"]}
            finally:
                self.faults.armed = False
            if not answer.get("batchItemFailures"):
                return
            self.now += VISIBILITY_MS
        raise AssertionError(
            f"expected an invocation to end well within {MOST} deliveries, the calls were {self.faults.calls}"
        )

    def deliver(self, body: str) -> None:
        """Let the router have a message."""
        records = [{"messageId": "m", "receiptHandle": "h", "body": body}]
        self.invoke(lambda request_id: router.handle({"Records": records}, request_id, 90.0, self.fast))

    def bury(self, body: str) -> None:
        """Let the dead-letter function have a message."""
        morgue = Morgue(
            letters=self.letters, documents=self.documents, promoter=self.promoter, bucket=BUCKET, now=self.clock
        )
        record = {"messageId": uuid.uuid5(uuid.NAMESPACE_OID, body).hex, "body": body, "attributes": {}}
        self.invoke(lambda _: deadletter.handle({"Records": [record]}, morgue))

    def sweep(self, which: str) -> None:
        """Let the sweeper make a pass, and the router have what it sends."""
        made = Sweeper(
            sweeps=Sweeps(self.dynamodb, TABLE),
            documents=self.documents,
            listing=Listing(self.s3, BUCKET),
            promoter=self.promoter,
            send=lambda place, version_id: self.send(events.look_again(place, version_id, BUCKET)),
            now=self.clock,
            left=lambda: 900.0,
        )
        self.invoke(lambda _: sweeper.handle({"pass": which}, made))
        self.drain()

    def replay(self) -> None:
        """Let an operator replay all letters, and the router have what that sends."""
        made = Replayer(
            letters=self.letters,
            documents=self.documents,
            promoter=self.promoter,
            send=self.send,
            bucket=BUCKET,
            now=self.clock,
            left=lambda: 900.0,
            sleep=lambda _seconds: None,
        )
        self.invoke(lambda _: replay.handle({"all": True}, made))
        self.drain()

    def send(self, body: str) -> None:
        """Put a message on the queue."""
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def drain(self) -> None:
        """Deliver everything that is on the queue."""
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                self.deliver(message["Body"])

    def state(self, document: Document) -> list[dict[str, Any]]:
        """Return what the table says of a document, but for times, attempts, and ids that S3 draws."""
        place = document.place
        answer = self.dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.document_pk(place.document_id)}},
        )
        names = {version_id: f"version {number}" for number, version_id in enumerate(document.made)}
        return sorted(
            (self._said(item, names) for item in answer["Items"]), key=lambda item: json.dumps(item, sort_keys=True)
        )

    def _said(self, item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
        passing = {"created_at", "updated_at", "listed_at", "expires_at", "attempt", "rev", "pk", "document_id", "etag"}
        said = {name: value for name, value in item.items() if name not in passing}
        said["sk"] = names.get(item["sk"]["S"].removeprefix("v#"), item["sk"]["S"][:4])
        if "version_id" in said:
            said["version_id"] = names.get(item["version_id"]["S"], "unknown")
        packed = said.pop("envelope", None)
        key, digest = said.pop("envelope_key", None), said.pop("envelope_sha256", None)
        if packed:
            said["envelope"] = told(envelopes.unpack(packed["B"]))
        if key:
            body = self.s3.get_object(Bucket=ARTIFACTS, Key=key["S"])["Body"].read()
            assert envelopes.digest(body).hex() == digest["S"]
            said["artifact"] = told(body)
        return said


def told(body: bytes) -> dict[str, Any]:
    """Return what an envelope says of the file, but for when and how fast."""
    envelope = json.loads(body)
    return {name: envelope[name] for name in ("media_type", "core")}


def create_tables(client: Any) -> None:
    """Create both tables with the indexes that these handlers use."""
    for name, hashes, indexes in (
        (TABLE, ("pk", "sk"), {"unfinished": (("shard", "S"), ("since", "N"))}),
        (LETTERS, ("pk",), {"by-status": (("status", "S"), ("arrived_at", "S"))}),
    ):
        attributes = {**dict.fromkeys(hashes, "S"), **dict(itertools.chain.from_iterable(indexes.values()))}
        kinds = ("HASH", "RANGE")
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in attributes.items()],
            KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in zip(hashes, kinds, strict=False)],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": [
                        {"AttributeName": n, "KeyType": kind} for (n, _), kind in zip(pair, kinds, strict=True)
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index, pair in indexes.items()
            ],
        )


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Give one platform to all schedules: each has a document of its own."""
    faults = Faults()
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("POWERTOOLS_SERVICE_NAME", f"crash-{uuid.uuid4().hex}")
        telemetry.logger.cache_clear()
        boto3.setup_default_session()
        hooks = boto3.DEFAULT_SESSION.events
        hooks.register("before-call", faults.before)
        hooks.register("after-call", faults.after)
        hooks.register("needs-retry", faults.again)
        sandbox = Sandbox(forked)
        try:
            yield Platform(sandbox, faults)
        finally:
            sandbox.close()
            boto3.setup_default_session()


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a schedule, in S3."""

    platform: Platform
    place: keys.Place
    made: list[str] = field(default_factory=list)
    """Ids of its versions and markers, in the order of their making."""

    def announce(self, kind: str = "post", upload_id: str = "") -> None:
        """Make its head, as the API does when an upload begins."""
        upload = Upload(kind=kind, expires_at=self.platform.now // 1000 + 300, upload_id=upload_id)
        head = Head(
            document_id=self.place.document_id,
            owner=self.place.owner,
            status=Status.UPLOADING,
            created_at=keys.timestamp(self.platform.now),
            name="report.pdf",
            since=self.platform.now,
            upload=upload,
        )
        self.platform.documents.write_head(head, None)

    def put(self, body: bytes) -> str:
        """Put a version; return the body of its event."""
        version_id = self.platform.s3.put_object(Bucket=BUCKET, Key=self.place.key, Body=body)["VersionId"]
        self.made.append(version_id)
        return self.event("Created", version_id)

    def mark(self) -> str:
        """Put a delete marker on top; return the body of its event."""
        marker = self.platform.s3.delete_object(Bucket=BUCKET, Key=self.place.key)["VersionId"]
        self.made.append(marker)
        return self.event("Deleted", marker, "Delete Marker Created")

    def remove(self, event: str) -> str:
        """Remove the version, or the marker, that an event tells of; return the body of the next event."""
        version_id = json.loads(event)["detail"]["object"]["version-id"]
        self.platform.s3.delete_object(Bucket=BUCKET, Key=self.place.key, VersionId=version_id)
        return self.event("Deleted", version_id, "Permanently Deleted")

    def event(self, kind: str, version_id: str, deletion: str = "") -> str:
        """Return the body of an event of S3's."""
        detail = {
            "bucket": {"name": BUCKET},
            "object": {"key": self.place.key, "version-id": version_id},
            "deletion-type": deletion,
        }
        return json.dumps({"source": "aws.s3", "detail-type": f"Object {kind}", "detail": detail})


Scenario = Callable[[Document], list[str]]


def announced(document: Document) -> list[str]:
    """A document of the API's arrives."""
    document.announce()
    return [document.put(PDF)]


def unannounced(document: Document) -> list[str]:
    """A document arrives that the API knows nothing of."""
    return [document.put(TEXT)]


def corrupt(document: Document) -> list[str]:
    """A file is broken."""
    return [document.put(b"%PDF-1.7\nxref broken")]


def overwritten(document: Document) -> list[str]:
    """A second version comes before the first is read."""
    document.announce()
    return [document.put(PDF), document.put(TEXT)]


def deleted(document: Document) -> list[str]:
    """It is deleted before it is read."""
    return [document.put(TEXT), document.mark()]


def restored(document: Document) -> list[str]:
    """It is deleted and restored before anything is read."""
    put, marked = document.put(TEXT), document.mark()
    return [put, marked, document.remove(marked)]


def uncovered(document: Document) -> list[str]:
    """The current version is removed for good, and the one before is current again."""
    first, second = document.put(TEXT), document.put(PDF)
    return [first, second, document.remove(second)]


SCENARIOS = (announced, unannounced, corrupt, overwritten, deleted, restored, uncovered)
NUMBER = itertools.count(1)


def document(platform: Platform) -> Document:
    """Return a document that no other schedule has."""
    return Document(platform, keys.Place(owner="me", document_id=f"{next(NUMBER):031x}0"))


def run(platform: Platform, work: Callable[[Document], None], at: int = 0, mode: str = "") -> tuple[Any, list[str]]:
    """Run a schedule with a fault in one place; return its end and the calls that were made."""
    one = document(platform)
    platform.faults.at, platform.faults.mode, platform.faults.calls = at, mode, []
    platform.now = NOW
    work(one)
    platform.faults.at = 0
    return platform.state(one), platform.faults.calls


def in_order(platform: Platform, scenario: Scenario) -> Callable[[Document], None]:
    """Return the schedule of a scenario whose events arrive in order and once."""

    def work(one: Document) -> None:
        for body in scenario(one):
            platform.deliver(body)

    return work


def every_fault(platform: Platform, work: Callable[[Document], None]) -> int:
    """Strike at every call in every way; return how many schedules that were."""
    wanted, calls = run(platform, work)
    assert wanted or not calls
    # The sweeper asks ten shards alike: the first and the last stand for those between.
    inner = {at for at in range(2, len(calls)) if calls[at - 2 : at + 1] == ["Query"] * 3}
    places = [at for at in range(1, len(calls) + 1) if at not in inner]
    for at, mode in itertools.product(places, MODES):
        end, _ = run(platform, work, at, mode)
        assert end == wanted, f"{mode} call {at}, {calls[at - 1]}"
    return len(calls) * len(MODES)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_fault_at_any_call_of_the_router_changes_nothing(platform: Platform, scenario: Scenario) -> None:
    """Dead before or after a call, throttled, unanswered, or sent twice: the end is that without faults."""
    assert every_fault(platform, in_order(platform, scenario)) >= 6 * len(MODES)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_neither_order_nor_duplicates_matter(platform: Platform, scenario: Scenario) -> None:
    """Every order of the events, each twice, ends as they do in order and once."""
    ends = []
    for order in itertools.permutations(range(len(scenario(document(platform))))):

        def work(one: Document, order: tuple[int, ...] = order) -> None:
            bodies = scenario(one)
            for number in (*order, *reversed(order)):
                platform.deliver(bodies[number])

        ends.append(run(platform, work)[0])
    assert all(end == ends[0] for end in ends)
    assert ends[0] == run(platform, in_order(platform, scenario))[0]


@pytest.mark.slow
def test_a_fault_at_any_call_around_a_large_envelope_changes_nothing(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The artifact is there, and is the one that its item points to."""
    monkeypatch.setattr(envelopes, "MAX_JSON", 10)
    every_fault(platform, lambda one: platform.deliver(one.put(PDF)))
    end, calls = run(platform, lambda one: platform.deliver(one.put(PDF)))
    assert "PutObject" in calls
    assert any("artifact" in item for item in end)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["unfinished", "inventory"])
def test_a_fault_at_any_call_of_the_sweeper_changes_nothing(platform: Platform, which: str) -> None:
    """Every event was lost; an upload was begun, and came: the sweeper finds it."""

    def work(one: Document) -> None:
        platform.clear()
        one.announce()
        one.put(TEXT)
        platform.now += 24 * 3600 * 1000
        platform.sweep(which)

    every_fault(platform, work)
    assert [item["status"] for item in run(platform, work)[0]] == [{"S": "completed"}] * 2


@pytest.mark.slow
def test_a_fault_at_any_call_of_giving_an_upload_up_changes_nothing(platform: Platform) -> None:
    """Its parts are dropped and its head fails, whatever failed in between."""

    def work(one: Document) -> None:
        upload = platform.s3.create_multipart_upload(Bucket=BUCKET, Key=one.place.key)["UploadId"]
        one.announce("multipart", upload)
        platform.now += 24 * 3600 * 1000
        platform.sweep("unfinished")

    every_fault(platform, work)
    assert run(platform, work)[0] == [
        {
            "sk": "head",
            "owner": {"S": "me"},
            "name": {"S": "report.pdf"},
            "status": {"S": "failed"},
            "status_key": {"S": "o#me#s#failed"},
            "owner_key": {"S": "o#me"},
            "reason": {"S": NEVER_FINISHED},
        }
    ]
    assert "Uploads" not in platform.s3.list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.slow
def test_a_fault_at_any_call_from_dead_letter_to_replay_changes_nothing(platform: Platform) -> None:
    """A dead letter fails its version, a replay begins a new generation, and the document completes."""

    def work(one: Document) -> None:
        one.announce()
        platform.bury(one.put(TEXT))
        buried = platform.state(one)
        assert [item["status"] for item in buried] == [{"S": "failed"}, {"S": "failed"}]
        platform.replay()

    every_fault(platform, work)
    end, _ = run(platform, work)
    assert [(item["status"], item["gen"]) for item in end] == [({"S": "completed"}, {"N": "2"})] * 2
