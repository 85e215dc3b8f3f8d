"""`python -m local` from start to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.__main__ import declared, short
from local.errors import LocalError
from local.platform import running
from local.resources import DECLARED
from local.server import until
from local.web import Http
from tests.support.processes import ours

ROOT = Path(__file__).parents[2]
STOPPED = "starting the platform on this machine ...\n\nstopped; nothing is left running"


def test_a_function_is_called_by_its_purpose() -> None:
    """Project and environment are in every name, so they are not shown."""
    assert short("firstbytes-local-router") == "router"


def test_declared_resources_are_listed_by_type_with_the_reason() -> None:
    """One line a type, counted."""
    app = "aws:amplify/app:App"
    assert list(declared([f"{app} a", f"{app} b"])) == [f"App x 2: {DECLARED[app].reason}"]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_the_command_runs_until_interrupted_and_leaves_nothing(tmp_path: Path) -> None:
    """It prints where everything is, what it prints works from any folder, and after Ctrl-C, pressed twice, nothing is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "--port", "0", "--app-port", "0"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "MARKER": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "Ctrl-C" in line:
            break
    said = "\n".join(lines)
    page = re.search(r"page +(\S+)", said)
    curl = next((line.strip() for line in lines if line.strip().startswith("curl")), "")
    assert page, said
    assert re.search(r"\d+ more are only written down here:", said)
    http = Http()
    assert http.send("GET", page[1]).headers["x-frame-options"] == "DENY"
    config = http.send("GET", f"{page[1]}config.json").json()
    command = re.search(r"\$\((.*)\)", curl)
    assert command
    elsewhere = subprocess.run(["bash", "-c", command[1]], cwd=tmp_path, capture_output=True, text=True, check=True)
    token = elsewhere.stdout.strip()
    answer = http.send("GET", f"{config['apiUrl']}/documents", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.json()) == (200, {"documents": []})
    for _ in range(2):
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.strip()) == (0, STOPPED)
    assert until(lambda: not ours(f"MARKER={tmp_path}"), 5)
    assert not list(tmp_path.glob("firstbytes-*"))


def test_a_setting_that_is_wrong_is_said_without_a_trace() -> None:
    """What the program refuses is for a person to mend."""
    with (
        pytest.raises(LocalError, match="maxConcurrency: expected a whole number from 2 to 1000, got '1'"),
        running(changes={"maxConcurrency": "1"}),
    ):
        pass
