"""What tests of the components share: a snapshot of the repository, and archives built from it once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from components import bundle
from components.bundle import Bundle, Target

ROOT = Path(__file__).parents[2]
PARTS = ("functions", "extractors", "examples/plugins/firstbytes-sqlite")


def snapshot(folder: Path) -> Path:
    """Copy what an archive is made of into a folder, and return it."""
    ignored = shutil.ignore_patterns("tests", "__pycache__", ".*")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository's sources, so that a test's archive is of one moment."""
    return snapshot(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def archive(checkout: Path) -> Bundle:
    """The archive for this machine."""
    return bundle.build(checkout, Target.of("host", "arm64"))
