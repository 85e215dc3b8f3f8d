"""What each environment creates is on file, and changes in a review with the program."""

from __future__ import annotations

import pytest

from tests.engine.snapshot import FOLDER, programs, snapshots
from tests.support.harness import Run
from tests.support.stacks import STACKS

# A component's type is part of the name of everything in it: another one replaces it all, documents included.
TYPES = {
    "firstbytes:index:Api",
    "firstbytes:index:Auth",
    "firstbytes:index:Function",
    "firstbytes:index:Observability",
    "firstbytes:index:Pipeline",
    "firstbytes:index:Storage",
    "firstbytes:index:Web",
}


@pytest.fixture(scope="module")
def runs() -> dict[str, Run]:
    """Run the program strictly for every stack: each input is checked against the SDK's types."""
    return programs()


@pytest.mark.parametrize("stack", STACKS)
def test_what_an_environment_creates_is_on_file(runs: dict[str, Run], stack: str) -> None:
    """The file says what the program creates; `python -m tests.engine.snapshot` writes it anew."""
    on_file = (FOLDER / f"{stack}.txt").read_text("utf-8")
    assert snapshots(runs)[stack].splitlines() == on_file.splitlines(), "try: python -m tests.engine.snapshot"


def test_the_types_of_components_stay(runs: dict[str, Run]) -> None:
    """No component changes its type without an alias for the old one."""
    assert {one.type for run in runs.values() for one in run.resources if not one.custom} == TYPES


def test_a_run_is_told_by_its_inputs_alone(runs: dict[str, Run]) -> None:
    """The same program and settings register the same things, whatever ran before."""
    again = programs()
    assert {stack: run.fingerprint() for stack, run in again.items()} == {
        stack: run.fingerprint() for stack, run in runs.items()
    }
