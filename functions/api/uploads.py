"""Operations that bring bytes in: the API hands out signatures, the bytes go to S3 directly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
from msgspec import UNSET, UnsetType

from functions.api import present, wire
from functions.api.bucket import SIGNED_S, NoSuchUploadError, Part, PartsRefusedError
from functions.api.names import checked_name
from functions.api.problem import Refusal, refuse
from functions.api.service import (
    TRIES,
    Reply,
    Request,
    Services,
    awaited,
    entity_tag,
    living,
    owned,
    place_of,
    refuse_deleted,
)
from functions.store.catalogue import Entry
from functions.store.items import Head, Status, Upload

MULTIPART_S = 6 * 24 * 3600
"""Seconds a multipart upload may take; the bucket's lifecycle drops its parts after a week."""

_MIB = 1024**2
UPLOAD_ABORTED = "upload aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How a file is cut into parts; all but the last have `part_size` bytes."""

    size_bytes: int
    part_size: int
    part_count: int

    def size_of(self, part_number: int) -> int:
        """Return the bytes of a part; parts count from 1."""
        return min(self.part_size, self.size_bytes - (part_number - 1) * self.part_size)


def cut(size_bytes: int) -> Cut:
    """Return how a file is cut: parts of whole MiB, at least 8 MiB, at most 1000 of them."""
    part_size = max(wire.MIN_PART, -(-size_bytes // wire.MAX_PARTS // _MIB) * _MIB)
    return Cut(size_bytes=size_bytes, part_size=part_size, part_count=max(1, -(-size_bytes // part_size)))


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
        _abandon(services, begun)
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
            upload=upload,
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
        _abandon(services, replace(entry.head, upload=upload))
        raise
    _abandon(services, replaced)
    return _begun(services, changed)


def sign_parts(services: Services, request: Request) -> Reply:
    """POST /documents/{id}/upload/parts: URLs for parts."""
    body: wire.PartNumbers = request.body
    entry, upload = _open_multipart(services, request)
    whole = cut(entry.upload_bytes)
    if above := [number for number in body.part_numbers if number > whole.part_count]:
        raise refuse("parts_mismatch", f"expected part numbers from 1 to {whole.part_count}, got {above[0]}")
    key = place_of(entry.head).key
    parts = [
        wire.SignedPart(
            part_number=number,
            url=services.bucket.sign_part(key, upload.upload_id, number, whole.size_of(number)),
            size_bytes=whole.size_of(number),
        )
        for number in body.part_numbers
    ]
    return Reply(body=wire.SignedParts(parts=parts, expires_at=present.moment(services.now() + SIGNED_S)))


def list_parts(services: Services, request: Request) -> Reply:
    """GET /documents/{id}/upload/parts: what is there already."""
    entry, upload = _open_multipart(services, request)
    whole = cut(entry.upload_bytes)
    try:
        found = services.bucket.parts(place_of(entry.head).key, upload.upload_id)
    except NoSuchUploadError as missing:
        raise _not_open() from missing
    parts = [
        wire.StoredPart(part_number=part.part_number, etag=part.etag, size_bytes=part.size_bytes) for part in found
    ]
    return Reply(
        body=wire.StoredParts(
            upload_id=upload.upload_id, part_size_bytes=whole.part_size, part_count=whole.part_count, parts=parts
        )
    )


def complete_upload(services: Services, request: Request) -> Reply:
    """POST /documents/{id}/upload/complete: make the object of its parts. Done twice, it is done once."""
    body: wire.FinishedParts = request.body
    entry = living(services, request)
    place = place_of(entry.head)
    if awaited(entry.head) is None and entry.head.version_id:
        return _arrived(entry.head)
    upload = _multipart(services, entry)
    whole = cut(entry.upload_bytes)
    numbers = [part.part_number for part in body.parts]
    if numbers != list(range(1, whole.part_count + 1)):
        raise refuse(
            "parts_mismatch", f"expected the parts 1 to {whole.part_count} in order, got {len(numbers)} others"
        )
    parts = [Part(part_number=part.part_number, etag=f'"{part.etag.strip(chr(34))}"') for part in body.parts]
    try:
        services.bucket.complete(place.key, upload.upload_id, parts)
    except NoSuchUploadError as missing:
        services.delivery.promote(place)
        if awaited(owned(services, request).head) == upload:
            raise _not_open() from missing
    except PartsRefusedError as refused:
        raise refuse(
            "upload_incomplete", f"expected parts that S3 has, it says {refused}; list them and send what is missing"
        ) from refused
    services.delivery.promote(place)
    return _arrived(owned(services, request).head)


def abort_upload(services: Services, request: Request) -> Reply:
    """DELETE /documents/{id}/upload: nothing more is to come. Without an open upload there is nothing to do."""
    entry = owned(services, request)
    upload = awaited(entry.head)
    if upload is None:
        return Reply()
    _abandon(services, entry.head)

    def close(now: Entry) -> Head:
        head = now.head
        if awaited(head) != upload:
            return head
        if head.status is Status.UPLOADING:
            return replace(head, upload=None, since=0, status=Status.FAILED, reason=UPLOAD_ABORTED)
        unfinished = head.status in {Status.QUEUED, Status.PROCESSING}
        return replace(head, upload=None, since=head.since if unfinished else 0)

    edit(services, request, close)
    return Reply()


def edit(
    services: Services, request: Request, change: Callable[[Entry], Head], *, upload_bytes: int | None = None
) -> Entry:
    """Change the document that the path names and return it as it then is; nothing is written where nothing changes.

    Args:
        services: what to use.
        request: names the document.
        change: gives the head that should be, from the entry that is. Called anew after each lost race, and may refuse.
        upload_bytes: the size of a new upload.

    Raises:
        Refusal: `not_found`, `changed_meanwhile`, or what `change` raises.
    """
    wanted: Head | None = None
    for _ in range(TRIES):
        entry = owned(services, request)
        if entry.head == wanted:  # our own write, whose answer was lost
            return entry
        after = change(entry)
        if after == entry.head:
            return entry
        wanted = replace(after, rev=entry.head.rev + 1, updated_at=present.moment(services.now()))
        if services.catalogue.change(entry.head, wanted, upload_bytes=upload_bytes):
            return replace(
                entry, head=wanted, upload_bytes=entry.upload_bytes if upload_bytes is None else upload_bytes
            )
    raise refuse("changed_meanwhile", "expected the document to stay as it was read; send the request again")


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


def _abandon(services: Services, head: Head) -> None:
    if head.upload and head.upload.upload_id:
        services.bucket.abort(place_of(head).key, head.upload.upload_id)


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


def _arrived(head: Head) -> Reply:
    document = present.document(head)
    return Reply(body=document, etag=entity_tag(head, document))


def _open_multipart(services: Services, request: Request) -> tuple[Entry, Upload]:
    entry = living(services, request)
    return entry, _multipart(services, entry)


def _multipart(services: Services, entry: Entry) -> Upload:
    upload = awaited(entry.head)
    if upload is None or upload.kind != "multipart" or upload.expires_at <= services.now():
        raise _not_open()
    return upload


def _not_open() -> Refusal:
    return refuse(
        "upload_not_open", "expected a multipart upload that is open; begin one with POST /documents or /versions"
    )
