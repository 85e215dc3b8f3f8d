"""Items of the documents table as frozen values, and back. Pure.

A document has one head (`sk = head`): what lists and pages show, which version is current, what is still to come.
Each version of it has one item (`sk = v#<version id>`): the work done on it, its lease, its envelope.
An attribute that holds nothing is left out of its item: it costs nothing and keeps sparse indexes sparse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from functions import keys

Item = dict[str, dict[str, Any]]
"""An item as the DynamoDB client takes and gives it: `{"name": {"S": "x"}}`."""


class Status(StrEnum):
    """Where a document or a version stands."""

    UPLOADING = "uploading"
    """Head only: no object yet."""
    QUEUED = "queued"
    """The object is there, nobody has begun."""
    PROCESSING = "processing"
    SLOW = "slow"
    """Version only: a state machine has it. Its head says processing."""
    COMPLETED = "completed"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"
    DELETED = "deleted"
    """Head only: the object is gone or under a delete marker."""

    @property
    def settled(self) -> bool:
        """True where nothing more is to come for a version."""
        return self in _SETTLED


_SETTLED = frozenset({Status.COMPLETED, Status.PARTIAL, Status.UNSUPPORTED, Status.FAILED})
LISTED = _SETTLED | {Status.DELETED}
"""The statuses by which documents are listed (index `by-status`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload that was begun: the object has not been seen yet, or not been settled."""

    kind: str
    """post or multipart."""
    expires_at: int
    """Epoch seconds after which it cannot be finished."""
    upload_id: str = ""
    """S3's id of a multipart upload."""
    replaces: str = ""
    """The version that was current when it was begun; while that is current, the upload has not arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of a document as a whole. Whoever writes it raises `rev` by one, on condition of the `rev` read."""

    document_id: str
    owner: str
    status: Status
    created_at: str
    """ISO 8601, UTC, milliseconds."""
    rev: int = 0
    gen: int = 0
    """Generation of the current version's work that the head shows."""
    updated_at: str = ""
    version_id: str = ""
    """The current version; empty before the first was seen and while deleted."""
    project: str = ""
    name: str = ""
    declared: str = ""
    """Media type that the client claimed."""
    size_bytes: int = 0
    sha256: str = ""
    media_type: str = ""
    outcome: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """A few core facts for lists."""
    upload: Upload | None = None
    since: int = 0
    """Epoch milliseconds since when work on it is unfinished; 0 when none is."""
    expires_at: int = 0
    """Epoch seconds when the item goes; 0: it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The work done on one version of a document."""

    document_id: str
    version_id: str
    status: Status = Status.QUEUED
    """QUEUED where the item has none: nobody began, or an operator asked for it again."""
    attempt: int = 0
    gen: int = 0
    """Generation: one more each time an operator asks for it again."""
    lease_until: int = 0
    """Epoch milliseconds."""
    holder: str = ""
    reason: str = ""
    outcome: str = ""
    media_type: str = ""
    size_bytes: int = 0
    etag: str = ""
    created_at: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    envelope: bytes = b""
    """The envelope's JSON, zlib-compressed; empty where it is kept under `envelope_key`."""
    envelope_key: str = ""
    envelope_sha256: str = ""
    expires_at: int = 0


def index_attributes(head: Head) -> dict[str, str]:
    """Return the attributes that put a head into the indexes where it belongs, and into no other."""
    found = {"listed_at": keys.listed_at(head.created_at, head.document_id)}
    if head.status is not Status.DELETED:
        found["owner_key"] = keys.owner_key(head.owner)
        if head.project:
            found["project_key"] = keys.project_key(head.owner, head.project)
    if head.status in LISTED:
        found["status_key"] = keys.status_key(head.owner, head.status)
    if head.since:
        found["shard"] = keys.shard(head.document_id)
    return found


def head_attributes(head: Head) -> dict[str, Any]:
    """Return every attribute of a head's item but its keys, as plain values; empty ones are left out."""
    values = {**_filled(head, _HEAD), "rev": head.rev, **index_attributes(head)}
    if begun := head.upload:
        fixed = {"kind": begun.kind, "expires_at": begun.expires_at}
        values["upload"] = {**fixed, **_filled(begun, ("upload_id", "replaces"))}
    return values


def head_changes(before: Head | None, after: Head) -> dict[str, Any]:
    """Return what a write from one head to another sets, and as None what it removes; `rev` is the write's own."""
    old = head_attributes(before) if before else {}
    new = head_attributes(after)
    names = dict.fromkeys((*new, *(old.keys() - new)))
    return {name: new.get(name) for name in names if name != "rev" and old.get(name) != new.get(name)}


def head_item(head: Head) -> Item:
    """Return the item of a head, with its keys and index attributes."""
    typed = {name: encode(value) for name, value in head_attributes(head).items()}
    return {**keys.head_key(head.document_id), **typed}


def head_of(item: Item) -> Head:
    """Return the head that an item holds; what it does not hold has its default.

    Raises:
        KeyError: the item is no head.
    """
    values = {name: decode(item[name]) for name in _HEAD if name in item}
    upload = Upload(**decode(item["upload"])) if "upload" in item else None
    values["status"] = Status(values["status"])
    return Head(**values, upload=upload)


def version_item(version: Version) -> Item:
    """Return the item of a version, with its keys."""
    values = _filled(version, _VERSION)
    if version.status is Status.QUEUED:
        del values["status"]
    key = keys.version_key(version.document_id, version.version_id)
    return {**key, **{name: encode(value) for name, value in values.items()}}


def version_of(item: Item) -> Version:
    """Return the version that an item holds; what it does not hold has its default.

    Raises:
        KeyError: the item is no version.
    """
    values = {name: decode(item[name]) for name in _VERSION if name in item}
    values["status"] = Status(values.get("status", Status.QUEUED))
    values["document_id"] = item["pk"]["S"].removeprefix("d#")
    values["version_id"] = item["sk"]["S"].removeprefix("v#")
    return Version(**values)


_HEAD = tuple(name for name in Head.__dataclass_fields__ if name != "upload")
HEAD_ATTRIBUTES = (*_HEAD, "upload", "listed_at", "owner_key", "project_key", "status_key", "shard")
"""Every attribute that a head's item can have beside its keys."""

_VERSION = tuple(name for name in Version.__dataclass_fields__ if name not in {"document_id", "version_id"})


def _filled(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: held for name in names if (held := getattr(value, name))}


def encode(value: object) -> dict[str, Any]:
    """Return a value in the client's typed form: text, numbers, booleans, None, bytes, lists and maps.

    Raises:
        TypeError: it is, or holds, something else.
    """
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int() | float():
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [encode(item) for item in value]}
        case Mapping():
            return {"M": {str(name): encode(item) for name, item in value.items()}}
    raise TypeError(f"expected JSON or bytes for an item, got {type(value).__name__}")


def decode(typed: Mapping[str, Any]) -> Any:
    """Return the plain value of a typed one: `{"N": "1"}` is 1."""
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value) if value.lstrip("-").isdigit() else float(value)
        case "B":
            return bytes(value)
        case "NULL":
            return None
        case "L":
            return [decode(item) for item in value]
        case "M":
            return {name: decode(item) for name, item in value.items()}
    return value
