"""Operations that bring bytes in: the API hands out signatures, the bytes go to S3 directly."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import msgspec
from msgspec import UNSET, UnsetType

from functions.api import present, wire
from functions.api.bucket import SIGNED_S
from functions.api.editing import edit
from functions.api.names import checked_name
from functions.api.parts import abandon, cut
from functions.api.problem import Refusal, refuse
from functions.api.service import TRIES, Reply, Request, Services, entity_tag, living, place_of, refuse_deleted
from functions.store.catalogue import Entry
from functions.store.items import Head, Status, Upload

MULTIPART_S = 6 * 24 * 3600
"""Seconds a multipart upload may take; the bucket's lifecycle drops its parts after a week."""


def derived_id(owner: str, idempotency_key: str) -> str:
    """Return the id that an owner's Idempotency-Key always gives: no table of keys, and no fence, is needed."""
    return hashlib.sha256(f"{owner}#{idempotency_key}".encode()).hexdigest()[:32]


def create_document(services: Services, request: Request) -> Reply:
    """POST /documents: make the head, say where the bytes go."""
    body: wire.NewDocument = request.body
    _check_size(body.size_bytes)
    name = checked_name(body.name)
    project = checked_name(body.project, what="project") if body.project else ""
    key = request.headers.get("idempotency-key", "").strip()
    if "idempotency-key" in request.headers and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise refuse("invalid_header", "expected an Idempotency-Key of 1 to 255 printable ASCII characters")
    owner = request.caller.owner
    now = services.now()
    head = Head(
        document_id=derived_id(owner, key) if key else services.new_id(),
        owner=owner,
        status=Status.UPLOADING,
        created_at=present.moment(now),
        updated_at=present.moment(now),
        rev=1,
        project=project,
        name=name,
        declared=body.media_type or "",
        size_bytes=body.size_bytes,
        sha256=body.sha256 or "",
        since=round(now * 1000),
    )
    digest = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    if key and (found := services.catalogue.entry(head.document_id)):
        return _repeated(services, found, digest)
    begun = replace(head, upload=_begin(services, head, body.size_bytes))
    entry = Entry(head=begun, request_digest=digest, upload_bytes=body.size_bytes)
    if services.catalogue.create(entry):
        return _begun(services, entry)
    found = services.catalogue.entry(head.document_id)
    if found is None or found.head.upload != begun.upload:
        abandon(services, begun)
    if found is None:
        raise refuse("changed_meanwhile", "expected the document to stay; send the request again")
    return _repeated(services, found, digest)


def create_version(services: Services, request: Request) -> Reply:
    """POST /documents/{id}/versions: say where the bytes of a new version go."""
    body: wire.NewVersion = request.body
    _check_size(body.size_bytes)
    entry = living(services, request)
    upload = _begin(services, entry.head, body.size_bytes, replaces=entry.head.version_id)
    replaced = entry.head

    def begin(now: Entry) -> Head:
        nonlocal replaced
        replaced = refuse_deleted(now.head)
        begun = replace(
            now.head,
            upload=replace(upload, replaces=now.head.version_id),
            declared=body.media_type or "",
            sha256=body.sha256 or "",
            since=round(services.now() * 1000),
        )
        if now.head.version_id:
            return begun
        return replace(begun, status=Status.UPLOADING, reason="", size_bytes=body.size_bytes)

    try:
        changed = edit(services, request, begin, upload_bytes=body.size_bytes)
    except Refusal:
        abandon(services, replace(entry.head, upload=upload))
        raise
    abandon(services, replaced)
    return _begun(services, changed)


def _check_size(size_bytes: int) -> None:
    if size_bytes > wire.MAX_UPLOAD:
        limit = wire.MAX_UPLOAD // 1024**3
        raise refuse("file_too_large", f"expected at most {limit} GiB, got more; split the file")


def _begin(services: Services, head: Head, size_bytes: int, replaces: str = "") -> Upload:
    """Begin an upload; a multipart one begins in S3 first, where what nobody refers to is dropped by itself."""
    now = int(services.now())
    if size_bytes <= wire.MAX_POST:
        return Upload(kind="post", expires_at=now + SIGNED_S, replaces=replaces)
    upload_id = services.bucket.begin(place_of(head).key)
    return Upload(kind="multipart", expires_at=now + MULTIPART_S, upload_id=upload_id, replaces=replaces)


def _begun(services: Services, entry: Entry) -> Reply:
    head = entry.head
    document = present.document(head)
    return Reply(
        body=wire.UploadBegun(document=document, upload=_target(services, entry)),
        headers={"Location": f"/documents/{head.document_id}"},
        etag=entity_tag(head, document),
    )


def _target(services: Services, entry: Entry) -> wire.PostTarget | wire.MultipartTarget | UnsetType:
    upload = entry.head.upload
    if upload is None:
        return UNSET
    expires_at = present.moment(upload.expires_at)
    if upload.kind == "multipart":
        whole = cut(entry.upload_bytes)
        return wire.MultipartTarget(
            upload_id=upload.upload_id,
            part_size_bytes=whole.part_size,
            part_count=whole.part_count,
            expires_at=expires_at,
        )
    url, fields = services.bucket.sign_post(place_of(entry.head).key, entry.upload_bytes, entry.head.sha256)
    return wire.PostTarget(url=url, fields=fields, expires_at=expires_at)


def _repeated(services: Services, entry: Entry, digest: str) -> Reply:
    """Answer a repeated request: the same document, and a fresh target while its bytes are awaited."""
    if entry.request_digest != digest:
        raise refuse("idempotency_mismatch", "expected the request of this Idempotency-Key, got another; use a new key")
    for _ in range(TRIES):
        head = entry.head
        if head.status is not Status.UPLOADING or head.upload is None:
            return _begun(services, replace(entry, head=replace(head, upload=None)))
        if head.upload.kind == "multipart":
            return _begun(services, entry)
        upload = replace(head.upload, expires_at=int(services.now()) + SIGNED_S)
        wanted = replace(head, upload=upload, rev=head.rev + 1, updated_at=present.moment(services.now()))
        if services.catalogue.change(head, wanted):
            return _begun(services, replace(entry, head=wanted))
        found = services.catalogue.entry(head.document_id)
        if found is None:
            break
        entry = found
    raise refuse("changed_meanwhile", "expected the document to stay as it was read; send the request again")
