"""The API's real handler over an AWS in this process."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest

from firstbytes.envelope import Document, Envelope, SniffedBy
from functions.objects import Objects
from functions.ports import Examined, Ports, Rules, Work
from functions.store.deadletters import DeadLetters
from functions.store.documents import Documents
from functions.store.items import Status

sys.path.insert(0, str(Path(__file__).parent / "support"))

from api_client import CLIENT_ID, ISSUER, ME, OPERATOR, ORIGIN, YOU, Client

TABLE, LETTERS, BUCKET, ARTIFACTS = "documents", "dead-letters", "documents-bucket", "artifacts-bucket"
ENVELOPE = msgspec.json.encode(
    Envelope(document=Document(name="a.txt"), media_type="text/plain", sniffed_by=SniffedBy(how="content"))
)
KEY_TYPES = {"since": "N"}


def index(name: str, hash_key: str, range_key: str, include: list[str] | None = None) -> dict[str, Any]:
    """Return a global secondary index."""
    projection = (
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": include} if include else {"ProjectionType": "KEYS_ONLY"}
    )
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}],
        "Projection": projection,
    }


def create_table(client: Any, name: str, keys: list[str], indexes: list[dict[str, Any]]) -> None:
    """Create a table on demand with its indexes."""
    used = {*keys, *(part["AttributeName"] for entry in indexes for part in entry["KeySchema"])}
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": KEY_TYPES.get(key, "S")} for key in sorted(used)],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        GlobalSecondaryIndexes=indexes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is behind the API."""

    dynamodb: Any
    s3: Any
    sqs: Any
    queue_url: str
    documents: Documents
    letters: DeadLetters

    def put(self, document: dict[str, Any], data: bytes = b"hello", owner: str = ME) -> str:
        """Store an object as the client would, and return its version id."""
        key = f"t/{owner}/{document['id']}"
        version_id: str = self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)["VersionId"]
        return version_id

    def process(self, **found: Any) -> int:
        """Deliver every message of the intake queue as the router would, and return how many there were.

        Args:
            found: what the examination comes to.
        """
        from functions import delivery, events

        def examine(work: Work) -> Examined:
            del work
            told = {"outcome": "complete", "status": Status.COMPLETED, "media_type": "text/plain", "size_bytes": 5}
            told |= {"facts": {"page_count": 3}, "envelope": ENVELOPE}
            return Examined(**{**told, **found})

        ports = Ports(
            store=self.documents,
            objects=Objects(self.s3, BUCKET, ARTIFACTS),
            examine=examine,
            clock=lambda: round(time.time() * 1000),
        )
        bodies = self.messages()
        for number, body in enumerate(bodies):
            arrival = events.parse(body, BUCKET)
            assert isinstance(arrival, events.Arrival)
            delivery.deliver(arrival, f"holder-{number}-{body}", ports, Rules())
        return len(bodies)

    def messages(self) -> list[str]:
        """Take every message off the intake queue."""
        found: list[str] = []
        while batch := self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def event(self, document: dict[str, Any], version_id: str, owner: str = ME) -> None:
        """Put S3's event for an object on the intake queue."""
        detail = {
            "bucket": {"name": BUCKET},
            "object": {"key": f"t/{owner}/{document['id']}", "version-id": version_id},
        }
        body = json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body)

    def upload(self, document: dict[str, Any], data: bytes = b"hello", owner: str = ME, **found: Any) -> str:
        """Store an object, deliver its event, and return its version id."""
        version_id = self.put(document, data, owner)
        self.event(document, version_id, owner)
        self.process(**found)
        return version_id


@pytest.fixture
def world(aws: None, s3: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return tables, buckets and queue, with their names in the environment."""
    del aws
    dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
    create_table(
        dynamodb,
        TABLE,
        ["pk", "sk"],
        [
            index("by-owner", "owner_key", "listed_at", ["document_id", "project", "size_bytes", "name"]),
            index("by-project", "project_key", "listed_at"),
            index("by-status", "status_key", "listed_at"),
            index("unfinished", "shard", "since"),
        ],
    )
    by_status = index("by-status", "status", "arrived_at") | {"Projection": {"ProjectionType": "ALL"}}
    create_table(dynamodb, LETTERS, ["pk"], [by_status])
    queue_url = sqs.create_queue(QueueName="intake")["QueueUrl"]
    environment = {
        "DOCUMENTS_TABLE": TABLE,
        "DEAD_LETTERS_TABLE": LETTERS,
        "DOCUMENTS_BUCKET": BUCKET,
        "ARTIFACTS_BUCKET": ARTIFACTS,
        "INTAKE_QUEUE_URL": queue_url,
        "TOKEN_ISSUER": ISSUER,
        "CLIENT_ID": CLIENT_ID,
        "APP_ORIGIN": ORIGIN,
        "SOFT_DELETE_DAYS": "30",
        "POWERTOOLS_SERVICE_NAME": "api",
        "LOG_LEVEL": "CRITICAL",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return World(
        dynamodb=dynamodb,
        s3=s3,
        sqs=sqs,
        queue_url=queue_url,
        documents=Documents(dynamodb, TABLE),
        letters=DeadLetters(dynamodb, LETTERS),
    )


@pytest.fixture
def handler(world: World) -> Iterator[Any]:
    """Return Lambda's entry point, wired to this test's environment."""
    del world
    from functions.api import app

    app.api.cache_clear()
    yield app.handler
    app.api.cache_clear()


class Clock:
    """Services of which none is there but the time: a request that needs another one fails."""

    def now(self) -> float:
        """Tell the time."""
        return time.time()


@pytest.fixture(scope="session")
def edge() -> Client:
    """An operator before an API that has nothing behind it: what is refused here was refused before anything was read."""
    from aws_lambda_powertools import Logger

    from functions.api.app import Api
    from functions.api.caller import Issuer
    from functions.api.service import Settings

    services: Any = Clock()
    settings = Settings(accepted=Issuer(issuer=ISSUER, client_id=CLIENT_ID), app_origin=ORIGIN)
    api = Api(services, settings, Logger(service="edge", level="CRITICAL"))
    return Client(handler=api.answer, claimed={"cognito:groups": "operators"})


@pytest.fixture
def me(handler: Any) -> Client:
    """Return a user."""
    return Client(handler=handler)


@pytest.fixture
def you(handler: Any) -> Client:
    """Return another user."""
    return Client(handler=handler, owner=YOU)


@pytest.fixture
def operator(handler: Any) -> Client:
    """Return a member of the group operators."""
    return Client(handler=handler, owner=OPERATOR, claimed={"cognito:groups": "[users operators]"})
