"""Files made to hurt, through the real lane: each ends in a status with a reason, and the next document is served."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firstbytes.claims import Claim
from firstbytes.routes import compile_table
from firstbytes.sandbox import Forked
from firstbytes.spec import Extractor
from functions import keys, router
from functions.envelopes import unpack
from functions.events import look_again
from functions.sandbox import Sandbox
from functions.store.documents import Documents
from functions.store.items import Status

EXTRACTOR = """
import os, signal, time

def extract(source, ctx):
    match source.read(0, 5):
        case b"abort":
            os.abort()
        case b"sleep":
            time.sleep(60)
        case b"spins":
            while True:
                pass
        case b"bug..":
            raise KeyError("secret of the file")
        case b"eats.":
            return {"x": bytearray(1 << 40)}
    return {"core": {"line_count": 1}}
"""
BUCKET = "documents-bucket"
PLACE = keys.Place(owner="me", document_id="0" * 32)


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Return a sandbox with one extractor, for everything."""
    (tmp_path / "poison_extractor.py").write_text(EXTRACTOR, "utf-8")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    extractor = Extractor("poison", accepts=("*/*",), entry="poison_extractor:extract")
    table = compile_table([Claim(extractor=extractor, plugin="p", distribution="poison", version="1")])
    made = Sandbox(lambda: Forked(table))
    yield made
    made.close()


@pytest.fixture
def fast(s3: Any, dynamodb: Any, sandbox: Sandbox, own_logger: None) -> router.Fast:
    """Return the fast lane over that sandbox."""
    del s3, dynamodb, own_logger
    environ = {
        "DOCUMENTS_TABLE": "documents",
        "DOCUMENTS_BUCKET": BUCKET,
        "ARTIFACTS_BUCKET": "artifacts-bucket",
        "INTAKE_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/none",
    }
    return router.wire(environ, sandbox)


def deliver(fast: router.Fast, version_id: str, left_s: float = 90.0) -> bool:
    """Deliver the event of a version; return whether it shall come again."""
    record = {"messageId": "m", "receiptHandle": "h", "body": look_again(PLACE, version_id, BUCKET)}
    return bool(router.handle({"Records": [record]}, "r", left_s, fast)["batchItemFailures"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"abort", "crashed: SIGABRT"), (b"bug..", "KeyError: 'secret of the file' (poison_extractor.py:14)")],
)
def test_what_crashes_or_breaks_an_extractor_is_tried_thrice_and_then_told(
    fast: router.Fast, s3: Any, documents: Documents, capsys: pytest.CaptureFixture[str], body: bytes, reason: str
) -> None:
    """The last attempt's envelope says who failed and how; the log has no text of the file."""
    version_id = s3.put_object(Bucket=BUCKET, Key=PLACE.key, Body=body)["VersionId"]
    assert [deliver(fast, version_id) for _ in range(4)] == [True, True, False, False]
    head = documents.read_head(PLACE.document_id)
    version = documents.read_version(PLACE.document_id, version_id)
    assert head is not None
    assert version is not None
    assert (head.status, head.reason, head.since, version.attempt) == (Status.FAILED, reason, 0, 3)
    report = json.loads(unpack(version.envelope))["facets"]["metadata"]
    assert (report["outcome"], report["extractor"]) == ("failed", "poison")
    out = capsys.readouterr().out
    assert out.count('"released"') == 2 * len(("log line", "property of the metrics"))
    assert "secret" not in out


@pytest.mark.parametrize(("body", "reason"), [(b"sleep", "time"), (b"spins", "time"), (b"eats.", "memory")])
def test_what_goes_beyond_a_limit_is_partial_at_once(
    fast: router.Fast, s3: Any, documents: Documents, body: bytes, reason: str
) -> None:
    """When the deadline nears, what was found so far is the result: type, size, and which limit it was."""
    version_id = s3.put_object(Bucket=BUCKET, Key=PLACE.key, Body=body)["VersionId"]
    assert not deliver(fast, version_id, left_s=router.MARGIN_S + 1.5)
    head = documents.read_head(PLACE.document_id)
    assert head is not None
    assert (head.status, head.outcome, head.reason, head.media_type) == (
        Status.PARTIAL,
        "limited",
        reason,
        "text/plain",
    )
    fine = s3.put_object(Bucket=BUCKET, Key=PLACE.key, Body=b"fine")["VersionId"]
    assert not deliver(fast, fine)
    after = documents.read_head(PLACE.document_id)
    assert after is not None
    assert (after.status, after.facts, after.version_id) == (Status.COMPLETED, {"line_count": 1}, fine)
