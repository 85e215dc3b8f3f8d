"""Operations on documents that are there: list, look, change, delete, restore, process again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import Any

import msgspec
from msgspec import UNSET

from functions import keys
from functions.api import cursor, present, wire
from functions.api.bucket import DOWNLOAD_S
from functions.api.editing import edit
from functions.api.names import checked_name, content_disposition
from functions.api.problem import refuse
from functions.api.service import (
    Reply,
    Request,
    Services,
    check_revision,
    digest_of,
    entity_tag,
    living,
    owned,
    place_of,
    refuse_deleted,
)
from functions.envelopes import unpack
from functions.store.catalogue import MOST_TALLIED, Entry, Partition, Row, Tally, by_owner, by_project, by_status
from functions.store.items import LISTED, Head, Status, Version

MOST_READS = 10
"""Index pages read for one page of answers, where a filter leaves little of each."""

GIB = 1024**3
USD_GIB_MONTH = 0.023
"""S3 Standard in us-east-1, first 50 TB."""

USD_TABLE_GIB_MONTH = 0.25
ITEM_BYTES = 4096
"""What a document's items and index entries take of the table, about."""

USD_PROCESSED = 8 / 1_000_000
"""Upper bound of what processing one small document costs (docs/cost.md)."""


def list_documents(services: Services, request: Request) -> Reply:
    """GET /documents: a page by time of creation."""
    query: wire.DocumentsQuery = request.query
    owner = request.caller.owner
    project = "" if query.project is UNSET else checked_name(query.project, what="project")
    status = None if query.status is UNSET else Status(query.status)
    bound = cursor.query_digest("documents", owner, project, status or "", query.order)
    after = None
    if query.cursor is not UNSET:
        listed_at, document_id = cursor.decode(query.cursor, bound, services.now())
        after = Row(document_id=document_id, listed_at=listed_at)
    partition = _partition(owner, project, status)
    heads, last = _fill(services, partition, after, query, lambda head: _shows(head, owner, project, status))
    page = wire.DocumentPage(
        documents=[present.document(head) for head in heads],
        next_cursor=cursor.encode((last.listed_at, last.document_id), bound, services.now()) if last else UNSET,
    )
    return Reply(body=page, etag=_page_tag(page, last))


def get_document(services: Services, request: Request) -> Reply:
    """GET /documents/{id}: the head, and how far its current version is.

    Nobody tells of a posted file's end but its event, which may wait in the queue: so S3 is asked whether it is there.
    """
    head = owned(services, request).head
    if head.status is Status.UPLOADING and head.upload and head.upload.kind == "post":
        head = services.delivery.promote(place_of(head)) or head
    return _shown(services, head)


def list_versions(services: Services, request: Request) -> Reply:
    """GET /documents/{id}/versions: what is known of each."""
    head = owned(services, request).head
    found = services.catalogue.versions(head.document_id)
    return Reply(body=wire.Versions(versions=[present.version(version, head.version_id) for version in found]))


def get_envelope(services: Services, request: Request) -> Reply:
    """GET /documents/{id}/envelope: the envelope's JSON as it was written."""
    head = owned(services, request).head
    version = _version(services, head, request.query.version)
    if version.envelope:
        data = unpack(version.envelope)
    elif version.envelope_key:
        data = services.artifacts.read(version.envelope_key)
        if hashlib.sha256(data).hexdigest() != version.envelope_sha256:
            raise ValueError(f"envelope {version.envelope_key} is not the one that was written")
    elif version.status.settled:
        raise refuse("envelope_not_found", "expected a version that was read; see its reason, then reprocess it")
    else:
        raise refuse(
            "not_processed", "expected a version that is processed; ask again in a moment", {"Retry-After": "2"}
        )
    return Reply(body=data, etag=f'"{digest_of(data)}"')


