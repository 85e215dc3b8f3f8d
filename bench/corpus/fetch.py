"""Public packages, unpacked into the cache: Debian sources, sdists and wheels of PyPI.

Each goes through its registry's ordinary client. A package that is not to be had raises `SourceMissingError`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from bench.corpus.model import SourceMissingError

if TYPE_CHECKING:
    from pathlib import Path

    from bench.corpus.model import Workspace

__all__ = ["debian_source", "run", "sdist", "wheel"]

DEBIAN = "deb-src http://deb.debian.org/debian bookworm main\n"
TIMEOUT = 600  # seconds for one download


def run(command: list[str], *, cwd: Path | None = None, timeout: float = TIMEOUT, stdin: bytes = b"") -> bytes:
    """Run a tool and give its output.

    Raises SourceMissingError: the tool is not installed, failed, or took longer than `timeout` seconds.
    """
    if shutil.which(command[0]) is None:
        message = f"{command[0]} is not installed"
        raise SourceMissingError(message)
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=timeout, check=True, input=stdin)
    except subprocess.CalledProcessError as error:
        message = f"{command[0]} failed: {error.stderr.decode(errors='replace').strip()[-200:]}"
        raise SourceMissingError(message) from error
    except subprocess.TimeoutExpired as error:
        message = f"{command[0]} took more than {timeout} s"
        raise SourceMissingError(message) from error
    return done.stdout


def _apt(work: Workspace) -> list[str]:
    """Give apt-get with its own source list and state, so that the machine's stay as they are."""
    state = work.folder("apt")
    listing = state / "sources.list"
    command = ["apt-get", "-qq"]
    for option in (
        f"Dir::Etc::sourcelist={listing}",
        "Dir::Etc::sourceparts=-",
        f"Dir::State::lists={state / 'lists'}",
        f"Dir::Cache={state}",
        "APT::Sandbox::User=root",
    ):
        command += ["-o", option]
    if not listing.exists():
        for name in ("lists/partial", "archives/partial"):
            (state / name).mkdir(parents=True, exist_ok=True)
        listing.write_text(DEBIAN)
    if not any((state / "lists").glob("*Sources*")):
        run([*command, "update"])
    return command


def debian_source(work: Workspace, package: str) -> Path:
    """Give the unpacked upstream tree of a Debian source package."""
    tree = work.cache / "trees" / f"deb-{package}"
    if not tree.exists():
        downloads = work.folder(f"downloads/deb-{package}")
        if not any(downloads.glob("*.tar.*")):
            run([*_apt(work), "source", "--download-only", "--tar-only", package], cwd=downloads)
        _unpack(min(downloads.glob("*.tar.*")), tree)
    return tree


def _from_pypi(work: Workspace, requirement: str, kind: str, *options: str) -> Path:
    downloads = work.folder(f"downloads/{kind}-{requirement}")
    if not any(downloads.iterdir()):
        run([sys.executable, "-m", "unearth", requirement, *options, "--download", str(downloads)])
    found = sorted(downloads.iterdir())
    if not found:
        message = f"PyPI has no {kind} of {requirement}"
        raise SourceMissingError(message)
    return found[0]


def sdist(work: Workspace, requirement: str) -> Path:
    """Give the unpacked tree of a source distribution, such as `filetype==1.2.0`."""
    tree = work.cache / "trees" / f"sdist-{requirement}"
    if not tree.exists():
        _unpack(_from_pypi(work, requirement, "sdist", "--no-binary"), tree)
    return tree


def wheel(work: Workspace, requirement: str, platform: str = "any") -> Path:
    """Give the wheel itself (a ZIP file) for a platform tag such as `win_amd64`."""
    options = ["--only-binary"]
    if platform != "any":
        options += ["--platforms", platform, "--python-version", "3.11", "--implementation", "cp", "--abis", "cp311"]
    return _from_pypi(work, requirement, f"wheel-{platform}", *options)


def _unpack(archive: Path, tree: Path) -> None:
    partial = tree.with_name(f".part-{tree.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(partial)  # noqa: S202  zipfile keeps names inside the folder
    else:
        with tarfile.open(archive) as tar:
            tar.errorlevel = 0  # a link that points outside is left out, the rest is wanted
            tar.extractall(partial, filter="data")
    inner = list(partial.iterdir())
    (inner[0] if len(inner) == 1 and inner[0].is_dir() else partial).rename(tree)
    shutil.rmtree(partial, ignore_errors=True)
