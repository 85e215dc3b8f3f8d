"""`make test-versions`: the library's tests on the other supported Pythons that are on this machine.

A version that is not here is named as skipped.
Each gets a virtual environment of its own, .venv-X.Y, from the lock file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUPPORTED = ("3.11", "3.13")


def interpreter(version: str) -> Path | None:
    """Return an interpreter of a version: on PATH, or among pyenv's."""
    for found in (shutil.which(f"python{version}"), *_pyenv(version)):
        if found and _runs(found, version):
            return Path(found)
    return None


def _pyenv(version: str) -> list[str]:
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [str(path) for path in sorted(versions.glob(f"{version}.*/bin/python{version}"), reverse=True)]


def _runs(command: str, version: str) -> bool:
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    return bool(re.match(rf"Python {re.escape(version)}\.", done.stdout))


def test(version: str, python: Path) -> int:
    """Install into .venv-X.Y and run the library's tests there; return pytest's exit status."""
    folder = ROOT / f".venv-{version}"
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder), "VIRTUAL_ENV": ""}
    uv = Path(sys.executable).with_name("uv")
    sync = [str(uv), "sync", "--frozen", "--quiet", "--group", "plugins", "--python", str(python)]
    subprocess.run(sync, cwd=ROOT, env=environment, check=True)
    pytest = [
        str(folder / "bin" / "python"),
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "--dist",
        "worksteal",
        "extractors/tests",
    ]
    return subprocess.run(pytest, cwd=ROOT, check=False).returncode


def main() -> int:
    """Run every supported version but this one; return 1 when one fails."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    failed = 0
    for version in SUPPORTED:
        if version == here:
            print(f"Python {version}: this one, tested by make test")
        elif (python := interpreter(version)) is None:
            print(f"Python {version}: not on this machine, skipped")
        else:
            print(f"Python {version}: {python}", flush=True)
            failed |= test(version, python) != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
