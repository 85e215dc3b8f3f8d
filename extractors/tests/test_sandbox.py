"""The sandbox: the same answers as in process, and a bound on everything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from firstbytes import BytesSource, FileSource
from firstbytes.assemble import assemble
from firstbytes.envelope import Document, Envelope
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import Findings, InProcess, Runner, Task
from firstbytes.sandbox import Forked, Limits, Pool
from firstbytes.source import Budget

TEXT = BytesSource(b"plain words\n")
SAMPLES = Path(__file__).parents[2] / "samples"
Route = Callable[..., RouteTable]
Enveloped = Callable[[Findings], Envelope]


def task(timeout_s: float = 20) -> Task:
    """Return what is asked of the runner."""
    return Task(document=Document(name="a.txt"), timeout_s=timeout_s)


@pytest.fixture(params=[Pool, Forked], ids=["pool", "forked"])
def sandbox(request: pytest.FixtureRequest, route_to: Route) -> Iterator[Callable[..., Runner]]:
    """Return a function that starts a runner of either kind over a misbehaving extractor; they are closed after."""
    started: list[Runner] = []

    def start(*functions: str, budget: Budget | None = None, limits: Limits | None = None) -> Runner:
        started.append(request.param(route_to(*functions), budget, limits))
        return started[-1]

    yield start
    for runner in started:
        runner.close()


@pytest.mark.parametrize(
    ("function", "outcome", "reason"),
    [
        ("fine", "complete", ""),
        ("corrupt", "corrupt", "bad xref"),
        ("buggy", "failed", "KeyError: 'oops' (misbehaving.py:54)"),
        ("panics", "failed", "Panic: index out of bounds (misbehaving.py:63)"),
        ("hoards", "limited", "memory"),
        ("crashes", "failed", "crashed: SIGSEGV"),
        ("exits", "failed", "crashed: exit status 7"),
        ("calls_home", "failed", "PermissionError: expected no socket.connect inside the sandbox (misbehaving.py:153)"),
        ("spawns", "failed", "PermissionError: expected no subprocess.Popen inside the sandbox (misbehaving.py:159)"),
        ("talks", "complete", ""),
    ],
)
def test_each_ending_costs_one_document(
    sandbox: Callable[..., Runner], enveloped: Enveloped, function: str, outcome: str, reason: str
) -> None:
    """However an extractor ends, the envelope says so, and the next document is examined as if nothing was."""
    runner = sandbox(function)
    for _ in range(2):
        envelope = enveloped(runner.run(TEXT, task()))
        report = envelope.facets["metadata"]
        assert (report.outcome, report.reason) == (outcome, reason)
        assert (envelope.media_type, report.extractor) == ("text/plain", function.replace("_", "-"))


@pytest.mark.parametrize(("function", "reasons"), [("hangs", {"time"}), ("spins", {"time", "CPU time"})])
def test_what_hangs_is_ended_at_its_deadline(
    sandbox: Callable[..., Runner], enveloped: Enveloped, function: str, reasons: set[str]
) -> None:
    """A child that sleeps or spins is killed at the deadline, and the envelope is limited."""
    started = time.monotonic()
    report = enveloped(sandbox(function).run(TEXT, task(1))).facets["metadata"]
    assert report.outcome == "limited"
    assert report.reason in reasons
    assert time.monotonic() - started < 15


def test_the_parents_budget_holds(sandbox: Callable[..., Runner], enveloped: Enveloped) -> None:
    """A child that swallows the refusal says nothing."""
    big = BytesSource(b"word " * 2_000_000)
    envelope = enveloped(sandbox("greedy", budget=Budget(max_reads=8)).run(big, task()))
    assert (envelope.facets["metadata"].outcome, envelope.core.title) == ("limited", None)


def test_writes_go_to_a_scratch_folder_that_goes_away(sandbox: Callable[..., Runner], enveloped: Enveloped) -> None:
    """`ctx.tmp()` works, and is gone after the document; a write elsewhere is refused."""
    facts = enveloped(sandbox("writes_scratch").run(TEXT, task())).type_specific["metadata"]
    assert facts["size"] == 100
    assert not Path(facts["folder"]).exists()
    report = enveloped(sandbox("writes_outside").run(TEXT, task())).facets["metadata"]
    assert report.outcome == "failed"
    assert "expected writes only in the scratch folder" in report.reason
    assert not Path("/tmp/firstbytes-was-here").exists()


def test_a_child_sees_no_secrets(
    sandbox: Callable[..., Runner], enveloped: Enveloped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment of the caller does not reach a child, but for where shared libraries are."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    facts = enveloped(sandbox("spies").run(TEXT, task())).type_specific["metadata"]
    assert "AWS" not in facts["own"]
    assert "LD_LIBRARY_PATH" in facts["own"]


def test_wild_values_arrive_tame(sandbox: Callable[..., Runner], enveloped: Enveloped) -> None:
    """Numbers, text, keys, depth and length that no store takes are replaced or cut, and the cuts are listed."""
    envelope = enveloped(sandbox("wild_values").run(TEXT, task()))
    facts = envelope.type_specific["metadata"]
    assert (facts["nan"], facts["infinity"], facts["big"], facts["set"]) == (None, None, str(10**40), [1, 2])
    assert (len(facts["many"]), len(facts["long"])) == (1000, 4096)
    assert facts["keys"] == {"_": 1, "a\nb": 2, "3": 4}
    assert envelope.core.title == "ab?"
    assert {"core.width_px", "core.latitude_deg", "type_specific.metadata.many"} <= set(envelope.truncated)


def test_an_old_child_is_replaced(route_to: Route, enveloped: Enveloped) -> None:
    """After its share of documents a pooled child retires, and nobody notices."""
    with Pool(route_to("fine"), limits=Limits(documents=2)) as runner:
        assert {enveloped(runner.run(TEXT, task())).facets["metadata"].outcome for _ in range(7)} == {"complete"}


def test_callers_in_several_threads_have_children_of_their_own(route_to: Route, enveloped: Enveloped) -> None:
    """Eight threads over one pool each get their answers."""
    outcomes: list[str] = []
    with Pool(route_to("fine")) as runner:

        def work() -> None:
            outcomes.extend(enveloped(runner.run(TEXT, task())).facets["metadata"].outcome for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert outcomes == ["complete"] * 160


def test_closing_leaves_no_process_and_no_folder(route_to: Route) -> None:
    """After close the zygote, its children and their private folder are gone."""
    runner = Pool(route_to("fine"))
    runner.run(TEXT, task())
    zygote = runner._zygote
    pids = [zygote._process.pid, *(child._pid for child in runner._idle)]
    runner.close()
    deadline = time.monotonic() + 5
    while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(_alive(pid) for pid in pids)
    assert not zygote.scratch.exists()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_zygote_that_cannot_start_says_why(route_to: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    """A route table the zygote cannot read is reported, not a hang."""
    from firstbytes.errors import SandboxError
    from firstbytes.sandbox import parent

    monkeypatch.setattr(parent, "to_json", lambda _: b'{"schema": 99}')
    with pytest.raises(SandboxError, match="cannot start: RouteTableError"):
        Pool(route_to("fine"))


@pytest.mark.skipif(os.getuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="needs setpriv (util-linux)")
def test_a_child_cannot_read_its_parents() -> None:
    """As an unprivileged user, a child is refused the parent's environment and memory."""
    script = (
        "import os, subprocess, sys\n"
        "from firstbytes.sandbox.limits import hide_parent\n"
        "hide_parent()\n"
        "code = f'open(\"/proc/{os.getpid()}/environ\").read()'\n"
        "sys.exit(subprocess.run([sys.executable, '-c', code], stderr=subprocess.DEVNULL).returncode)\n"
    )
    command = [sys.executable, "-c", script]
    if os.getuid() == 0:
        nobody = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        if subprocess.run(
            [*nobody, *command[:1], "-c", "import firstbytes"], capture_output=True, check=False
        ).returncode:
            pytest.skip("this interpreter cannot be run by another user here")
        command = [*nobody, *command]
    assert subprocess.run(command, check=False).returncode == 1


def _same(envelope: Envelope) -> bytes:
    return re.sub(rb'"(started_at|finished_at|ms)":("[^"]*"|[\d.e-]+)', b"", msgspec.json.encode(envelope))


def test_every_runner_gives_the_same_envelope(check_schema: Callable[[Envelope], Envelope]) -> None:
    """In process, pooled and forked, every sample has one and the same envelope, times apart."""
    found = discover()
    table = compile_table(found.claims, found.signatures)
    files = sorted(path for path in SAMPLES.iterdir() if path.is_file())
    assert len(files) > 100
    with Pool(table) as pool, Forked(table) as forked:
        for path in files:
            answers = []
            for runner in (InProcess(table), pool, forked):
                with FileSource(path) as source:
                    document = Document(name=path.name, size_bytes=source.size)
                    findings = runner.run(source, Task(document=document, timeout_s=30))
                answers.append(_same(check_schema(assemble(document, findings))))
            assert answers[0] == answers[1] == answers[2], path.name
