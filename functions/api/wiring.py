"""The API's services, made from the function's environment. The one module of the API that knows boto3."""

from __future__ import annotations

import math
import os
import time
import uuid
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from functions import events, keys
from functions.api.bucket import Artifacts, Bucket
from functions.api.caller import Issuer
from functions.api.service import Services, Settings
from functions.listing import Listing
from functions.ports import Rules
from functions.promoter import Promoter, clock, promoter
from functions.replay import Replayer
from functions.store.catalogue import Catalogue
from functions.store.deadletters import DeadLetters
from functions.store.documents import Documents
from functions.store.items import Head, Version

QUICK = {"connect_timeout": 2, "read_timeout": 8, "retries": {"mode": "standard", "total_max_attempts": 3}}
"""API Gateway waits 29 seconds at most."""

# Virtual-hosted addresses in the bucket's own region: the global endpoint answers 307, which breaks CORS.
SIGNING = {
    "signature_version": "s3v4",
    "s3": {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Delivery, as the API asks for it.

    Args:
        documents: the port to the table.
        promoter: makes heads say what S3 says.
        sqs: an SQS client.
        queue_url: of the intake queue.
        bucket: name of the documents bucket.
    """

    documents: Documents
    promoter: Promoter
    sqs: Any
    queue_url: str
    bucket: str

    def promote(self, place: keys.Place) -> Head | None:
        """Make the head say what S3 says now."""
        return self.promoter.promote(place)

    def restore(self, place: keys.Place) -> None:
        """Keep a deleted document from being purged, before its bytes come back."""
        self.documents.restore(place.document_id, now=clock())

    def reprocess(self, version: Version) -> bool:
        """Begin a new generation of a settled version; False where it is not settled, or changed meanwhile."""
        return self.documents.reprocess(version)

    def look_again(self, place: keys.Place, version_id: str) -> None:
        """Send a message to look at a version."""
        self.send(events.look_again(place, version_id, self.bucket))

    def send(self, body: str) -> None:
        """Put a message on the intake queue."""
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=body)


def settings() -> Settings:
    """Return what the environment sets for the edge."""
    accepted = Issuer(issuer=os.environ["TOKEN_ISSUER"], client_id=os.environ["CLIENT_ID"])
    return Settings(accepted=accepted, app_origin=os.environ["APP_ORIGIN"])


def services() -> Services:
    """Return the services of this function's environment.

    Raises:
        KeyError: a variable is not set.
    """
    env = os.environ
    dynamodb = boto3.client("dynamodb", config=Config(**QUICK))
    s3 = boto3.client("s3", config=Config(**QUICK, **SIGNING))
    table, bucket, artifacts = env["DOCUMENTS_TABLE"], env["DOCUMENTS_BUCKET"], env["ARTIFACTS_BUCKET"]
    documents = Documents(dynamodb, table)
    rules = Rules(keep_deleted_s=int(env["SOFT_DELETE_DAYS"]) * 24 * 3600)
    courier = Courier(
        documents=documents,
        promoter=promoter(documents, s3, bucket, rules),
        sqs=boto3.client("sqs", config=Config(**QUICK)),
        queue_url=env["INTAKE_QUEUE_URL"],
        bucket=bucket,
    )
    letters = DeadLetters(dynamodb, env["DEAD_LETTERS_TABLE"])
    replayer = Replayer(
        letters=letters,
        documents=documents,
        promoter=courier,
        send=courier.send,
        bucket=bucket,
        now=clock,
        left=lambda: math.inf,
    )
    return Services(
        catalogue=Catalogue(dynamodb, table),
        bucket=Bucket(s3, bucket),
        listing=Listing(s3, bucket),
        artifacts=Artifacts(s3, artifacts),
        delivery=courier,
        letters=letters,
        replay=replayer.replay,
        keep_deleted_s=rules.keep_deleted_s,
        now=time.time,
        new_id=lambda: uuid.uuid4().hex,
    )
