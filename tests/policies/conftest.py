"""The small platform, run once."""

from __future__ import annotations

import pytest

from tests.policies import small
from tests.support.harness import Run, run_program


@pytest.fixture(scope="session")
def run() -> Run:
    """Run the small platform."""
    return run_program(small.program)
