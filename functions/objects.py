"""S3 as the platform needs it: byte ranges pinned to one version, what is current, and artifacts.

The first GET of a document serves as its HEAD: it brings 64 KB, the size and the ETag. Every later one carries that
ETag, so that bytes of two objects never mix. What fails is either the object's fault, and stays so, or may pass.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from firstbytes.errors import SourceError
from firstbytes.source import BLOCK

NULL_VERSION = "null"
"""What S3 calls the version of an object that was put while its bucket was not versioned."""

_TRIES = 2
"""For a body that breaks off: botocore retries requests, not bodies."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)
_KMS_LOST = ("Disabled", "NotFound", "InvalidState", "KeyUnavailable")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an object cannot be read. `terminal` is False where it may pass."""

    reason: str
    terminal: bool


GONE = Failure("the object is gone", terminal=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """The current version of an object."""

    version_id: str
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """There is no current version. `marker`: because a delete marker is on top."""

    marker: bool


class S3Source:
    """A byte source over one version of an object. Nothing is asked before `open`, or the first use.

    `failure` keeps the first thing that went wrong, since a sandboxed extractor's reads only show that something did.
    """

    def __init__(self, client: Any, bucket: str, key: str, version_id: str) -> None:
        self._client = client
        self._pinned = {"Bucket": bucket, "Key": key, "VersionId": version_id}
        self._first: bytes | None = None
        self._size = 0
        self._match: dict[str, str] = {}
        self.failure: Failure | None = None
        self.requests = 0
        self.bytes_read = 0

    def open(self) -> Failure | None:
        """Ask for size, ETag and the first block; return what is wrong with the object, if anything."""
        if self._first is None and self.failure is None:
            try:
                self._first, self._size = self._begin()
            except SourceError:
                return self.failure
        return self.failure

    @property
    def size(self) -> int:
        """Length in bytes.

        Raises:
            SourceError: the object cannot be read; `failure` says whether that may pass.
        """
        if failure := self.open():
            raise SourceError(failure.reason)
        return self._size

    @property
    def etag(self) -> str:
        """ETag without its quotes; empty before the first use, and of an empty object."""
        return self._match.get("IfMatch", "").strip('"')

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`: one request, but for the first block, which is here already.

        Raises:
            SourceError: as `size`; every later read raises it too.
        """
        stop = min(self.size, start + length)
        if start < 0 or stop <= start:
            return b""
        first = self._first or b""
        if stop <= len(first):
            return first[start:stop]
        data, span = self._get(start, stop - 1)
        if span != (start, stop - 1, self._size) or len(data) != stop - start:
            raise self._failed(Failure("S3 answered another range than was asked for", terminal=False))
        return data

    def _begin(self) -> tuple[bytes, int]:
        data, span = self._get(0, BLOCK - 1)
        if span[0] or len(data) != min(BLOCK, span[2]):
            raise self._failed(Failure("S3 answered another range than was asked for", terminal=False))
        return data, span[2]

    def _get(self, first: int, last: int) -> tuple[bytes, tuple[int, int, int]]:
        """Return the bytes of a range, and its (first, last, size) as S3 gives them."""
        for left in reversed(range(_TRIES)):
            try:
                return self._ask(first, last)
            except ClientError as error:
                if _code(error) == "InvalidRange" and first == 0:
                    return b"", (0, -1, 0)
                raise self._failed(_verdict(error)) from error
            except (BotoCoreError, OSError) as error:
                if not left:
                    raise self._failed(Failure(type(error).__name__, terminal=False)) from error
        raise AssertionError

    def _ask(self, first: int, last: int) -> tuple[bytes, tuple[int, int, int]]:
        self.requests += 1
        answer = self._client.get_object(**self._pinned, **self._match, Range=f"bytes={first}-{last}")
        # A server that does not serve ranges sends the whole: its beginning is all we read of it.
        body = answer["Body"]
        data: bytes = body.read(last - first + 1)
        body.close()
        self.bytes_read += len(data)
        if tag := answer.get("ETag"):
            self._match = {"IfMatch": tag}
        if found := _CONTENT_RANGE.fullmatch(answer.get("ContentRange", "")):
            return data, (int(found[1]), int(found[2]), int(found[3]))
        return data, (0, len(data) - 1, int(answer["ContentLength"]))

    def _failed(self, failure: Failure) -> SourceError:
        self.failure = self.failure or failure
        return SourceError(failure.reason)


class Objects:
    """Documents and artifacts in S3: one method, one call. `client` is boto3's S3 client."""

    def __init__(self, client: Any, documents: str, artifacts: str) -> None:
        self._client = client
        self._documents = documents
        self._artifacts = artifacts

    def head_current(self, key: str) -> Current | Absent:
        """Say which version of an object is current. S3 is strongly consistent: this is the truth.

        Raises:
            ClientError: anything but that it is there or not.
        """
        try:
            answer = self._client.head_object(Bucket=self._documents, Key=key)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status != 404:
                raise
            headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
            return Absent(marker=headers.get("x-amz-delete-marker") == "true")
        return Current(
            version_id=answer.get("VersionId", NULL_VERSION),
            size_bytes=answer["ContentLength"],
            etag=answer.get("ETag", "").strip('"'),
        )

    def source(self, key: str, version_id: str) -> S3Source:
        """Return a byte source over one version; no call yet."""
        return S3Source(self._client, self._documents, key, version_id)

    def put_artifact(self, key: str, body: bytes, sha256: bytes) -> None:
        """Keep JSON in the artifacts bucket; S3 checks that what arrived has that digest."""
        self._client.put_object(
            Bucket=self._artifacts,
            Key=key,
            Body=body,
            ContentType="application/json",
            ChecksumSHA256=base64.b64encode(sha256).decode(),
        )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _verdict(error: ClientError) -> Failure:
    """Say whether a refusal is the object's fault, or may pass."""
    code = _code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in {"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404", "405"}:
        return GONE
    if code == "InvalidObjectState":
        return Failure("the object is archived; restore it first", terminal=True)
    if code.startswith("KMS.") and any(word in code for word in _KMS_LOST):
        return Failure("the object's key is disabled or gone", terminal=True)
    if code == "AccessDenied":
        return Failure("access to the object is denied", terminal=True)
    if code in {"InvalidRequest", "InvalidArgument"}:
        return Failure(f"S3 refuses to read the object: {code}", terminal=True)
    return Failure(code or f"HTTP {status}", terminal=False)
