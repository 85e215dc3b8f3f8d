"""What a claim can come to, as values. A lost condition is an answer, never an exception."""

from __future__ import annotations

from dataclasses import dataclass

from functions.store.items import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to work on a version, until somebody claims it after `until`."""

    document_id: str
    version_id: str
    attempt: int
    gen: int
    holder: str
    until: int
    """Epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """It is ours, also where our own write came through unanswered before and was sent again."""

    lease: Lease
    created_at: str


@dataclass(frozen=True, slots=True)
class Held:
    """Another worker has it until `until` (epoch milliseconds)."""

    until: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A state machine has it."""

    version: Version


@dataclass(frozen=True, slots=True)
class Settled:
    """Its work is done."""

    version: Version


Claim = Claimed | Held | Handed | Settled


@dataclass(frozen=True, slots=True)
class Finished:
    """The result is in the table."""

    version: Version


@dataclass(frozen=True, slots=True)
class Lost:
    """The lease was gone, and the result with it. `version` is what the table had instead; None: nothing."""

    version: Version | None
