"""The code archive: what functions and tasks run, the same bytes wherever it is built.

    functions/              ours
    firstbytes/, plugins    the workspace's own distributions, copied
    brotli/, ...            the locked dependencies, with hashes, for the platform that runs them
    routes.json             the compiled route table

It lies in `.bundle/<sha256 of everything that goes into it>/`: a second build of the same is a look-up, and Pulumi
sees a change only when something that runs changed. boto3 is not in it: Lambda's runtime has it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components import packages
from components.packages import BundleError, Target
from firstbytes import plugins, settings
from firstbytes.routes import RouteTable, check_installed, compile_table, from_json, to_json

LIMIT = 60 * 2**20
"""Bytes of an archive, unzipped; Lambda refuses 250 MB, and a cold start reads it all."""

ROUTES = "routes.json"
_KEEP = 5
_KEEP_S = 6 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A built archive: its folder, the SHA-256 that names it, and the route table in it."""

    folder: Path
    sha256: str
    routes: RouteTable

    def archive(self) -> pulumi.AssetArchive:
        """Return it for Pulumi: one part for each top-level entry, sorted; the engine hashes contents, not times."""
        parts: dict[str, pulumi.Asset | pulumi.Archive] = {
            path.name: pulumi.FileArchive(str(path)) if path.is_dir() else pulumi.FileAsset(str(path))
            for path in sorted(self.folder.iterdir())
        }
        return pulumi.AssetArchive(parts)


def build(root: Path, target: Target, cache: Path | None = None) -> Bundle:
    """Build the archive, or find it built.

    Args:
        root: the repository: pyproject.toml, uv.lock, functions/.
        target: what it is to run on.
        cache: where archives are kept; `.bundle` in the repository when None.

    Raises:
        BundleError: a plugin does not load, a package is missing for the target, or the archive is too big.
        RouteConflict: two plugins have equal claims.
    """
    root = root.resolve()
    locked = packages.locked(root)
    table = routes(root)
    check(table, locked.versions)
    sources = {
        **packages.sources(root / "functions", "functions"),
        **{name: data for member in locked.members for name, data in packages.sources(*member.package).items()},
    }
    compiler = packages.interpreter(root, target)
    encoded = to_json(table)
    digest = _digest(
        recipe=b"".join(Path(file).read_bytes() for file in (__file__, packages.__file__)),
        target=repr(target).encode(),
        compiler=(compiler.version if compiler else "none").encode(),
        requirements=locked.requirements.encode(),
        members=repr([(member.name, member.version) for member in locked.members]).encode(),
        routes=encoded,
        **{f"source {name}": data for name, data in sources.items()},
    )
    kept = (cache or root / ".bundle").resolve()
    folder = kept / digest
    if not folder.is_dir():
        _prepare(kept)
        with tempfile.TemporaryDirectory(prefix=".building-", dir=kept) as scratch:
            parts = Path(scratch, "parts")
            packages.install(locked, target, parts)
            for name, data in sources.items():
                packages.write(parts / name, data)
            for member in locked.members:
                packages.describe(member, parts)
            (parts / ROUTES).write_bytes(encoded)
            if compiler:
                packages.compile_all(compiler, parts)
            _check_size(parts)
            _settle(parts, folder)
        prune(kept)
    with contextlib.suppress(OSError):  # a folder of somebody else's is as good
        os.utime(folder)
    return Bundle(folder=folder, sha256=digest, routes=from_json(encoded))


def routes(root: Path) -> RouteTable:
    """Compile the route table from the plugins installed here, as `firstbytes compile` does.

    Raises:
        BundleError: a plugin does not load; all that do not are named.
        RouteConflict: two plugins have equal claims.
    """
    wanted = settings.load(root)
    found = plugins.discover(wanted.plugins)
    if found.problems:
        msg = "expected every plugin to load, got: " + "; ".join(f"{p}; try: {p.remedy}" for p in found.problems)
        raise BundleError(msg)
    return compile_table(found.claims, found.signatures, wanted.pins, wanted.config, found.versions, found.bringers)


def grants(root: Path) -> Mapping[str, Sequence[str]]:
    """Return what [tool.firstbytes.grants] of pyproject.toml allows: distribution -> AWS actions."""
    return settings.load(root).grants


def check(table: RouteTable, versions: Mapping[str, str]) -> None:
    """Refuse an archive that would not hold what its routes name.

    Args:
        table: the compiled routes.
        versions: distribution -> version of all that goes into the archive.

    Raises:
        BundleError: a distribution of the table is missing, or is another version.
    """
    from importlib.metadata import PackageNotFoundError

    def version_of(name: str) -> str:
        try:
            return versions[plugins.normal(name)]
        except KeyError:
            raise PackageNotFoundError(name) from None

    try:
        check_installed(table, version_of)
    except ValueError as error:
        msg = (
            f"expected an archive with every plugin that is installed here, got: {error}; "
            "try: uv add --group plugins NAME, or list what may load in [tool.firstbytes] plugins of pyproject.toml"
        )
        raise BundleError(msg) from error


def prune(kept: Path, now: float | None = None) -> None:
    """Remove archives that nobody used for six hours, save the newest few."""
    then = (time.time() if now is None else now) - _KEEP_S
    used = sorted(
        ((path.stat().st_mtime, path) for path in kept.iterdir() if len(path.name) == 64 and path.is_dir()),
        reverse=True,
    )
    for at, path in used[_KEEP:]:
        if at < then:
            shutil.rmtree(path, ignore_errors=True)


def _digest(**parts: bytes) -> str:
    whole = hashlib.sha256()
    for name, data in sorted(parts.items()):
        whole.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def _check_size(folder: Path, limit: int = LIMIT) -> None:
    sizes = {top.name: packages.size(top) for top in folder.iterdir()}
    if (total := sum(sizes.values())) > limit:
        biggest = ", ".join(
            f"{name} {size / 2**20:.1f} MB" for name, size in sorted(sizes.items(), key=lambda row: -row[1])[:5]
        )
        msg = (
            f"expected an archive of at most {limit // 2**20} MB, got {total / 2**20:.1f} MB ({biggest}); "
            "try: leave a plugin out of the dependency group `plugins`"
        )
        raise BundleError(msg)


def _prepare(kept: Path) -> None:
    try:
        kept.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=kept).close()
    except OSError as error:
        msg = f"expected to write archives into {kept}, got: {error.strerror}; try: a checkout that you can write to"
        raise BundleError(msg) from error


def _settle(parts: Path, folder: Path) -> None:
    """Move a finished archive to its place; whoever was there first with the same content wins."""
    try:
        parts.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


__all__ = ["LIMIT", "Bundle", "BundleError", "Target", "build", "check", "grants", "prune", "routes"]
