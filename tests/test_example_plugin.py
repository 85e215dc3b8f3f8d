"""The example plugin, as strangers get it: built as a wheel, installed, listed, used, tested from its own folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "examples" / "plugins" / "firstbytes-sqlite"
COMMAND = "import sys; sys.argv[0] = 'firstbytes'; from firstbytes.cli import main; main()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel installed; uv brings the build backend, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv"]
    build = [*uv, "build", "--offline", "--no-cache", "--quiet", "--wheel", "--out-dir", str(folder), str(SOURCE)]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    target = str(folder / "site")
    install = [*uv, "pip", "install", "--offline", "--no-deps", "--no-cache", "--quiet", "--target", target, str(wheel)]
    subprocess.run(install, check=True)
    return folder / "site"


def run(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python where the wheel is installed."""
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    mine = os.environ | {"PYTHONPATH": path, "FIRSTBYTES_PLUGINS": "firstbytes-sqlite"}
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=mine, capture_output=True, text=True, check=False)


def test_the_wheel_is_what_runs(site: Path, tmp_path: Path) -> None:
    """The module comes from the wheel, not from the repository."""
    done = run(site, "-c", "import firstbytes_sqlite; print(firstbytes_sqlite.__file__)", cwd=tmp_path)

    assert done.stdout.startswith(str(site))


def test_it_is_listed_and_extracts(site: Path, tmp_path: Path) -> None:
    """`firstbytes plugins` is fine, and the museum's database says what is in it."""
    listed = run(site, "-c", COMMAND, "plugins", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert "sqlite, sqlite-wal" in listed.stdout

    done = run(site, "-c", COMMAND, "extract", "--json", str(ROOT / "samples" / "museum.sqlite"), cwd=tmp_path)
    envelope = json.loads(done.stdout)
    assert envelope["facets"]["metadata"]["distribution"] == "firstbytes-sqlite"
    assert [table["name"] for table in envelope["type_specific"]["metadata"]["tables"]] == ["object", "loan"]
    assert envelope["core"]["row_count"] == 4


def test_the_readme_shows_what_it_prints(site: Path, tmp_path: Path) -> None:
    """The example output of the README is the command's."""
    readme = (SOURCE / "README.md").read_text("utf-8")
    shown = readme.partition("$ firstbytes extract museum.sqlite\n")[2].partition("  ...")[0].splitlines()
    shutil.copy(ROOT / "samples" / "museum.sqlite", tmp_path)
    done = run(site, "-c", COMMAND, "extract", "museum.sqlite", cwd=tmp_path)
    printed = [line.rstrip() for line in done.stdout.splitlines()]

    assert shown
    assert [line for line in printed[: len(shown)] if "generator" not in line] == [
        line for line in shown if "generator" not in line
    ]


@pytest.mark.slow
def test_its_own_tests_pass_against_the_wheel(site: Path, tmp_path: Path) -> None:
    """The tests need nothing of the repository."""
    shutil.copytree(SOURCE / "tests", tmp_path / "tests")
    done = run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path)

    assert done.returncode == 0, done.stdout[-3000:]
