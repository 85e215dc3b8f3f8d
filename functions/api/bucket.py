"""S3 as the API uses it: what clients may send and fetch by themselves, and what only the API does."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OPAQUE = "application/octet-stream"
SIGNED_S = 300
"""Seconds that a signature for an upload lasts; the bucket refuses any older than 600."""

DOWNLOAD_S = 60
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})


class NoSuchUploadError(LookupError):
    """S3 has no multipart upload of that id: completed, aborted, or expired."""


class PartsRefusedError(ValueError):
    """S3 will not make an object of these parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a multipart upload, as S3 has it."""

    part_number: int
    etag: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What S3 says of an object's version."""

    version_id: str
    size_bytes: int
    storage_class: str
    restored: bool

    @property
    def archived(self) -> bool:
        """True where S3 must first bring the bytes back."""
        return self.storage_class in ARCHIVES and not self.restored


class Bucket:
    """The documents bucket.

    Args:
        client: an S3 client that signs with SigV4 for the bucket's own region.
        name: the bucket.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def sign_post(self, key: str, size_bytes: int, sha256: str) -> tuple[str, dict[str, str]]:
        """Return URL and form fields that let exactly `size_bytes` bytes be stored under `key`, for five minutes.

        With a SHA-256 (hex) S3 refuses other bytes as well.
        """
        fields = {"Content-Type": OPAQUE, "success_action_status": "201"}
        if sha256:
            fields["x-amz-checksum-algorithm"] = "SHA256"
            fields["x-amz-checksum-sha256"] = base64.b64encode(bytes.fromhex(sha256)).decode()
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        conditions.append(["content-length-range", size_bytes, size_bytes])
        post = self._client.generate_presigned_post(
            Bucket=self._name, Key=key, Fields=fields, Conditions=conditions, ExpiresIn=SIGNED_S
        )
        return post["url"], post["fields"]

    def begin(self, key: str) -> str:
        """Begin a multipart upload and return its id."""
        upload_id: str = self._client.create_multipart_upload(Bucket=self._name, Key=key, ContentType=OPAQUE)[
            "UploadId"
        ]
        return upload_id

    def sign_part(self, key: str, upload_id: str, part_number: int, size_bytes: int) -> str:
        """Return a URL to PUT exactly `size_bytes` bytes as a part, for five minutes."""
        return self._sign(
            "upload_part",
            SIGNED_S,
            Key=key,
            UploadId=upload_id,
            PartNumber=part_number,
            ContentLength=size_bytes,
        )

    def parts(self, key: str, upload_id: str) -> list[Part]:
        """Return the parts that S3 has, in order.

        Raises:
            NoSuchUploadError: the upload is not open.
        """
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._name, Key=key, UploadId=upload_id)
        try:
            return [
                Part(part_number=part["PartNumber"], etag=part["ETag"], size_bytes=part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            ]
        except self._client.exceptions.NoSuchUpload as missing:
            raise NoSuchUploadError(upload_id) from missing

    def complete(self, key: str, upload_id: str, parts: Iterable[Part]) -> None:
        """Make an object of an upload's parts.

        Raises:
            NoSuchUploadError: the upload is not open.
            PartsRefusedError: a part is missing, has another ETag, or is too small.
        """
        from botocore.exceptions import ClientError

        listed = [{"PartNumber": part.part_number, "ETag": part.etag} for part in parts]
        try:
            self._client.complete_multipart_upload(
                Bucket=self._name, Key=key, UploadId=upload_id, MultipartUpload={"Parts": listed}
            )
        except ClientError as refused:
            code = refused.response["Error"]["Code"]
            if code == "NoSuchUpload":
                raise NoSuchUploadError(upload_id) from refused
            if code in {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML", "InvalidRequest"}:
                raise PartsRefusedError(code) from refused
            raise

    def abort(self, key: str, upload_id: str) -> None:
        """Forget a multipart upload and its parts; nothing happens where it is not open."""
        try:
            self._client.abort_multipart_upload(Bucket=self._name, Key=key, UploadId=upload_id)
        except self._client.exceptions.NoSuchUpload:
            return

    def stored(self, key: str, version_id: str) -> Stored | None:
        """Return what S3 says of a version, or None where it does not have it."""
        from botocore.exceptions import ClientError

        try:
            found = self._client.head_object(Bucket=self._name, Key=key, VersionId=version_id)
        except ClientError as refused:
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] in {400, 404, 405}:
                return None
            raise
        return Stored(
            version_id=found.get("VersionId", version_id),
            size_bytes=found["ContentLength"],
            storage_class=found.get("StorageClass", "STANDARD"),
            restored='ongoing-request="false"' in found.get("Restore", ""),
        )

    def sign_download(self, key: str, version_id: str, disposition: str) -> str:
        """Return a URL that saves a version as a file, for a minute, and never shows it in a page."""
        return self._sign(
            "get_object",
            DOWNLOAD_S,
            Key=key,
            VersionId=version_id,
            ResponseContentDisposition=disposition,
            ResponseContentType=OPAQUE,
            ResponseCacheControl="private, no-store",
        )

    def hide(self, key: str) -> None:
        """Put a delete marker on top of an object's versions."""
        self._client.delete_object(Bucket=self._name, Key=key)

    def unhide(self, key: str, marker_id: str) -> None:
        """Remove a delete marker."""
        self._client.delete_object(Bucket=self._name, Key=key, VersionId=marker_id)

    def _sign(self, operation: str, seconds: int, **parameters: Any) -> str:
        url: str = self._client.generate_presigned_url(
            operation, Params={"Bucket": self._name, **parameters}, ExpiresIn=seconds
        )
        return url


class Artifacts:
    """The artifacts bucket: envelopes too large for their item."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def read(self, key: str) -> bytes:
        """Return an artifact's bytes."""
        body: bytes = self._client.get_object(Bucket=self._name, Key=key)["Body"].read()
        return body
