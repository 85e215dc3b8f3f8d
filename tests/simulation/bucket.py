"""A versioned S3 bucket in memory, behind the methods of boto3's client that the functions call."""

# ruff: noqa: N803, the arguments have the names that boto3 gives them
from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a key, or a delete marker."""

    version_id: str
    marker: bool = False
    body: bytes = b""
    at: float = 0.0

    @property
    def etag(self) -> str:
        """Return what identifies the bytes."""
        return f'"{self.version_id}"'


def missing(operation: str, *, marker: bool = False, code: str = "404") -> ClientError:
    """Return the answer for what is not there; a marker says so in a header."""
    headers = {"x-amz-delete-marker": "true"} if marker else {}
    return ClientError(
        {
            "Error": {"Code": code, "Message": "Not Found"},
            "ResponseMetadata": {"HTTPStatusCode": 404, "HTTPHeaders": headers},
        },
        operation,
    )


class Bucket:
    """Keys with their versions, oldest first. `changed` is told the key after each change."""

    def __init__(self, changed: Callable[[str], None] = lambda _key: None) -> None:
        self.keys: dict[str, list[Version]] = {}
        self.uploads: set[str] = set()
        self.artifacts: dict[str, bytes] = {}
        self.changed = changed

    def current(self, key: str) -> Version | None:
        """Return the latest version of a key; None when there is none, or a delete marker."""
        stack = self.keys.get(key)
        return stack[-1] if stack and not stack[-1].marker else None

    def add(self, key: str, version: Version) -> None:
        """Put a version or a marker on top."""
        self.keys.setdefault(key, []).append(version)
        self.changed(key)

    def remove(self, key: str, version_id: str) -> None:
        """Remove one version, or one marker, for good."""
        self.keys[key] = [version for version in self.keys[key] if version.version_id != version_id]
        self.changed(key)

    def find(self, key: str, version_id: str | None, operation: str) -> Version:
        """Return the version asked for, or the current one."""
        stack = self.keys.get(key, [])
        if version_id is None:
            if version := self.current(key):
                return version
            raise missing(operation, marker=bool(stack), code="404" if operation == "HeadObject" else "NoSuchKey")
        for version in stack:
            if version.version_id == version_id:
                return version
        raise missing(operation, code="404" if operation == "HeadObject" else "NoSuchVersion")

    def head_object(self, *, Key: str, VersionId: str | None = None, **_request: Any) -> dict[str, Any]:
        """Answer a HeadObject."""
        version = self.find(Key, VersionId, "HeadObject")
        return {
            "VersionId": version.version_id,
            "ContentLength": len(version.body),
            "ETag": version.etag,
            "LastModified": datetime.fromtimestamp(version.at, UTC),
            "ResponseMetadata": {"HTTPStatusCode": 200},
        }

    def get_object(self, *, Key: str, VersionId: str | None = None, Range: str = "", **_request: Any) -> dict[str, Any]:
        """Answer a GetObject of a range `bytes=a-b`, or of the whole."""
        version = self.find(Key, VersionId, "GetObject")
        body = version.body
        answer = {"VersionId": version.version_id, "ETag": version.etag, "ContentType": "binary/octet-stream"}
        if Range:
            first, _, last = Range.removeprefix("bytes=").partition("-")
            start, stop = int(first), min(int(last or len(body)), len(body) - 1) + 1
            answer["ContentRange"] = f"bytes {start}-{stop - 1}/{len(body)}"
            body = body[start:stop]
        return {
            **answer,
            "Body": io.BytesIO(body),
            "ContentLength": len(body),
            "LastModified": datetime.fromtimestamp(version.at, UTC),
            "ResponseMetadata": {"HTTPStatusCode": 206 if Range else 200},
        }

    def list_object_versions(
        self,
        *,
        Prefix: str = "",
        KeyMarker: str = "",
        VersionIdMarker: str = "",
        MaxKeys: int = 1000,
        **_request: Any,
    ) -> dict[str, Any]:
        """Answer one page of all versions, newest of a key first."""
        rows = [
            (key, version, version is stack[-1])
            for key, stack in sorted(self.keys.items())
            if key.startswith(Prefix)
            for version in reversed(stack)
        ]
        if KeyMarker:
            rows = after(rows, KeyMarker, VersionIdMarker)
        page = rows[:MaxKeys]
        answer: dict[str, Any] = {"IsTruncated": len(rows) > len(page), "Versions": [], "DeleteMarkers": []}
        for key, version, latest in page:
            row = {
                "Key": key,
                "VersionId": version.version_id,
                "IsLatest": latest,
                "LastModified": datetime.fromtimestamp(version.at, UTC),
            }
            if version.marker:
                answer["DeleteMarkers"].append(row)
            else:
                answer["Versions"].append({**row, "Size": len(version.body), "ETag": version.etag})
        if answer["IsTruncated"]:
            answer["NextKeyMarker"], answer["NextVersionIdMarker"] = page[-1][0], page[-1][1].version_id
        return answer

    def put_object(self, *, Key: str, Body: bytes, **_request: Any) -> dict[str, Any]:
        """Answer a PutObject of an artifact, which has no versions."""
        self.artifacts[Key] = Body
        return {}

    def abort_multipart_upload(self, *, UploadId: str, **_request: Any) -> dict[str, Any]:
        """End an upload; one that is not there is an error, as at S3."""
        if UploadId not in self.uploads:
            raise missing("AbortMultipartUpload", code="NoSuchUpload")
        self.uploads.remove(UploadId)
        return {}


def after(rows: list[tuple[str, Version, bool]], key: str, version_id: str) -> list[tuple[str, Version, bool]]:
    """Return the rows that follow a marker of the listing, which may be gone."""
    seen = False
    for at, (row_key, version, _latest) in enumerate(rows):
        if row_key > key:
            return rows[at:]
        if seen:
            return rows[at:]
        seen = row_key == key and version.version_id == version_id
    return []
