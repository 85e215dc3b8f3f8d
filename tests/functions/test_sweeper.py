"""What the sweeper decides, a document at a time, and what its passes do over an AWS in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions import keys, sweeper
from functions.listing import Listed, Listing
from functions.ports import Rules
from functions.promoter import promoter
from functions.repairs import Action, Decision, decide, missed, worth_listing
from functions.store.documents import Documents
from functions.store.items import Head, Status, Upload, Version
from functions.store.sweeps import Known, Place, Sweeps
from functions.sweeper import Report, Sweeper

TABLE, BUCKET = "documents", "documents-bucket"
NOW = 2_000_000_000_000
HOUR = 3_600_000
PLACE = keys.Place(owner="me", document_id="a" * 32)
HEAD = Head(
    document_id=PLACE.document_id,
    owner="me",
    status=Status.UPLOADING,
    created_at="2033-05-18T00:00:00.000Z",
    since=NOW - HOUR,
    upload=Upload(kind="post", expires_at=NOW // 1000 - 2 * 3600),
)
QUEUED = replace(HEAD, status=Status.QUEUED, version_id="v1", upload=None)


def listed(version_id: str, *, marker: bool = False, latest: bool = True, modified: int = NOW - 2 * HOUR) -> Listed:
    """Return a row of S3's listing."""
    return Listed(key=PLACE.key, version_id=version_id, marker=marker, latest=latest, modified=modified)


def version(version_id: str, status: Status, **more: Any) -> Version:
    """Return what the table has of a version."""
    return Version(document_id=PLACE.document_id, version_id=version_id, status=status, **more)


def actions(head: Head, rows: list[Listed], *versions: Version) -> list[tuple[Action, str]]:
    """Return what is decided, without why."""
    found = decide(head, rows, {version.version_id: version for version in versions}, NOW)
    return [(decision.action, decision.version_id) for decision in found]


def test_a_version_that_nobody_began_is_sent_again() -> None:
    """Its event was lost."""
    assert decide(HEAD, [listed("v1")], {}, NOW) == (
        Decision(action=Action.RESEND, why="nobody works on it", version_id="v1"),
    )


def test_every_version_that_is_not_settled_is_sent_again() -> None:
    """Versions that are no longer current are read, too."""
    rows = [listed("v2"), listed("v1", latest=False), listed("v0", latest=False)]
    dead = version("v1", Status.PROCESSING, lease_until=NOW - 1)
    assert actions(QUEUED, rows, dead, version("v0", Status.COMPLETED)) == [
        (Action.RESEND, "v2"),
        (Action.RESEND, "v1"),
    ]


def test_what_somebody_works_on_is_left() -> None:
    """Its lease has not run out."""
    held = version("v1", Status.PROCESSING, lease_until=NOW)
    assert actions(QUEUED, [listed("v1")], held) == [(Action.LEAVE, "")]


def test_a_head_behind_its_version_is_promoted() -> None:
    """Somebody died between the version and the head."""
    assert actions(QUEUED, [listed("v1")], version("v1", Status.FAILED)) == [(Action.PROMOTE, "")]
    assert actions(QUEUED, [listed("m", marker=True), listed("v1", latest=False)], version("v1", Status.FAILED)) == [
        (Action.PROMOTE, "")
    ]


