"""The grader of media type accuracy: what counts as what, and that its tables hold together."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import accuracy
from bench.corpus import select, types
from bench.corpus.model import Candidate, Truth

KNOWN = types.load()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("truth", "answer", "expected"),
    [
        ("image/png", "image/png", "exact"),
        ("text/html", "text/html; charset=utf-8", "exact"),
        ("audio/vnd.wave", "audio/x-wav", "exact"),
        (DOCX, "application/zip", "coarse"),
        ("image/svg+xml", "text/plain", "coarse"),
        ("image/svg+xml", "text/xml", "coarse"),
        ("image/png", None, "none"),
        ("image/png", "application/octet-stream", "none"),
        ("image/png", "image/jpeg", "wrong"),
        ("application/zip", DOCX, "wrong"),
    ],
)
def test_grade(truth: str, answer: str | None, expected: str) -> None:
    """Equal names are exact, ancestors coarse, octet-stream is no answer, and a descendant is wrong."""
    assert accuracy.grade(truth, answer, KNOWN) == expected


def test_one_name_a_type() -> None:
    """No name of the list of equal names is another type's own name."""
    assert not set(KNOWN.names) & set(KNOWN.names.values())
    assert not set(KNOWN.names) & set(KNOWN.families)


def test_ancestors_are_canonical_and_without_cycles() -> None:
    """Every parent is a canonical name; only the two CMS types are each other's parents."""
    for media_type in KNOWN.families:
        for parent in KNOWN.ancestors(media_type):
            assert KNOWN.canonical(parent) == parent
            assert media_type not in KNOWN.ancestors(parent) or "pkcs7" in media_type, (media_type, parent)


def test_figures() -> None:
    """A rare type weighs as much as a common one in the average over types."""
    entries = [
        select.Entry(path="a", media_type=kind, family="f", split="dev", truth="made", source="s", sha256="")
        for kind in ("image/png", "image/png", "image/png", "image/gif")
    ]
    grades = ("exact", "exact", "wrong", "none")
    graded = [
        accuracy.Graded(tool="t", names="names", entry=entry, answer="", grade=grade)
        for entry, grade in zip(entries, grades, strict=True)
    ]
    figures = accuracy.figures(graded)
    assert figures["exact"] == 50.0
    assert figures["wrong"] == figures["none"] == 25.0
    assert figures["types"] == pytest.approx((200 / 3 + 0) / 2)


def test_choice_is_bounded_and_keeps_one_copy(tmp_path: Path) -> None:
    """At most 25 files a type, each content once, and types that no register knows are left out."""
    candidates = []
    for number in range(60):
        path = tmp_path / str(number)
        path.write_bytes(b"%d" % (number // 2))
        kind = "image/png" if number < 58 else "image/x-made-up"
        candidates.append(
            Candidate(path=path, name=path.name, media_type=kind, truth=Truth.MADE, source=f"s{number % 3}")
        )
    chosen = [entry for _, entry in select.choose(candidates, KNOWN)]
    assert len(chosen) == 25
    assert {entry.media_type for entry in chosen} == {"image/png"}
    assert len({entry.sha256 for entry in chosen}) == 25
    assert {entry.source for entry in chosen} == {"s0", "s1", "s2"}
