"""The real protocol, dead letters, sweeper and replay under thousands of seeded schedules of faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.scenarios import stale_generation
from tests.simulation.settings import PROTOCOL, RELIABLY, SETTING, Protocol, Setting
from tests.simulation.simulation import Simulation
from tests.simulation.world import Violation

SCHEDULES = 20_000
"""What fails in one of a thousand schedules escapes them with a chance of e^-20, one of ten thousand with e^-2.
`make bench` runs 1,000,000."""

CHUNK = 1_000
MOST = 12_000
"""Schedules after which a mutant has to be noticed."""

HARMLESS = 1_000
DANGEROUS_MUTANTS = [mutant for mutant in MUTANTS if not mutant.harmless]
HARMLESS_MUTANTS = [mutant for mutant in MUTANTS if mutant.harmless]


def run(seed: int, protocol: Protocol = PROTOCOL, setting: Setting = SETTING) -> None:
    """Run one schedule; a violation names its seed."""
    try:
        Simulation(seed, protocol, setting).run()
    except Violation as violation:
        raise Violation(f"seed {seed}: {violation}") from violation


def run_all(seeds: range, mutant: Mutant) -> None:
    """Run a mutant under schedules, up to the first that it does not survive."""
    if mutant.scenario:
        mutant.scenario(mutant.protocol)
    for seed in seeds:
        run(seed, mutant.protocol, mutant.setting)


@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_no_schedule_of_faults_breaks_the_protocol(first: int) -> None:
    """In the end every version in S3 is settled and the head mirrors S3; on the way nothing goes back."""
    for seed in range(first, first + CHUNK):
        run(seed)


def test_documents_do_not_disturb_each_other() -> None:
    """Three documents with a sweeper, letters and replays in common end as one does alone."""
    setting = replace(SETTING, documents=3, steps=300)
    for seed in range(500):
        run(seed, setting=setting)


def test_nobody_has_to_sweep_where_every_event_arrives() -> None:
    """The sweeper is a net for lost events, not a part of delivery."""
    for seed in range(3_000):
        run(seed, setting=RELIABLY)


def test_a_result_of_an_earlier_generation_is_never_taken() -> None:
    """A worker that slept through a reprocessing finds its lease gone, though its attempt has the same number."""
    stale_generation(PROTOCOL)


def test_a_schedule_is_repeated_by_its_seed() -> None:
    """Two runs of one seed make the same calls at the same times."""
    traces = []
    for _ in range(2):
        simulation = Simulation(7)
        simulation.world.trace = []
        simulation.run()
        traces.append(simulation.world.trace)
    assert traces[0] == traces[1]
    assert len(traces[0]) > 20


@pytest.mark.parametrize("mutant", DANGEROUS_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_protocol_is_noticed(mutant: Mutant) -> None:
    """A protocol without one of its parts violates an invariant in some schedule."""
    with pytest.raises(Violation):
        run_all(range(MOST), mutant)


@pytest.mark.parametrize("mutant", HARMLESS_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_part_that_only_saves_time_is_not_needed_for_safety(mutant: Mutant) -> None:
    """Without it nothing is lost or wrong; it is there for the reason that the mutant gives."""
    run_all(range(HARMLESS), mutant)
