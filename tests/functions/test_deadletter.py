"""Dead letters: kept with their cause, their versions failed, and sent again. Over an AWS in this process."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest

from functions import deadletter, keys, replay, sweeper
from functions.deadletter import MAX_BODY_BYTES, Morgue
from functions.events import look_again
from functions.ports import Rules
from functions.promoter import promoter
from functions.replay import InvalidReplay, Replayer, order_of
from functions.store.deadletters import DeadLetters, Letter, LetterStatus, Position
from functions.store.documents import Documents
from functions.store.items import Status
from functions.store.leases import Claimed

TABLE, LETTERS, BUCKET = "documents", "letters", "documents-bucket"
NOW = 2_000_000_000_000
PLACE = keys.Place(owner="me", document_id="b" * 32)


class World:
    """Dead letters, the documents they are about, and a queue."""

    def __init__(self, dynamodb: Any, s3: Any) -> None:
        self.now = NOW
        self.left = 900.0
        self.sent: list[str] = []
        self.slept: list[float] = []
        self.s3 = s3
        self.documents = Documents(dynamodb, TABLE)
        self.letters = DeadLetters(dynamodb, LETTERS)
        promotes = promoter(self.documents, s3, BUCKET, Rules())
        self.morgue = Morgue(
            letters=self.letters, documents=self.documents, promoter=promotes, bucket=BUCKET, now=lambda: self.now
        )
        self.replayer = Replayer(
            letters=self.letters,
            documents=self.documents,
            promoter=promotes,
            send=self.sent.append,
            bucket=BUCKET,
            now=lambda: self.now,
            left=lambda: self.left,
            sleep=self.slept.append,
        )

    def put(self) -> tuple[str, str]:
        """Put an object; return its version and a message about it."""
        version_id = self.s3.put_object(Bucket=BUCKET, Key=PLACE.key, Body=b"x")["VersionId"]
        return version_id, look_again(PLACE, version_id, BUCKET)

    def take(self, *records: dict[str, Any]) -> list[str]:
        """Let the function take records; return the ids of those that come again."""
        answer = deadletter.handle({"Records": list(records)}, self.morgue)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def letter(self, message_id: str) -> Letter:
        """Return a letter that has to be there."""
        found = self.letters.get(message_id, now=self.now // 1000)
        assert found is not None
        return found


@pytest.fixture
def world(dynamodb: Any, s3: Any) -> World:
    """Return an empty world."""
    dynamodb.create_table(
        TableName=LETTERS,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status", "arrived_at")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-status",
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"},
                    {"AttributeName": "arrived_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return World(dynamodb, s3)


def record(body: str, message_id: str = "m1", **attributes: str) -> dict[str, Any]:
    """Return a record of an SQS event."""
    return {
        "messageId": message_id,
        "body": body,
        "attributes": {"ApproximateReceiveCount": "9"},
        "messageAttributes": {name: {"stringValue": text, "dataType": "String"} for name, text in attributes.items()},
    }


def test_a_dead_letter_fails_its_version_with_the_last_reason(world: World) -> None:
    """The owner sees why; the event is kept as it came."""
    version_id, body = world.put()
    claim = world.documents.claim(PLACE.document_id, version_id, holder="h", now=NOW, lease_until=NOW + 1)
    assert isinstance(claim, Claimed)
    world.documents.release(claim.lease, "SlowDown")
    assert world.take(record(body)) == []
    assert world.letter("m1") == Letter(
        letter_id="m1",
        arrived_at=keys.timestamp(NOW),
        cause="SlowDown",
        body=body,
        source="intake",
        document_id=PLACE.document_id,
        version_id=version_id,
        owner="me",
        receive_count=9,
        expires_at=NOW // 1000 + 90 * 24 * 3600,
    )
    head = world.documents.read_head(PLACE.document_id)
    assert head is not None
    assert (head.status, head.reason, head.since) == (Status.FAILED, "SlowDown", 0)


def test_a_letter_of_the_rule_says_what_the_rule_was_told(world: World) -> None:
    """EventBridge gives code and message as attributes."""
    _, body = world.put()
    world.take(record(body, RULE_ARN="arn:rule", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not authorized"))
    letter = world.letter("m1")
    assert (letter.source, letter.error_code, letter.cause) == ("rule", "NO_PERMISSIONS", "not authorized")


@pytest.mark.parametrize(
    "body", ["", "{", "\x00", '{"source": "aws.s3"}', "x" * (MAX_BODY_BYTES + 1), "é" * MAX_BODY_BYTES]
)
def test_a_body_that_is_no_event_is_kept_too(world: World, body: str) -> None:
    """As far as 64 KB go; there is no document to fail."""
    assert world.take(record(body)) == []
    letter = world.letter("m1")
    assert body.startswith(letter.body)
    assert len(letter.body.encode()) <= MAX_BODY_BYTES
    assert letter.cause
    assert letter.document_id == ""


def test_a_version_that_is_worked_on_is_not_taken_from_its_worker(world: World) -> None:
    """The letter comes again; the other letters of the batch are taken."""
    version_id, body = world.put()
    world.documents.claim(PLACE.document_id, version_id, holder="h", now=NOW, lease_until=NOW + 1000)
    assert world.take(record(body, "m1"), record("{", "m2")) == ["m1"]
    version = world.documents.read_version(PLACE.document_id, version_id)
    assert version is not None
    assert version.status is Status.PROCESSING
    world.now += 2000
    assert world.take(record(body, "m1")) == []


def test_a_letter_about_a_deletion_only_looks_at_the_head(world: World) -> None:
    """A delete marker is no version that could fail."""
    _, body = world.put()
    world.take(record(body))
    marker = world.s3.delete_object(Bucket=BUCKET, Key=PLACE.key)["VersionId"]
    detail = {"bucket": {"name": BUCKET}, "object": {"key": PLACE.key, "version-id": marker}}
    world.take(record(json.dumps({"source": "aws.s3", "detail-type": "Object Deleted", "detail": detail}), "m2"))
    head = world.documents.read_head(PLACE.document_id)
    assert head is not None
    assert head.status is Status.DELETED
    assert world.documents.read_version(PLACE.document_id, marker) is None


def test_a_replay_begins_a_new_generation_and_says_so(world: World) -> None:
    """The version is asked for again before its message is sent, and its head is unfinished work."""
    version_id, body = world.put()
    world.take(record(body))
    assert replay.handle({"all": True}, world.replayer)["replayed"] == 1
    assert world.sent == [body]
    version = world.documents.read_version(PLACE.document_id, version_id)
    head = world.documents.read_head(PLACE.document_id)
    assert version is not None
    assert head is not None
    assert (version.status, version.gen, version.attempt) == (Status.QUEUED, 2, 0)
    assert head.status is Status.QUEUED
    assert head.since > 0
    letter = world.letter("m1")
    assert (letter.status, letter.replayed_at) == (LetterStatus.REPLAYED, keys.timestamp(NOW))


def test_a_letter_that_dies_again_is_open_again(world: World) -> None:
    """A message moved back by hand keeps its id."""
    _, body = world.put()
    world.take(record(body))
    replay.handle({"ids": ["m1"]}, world.replayer)
    world.take(record(body))
    assert world.letter("m1").status is LetterStatus.OPEN


def test_a_dry_run_counts_and_changes_nothing(world: World) -> None:
    """What has no event of ours would not be sent."""
    _, body = world.put()
    world.take(record(body, "m1"), record("{", "m2"))
    assert replay.handle({"all": True, "dry_run": True}, world.replayer) == {
        "matched": 2,
        "replayed": 0,
        "unreadable": 1,
        "missing": 0,
        "dry_run": True,
        "complete": True,
    }
    assert world.sent == []
    assert world.letter("m1").status is LetterStatus.OPEN


def test_a_replay_takes_what_its_filter_says_at_its_rate(world: World) -> None:
    """By part of the cause, and by time."""
    _, body = world.put()
    for number, cause in enumerate(["throttled", "bug", "throttled twice"]):
        letter = Letter(
            letter_id=f"l{number}",
            arrived_at=f"2033-01-0{number + 1}T00:00:00.000Z",
            cause=cause,
            body=body,
            source="rule",
        )
        world.letters.put(letter)
    wanted = {"cause": "throttled", "after": "2033-01-02T00:00:00.000Z"}
    assert replay.handle({"filter": wanted, "rate": 50}, world.replayer)["replayed"] == 1
    assert world.letter("l2").status is LetterStatus.REPLAYED
    assert world.slept == [0.02]
    assert replay.handle({"filter": {"before": "2033-01-02T00:00:00.000Z"}}, world.replayer)["replayed"] == 1
    assert world.letter("l1").status is LetterStatus.OPEN


def test_a_replay_stops_in_time_and_says_so(world: World) -> None:
    """The rest is still open; the same order goes on with it."""
    _, body = world.put()
    world.take(record(body))
    world.left = 5.0
    assert replay.handle({"all": True}, world.replayer)["complete"] is False
    assert world.sent == []


def test_an_id_that_is_none_is_counted(world: World) -> None:
    """The others are replayed all the same."""
    _, body = world.put()
    world.take(record(body))
    tally = replay.handle({"ids": ["nobody", "m1"]}, world.replayer)
    assert (tally["missing"], tally["replayed"]) == (1, 1)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "expected exactly one of"),
        ({"ids": ["a"], "all": True}, "expected exactly one of"),
        ({"filter": {}}, "expected a filter with cause, after or before"),
        ({"all": True, "rate": 0}, "expected a rate above 0"),
        ({"all": True, "rate": 1e9}, "expected a rate above 0"),
        ({"every": True}, "unknown field"),
        ([], "Expected `object`"),
    ],
)
def test_an_order_that_is_not_clear_is_refused(event: object, message: str) -> None:
    """Nothing is sent on a guess."""
    with pytest.raises(InvalidReplay, match=message):
        order_of(event)


def test_letters_are_listed_by_time_in_pages(world: World) -> None:
    """Either way round; a letter that has expired is not shown."""
    letters = [
        Letter(letter_id=f"l{number}", arrived_at=f"2033-01-0{number + 1}", cause="c", body="b", source="rule")
        for number in range(5)
    ]
    for letter in letters:
        world.letters.put(letter)
    world.letters.put(replace(letters[0], letter_id="old", expires_at=NOW // 1000))
    page, after = world.letters.page(LetterStatus.OPEN, now=NOW // 1000, newest=True, limit=3)
    assert page == letters[:1:-1]
    assert after == Position(arrived_at="2033-01-03", letter_id="l2")
    page, after = world.letters.page(LetterStatus.OPEN, now=NOW // 1000, newest=True, limit=9, after=after)
    assert (page, after) == ([letters[1], letters[0]], None)
    assert world.letters.page(LetterStatus.OPEN, now=NOW // 1000)[0] == letters
    assert world.letters.get("old", now=NOW // 1000) is None


def test_a_letter_that_is_gone_cannot_be_marked(world: World) -> None:
    """TTL removed it meanwhile."""
    assert not world.letters.mark_replayed("nobody", at="now")


class Context:
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return 60_000


def test_each_handler_is_wired_by_its_environment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a dead letter to the message on the queue, through the functions that Lambda calls."""
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName="intake")["QueueUrl"]
    environ = {
        "DOCUMENTS_TABLE": TABLE,
        "DEAD_LETTERS_TABLE": LETTERS,
        "DOCUMENTS_BUCKET": BUCKET,
        "INTAKE_QUEUE_URL": queue,
    }
    for name, text in environ.items():
        monkeypatch.setenv(name, text)
    for module in (deadletter, replay, sweeper):
        module.wired.cache_clear()
    _, body = world.put()
    assert deadletter.handler({"Records": [record(body)]}, Context()) == {"batchItemFailures": []}
    assert replay.handler({"ids": ["m1"]}, Context())["replayed"] == 1
    assert sweeper.handler({"pass": "unfinished"}, Context())["repaired"] == 0
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert message["Body"] == body
