"""What the documentation shows is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from functions.api.operations import OPERATIONS

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "extractors" / "README.md", *(ROOT / "docs").glob("*.md")]
)
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_RUN = ("pip ", "make ", "git ", "curl ", "uv ", "cd ", "python -m venv", "copier ", "pulumi ", "twine ")


def blocks(language: str) -> list[tuple[str, str]]:
    """Return (page, text) of every fenced block in a language that is not marked as belonging to another test."""
    return [
        (str(page.relative_to(ROOT)), text)
        for page in PAGES
        for kind, text in BLOCK.findall(page.read_text("utf-8"))
        if kind == language
    ]


def commands() -> list[tuple[str, str]]:
    """Return (page, command) of every shell line that starts with a prompt and is ours to run."""
    lines = [
        (page, line[2:]) for page, text in blocks("console") for line in text.splitlines() if line.startswith("$ ")
    ]
    return [(page, line) for page, line in lines if not line.startswith(NOT_RUN)]


@pytest.mark.parametrize(("page", "code"), [b for b in blocks("python") if b[0] != "docs/writing-plugins.md"])
def test_python_blocks_run(page: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block runs as it stands, from the root of the repository."""
    monkeypatch.chdir(ROOT)
    exec(compile(code, page, "exec"), {"__name__": "docs"})


@pytest.mark.parametrize(("page", "command"), commands())
def test_commands_run(page: str, command: str) -> None:
    """Every command line ends without a usage error or a traceback."""
    binaries = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in {0, 1}, f"{page}: {shlex.quote(command)}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def _run(command: str) -> str:
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    ).stdout


def test_the_readmes_show_what_is_printed() -> None:
    """Every line that a README shows below a command is one that the command prints, in that order."""
    shown = [text for page, text in blocks("console") if page.endswith("README.md")]
    sessions = [part.partition("\n") for text in shown for part in text.removeprefix("$ ").split("\n$ ")]
    checked = 0
    for command, _, output in sessions:
        lines = [line for line in output.splitlines() if line != "..."]
        if not lines:
            continue
        printed = _run(command).splitlines()
        assert [line for line in printed if line in lines] == lines, command
        checked += 1
    assert checked == 2


def test_generated_pages_are_current() -> None:
    """Every generated page and document is what the code generates."""
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_of_the_api_lists_its_operations() -> None:
    """Every operation is in the table of docs/api.md, in the order and with the words of the API's own table."""
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    listed = re.findall(r"^\| `([A-Z]+ /\S+)` \| (.+) \|$", page, re.MULTILINE)
    assert listed == [(f"{one.method} {one.path}", one.summary) for one in OPERATIONS]
