"""What goes into the code archive, and how each part gets there: sources, locked wheels, byte code.

Every function here does one step on files; `bundle` decides which.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PYTHON = "3.13"
"""The Python of Lambda's runtime, on Amazon Linux 2023."""

GROUPS = ("functions", "plugins")
"""The dependency groups of pyproject.toml that the archive holds, beside the library's own."""

_PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
_NEVER_IMPORTED = {"tests", "test", "docs", "doc", "examples", "bin", "__pycache__", "include"}
_NEVER_READ = {".pyi", ".pyx", ".pxd", ".c", ".h", ".cpp", ".typed", ".pyc", ".md", ".rst"}
_DESCRIPTION = {"METADATA", "entry_points.txt"}
_DEVELOPERS_ONLY = {"firstbytes/cli", "firstbytes/testing", "firstbytes/__main__.py"}


class BundleError(RuntimeError):
    """The code archive cannot be built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the archive runs on: a Python version and uv's name of a platform, "" for this machine."""

    python: str
    platform: str

    @classmethod
    def of(cls, target: Literal["lambda", "host"], architecture: Literal["arm64", "x86_64"]) -> Target:
        """Return the target of an environment's settings."""
        if target == "host":
            return cls(python=f"{sys.version_info.major}.{sys.version_info.minor}", platform="")
        return cls(python=PYTHON, platform=_PLATFORMS[architecture])


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A distribution of this workspace."""

    name: str
    version: str
    folder: Path

    @property
    def package(self) -> tuple[Path, str]:
        """The folder of its import package, and the package's name."""
        name = self.name.replace("-", "_")
        return self.folder / name, name


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """What uv.lock says goes into the archive."""

    requirements: str
    """A requirements file with hashes, of what comes from an index."""
    members: tuple[Member, ...]

    @property
    def versions(self) -> dict[str, str]:
        """Distribution -> version of everything."""
        pinned = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", self.requirements, re.MULTILINE)
        return {
            **{_normal(name): version for name, version in pinned},
            **{_normal(m.name): m.version for m in self.members},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python that can make byte code for the target."""

    path: Path
    version: str


def locked(root: Path) -> Locked:
    """Read what the lock file has for the archive.

    Raises:
        BundleError: the lock file is not there or out of date, as uv tells it.
    """
    groups = [word for group in GROUPS for word in ("--only-group", group)]
    lines: dict[str, None] = {}
    for chosen in (groups, ["--package", "firstbytes", "--no-dev"]):
        text = _uv(["export", "--frozen", "--no-header", "--no-annotate", *chosen], root)
        lines |= dict.fromkeys(text.replace("\\\n", " ").splitlines())
    editable = [root / line.removeprefix("-e ").strip() for line in sorted(lines) if line.startswith("-e ")]
    pinned = [re.sub(r"\s+", " ", line).strip() for line in sorted(lines) if line and not line.startswith("-e ")]
    return Locked(
        requirements="".join(f"{line}\n" for line in pinned),
        members=tuple(_member(folder.resolve()) for folder in editable),
    )


def _member(folder: Path) -> Member:
    table = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    member = Member(name=table["name"], version=table["version"], folder=folder)
    if not member.package[0].is_dir():
        msg = f"expected the package of {member.name} in {member.package[0]}, got no such folder; try: name it so"
        raise BundleError(msg)
    return member


def sources(folder: Path, name: str) -> dict[str, bytes]:
    """Return path in the archive -> content, sorted, of one import package: what it imports or reads, no tests.

    Read once, so that what is named by its content is that content, though somebody is editing.
    """
    found = {f"{name}/{path.relative_to(folder).as_posix()}": path for path in _kept(folder)}
    return {
        inside: path.read_bytes()
        for inside, path in sorted(found.items())
        if not any(f"{inside}/".startswith(f"{left_out}/") for left_out in _DEVELOPERS_ONLY)
    }


def _kept(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not hidden and not _stripped(parts):
            yield path


def _stripped(parts: tuple[str, ...]) -> bool:
    """Tell whether a file, given by its path's parts, is never imported or read."""
    if any(part.endswith(".dist-info") for part in parts):
        return parts[-1] not in _DESCRIPTION
    return bool(_NEVER_IMPORTED & set(parts[:-1])) or Path(parts[-1]).suffix in _NEVER_READ


def install(locked_: Locked, target: Target, folder: Path) -> None:
    """Install the locked wheels into a folder, and remove what is never imported.

    Raises:
        BundleError: a package has no wheel for the target, or its hash is not the locked one, as uv tells it.
    """
    requirements = folder.with_suffix(".txt")
    requirements.write_text(locked_.requirements, "utf-8")
    place = ["--python-platform", target.platform] if target.platform else ["--python", sys.executable]
    flags = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-compile-bytecode", "--link-mode", "copy"]
    to = ["--target", str(folder), *place, "--python-version", target.python, "-r", str(requirements)]
    try:
        # What setup or an earlier build fetched is enough most times, also where there is no network.
        _uv(["pip", "install", "--offline", *flags, *to], folder.parent)
    except BundleError:
        shutil.rmtree(folder, ignore_errors=True)
        _uv(["pip", "install", *flags, *to], folder.parent)
    for path in sorted(folder.rglob("*"), reverse=True):
        relative = path.relative_to(folder).parts
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif relative[0].startswith(".") or _stripped(relative):
            path.unlink()
        elif path.name == "METADATA":
            path.write_text(path.read_text("utf-8").partition("\n\n")[0] + "\n", "utf-8")


def write(place: Path, data: bytes) -> None:
    """Write a file, and make the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def describe(member: Member, folder: Path) -> None:
    """Write what `importlib.metadata` reads of a workspace's distribution: its name and version."""
    described = folder / f"{member.name.replace('-', '_')}-{member.version}.dist-info"
    described.mkdir()
    text = f"Metadata-Version: 2.1\nName: {member.name}\nVersion: {member.version}\n"
    (described / "METADATA").write_text(text, "utf-8")


def interpreter(root: Path, target: Target) -> Interpreter | None:
    """Find a Python of the target's version on this machine; None when there is none, and no byte code then."""
    name = f"python{target.python}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    on_path = shutil.which(name)
    for path in (
        Path(sys.executable),
        root / f".venv-{target.python}" / "bin" / "python",
        *([Path(on_path)] if on_path else []),
        *sorted(pyenv.glob(f"{target.python}.*/bin/{name}"), reverse=True),
    ):
        if path.is_file():
            version = subprocess.run(  # noqa: S603 - an interpreter that is installed here
                [path, "-I", "-c", "import platform; print(platform.python_version())"],
                capture_output=True,
                text=True,
                check=False,
            ).stdout.strip()
            if version.startswith(f"{target.python}."):
                return Interpreter(path=path, version=version)
    return None


def compile_all(python: Interpreter, folder: Path) -> None:
    """Make byte code beside every module, the same bytes each time: without times, hash seeds and this folder's path.

    Raises:
        BundleError: a module does not compile.
    """
    flags = ["-q", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    done = subprocess.run(  # noqa: S603 - an interpreter that is installed here
        [python.path, "-s", "-m", "compileall", *flags, str(folder)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PYTHONHASHSEED": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"expected every module to compile with Python {python.version}, got: {done.stdout.strip()[-2000:]}"
        raise BundleError(msg)


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return path.stat().st_size if path.is_file() else sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def _uv(arguments: list[str], folder: Path) -> str:
    beside = Path(sys.executable).with_name("uv")
    command = str(beside) if beside.is_file() else shutil.which("uv")
    if command is None:
        msg = "expected uv beside this Python or on PATH, got none; try: make setup"
        raise BundleError(msg)
    done = subprocess.run(  # noqa: S603 - uv, with arguments made here
        [command, "--quiet", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"expected `uv {arguments[0]}` to succeed, got: {done.stderr.strip()[-2000:]}; try: make setup"
        raise BundleError(msg)
    return done.stdout


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


__all__ = ["BundleError", "Interpreter", "Locked", "Member", "Target"]
