"""Names of things: object keys, item keys, index keys. Pure; nothing else in the platform puts them together.

No text of a user is ever part of a name: an owner is the `sub` of a token, a document an id we made. The one
exception is a project, which is part of an index key that only its owner's queries name.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

OBJECTS = "t/"
"""Prefix of every object that is a document."""

ARTIFACTS = "e/"
"""Prefix of everything that was made of documents."""

HEAD = "head"
"""Sort key of a document's head item."""

SHARDS = 10
"""Partitions of the index of unfinished work."""

_OWNER = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_DOCUMENT = re.compile(r"[0-9a-f]{32}", re.ASCII)
_VERSION = re.compile(r"[\x21-\x7e]{1,1000}", re.ASCII)
_OBJECT = re.compile(rf"t/({_OWNER.pattern})/({_DOCUMENT.pattern})", re.ASCII)

ItemKey = dict[str, dict[str, str]]
"""`pk` and `sk` of an item, as the DynamoDB client takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose document an object is, and which."""

    owner: str
    document_id: str

    @property
    def key(self) -> str:
        """The object's key in the documents bucket."""
        return object_key(self.owner, self.document_id)


def is_owner(text: str) -> bool:
    """Return whether `text` has the form of an owner: a token's `sub`."""
    return _OWNER.fullmatch(text) is not None


def is_document_id(text: str) -> bool:
    """Return whether `text` has the form of a document id: 32 lower-case hex digits."""
    return _DOCUMENT.fullmatch(text) is not None


def is_version_id(text: str) -> bool:
    """Return whether `text` can be an S3 version id: opaque, printable, and fit for a sort key."""
    return _VERSION.fullmatch(text) is not None


def object_key(owner: str, document_id: str) -> str:
    """Return the key of a document's object, `t/<owner>/<document_id>`.

    Raises:
        ValueError: either part has not the form it must have.
    """
    if not is_owner(owner):
        raise ValueError(f"expected an owner of 1 to 64 letters, digits and hyphens, got {owner!r}")
    if not is_document_id(document_id):
        raise ValueError(f"expected a document id of 32 lower-case hex digits, got {document_id!r}")
    return f"{OBJECTS}{owner}/{document_id}"


def parse_key(key: str) -> Place | None:
    """Return whose document an object key names, or None where it is no document's."""
    found = _OBJECT.fullmatch(key)
    return Place(owner=found[1], document_id=found[2]) if found else None


def artifact_key(owner: str, document_id: str, version_id: str) -> str:
    """Return where an envelope too large for its item is kept: `e/<owner>/<document_id>/<32 hex>.json`."""
    place = object_key(owner, document_id).removeprefix(OBJECTS)
    return f"{ARTIFACTS}{place}/{hashlib.sha256(version_id.encode()).hexdigest()[:32]}.json"


def document_pk(document_id: str) -> str:
    """Return the partition key of all items of a document."""
    return f"d#{document_id}"


def version_sk(version_id: str) -> str:
    """Return the sort key of a version's item."""
    return f"v#{version_id}"


def head_key(document_id: str) -> ItemKey:
    """Return the key of a document's head item."""
    return {"pk": {"S": document_pk(document_id)}, "sk": {"S": HEAD}}


def version_key(document_id: str, version_id: str) -> ItemKey:
    """Return the key of a version's item."""
    return {"pk": {"S": document_pk(document_id)}, "sk": {"S": version_sk(version_id)}}


def owner_key(owner: str) -> str:
    """Return the hash key of index `by-owner`."""
    return f"o#{owner}"


def project_key(owner: str, project: str) -> str:
    """Return the hash key of index `by-project`."""
    return f"o#{owner}#p#{project}"


def status_key(owner: str, status: str) -> str:
    """Return the hash key of index `by-status`."""
    return f"o#{owner}#s#{status}"


def listed_at(created_at: str, document_id: str) -> str:
    """Return the range key of the lists: by time, and a total order where times are equal."""
    return f"{created_at}#{document_id}"


def shard(document_id: str) -> str:
    """Return the hash key of index `unfinished`: `u#0` to `u#9`, by the document id's last digit."""
    return f"u#{int(document_id[-1], 16) % SHARDS}"


def shards() -> tuple[str, ...]:
    """Return every hash key of index `unfinished`."""
    return tuple(f"u#{number}" for number in range(SHARDS))


def correlation_id(document_id: str, version_id: str) -> str:
    """Return what ties log lines, items and events of one version together."""
    return f"{document_id}#{version_id}"


def timestamp(milliseconds: int) -> str:
    """Return epoch milliseconds as ISO 8601 in UTC, `2026-11-24T23:59:59.123Z`."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
