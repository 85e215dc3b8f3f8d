"""The sections of docs/platform.md on time and growth: each measures, and returns its Markdown."""

from __future__ import annotations

from pathlib import Path

from bench.platform import cold, growth, machine
from bench.report import table
from firstbytes.routes import from_json

ROOT = Path(__file__).parents[2]
WARM_S = 0.5
"""Seconds from the upload's end to the envelope, at most."""

IMPORTS = 1.3
"""The router's cold import in terms of boto3's and its clients', at most."""

TRIPS, COLD_TRIPS = 60, 12
QUEUES = (10, 100, 500)
ROUTERS = (1, 2, 4)
QUEUED = 200
STARTS = 25
TABLES = (100, 10_000, 100_000)
PLUGINS = (1, 10, 100)
LOOKUPS = 2_000


def latency() -> str:
    """Take the time from the upload's end to the envelope, warm and cold."""
    with machine.started() as platform:
        (first,) = platform.trips(1, cold=True)
        warm = platform.trips(TRIPS, cold=False)
        cold_trips = platform.trips(COLD_TRIPS, cold=True)
    rows = []
    for name, trips in ((f"warm, {TRIPS} uploads", warm), (f"cold router, {COLD_TRIPS} uploads", cold_trips)):
        waited = [trip.wait for trip in trips]
        whole = [trip.begin + trip.send + trip.wait for trip in trips]
        shown = (
            machine.quantile(waited, 0.5),
            machine.quantile(waited, 0.95),
            machine.quantile(whole, 0.5),
            machine.quantile(whole, 0.95),
        )
        rows.append((name, *(f"{1000 * seconds:.0f}" for seconds in shown)))
    whole_first = first.begin + first.send + first.wait
    word = "met" if machine.quantile([trip.wait for trip in warm], 0.95) < WARM_S else "missed"
    heading = ("ms", "p50 from the upload's end", "p95", "p50 from `POST /documents`", "p95")
    return "\n".join(
        [
            "## From upload to envelope",
            "",
            "On the local platform, IAM enforced: `POST /documents`, presigned POST to S3, event, queue, router;",
            "then the API is asked until the document has been read, and for its envelope.",
            "One upload after the other, samples of at most 64 KB.",
            "A cold router is a new process for each upload, which starts, imports and forks its sandbox.",
            "",
            table(heading, rows),
            "",
            f"The target, under {1000 * WARM_S:.0f} ms warm, is {word} at p95.",
            "The first upload of all, to a router and an API that had never run,",
            f"took {1000 * first.wait:.0f} ms from its end, {1000 * whole_first:.0f} ms in all.",
        ]
    )


def rate() -> str:
    """Empty queues: with more routers, and longer ones."""
    with machine.started() as platform:
        by_routers = [platform.drain(routers=routers, queued=QUEUED) for routers in ROUTERS]
        by_queue = [platform.drain(routers=2, queued=queued) for queued in QUEUES]
    heading = ("routers", "documents", "seconds", "documents/s", "router's own ms", "claims a document")
    one = by_routers[0].rate
    rows = [_run(run) for run in by_routers]
    fastest = max(by_routers, key=lambda run: run.rate)
    return "\n".join(
        [
            "## Documents a second, by routers and by queue",
            "",
            "On the local platform: samples of at most 64 KB are put into the bucket while no router runs,",
            "then so many are let at the queue.",
            "The emulator, its table and its buckets share the cores with them.",
            "One router is the function's reserved concurrency: a mapping's own limit is at least 2, on AWS as here.",
            "",
            table(heading, rows),
            "",
            f"{fastest.routers} routers are {fastest.rate / one:.1f} times as fast as one.",
            "By what is queued, with two routers:",
            "",
            table(heading, [_run(run) for run in by_queue]),
            "",
            "A message is handled alone: what else is queued adds no call, and no claim is repeated.",
            "The router's own time is the median of what it reports for a document, calls to the emulator included;",
            "what a longer queue takes beyond it is the emulator's.",
        ]
    )


def _run(run: machine.Run) -> tuple[object, ...]:
    return (
        run.routers,
        run.documents,
        f"{run.seconds:.1f}",
        f"{run.rate:.0f}",
        f"{run.router_ms:.0f}",
        f"{run.attempts / run.documents:.2f}",
    )


def cold_start() -> str:
    """Start interpreters."""
    starts = {start.code: start for start in cold.measure(STARTS)}
    names = {
        "pass": "nothing",
        cold.BASE: "`import boto3`",
        cold.CLIENTS: "`import boto3` and its two clients",
        cold.ROUTER: "`import functions.router`, wired",
    }
    base, router = starts[cold.CLIENTS], starts[cold.ROUTER]
    rows = [
        (name, f"{starts[code].least:.0f}", f"{starts[code].median:.0f}", f"{starts[code].median / base.median:.2f}")
        for code, name in names.items()
    ]
    least, median = router.least / base.least, router.median / base.median
    word = "met" if max(least, median) <= IMPORTS else "missed"
    return "\n".join(
        [
            "## Cold start of the router",
            "",
            f"New interpreters in turns, {STARTS} of each, on one core; modules compiled.",
            "",
            table(("", "least ms", "median ms", "of boto3 and clients"), rows),
            "",
            f"The target, at most {IMPORTS} times, is {word}: {least:.2f} by the least, {median:.2f} by the median.",
        ]
    )


def table_size() -> str:
    """Count calls and read units against the table's size."""
    rows = [
        (
            f"{one.heads:,}",
            f"{one.router_calls:g}",
            one.list_calls,
            f"{one.list_units:g}",
            "" if one.usage_units is None else f"{one.usage_units:g}",
        )
        for one in growth.tables(TABLES, 3)
    ]
    heading = ("documents of one owner", "router's calls", "list: calls", "list: RRU", "usage: RRU")
    return "\n".join(
        [
            "## By the size of the table",
            "",
            f"A list is a page of {growth.PAGE}: one query of an index and one batch, whatever the table holds.",
            "`GET /usage` and `GET /projects` read an owner's whole index: linear; AWS answers a MB a call.",
            "Times are not shown: an emulator searches its tables from end to end, DynamoDB does not.",
            "",
            table(heading, rows),
        ]
    )


def plugin_count() -> str:
    """Time the route table against the number of plugins."""
    base = from_json((ROOT / "routes.json").read_bytes())
    rows = [
        (
            one.plugins,
            f"{one.size // 1024:,}",
            f"{one.load_us / 1000:.1f}",
            f"{one.known_us:.1f}",
            f"{one.unknown_us:.0f}",
        )
        for one in growth.plugins(base, PLUGINS, LOOKUPS)
    ]
    heading = ("plugins beside ours", "routes.json KB", "load, ms", "a known type, µs", "a type that none names, µs")
    return "\n".join(
        [
            "## By the number of plugins",
            "",
            "A type that the table names is one look-up; any other is matched against the patterns.",
            "The table is loaded once for each execution environment, by the sandbox, while the claim is under way.",
            "What installed plugins cost an import is in [benchmarks](benchmarks.md).",
            "",
            table(heading, rows),
        ]
    )
