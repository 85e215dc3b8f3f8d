"""What a head must say, case by case, and that saying it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions import keys
from functions.mirror import mirrored
from functions.objects import Absent, Current
from functions.store.items import Head, Status, Upload, Version

DOC = "0123456789abcdef0123456789abcdef"
PLACE = keys.Place(owner="me", document_id=DOC)
NOW = 1_764_000_000_000
KEEP = 100
V1 = Current(version_id="v1", size_bytes=5, etag="e")
HEAD = Head(document_id=DOC, owner="me", status=Status.UPLOADING, created_at="2025", rev=3, name="a", since=7)
DONE = Version(
    document_id=DOC,
    version_id="v1",
    status=Status.PARTIAL,
    gen=2,
    outcome="limited",
    reason="time",
    media_type="video/mp4",
    facts={"title": "A"},
)
FIRST = Upload(kind="post", expires_at=NOW // 1000 + 60)


def mirror(head: Head | None, current: Current | Absent, version: Version | None = None, now: int = NOW) -> Head | None:
    """Return what the head must say."""
    return mirrored(head, PLACE, current, version, now=now, keep_deleted_s=KEEP)


@pytest.mark.parametrize(
    ("version", "status"),
    [
        (None, Status.QUEUED),
        (Version(document_id=DOC, version_id="v1"), Status.QUEUED),
        (replace(DONE, status=Status.PROCESSING), Status.PROCESSING),
        (replace(DONE, status=Status.SLOW), Status.PROCESSING),
        (replace(DONE, status=Status.COMPLETED), Status.COMPLETED),
        (DONE, Status.PARTIAL),
        (replace(DONE, status=Status.UNSUPPORTED), Status.UNSUPPORTED),
        (replace(DONE, status=Status.FAILED), Status.FAILED),
    ],
)
def test_a_head_has_its_versions_status(version: Version | None, status: Status) -> None:
    """And is unfinished exactly while that is."""
    head = mirror(replace(HEAD, upload=FIRST), V1, version)
    assert head is not None
    assert (head.status, head.version_id, bool(head.since), head.upload is None) == (
        status,
        "v1",
        not status.settled,
        status.settled,
    )


def test_a_settled_head_shows_what_was_found() -> None:
    """Type, outcome, reason and facts of the current version, and the size that S3 tells."""
    head = mirror(HEAD, V1, replace(DONE, reason="x" * 999))
    assert head == replace(
        HEAD,
        status=Status.PARTIAL,
        version_id="v1",
        gen=2,
        outcome="limited",
        reason="x" * 200,
        media_type="video/mp4",
        facts={"title": "A"},
        size_bytes=5,
        since=0,
        updated_at="2025-11-24T16:00:00.000Z",
    )


def test_a_document_asked_for_again_shows_the_old_facts_until_there_are_new_ones() -> None:
    """The same version, queued once more."""
    settled = mirror(HEAD, V1, DONE)
    assert settled is not None
    again = mirror(settled, V1, Version(document_id=DOC, version_id="v1", gen=3), NOW + 5)
    assert again is not None
    assert (again.status, again.media_type, again.facts, again.outcome, again.since, again.gen) == (
        Status.QUEUED,
        "video/mp4",
        {"title": "A"},
        "",
        NOW + 5,
        3,
    )


def test_a_new_version_shows_nothing_of_the_old_one() -> None:
    """Facts belong to the version they were read from."""
    settled = mirror(HEAD, V1, DONE)
    head = mirror(settled, replace(V1, version_id="v2"))
    assert head is not None
    assert (head.status, head.media_type, head.facts) == (Status.QUEUED, "", {})


def test_an_upload_that_has_not_come_keeps_a_settled_document_unfinished() -> None:
    """The sweeper still looks for it; once the new version is there and settled, or time is up, it is no more."""
    replacing = replace(HEAD, status=Status.PARTIAL, version_id="v1", upload=replace(FIRST, replaces="v1"))
    waiting = mirror(replacing, V1, DONE)
    assert waiting is not None
    assert (waiting.status, waiting.upload, waiting.since) == (Status.PARTIAL, replacing.upload, 7)
    v2 = replace(V1, version_id="v2")
    for head in (mirror(waiting, v2, replace(DONE, version_id="v2")), mirror(waiting, V1, DONE, NOW + 60_000)):
        assert head is not None
        assert (head.upload, head.since) == (None, 0)


def test_an_upload_that_has_come_is_kept_until_it_is_settled() -> None:
    """Until then the document is unfinished, and says why."""
    head = mirror(replace(HEAD, upload=FIRST), V1)
    assert head is not None
    assert (head.status, head.upload, head.since) == (Status.QUEUED, FIRST, 7)


@pytest.mark.parametrize("marker", [False, True])
def test_a_document_whose_object_is_gone_is_deleted(marker: object) -> None:
    """It shows what it was until it expires, and nobody waits for it."""
    settled = mirror(HEAD, V1, DONE)
    assert settled is not None
    head = mirror(settled, Absent(marker=bool(marker)))
    assert head == replace(
        settled, status=Status.DELETED, version_id="", gen=0, expires_at=NOW // 1000 + KEEP, since=0, upload=None
    )


def test_a_restored_document_no_longer_expires() -> None:
    """The version under the marker is current again."""
    deleted = mirror(mirror(HEAD, V1, DONE), Absent(marker=True))
    head = mirror(deleted, V1, DONE)
    assert head is not None
    assert (head.status, head.expires_at, head.facts) == (Status.PARTIAL, 0, {"title": "A"})


def test_a_deleted_document_keeps_its_end() -> None:
    """Looking again does not make it live longer; a restore that came to nothing gives it an end again."""
    deleted = mirror(mirror(HEAD, V1, DONE), Absent(marker=True))
    assert deleted is not None
    assert mirror(deleted, Absent(marker=True), now=NOW + 9_000) is deleted
    half_restored = replace(deleted, expires_at=0, since=NOW)
    again = mirror(half_restored, Absent(marker=True), now=NOW + 9_000)
    assert again is not None
    assert (again.expires_at, again.since) == (NOW // 1000 + 9 + KEEP, 0)


@pytest.mark.parametrize("status", [Status.UPLOADING, Status.FAILED])
def test_an_upload_that_never_came_is_not_deleted(status: Status) -> None:
    """Nothing was there, so nothing is gone; under a delete marker it is."""
    head = replace(HEAD, status=status)
    assert mirror(head, Absent(marker=False)) is head
    deleted = mirror(head, Absent(marker=True))
    assert deleted is not None
    assert deleted.status is Status.DELETED


def test_nothing_and_nothing_make_nothing() -> None:
    """A document that TTL took and S3 no longer has is not brought back."""
    assert mirror(None, Absent(marker=False)) is None


def test_a_document_that_nobody_announced_is_its_owners() -> None:
    """It gets a head from its key."""
    head = mirror(None, V1, DONE)
    assert head is not None
    assert (head.owner, head.document_id, head.created_at, head.name) == ("me", DOC, "2025-11-24T16:00:00.000Z", "")


def test_an_object_under_another_owners_name_changes_nothing() -> None:
    """A document id belongs to who has its head."""
    theirs = replace(HEAD, owner="you")
    assert mirror(theirs, V1, DONE) is theirs


STATUSES = st.sampled_from([s for s in Status if s is not Status.SLOW])
HEADS = st.builds(
    replace,
    st.just(HEAD),
    status=STATUSES,
    version_id=st.sampled_from(["", "v1", "v2"]),
    gen=st.integers(0, 3),
    since=st.sampled_from([0, 5]),
    expires_at=st.sampled_from([0, 9]),
    upload=st.sampled_from([None, FIRST, replace(FIRST, replaces="v1"), replace(FIRST, replaces="v1", expires_at=1)]),
)
CURRENTS = st.sampled_from([V1, replace(V1, version_id="v2"), Absent(marker=True), Absent(marker=False)])
VERSIONS = st.sampled_from([None, DONE, replace(DONE, status=Status.PROCESSING), replace(DONE, status=Status.SLOW)])


@given(st.none() | HEADS, CURRENTS, VERSIONS)
def test_saying_it_again_changes_nothing(head: Head | None, current: Current | Absent, version: Version | None) -> None:
    """A head that says what it must is the very one that was given: no write, so no end to it is needed."""
    once = mirror(head, current, version)
    assert mirror(once, current, version, NOW + 1) is once
