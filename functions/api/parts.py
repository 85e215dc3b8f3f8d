"""Operations on an upload that is open: sign its parts, list them, complete or abort it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from functions.api import present, wire
from functions.api.bucket import SIGNED_S, NoSuchUploadError, Part, PartsRefusedError
from functions.api.editing import edit
from functions.api.problem import Refusal, refuse
from functions.api.service import Reply, Request, Services, awaited, entity_tag, living, owned, place_of
from functions.store.catalogue import Entry
from functions.store.items import Head, Status, Upload

UPLOAD_ABORTED = "upload aborted"

_MIB = 1024**2


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
    abandon(services, entry.head)

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


def abandon(services: Services, head: Head) -> None:
    """Drop the parts of a head's multipart upload, if it has one; of one that S3 has not, nothing is left to drop."""
    if head.upload and head.upload.upload_id:
        services.bucket.abort(place_of(head).key, head.upload.upload_id)


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
