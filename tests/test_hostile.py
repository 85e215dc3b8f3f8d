"""Files made to break parsers, through the sandbox the command uses."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import msgspec
import pytest

from bench.hostile.bombs import BOMBS
from bench.hostile.mutate import mutations, seeds
from firstbytes import BytesSource
from firstbytes.assemble import assemble
from firstbytes.envelope import Document, Envelope, Outcome
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import Task
from firstbytes.sandbox import Limits, Pool
from firstbytes.schema import envelope_schema

ROOT = Path(__file__).parent.parent
TIMEOUT_S = 20.0
MUTANTS = 10_000
SHARDS = 8
NOT_A_RESULT = {Outcome.FAILED}

Examine = Callable[[str, bytes], Envelope]


@pytest.fixture(scope="module")
def table() -> RouteTable:
    """The routes of what is installed."""
    found = discover()
    assert not found.problems
    return compile_table(found.claims, found.signatures)


@pytest.fixture(scope="module")
def examine(table: RouteTable) -> Iterator[Examine]:
    """Return a function that examines bytes in a pooled child and validates the envelope."""
    validator = jsonschema.Draft202012Validator(envelope_schema())
    with Pool(table) as pool:

        def one(name: str, data: bytes) -> Envelope:
            document = Document(name=name, size_bytes=len(data))
            envelope = assemble(document, pool.run(BytesSource(data), Task(document=document, timeout_s=TIMEOUT_S)))
            validator.validate(msgspec.json.decode(msgspec.json.encode(envelope)))
            return envelope

        yield one


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_has_an_outcome(examine: Examine, name: str) -> None:
    """Each hostile file ends in time with an outcome that is not a bug or a crash, within the budget."""
    data = BOMBS[name]()
    started = time.monotonic()
    envelope = examine(name, data)
    assert time.monotonic() - started < TIMEOUT_S
    report = envelope.facets["metadata"]
    assert report.outcome not in NOT_A_RESULT, report.reason
    assert report.reason != "time"
    assert envelope.sniffed_by.requests <= 5
    assert envelope.sniffed_by.bytes_read + report.bytes_read <= 16 << 20


def test_no_title_carries_controls(examine: Examine) -> None:
    """NUL, newlines, escapes, direction overrides and lone surrogates of a title do not reach the envelope."""
    title = examine("title.pdf", BOMBS["title.pdf"]()).core.title or ""
    assert title
    assert not set(title) & {chr(c) for c in (*range(32), 0x7F, 0x202E, 0x2066)}


def test_bombs_fit_in_little_memory(table: RouteTable) -> None:
    """Every bomb is examined by a child that may not have more than 400 MB of address space."""
    with Pool(table, limits=Limits(memory_mb=400)) as pool:
        for name, make in BOMBS.items():
            data = make()
            findings = pool.run(BytesSource(data), Task(document=Document(name=name), timeout_s=TIMEOUT_S))
            assert {f.reason for f in findings.facets} & {"memory"} == set(), name


@pytest.mark.parametrize("shard", range(SHARDS))
def test_mutants_have_outcomes(examine: Examine, shard: int) -> None:
    """Seeded mutations of the samples never hang, crash a child, or end as a bug."""
    files = seeds(ROOT / "samples")
    assert len(files) > 80
    reports = Counter[str]()
    bugs = []
    for index, (name, data) in enumerate(mutations(files, MUTANTS // SHARDS, seed=shard)):
        for facet, report in examine(name, data).facets.items():
            reports[report.outcome] += 1
            if report.outcome is Outcome.FAILED or report.reason == "time":
                bugs.append(f"shard {shard} mutant {index} of {name}: {facet} of {report.extractor}: {report.reason}")
    assert not bugs, "\n".join(bugs[:20]) + f"\n({len(bugs)} of {sum(reports.values())})"
    assert reports[Outcome.COMPLETE]
    assert reports[Outcome.CORRUPT]


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """Examining every sample writes nothing into the working folder and leaves no private folder."""
    before = set(os.listdir("/tmp"))  # noqa: PTH208 - it is what must not change
    import subprocess
    import sys

    command = [sys.executable, "-m", "firstbytes", "extract", "--json", "-r", str(ROOT / "samples")]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    assert not list(tmp_path.iterdir())
    left = {name for name in set(os.listdir("/tmp")) - before if name.startswith("firstbytes-")}  # noqa: PTH208
    assert not {name for name in left if not _of_another_test(name)}


def _of_another_test(name: str) -> bool:
    """Other workers of this test run have sandboxes of their own, which are still running."""
    return any(name in Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace") for pid in _pids())


def _pids() -> list[str]:
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and Path(f"/proc/{pid}/cmdline").exists()]  # noqa: PTH208
