"""Delivery, message by message, over a table and a bucket in memory. Faults and races: tests/simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from functions import keys
from functions.delivery import ContendedError, deliver, promote, retry_after
from functions.envelopes import MAX_JSON, digest, unpack
from functions.events import Arrival, Kind
from functions.objects import GONE, Absent, Current, Failure
from functions.ports import Examined, Ports, Report, Rules, Step, Work
from functions.store.items import Head, Status, Upload, Version
from functions.store.leases import Claim, Claimed, Finished, Handed, Held, Lease, Lost, Settled

DOC = "0123456789abcdef0123456789abcdef"
PLACE = keys.Place(owner="me", document_id=DOC)
NOW = 1_764_000_000_000
RULES = Rules()
FOUND = Examined(
    outcome="complete",
    status=Status.COMPLETED,
    media_type="text/plain",
    size_bytes=5,
    etag="e",
    facts={"line_count": 1},
    envelope=b'{"media_type":"text/plain"}',
    bytes_read=5,
    requests=1,
)
DISKETTE = Failure("SlowDown", terminal=False)
SEALED = Failure("the object is archived; restore it first", terminal=True)


@dataclass
class Table:
    """The documents table in memory. `calls` are the names of what was called, in order."""

    calls: list[str]
    versions: dict[str, Version] = field(default_factory=dict)
    head: Head | None = None
    meanwhile: Callable[[], None] = lambda: None
    """What others do right before a head is written."""
    broken: str = ""
    """The call that fails."""

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name == self.broken:
            raise ConnectionError(name)

    def claim(self, document_id: str, version_id: str, *, holder: str, now: int, lease_until: int) -> Claim:
        """Claim what is free."""
        self._call("claim")
        found = self.versions.get(version_id) or Version(document_id=document_id, version_id=version_id, gen=1)
        if found.status.settled:
            return Settled(found)
        if found.status is Status.SLOW:
            return Handed(found)
        if found.status is Status.PROCESSING and found.lease_until >= now:
            return Held(found.lease_until)
        self.versions[version_id] = replace(
            found, status=Status.PROCESSING, attempt=found.attempt + 1, holder=holder, lease_until=lease_until
        )
        lease = Lease(
            document_id=document_id,
            version_id=version_id,
            attempt=found.attempt + 1,
            gen=found.gen,
            holder=holder,
            until=lease_until,
        )
        return Claimed(lease, keys.timestamp(now))

    def _mine(self, lease: Lease) -> bool:
        found = self.versions.get(lease.version_id)
        return found is not None and (found.status, found.attempt, found.gen) == (
            Status.PROCESSING,
            lease.attempt,
            lease.gen,
        )

    def finish(self, lease: Lease, version: Version) -> Finished | Lost:
        """Write a result under its lease."""
        self._call("finish")
        if not self._mine(lease):
            return Lost(self.versions.get(lease.version_id))
        self.versions[lease.version_id] = version
        return Finished(version)

    def release(self, lease: Lease, reason: str) -> bool:
        """Free a lease that is held."""
        self._call("release")
        mine = self._mine(lease)
        if mine:
            found = self.versions[lease.version_id]
            self.versions[lease.version_id] = replace(found, lease_until=0, holder="", reason=reason)
        return mine

    def forget(self, document_id: str, version_id: str, *, expires_at: int) -> bool:
        """Give a version an end."""
        del document_id
        self._call("forget")
        if version_id in self.versions:
            self.versions[version_id] = replace(self.versions[version_id], expires_at=expires_at)
        return version_id in self.versions

    def read_version(self, document_id: str, version_id: str) -> Version | None:
        """Return a version."""
        del document_id
        self._call("read_version")
        return self.versions.get(version_id)

    def read_head(self, document_id: str) -> Head | None:
        """Return the head."""
        del document_id
        self._call("read_head")
        return self.head

    def write_head(self, after: Head, before: Head | None) -> bool:
        """Write the head that was read."""
        self._call("write_head")
        self.meanwhile()
        if before != self.head:
            return False
        self.head = replace(after, rev=before.rev + 1 if before else 1)
        return True


@dataclass
class Bucket:
    """S3 in memory: what is current, and the artifacts."""

    calls: list[str]
    current: Current | Absent = field(default_factory=lambda: Current(version_id="v1", size_bytes=5, etag="e"))
    artifacts: dict[str, bytes] = field(default_factory=dict)

    def head_current(self, key: str) -> Current | Absent:
        """Return what is current."""
        assert key == PLACE.key
        self.calls.append("head_current")
        return self.current

    def put_artifact(self, key: str, body: bytes, sha256: bytes) -> None:
        """Keep an artifact whose digest is right."""
        self.calls.append("put_artifact")
        assert digest(body) == sha256
        self.artifacts[key] = body


class World:
    """A table, a bucket, a clock, and what an examination will come to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.table = Table(self.calls)
        self.bucket = Bucket(self.calls)
        self.now = NOW
        self.answer: Callable[[], Examined | Failure] = lambda: FOUND
        self.works: list[Work] = []

    def examine(self, work: Work) -> Examined | Failure:
        """Answer what the test wants."""
        self.works.append(work)
        return self.answer()

    def deliver(self, version_id: str = "v1", kind: Kind = Kind.CREATED, holder: str = "a") -> Report:
        """Deliver one message."""
        ports = Ports(store=self.table, objects=self.bucket, examine=self.examine, clock=lambda: self.now)
        return deliver(Arrival(place=PLACE, version_id=version_id, kind=kind), holder, ports, RULES)

    def promote(self) -> Head | None:
        """Only look at the head."""
        ports = Ports(store=self.table, objects=self.bucket, examine=self.examine, clock=lambda: self.now)
        return promote(PLACE, ports, RULES)


