"""What delivery needs from outside, and what it hands back: narrow protocols and frozen values.

One method of `Store` or `Objects` is one call to AWS. A crash may come before and after each, an answer may be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from functions import keys
from functions.objects import Absent, Current, Failure
from functions.store.items import Head, Status, Version
from functions.store.leases import Claim, Finished, Lease, Lost


class Store(Protocol):
    """The documents table, as `functions.store.documents.Documents` is it."""

    def claim(self, document_id: str, version_id: str, *, holder: str, now: int, lease_until: int) -> Claim:
        """Claim a version."""
        ...

    def finish(self, lease: Lease, version: Version) -> Finished | Lost:
        """Write a result."""
        ...

    def release(self, lease: Lease, reason: str) -> bool:
        """Give a lease back."""
        ...

    def forget(self, document_id: str, version_id: str, *, expires_at: int) -> bool:
        """Let a version's item go."""
        ...

    def read_version(self, document_id: str, version_id: str) -> Version | None:
        """Read a version."""
        ...

    def read_head(self, document_id: str) -> Head | None:
        """Read a head."""
        ...

    def write_head(self, after: Head, before: Head | None) -> bool:
        """Write a head that was read."""
        ...


class Objects(Protocol):
    """S3, as `functions.objects.Objects` is it."""

    def head_current(self, key: str) -> Current | Absent:
        """Say which version is current."""
        ...

    def put_artifact(self, key: str, body: bytes, sha256: bytes) -> None:
        """Keep an artifact."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be examined."""

    place: keys.Place
    version_id: str
    created_at: str
    head: Head | None
    """What was known of the document: its name and what the client claimed help to tell what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an examination came to."""

    outcome: str
    """failed: a bug, a crash, or a failure that may pass."""
    status: Status
    reason: str = ""
    passing: bool = False
    """True when the same may succeed later."""
    media_type: str = ""
    size_bytes: int = 0
    etag: str = ""
    facts: dict[str, object]
    envelope: bytes
    """The envelope as JSON."""
    bytes_read: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPorts:
    """What promotion needs from outside."""

    store: Store
    objects: Objects
    clock: Callable[[], int]
    """Epoch milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports(HeadPorts):
    """What delivery needs from outside."""

    examine: Callable[[Work], Examined | Failure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Settings that fit together: a lease is longer than an invocation, visibility longer than both."""

    lease_ms: int = 120_000
    max_attempts: int = 3
    visibility_s: int = 540
    keep_deleted_s: int = 30 * 24 * 3600


def rules_of(environ: Mapping[str, str]) -> Rules:
    """Return the settings of a function's environment (LEASE_S, MAX_ATTEMPTS, SOFT_DELETE_DAYS), or their defaults."""
    return Rules(
        lease_ms=int(environ.get("LEASE_S", "120")) * 1000,
        max_attempts=int(environ.get("MAX_ATTEMPTS", "3")),
        keep_deleted_s=int(environ.get("SOFT_DELETE_DAYS", "30")) * 24 * 3600,
    )


class Step(StrEnum):
    """How far a message got."""

    FINISHED = "finished"
    LOST = "lost"
    """The lease was gone when the result was there."""
    RELEASED = "released"
    """A failure that may pass: the message comes again."""
    HELD = "held"
    """Another worker is at it: the message comes again."""
    SETTLED = "settled"
    """It was done before."""
    HANDED = "handed"
    """A state machine has it."""
    LOOKED = "looked"
    """There was no version to work on; the head was looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a message."""

    place: keys.Place
    version_id: str
    step: Step
    attempt: int = 0
    version: Version | None = None
    """The version's item where it is settled."""
    examined: Examined | Failure | None = None
    reason: str = ""
    again_s: int | None = None
    """Seconds after which the message shall come again; None: it is done with."""
    read: tuple[Head | None] | None = None
    """The head, where it was read before the result was written."""
