"""Whatever any environment of the program may register, the local platform knows; and it knows nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from components import project
from local.platform import running
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

NOT_HERE = {"bundleTarget", "permissionsBoundary"}
"""Set by the local platform itself; or naming something that an operator's account has and the emulator has not."""


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


@pytest.mark.slow
def test_an_environment_with_everything_runs_here() -> None:
    """A customer's key, DAX, alarms by mail, every rule of the firewall: created, and a file still goes through."""
    sample = ROOT / "samples" / "tides.tsv"
    with running(changes={key: value for key, value in EVERYTHING.items() if key not in NOT_HERE}) as platform:
        client = platform.client(platform.user("everything@example.com"))
        begun = client.begin(sample.name, sample.stat().st_size)
        with sample.open("rb") as content:
            client.send_bytes(begun, content)
        assert client.wait(begun["document"]["id"], 60)["status"] == "completed"
        assert "ERROR" not in platform.server.log()
