"""The emulator as resources are created in it: one account, one region, and each code archive uploaded once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from local.resources.archive import fingerprint, zipped
from local.server import Server

CODE_BUCKET = "firstbytes-local-code"
"""Where archives are put, so that functions that share one share its upload too."""


@dataclass(slots=True)
class Account:
    """The emulator as `local.resources` sees it; each archive is uploaded once."""

    server: Server
    uploaded: dict[str, dict[str, str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        """The address of every service."""
        return self.server.endpoint

    @property
    def region(self) -> str:
        """The one region."""
        return self.server.region

    @property
    def account_id(self) -> str:
        """The one account."""
        return self.server.account_id

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service."""
        return self.server.client(service)

    def upload(self, archive: Any) -> dict[str, str]:
        """Put an archive into the emulator unless it is there; return where, as Lambda's API wants it."""
        key = f"{fingerprint(archive)}.zip"
        with self.lock:
            if key not in self.uploaded:
                client = self.client("s3")
                if not self.uploaded:
                    where = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
                    client.create_bucket(Bucket=CODE_BUCKET, **({} if self.region == "us-east-1" else where))
                client.put_object(Bucket=CODE_BUCKET, Key=key, Body=zipped(archive))
                self.uploaded[key] = {"S3Bucket": CODE_BUCKET, "S3Key": key}
            return self.uploaded[key]
