"""The platform, started and deployed once for all tests that need it whole; stopped at the session's end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.platform import Platform, running

__all__ = ["platform"]


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The whole platform on this machine, IAM enforced; users, documents and names must be a test's own."""
    with running() as started:
        yield started
