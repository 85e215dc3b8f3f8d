"""The emulator starts where it can, says what it cannot, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from pathlib import Path

import pytest

from local.errors import LocalError
from local.processes import alive, descendants
from local.server import Server, until
from tests.support.processes import ours

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")

STARTER = """
import sys, time
from local.server import Server
print("starting", flush=True)
with Server() as server:
    print("running", server.pid, flush=True)
    time.sleep(60)
"""


def starter(tmp_path: Path) -> subprocess.Popen[str]:
    """Start a process that starts the emulator."""
    return subprocess.Popen(
        [sys.executable, "-c", STARTER],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "MARKER": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def zipped(source: str) -> bytes:
    """Return a function's code as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.py", textwrap.dedent(source))
    return out.getvalue()


def test_a_client_speaks_to_the_emulator_as_root(emulator: Server) -> None:
    """The root key of a client is the account that the emulator has."""
    assert emulator.client("sts").get_caller_identity()["Account"] == emulator.account_id


def test_the_emulator_listens_on_this_machine_only(emulator: Server) -> None:
    """Nobody on the network reaches it."""
    port = int(emulator.endpoint.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex((socket.gethostbyname(socket.gethostname()), port)) != 0 or socket.gethostbyname(
            socket.gethostname()
        ).startswith("127.")


def test_nothing_is_left_of_a_worker_that_starts_sessions_of_its_own() -> None:
    """A worker's descendants go with the emulator, in whatever session they are, and so do all files."""
    source = """
        import subprocess
        def handler(event, context):
            return subprocess.Popen(["sleep", "1000"], start_new_session=True, env={}).pid
    """
    with Server() as server:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = server.client("iam").create_role(
            RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )["Role"]["Arn"]
        function = server.client("lambda")
        function.create_function(
            FunctionName="f", Runtime="python3.13", Role=role, Handler="index.handler", Code={"ZipFile": zipped(source)}
        )
        orphan = int(function.invoke(FunctionName="f", Payload=b"{}")["Payload"].read())
        below, folder = descendants(server.pid), server.folder
        assert orphan in below
        assert len(below) == 2
    assert not [pid for pid in below if alive(pid)]
    assert not folder.exists()


def test_a_taken_port_is_said_and_another_one_taken() -> None:
    """Two can run at once; the second says where it is."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with Server(port=taken) as server:
            assert server.endpoint != f"http://127.0.0.1:{taken}"
            assert server.notice == f"port {taken} is taken, so the emulator is on {server.endpoint.rpartition(':')[2]}"
            assert server.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_without_a_writable_temporary_directory_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No trace of a stack of calls: one line, with what to type."""
    monkeypatch.setattr(tempfile, "tempdir", "/proc/no-such-folder")
    with pytest.raises(LocalError, match=r"expected a temporary directory to write to, got: .*; try: TMPDIR=") as error:
        Server().__enter__()
    assert "\n" not in str(error.value)


def test_an_emulator_that_ends_at_once_is_one_line() -> None:
    """What the emulator said last is the reason that is shown."""
    with pytest.raises(LocalError, match="the emulator ended before it answered: KeyError: 'no-such-seam'") as error:
        Server(seams="no-such-seam").__enter__()
    assert "\n" not in str(error.value)


@linux
@pytest.mark.parametrize("signals", [[signal.SIGINT], [signal.SIGINT, signal.SIGINT], [signal.SIGKILL]])
def test_the_emulator_ends_with_its_starter(tmp_path: Path, signals: list[signal.Signals]) -> None:
    """Ctrl-C once or twice, or a starter that is killed: no process and no file is left."""
    process = starter(tmp_path)
    assert process.stdout
    process.stdout.readline()
    running = int(process.stdout.readline().split()[1])
    assert alive(running)
    for number in signals:
        process.send_signal(number)
    process.communicate(timeout=20)
    assert until(lambda: not ours(f"MARKER={tmp_path}"), 5)
    assert until(lambda: not list(tmp_path.glob("firstbytes-*")), 5)


@linux
@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.3, 0.5])
def test_an_interrupted_start_leaves_nothing(tmp_path: Path, after_s: float) -> None:
    """Ctrl-C at any time between birth and first answer: no process, no file."""
    process = starter(tmp_path)
    assert process.stdout
    process.stdout.readline()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert until(lambda: not ours(f"MARKER={tmp_path}"), 5)
    assert not list(tmp_path.glob("firstbytes-*"))


def test_stopping_twice_is_stopping_once() -> None:
    """The second stop finds nothing to do."""
    with Server() as server:
        pid = server.pid
        server.stop()
        assert not alive(pid)
    with pytest.raises(LocalError, match="does not run"):
        _ = server.pid
