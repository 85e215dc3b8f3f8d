"""From bytes to what is kept: real extractors in this process, over objects that fail in every way."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from firstbytes.core import Core
from firstbytes.envelope import Envelope, Outcome
from firstbytes.routes import from_json
from firstbytes.run import FacetFindings, Findings, InProcess, Task
from firstbytes.source import BLOCK, ByteSource
from functions import keys
from functions.examine import STATUS, examine, telling
from functions.objects import GONE, Failure, S3Source
from functions.ports import Examined, Work
from functions.sandbox import routes_path
from functions.store.items import Head, Status

DOC = "0123456789abcdef0123456789abcdef"
HEAD = Head(
    document_id=DOC,
    owner="me",
    status=Status.UPLOADING,
    created_at="2026",
    name="table.csv",
    declared="application/pdf",
    project="house",
)
WORK = Work(
    place=keys.Place(owner="me", document_id=DOC), version_id="v1", created_at="2025-11-24T16:00:00.000Z", head=HEAD
)


class Object:
    """An S3 client with one object, whose requests may start to fail."""

    def __init__(self, data: bytes, fails_from: int = 99, code: str = "SlowDown") -> None:
        self.data = data
        self.left = fails_from
        self.code = code

    def get_object(self, **asked: Any) -> dict[str, Any]:
        """Answer a range, or refuse."""
        self.left -= 1
        if self.left < 0:
            error = {"Error": {"Code": self.code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 503}}
            raise ClientError(error, "GetObject")  # type: ignore[arg-type]
        first, last = (int(text) for text in asked["Range"].removeprefix("bytes=").split("-"))
        part = self.data[first : last + 1]
        span = f"bytes {first}-{first + len(part) - 1}/{len(self.data)}"
        return {"Body": io.BytesIO(part), "ContentRange": span, "ETag": '"e"', "ContentLength": len(part)}


@pytest.fixture(scope="module")
def runner() -> InProcess:
    """Return a runner in this process over the compiled routes."""
    return InProcess(from_json(routes_path().read_bytes()))


def source(client: Object) -> S3Source:
    """Return a source over the object."""
    return S3Source(client, "b", WORK.place.key, WORK.version_id)


def test_an_examination_is_an_envelope_and_what_lists_show(runner: InProcess) -> None:
    """Who it belongs to, what it is, what was claimed, what it cost."""
    examined = examine(WORK, source(Object(b"a,b\n1,2\n3,4\n5,6\n")), runner.run, 5)
    assert isinstance(examined, Examined)
    envelope = msgspec.json.decode(examined.envelope, type=Envelope)
    assert (envelope.document.id, envelope.document.version_id, envelope.document.owner, envelope.document.project) == (
        DOC,
        "v1",
        "me",
        "house",
    )
    assert (envelope.document.etag, envelope.document.size_bytes, envelope.document.created_at) == (
        "e",
        16,
        "2025-11-24T16:00:00.000Z",
    )
    assert (envelope.claims.declared, envelope.mismatch) == ("application/pdf", True)
    assert (examined.status, examined.outcome, examined.media_type, examined.facts) == (
        Status.COMPLETED,
        "complete",
        "text/csv",
        {"row_count": 3, "column_count": 2},
    )
    assert (examined.bytes_read, examined.requests, examined.passing) == (16, 1, False)


def test_a_document_without_a_head_has_no_name(runner: InProcess) -> None:
    """What came without the API is told by its bytes alone."""
    work = Work(place=WORK.place, version_id="v1", created_at="2026", head=None)
    examined = examine(work, source(Object(b"%PDF-1.7 cut")), runner.run, 5)
    assert isinstance(examined, Examined)
    assert examined.media_type == "application/pdf"
    assert msgspec.json.decode(examined.envelope, type=Envelope).document.name == ""


def test_an_object_that_cannot_be_opened_is_not_run() -> None:
    """Nothing is forked for what is not there."""

    def never(source: ByteSource, task: Task) -> Findings:
        raise AssertionError(source, task)

    assert examine(WORK, source(Object(b"", 0, "NoSuchKey")), never, 5) == GONE


@pytest.mark.parametrize(
    ("code", "failure"), [("SlowDown", Failure("SlowDown", terminal=False)), ("NoSuchVersion", GONE)]
)
def test_an_object_that_fails_midway_is_not_half_examined(runner: InProcess, code: str, failure: Failure) -> None:
    """Whatever an extractor made of the bytes that did come, the failure is the answer."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("far.bin", bytes(BLOCK * 3))
    far = archive.getvalue()
    assert examine(WORK, source(Object(far, 1, code)), runner.run, 5) == failure


def test_a_facet_that_may_pass_makes_the_document_one_that_may_pass() -> None:
    """A service that was throttled for the thumbnail is asked again, with the whole document."""
    facets = (
        FacetFindings(facet="metadata", outcome=Outcome.COMPLETE),
        FacetFindings(facet="thumbnail", outcome=Outcome.FAILED, transient=True),
    )
    examined = examine(WORK, source(Object(b"x")), lambda _source, _task: Findings(facets=facets), 5)
    assert isinstance(examined, Examined)
    assert examined.passing


def test_a_reason_is_bounded() -> None:
    """Lists show it, the envelope has the whole."""
    facet = FacetFindings(facet="metadata", outcome=Outcome.CORRUPT, reason="x" * 500)
    examined = examine(WORK, source(Object(b"x")), lambda _source, _task: Findings(facets=(facet,)), 5)
    assert isinstance(examined, Examined)
    assert (examined.status, examined.reason) == (Status.FAILED, "x" * 300)
    assert msgspec.json.decode(examined.envelope, type=Envelope).facets["metadata"].reason == "x" * 500


def test_every_outcome_has_a_settled_status() -> None:
    """No document is left unfinished by what was found."""
    assert set(STATUS) == set(Outcome)
    assert all(status.settled for status in STATUS.values())


def test_the_facts_of_lists_are_few_and_short() -> None:
    """A title is cut, nothing that is zero is shown, and the item stays small."""
    core = Core(title="x" * 4000, page_count=3, entry_count=0, authors=["a"] * 200, description="y" * 4000)
    assert telling(core) == {"title": "x" * 120, "page_count": 3}
