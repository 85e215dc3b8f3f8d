"""The real Pulumi engine for tests: from PATH, from a cache, or built from its Go modules.

Released binaries are not needed, and neither is the Python language host: programs run inline, through the Automation
API. The build takes about four minutes once; its result lies outside the checkout, by what it was built from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

__all__ = ["MODULE", "EngineMissing", "build", "cache", "find", "version_of", "wanted"]

MODULE = Path(__file__).parent / "go"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3"
GO_MIN = (1, 26)
BUILD_S = 1800


class EngineMissing(RuntimeError):
    """No engine is here and none can be built; the message says how to get one."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"expected pulumi >= {wanted()} on PATH, or Go >= {'.'.join(map(str, GO_MIN))} to build it; {why}; "
            "try: curl -fsSL https://get.pulumi.com | sh, or install Go from https://go.dev/dl"
        )


def wanted(module: Path = MODULE) -> str:
    """Return the engine's version that go.mod pins, as `3.274.1`."""
    found = re.search(rf"^\s*{re.escape(PACKAGE)} v(\S+)", (module / "go.mod").read_text("utf-8"), re.MULTILINE)
    assert found, f"expected {PACKAGE} in {module}/go.mod; try: go get -tool {PACKAGE}/cmd/pulumi"
    return found[1]


def version_of(binary: Path) -> tuple[int, ...] | None:
    """Return what a binary says its version is; None when it does not run or says nothing."""
    try:
        said = subprocess.run([binary, "version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said.strip())
    return tuple(map(int, found.groups())) if found else None


def cache(environ: dict[str, str], module: Path = MODULE) -> Path:
    """Return where the engine built from this go.mod and go.sum lies, there or not."""
    parts = [(module / name).read_bytes() for name in ("go.mod", "go.sum")]
    digest = hashlib.sha256(b"\0".join([*parts, wanted(module).encode()])).hexdigest()[:16]
    home = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "firstbytes" / "engine" / digest / "bin" / "pulumi"


def find(environ: dict[str, str], module: Path = MODULE) -> Path:
    """Return an engine that is new enough, building it when it must be; EngineMissing when it cannot be had."""
    least = tuple(map(int, wanted(module).split(".")))
    on_path = shutil.which("pulumi", path=environ.get("PATH"))
    if on_path and (version_of(Path(on_path)) or ()) >= least:
        return Path(on_path)
    built = cache(environ, module)
    built.parent.mkdir(parents=True, exist_ok=True)
    # One worker builds, the others wait for it.
    with (built.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            build(built, environ, module)
    return built


def build(target: Path, environ: dict[str, str], module: Path = MODULE) -> None:
    """Build the engine into `target`, whole or not at all; EngineMissing without a Go that can."""
    go = shutil.which("go", path=environ.get("PATH"))
    if go is None:
        raise EngineMissing("got neither")
    said = subprocess.run([go, "version"], capture_output=True, text=True, timeout=60, check=True).stdout
    found = re.search(r"go(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < GO_MIN:
        raise EngineMissing(f"got {said.strip()}")
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    flags = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{wanted(module)}"
    command = [go, "build", "-trimpath", "-mod=readonly", "-ldflags", flags, "-o", str(fresh), f"{PACKAGE}/cmd/pulumi"]
    done = subprocess.run(
        command,
        cwd=module,
        env={**environ, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    if done.returncode:
        fresh.unlink(missing_ok=True)
        raise EngineMissing(f"the build failed: {done.stderr.strip()[-500:]}")
    fresh.replace(target)
