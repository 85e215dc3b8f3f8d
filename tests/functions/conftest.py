"""An AWS in this process, with the documents table and both buckets."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions import telemetry
from functions.store.documents import Documents

TABLE = "documents"
BUCKET = "documents-bucket"
ARTIFACTS = "artifacts-bucket"


@pytest.fixture
def own_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a logger of its own: one keeps the stream that it was made with."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"router-{uuid.uuid4().hex}")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "firstbytes")
    monkeypatch.setenv("ENVIRONMENT", "test")
    telemetry.logger.cache_clear()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer every call in this process; no call leaves it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """Return a DynamoDB client with the documents table and its indexes."""
    del aws
    client = boto3.client("dynamodb")
    hashes = {
        "by-owner": ("owner_key", "listed_at", "S"),
        "by-project": ("project_key", "listed_at", "S"),
        "by-status": ("status_key", "listed_at", "S"),
        "unfinished": ("shard", "since", "N"),
    }
    names = {"pk": "S", "sk": "S", **{n: t for h, r, kind in hashes.values() for n, t in ((h, "S"), (r, kind))}}
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in names.items()],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [{"AttributeName": h, "KeyType": "HASH"}, {"AttributeName": r, "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, (h, r, _) in hashes.items()
        ],
    )
    return client


@pytest.fixture
def documents(dynamodb: Any) -> Documents:
    """Return the port to the documents table."""
    return Documents(dynamodb, TABLE)


@pytest.fixture
def s3(aws: None) -> Any:
    """Return an S3 client with both buckets, versioned."""
    del aws
    client = boto3.client("s3")
    for bucket in (BUCKET, ARTIFACTS):
        client.create_bucket(Bucket=bucket)
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return client
