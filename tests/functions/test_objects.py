"""Ranges of one version, and nothing else; what S3 refuses is either the object's fault or may pass."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, IncompleteReadError, ReadTimeoutError

from firstbytes.errors import SourceError
from firstbytes.source import BLOCK, ByteSource
from functions.objects import GONE, Absent, Current, Failure, Objects, S3Source

KEY = "t/me/0123456789abcdef0123456789abcdef"
BUCKET = "documents-bucket"
ARTIFACTS = "artifacts-bucket"
DATA = bytes(range(256)) * 1024


@pytest.fixture
def objects(s3: Any) -> Objects:
    """Return the port to both buckets."""
    return Objects(s3, BUCKET, ARTIFACTS)


def put(s3: Any, body: bytes, **more: Any) -> str:
    """Put a document and return its version id."""
    return str(s3.put_object(Bucket=BUCKET, Key=KEY, Body=body, **more)["VersionId"])


def refusal(code: str, status: int = 400) -> ClientError:
    """Return what botocore raises for an answer of S3."""
    error = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, "GetObject")  # type: ignore[arg-type]


class Scripted:
    """An S3 client that answers what it is told, in turn: an exception, or (bytes, Content-Range)."""

    def __init__(self, *answers: Exception | tuple[bytes, str]) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def get_object(self, **asked: Any) -> dict[str, Any]:
        """Answer the next of the script."""
        self.asked.append(asked)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        data, span = answer
        return {"Body": io.BytesIO(data), "ContentRange": span, "ETag": '"e"', "ContentLength": len(data)}

    def head_object(self, **asked: Any) -> dict[str, Any]:
        """Raise the next of the script."""
        del asked
        answer = self.answers.pop(0)
        assert isinstance(answer, Exception)
        raise answer


def source(*answers: Exception | tuple[bytes, str]) -> tuple[S3Source, Scripted]:
    """Return a source over scripted answers."""
    client = Scripted(*answers)
    return S3Source(client, BUCKET, KEY, "v1"), client


def test_a_small_object_takes_one_request(s3: Any, objects: Objects) -> None:
    """The first GET is the HEAD: size, ETag and every byte."""
    read = objects.source(KEY, put(s3, b"hello"))
    assert isinstance(read, ByteSource)
    assert read.open() is None
    assert (read.size, read.read(0, 99), read.read(1, 2), read.read(5, 1)) == (5, b"hello", b"el", b"")
    assert read.etag == hashlib.md5(b"hello").hexdigest()
    assert (read.requests, read.bytes_read) == (1, 5)


def test_every_range_of_a_large_object_is_what_it_is(s3: Any, objects: Objects) -> None:
    """At the first block's edge, across it, at the end and beyond."""
    read = objects.source(KEY, put(s3, DATA))
    for start, length in ((0, 10), (BLOCK - 5, 5), (BLOCK - 5, 10), (BLOCK, 7), (len(DATA) - 3, 9), (len(DATA), 5)):
        assert read.read(start, length) == DATA[start : start + length]
    assert read.size == len(DATA)
    assert read.requests == 4


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (0, 0), (3, -1), (10**15, 1)])
def test_a_range_of_nothing_asks_nothing(s3: Any, objects: Objects, start: int, length: int) -> None:
    """Out of bounds is empty, as the byte source's contract has it."""
    read = objects.source(KEY, put(s3, b"hello"))
    assert read.read(start, length) == b""
    assert read.requests == 1


def test_an_empty_object_has_size_zero(s3: Any, objects: Objects) -> None:
    """S3 answers 416 to a range of nothing: that is an answer."""
    read = objects.source(KEY, put(s3, b""))
    assert read.open() is None
    assert (read.size, read.read(0, 10), read.etag) == (0, b"", "")


def test_an_older_version_is_read_as_it_was(s3: Any, objects: Objects) -> None:
    """A source is pinned: an overwrite while it is read changes nothing."""
    read = objects.source(KEY, put(s3, DATA))
    assert read.read(0, 4) == DATA[:4]
    put(s3, b"new" * BLOCK)
    assert read.read(BLOCK * 2, 4) == DATA[BLOCK * 2 : BLOCK * 2 + 4]


