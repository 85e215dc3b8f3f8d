"""Promotion for functions that examine nothing: the API, the sweeper, dead letters, replays."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from botocore.config import Config

from functions import delivery, keys
from functions.objects import Objects
from functions.ports import HeadPorts, Rules
from functions.store.documents import Documents
from functions.store.items import Head

QUIET = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
"""How patient the clients of these functions are: nobody waits for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoter:
    """Makes heads say what S3 says."""

    ports: HeadPorts
    rules: Rules

    def promote(self, place: keys.Place) -> Head | None:
        """Read the head, ask S3, and write the head where it differs; return it as it is then."""
        return delivery.promote(place, self.ports, self.rules)


def promoter(documents: Documents, s3: Any, bucket: str, rules: Rules) -> Promoter:
    """Return what promotes over a table and an S3 client."""
    ports = HeadPorts(store=documents, objects=Objects(s3, bucket, artifacts=""), clock=clock)
    return Promoter(ports=ports, rules=rules)


def clock() -> int:
    """Return epoch milliseconds."""
    return time.time_ns() // 1_000_000
