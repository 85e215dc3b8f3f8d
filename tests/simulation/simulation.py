"""One schedule: clients, operators and faults against the real protocol, then calm, then what must be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import msgspec
from botocore.exceptions import ClientError, ReadTimeoutError

from functions import delivery, events, keys
from functions.deadletter import Busy, Dead, Morgue
from functions.delivery import ContendedError
from functions.listing import Listing
from functions.objects import GONE, Failure
from functions.ports import Examined, Ports, Work
from functions.promoter import Promoter
from functions.replay import Replayer
from functions.store.deadletters import DeadLetters, LetterStatus
from functions.store.documents import Documents
from functions.store.items import Head, Status, Upload
from functions.store.sweeps import Sweeps
from functions.sweeper import Report, Sweeper
from tests.simulation.audit import Audit
from tests.simulation.bucket import Bucket, Version
from tests.simulation.ending import LARGE, REFUSED, check
from tests.simulation.settings import BUCKET, PROTOCOL, SETTING, Protocol, Setting
from tests.simulation.table import Table
from tests.simulation.world import CALM, Killed, Message, Sandbox, Service, Violation, World

OWNER = "alice"
DOCUMENTS = ("get_item", "update_item", "put_item", "query", "batch_get_item", "delete_item")
OBJECTS = ("head_object", "get_object", "put_object", "list_object_versions", "abort_multipart_upload")
CONTENTS = (*["fine"] * 5, "corrupt", "poison", "flaky", "flaky", "buggy", "large")
ROUNDS = 12
"""Sweeps, in calm, after which everything must have come to rest."""

BETWEEN_SWEEPS_S = 75 * 60


class Again(Exception):
    """The message stays on the queue."""


def event(place: keys.Place, kind: str, version_id: str = "", deletion: str = "") -> str:
    """Return the body of an event of S3's, as EventBridge sends it."""
    named = {"key": place.key, **({"version-id": version_id} if version_id else {})}
    detail = {"bucket": {"name": BUCKET}, "object": named, **({"deletion-type": deletion} if deletion else {})}
    return msgspec.json.encode({"source": "aws.s3", "detail-type": f"Object {kind}", "detail": detail}).decode()


