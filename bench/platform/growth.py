"""What grows with how much there is: the router, a page of a list, an owner's usage, the way to an extractor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from moto.dynamodb.models import dynamodb_backends

from bench.platform.aws import OWNER, TABLE, account, head_of, heard, lane
from bench.platform.calls import Meter
from bench.platform.units import item_size, read_units
from bench.report import say
from firstbytes.claims import Claim
from firstbytes.routes import RouteTable, compile_table, from_json, to_json
from firstbytes.spec import Extractor
from functions.sandbox import Sandbox, forked
from functions.store.catalogue import Catalogue, by_owner
from functions.store.items import head_item

PAGE = 50
"""Documents of a page, as the API lists them."""

USAGE_MOST = 10_000
"""Documents up to which an owner's usage is counted: moto takes the square of them in time."""

_ACCOUNT, _REGION = "123456789012", "us-east-1"
_FIRST = 1_000_000
"""Numbers of the documents that are sent through the router, beyond those of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What a table with so many heads of one owner costs to use."""

    heads: int
    router_calls: float
    list_calls: int
    list_units: float
    usage_units: float | None
    """None: not counted."""


def tables(sizes: Sequence[int], documents: int) -> list[Filled]:
    """Fill a table to each size in turn, and count what the router, a list and an owner's usage ask of it."""
    found = []
    with account(), heard(), closing(Sandbox(forked)) as sandbox:
        meter = Meter()
        router = lane(sandbox, meter.listen)
        table = dynamodb_backends[_ACCOUNT][_REGION].get_table(TABLE)
        heads = 0
        for size in sizes:
            say(f"platform: a table of {size:,} documents")
            for number in range(heads, size):
                # The items are the store's; one call for each would take minutes.
                head = head_of(number, f"document {number}.pdf", 1000, project="bench")
                table.put_item(head_item(head), overwrite=True)
            heads = size
            calls = 0
            for number in range(documents):
                event = router.upload(_FIRST + size + number, "a.txt", b"the bytes decide\n")
                meter.clear()
                router.handle(event)
                calls += len(meter.calls)
            found.append(_used(size, calls / documents))
    return found


def _used(heads: int, router_calls: float) -> Filled:
    reads = Reads()
    boto3.setup_default_session()
    reads.listen(boto3.DEFAULT_SESSION)
    try:
        catalogue = Catalogue(boto3.client("dynamodb"), TABLE)
    finally:
        boto3.setup_default_session()
    rows, _ = catalogue.rows(by_owner(OWNER), after=None, newest=True, limit=PAGE)
    catalogue.heads(row.document_id for row in rows)
    list_calls, list_units = reads.calls, reads.units
    reads.calls, reads.units = 0, 0.0
    counted = heads <= USAGE_MOST
    if counted:
        for _line in catalogue.tally(OWNER):
            pass
    return Filled(
        heads=heads,
        router_calls=router_calls,
        list_calls=list_calls,
        list_units=list_units,
        usage_units=reads.units if counted else None,
    )


@dataclass(slots=True)
class Reads:
    """Counts a session's queries and batches, and their read units: eventual reads, a batch item by item."""

    calls: int = 0
    units: float = 0.0

    def listen(self, session: boto3.Session) -> None:
        """Begin to count what the session's clients read."""
        session.events.register("after-call", self._end)

    def _end(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        self.calls += 1
        if model.name == "Query":
            self.units += read_units(sum(item_size(item) for item in parsed["Items"]), consistent=False)
        for items in parsed.get("Responses", {}).values():
            self.units += sum(read_units(item_size(item), consistent=False) for item in items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """What a route table with so many third-party plugins costs, in microseconds and bytes."""

    plugins: int
    load_us: float
    known_us: float
    unknown_us: float
    size: int


def plugins(base: RouteTable, counts: Sequence[int], rounds: int) -> list[Routed]:
    """Add plugins to a route table, compile it, and take the time of loading it and of asking it.

    Args:
        base: the compiled routes without them.
        counts: how many plugins, each with one type of its own.
        rounds: how often each is timed; the least counts.
    """
    found = []
    for count in counts:
        added = [_claim(number) for number in range(count)]
        compiled = to_json(compile_table([*base.claims, *added], base.signatures, base.pins, base.config))
        table = from_json(compiled)
        found.append(
            Routed(
                plugins=count,
                load_us=_us(partial(from_json, compiled), max(3, rounds // 20)),
                known_us=_us(partial(table.candidates, "application/pdf"), rounds),
                unknown_us=_us(partial(table.candidates, "application/x-nobody-knows"), rounds),
                size=len(compiled),
            )
        )
    return found


def _claim(number: int) -> Claim:
    name = f"bench{number}"
    extractor = Extractor(name, accepts=(f"application/x-{name}",), entry=f"firstbytes_{name}:extract")
    return Claim(extractor=extractor, distribution=f"firstbytes-{name}", version="1.0", plugin=name)


def _us(ask: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begin)
    return min(times) * 1e6
