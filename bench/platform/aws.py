"""An AWS in this process (moto) with the deployed table's layout, the buckets, and the real router over them."""

from __future__ import annotations

import contextlib
import io
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from moto import mock_aws

from components.tables import DOCUMENTS
from functions import keys, router
from functions.events import look_again
from functions.sandbox import Sandbox
from functions.store.documents import Documents
from functions.store.items import Head, Status, Upload

TABLE, BUCKET, ARTIFACTS = "documents", "documents-bucket", "artifacts-bucket"
OWNER = str(uuid.UUID(int=7))
"""As long as a `sub` is: item sizes depend on it."""

CREATED = "2026-11-24T12:00:00.000Z"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "router",
    "ENVIRONMENT": "bench",
}
FUNCTION = {
    "DOCUMENTS_TABLE": TABLE,
    "DOCUMENTS_BUCKET": BUCKET,
    "ARTIFACTS_BUCKET": ARTIFACTS,
    "INTAKE_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/intake",
}


_LOGGED = io.StringIO()
"""One for all: a logger keeps the stream that it was made with."""


@contextlib.contextmanager
def heard() -> Iterator[io.StringIO]:
    """Catch what functions log while the block runs: what is new from `tell()` on."""
    with contextlib.redirect_stdout(_LOGGED):
        yield _LOGGED


@contextlib.contextmanager
def account() -> Iterator[None]:
    """Answer every call in this process while the block runs, with the table and the buckets there."""
    kept = dict(os.environ)
    os.environ.update(ENVIRON)
    os.environ.pop("AWS_PROFILE", None)
    try:
        with mock_aws():
            _create()
            yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _create() -> None:
    s3 = boto3.client("s3")
    for bucket in (BUCKET, ARTIFACTS):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    boto3.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in DOCUMENTS.attributes.items()],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": index.name,
                "KeySchema": [
                    {"AttributeName": index.hash[0], "KeyType": "HASH"},
                    {"AttributeName": index.range[0], "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.include)}
                if index.include
                else {"ProjectionType": "KEYS_ONLY"},
            }
            for index in DOCUMENTS.indexes
        ],
    )


def head_of(number: int, name: str, size: int, *, project: str = "") -> Head:
    """Return the head that the API writes when an upload begins."""
    return Head(
        document_id=document_id(number),
        owner=OWNER,
        status=Status.UPLOADING,
        created_at=CREATED,
        updated_at=CREATED,
        name=name,
        declared="application/octet-stream",
        size_bytes=size,
        project=project,
        since=1_795_520_000_000,
        upload=Upload(kind="post", expires_at=4_000_000_000),
    )


def document_id(number: int) -> str:
    """Return a document id; its last digit, which shards, differs from number to number."""
    return f"{number:032x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The router in an account, and what puts documents there."""

    fast: router.Fast
    documents: Documents
    s3: Any

    def upload(self, number: int, name: str, content: bytes) -> dict[str, Any]:
        """Begin a document and put its bytes; return the event of Lambda that follows."""
        self.documents.write_head(head_of(number, name, len(content)), None)
        place = keys.Place(owner=OWNER, document_id=document_id(number))
        version_id = self.s3.put_object(Bucket=BUCKET, Key=place.key, Body=content)["VersionId"]
        body = look_again(place, version_id, BUCKET)
        return {"Records": [{"messageId": str(uuid.UUID(int=number)), "receiptHandle": "r", "body": body}]}

    def handle(self, event: dict[str, Any]) -> None:
        """Handle an event as Lambda has it done.

        Raises:
            RuntimeError: a message should come again.
        """
        if failures := router.handle(event, str(uuid.uuid4()), 90.0, self.fast)["batchItemFailures"]:
            raise RuntimeError(f"expected every message to be done with, got {failures}")


def lane(sandbox: Sandbox, *listen: Callable[[boto3.Session], None]) -> Lane:
    """Return the router as `wire` makes it.

    Args:
        sandbox: where extractors run.
        listen: each is given the session that the router's clients are made of, to hear of their calls.
    """
    plain = boto3.Session()
    boto3.setup_default_session()
    for each in listen:
        each(boto3.DEFAULT_SESSION)
    try:
        fast = router.wire(FUNCTION, sandbox)
    finally:
        boto3.setup_default_session()
    return Lane(fast=fast, documents=Documents(plain.client("dynamodb"), TABLE), s3=plain.client("s3"))
