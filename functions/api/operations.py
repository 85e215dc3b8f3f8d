"""The API as one table: what the router routes, and what the OpenAPI document says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from firstbytes.envelope import Envelope
from functions.api import documents, letters, parts, uploads, wire
from functions.api.service import Reply, Request, Services

READ = "documents/read"
WRITE = "documents/write"
REPLAY = "operations/replay"

Method = Literal["GET", "POST", "PATCH", "DELETE"]

EVERYWHERE = ("invalid_query", "unauthenticated", "scope_missing", "internal", "unavailable")
BODY = ("malformed_body", "body_too_large", "unsupported_body", "invalid_body")
ONE = ("not_found",)
CHANGE = (*ONE, "changed_meanwhile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row: a method of a path, what goes in, what comes out, and what does it."""

    method: Method
    path: str
    """As OpenAPI writes it: /documents/{document_id}."""
    operation_id: str
    summary: str
    scope: str
    query: type[msgspec.Struct] = wire.NoQuery
    body: type[msgspec.Struct] | None = None
    response: type[msgspec.Struct] | None = None
    status: int = 200
    """Of success."""
    errors: tuple[str, ...] = ()
    """Codes it may answer beside EVERYWHERE."""
    headers: tuple[str, ...] = ()
    """Request headers it looks at."""
    cached: bool = False
    """Answers carry an ETag and may be kept by the browser for If-None-Match."""
    operators: bool = False
    """For members of the group `operators` alone."""
    run: Callable[[Services, Request], Reply]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names in braces of its path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/documents",
        operation_id="createDocument",
        summary="Announce a file and learn where its bytes go",
        scope=WRITE,
        body=wire.NewDocument,
        response=wire.UploadBegun,
        status=201,
        errors=(
            *BODY,
            "invalid_header",
            "invalid_name",
            "file_too_large",
            "idempotency_mismatch",
            "changed_meanwhile",
        ),
        headers=("Idempotency-Key",),
        run=uploads.create_document,
    ),
    Operation(
        method="GET",
        path="/documents",
        operation_id="listDocuments",
        summary="List documents by time of creation",
        scope=READ,
        query=wire.DocumentsQuery,
        response=wire.DocumentPage,
        errors=("invalid_cursor", "invalid_name"),
        cached=True,
        run=documents.list_documents,
    ),
    Operation(
        method="GET",
        path="/documents/{document_id}",
        operation_id="getDocument",
        summary="One document, and how far its current version is",
        scope=READ,
        response=wire.Document,
        errors=ONE,
        cached=True,
        run=documents.get_document,
    ),
    Operation(
        method="PATCH",
        path="/documents/{document_id}",
        operation_id="changeDocument",
        summary="Rename a document, or move it to another project",
        scope=WRITE,
        body=wire.Changes,
        response=wire.Document,
        errors=(
            *BODY,
            "invalid_header",
            "invalid_name",
            *CHANGE,
            "document_deleted",
            "revision_required",
            "revision_mismatch",
        ),
        headers=("If-Match",),
        run=documents.change_document,
    ),
    Operation(
        method="DELETE",
        path="/documents/{document_id}",
        operation_id="deleteDocument",
        summary="Delete a document; it can be restored until it is purged",
        scope=WRITE,
        status=204,
        errors=("invalid_header", *CHANGE, "revision_mismatch"),
        headers=("If-Match",),
        run=documents.delete_document,
    ),
    Operation(
        method="POST",
        path="/documents/{document_id}/restore",
        operation_id="restoreDocument",
        summary="Undo a deletion",
        scope=WRITE,
        response=wire.Document,
        errors=(*CHANGE, "nothing_to_restore"),
        run=documents.restore_document,
    ),
    Operation(
        method="POST",
        path="/documents/{document_id}/reprocess",
        operation_id="reprocessDocument",
        summary="Read the current version anew",
        scope=WRITE,
        response=wire.Document,
        status=202,
        errors=(*CHANGE, "document_deleted", "not_processed"),
        run=documents.reprocess_document,
    ),
    Operation(
        method="GET",
        path="/documents/{document_id}/versions",
        operation_id="listVersions",
        summary="The versions of a document, newest first",
        scope=READ,
        response=wire.Versions,
        errors=ONE,
        run=documents.list_versions,
    ),
    Operation(
        method="POST",
        path="/documents/{document_id}/versions",
        operation_id="createVersion",
        summary="Announce a new version and learn where its bytes go",
        scope=WRITE,
        body=wire.NewVersion,
        response=wire.UploadBegun,
        status=201,
        errors=(*BODY, *CHANGE, "document_deleted", "file_too_large"),
        run=uploads.create_version,
    ),
    Operation(
        method="GET",
        path="/documents/{document_id}/envelope",
        operation_id="getEnvelope",
        summary="What was read out of a version",
        scope=READ,
        query=wire.VersionQuery,
        response=Envelope,
        errors=(*ONE, "version_not_found", "envelope_not_found", "not_processed"),
        cached=True,
        run=documents.get_envelope,
    ),
    Operation(
        method="GET",
        path="/documents/{document_id}/download",
        operation_id="downloadDocument",
        summary="A URL that saves a version as a file, for a minute",
        scope=READ,
        query=wire.VersionQuery,
        response=wire.Download,
        errors=(*ONE, "document_deleted", "version_not_found", "archived"),
        run=documents.get_download,
    ),
    Operation(
        method="POST",
        path="/documents/{document_id}/upload/parts",
        operation_id="signParts",
        summary="URLs for parts of a multipart upload",
        scope=WRITE,
        body=wire.PartNumbers,
        response=wire.SignedParts,
        errors=(*BODY, *CHANGE, "document_deleted", "upload_not_open", "parts_mismatch"),
        run=parts.sign_parts,
    ),
    Operation(
        method="GET",
        path="/documents/{document_id}/upload/parts",
        operation_id="listParts",
        summary="The parts that S3 has, to resume an upload",
        scope=READ,
        response=wire.StoredParts,
        errors=(*ONE, "document_deleted", "upload_not_open"),
        run=parts.list_parts,
    ),
    Operation(
        method="POST",
        path="/documents/{document_id}/upload/complete",
        operation_id="completeUpload",
        summary="Make a version of the parts of a multipart upload",
        scope=WRITE,
        body=wire.FinishedParts,
        response=wire.Document,
        errors=(
            *BODY,
            *CHANGE,
            "document_deleted",
            "upload_not_open",
            "upload_incomplete",
            "parts_mismatch",
        ),
        run=parts.complete_upload,
    ),
    Operation(
        method="DELETE",
        path="/documents/{document_id}/upload",
        operation_id="abortUpload",
        summary="Give up an upload",
        scope=WRITE,
        status=204,
        errors=CHANGE,
        run=parts.abort_upload,
    ),
    Operation(
        method="GET",
        path="/projects",
        operation_id="listProjects",
        summary="Projects, and how much is in each",
        scope=READ,
        response=wire.Projects,
        run=documents.list_projects,
    ),
    Operation(
        method="GET",
        path="/usage",
        operation_id="getUsage",
        summary="How much there is, and about what it costs",
        scope=READ,
        response=wire.Usage,
        run=documents.get_usage,
    ),
    Operation(
        method="GET",
        path="/dead-letters",
        operation_id="listDeadLetters",
        summary="What could not be delivered (operators)",
        scope=REPLAY,
        query=wire.LettersQuery,
        response=wire.LetterPage,
        errors=("invalid_cursor", "operators_only"),
        operators=True,
        run=letters.list_letters,
    ),
    Operation(
        method="POST",
        path="/dead-letters/{letter_id}/replay",
        operation_id="replayDeadLetter",
        summary="Deliver a dead letter again (operators)",
        scope=REPLAY,
        response=wire.Letter,
        errors=("operators_only", "letter_not_found", "letter_unreadable"),
        operators=True,
        run=letters.replay_letter,
    ),
)
