"""Promotion for functions that examine nothing: the sweeper, dead letters, replays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.config import Config

from functions import delivery, keys
from functions.objects import Objects
from functions.ports import Examined, Ports, Rules, Work
from functions.store.documents import Documents
from functions.store.items import Head

QUIET = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
"""How patient the clients of these functions are: nobody waits for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoter:
    """Makes heads say what S3 says."""

    ports: Ports
    rules: Rules

    def promote(self, place: keys.Place) -> Head | None:
        """Read the head, ask S3, and write the head where it differs; return it as it is then."""
        return delivery.promote(place, self.ports, self.rules)


def promoter(documents: Documents, s3: Any, bucket: str, rules: Rules) -> Promoter:
    """Return what promotes over a table and an S3 client."""
    ports = Ports(store=documents, objects=Objects(s3, bucket, artifacts=""), examine=_examine, clock=clock)
    return Promoter(ports=ports, rules=rules)


def rules_of(environ: Mapping[str, str]) -> Rules:
    """Return how long deleted documents are kept, as the environment says (SOFT_DELETE_DAYS), or 30 days."""
    days = environ.get("SOFT_DELETE_DAYS")
    return Rules(keep_deleted_s=int(days) * 24 * 3600) if days else Rules()


def clock() -> int:
    """Return epoch milliseconds."""
    return time.time_ns() // 1_000_000


def _examine(_work: Work) -> Examined:
    raise NotImplementedError("only the router examines")
