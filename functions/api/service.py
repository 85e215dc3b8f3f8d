"""What an operation is given and gives: the request, its services, the reply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from functions import keys
from functions.api import wire
from functions.api.bucket import Artifacts, Bucket
from functions.api.caller import Caller, Issuer
from functions.api.problem import refuse
from functions.listing import Listing
from functions.store.catalogue import Catalogue, Entry
from functions.store.deadletters import DeadLetters, Letter
from functions.store.items import Head, Status, Upload, Version

TRIES = 8
"""How often a fenced write is tried anew before the client is told that the document keeps changing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment sets."""

    accepted: Issuer
    app_origin: str


class Delivery(Protocol):
    """What the API asks of the delivery of documents."""

    def promote(self, place: keys.Place) -> Head | None:
        """Make the head say what S3 says now."""

    def restore(self, place: keys.Place) -> None:
        """Keep a deleted document from being purged, before its bytes come back."""

    def look_again(self, place: keys.Place, version_id: str) -> None:
        """Send a message to look at a version."""

    def reprocess(self, version: Version) -> bool:
        """Begin a new generation of a settled version; False where it is not settled, or changed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything outside that operations use."""

    catalogue: Catalogue
    bucket: Bucket
    listing: Listing
    artifacts: Artifacts
    delivery: Delivery
    letters: DeadLetters
    replay: Callable[[Letter], Letter]
    """Sends a dead letter's message again and returns the letter, marked."""
    keep_deleted_s: int
    now: Callable[[], float]
    """Epoch seconds."""
    new_id: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that has passed: the caller is known and may; query and body fit their structs."""

    caller: Caller
    path: Mapping[str, str]
    headers: Mapping[str, str]
    query: Any = None
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer: a struct, JSON bytes as they are, or nothing."""

    body: msgspec.Struct | bytes | None = None
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def owned(services: Services, request: Request) -> Entry:
    """Return the document that the path names.

    Raises:
        Refusal: `not_found`, one and the same for a malformed id, a missing document and somebody else's.
    """
    document_id = request.path["document_id"]
    entry = services.catalogue.entry(document_id) if keys.is_document_id(document_id) else None
    if entry is None or entry.head.owner != request.caller.owner:
        raise refuse("not_found", "expected the id of one of your documents; list them with GET /documents")
    return entry


def living(services: Services, request: Request) -> Entry:
    """Return the document that the path names, unless it is deleted.

    Raises:
        Refusal: `not_found` or `document_deleted`.
    """
    entry = owned(services, request)
    refuse_deleted(entry.head)
    return entry


def refuse_deleted(head: Head) -> Head:
    """Return the head, unless its document is deleted.

    Raises:
        Refusal: `document_deleted`.
    """
    if head.status is Status.DELETED:
        raise refuse("document_deleted", "expected a document that is not deleted; restore it first")
    return head


def awaited(head: Head) -> Upload | None:
    """Return the upload whose object has not been seen; one that was seen stays on the head until it is processed."""
    upload = head.upload
    return upload if upload and (not head.version_id or head.version_id == upload.replaces) else None


def place_of(head: Head) -> keys.Place:
    """Return where a document lies."""
    return keys.Place(owner=head.owner, document_id=head.document_id)


def digest_of(data: bytes) -> str:
    """Return what tells two representations apart, 32 hex digits."""
    return hashlib.sha256(data).hexdigest()[:32]


def entity_tag(head: Head, document: wire.Document) -> str:
    """Return a document's ETag: its revision, then what tells one look at it from another."""
    return f'"{head.rev}-{digest_of(msgspec.json.encode(document))[:16]}"'


def check_revision(request: Request, head: Head, *, required: bool) -> None:
    """Return if If-Match allows a change of this head. Only the revision in front of the dash counts.

    Raises:
        Refusal: `revision_required`, `invalid_header` or `revision_mismatch`.
    """
    condition = request.headers.get("if-match")
    if condition is None:
        if required:
            raise refuse(
                "revision_required", 'expected If-Match with the ETag of the document; GET it first, or send "*"'
            )
        return
    if condition.strip() == "*":
        return
    tags = [tag.strip() for tag in condition.split(",")]
    found = [re.fullmatch(r'"(\d{1,15})(?:-[0-9a-f]{16})?"', tag, re.ASCII) for tag in tags]
    if not all(found):
        raise refuse("invalid_header", "expected If-Match with an ETag that this API gave out; GET the document for it")
    if head.rev not in {int(match[1]) for match in found if match}:
        raise refuse(
            "revision_mismatch",
            f"expected the document at the revision of If-Match, it is at {head.rev}; GET it and decide anew",
            {"ETag": f'"{head.rev}"'},
        )


def matches(request: Request, etag: str) -> bool:
    """Return whether the client has this representation already (If-None-Match)."""
    condition = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in condition.split(",")}
    return bool(etag) and ("*" in tags or etag in tags)
