"""What a document's head must say, given what S3 and the current version's item say. Pure."""

from __future__ import annotations

from dataclasses import replace

from functions import keys
from functions.objects import Absent, Current
from functions.store.items import Head, Status, Version

_REASON = 200
"""Characters of a reason that lists show; the whole is in the envelope."""


def mirrored(
    head: Head | None,
    place: keys.Place,
    current: Current | Absent,
    version: Version | None,
    *,
    now: int,
    keep_deleted_s: int,
) -> Head | None:
    """Return the head as it must be: the very one that was given where it is so already, None where there is none.

    Args:
        head: as read, before S3 was asked.
        place: the document.
        current: what S3 says is current.
        version: the current version's item, if it has one.
        now: epoch milliseconds.
        keep_deleted_s: seconds until a deleted document's head expires.
    """
    if head and head.owner != place.owner:
        return head  # an object under somebody else's name says nothing about this document
    if isinstance(current, Absent):
        wanted = _deleted(head, now // 1000 + keep_deleted_s, marker=current.marker) if head else None
    else:
        wanted = _settled_or_not(head or _unannounced(place, now), current, version, now)
    if wanted is None or wanted == head:
        return head
    return replace(wanted, updated_at=keys.timestamp(now))


def _unannounced(place: keys.Place, now: int) -> Head:
    """Return the head of a document that came into the bucket without the API."""
    return Head(document_id=place.document_id, owner=place.owner, status=Status.QUEUED, created_at=keys.timestamp(now))


def _deleted(head: Head, expires_at: int, *, marker: bool) -> Head:
    if head.status is Status.DELETED:
        return replace(head, expires_at=head.expires_at or expires_at, since=0)
    if not marker and not head.version_id:
        return head  # nothing has come yet
    return replace(head, status=Status.DELETED, version_id="", gen=0, expires_at=expires_at, since=0, upload=None)


def _settled_or_not(head: Head, current: Current, version: Version | None, now: int) -> Head:
    status = _status(version)
    awaited = head.upload
    # An upload that replaces what is still current has not come; one that was not in time never will.
    pending = awaited and awaited.replaces == current.version_id and awaited.expires_at * 1000 > now
    done = status.settled and not pending
    same = head.version_id == current.version_id
    shown = replace(
        head,
        status=status,
        version_id=current.version_id,
        gen=version.gen if version else 0,
        size_bytes=current.size_bytes,
        upload=None if done else awaited,
        since=0 if done else head.since or now,
        expires_at=0,
        outcome="",
        reason="",
    )
    if version and status.settled:
        return replace(
            shown,
            media_type=version.media_type,
            outcome=version.outcome,
            reason=version.reason[:_REASON],
            facts=version.facts,
        )
    return shown if same else replace(shown, media_type="", facts={})


def _status(version: Version | None) -> Status:
    if version is None:
        return Status.QUEUED
    return Status.PROCESSING if version.status is Status.SLOW else version.status
