"""The fast lane from message to head: the real handler, the real sandbox, real files, and AWS in this process."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from firstbytes.envelope import Outcome
from firstbytes.run import FacetFindings, Findings, Task
from firstbytes.source import ByteSource
from functions import keys, router
from functions.envelopes import digest, unpack
from functions.events import look_again
from functions.sandbox import Sandbox, forked
from functions.store.documents import Documents
from functions.store.items import Head, Status, Version

SAMPLES = Path(__file__).parents[2] / "samples"
BUCKET = "documents-bucket"
ROWS = csv.DictReader((SAMPLES / "expected.tsv").read_text("utf-8").splitlines(), delimiter="\t")
EXPECTED = {row["file"]: row for row in ROWS}
STATUS = {"complete": "completed", "partial": "partial", "limited": "partial", "corrupt": "failed", "failed": "failed"}


class Context:
    """What Lambda tells of an invocation."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that an invocation has at its beginning."""
        return 90_000


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox with every routed extractor."""
    made = Sandbox(forked)
    yield made
    made.close()


class Platform:
    """The buckets, the table and the queue, and the router over them."""

    def __init__(self, s3: Any, dynamodb: Any, sandbox: Sandbox) -> None:
        self.s3 = s3
        self.dynamodb = dynamodb
        self.documents = Documents(dynamodb, "documents")
        self.sqs = boto3.client("sqs")
        self.queue = self.sqs.create_queue(QueueName="intake")["QueueUrl"]
        environ = {
            "DOCUMENTS_TABLE": "documents",
            "DOCUMENTS_BUCKET": BUCKET,
            "ARTIFACTS_BUCKET": "artifacts-bucket",
            "INTAKE_QUEUE_URL": self.queue,
        }
        self.environ = environ
        self.fast = router.wire(environ, sandbox)

    def put(self, place: keys.Place, body: bytes, **more: Any) -> str:
        """Put a version of a document, and return its id."""
        return str(self.s3.put_object(Bucket=BUCKET, Key=place.key, Body=body, **more)["VersionId"])

    def handle(self, *bodies: str, request_id: str = "r") -> dict[str, Any]:
        """Handle messages in one batch."""
        records = [{"messageId": f"m{i}", "receiptHandle": f"h{i}", "body": body} for i, body in enumerate(bodies)]
        return router.handle({"Records": records}, request_id, 90.0, self.fast)

    def route(self, place: keys.Place, body: bytes, **more: Any) -> tuple[Head, Version]:
        """Put a document, handle its event, and return what the table has of it."""
        version_id = self.put(place, body, **more)
        assert self.handle(look_again(place, version_id, BUCKET)) == {"batchItemFailures": []}
        head = self.documents.read_head(place.document_id)
        version = self.documents.read_version(place.document_id, version_id)
        assert head is not None
        assert version is not None
        return head, version


@pytest.fixture
def platform(s3: Any, dynamodb: Any, sandbox: Sandbox, own_logger: None) -> Platform:
    """Return a platform with an empty table."""
    del own_logger
    return Platform(s3, dynamodb, sandbox)


def place(number: int = 0) -> keys.Place:
    """Return where a document is."""
    return keys.Place(owner="me", document_id=f"{number:032x}")


def test_every_sample_ends_as_it_should(platform: Platform) -> None:
    """Type, outcome and status of each file, from S3 to the table; no head is left unfinished."""
    wrong = {}
    for number, (name, row) in enumerate(EXPECTED.items()):
        document = Head(
            document_id=place(number).document_id,
            owner="me",
            status=Status.UPLOADING,
            created_at="2026",
            name=name,
            since=1,
        )
        platform.documents.write_head(document, None)
        head, version = platform.route(place(number), (SAMPLES / name).read_bytes())
        envelope = json.loads(unpack(version.envelope))
        types = (envelope["media_type"], *envelope["ancestors"])
        got = (version.outcome, head.status, head.since, envelope["document"]["name"])
        status = STATUS.get(row["outcome"], "unsupported")
        if row["media_type"] not in types or got != (row["outcome"], status, 0, name):
            wrong[name] = (types, *got)
    assert not wrong
    shown = platform.documents.read_head(place(0).document_id)
    assert shown is not None
    assert shown.facts == {"title": "Annual Report 2025", "page_count": 3}


def test_a_document_takes_six_calls(platform: Platform, sandbox: Sandbox) -> None:
    """Claim, head, one GET, finish, what is current, head: counted at the client."""
    calls: list[str] = []
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("before-call", lambda model, **_: calls.append(model.name))
    try:
        platform.fast = router.wire(platform.environ, sandbox)
        version_id = platform.put(place(), b"hello")
        platform.handle(look_again(place(), version_id, BUCKET))
    finally:
        boto3.setup_default_session()
    assert calls == ["UpdateItem", "GetItem", "GetObject", "UpdateItem", "HeadObject", "UpdateItem"]


def test_a_document_is_two_lines_without_its_text(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    """One log line and one of metrics; neither a name nor a title is in them."""
    head = Head(
        document_id=place().document_id, owner="me", status=Status.UPLOADING, created_at="2026", name="geheim.pdf"
    )
    platform.documents.write_head(head, None)
    capsys.readouterr()
    platform.route(place(), (SAMPLES / "annual-report.pdf").read_bytes())
    out = capsys.readouterr().out
    assert "geheim" not in out
    assert "Annual" not in out
    line, metrics = (json.loads(text) for text in out.splitlines())
    version_id = platform.s3.head_object(Bucket=BUCKET, Key=place().key)["VersionId"]
    assert line["correlation_id"] == f"{place().document_id}#{version_id}"
    assert {name: line[name] for name in ("level", "message", "outcome", "media_type", "attempt")} == {
        "level": "INFO",
        "message": "finished",
        "outcome": "complete",
        "media_type": "application/pdf",
        "attempt": 1,
    }
    assert len(out) < 1100
    assert (metrics["Documents"], metrics["BytesRead"], metrics["Requests"]) == ([1.0], [46167.0], [1.0])
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "firstbytes"
    assert sorted(metrics["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == ["environment", "service"]


BAD = {
    "no JSON": "{",
    "none of ours": json.dumps({"source": "aws.ec2", "detail-type": "x", "detail": {}}),
    "another bucket": look_again(place(), "v", "another-bucket"),
    "another key": look_again(place(), "v", BUCKET).replace("t/me", "x/me"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_message_that_is_none_of_ours_is_acknowledged(
    platform: Platform, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """It is counted, says why, and leaves nothing behind."""
    assert platform.handle(BAD[name]) == {"batchItemFailures": []}
    assert platform.dynamodb.scan(TableName="documents")["Count"] == 0
    line, metrics = (json.loads(text) for text in capsys.readouterr().out.splitlines())
    assert (line["message"], metrics["Ignored"]) == ("ignored", [1.0])
    assert line["reason"]


def test_an_empty_object_has_an_outcome(platform: Platform) -> None:
    """Zero bytes are a document too."""
    head, version = platform.route(place(), b"")
    assert version.status.settled
    assert (head.size_bytes, head.media_type, head.since) == (0, version.media_type, 0)


def test_an_object_that_is_archived_fails_with_its_reason(platform: Platform) -> None:
    """Its owner reads what to do; no attempt is wasted."""
    head, version = platform.route(place(), b"cold", StorageClass="GLACIER")
    assert (head.status, head.reason) == (Status.FAILED, "the object is archived; restore it first")
    assert version.attempt == 1


def test_a_version_that_is_gone_fails_and_its_document_is_left_alone(platform: Platform) -> None:
    """The event of a version that was removed meanwhile; what is current is shown."""
    gone = platform.put(place(), b"old")
    platform.route(place(), b"new")
    platform.s3.delete_object(Bucket=BUCKET, Key=place().key, VersionId=gone)
    before = platform.documents.read_head(place().document_id)
    platform.handle(look_again(place(), gone, BUCKET))
    version = platform.documents.read_version(place().document_id, gone)
    assert version is not None
    assert (version.status, version.reason) == (Status.FAILED, "the object is gone")
    assert platform.documents.read_head(place().document_id) == before


def test_a_document_that_never_was_leaves_no_head(platform: Platform) -> None:
    """An event for a key that is not there, as forged or as old as it may be."""
    platform.handle(look_again(place(), "3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", BUCKET), look_again(place(1), "", BUCKET))
    items = platform.dynamodb.scan(TableName="documents")["Items"]
    assert [(item["sk"]["S"][:2], item["reason"]["S"]) for item in items] == [("v#", "the object is gone")]
    assert int(items[0]["expires_at"]["N"]) > 0


class Told:
    """A runner that finds what it is told, and remembers how long it was given."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        self.given: list[float] = []

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Find it."""
        assert source.size == 5
        self.given.append(task.timeout_s)
        facet = FacetFindings(facet="metadata", outcome=Outcome.COMPLETE, facts=self.facts)
        return Findings(media_type="text/plain", facets=(facet,))

    def close(self) -> None:
        """Do nothing."""


def test_a_large_envelope_is_an_artifact(platform: Platform) -> None:
    """The row keeps where it is and what it must be."""
    platform.fast = router.wire(platform.environ, Sandbox(lambda: Told(rows=["x" * 1000] * 200)))
    _, version = platform.route(place(), b"hello")
    key = keys.artifact_key("me", place().document_id, version.version_id)
    kept = platform.s3.get_object(Bucket="artifacts-bucket", Key=key)["Body"].read()
    assert (version.envelope, version.envelope_key, version.envelope_sha256) == (b"", key, digest(kept).hex())
    assert json.loads(kept)["document"]["id"] == place().document_id


def test_who_comes_second_waits(platform: Platform) -> None:
    """Of two messages of a batch, the one that another worker has comes again, later than the lease; one does not."""
    version_id = platform.put(place(), b"hello")
    now = platform.fast.ports(1.0).clock()
    platform.documents.claim(place().document_id, version_id, holder="other", now=now, lease_until=now + 100_000)
    platform.sqs.send_message(QueueUrl=platform.queue, MessageBody=look_again(place(), version_id, BUCKET))
    (message,) = platform.sqs.receive_message(QueueUrl=platform.queue, VisibilityTimeout=1)["Messages"]
    records = [
        {"messageId": "m1", "receiptHandle": message["ReceiptHandle"], "body": message["Body"]},
        {"messageId": "m2", "receiptHandle": "h2", "body": "{}"},
    ]
    answer = router.handle({"Records": records}, "r", 90.0, platform.fast)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    head = platform.documents.read_head(place().document_id)
    assert head is not None
    assert head.status is Status.PROCESSING
    counts = platform.sqs.get_queue_attributes(QueueUrl=platform.queue, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_a_message_that_cannot_be_postponed_comes_again_all_the_same(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its receipt handle may have expired; the queue's own timeout holds then."""
    version_id = platform.put(place(), b"hello")
    now = platform.fast.ports(1.0).clock()
    platform.documents.claim(place().document_id, version_id, holder="other", now=now, lease_until=now + 100_000)
    answer = platform.handle(look_again(place(), version_id, BUCKET))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert '"not postponed"' in capsys.readouterr().out