class Simulation:
    """One world, its documents, and everything that may happen to them. `switches` in `world` counts suspensions."""

    def __init__(self, seed: int, protocol: Protocol = PROTOCOL, setting: Setting = SETTING) -> None:
        self.protocol = protocol
        self.setting = setting
        self.world = World(seed, setting.rates, expected=(ClientError, ReadTimeoutError, ContendedError, Busy, Again))
        self.audit = Audit(self.world)
        self.bucket = Bucket(self._changed)
        self.table = Table(indexes={"unfinished": ("shard", "since")}, audit=self.audit.look)
        self.letters = Table(indexes={"by-status": ("status", "arrived_at")}, keys=("pk",))
        self.places = [keys.Place(owner=OWNER, document_id=f"{number:032x}") for number in range(setting.documents)]
        self.contents: dict[str, str] = {}
        self.examinations: Counter[tuple[str, int]] = Counter()
        self.reports: list[Report] = []
        self.made = 0
        self.actions: dict[str, Callable[[keys.Place], None]] = {
            "put": self.put,
            "mark": self.mark,
            "unmark": self.unmark,
            "remove": self.remove,
            "delete": partial(self.api, self._delete),
            "restore": partial(self.api, self._restore),
            "reprocess": partial(self.api, self._reprocess),
            "begin": partial(self.api, self._begin),
            "replay": self.replay,
        }
        for place in self.places:
            if "begin" in setting.clients and self.world.rng.random() < 0.6:
                self.api(self._begin, place)

    # Ports of an invocation.

    def ports(self, sandbox: Sandbox) -> Ports:
        """Return the ports of the protocol, in one sandbox."""
        return Ports(
            store=self.protocol.store(sandbox, Service(sandbox, self.table, DOCUMENTS)),
            objects=self.protocol.objects(sandbox, Service(sandbox, self.bucket, OBJECTS)),
            examine=partial(self.examine, sandbox),
            clock=sandbox.now,
        )

    def examine(self, sandbox: Sandbox, work: Work) -> Examined | Failure:
        """Stand for the extractors: what comes out depends on the content, and a poison kills the sandbox."""
        version_id, lease = work.version_id, sandbox.lease
        self.examinations[version_id, lease.gen] += 1
        sandbox.pause()
        sandbox.pause()
        if version_id not in {version.version_id for version in self.bucket.keys[work.place.key]}:
            return GONE
        content = self.contents[version_id]
        if content == "poison":
            raise Killed
        if content == "flaky" and self.world.rng.random() < 0.5:
            return Failure("SlowDown", terminal=False)
        outcome, status = {
            "corrupt": ("corrupt", Status.FAILED),
            "buggy": ("failed", Status.FAILED),
        }.get(content, ("complete", Status.COMPLETED))
        return Examined(
            outcome=outcome,
            status=status,
            reason="" if outcome == "complete" else content,
            facts={"attempt": lease.attempt, "gen": lease.gen},
            envelope=LARGE if content == "large" else b"{}",
        )

    def promoter(self, ports: Ports) -> Promoter:
        """Return what promotes in a sandbox."""
        return Promoter(ports=ports, rules=self.protocol.rules)

    # Handlers.

    def deliver(self, message: Message, sandbox: Sandbox) -> None:
        """Do what the router does with a message."""
        arrival = events.parse(message.body, BUCKET)
        if isinstance(arrival, events.Ignored):
            raise Violation(f"a message was ignored: {arrival.reason}")
        report = delivery.deliver(arrival, sandbox.name, self.ports(sandbox), self.protocol.rules)
        if report.again_s is not None and report.step not in self.protocol.acknowledged:
            message.visible_at = self.world.now + 1000 * report.again_s
            raise Again

    def bury(self, message: Message, sandbox: Sandbox) -> None:
        """Do what the dead-letter function does with a message."""
        ports = self.ports(sandbox)
        morgue = Morgue(
            letters=DeadLetters(Service(sandbox, self.letters, DOCUMENTS), "letters"),
            documents=self.store(ports),
            promoter=self.promoter(ports),
            bucket=BUCKET,
            now=sandbox.now,
        )
        morgue.take(
            Dead(
                message_id=message.message_id,
                body=message.body,
                receive_count=message.receives,
                error_code="NO_PERMISSIONS" if message.refused else "",
                error_message=REFUSED if message.refused else "",
                from_rule=message.refused,
            )
        )

    def sweep(self) -> None:
        """Begin both passes of the sweeper, in one invocation."""
        self.world.spawn(self._sweep)

    def _sweep(self, sandbox: Sandbox) -> None:
        ports = self.ports(sandbox)
        sweeper = Sweeper(
            sweeps=Sweeps(Service(sandbox, self.table, DOCUMENTS), "documents", sleep=lambda _seconds: None),
            documents=self.store(ports),
            listing=Listing(Service(sandbox, self.bucket, OBJECTS), BUCKET),
            promoter=self.promoter(ports),
            send=lambda place, version_id: self.world.send(events.look_again(place, version_id, BUCKET)),
            now=sandbox.now,
            left=lambda: 900.0,
        )
        self.reports = [sweeper.unfinished(), sweeper.inventory()]
        for error in (error for report in self.reports for error in report.errors):
            if not isinstance(error, self.world.expected):
                raise Violation(f"the sweeper failed: {error!r}") from error

    def replay(self, _place: keys.Place) -> None:
        """Let an operator replay the oldest open letter, if there is one."""
        if any(letter["status"] == LetterStatus.OPEN for letter in self.letters.items.values()):
            self.world.spawn(self._replay)

    def _replay(self, sandbox: Sandbox) -> None:
        ports = self.ports(sandbox)
        letters = DeadLetters(Service(sandbox, self.letters, DOCUMENTS), "letters")
        replayer = Replayer(
            letters=letters,
            documents=self.store(ports),
            promoter=self.promoter(ports),
            send=self.world.send,
            bucket=BUCKET,
            now=sandbox.now,
            left=lambda: 900.0,
            sleep=lambda _seconds: None,
        )
        page, _ = letters.page(LetterStatus.OPEN, now=sandbox.now() // 1000)
        for letter in page[:1]:
            replayer.replay(letter)

    # What clients and operators do.

    def put(self, place: keys.Place) -> None:
        """Put a new version, straight into S3."""
        version_id = self._id("v")
        self.contents[version_id] = self.world.rng.choice(CONTENTS)
        self._add(place, Version(version_id=version_id, body=b"x", at=self.world.now / 1000))
        # Only where somebody sweeps: an event without a version is found by what is current, and by nobody once it is not.
        named = version_id if not self.setting.sweeps or self.world.rng.random() < 0.9 else ""
        self.world.emit(event(place, "Created", named))

    def mark(self, place: keys.Place) -> None:
        """Put a delete marker on top."""
        if self.bucket.keys.get(place.key):
            marker = self._id("m")
            self._add(place, Version(version_id=marker, marker=True, at=self.world.now / 1000))
            self.world.emit(event(place, "Deleted", marker, "Delete Marker Created"))

    def unmark(self, place: keys.Place) -> None:
        """Remove the delete marker that is on top, if there is one."""
        stack = self.bucket.keys.get(place.key, [])
        if stack and stack[-1].marker:
            self._drop(place, stack[-1].version_id)

    def remove(self, place: keys.Place) -> None:
        """Remove a version for good, but never the last thing a key has."""
        stack = self.bucket.keys.get(place.key, [])
        if len(stack) > 1:
            self._drop(place, self.world.rng.choice(stack).version_id)

    def api(self, operation: Callable[[keys.Place, Sandbox], None], place: keys.Place) -> None:
        """Begin an operation of the API."""
        self.world.spawn(partial(operation, place))

    def _delete(self, place: keys.Place, sandbox: Sandbox) -> None:
        sandbox.pause()
        self.mark(place)
        self.promoter(self.ports(sandbox)).promote(place)

    def _restore(self, place: keys.Place, sandbox: Sandbox) -> None:
        ports = self.ports(sandbox)
        self.store(ports).restore(place.document_id, now=sandbox.now())
        sandbox.pause()
        self.unmark(place)
        self.promoter(ports).promote(place)
        self.world.send(events.look_again(place, "", BUCKET))

    def _reprocess(self, place: keys.Place, sandbox: Sandbox) -> None:
        ports = self.ports(sandbox)
        head = ports.store.read_head(place.document_id)
        if head is None or not head.version_id:
            return
        version = ports.store.read_version(place.document_id, head.version_id)
        if version is not None and version.status.settled and self.store(ports).reprocess(version):
            self.promoter(ports).promote(place)
            sandbox.pause()
            self.world.send(events.look_again(place, head.version_id, BUCKET))

    def _begin(self, place: keys.Place, sandbox: Sandbox) -> None:
        """Begin an upload; whether its bytes ever come is another matter."""
        store = self.store(self.ports(sandbox))
        now = sandbox.now()
        head = store.read_head(place.document_id)
        upload = Upload(kind="post", expires_at=now // 1000 + 300, replaces=head.version_id if head else "")
        if head is None:
            at = keys.timestamp(now)
            first = Head(
                document_id=place.document_id,
                owner=OWNER,
                status=Status.UPLOADING,
                created_at=at,
                upload=upload,
                since=now,
            )
            store.write_head(first, None)
        elif head.status is not Status.DELETED:
            store.write_head(replace(head, upload=upload, since=now), head)

    def store(self, ports: Ports) -> Documents:
        """Return the whole store behind the port."""
        assert isinstance(ports.store, Documents)
        return ports.store

    def _id(self, kind: str) -> str:
        self.made += 1
        return f"{kind}{self.made}"

    def _add(self, place: keys.Place, version: Version) -> None:
        self.world.say(f"put {version.version_id} {self.contents.get(version.version_id, 'marker')}")
        self.bucket.add(place.key, version)

    def _drop(self, place: keys.Place, version_id: str) -> None:
        self.world.say(f"remove {version_id}")
        self.bucket.remove(place.key, version_id)
        self.world.emit(event(place, "Deleted", version_id, "Permanently Deleted"))

    def _changed(self, key: str) -> None:
        current = self.bucket.current(key)
        self.audit.changed(key, current.version_id if current else "")

    # The schedule.

    def run(self) -> None:
        """Let faults strike, then calm everything, and check what must be true then.

        Raises:
            Violation: something was written that must not be, or the end is not what it must be.
        """
        try:
            for _ in range(self.setting.steps):
                self._happen()
            self.calm()
        finally:
            self.world.end()

    def _happen(self) -> None:
        world = self.world
        roll = world.rng.random()
        if roll < 0.06:
            place = world.rng.choice(self.places)
            clients = self.setting.clients
            (name,) = world.rng.choices(tuple(clients), tuple(clients.values()))
            self.actions[name](place)
        elif roll < 0.16:
            world.receive(world.queue, self.deliver)
        elif roll < 0.17:
            world.receive(world.dead_letters, self.bury)
        elif roll < 0.21:
            world.now += 1000 * world.rng.choice((1, 5, 30, 130, 600, 1800))
        elif roll < 0.23 and world.tasks:
            world.kill(world.rng.choice(world.tasks))
        elif roll < 0.24 and self.setting.sweeps:
            self.sweep()
        elif world.tasks:
            # Mostly the newest go on; the others stay behind, and go on long after their leases have run out.
            recent = world.tasks[-4:] if world.rng.random() < 0.7 else world.tasks
            world.step(world.rng.choice(recent))

    def calm(self) -> None:
        """Finish everything without faults, sweeping until there is nothing to mend, and check the end.

        Raises:
            Violation: it never comes to that, or the end is not what it must be.
        """
        self.world.rates = CALM
        self._drain()
        if self.setting.sweeps:
            self._sweep_to_rest()
        check(self)

    def _sweep_to_rest(self) -> None:
        for _ in range(ROUNDS):
            self.world.now += 1000 * BETWEEN_SWEEPS_S
            self.sweep()
            self._drain()
            if not any(report.repaired or report.expired for report in self.reports):
                return
        raise Violation(f"the sweeper never comes to rest: {self.reports}")

    def _drain(self) -> None:
        world = self.world
        while True:
            if world.tasks:
                world.step(world.tasks[0])
            elif not (
                world.receive(world.queue, self.deliver) or world.receive(world.dead_letters, self.bury) or world.wait()
            ):
                return
