"""One emulator for the tests that need nothing in it but what they put there themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.server import Server


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    """The emulator with every seam, empty but for what other tests left; names must be their own."""
    with Server() as server:
        yield server