def test_a_fault_of_ours_is_raised(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    """Lambda counts it, and the message comes again."""
    platform.dynamodb.delete_table(TableName="documents")
    version_id = platform.put(place(), b"hello")
    with pytest.raises(ClientError):
        platform.handle(look_again(place(), version_id, BUCKET))
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["level"], line["message"], line["error"]) == ("ERROR", "raised", "ResourceNotFoundException")


@pytest.mark.parametrize(("left_s", "timeout_s"), [(90.0, 60.0), (40.0, 30.0), (3.0, 1.0)])
def test_extractors_get_what_the_invocation_has_left(platform: Platform, left_s: float, timeout_s: float) -> None:
    """A document never takes so long that its result could not be written."""
    told = Told()
    fast = router.wire(platform.environ, Sandbox(lambda: told))
    record = {
        "messageId": "m",
        "receiptHandle": "h",
        "body": look_again(place(), platform.put(place(), b"hello"), BUCKET),
    }
    router.handle({"Records": [record]}, "r", left_s, fast)
    assert told.given == [pytest.approx(timeout_s, abs=1.0)]


def test_the_handler_is_the_lane_that_its_environment_has(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Lambda calls, as Lambda calls it; the second invocation finds everything made."""
    for name, value in platform.environ.items():
        monkeypatch.setenv(name, value)
    router.wired.cache_clear()
    try:
        for number in range(2):
            body = look_again(place(number), platform.put(place(number), b"hello\n"), BUCKET)
            event = {"Records": [{"messageId": "m", "receiptHandle": "h", "body": body}]}
            assert router.handler(event, Context()) == {"batchItemFailures": []}
            head = platform.documents.read_head(place(number).document_id)
            assert head is not None
            assert (head.status, head.media_type) == (Status.COMPLETED, "text/plain")
        assert router.wired.cache_info().misses == 1
    finally:
        router.wired().sandbox.close()
        router.wired.cache_clear()
