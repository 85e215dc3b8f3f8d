"""One sandbox for many documents: made while the claim is under way, and made again where it broke."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from firstbytes.envelope import Document
from firstbytes.errors import SandboxError
from firstbytes.run import Findings, Task
from firstbytes.sandbox import Forked
from firstbytes.source import ByteSource, BytesSource
from functions.sandbox import Sandbox, forked, routes_path

TASK = Task(document=Document(name="a.txt", size_bytes=5))
HELLO = BytesSource(b"hello")


class Fragile:
    """A runner that breaks as often as it is told."""

    def __init__(self, breaks: list[Exception]) -> None:
        self.breaks = breaks
        self.closed = False

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Break, or find that it is text."""
        del source, task
        if self.breaks:
            raise self.breaks.pop()
        return Findings(media_type="text/plain")

    def close(self) -> None:
        """Be closed, once."""
        assert not self.closed
        self.closed = True


def test_a_sandbox_is_made_in_the_background_and_once() -> None:
    """Beginning returns before the runner is there; the document waits for it."""
    allowed = threading.Event()
    made: list[Fragile] = []

    def make() -> Fragile:
        allowed.wait(10)
        made.append(Fragile([]))
        return made[-1]

    sandbox = Sandbox(make)
    sandbox.warm()
    sandbox.warm()
    assert not made
    allowed.set()
    for _ in range(2):
        assert sandbox.run(HELLO, TASK).media_type == "text/plain"
    sandbox.warm()
    assert len(made) == 1
    sandbox.close()
    sandbox.close()
    assert made[0].closed


def test_a_sandbox_that_broke_is_made_again_for_the_same_document() -> None:
    """A document does not pay for what killed the sandbox before it came."""
    breaks: list[Exception] = [BrokenPipeError()]
    made: list[Fragile] = []

    def make() -> Fragile:
        made.append(Fragile(breaks))
        return made[-1]

    sandbox = Sandbox(make)
    assert sandbox.run(HELLO, TASK).media_type == "text/plain"
    assert [runner.closed for runner in made] == [True, False]


def test_a_document_that_breaks_it_twice_is_a_fault() -> None:
    """It is raised, and the next document gets a sandbox all the same."""
    breaks: list[Exception] = [BrokenPipeError("second"), BrokenPipeError("first")]
    sandbox = Sandbox(lambda: Fragile(breaks))
    with pytest.raises(BrokenPipeError, match="second"):
        sandbox.run(HELLO, TASK)
    assert sandbox.run(HELLO, TASK).media_type == "text/plain"


def test_a_sandbox_that_cannot_be_made_says_so_where_it_is_waited_for() -> None:
    """And is tried again with the next document."""
    errors: list[Exception] = [SandboxError("no")]

    def make() -> Fragile:
        if errors:
            raise errors.pop()
        return Fragile([])

    sandbox = Sandbox(make)
    sandbox.warm()
    with pytest.raises(SandboxError, match="no"):
        sandbox.run(HELLO, TASK)
    assert sandbox.run(HELLO, TASK).media_type == "text/plain"


def test_a_zygote_that_was_killed_costs_no_document() -> None:
    """The kernel may take it when memory is short; the next document finds another."""
    runners: list[Forked] = []

    def make() -> Forked:
        runner = forked()
        assert isinstance(runner, Forked)
        runners.append(runner)
        return runner

    sandbox = Sandbox(make)
    try:
        assert sandbox.run(HELLO, TASK).media_type == "text/plain"
        process = runners[0]._zygote._process
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert sandbox.run(HELLO, TASK).media_type == "text/plain"
    finally:
        sandbox.close()
    assert len(runners) == 2


def test_routes_lie_beside_the_code_or_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The archive's root in the cloud, the checkout's here."""
    monkeypatch.delenv("ROUTES", raising=False)
    assert routes_path() == Path(__file__).parents[2] / "routes.json"
    monkeypatch.setenv("ROUTES", str(tmp_path / "missing.json"))
    with pytest.raises(FileNotFoundError):
        forked()