def test_later_ranges_carry_the_first_ones_etag() -> None:
    """Bytes of two objects never mix, also where a version id does not tell them apart."""
    read, client = source((b"x" * BLOCK, f"bytes 0-{BLOCK - 1}/{BLOCK * 2}"), refusal("PreconditionFailed", 412))
    with pytest.raises(SourceError, match="PreconditionFailed"):
        read.read(BLOCK, 5)
    assert client.asked[1] == {
        "Bucket": BUCKET,
        "Key": KEY,
        "VersionId": "v1",
        "IfMatch": '"e"',
        "Range": f"bytes={BLOCK}-{BLOCK + 4}",
    }
    assert read.failure == Failure("PreconditionFailed", terminal=False)


def test_five_terabytes_are_a_number() -> None:
    """Size comes from the answer's header; nothing is allocated for it."""
    size = 5 * 2**40
    read, client = source(
        (b"x" * BLOCK, f"bytes 0-{BLOCK - 1}/{size}"), (b"end", f"bytes {size - 3}-{size - 1}/{size}")
    )
    assert (read.size, read.read(size - 3, 10)) == (size, b"end")
    assert client.asked[1]["Range"] == f"bytes={size - 3}-{size - 1}"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (refusal("NoSuchKey", 404), GONE),
        (refusal("NoSuchVersion", 404), GONE),
        (refusal("MethodNotAllowed", 405), GONE),
        (refusal("InvalidObjectState", 403), Failure("the object is archived; restore it first", terminal=True)),
        (refusal("KMS.DisabledException"), Failure("the object's key is disabled or gone", terminal=True)),
        (refusal("KMS.KMSInvalidStateException"), Failure("the object's key is disabled or gone", terminal=True)),
        (refusal("KMS.NotFoundException"), Failure("the object's key is disabled or gone", terminal=True)),
        (refusal("AccessDenied", 403), Failure("access to the object is denied", terminal=True)),
        (refusal("InvalidRequest"), Failure("S3 refuses to read the object: InvalidRequest", terminal=True)),
        (refusal("SlowDown", 503), Failure("SlowDown", terminal=False)),
        (refusal("InternalError", 500), Failure("InternalError", terminal=False)),
        (refusal("ThrottlingException"), Failure("ThrottlingException", terminal=False)),
        (refusal("KMS.ThrottlingException"), Failure("KMS.ThrottlingException", terminal=False)),
        (refusal("ExpiredToken"), Failure("ExpiredToken", terminal=False)),
        (refusal("", 503), Failure("HTTP 503", terminal=False)),
    ],
)
def test_a_refusal_is_the_objects_fault_or_may_pass(error: ClientError, failure: Failure) -> None:
    """The reason is one that its owner understands, and the router knows whether to try again."""
    read, client = source(error)
    assert read.open() == failure
    with pytest.raises(SourceError):
        read.read(0, 1)
    with pytest.raises(SourceError):
        _ = read.size
    assert read.failure == failure
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="x"),
        ReadTimeoutError(endpoint_url="x"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        ConnectionResetError(),
    ],
)
def test_a_connection_that_broke_is_tried_once_more(error: Exception) -> None:
    """A body that breaks off is nothing botocore asks for again; when it does twice, it may still pass later."""
    read, _ = source(error, (b"hello", "bytes 0-4/5"))
    assert (read.open(), read.read(0, 5)) == (None, b"hello")
    twice, _ = source(error, error)
    assert twice.open() == Failure(type(error).__name__, terminal=False)


@pytest.mark.parametrize(
    "answer",
    [(b"hell", "bytes 0-4/5"), (b"ello", "bytes 1-4/5"), (b"x" * 9, f"bytes 0-8/{BLOCK}")],
    ids=["short", "elsewhere", "too few"],
)
def test_an_answer_to_another_question_is_no_answer(answer: tuple[bytes, str]) -> None:
    """A range that is not the one asked for is a failure, never taken for the bytes."""
    read, _ = source(answer)
    assert read.open() == Failure("S3 answered another range than was asked for", terminal=False)


