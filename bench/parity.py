"""Our values against exiftool's, mediainfo's and the standard library's, field by field.

For each format, over the corpus (`.corpus`, where it was built) and the samples: of the listed fields, how many of the
values that the peer gives do we give too (`given`), and how many of those are equal after normalising (`equal`).

    python -m bench.parity              print the table and write docs/parity.md
    python -m bench.parity --list       print every difference and every missing value
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bench.parity_fields import FORMATS, Field, Format
from bench.parity_peers import PEERS
from bench.report import say, table
from bench.throughput import corpus
from firstbytes import Budget
from firstbytes.cli import reports, work
from firstbytes.cli.inputs import Input
from firstbytes.envelope import Envelope, Outcome, outcome_of

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "parity.md"
PER_FORMAT = 25
READABLE = {Outcome.COMPLETE, Outcome.PARTIAL}


@dataclass(slots=True)
class Score:
    """How one format fares against one peer."""

    files: int = 0
    theirs: int = 0
    given: int = 0
    equal: int = 0
    notes: list[str] = field(default_factory=list)


def envelopes(paths: Sequence[Path]) -> Iterator[tuple[Path, Envelope]]:
    """Yield the envelope of every file that could be read."""
    with closing(work.runner(reports.table(None), "pool", Budget())) as runner:
        for path in paths:
            result = work.examine(Input(str(path)), runner, facets=None, timeout_s=60)
            if result.envelope and outcome_of(result.envelope) in READABLE:
                yield path, result.envelope


def ours(envelope: Envelope) -> dict[str, Any]:
    """Return our facts in one mapping: core, and the extractor's own."""
    return {**envelope.type_specific.get("metadata", {}), **msgspec.to_builtins(envelope.core)}


def compare(
    path: Path, fields: Sequence[Field], theirs: Mapping[str, Any], facts: Mapping[str, Any], score: Score
) -> None:
    """Add one file to a score."""
    score.files += 1
    for one in fields:
        expected = one.theirs(theirs)
        if expected in (None, "", [], ()):
            continue
        score.theirs += 1
        got = one.ours(facts)
        if got in (None, "", [], ()):
            score.notes.append(f"{path.name}: {one.name}: missing, expected {expected!r}")
            continue
        score.given += 1
        if one.same(expected, got):
            score.equal += 1
        else:
            score.notes.append(f"{path.name}: {one.name}: expected {expected!r}, got {got!r}")


def measure(paths: Sequence[Path]) -> dict[tuple[str, str], Score]:
    """Return (format, peer) -> score over the files whose type has a list of fields."""
    by_format: dict[str, list[tuple[Path, Envelope]]] = defaultdict(list)
    for path, envelope in envelopes(paths):
        for form in FORMATS:
            if envelope.media_type in form.media_types and len(by_format[form.name]) < PER_FORMAT:
                by_format[form.name].append((path, envelope))
    scores: dict[tuple[str, str], Score] = {}
    for form in FORMATS:
        _measure_format(form, by_format[form.name], scores)
    return scores


def _measure_format(form: Format, files: Sequence[tuple[Path, Envelope]], scores: dict[tuple[str, str], Score]) -> None:
    for peer, fields in form.fields.items():
        answers = PEERS[peer]([path for path, _ in files]) if files else {}
        score = scores.setdefault((form.name, peer), Score())
        for path, envelope in files:
            if theirs := answers.get(path):
                compare(path, fields, theirs, ours(envelope), score)


def percent(part: int, whole: int) -> str:
    """Return a share as text."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def page(scores: Mapping[tuple[str, str], Score], what: str) -> str:
    """Return docs/parity.md."""
    rows = [
        (form, peer, s.files, s.theirs, percent(s.given, s.theirs), percent(s.equal, s.given))
        for (form, peer), s in scores.items()
        if s.files
    ]
    fields = [
        (form.name, peer, ", ".join(f"`{one.name}`" for one in ones))
        for form in FORMATS
        for peer, ones in form.fields.items()
    ]
    notes = [
        f"- {form}, {peer}: {note}" for (form, peer), s in scores.items() for note in s.notes if "missing" not in note
    ]
    return "\n".join(
        [
            "# Parity",
            "",
            "<!-- written by `python -m bench.parity` -->",
            "",
            f"Our values against those of established tools, over {what}; at most {PER_FORMAT} files a format.",
            "*Given*: of the listed fields that the peer has a value for, how many we have one for.",
            "*Equal*: how many of those are the same after normalising units, time zones and spelling;",
            "of lists, whether all that the peer names is among ours, since we merge the sources it chooses from.",
            "",
            table(("format", "peer", "files", "values", "given", "equal"), rows),
            "",
            "## The fields",
            "",
            table(("format", "peer", "fields"), fields),
            "",
            "## What differs",
            "",
            *(notes or ["Nothing."]),
            "",
        ]
    )


def main() -> int:
    """Measure, write the page, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.parity", description=__doc__)
    parser.add_argument("--list", action="store_true", help="print every difference and missing value")
    parser.add_argument("--samples", action="store_true", help="only samples/, and write no page")
    options = parser.parse_args()
    samples = sorted(p for p in (ROOT / "samples").iterdir() if p.is_file())
    what, files = ("samples/", []) if options.samples else corpus()
    scores = measure([*files, *samples])
    for (form, peer), s in scores.items():
        given, equal = percent(s.given, s.theirs), percent(s.equal, s.given)
        say(f"{form:6} {peer:10} {s.files:3} files  given {given:>7}  equal {equal:>7}")
        if options.list:
            print(json.dumps({"format": form, "peer": peer, "notes": s.notes}, indent=1, ensure_ascii=False))
    if not options.samples:
        PAGE.write_text(page(scores, f"{what} and samples/"), "utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed: {error.stderr}")
