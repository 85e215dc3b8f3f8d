"""A discrete world of services that fail, and of handlers that are suspended at every call.

Each invocation runs real, synchronous code in a greenlet. A call to a service gives control back before and after it
takes effect, so that one seed decides how invocations interleave, which calls are throttled or answered by nobody, which
sandbox dies where, and which resumes long after everybody took it for dead.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError
from greenlet import GreenletExit, getcurrent, greenlet  # type: ignore[import-untyped]

VISIBILITY_S = 540
MAX_RECEIVES = 8
TRIES = 3
"""How often the client library sends a request before it gives up."""
SMOOTH = 0.8
"""How many queries just pass: the sweeper asks ten shards, of which nine are empty."""

START = 1_790_000_000_000
"""Epoch milliseconds at which every world begins."""


class Violation(AssertionError):
    """The protocol did what it must never do."""


class Killed(BaseException):
    """The sandbox died under the extractor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often each fault strikes, of 1."""

    throttled: float = 0.02
    unanswered: float = 0.02
    event_lost: float = 0.06
    event_doubled: float = 0.19
    event_refused: float = 0.03
    """The rule cannot deliver it: it is a dead letter at once."""
    skew_s: int = 20
    delay_s: int = 60


CALM = Rates(throttled=0, unanswered=0, event_lost=0, event_doubled=0, event_refused=0, skew_s=0, delay_s=0)
ROUGH = Rates()
RELIABLE = Rates(event_lost=0, event_refused=0)
"""Every event arrives."""


@dataclass(slots=True, eq=False)
class Message:
    """A message on a queue."""

    message_id: str
    body: str
    visible_at: int
    receives: int = 0
    refused: bool = False


@dataclass(slots=True, eq=False)
class Task:
    """One invocation that has begun and not ended."""

    greenlet: greenlet
    sandbox: Sandbox
    queue: list[Message]
    message: Message | None = None


class Service:
    """A client of a service whose calls go through the sandbox."""

    def __init__(self, sandbox: Sandbox, target: Any, operations: tuple[str, ...]) -> None:
        self.exceptions = getattr(target, "exceptions", None)
        for name in operations:
            setattr(self, name, partial(sandbox.call, name, getattr(target, name)))


@dataclass(slots=True)
class Sandbox:
    """One invocation's view of the world: a name, a clock that is off, services that fail."""

    world: World
    name: str
    skew_ms: int
    dead: bool = False
    lease: Any = None
    """What its last claim got."""
    calls: list[str] = field(default_factory=list)

    def now(self) -> int:
        """Return epoch milliseconds, as this sandbox believes."""
        return self.world.now + self.skew_ms

    def call(self, name: str, method: Callable[..., Any], **request: Any) -> Any:
        """Make one call: it may be throttled, or take effect unanswered; the client library then sends it again."""
        world = self.world
        if name == "query" and world.rng.random() < SMOOTH:
            return method(**request)
        for attempt in range(1, TRIES + 1):
            self.pause()
            fate = world.rng.random()
            if fate < world.rates.throttled:
                if attempt == TRIES:
                    raise throttled(name)
                continue
            failure: ClientError | None = None
            world.running = self
            answer: Any = None
            try:
                answer = method(**request)
            except ClientError as error:
                failure = error
            world.note(self, name, request)
            self.pause()
            if fate > 1 - world.rates.unanswered:
                if attempt == TRIES:
                    raise ReadTimeoutError(endpoint_url="https://service.test")
                continue
            if failure is not None:
                raise failure
            return answer
        raise AssertionError("unreachable")

    def pause(self) -> None:
        """Give control back; a dead sandbox does nothing more."""
        if self.dead:
            raise GreenletExit
        self.world.switches += 1
        self.world.hub.switch()
        if self.dead:
            raise GreenletExit