def test_a_later_answer_of_another_range_is_a_failure() -> None:
    """Likewise in the middle of an object; the first failure is the one that is kept."""
    first = (b"x" * BLOCK, f"bytes 0-{BLOCK - 1}/{BLOCK * 3}")
    read, _ = source(first, (b"y" * 5, f"bytes 0-4/{BLOCK * 3}"), refusal("NoSuchKey", 404))
    for _ in range(2):
        with pytest.raises(SourceError, match="another range"):
            read.read(BLOCK, 5)
    assert read.failure == Failure("S3 answered another range than was asked for", terminal=False)


def test_a_server_without_ranges_gives_its_beginning(s3: Any) -> None:
    """The whole object in answer to a range: its first block is read, and its size known."""

    class Whole:
        def get_object(self, **asked: Any) -> Any:
            del asked["Range"]
            return s3.get_object(**asked)

    read = S3Source(Whole(), BUCKET, KEY, put(s3, DATA))
    assert (read.size, read.read(0, 9), read.bytes_read) == (len(DATA), DATA[:9], BLOCK)


def test_an_archived_object_says_so(s3: Any, objects: Objects) -> None:
    """An object in Glacier is there, and cannot be read until it is restored."""
    read = objects.source(KEY, put(s3, b"cold", StorageClass="GLACIER"))
    assert read.open() == Failure("the object is archived; restore it first", terminal=True)


def test_an_object_deleted_meanwhile_is_gone(s3: Any, objects: Objects) -> None:
    """A version removed for good, one that never was, and a delete marker: all gone."""
    version_id = put(s3, b"hello")
    marker = s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    assert objects.source(KEY, version_id).open() is None
    assert objects.source(KEY, marker).open() == GONE
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=version_id)
    assert objects.source(KEY, version_id).open() == GONE
    assert objects.source("t/me/" + "0" * 32, "x").open() == GONE


def test_s3_says_what_is_current(s3: Any, objects: Objects) -> None:
    """A version, nothing at all, or a delete marker; and the version again once that is gone."""
    assert objects.head_current(KEY) == Absent(marker=False)
    version_id = put(s3, b"hello")
    there = Current(version_id=version_id, size_bytes=5, etag=hashlib.md5(b"hello").hexdigest())
    assert objects.head_current(KEY) == there
    marker = s3.delete_object(Bucket=BUCKET, Key=KEY)["VersionId"]
    assert objects.head_current(KEY) == Absent(marker=True)
    s3.delete_object(Bucket=BUCKET, Key=KEY, VersionId=marker)
    assert objects.head_current(KEY) == there


def test_no_answer_is_not_absence() -> None:
    """A refusal or an outage says nothing about what is current."""
    client = Scripted(refusal("403", 403), refusal("503", 503))
    objects = Objects(client, BUCKET, ARTIFACTS)
    for _ in range(2):
        with pytest.raises(ClientError):
            objects.head_current(KEY)


def test_an_object_of_a_bucket_without_versions_has_version_null(s3: Any) -> None:
    """It can be claimed, read and promoted like any other."""
    s3.create_bucket(Bucket="plain-bucket")
    s3.put_object(Bucket="plain-bucket", Key=KEY, Body=b"hello")
    objects = Objects(s3, "plain-bucket", ARTIFACTS)
    current = objects.head_current(KEY)
    assert isinstance(current, Current)
    assert current.version_id == "null"
    assert objects.source(KEY, "null").read(0, 5) == b"hello"


def test_an_artifact_is_kept_whole(s3: Any, objects: Objects) -> None:
    """JSON in the artifacts bucket, checked by S3 against its digest."""
    body = b'{"a": 1}'
    objects.put_artifact("e/me/x.json", body, hashlib.sha256(body).digest())
    kept = s3.get_object(Bucket=ARTIFACTS, Key="e/me/x.json")
    assert (kept["Body"].read(), kept["ContentType"]) == (body, "application/json")
