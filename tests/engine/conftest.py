"""The engine, once a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine.engine import EngineMissing, find


@pytest.fixture(scope="session")
def engine() -> Path:
    """Return the `pulumi` binary; without one the test is skipped, except in CI, where that is a failure."""
    try:
        return find(dict(os.environ))
    except EngineMissing as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