@pytest.fixture
def world() -> World:
    """Return a bucket with one version of one document, and a table where its upload was announced."""
    fresh = World()
    fresh.table.head = Head(
        document_id=DOC,
        owner="me",
        status=Status.UPLOADING,
        created_at="2025-11-24T15:59:00.000Z",
        rev=1,
        name="a.txt",
        declared="text/plain",
        upload=Upload(kind="post", expires_at=NOW // 1000 + 3600),
        since=NOW - 60_000,
    )
    return fresh


def test_a_document_takes_five_calls_beside_its_bytes(world: World) -> None:
    """Claim, head, (GET,) finish, what is current, head: nothing is asked twice."""
    report = world.deliver()
    assert world.calls == ["claim", "read_head", "finish", "head_current", "write_head"]
    assert (report.step, report.again_s, report.attempt) == (Step.FINISHED, None, 1)


def test_a_document_ends_completed(world: World) -> None:
    """The version has the envelope, the head has what lists show, and nothing is unfinished."""
    world.deliver()
    version = world.table.versions["v1"]
    assert unpack(version.envelope) == FOUND.envelope
    assert (version.status, version.etag, version.holder, version.lease_until) == (Status.COMPLETED, "e", "", 0)
    head = world.table.head
    assert head is not None
    assert (head.status, head.version_id, head.media_type, head.outcome) == (
        Status.COMPLETED,
        "v1",
        "text/plain",
        "complete",
    )
    assert (head.facts, head.size_bytes, head.upload, head.since, head.rev) == ({"line_count": 1}, 5, None, 0, 2)
    assert head.name == "a.txt"


def test_the_examination_knows_what_the_head_knew(world: World) -> None:
    """Name and claim of the client help to tell what a file is."""
    world.deliver()
    assert world.works == [
        Work(place=PLACE, version_id="v1", created_at="2025-11-24T16:00:00.000Z", head=world.works[0].head)
    ]
    assert world.works[0].head is not None
    assert world.works[0].head.declared == "text/plain"


def test_a_duplicate_changes_nothing(world: World) -> None:
    """The second delivery of a message finds its work done, and the head as it should be."""
    world.deliver()
    before = (world.table.head, dict(world.table.versions))
    assert world.deliver(holder="b").step is Step.SETTLED
    assert (world.table.head, world.table.versions) == before
    assert len(world.works) == 1


def test_a_crash_between_result_and_head_is_repaired(world: World) -> None:
    """The message comes again, finds the result, and writes the head."""
    world.table.broken = "write_head"
    with pytest.raises(ConnectionError):
        world.deliver()
    world.table.broken = ""
    world.deliver(holder="b")
    assert world.table.head is not None
    assert world.table.head.status is Status.COMPLETED


def test_a_document_that_nobody_announced_gets_a_head(world: World) -> None:
    """An object put into the bucket without the API is its owner's all the same."""
    world.table.head = None
    world.deliver()
    head = world.table.head
    assert head is not None
    assert (head.owner, head.document_id, head.status, head.rev) == ("me", DOC, Status.COMPLETED, 1)


def test_an_event_without_a_version_is_about_the_current_one(world: World) -> None:
    """S3 says which that is."""
    assert world.deliver("").version_id == "v1"
    assert world.table.versions["v1"].status is Status.COMPLETED


def test_an_event_without_a_version_about_nothing_makes_nothing(world: World) -> None:
    """No version, no work; an upload that has not come is still awaited."""
    world.bucket.current = Absent(marker=False)
    before = world.table.head
    assert world.deliver("", Kind.LOOK).step is Step.LOOKED
    assert (world.table.head, world.table.versions) == (before, {})


def test_what_another_worker_has_comes_again_when_its_lease_ends(world: World) -> None:
    """The message waits as long as the lease, and a little that differs from worker to worker."""
    world.table.claim(DOC, "v1", holder="other", now=NOW, lease_until=NOW + 60_000)
    report = world.deliver()
    assert report.step is Step.HELD
    assert report.again_s is not None
    assert 60 < report.again_s <= 66
    assert world.table.head is not None
    assert world.table.head.status is Status.PROCESSING


def test_no_message_waits_longer_than_the_queue_would_let_it(world: World) -> None:
    """A lease far in the future, a clock's that was wrong, does not hide a message for days."""
    world.table.claim(DOC, "v1", holder="other", now=NOW, lease_until=NOW + 10**9)
    assert world.deliver().again_s == RULES.visibility_s


def test_what_a_state_machine_has_is_left_to_it(world: World) -> None:
    """The message is done with; the head says processing."""
    world.table.versions["v1"] = Version(document_id=DOC, version_id="v1", status=Status.SLOW, gen=1)
    assert world.deliver().step is Step.HANDED
    assert world.table.head is not None
    assert world.table.head.status is Status.PROCESSING


def test_a_late_result_is_dropped(world: World) -> None:
    """Who lost the lease while examining leaves the winner's result, and its head, as they are."""
    winner = Version(document_id=DOC, version_id="v1", status=Status.COMPLETED, attempt=2, gen=1, media_type="x/y")

    def slow() -> Examined:
        world.table.versions["v1"] = winner
        return FOUND

    world.answer = slow
    assert world.deliver().step is Step.LOST
    assert world.table.versions["v1"] == winner
    assert world.table.head is not None
    assert world.table.head.media_type == "x/y"


def test_who_lost_the_lease_keeps_the_message_until_the_work_is_done(world: World) -> None:
    """Who has the lease now may be dead already, and this message the last one about it."""

    def slow() -> Examined:
        world.now += RULES.lease_ms + 1
        world.table.claim(DOC, "v1", holder="b", now=world.now, lease_until=world.now + RULES.lease_ms)
        return FOUND

    world.answer = slow
    report = world.deliver()
    assert report.step is Step.LOST
    assert report.again_s is not None
    assert RULES.lease_ms / 1000 < report.again_s <= RULES.lease_ms / 1000 + 6


def test_who_lost_an_item_has_nothing_to_wait_for(world: World) -> None:
    """A version that TTL took while it was examined is done with."""

    def slow() -> Examined:
        world.table.versions.clear()
        return FOUND

    world.answer = slow
    report = world.deliver()
    assert (report.step, report.again_s, report.version) == (Step.LOST, None, None)


def test_an_older_version_that_finishes_late_does_not_change_the_head(world: World) -> None:
    """Each version keeps its own result; the head shows the current one's."""
    world.bucket.current = Current(version_id="v2", size_bytes=9, etag="f")
    world.deliver("v1")
    assert world.table.versions["v1"].status is Status.COMPLETED
    head = world.table.head
    assert head is not None
    assert (head.version_id, head.status, head.size_bytes) == ("v2", Status.QUEUED, 9)
    assert head.since


def test_a_document_deleted_while_it_is_examined_stays_deleted(world: World) -> None:
    """The result is kept for a restore; the head says deleted and when it goes."""

    def while_deleted() -> Examined:
        world.bucket.current = Absent(marker=True)
        return FOUND

    world.answer = while_deleted
    world.deliver()
    assert world.table.versions["v1"].status is Status.COMPLETED
    head = world.table.head
    assert head is not None
    assert (head.status, head.version_id, head.expires_at) == (Status.DELETED, "", NOW // 1000 + 30 * 86400)
    world.bucket.current = Current(version_id="v1", size_bytes=5, etag="e")
    world.deliver("marker", Kind.REMOVED)
    assert world.table.head is not None
    assert (world.table.head.status, world.table.head.expires_at) == (Status.COMPLETED, 0)


def test_a_version_removed_for_good_is_forgotten(world: World) -> None:
    """What was read of it expires; other versions stay."""
    world.deliver()
    world.bucket.current = Absent(marker=False)
    world.deliver("v1", Kind.REMOVED)
    assert world.table.versions["v1"].expires_at == NOW // 1000 + 30 * 86400
    assert world.table.head is not None
    assert world.table.head.status is Status.DELETED


def test_an_object_that_is_gone_fails_with_an_end(world: World) -> None:
    """The version says why, and does not stay for ever; there is nothing to keep it for."""
    world.answer = lambda: GONE
    assert world.deliver().reason == "the object is gone"
    version = world.table.versions["v1"]
    assert (version.status, version.reason, version.expires_at) == (
        Status.FAILED,
        "the object is gone",
        NOW // 1000 + 30 * 86400,
    )


def test_an_object_that_cannot_be_read_fails_at_once(world: World) -> None:
    """Archived, or its key revoked: no second attempt would read it."""
    world.answer = lambda: SEALED
    assert world.deliver().again_s is None
    head = world.table.head
    assert head is not None
    assert (head.status, head.reason, head.outcome) == (Status.FAILED, SEALED.reason, "failed")


def test_a_failure_that_may_pass_comes_again_and_passes(world: World) -> None:
    """The lease is free, the message waits longer each time, and the third attempt is as good as the first."""
    world.answer = lambda: DISKETTE
    assert [world.deliver(holder=name).again_s for name in "ab"] == [30, 120]
    assert world.table.versions["v1"].lease_until == 0
    assert world.table.head is not None
    assert world.table.head.status is Status.PROCESSING
    world.answer = lambda: FOUND
    report = world.deliver(holder="c")
    assert (report.step, report.attempt) == (Step.FINISHED, 3)


def test_a_failure_that_never_passes_is_the_result(world: World) -> None:
    """After the last attempt the document says what was wrong each time."""
    world.answer = lambda: DISKETTE
    for name in "ab":
        world.deliver(holder=name)
    report = world.deliver(holder="c")
    assert (report.again_s, report.reason) == (None, "SlowDown")
    assert world.table.versions["v1"].status is Status.FAILED


def test_a_bug_in_an_extractor_is_tried_again_and_then_told(world: World) -> None:
    """The last attempt's envelope is kept: it says which extractor failed, and where."""
    failed = replace(FOUND, outcome="failed", status=Status.FAILED, reason="ValueError: x")
    world.answer = lambda: failed
    assert [world.deliver(holder=name).again_s for name in "abc"] == [5, 5, None]
    version = world.table.versions["v1"]
    assert (version.status, version.reason, unpack(version.envelope)) == (
        Status.FAILED,
        "ValueError: x",
        failed.envelope,
    )


def test_a_file_that_kills_its_worker_ends_as_attempts(world: World) -> None:
    """Three workers that never came back are enough; the fourth only says so."""
    for name in "abc":
        world.table.claim(DOC, "v1", holder=name, now=world.now, lease_until=world.now + 1)
        world.now += 1000
    report = world.deliver(holder="d")
    assert (report.step, report.reason, world.works) == (Step.FINISHED, "attempts", [])
    head = world.table.head
    assert head is not None
    assert (head.status, head.reason) == (Status.FAILED, "attempts")


@pytest.mark.parametrize("broken", ["read_head", "finish"])
def test_what_is_raised_gives_the_lease_back(world: World, broken: str) -> None:
    """The queue tries again, and the next worker need not wait for the lease."""
    world.table.broken = broken
    with pytest.raises(ConnectionError):
        world.deliver()
    version = world.table.versions["v1"]
    assert (version.lease_until, version.reason) == (0, "ConnectionError")


def test_a_lease_that_cannot_be_given_back_hides_nothing(world: World) -> None:
    """What is raised is what went wrong first."""

    def fault() -> Examined:
        world.table.broken = "release"
        raise ZeroDivisionError

    world.answer = fault
    with pytest.raises(ZeroDivisionError):
        world.deliver()


def test_a_large_envelope_is_in_the_bucket_before_its_version_says_so(world: World) -> None:
    """The item points to an artifact that is there, with its digest."""
    large = b'"' + b"x" * MAX_JSON + b'"'
    world.answer = lambda: replace(FOUND, envelope=large)
    world.deliver()
    version = world.table.versions["v1"]
    key = keys.artifact_key("me", DOC, "v1")
    assert (version.envelope, version.envelope_key, version.envelope_sha256) == (b"", key, digest(large).hex())
    assert world.bucket.artifacts == {key: large}
    assert world.calls.index("put_artifact") < world.calls.index("finish")


def test_who_loses_the_head_asks_s3_again(world: World) -> None:
    """The head that somebody else wrote meanwhile is read again, and so is what is current."""

    def once() -> None:
        world.table.meanwhile = lambda: None
        assert world.table.head is not None
        world.table.head = replace(world.table.head, name="b.txt", rev=world.table.head.rev + 1)
        world.bucket.current = Absent(marker=True)

    world.table.meanwhile = once
    world.deliver()
    head = world.table.head
    assert head is not None
    assert (head.status, head.name, head.rev) == (Status.DELETED, "b.txt", 3)
    assert world.calls[-3:] == ["read_head", "head_current", "write_head"]


def test_a_version_is_read_again_where_the_head_was_lost(world: World) -> None:
    """What this worker wrote may be of an earlier generation by now."""
    newer = Version(document_id=DOC, version_id="v1", status=Status.COMPLETED, gen=2, media_type="x/new")

    def once() -> None:
        world.table.meanwhile = lambda: None
        assert world.table.head is not None
        world.table.head = replace(world.table.head, rev=world.table.head.rev + 1)
        world.table.versions["v1"] = newer

    world.table.meanwhile = once
    world.deliver()
    assert world.table.head is not None
    assert (world.table.head.media_type, world.table.head.gen) == ("x/new", 2)


def test_a_duplicate_reads_the_version_after_the_head(world: World) -> None:
    """What a lost claim showed may be older than the head that is read next."""
    world.deliver()
    world.calls.clear()
    world.deliver(holder="b")
    assert world.calls == ["claim", "read_head", "head_current", "read_version"]


def test_a_head_that_others_keep_writing_is_left_for_later(world: World) -> None:
    """There is an end to reading again: the message comes back."""

    def always() -> None:
        assert world.table.head is not None
        world.table.head = replace(world.table.head, rev=world.table.head.rev + 1)

    world.table.meanwhile = always
    with pytest.raises(ContendedError, match="others did 8 times"):
        world.promote()


@pytest.mark.parametrize(
    ("examined", "attempt", "again_s"),
    [
        (FOUND, 1, None),
        (replace(FOUND, passing=True), 1, 30),
        (replace(FOUND, passing=True), 2, 120),
        (replace(FOUND, passing=True), 3, None),
        (replace(FOUND, outcome="failed", status=Status.FAILED), 1, 5),
        (replace(FOUND, outcome="failed", status=Status.FAILED), 3, None),
        (replace(FOUND, outcome="corrupt", status=Status.FAILED), 1, None),
        (replace(FOUND, outcome="limited", status=Status.PARTIAL), 1, None),
        (DISKETTE, 1, 30),
        (DISKETTE, 3, None),
        (SEALED, 1, None),
    ],
)
def test_what_is_tried_again_and_when(examined: Examined | Failure, attempt: int, again_s: int | None) -> None:
    """A broken file is a result; a broken extractor gets another chance; a broken service gets time."""
    assert retry_after(examined, attempt, RULES) == again_s
