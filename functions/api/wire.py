"""Bodies, queries and answers of the API, as msgspec structs: decoded strictly, and the source of the JSON Schemas.

An absent field is left out, never null. Times are RFC 3339 in UTC with milliseconds. Sizes are bytes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

MAX_BODY = 128 * 1024
"""Bytes of a request body: a thousand parts with their ETags fit."""

MAX_UPLOAD = 50 * 1024**3
MAX_POST = 100 * 1024**2
"""Bytes above which an upload is multipart."""

MAX_PARTS = 1000
MIN_PART = 8 * 1024**2
MAX_SIGNED_PARTS = 100

READABLE = {"pattern": r"^(?!\.{1,2}$)(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029/\\]+$"}
"""What `names.checked_name` takes, told in the schema alone: its refusals say more than a pattern's."""

DocumentId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", description="32 hex digits.")]
VersionId = Annotated[str, Meta(min_length=1, max_length=1000, description="S3's id of a version; opaque.")]
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="File name: any Unicode but control characters, / and \\. Kept in NFC.",
        extra_json_schema=READABLE,
    ),
]
Project = Annotated[
    str,
    Meta(
        max_length=100,
        description="Project, chosen freely; empty for none. Any Unicode but control characters, / and \\.",
        extra_json_schema={"pattern": f"^$|{READABLE['pattern']}"},
    ),
]
MediaType = Annotated[
    str,
    Meta(
        max_length=127,
        pattern="^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$",
        description="What the client takes it for. A claim: the bytes decide.",
    ),
]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, in hex.")]
Size = Annotated[int, Meta(ge=0, le=2**53, description="Bytes.")]
UploadSize = Annotated[int, Meta(ge=0, description="Bytes, exactly.", extra_json_schema={"maximum": MAX_UPLOAD})]
Time = Annotated[str, Meta(description="RFC 3339 in UTC with milliseconds.")]
Cursor = Annotated[str, Meta(min_length=1, max_length=1024, description="`next_cursor` of the page before.")]
Limit = Annotated[int, Meta(ge=1, le=100, description="Most items a page; a page may hold fewer.")]
PartNumber = Annotated[int, Meta(ge=1, le=MAX_PARTS)]
ETag = Annotated[
    str, Meta(pattern='^"?[0-9A-Za-z-]{1,128}"?$', description="ETag that S3 answered to the part, quoted or not.")
]
DocumentStatus = Literal[
    "uploading", "queued", "processing", "completed", "partial", "unsupported", "failed", "deleted"
]
VersionStatus = Literal["queued", "processing", "slow", "completed", "partial", "unsupported", "failed"]
UploadKind = Literal["post", "multipart"]
LetterStatus = Literal["open", "replayed", "discarded"]


