"""One emulator for what needs nothing in it but its own, and the whole platform for the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.server import Server
from tests.support.platform import platform

__all__ = ["emulator", "platform"]


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    """The emulator with every seam, empty but for what other tests left; names must be their own."""
    with Server() as server:
        yield server
