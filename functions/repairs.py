"""What to mend about a document whose work got stuck or lost: decided from what S3 and the table say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from functions import keys
from functions.listing import Listed
from functions.store.items import Head, Status, Version
from functions.store.sweeps import Known

LATE_MS = 60 * 60 * 1000
"""How long after its last chance an upload is given up, and how old a version is when the inventory looks at it."""

NEVER_FINISHED = "upload never finished"


class Action(StrEnum):
    """What the sweeper does about a document."""

    RESEND = "resend"
    """Send a message to look at a version."""
    PROMOTE = "promote"
    """Make the head say what S3 says."""
    EXPIRE = "expire"
    """Give an upload up."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing to do about a document, and why."""

    action: Action
    why: str
    version_id: str = ""


def pending(head: Head) -> bool:
    """Return whether an upload has been begun whose object has not been seen."""
    return head.status is Status.UPLOADING or head.upload is not None


def deadline(head: Head) -> int:
    """Return when the pending upload can no longer be finished, in epoch milliseconds."""
    return head.upload.expires_at * 1000 if head.upload else head.since


def worth_listing(head: Head, now: int) -> bool:
    """Return whether S3 has to be asked about a document: not if it only waits for an upload that may still come."""
    working = head.status in {Status.QUEUED, Status.PROCESSING}
    return bool(head.since) and (working or not pending(head) or now >= deadline(head))


def decide(head: Head, listed: Sequence[Listed], versions: Mapping[str, Version], now: int) -> tuple[Decision, ...]:
    """Return what to do about a document whose work is not finished.

    Args:
        head: as read before S3 was listed.
        listed: its versions and delete markers.
        versions: what the table has of them, by version id.
        now: epoch milliseconds.
    """
    open_versions = [row.version_id for row in listed if not row.marker and not settled(versions.get(row.version_id))]
    free = [version_id for version_id in open_versions if not leased(versions.get(version_id), now)]
    if free:
        return tuple(
            Decision(action=Action.RESEND, why="nobody works on it", version_id=version_id) for version_id in free
        )
    if open_versions:
        return (Decision(action=Action.LEAVE, why="somebody works on it"),)
    current = next((row.version_id for row in listed if row.latest and not row.marker), "")
    if pending(head) and current == (head.upload.replaces if head.upload else ""):
        if now < deadline(head) + LATE_MS:
            return (Decision(action=Action.LEAVE, why="its upload may still come"),)
        return (Decision(action=Action.EXPIRE, why=NEVER_FINISHED),)
    return (Decision(action=Action.PROMOTE, why="its head is behind"),)


def missed(rows: Iterable[Listed], known: Known, now: int) -> list[tuple[str, str]]:
    """Return (object key, version id) of what the table says otherwise than S3; no id where only the head is behind.

    Args:
        rows: a page of S3's listing, of documents only.
        known: what the table holds of them.
        now: epoch milliseconds.
    """
    found: list[tuple[str, str]] = []
    for key, group in groupby(sorted(rows, key=lambda row: row.key), key=lambda row: row.key):
        place = keys.parse_key(key)
        old = [row for row in group if row.modified < now - LATE_MS]
        if place is None:
            continue
        head = known.heads.get(place.document_id)
        versions = {row.version_id: known.versions.get((place.document_id, row.version_id)) for row in old}
        lost = [
            row.version_id
            for row in old
            if not row.marker and not settled(versions[row.version_id]) and not leased(versions[row.version_id], now)
        ]
        found += [(key, version_id) for version_id in lost]
        latest = next((row for row in old if row.latest), None)
        if latest and not lost and not mirrors(head, latest, versions[latest.version_id]):
            found.append((key, ""))
    return found


def mirrors(head: Head | None, latest: Listed, version: Version | None) -> bool:
    """Return whether a head says what S3 and the current version's item say."""
    if latest.marker:
        return head is None or head.status is Status.DELETED
    if head is None or head.version_id != latest.version_id:
        return False
    return not settled(version) or (version is not None and head.status is version.status)


def settled(version: Version | None) -> bool:
    """Return whether the work on a version is done."""
    return version is not None and version.status.settled


def leased(version: Version | None, now: int) -> bool:
    """Return whether somebody works on a version now."""
    return version is not None and version.status is Status.PROCESSING and version.lease_until >= now
