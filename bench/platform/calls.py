"""What one document asks of AWS: every call of the real router counted, its items weighed, its own time taken."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3

from bench.platform.aws import TABLE, account, heard, lane
from bench.platform.cost import INTAKE_CALLS, LINE_BYTES, Usage, mean, waits
from bench.platform.units import index_writes, item_size, read_units, write_units
from bench.report import say
from components.tables import DOCUMENTS
from functions.sandbox import Sandbox, forked

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(slots=True)
class Meter:
    """Counts a session's calls and request units; reads items through a client of its own."""

    calls: list[str] = field(default_factory=list)
    write_units: int = 0
    index_units: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    _reader: Any = field(default_factory=lambda: boto3.Session().client("dynamodb"))
    _before: dict[str, Any] = field(default_factory=dict)

    def listen(self, session: boto3.Session) -> None:
        """Begin to count what the session's clients do."""
        session.events.register("before-parameter-build", self._begin)
        session.events.register("after-call", self._end)

    def clear(self) -> None:
        """Forget what was counted."""
        self.calls.clear()
        self.index_units.clear()
        self.write_units, self.read_units = 0, 0.0

    def _item(self, params: dict[str, Any]) -> dict[str, Any]:
        found = self._reader.get_item(TableName=TABLE, Key=params["Key"], ConsistentRead=True)
        return dict(found.get("Item", {}))

    def _begin(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        self.calls.append(model.name)
        if model.service_model.service_name == "dynamodb":
            context["metered"] = (params, self._item(params))

    def _end(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        if model.service_model.service_name != "dynamodb":
            return
        params, before = context["metered"]
        if model.name == "GetItem":
            self.read_units += read_units(item_size(before), consistent=params.get("ConsistentRead", False))
            return
        after = self._item(params)
        self.write_units += write_units(max(item_size(before), item_size(after)))
        self.index_units.update(index_writes(DOCUMENTS, before, after))


@dataclass(slots=True)
class Clock:
    """Takes the time between a request's departure and its answer: what is left of a document's time is ours."""

    waited_s: float = 0.0
    _sent: float = 0.0

    def listen(self, session: boto3.Session) -> None:
        """Begin to take the time of what the session's clients wait for."""
        session.events.register_first("before-send", self._depart)
        session.events.register_first("response-received", self._arrive)

    def _depart(self, **_: Any) -> None:
        self._sent = time.perf_counter()

    def _arrive(self, **_: Any) -> None:
        self.waited_s += time.perf_counter() - self._sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one sample asked for."""

    name: str
    size: int
    calls: tuple[str, ...]
    indexes: dict[str, int]
    usage: Usage


def samples() -> list[Path]:
    """Return the sample files."""
    return sorted(path for path in SAMPLES.iterdir() if path.is_file() and path.suffix not in {".py", ".tsv"})


def count(paths: list[Path], rounds: int) -> list[Counted]:
    """Send samples through the router, once counted, then `rounds` times against the clock.

    A document's own time is the least of its rounds: what a whole core of this machine takes, undisturbed.
    """
    with account(), heard(), closing(Sandbox(forked)) as sandbox:
        say("platform: counting the calls of every sample")
        counted = _counted(sandbox, paths)
        say("platform: timing every sample")
        own = _timed(sandbox, paths, rounds)
    return [replace(one, usage=replace(one.usage, own_ms=ms)) for one, ms in zip(counted, own, strict=True)]


def _counted(sandbox: Sandbox, paths: list[Path]) -> list[Counted]:
    meter = Meter()
    metered = lane(sandbox, meter.listen)
    found = []
    for number, path in enumerate(paths):
        content = path.read_bytes()
        event = metered.upload(number, path.name, content)
        meter.clear()
        with heard() as out:
            begin = out.tell()
            metered.handle(event)
            text = out.getvalue()[begin:]
        usage = Usage(
            write_units=meter.write_units,
            index_units=sum(meter.index_units.values()),
            read_units=meter.read_units,
            s3_reads=sum(call in {"GetObject", "HeadObject"} for call in meter.calls),
            s3_writes=meter.calls.count("PutObject"),
            queue_calls=INTAKE_CALLS,
            events=1,
            invocations=1,
            wait_ms=waits(meter.calls),
            log_bytes=len(text.encode()) + LINE_BYTES * text.count("\n"),
        )
        found.append(
            Counted(
                name=path.name,
                size=len(content),
                calls=tuple(meter.calls),
                indexes=dict(meter.index_units),
                usage=usage,
            )
        )
    return found


def _timed(sandbox: Sandbox, paths: list[Path], rounds: int) -> list[float]:
    clock = Clock()
    timed = lane(sandbox, clock.listen)
    times: list[list[float]] = [[] for _ in paths]
    number = len(paths)
    for _ in range(rounds):
        for at, path in enumerate(paths):
            event = timed.upload(number, path.name, path.read_bytes())
            number += 1
            clock.waited_s = 0.0
            started = time.perf_counter()
            timed.handle(event)
            took = time.perf_counter() - started
            times[at].append((took - clock.waited_s) * 1000)
    return [min(row) for row in times]


def typical(counted: list[Counted]) -> Usage:
    """Return the mean of the samples: what the bill is made of."""
    return mean([one.usage for one in counted])
