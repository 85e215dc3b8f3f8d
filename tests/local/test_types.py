"""Whatever any environment of the program may register, the local platform knows; and it knows nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from components import project
from local.resources import CREATE, DECLARED
from tests.support.harness import run_program

ROOT = Path(__file__).parents[2]
EVERYTHING = {
    "customerKey": "true",
    "dax": "true",
    "alarmEmail": "operators@example.com",
    "transferAcceleration": "true",
    "waf": "true",
    "wafBotControl": "true",
    "apiQuotaPerDay": "1000",
    "permissionsBoundary": "arn:aws:iam::123456789012:policy/boundary",
    "glacierInstantDays": "30",
    "bundleTarget": "host",
}
"""Every setting that adds resources."""


@pytest.fixture(scope="module")
def kinds() -> frozenset[str]:
    """The types that the program registers with everything switched on."""
    config = project.load(ROOT, "prod") | {f"{project.PROJECT}:{key}": value for key, value in EVERYTHING.items()}
    run = run_program(ROOT / "__main__.py", config=config, stack="prod")
    return frozenset(one.type for one in run.resources if one.type.startswith("aws:"))


def test_every_type_of_the_program_is_known(kinds: frozenset[str]) -> None:
    """No setting makes `make local` fail for want of a type."""
    assert kinds - CREATE.keys() - DECLARED.keys() == set()


def test_no_type_is_known_that_the_program_does_not_have(kinds: frozenset[str]) -> None:
    """A creator that nothing uses is not kept."""
    assert (CREATE.keys() | DECLARED.keys()) - kinds == set()
