"""What the contract's tests are made of: finding the plugin, sniffing a sample, calling the extractor. Needs pytest."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, cast

import pytest

from firstbytes.claims import Claim
from firstbytes.errors import BudgetExceededError, Corrupt, Decline, SourceError, Transient
from firstbytes.plugins import Loaded, Plugins, discover
from firstbytes.sniff import sniff
from firstbytes.source import BlockCache, ByteSource, BytesSource, Metered
from firstbytes.spec import JSON, Context, Pending
from firstbytes.testing.checks import answer_problems

DECLARED = (Corrupt, Decline, Transient, BudgetExceededError, SourceError)
"""What an extractor may raise."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to try an extractor on: its bytes, and a name where the suffix matters for what it is."""

    data: bytes
    name: str = ""


class Harness:
    """The settings of a contract, and the calls its tests are made of. All of it is for subclasses to use."""

    extractor: ClassVar[str] = ""
    """The extractor's name, as declared."""
    samples: ClassVar[Sequence[bytes | str | Path | Sample]] = ()
    """Good files: bytes, paths, or `Sample`s. Empty where a fixture `sample` makes one."""
    config: ClassVar[Mapping[str, JSON]] = {}
    """What `ctx.config` holds."""
    max_reads: ClassVar[int] = 64
    """Reads of 64 KB blocks that a sample may take, the sniffing included."""
    max_bytes: ClassVar[int] = 16 * 1024 * 1024
    """Bytes that a sample may take."""
    max_modules: ClassVar[int] = 30
    """Modules that importing the declaration may add to those of firstbytes."""
    max_seconds: ClassVar[float] = 10.0
    """CPU time of one call, on hostile bytes too."""
    flips: ClassVar[int] = 128
    """Damaged copies of each sample."""

    def client(self, name: str) -> Any:
        """Return a fake of the service client `name`; override it for an extractor with permissions."""
        return Context(media_type="").client(name)

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a good file. Override it, or set `samples`."""
        pytest.fail(f"expected `samples` or a fixture `sample` in {type(self).__name__}, got neither")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each test once for each of `samples`."""
        if "sample" in metafunc.fixturenames and self.samples:
            names = [Path(s).name if isinstance(s, str | Path) else getattr(s, "name", "") for s in self.samples]
            ids = [name or f"sample{index}" for index, name in enumerate(names)]
            metafunc.parametrize("sample", [as_sample(s) for s in self.samples], ids=ids)

    @property
    def plugin(self) -> Loaded:
        """The plugin that declares the extractor, as it was discovered."""
        found = [p for p in _installed().loaded if any(c.extractor.name == self.extractor for c in p.claims)]
        problems = "\n".join(map(str, _installed().problems))
        assert found, f"expected an installed plugin with an extractor {self.extractor!r}, got none. {problems}"
        return found[0]

    @property
    def claim(self) -> Claim:
        """The extractor as it was declared."""
        return next(c for c in self.plugin.claims if c.extractor.name == self.extractor)

    def sniff(self, sample: bytes | Sample, source: ByteSource | None = None) -> str:
        """Return the media type of a sample, with the plugin's own signatures taking part."""
        good = as_sample(sample)
        found = sniff(source or BytesSource(good.data), name=good.name, signatures=self.plugin.signatures)
        return found.media_type

    def call(self, source: ByteSource, media_type: str, tmp: Path | None = None, name: str = "") -> Mapping[str, Any]:
        """Call the extractor and return its mapping; `Pending` is followed as the host would, without the wait."""
        state: Mapping[str, JSON] | None = None
        for attempt in range(20):
            context = Context(
                media_type=media_type,
                name=name,
                deadline=datetime.now(UTC) + timedelta(seconds=self.claim.extractor.needs.timeout_s),
                config=self.config,
                state=state,
                attempt=attempt,
                request_token="contract",  # noqa: S106 - not a secret
                scratch=tmp,
                clients=self.client,
            )
            result = entry_of(self.claim)(source, context)
            if not isinstance(result, Pending):
                return cast("Mapping[str, Any]", result)
            state = json.loads(json.dumps(result.state))
        msg = "expected an answer after 20 calls, got Pending"
        raise AssertionError(msg)

    def extract(self, sample: bytes | Sample, tmp: Path | None = None) -> Mapping[str, Any]:
        """Return what the extractor says of a sample, called as the host does."""
        good = as_sample(sample)
        source = BlockCache(Metered(BytesSource(good.data)))
        return self.call(source, self.sniff(good, source), tmp, good.name)

    def survives(self, source: ByteSource, media_type: str, tmp: Path, what: str) -> BaseException | None:
        """Call it on a bad source: a sound answer, or a declared error, which is returned. Anything else fails."""
        started = time.thread_time()
        raised: BaseException | None = None
        try:
            problems = list(answer_problems(self.call(BlockCache(Metered(source)), media_type, tmp)))
        except DECLARED as error:
            raised, problems = error, []
        except Exception as error:
            msg = f"expected an answer, Corrupt or Decline for {what}, got {type(error).__name__}: {error}"
            raise AssertionError(msg) from error
        assert not problems, f"expected a sound answer for {what}, got\n" + "\n".join(problems[:20])
        spent = time.thread_time() - started
        assert spent < self.max_seconds, f"expected less than {self.max_seconds} s for {what}, got {spent:.1f} s"
        return raised


def as_sample(given: bytes | str | Path | Sample) -> Sample:
    """Return a sample of what a test or a fixture gave."""
    if isinstance(given, Sample):
        return given
    if isinstance(given, bytes):
        return Sample(given)
    return Sample(Path(given).read_bytes(), Path(given).name)


def entry_of(claim: Claim) -> Any:
    """Import what the declaration names."""
    module, _, function = claim.extractor.entry.partition(":")
    return getattr(import_module(module), function)


def damaged(data: bytes, seed: int) -> bytes:
    """Change one to sixteen bytes; half of the time in the first 4 KB, where headers are."""
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    out = bytearray(data)
    reach = min(len(out), 4096) if seed % 2 else len(out)
    for _ in range(chance.randint(1, 16) if reach else 0):
        out[chance.randrange(reach)] = chance.choice((0, 0xFF, 0x7F, 0x80, chance.randrange(256)))
    return bytes(out)


@cache
def _installed() -> Plugins:
    return discover()