def get_download(services: Services, request: Request) -> Reply:
    """GET /documents/{id}/download: a URL that saves the bytes under the document's name."""
    head = living(services, request).head
    version_id = head.version_id if request.query.version is UNSET else request.query.version
    if not version_id:
        raise refuse("version_not_found", "expected a document whose bytes have arrived; upload them first")
    key = place_of(head).key
    stored = services.bucket.stored(key, version_id) if keys.is_version_id(version_id) else None
    if stored is None:
        raise refuse("version_not_found", "expected a version of this document; list them with GET .../versions")
    if stored.archived:
        raise refuse(
            "archived", "expected bytes at hand, these lie in an archive class; ask an operator to bring them back"
        )
    url = services.bucket.sign_download(key, version_id, content_disposition(head.name))
    return Reply(body=wire.Download(url=url, expires_at=present.moment(services.now() + DOWNLOAD_S)))


def change_document(services: Services, request: Request) -> Reply:
    """PATCH /documents/{id}: another name or project."""
    body: wire.Changes = request.body
    changes: dict[str, Any] = {}
    if body.name is not UNSET:
        changes["name"] = checked_name(body.name)
    if body.project is not UNSET:
        changes["project"] = checked_name(body.project, what="project") if body.project else ""

    def change(entry: Entry) -> Head:
        check_revision(request, entry.head, required=True)
        return replace(refuse_deleted(entry.head), **changes)

    return _shown(services, edit(services, request, change).head)


def delete_document(services: Services, request: Request) -> Reply:
    """DELETE /documents/{id}: a delete marker hides the bytes until they are purged. Done twice, it is done once."""
    head = owned(services, request).head
    if head.status is Status.DELETED:
        return Reply()
    check_revision(request, head, required=False)
    place = place_of(head)
    if head.upload and head.upload.upload_id:
        services.bucket.abort(place.key, head.upload.upload_id)
    services.bucket.hide(place.key)
    promoted = services.delivery.promote(place)
    if promoted and promoted.status is not Status.DELETED and not promoted.version_id:
        edit(services, request, lambda entry: _withdrawn(services, entry.head))
    return Reply()


def restore_document(services: Services, request: Request) -> Reply:
    """POST /documents/{id}/restore: what was deleted is as it was. Done twice, it is done once."""
    head = owned(services, request).head
    if head.status is not Status.DELETED:
        return _shown(services, head)
    place = place_of(head)
    listed = services.listing.of(place.key)
    newest = max((row.modified for row in listed if not row.marker), default=None)
    if newest is None:
        raise refuse("nothing_to_restore", "expected a document whose bytes had arrived; upload them as a new document")
    services.delivery.restore(place)
    for row in listed:
        if row.marker and row.modified >= newest:
            services.bucket.unhide(place.key, row.version_id)
    services.delivery.promote(place)
    restored = owned(services, request).head
    services.delivery.look_again(place, restored.version_id)
    return _shown(services, restored)


def reprocess_document(services: Services, request: Request) -> Reply:
    """POST /documents/{id}/reprocess: read the current version anew."""
    head = living(services, request).head
    version = services.catalogue.version(head.document_id, head.version_id) if head.version_id else None
    if version is None or not version.status.settled or not services.delivery.reprocess(version):
        raise refuse("not_processed", "expected a document whose processing has ended; ask again when it has")
    place = place_of(head)
    services.delivery.promote(place)
    services.delivery.look_again(place, head.version_id)
    return _shown(services, owned(services, request).head)


