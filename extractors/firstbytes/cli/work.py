"""Runs many documents through a runner, several at a time, results in the order of the inputs."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from firstbytes.assemble import assemble
from firstbytes.cli.inputs import Input
from firstbytes.envelope import Document, Envelope
from firstbytes.errors import SourceError
from firstbytes.routes import RouteTable
from firstbytes.run import InProcess, Runner, Task
from firstbytes.source import Budget

_AHEAD = 32
"""Documents in flight for each job: a slow one at the front must not idle the children behind it; memory stays flat."""


@dataclass(frozen=True, slots=True)
class Result:
    """An input and its envelope, or the error that kept it from being read."""

    input: Input
    envelope: Envelope | None
    error: str = ""


def runner(table: RouteTable, isolation: str, budget: Budget) -> Runner:
    """Return the runner of an isolation: none, pool or process."""
    if isolation == "none":
        return InProcess(table, budget)
    from firstbytes.sandbox import Forked, Pool

    return (Pool if isolation == "pool" else Forked)(table, budget)


def examine(found: Input, run: Runner, *, facets: tuple[str, ...] | None, timeout_s: float) -> Result:
    """Open one input, run it, and return its envelope or the error."""
    try:
        source = found.open()
    except SourceError as error:
        return Result(found, None, str(error))
    try:
        document = Document(name=shown(found.name), size_bytes=source.size)
        findings = run.run(source, Task(document=document, facets=facets, timeout_s=timeout_s))
        return Result(found, assemble(document, findings))
    except SourceError as error:
        return Result(found, None, str(error))
    finally:
        with contextlib.suppress(AttributeError):
            source.close()  # type: ignore[attr-defined] # bytes in memory have nothing to close


def shown(name: str) -> str:
    """Return a name that any terminal and JSON can carry: undecodable bytes of a path become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")[-4096:]


def each(inputs: Iterable[Input], one: Callable[[Input], Result], jobs: int) -> Iterator[Result]:
    """Yield the results of all inputs, in their order, `jobs` at a time."""
    if jobs == 1:
        yield from map(one, inputs)
        return
    pool = ThreadPoolExecutor(jobs)
    pending: deque[Future[Result]] = deque()
    try:
        for found in inputs:
            pending.append(pool.submit(one, found))
            if len(pending) >= jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        # Not waiting: after an interrupt the caller ends the children, and with them what the threads wait for.
        pool.shutdown(wait=False, cancel_futures=True)


def counts(results: Iterable[Any]) -> dict[str, int]:
    """Return how often each value occurs, most frequent first."""
    tally: dict[str, int] = {}
    for value in results:
        tally[value] = tally.get(value, 0) + 1
    return dict(sorted(tally.items(), key=lambda item: (-item[1], item[0])))
