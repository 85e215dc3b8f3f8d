"""What a message asks for: a body from the intake queue as a value. Pure and total: nothing a body holds raises.

A message is a hint that something happened to one key. Who may write to the queue is a matter of its policy; that the
key is a document's and the bucket ours is checked here. Keys in EventBridge events are not URL-encoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from functions import keys

MAX_BODY = 64 * 1024
"""Characters. An event of S3 has about a thousand, and a key of 1,024 bytes at most."""

OURS = "firstbytes"
"""`source` of our own messages."""

LOOK_AGAIN = "Look Again"
"""`detail-type` of our own messages: from the sweeper, a replay, a reprocessing, a restore."""


class Kind(StrEnum):
    """What the message says has happened."""

    CREATED = "created"
    DELETED = "deleted"
    """A delete marker was put over the object, or the current version removed."""
    REMOVED = "removed"
    """One version was removed for good."""
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A hint about one document. `version_id` is empty where the message names none that a version can have."""

    place: keys.Place
    version_id: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message that is none of ours, or no message: why. It is acknowledged, counted, and never looked at again."""

    reason: str


class _Bucket(msgspec.Struct):
    name: str


class _Object(msgspec.Struct, rename="kebab"):
    key: str
    version_id: str = ""


class _Detail(msgspec.Struct, rename="kebab"):
    bucket: _Bucket
    object: _Object
    deletion_type: str = ""


class _Event(msgspec.Struct, rename="kebab"):
    source: str
    detail_type: str
    detail: _Detail


_KINDS = {
    ("aws.s3", "Object Created"): Kind.CREATED,
    ("aws.s3", "Object Deleted"): Kind.DELETED,
    (OURS, LOOK_AGAIN): Kind.LOOK,
}
_decoder = msgspec.json.Decoder(_Event)


def parse(body: str, bucket: str) -> Arrival | Ignored:
    """Return what a message asks for, or why it is none of ours.

    Args:
        body: the message's body.
        bucket: name of the documents bucket.
    """
    if len(body) > MAX_BODY:
        return Ignored("too large to be an event")
    try:
        event = _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Ignored(f"no event: {type(error).__name__}")
    kind = _KINDS.get((event.source, event.detail_type))
    if kind is None:
        return Ignored("another kind of event")
    if event.detail.bucket.name != bucket:
        return Ignored("another bucket")
    place = keys.parse_key(event.detail.object.key)
    if place is None:
        return Ignored("no document's key")
    if kind is Kind.DELETED and event.detail.deletion_type == "Permanently Deleted":
        kind = Kind.REMOVED
    version_id = event.detail.object.version_id
    return Arrival(place=place, version_id=version_id if keys.is_version_id(version_id) else "", kind=kind)


def look_again(place: keys.Place, version_id: str, bucket: str) -> str:
    """Return the body of our own message about a document; an empty version id means its current one."""
    named = {"key": place.key, **({"version-id": version_id} if version_id else {})}
    event = {"source": OURS, "detail-type": LOOK_AGAIN, "detail": {"bucket": {"name": bucket}, "object": named}}
    return msgspec.json.encode(event).decode()
