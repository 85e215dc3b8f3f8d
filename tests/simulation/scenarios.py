"""Schedules written by hand, for what chance alone takes too long to find."""

from __future__ import annotations

from tests.simulation.settings import SETTING, Protocol
from tests.simulation.simulation import Simulation
from tests.simulation.world import CALM, VISIBILITY_S, Task


def stale_generation(protocol: Protocol) -> None:
    """A worker of the first generation comes back while the second is worked on, with the same attempt.

    Raises:
        Violation: its result was taken.
    """
    simulation = Simulation(0, protocol, SETTING)
    world, place = simulation.world, simulation.places[0]
    world.end()
    world.rates = CALM
    simulation.put(place)
    simulation.contents["v1"] = "fine"
    first = begin(simulation)
    world.now += 1000 * VISIBILITY_S
    finish(simulation, begin(simulation))
    simulation.actions["reprocess"](place)
    finish(simulation, world.tasks[-1])
    begin(simulation)
    finish(simulation, first)
    simulation.calm()


def begin(simulation: Simulation) -> Task:
    """Deliver the first visible message until its version is claimed."""
    world = simulation.world
    assert world.receive(world.queue, simulation.deliver)
    task = world.tasks[-1]
    while task.sandbox.lease is None:
        world.step(task)
    return task


def finish(simulation: Simulation, task: Task) -> None:
    """Let an invocation go on to its end."""
    while task in simulation.world.tasks:
        simulation.world.step(task)
