"""The contract every extractor keeps, as tests to inherit. Needs pytest.

    class TestSqlite(ExtractorContract):
        extractor = "sqlite"
        samples = (Path("tests/a.db"), b"SQLite format 3...")

or, where a sample is made on the spot, a fixture `sample` that returns its bytes. Each test runs once a sample.
"""

from __future__ import annotations

import inspect
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from firstbytes.errors import Corrupt, Decline
from firstbytes.registry import rank
from firstbytes.source import BlockCache, Budget, BytesSource, Metered
from firstbytes.spec import Lane
from firstbytes.testing import checks, watch
from firstbytes.testing.harness import Harness, Sample, as_sample, damaged, entry_of
from firstbytes.testing.sources import CountingSource, FlakySource, ShortSource

_DECLARE = """
import contextlib, importlib, io, json, sys
import firstbytes.errors, firstbytes.hookspecs, firstbytes.media, firstbytes.spec
before = set(sys.modules)
with contextlib.redirect_stdout(io.StringIO()):
    importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - before)))
"""


class ExtractorContract(Harness):
    """Subclass it, name the extractor and give it samples."""

    # The declaration.

    def test_entry_can_be_called(self) -> None:
        """The entry is importable and takes a source and a context."""
        entry = entry_of(self.claim)

        assert callable(entry), f"expected a function behind {self.claim.extractor.entry!r}, got {entry!r}"
        inspect.signature(entry).bind(object(), object())

    def test_declaration_imports_only_firstbytes(self) -> None:
        """The module behind the entry point imports only firstbytes and the standard library."""
        own = {"firstbytes", self.plugin.module.partition(".")[0]} | sys.stdlib_module_names
        foreign = [name for name in _declared_modules(self.plugin.module) if name.partition(".")[0] not in own]

        assert not foreign, f"expected {foreign[0]!r} to be imported inside the function that needs it"

    def test_declaration_is_light(self) -> None:
        """Importing the declaration loads few modules, so that listing plugins stays quick."""
        added = _declared_modules(self.plugin.module)
        # Packages say more than what is in them.
        shown = ", ".join(list(dict.fromkeys(name.partition(".")[0] for name in added))[:8]) + " ..."

        assert len(added) <= self.max_modules, f"expected at most {self.max_modules} modules, got {len(added)}: {shown}"

    def test_declaration_imports_quietly(self) -> None:
        """Importing the declaration prints nothing: it would end up in the middle of somebody's JSON."""
        assert not self.plugin.printed, f"expected {self.plugin.module} to print nothing when it is imported"

    def test_needs_fit_the_lane(self) -> None:
        """What it needs can be had on its lane, and permissions are asked for only where a role is."""
        needs = self.claim.extractor.needs

        assert replace(needs) == needs
        assert needs.lane is not Lane.INLINE or not needs.permissions

    # A good file.

    def test_sample_is_sniffed_as_accepted(self, sample: bytes | Sample) -> None:
        """The sample is what the extractor accepts, by its bytes (and its suffix, where they do not decide)."""
        media_type = self.sniff(sample)
        accepts = self.claim.extractor.accepts

        assert any(rank(pattern, media_type) is not None for pattern in accepts), (
            f"expected a type that {accepts} covers, got {media_type}; declare a Signature for it?"
        )

    def test_result_is_json(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """The result is a mapping of plain JSON."""
        result = self.extract(sample, tmp_path)

        assert isinstance(result, Mapping), f"expected a mapping, got {type(result).__name__}"
        _none_of(checks.json_problems(result))

    def test_result_fits_an_envelope(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """The result is bounded: 256 KB, 20 levels, 2,000 keys, 1,000 items a list, 4 KB a text."""
        _none_of(checks.bound_problems(self.extract(sample, tmp_path)))

    def test_core_is_the_shared_vocabulary(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Names under `core` are in the vocabulary, and their values are within its bounds."""
        _none_of(checks.core_problems(self.extract(sample, tmp_path)))

    def test_own_keys_are_snake_case(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Own keys are snake_case; `outcome` and `reason` say what they may."""
        _none_of(checks.key_problems(self.extract(sample, tmp_path)))

    def test_two_runs_agree(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """The same bytes give the same answer, in the same order: no clock, no set, no chance."""
        first, second = (json.dumps(self.extract(sample, tmp_path), default=repr) for _ in range(2))

        assert first == second

    # How it reads.

    def test_reads_within_its_budget(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Sniffing and extracting together take few reads and few bytes."""
        good = as_sample(sample)
        counting = CountingSource(good.data)
        source = BlockCache(Metered(counting, Budget(max_bytes=self.max_bytes, max_reads=self.max_reads)))
        self.call(source, self.sniff(good, source), tmp_path, good.name)

        assert counting.reads <= self.max_reads
        assert counting.bytes_read <= self.max_bytes

    def test_ranges_are_enough(self, sample: bytes | Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It gets by with `size` and `read`: no path, no file, nothing in the working directory."""
        good = as_sample(sample)
        expected = self.extract(good, tmp_path)
        empty = tmp_path / "empty"
        empty.mkdir()
        monkeypatch.chdir(empty)

        assert self.call(BytesSource(good.data), self.sniff(good), tmp_path, good.name) == expected

    def test_short_reads(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """A source that returns less than was asked for is survived."""
        good = as_sample(sample)
        for at_most in (0, 1, 16, 100, 4096, 65535):
            self.survives(ShortSource(good.data, at_most), self.sniff(good), tmp_path, f"{at_most} bytes a read")

    def test_failing_source_is_not_a_corrupt_file(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """When the network goes away, that is not blamed on the file: it would never be tried again."""
        good = as_sample(sample)
        for reads in range(4):
            raised = self.survives(FlakySource(good.data, reads), self.sniff(good), tmp_path, f"{reads} good reads")

            assert not isinstance(raised, Corrupt | Decline), (
                f"expected SourceError to get out after {reads} good reads, got {type(raised).__name__}: {raised}"
            )

    def test_small_budget(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """When the budget is used up, that gets out, or the answer did without the rest."""
        good = as_sample(sample)
        for reads in range(4):
            source = Metered(BytesSource(good.data), Budget(max_reads=reads))
            self.survives(source, self.sniff(good), tmp_path, f"a budget of {reads} reads")

    # A bad file.

    def test_truncation(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Cut at every 64th of its length, the file gives a sound answer or a declared error."""
        good = as_sample(sample)
        media_type = self.sniff(good)
        for part in range(64):
            cut = good.data[: len(good.data) * part // 64]
            self.survives(BytesSource(cut), media_type, tmp_path, f"the first {len(cut)} bytes")

    def test_flipped_bytes(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """With bytes changed here and there, the file gives a sound answer or a declared error."""
        good = as_sample(sample)
        media_type = self.sniff(good)
        for seed in range(self.flips):
            bad = damaged(good.data, seed)
            self.survives(BytesSource(bad), media_type, tmp_path, f"damage number {seed}")

    def test_not_this_format_at_all(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Nothing, a byte, zeros, noise and a header without its body give a sound answer or a declared error."""
        good = as_sample(sample)
        noise = random.Random(1).randbytes(70_000)  # noqa: S311 - the same noise every time
        wrong = {
            "no bytes": b"",
            "one byte": good.data[:1],
            "zeros": bytes(70_000),
            "noise": noise,
            "its own header before zeros": good.data[:512] + bytes(70_000),
            "its own header before noise": good.data[:512] + noise,
            "itself backwards": good.data[::-1],
        }
        media_type = self.sniff(good)
        for what, data in wrong.items():
            self.survives(BytesSource(data), media_type, tmp_path, what)

    # What it leaves behind.

    def test_leaves_nothing_open(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """No file, socket or thread is left when it returns."""
        self.extract(sample, tmp_path)  # what is imported once does not count
        with watch.leftovers() as found:
            self.extract(sample, tmp_path)

        assert not found, found

    def test_touches_nothing_outside_tmp(self, sample: bytes | Sample, tmp_path: Path) -> None:
        """Nothing is written outside `ctx.tmp()`, no process is started, no socket is opened."""
        self.extract(sample, tmp_path)
        with watch.deeds(tmp_path) as found:
            self.extract(sample, tmp_path)

        assert not found, found


@cache
def _declared_modules(module: str) -> tuple[str, ...]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", _DECLARE, module],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"expected {module} to import, got:\n{done.stderr}"
    return tuple(json.loads(done.stdout))


def _none_of(problems: Iterator[str]) -> None:
    found = list(problems)
    assert not found, "\n".join(found[:20])
