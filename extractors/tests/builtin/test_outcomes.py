"""How it went is told honestly, in every family: cut off, broken, encrypted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import promised_files
import pytest

from firstbytes.envelope import Document, Outcome
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import FacetFindings, InProcess, Task
from firstbytes.source import BytesSource

SAMPLES = Path(__file__).parents[3] / "samples"

CUT = (
    ("archive", "press-kit.zip", 90, "the central directory is missing"),
    ("archive", "letters.7z", 90, "the header at the end is missing"),
    ("archive", "letters.tar.gz", 50, "the end of the stream is missing"),
    ("archive", "exhibition-cd.iso", 90, "the end of the image is missing"),
    ("audio", "fog-signal.wav", 50, "the sound data is cut off"),
    ("audio", "fog-horn.mp3", 90, "bytes are missing at the end"),
    ("audio", "relief-boat.wma", 50, "8423 of 16846 bytes are there"),
    ("certificate", "ternholm.pem", 50, "the last object is cut off"),
    ("columnar", "weather.arrow", 90, "the last message is cut off"),
    ("columnar", "loans.avro", 90, "the last block is cut off"),
    ("email", "loan-request.eml", 90, "the message is cut off"),
    ("email", "season-2026.ics", 50, "VEVENT has no end"),
    ("font", "TernholmSans-Regular.ttf", 90, "tables are missing at the end"),
    ("geo", "crossing.gpx", 50, "not well-formed"),
    ("geo", "cliff.las", 90, "points are missing at the end"),
    ("image", "midsummer.jpg", 90, "cut off in the picture"),
    ("image", "keepers-letter.tif", 90, "cut off"),
    ("image", "telephone.heic", 90, "cut off"),
    ("json", "collection.json", 90, "not well-formed"),
    ("json", "door-counter.ndjson", 90, "1 of 45 sampled lines are not JSON"),
    ("model", "tower.glb", 90, "buffers are missing at the end"),
    ("office", "guide.docx", 90, "no central directory"),
    ("office", "press-release.rtf", 90, "the document has no end"),
    ("pdf", "annual-report.pdf", 50, "the end of the file is missing"),
    ("text", "news.atom", 90, "not well-formed"),
    ("video", "welcome.mp4", 50, "the media data is cut off"),
    ("video", "crossing.mov", 90, "the movie header is cut off"),
    ("video", "newsreel.wmv", 90, "bytes are there"),
    ("video", "last-keeper.mkv", 50, "the file is cut off"),
)
BROKEN = (
    ("archive", "ternholm-beacon-1.0-1.noarch.rpm", 50, "a header is cut off"),
    ("certificate", "ternholm.der", 50, "cut off"),
    ("columnar", "weather.parquet", 90, "no footer"),
    ("columnar", "weather.orc", 90, "no postscript"),
    ("font", "TernholmDigits.ttc", 50, "ends early"),
    ("image", "chart.tif", 50, "no directory"),
    ("office", "minutes.doc", 50, "the directory is not in the file"),
    ("video", "postcard.3gp", 50, "no moov box"),
)
ENCRYPTED = (
    ("wages.pdf", (SAMPLES / "wages.pdf").read_bytes(), "needs a password"),
    ("contracts.docx", (SAMPLES / "contracts.docx").read_bytes(), "the whole document is encrypted"),
    ("sealed.zip", promised_files.sealed_zip(), "the entries are encrypted"),
)


@cache
def table() -> RouteTable:
    """Return the table of the built-in extractors."""
    builtin = discover(allow=())
    return compile_table(builtin.claims, builtin.signatures)


def examined(name: str, data: bytes) -> FacetFindings:
    """Return how the metadata of a file went."""
    return InProcess(table()).run(BytesSource(data), Task(document=Document(name=name))).facets[0]


def part(file: str, percent: int) -> bytes:
    """Return the first so many per cent of a sample."""
    data = (SAMPLES / file).read_bytes()
    return data[: len(data) * percent // 100]


@pytest.mark.parametrize(("family", "file", "percent", "reason"), CUT)
def test_a_file_that_is_cut_off_is_partial(family: str, file: str, percent: int, reason: str) -> None:
    """What is there is told, and that the rest is not there."""
    found = examined(file, part(file, percent))

    assert (found.outcome, reason in found.reason) == (Outcome.PARTIAL, True), found.reason
    assert found.facts, family


@pytest.mark.parametrize(("family", "file", "percent", "reason"), BROKEN)
def test_a_file_without_its_main_structure_is_corrupt(family: str, file: str, percent: int, reason: str) -> None:
    """Where the part that tells of the rest is gone, nothing is told."""
    found = examined(file, part(file, percent))

    assert (found.outcome, reason in found.reason) == (Outcome.CORRUPT, True), found.reason
    assert not found.facts, family


@pytest.mark.parametrize(("name", "data", "reason"), ENCRYPTED, ids=[row[0] for row in ENCRYPTED])
def test_an_encrypted_file_says_so_and_what_its_wrapping_tells(name: str, data: bytes, reason: str) -> None:
    """The outcome is `encrypted`, `core.encrypted` is true."""
    found = examined(name, data)

    assert (found.outcome, reason in found.reason) == (Outcome.ENCRYPTED, True), found.reason
    assert found.facts["core"]["encrypted"] is True


def test_a_text_that_ends_within_a_character_is_text() -> None:
    """UTF-16 of an odd number of bytes."""
    found = examined("clockwork.txt", (SAMPLES / "clockwork.txt").read_bytes()[:95])

    assert (found.outcome, found.facts["core"]["encoding"]) == (Outcome.COMPLETE, "utf-16le")