class In(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a client sends: a field we do not know is refused."""


class Out(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we answer."""


# Requests


class NewDocument(In, frozen=True):
    """A file that is about to be uploaded."""

    name: Name
    size_bytes: UploadSize
    media_type: MediaType | UnsetType = UNSET
    project: Project = ""
    sha256: Sha256 | UnsetType = UNSET


class NewVersion(In, frozen=True):
    """A file that is about to replace a document's current version."""

    size_bytes: UploadSize
    media_type: MediaType | UnsetType = UNSET
    sha256: Sha256 | UnsetType = UNSET


class PartNumbers(In, frozen=True):
    """Parts to sign."""

    part_numbers: Annotated[list[PartNumber], Meta(min_length=1, max_length=MAX_SIGNED_PARTS)]


class FinishedPart(In, frozen=True):
    """A part that S3 has."""

    part_number: PartNumber
    etag: ETag


class FinishedParts(In, frozen=True):
    """Every part of an upload."""

    parts: Annotated[list[FinishedPart], Meta(min_length=1, max_length=MAX_PARTS)]


class Changes(In, frozen=True):
    """What to change; what is absent stays."""

    name: Name | UnsetType = UNSET
    project: Project | UnsetType = UNSET


class DocumentsQuery(In, frozen=True):
    """Which documents to list."""

    project: (
        Annotated[
            str, Meta(min_length=1, max_length=100, description="Only of this project.", extra_json_schema=READABLE)
        ]
        | UnsetType
    ) = UNSET
    status: (
        Annotated[DocumentStatus, Meta(description="Only with this status; without it all but deleted ones.")]
        | UnsetType
    ) = UNSET
    order: Annotated[Literal["newest", "oldest"], Meta(description="By time of creation.")] = "newest"
    limit: Limit = 50
    cursor: Cursor | UnsetType = UNSET


class VersionQuery(In, frozen=True):
    """Which version."""

    version: Annotated[VersionId, Meta(description="Version id; the current one without it.")] | UnsetType = UNSET


class LettersQuery(In, frozen=True):
    """Which dead letters to list, newest first."""

    status: LetterStatus = "open"
    limit: Limit = 50
    cursor: Cursor | UnsetType = UNSET


class NoQuery(In, frozen=True):
    """No query parameters."""


# Answers


class OpenUpload(Out, frozen=True):
    """An upload that has not arrived."""

    kind: UploadKind
    expires_at: Time


class Processing(Out, frozen=True):
    """How far the current version is."""

    status: VersionStatus
    attempt: Annotated[int, Meta(ge=0, description="Attempts begun in this generation.")]
    generation: Annotated[int, Meta(ge=0, description="One more with each reprocessing.")]
    began_at: Time | UnsetType = UNSET


class Document(Out, frozen=True):
    """A document as a whole, and what its current version is."""

    id: DocumentId
    name: str
    project: str
    status: DocumentStatus
    revision: Annotated[int, Meta(ge=0, description='Send it as If-Match: "<revision>" to change the document.')]
    size_bytes: Size
    created_at: Time
    updated_at: Time
    version_id: VersionId | UnsetType = UNSET
    media_type: Annotated[str, Meta(description="What the bytes say.")] | UnsetType = UNSET
    declared_media_type: Annotated[str, Meta(description="What the client said, of the newest upload.")] | UnsetType = (
        UNSET
    )
    sha256: Annotated[Sha256, Meta(description="As the client declared it, of the newest upload.")] | UnsetType = UNSET
    outcome: Annotated[str, Meta(description="How the extraction ended.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="Why it ended so.")] | UnsetType = UNSET
    facts: (
        Annotated[dict[str, Any], Meta(description="A few core facts: pages, duration, dimensions, rows.")] | UnsetType
    ) = UNSET
    upload: OpenUpload | UnsetType = UNSET
    purge_at: Annotated[Time, Meta(description="When a deleted document goes for good.")] | UnsetType = UNSET
    processing: Processing | UnsetType = UNSET


class PostTarget(Out, frozen=True, tag_field="kind", tag="post"):
    """One form POST to S3 (multipart/form-data): every field as given, then the bytes as `file`."""

    url: str
    fields: dict[str, str]
    expires_at: Time


class MultipartTarget(Out, frozen=True, tag_field="kind", tag="multipart"):
    """A multipart upload: sign parts, PUT them, complete. Every part but the last has `part_size_bytes`."""

    upload_id: str
    part_size_bytes: Size
    part_count: PartNumber
    expires_at: Time


class UploadBegun(Out, frozen=True):
    """The document, and where its bytes go; without `upload` they are there already."""

    document: Document
    upload: PostTarget | MultipartTarget | UnsetType = UNSET


class SignedPart(Out, frozen=True):
    """Where one part goes: PUT exactly `size_bytes` bytes."""

    part_number: PartNumber
    url: str
    size_bytes: Size


class SignedParts(Out, frozen=True):
    """Where parts go."""

    parts: list[SignedPart]
    expires_at: Time


class StoredPart(Out, frozen=True):
    """A part that S3 has."""

    part_number: PartNumber
    etag: str
    size_bytes: Size


class StoredParts(Out, frozen=True):
    """What S3 has of an upload, to resume it."""

    upload_id: str
    part_size_bytes: Size
    part_count: PartNumber
    parts: list[StoredPart]


class DocumentPage(Out, frozen=True):
    """Documents; more where `next_cursor` is given, even after an empty page."""

    documents: list[Document]
    next_cursor: str | UnsetType = UNSET


class Version(Out, frozen=True):
    """One version of a document."""

    version_id: VersionId
    status: VersionStatus
    current: bool
    generation: int
    attempt: int
    size_bytes: Size | UnsetType = UNSET
    media_type: str | UnsetType = UNSET
    outcome: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    created_at: Time | UnsetType = UNSET


class Versions(Out, frozen=True):
    """Versions, newest first; at most a thousand."""

    versions: list[Version]


class Download(Out, frozen=True):
    """Where to GET the bytes, as a file under its own name."""

    url: str
    expires_at: Time


class ProjectUse(Out, frozen=True):
    """A project and what is in it."""

    name: str
    documents: int
    size_bytes: Size


class Projects(Out, frozen=True):
    """Projects by name; the documents without one are not counted here."""

    projects: list[ProjectUse]
    complete: Annotated[bool, Meta(description="False where there were too many documents to count them all.")]


class Usage(Out, frozen=True):
    """What a user keeps. Deleted documents are counted under `by_status` alone."""

    documents: int
    size_bytes: Size
    documents_this_month: int
    by_status: Annotated[dict[str, int], Meta(description="Settled and deleted documents.")]
    estimated_month_usd: Annotated[float, Meta(description="See docs/api.md for the formula.")]
    complete: Annotated[bool, Meta(description="False where there were too many documents to count them all.")]


class Letter(Out, frozen=True):
    """Something that could not be delivered."""

    id: str
    status: LetterStatus
    arrived_at: Time
    cause: str
    error_code: str | UnsetType = UNSET
    document_id: str | UnsetType = UNSET
    version_id: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    receive_count: int | UnsetType = UNSET
    replayed_at: Time | UnsetType = UNSET


class LetterPage(Out, frozen=True):
    """Dead letters, newest first."""

    letters: list[Letter]
    next_cursor: str | UnsetType = UNSET
