"""The template for a new plugin makes a package that installs, is listed, and passes its own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEMPLATE = Path(__file__).parents[1] / "examples" / "template"

ANSWERS = [
    {},
    {
        "thing": "star-chart",
        "description": 'The "stars" of a chart',
        "media_type": "image/vnd.stars+xml",
        "magic_hex": "00ff00fe",
        "author": 'Ada "Countess" Lovelace',
    },
]


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it said."""
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("answers", ANSWERS, ids=["defaults", "others"])
def test_the_template_makes_a_working_plugin(answers: dict[str, str], tmp_path: Path) -> None:
    """Generated, linted, installed, listed, tested and used, as its author would."""
    thing = answers.get("thing", "tally")
    made, site = tmp_path / f"firstbytes-{thing}", tmp_path / "site"
    data = [part for key, value in answers.items() for part in ("--data", f"{key}={value}")]
    done = run("copier", "copy", "--defaults", *data, str(TEMPLATE), str(made), cwd=tmp_path, PATH=_path())
    assert done.returncode == 0, done.stderr

    for check in (("check", "--isolated"), ("format", "--isolated", "--check", "--line-length", "120")):
        linted = run(sys.executable, "-m", "ruff", *check, ".", cwd=made)
        assert linted.returncode == 0, linted.stdout

    # uv brings the build backend that the template names: nothing is downloaded.
    options = ("--offline", "--no-deps", "--no-cache", "--quiet", "--target", str(site))
    installed = run(sys.executable, "-m", "uv", "pip", "install", *options, ".", cwd=made)
    assert installed.returncode == 0, installed.stderr

    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    tested = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=made, PYTHONPATH=path)
    assert tested.returncode == 0, tested.stdout
    assert "24 passed" in tested.stdout

    sample = tmp_path / "sample.bin"
    sample.write_bytes(bytes.fromhex(answers.get("magic_hex", "54414c4c5901")) + b"\0\0\0\x2a")
    code = "import sys; sys.argv[0] = 'firstbytes'; from firstbytes.cli import main; main()"
    mine = {"PYTHONPATH": path, "FIRSTBYTES_PLUGINS": f"firstbytes-{thing}"}
    listed = run(sys.executable, "-c", code, "plugins", cwd=tmp_path, **mine)
    assert listed.returncode == 0, listed.stderr
    assert thing in listed.stdout
    extracted = run(sys.executable, "-c", code, "extract", "--json", str(sample), cwd=tmp_path, **mine)
    assert '"row_count":42' in extracted.stdout, extracted.stderr


@pytest.mark.parametrize("answer", ["thing=Tally", "media_type=tally", "magic_hex=54414c4c5", "thing=a"])
def test_answers_are_checked(answer: str, tmp_path: Path) -> None:
    """What could not become a plugin is refused before a file is written."""
    done = run("copier", "copy", "--defaults", "--data", answer, str(TEMPLATE), "x", cwd=tmp_path, PATH=_path())

    assert done.returncode != 0
    assert not (tmp_path / "x" / "pyproject.toml").exists()


def _path() -> str:
    """Return PATH with the scripts of this environment first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
