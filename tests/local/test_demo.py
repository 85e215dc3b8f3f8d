"""The demo shows what became of every sample, and is red when one is not what is expected."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from firstbytes.cli import render
from firstbytes.envelope import Envelope, Outcome
from local import demo
from local.demo import STATUS, Result, judge, line, process, record
from local.platform import Platform
from samples.expected import Expected, read_expected

ENVELOPE = msgspec.json.decode(
    b"""{"schema_version": "1.0",
    "document": {"id": "d", "version_id": "v", "owner": "o", "project": "", "name": "a.pdf", "size_bytes": 9,
                 "etag": "", "created_at": ""},
    "media_type": "application/pdf", "claims": {}, "mismatch": false,
    "sniffed_by": {"how": "signature", "rule": "r", "bytes_read": 100, "requests": 1},
    "core": {"page_count": 3},
    "type_specific": {},
    "facets": {"metadata": {"outcome": "complete", "bytes_read": 20, "requests": 1, "ms": 1.25},
               "text": {"outcome": "complete", "bytes_read": 3, "requests": 1, "ms": 0.5}}}""",
    type=Envelope,
)
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
ROW = Expected("a.pdf", "application/pdf", "complete", "page_count=3")
DOCUMENT = {"id": "d", "status": "completed"}


def test_every_outcome_has_the_status_that_a_document_then_has() -> None:
    """No outcome is without one."""
    assert STATUS.keys() == set(Outcome)


def test_what_is_as_expected_has_no_difference() -> None:
    """Status, type, outcome and fact agree."""
    assert judge(ROW, DOCUMENT, ENVELOPE).wrong == ()


@pytest.mark.parametrize(
    ("row", "document", "envelope", "wrong"),
    [
        (ROW, DOCUMENT | {"status": "failed"}, ENVELOPE, ("expected completed, got failed",)),
        (replace(ROW, fact="page_count=4"), DOCUMENT, ENVELOPE, ("expected page_count = 4, got 3",)),
        (replace(ROW, media_type="image/png"), DOCUMENT, ENVELOPE, ("expected image/png, got application/pdf",)),
        (ROW, DOCUMENT, None, ("expected an envelope, got none",)),
    ],
)
def test_each_difference_is_said(row: Expected, document: Any, envelope: Envelope | None, wrong: tuple[str]) -> None:
    """Whatever is not as expected is named with both sides."""
    assert judge(row, document, envelope).wrong == wrong


def test_a_line_says_what_it_cost() -> None:
    """Bytes that were read and milliseconds are those of all that read the document."""
    text = line(judge(ROW, DOCUMENT, ENVELOPE), render.Columns(8, 14)).plain
    assert text == "a.pdf     PDF document    complete        123 B      1.8 ms  3 pages"


def test_a_document_without_an_envelope_has_a_line_too() -> None:
    """It is the one to look at."""
    result = judge(ROW, DOCUMENT | {"status": "failed"}, None)
    assert line(result, render.Columns(8, 14)).plain == "a.pdf  failed, without an envelope"
    assert record(result)["differences"] == ["expected completed, got failed", "expected an envelope, got none"]


def test_in_a_pipe_no_progress_is_shown() -> None:
    """What is no terminal gets no moving bars."""
    file = io.StringIO()
    with demo.progress(Console(file=file), 3) as advance:
        advance("uploaded")
    assert file.getvalue().strip() == ""


def test_the_summary_counts_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """How many ended how, and what differs."""
    results: list[Result] = [judge(ROW, DOCUMENT, ENVELOPE), judge(ROW, DOCUMENT | {"status": "failed"}, ENVELOPE)]
    demo.show(results, as_json=False, seconds=1.25)
    out = capsys.readouterr().out
    assert "2 documents in 1.2 s: 1 completed, 1 failed; 246 B read; 1 differ from samples/expected.tsv" in out
    assert out.endswith("  a.pdf: expected completed, got failed\n")


@pytest.mark.slow
def test_every_sample_goes_the_whole_way(platform: Platform) -> None:
    """Sign-in, upload, event, queue, router, table, API: each ends as samples/expected.tsv says."""
    client = platform.client(platform.user("samples@example.com"))
    advanced: list[str] = []
    rows = list(read_expected())
    results = process(client, rows, advanced.append)
    assert [result.wrong for result in results if result.wrong] == []
    assert sorted(advanced) == sorted(["uploaded", "read"] * len(rows))
    shown = README.partition("<!-- some lines of: make demo")[2].partition("```text\n")[2].partition("\n...\n")[0]
    widths = render.columns(Console(width=4096), max(len(row.file) for row in rows))
    printed = {unmeasured(str(line(result, widths))) for result in results}
    assert [text for text in unmeasured(shown).splitlines() if text not in printed] == []


def unmeasured(text: str) -> str:
    """Return lines of the demo without what differs from run to run: bytes and times."""
    return re.sub(r" +[\d.]+ k?B +[\d.]+ ms", "", text)