def test_an_upload_is_given_up_an_hour_after_its_last_chance() -> None:
    """Until then its bytes may come."""
    assert actions(HEAD, []) == [(Action.EXPIRE, "")]
    late = replace(HEAD, upload=Upload(kind="post", expires_at=NOW // 1000 - 3599))
    assert actions(late, []) == [(Action.LEAVE, "")]


def test_a_second_upload_that_never_came_is_given_up() -> None:
    """What it should have replaced is still current, and settled."""
    upload = Upload(kind="multipart", upload_id="u", replaces="v1", expires_at=NOW // 1000 - 2 * 3600)
    head = replace(QUEUED, status=Status.COMPLETED, upload=upload)
    assert actions(head, [listed("v1")], version("v1", Status.COMPLETED)) == [(Action.EXPIRE, "")]


def test_s3_is_not_asked_while_an_upload_may_be_under_way() -> None:
    """Thousands of them may wait; but work that got stuck meanwhile is not overlooked."""
    under_way = Upload(kind="multipart", upload_id="u", replaces="v1", expires_at=NOW // 1000 + 60)
    assert not worth_listing(replace(HEAD, upload=under_way), NOW)
    assert not worth_listing(replace(QUEUED, status=Status.COMPLETED, upload=under_way), NOW)
    assert worth_listing(replace(QUEUED, upload=under_way), NOW)
    assert worth_listing(HEAD, NOW)
    assert not worth_listing(replace(QUEUED, since=0), NOW)


def test_the_inventory_finds_what_the_table_does_not_know() -> None:
    """Lost versions, current or not; heads that show another version, or none."""
    done = {(PLACE.document_id, "v1"): version("v1", Status.COMPLETED)}
    good = replace(QUEUED, status=Status.COMPLETED, since=0)
    rows = [listed("v1")]
    assert missed(rows, Known(heads={}, versions={}), NOW) == [(PLACE.key, "v1")]
    assert missed(rows, Known(heads={}, versions=done), NOW) == [(PLACE.key, "")]
    assert missed(rows, Known(heads={PLACE.document_id: good}, versions=done), NOW) == []
    stale = replace(good, status=Status.FAILED)
    assert missed(rows, Known(heads={PLACE.document_id: stale}, versions=done), NOW) == [(PLACE.key, "")]
    hidden = [listed("m", marker=True), listed("v1", latest=False)]
    assert missed(hidden, Known(heads={PLACE.document_id: good}, versions=done), NOW) == [(PLACE.key, "")]
    gone = replace(good, status=Status.DELETED)
    assert missed(hidden, Known(heads={PLACE.document_id: gone}, versions=done), NOW) == []


def test_the_inventory_leaves_what_is_new_held_or_foreign() -> None:
    """An hour is given to every event; a key that is no document's is nobody's."""
    fresh = listed("v1", modified=NOW - HOUR)
    held = {(PLACE.document_id, "v1"): version("v1", Status.PROCESSING, lease_until=NOW)}
    head = replace(QUEUED, status=Status.PROCESSING)
    assert missed([fresh], Known(heads={}, versions={}), NOW) == []
    assert missed([listed("v1")], Known(heads={PLACE.document_id: head}, versions=held), NOW) == []
    assert missed([replace(listed("v1"), key="t/me/readme")], Known(heads={}, versions={}), NOW) == []


class World:
    """A sweeper over an AWS in this process."""

    def __init__(self, dynamodb: Any, s3: Any) -> None:
        self.sent: list[tuple[str, str]] = []
        self.left = 900.0
        self.documents = Documents(dynamodb, TABLE)
        self.s3 = s3
        self.listing = Listing(s3, BUCKET)
        self.sweeps = Sweeps(dynamodb, TABLE)
        self.sweeper = Sweeper(
            sweeps=self.sweeps,
            documents=self.documents,
            listing=self.listing,
            promoter=promoter(self.documents, s3, BUCKET, Rules()),
            send=lambda place, version_id: self.sent.append((place.document_id, version_id)),
            now=lambda: NOW,
            left=lambda: self.left,
        )

    def put(self, number: int) -> tuple[str, str]:
        """Put an object that nobody announced."""
        place = keys.Place(owner="me", document_id=f"{number:032x}")
        return place.document_id, self.s3.put_object(Bucket=BUCKET, Key=place.key, Body=b"x")["VersionId"]


@pytest.fixture
def world(dynamodb: Any, s3: Any) -> World:
    """Return a sweeper with an empty table and bucket."""
    return World(dynamodb, s3)


def test_one_document_that_fails_does_not_keep_the_others(world: World) -> None:
    """The run mends what it can, and then says what failed."""
    for number in range(2):
        document_id, _ = world.put(number)
        world.documents.write_head(replace(QUEUED, document_id=document_id), None)

    def send(place: keys.Place, version_id: str) -> None:
        if place.document_id.endswith("0"):
            raise TimeoutError
        world.sent.append((place.document_id, version_id))

    broken = replace(world.sweeper, send=send)
    with pytest.raises(ExceptionGroup, match="1 documents could not be swept"):
        sweeper.handle({"pass": "unfinished"}, broken)
    assert [document_id[-1] for document_id, _ in world.sent] == ["1"]


def test_the_inventory_goes_on_where_its_time_ran_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is kept; after the last page the next run begins anew."""
    put = [world.put(number) for number in range(5)]
    page = world.s3.list_object_versions
    monkeypatch.setattr(world.s3, "list_object_versions", lambda **request: page(**request, MaxKeys=2))
    lefts = iter([900.0, 0.0])
    cut_off = replace(world.sweeper, left=lambda: next(lefts))
    assert cut_off.inventory() == Report(looked=2, repaired=2, complete=False)
    assert world.sweeps.place() != Place()
    assert world.sweeper.inventory() == Report(looked=3, repaired=3, complete=True)
    assert sorted(world.sent) == sorted(put)
    assert world.sweeps.place() == Place()


def test_a_run_sends_no_more_than_its_share(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long queue is not made longer without bound by what it delays."""
    monkeypatch.setattr(sweeper, "MOST_REPAIRS", 3)
    for number in range(5):
        document_id, _ = world.put(number)
        world.documents.write_head(replace(QUEUED, document_id=document_id), None)
    assert sweeper.handle({"pass": "unfinished"}, world.sweeper) == {
        "looked": 3,
        "repaired": 3,
        "expired": 0,
        "failed": 0,
        "complete": False,
    }


def test_an_event_without_a_pass_is_refused(world: World) -> None:
    """The message says what to send."""
    with pytest.raises(ValueError, match=r'expected \{"pass": "unfinished"\} or \{"pass": "inventory"\}, got None'):
        sweeper.handle({}, world.sweeper)
