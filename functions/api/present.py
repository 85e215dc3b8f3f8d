"""Items of the table as the API shows them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from msgspec import UNSET, UnsetType

from functions import keys
from functions.api import wire
from functions.api.service import awaited
from functions.store.items import Head, Status, Version


def moment(epoch_s: float) -> str:
    """Return epoch seconds as the API writes times."""
    return keys.timestamp(round(epoch_s * 1000))


def month_of(epoch_s: float) -> str:
    """Return the month, `2026-11`, that begins every time in it."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m")


def document(head: Head, version: Version | None = None) -> wire.Document:
    """Return a document; with its current version's item it says how far the work is."""
    return wire.Document(
        id=head.document_id,
        name=head.name,
        project=head.project,
        status=cast(wire.DocumentStatus, head.status.value),
        revision=head.rev,
        size_bytes=head.size_bytes,
        created_at=head.created_at,
        updated_at=head.updated_at or head.created_at,
        version_id=head.version_id or UNSET,
        media_type=head.media_type or UNSET,
        declared_media_type=head.declared or UNSET,
        sha256=head.sha256 or UNSET,
        outcome=head.outcome or UNSET,
        reason=head.reason or UNSET,
        facts=dict(head.facts) or UNSET,
        upload=_upload(head),
        purge_at=moment(head.expires_at) if head.status is Status.DELETED and head.expires_at else UNSET,
        processing=_processing(version) if version else UNSET,
    )


def version(found: Version, current: str) -> wire.Version:
    """Return a version; `current` is the id of the document's current one."""
    return wire.Version(
        version_id=found.version_id,
        status=cast(wire.VersionStatus, found.status.value),
        current=found.version_id == current,
        generation=found.gen,
        attempt=found.attempt,
        size_bytes=found.size_bytes or UNSET,
        media_type=found.media_type or UNSET,
        outcome=found.outcome or UNSET,
        reason=found.reason or UNSET,
        created_at=found.created_at or UNSET,
    )


def _upload(head: Head) -> wire.OpenUpload | UnsetType:
    upload = awaited(head)
    if upload is None:
        return UNSET
    return wire.OpenUpload(kind=cast(wire.UploadKind, upload.kind), expires_at=moment(upload.expires_at))


def _processing(found: Version) -> wire.Processing:
    return wire.Processing(
        status=cast(wire.VersionStatus, found.status.value),
        attempt=found.attempt,
        generation=found.gen,
        began_at=found.created_at or UNSET,
    )