def throttled(operation: str) -> ClientError:
    """Return what the client library raises when it gave up."""
    return ClientError(
        {
            "Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        },
        operation,
    )


class World:
    """Time, chance, queues and running invocations."""

    def __init__(
        self,
        seed: int,
        rates: Rates = ROUGH,
        *,
        expected: tuple[type[Exception], ...] = (ClientError, ReadTimeoutError),
    ) -> None:
        self.rng = random.Random(seed)
        self.rates = rates
        self.now = START
        self.hub = getcurrent()
        self.expected: tuple[type[BaseException], ...] = (Killed, *expected)
        self.queue: list[Message] = []
        self.dead_letters: list[Message] = []
        self.tasks: list[Task] = []
        self.switches = 0
        self.started = 0
        self.sent = 0
        self.running: Sandbox | None = None
        self.trace: list[str] | None = None

    def note(self, sandbox: Sandbox, name: str, request: dict[str, Any]) -> None:
        """Record a call that took effect, where a trace is kept."""
        if self.trace is not None:
            what = {
                key: value for key, value in request.items() if key not in {"TableName", "ExpressionAttributeNames"}
            }
            self.trace.append(f"{self.now - START:>9} {sandbox.name} {name} {what}")

    def say(self, text: str) -> None:
        """Record what happened, where a trace is kept."""
        if self.trace is not None:
            self.trace.append(f"{self.now - START:>9} {text}")

    def send(self, body: str, *, delay_s: int = 0) -> None:
        """Put a message on the queue."""
        self.queue.append(Message(self._message_id(), body, self.now + 1000 * delay_s))

    def _message_id(self) -> str:
        self.sent += 1
        return f"q{self.sent}"

    def emit(self, body: str) -> None:
        """Deliver an event late, twice, never, or to the dead letters."""
        fate = self.rng.random()
        rates = self.rates
        if fate > 1 - rates.event_refused:
            self.dead_letters.append(Message(self._message_id(), body, self.now, refused=True))
            return
        copies = 0 if fate < rates.event_lost else 2 if fate < rates.event_lost + rates.event_doubled else 1
        for _ in range(copies):
            self.send(body, delay_s=self.rng.randint(0, rates.delay_s))

    def sandbox(self) -> Sandbox:
        """Make the sandbox of a new invocation."""
        self.started += 1
        skew = self.rng.randint(-self.rates.skew_s, self.rates.skew_s)
        return Sandbox(self, f"i{self.started}", skew * 1000)

    def spawn(
        self,
        work: Callable[[Sandbox], object],
        message: Message | None = None,
        queue: list[Message] | None = None,
    ) -> Sandbox:
        """Begin an invocation; it first runs when it is stepped."""
        sandbox = self.sandbox()

        def run() -> bool:
            try:
                work(sandbox)
            except self.expected as error:
                self.say(f"{sandbox.name} failed: {error!r}")
                return False
            return True

        self.tasks.append(Task(greenlet(run), sandbox, self.queue if queue is None else queue, message))
        return sandbox

    def step(self, task: Task) -> None:
        """Let an invocation run to its next call. What it does not expect to fail ends the simulation."""
        done = task.greenlet.switch()
        if not task.greenlet.dead:
            return
        self.tasks.remove(task)
        if done is True and task.message in task.queue:
            task.queue.remove(task.message)

    def kill(self, task: Task) -> None:
        """End a sandbox where it is; no code of its takes effect any more."""
        self.say(f"{task.sandbox.name} killed")
        task.sandbox.dead = True
        self.tasks.remove(task)
        task.greenlet.throw(GreenletExit)

    def receive(self, queue: list[Message], deliver: Callable[[Message, Sandbox], object]) -> bool:
        """Hand the first visible message to a new invocation; one of the intake that came too often is dead."""
        for message in queue:
            if message.visible_at <= self.now:
                message.receives += 1
                if queue is self.queue and message.receives > MAX_RECEIVES:
                    queue.remove(message)
                    self.dead_letters.append(Message(message.message_id, message.body, self.now, message.receives))
                    self.say(f"dead letter {message.body}")
                else:
                    message.visible_at = self.now + 1000 * VISIBILITY_S
                    self.spawn(partial(deliver, message), message, queue)
                return True
        return False

    def wait(self) -> bool:
        """Go to when the next message can be seen; False where there is none."""
        times = [message.visible_at for queue in (self.queue, self.dead_letters) for message in queue]
        if times:
            self.now = max(self.now + 1, min(times))
        return bool(times)

    def end(self) -> None:
        """Kill what still runs."""
        for task in list(self.tasks):
            self.kill(task)
