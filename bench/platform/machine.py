"""The platform on this machine: how long from the upload's end to the envelope, and how many documents a second."""

from __future__ import annotations

import contextlib
import json
import math
import statistics
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.platform.calls import samples
from bench.report import say
from functions import keys
from functions.store.items import decode
from local.client import SETTLED, Client
from local.platform import Platform, running

_PAUSE_S = 0.01
_PATIENCE_S = 300.0
SMALL = 64 * 1024
"""Bytes of the largest sample that is sent: the platform's time is measured, not the sending's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One upload, in seconds."""

    begin: float
    """POST /documents."""
    send: float
    """The presigned POST."""
    settle: float
    """From the upload's end until the API says that the document has been read."""
    fetch: float
    """GET of the envelope."""

    @property
    def wait(self) -> float:
        """From the upload's end to the envelope."""
        return self.settle + self.fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A queue that was emptied."""

    routers: int
    documents: int
    seconds: float
    attempts: int
    """Times that a document was claimed: as many as documents where none was done twice."""
    router_ms: float
    """Median of the milliseconds that the router says a document took, its calls included."""

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds


@contextmanager
def started() -> Iterator[Machine]:
    """Start the platform, with a user; stop it after the block."""
    say("platform: starting it on this machine")
    with running() as platform:
        yield Machine(platform, platform.client(platform.user("bench@example.com")))


class Machine:
    """The platform, its user, and what an operator can turn."""

    def __init__(self, platform: Platform, client: Client) -> None:
        self._client = client
        self._lambda, self._sqs = platform.server.client("lambda"), platform.server.client("sqs")
        self._s3, self._table = platform.server.client("s3"), platform.server.client("dynamodb")
        self._logs = platform.server.client("logs")
        self._stack = platform.stack
        self._router = str(platform.stack["routerFunction"])
        mappings = self._lambda.list_event_source_mappings(FunctionName=self._router)["EventSourceMappings"]
        self._mapping = mappings[0]["UUID"]

    def trips(self, count: int, *, cold: bool) -> list[Trip]:
        """Send documents one after the other; `cold`: to a router that is started for each."""
        paths = _small()
        if not cold:
            for path in paths[:3]:
                self._trip(path)
        found = []
        for number in range(count):
            if cold:
                self._forget()
            found.append(self._trip(paths[number % len(paths)]))
        return found

    def _forget(self) -> None:
        """Configure the router anew: the environments that it has are not used again."""
        timeout_s = self._lambda.get_function_configuration(FunctionName=self._router)["Timeout"]
        self._lambda.update_function_configuration(FunctionName=self._router, Timeout=timeout_s)

    def _trip(self, path: Path) -> Trip:
        content = path.read_bytes()
        times = [time.perf_counter()]
        begun = self._client.begin(path.name, len(content))
        times.append(time.perf_counter())
        self._client.post(begun["upload"]["url"], begun["upload"]["fields"], content)
        times.append(time.perf_counter())
        document_id = begun["document"]["id"]
        while self._client.document(document_id)["status"] not in SETTLED:
            if time.perf_counter() - times[-1] > _PATIENCE_S:
                raise TimeoutError(f"expected {path.name} to be read within {_PATIENCE_S:g} s")
            time.sleep(_PAUSE_S)
        times.append(time.perf_counter())
        self._client.envelope(document_id)
        times.append(time.perf_counter())
        begin, send, settle, fetch = (after - before for before, after in pairwise(times))
        return Trip(begin=begin, send=send, settle=settle, fetch=fetch)

    def drain(self, *, routers: int, queued: int) -> Run:
        """Queue documents while no router runs, then let so many at them; the documents have no head before.

        One router is the function's reserved concurrency: the mapping's own limit is 2 or more, on AWS as here.
        """
        self._limit(routers)
        self._empty(f"warm-{uuid.uuid4()}", 4 * routers)
        owner, begin_ms = str(uuid.uuid4()), time.time_ns() // 1_000_000
        seconds = self._empty(owner, queued)
        attempts = self._attempts(owner, queued)
        return Run(
            routers=routers,
            documents=queued,
            seconds=seconds,
            attempts=attempts,
            router_ms=statistics.median(self._durations(begin_ms)),
        )

    def _limit(self, routers: int) -> None:
        if routers == 1:
            self._lambda.put_function_concurrency(FunctionName=self._router, ReservedConcurrentExecutions=1)
        else:
            self._lambda.delete_function_concurrency(FunctionName=self._router)
        most = {"MaximumConcurrency": max(2, routers)}
        self._lambda.update_event_source_mapping(UUID=self._mapping, ScalingConfig=most)

    def _empty(self, owner: str, count: int) -> float:
        """Put documents into the bucket while nobody takes them; return how long it takes until the queue is empty."""
        self._lambda.update_event_source_mapping(UUID=self._mapping, Enabled=False)
        paths = _small()
        for number in range(count):
            place = keys.Place(owner=owner, document_id=uuid.uuid4().hex)
            body = paths[number % len(paths)].read_bytes()
            self._s3.put_object(Bucket=self._stack["documentsBucket"], Key=place.key, Body=body)
        self._until(count)
        begin = time.perf_counter()
        self._lambda.update_event_source_mapping(UUID=self._mapping, Enabled=True)
        self._until(0)
        return time.perf_counter() - begin

    def _until(self, messages: int) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        while True:
            answer = self._sqs.get_queue_attributes(QueueUrl=self._stack["intakeQueueUrl"], AttributeNames=names)
            found = sum(int(answer["Attributes"][name]) for name in names)
            if found == messages:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"expected {messages} messages in the intake queue, got {found}")
            time.sleep(0.02)

    def _durations(self, begin_ms: int) -> list[float]:
        """Return the milliseconds of each document that the router read since."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{self._router}", startTime=begin_ms
        )
        return durations(event["message"] for page in pages for event in page["events"])

    def _attempts(self, owner: str, count: int) -> int:
        """Return how often an owner's documents were claimed; every one must have been read."""
        pages = self._table.get_paginator("scan").paginate(TableName=self._stack["documentsTable"])
        items = [item for page in pages for item in page["Items"]]
        mine = {decode(item["pk"]) for item in items if decode(item.get("owner", {"S": ""})) == owner}
        versions = [item for item in items if decode(item["pk"]) in mine and decode(item["sk"]) != keys.HEAD]
        settled = sum(decode(item["status"]) in SETTLED for item in versions)
        if settled != count:
            raise RuntimeError(f"expected {count} documents to be read, got {settled}")
        return sum(int(decode(item["attempt"])) for item in versions)


def durations(messages: Iterable[str]) -> list[float]:
    """Return the milliseconds of documents that were read, from lines of the router's log: its own metrics."""
    found = []
    for message in messages:
        with contextlib.suppress(ValueError):
            line = json.loads(message)
            if isinstance(line, dict) and "Documents" in line:
                found += line["DurationMs"]
    return found


def _small() -> list[Path]:
    return [path for path in samples() if path.stat().st_size <= SMALL]


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share of the values does not exceed; the nearest one that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