def list_projects(services: Services, request: Request) -> Reply:
    """GET /projects: what there is of each."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    total = 0
    for line in services.catalogue.tally(request.caller.owner):
        total += 1
        if line.project:
            counts[line.project][0] += 1
            counts[line.project][1] += line.size_bytes
    projects = [wire.ProjectUse(name=name, documents=count, size_bytes=size) for name, (count, size) in counts.items()]
    projects.sort(key=lambda project: (project.name.casefold(), project.name))
    return Reply(body=wire.Projects(projects=projects, complete=total < MOST_TALLIED))


def get_usage(services: Services, request: Request) -> Reply:
    """GET /usage: how much there is, and about what it costs."""
    owner = request.caller.owner
    month = present.month_of(services.now())
    documents = size_bytes = recent = 0
    line: Tally
    for line in services.catalogue.tally(owner):
        documents += 1
        size_bytes += line.size_bytes
        recent += line.created_at.startswith(month)
    by = {status.value: services.catalogue.count(by_status(owner, status)) for status in sorted(LISTED)}
    return Reply(
        body=wire.Usage(
            documents=documents,
            size_bytes=size_bytes,
            documents_this_month=recent,
            by_status=by,
            estimated_month_usd=estimated_month_usd(documents, size_bytes, recent),
            complete=documents < MOST_TALLIED,
        )
    )


def estimated_month_usd(documents: int, size_bytes: int, new_documents: int) -> float:
    """Return about what a month costs: bytes in S3 Standard, items in the table, processing of what is new."""
    stored = size_bytes / GIB * USD_GIB_MONTH
    table = documents * ITEM_BYTES / GIB * USD_TABLE_GIB_MONTH
    return round(stored + table + new_documents * USD_PROCESSED, 4)


def _withdrawn(services: Services, head: Head) -> Head:
    """Return the head of a document whose bytes never came, deleted: of it S3 may say nothing at all."""
    if head.version_id or head.status is Status.DELETED:
        return head
    expires_at = int(services.now()) + services.keep_deleted_s
    return replace(head, status=Status.DELETED, expires_at=expires_at, upload=None, since=0)


def _partition(owner: str, project: str, status: Status | None) -> Partition:
    """Return the smallest index partition that has every document asked for."""
    if status is Status.DELETED or (status in LISTED and not project):
        assert status is not None
        return by_status(owner, status)
    return by_project(owner, project) if project else by_owner(owner)


def _shows(head: Head, owner: str, project: str, status: Status | None) -> bool:
    """Return whether a head belongs to the list: an index lags behind the table, and holds more than is asked for."""
    if head.owner != owner or (project and head.project != project):
        return False
    return head.status is status if status else head.status is not Status.DELETED


def _fill(
    services: Services, partition: Partition, after: Row | None, query: wire.DocumentsQuery, shows: Any
) -> tuple[list[Head], Row | None]:
    """Return up to a page of heads, and the row after which there is more of them."""
    found: list[Head] = []
    for _ in range(MOST_READS):
        rows, more = services.catalogue.rows(partition, after=after, newest=query.order == "newest", limit=query.limit)
        heads = services.catalogue.heads(row.document_id for row in rows)
        for at, row in enumerate(rows):
            after = row
            head = heads.get(row.document_id)
            if head is not None and shows(head):
                found.append(head)
            if len(found) == query.limit:
                return found, row if more or at + 1 < len(rows) else None
        if not more:
            return found, None
    return found, after


def _page_tag(page: wire.DocumentPage, last: Row | None) -> str:
    """Return a page's ETag: of what is on it and where it ends, not of the cursor, which tells the time."""
    body = msgspec.json.encode([page.documents, last.listed_at if last else ""])
    return f'"{digest_of(body)}"'


def _shown(services: Services, head: Head) -> Reply:
    version = services.catalogue.version(head.document_id, head.version_id) if head.version_id else None
    document = present.document(head, version)
    return Reply(body=document, etag=entity_tag(head, document))


def _version(services: Services, head: Head, asked: Any) -> Version:
    version_id: str = head.version_id if asked is UNSET else asked
    if not version_id:
        raise refuse("version_not_found", "expected a document whose bytes have arrived; upload them first")
    version = services.catalogue.version(head.document_id, version_id) if keys.is_version_id(version_id) else None
    if version is not None:
        return version
    if version_id == head.version_id:
        raise refuse(
            "not_processed", "expected a version that is processed; ask again in a moment", {"Retry-After": "2"}
        )
    raise refuse("version_not_found", "expected a version of this document; list them with GET .../versions")
