"""The table's conditions, on a table: who may write what, and what the loser is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.store.documents import Documents
from functions.store.items import Head, Status, Upload, Version, head_attributes
from functions.store.leases import Claimed, Finished, Handed, Held, Lease, Lost, Settled

DOC = "0123456789abcdef0123456789abcdef"
NOW = 1_764_000_000_000


def claim(documents: Documents, holder: str = "a", now: int = NOW, lease: int = 120_000) -> Lease:
    """Claim version v1 and return the lease."""
    claimed = documents.claim(DOC, "v1", holder=holder, now=now, lease_until=now + lease)
    assert isinstance(claimed, Claimed)
    return claimed.lease


def result(lease: Lease, **changes: Any) -> Version:
    """Return what a worker with this lease found."""
    found = Version(
        document_id=DOC,
        version_id="v1",
        status=Status.COMPLETED,
        outcome="complete",
        media_type="text/plain",
        size_bytes=5,
        etag='"e"',
        facts={"title": "A", "dpi": 72.5},
        envelope=b"\x01\x02",
        attempt=lease.attempt,
        gen=lease.gen,
        created_at="2025-11-24T16:00:00.000Z",
    )
    return replace(found, **changes)


def head(**changes: Any) -> Head:
    """Return the head an upload begins with."""
    begun = Head(
        document_id=DOC,
        owner="me",
        status=Status.UPLOADING,
        created_at="2025-11-24T16:00:00.000Z",
        name="a.txt",
        project="house",
        upload=Upload(kind="post", expires_at=1_764_003_600),
        since=NOW,
    )
    return replace(begun, **changes)


def test_a_claim_goes_to_one(documents: Documents) -> None:
    """The second worker is told until when the first one has it."""
    lease = claim(documents)
    assert (lease.attempt, lease.gen, lease.until) == (1, 1, NOW + 120_000)
    assert documents.claim(DOC, "v1", holder="b", now=NOW + 1, lease_until=NOW + 120_001) == Held(NOW + 120_000)


def test_a_claim_sent_twice_is_ours(documents: Documents) -> None:
    """Where the answer to our own claim was lost and the client sent it again, we hold what we hold."""
    first = claim(documents)
    assert claim(documents, now=NOW + 1) == first


def test_a_lease_that_ran_out_is_claimed_with_the_next_attempt(documents: Documents) -> None:
    """A worker that died keeps nobody waiting for longer than its lease."""
    claim(documents)
    again = claim(documents, "b", NOW + 120_001)
    assert (again.attempt, again.gen) == (2, 1)


def test_a_lease_from_a_clock_that_jumped_keeps_nobody_out(documents: Documents) -> None:
    """A lease that ends later than any could is not waited for; a claim that was long under way robs nobody."""
    fresh = claim(documents, now=NOW + 600_000)
    late = documents.claim(DOC, "v1", holder="b", now=NOW, lease_until=NOW + 120_000)
    assert late == Held(fresh.until)
    claim(documents, "c", now=fresh.until + 10**9)
    assert claim(documents, "d", now=NOW).attempt == 3


def test_the_result_of_a_claim_is_there_to_read(documents: Documents) -> None:
    """What was finished is read back whole, without its lease."""
    lease = claim(documents)
    done = result(lease)
    assert documents.finish(lease, done) == Finished(done)
    assert documents.read_version(DOC, "v1") == done
    assert documents.claim(DOC, "v1", holder="b", now=NOW, lease_until=NOW + 1) == Settled(done)


def test_a_late_worker_never_replaces_the_winner(documents: Documents) -> None:
    """A finish, a release and a hand-over after the lease was lost change nothing."""
    late = claim(documents, "a")
    winner = claim(documents, "b", NOW + 120_001)
    assert isinstance(documents.finish(late, result(late)), Lost)
    assert not documents.release(late, "x")
    assert not documents.hand_over(late)
    done = result(winner, media_type="image/png")
    documents.finish(winner, done)
    lost = documents.finish(late, result(late))
    assert lost == Lost(done)
    assert documents.read_version(DOC, "v1") == done


def test_a_worker_of_an_earlier_generation_is_fenced_off(documents: Documents) -> None:
    """Reprocessing begins attempts anew, so attempt 1 of generation 1 is not attempt 1 of generation 2."""
    stale = claim(documents, "a")
    winner = claim(documents, "b", NOW + 120_001)
    documents.finish(winner, result(winner))
    assert documents.reprocess(result(winner))
    fresh = claim(documents, "c", NOW + 120_002)
    assert (fresh.attempt, fresh.gen) == (stale.attempt, stale.gen + 1)
    assert isinstance(documents.finish(stale, result(stale)), Lost)
    assert not documents.release(stale, "x")
    assert isinstance(documents.finish(fresh, result(fresh)), Finished)


def test_a_finish_sent_twice_is_lost_to_itself(documents: Documents) -> None:
    """Where our own finish came through unanswered, the loser is told the very result."""
    lease = claim(documents)
    done = result(lease)
    documents.finish(lease, done)
    assert documents.finish(lease, done) == Lost(done)


def test_a_finish_without_an_item_is_lost_to_nothing(documents: Documents) -> None:
    """An item that TTL removed is not written again by who worked on it."""
    lease = Lease(document_id=DOC, version_id="v9", attempt=1, gen=1, holder="a", until=0)
    assert documents.finish(lease, result(lease)) == Lost(None)
    assert documents.read_version(DOC, "v9") is None


def test_a_released_lease_is_free_at_once(documents: Documents) -> None:
    """The next attempt does not wait, and knows why the last one gave up."""
    lease = claim(documents)
    assert documents.release(lease, "SlowDown")
    version = documents.read_version(DOC, "v1")
    assert version is not None
    assert (version.reason, version.holder, version.lease_until) == ("SlowDown", "", 0)
    assert claim(documents, "a", NOW + 1).attempt == 2


def test_slow_work_belongs_to_its_state_machine(documents: Documents) -> None:
    """A worker that comes across it is told so; the machine's result is taken once, of the right generation only."""
    lease = claim(documents)
    assert documents.hand_over(lease)
    claimed = documents.claim(DOC, "v1", holder="b", now=NOW + 10**9, lease_until=NOW + 10**9)
    assert isinstance(claimed, Handed)
    assert isinstance(documents.slow_done(result(lease, gen=lease.gen + 1)), Lost)
    done = result(lease)
    assert documents.slow_done(done) == Finished(done)
    assert documents.slow_done(done) == Lost(done)


def test_reprocessing_keeps_the_envelope_until_there_is_another(documents: Documents) -> None:
    """A document asked for again is queued, and still readable."""
    lease = claim(documents)
    documents.finish(lease, result(lease))
    assert documents.reprocess(result(lease))
    version = documents.read_version(DOC, "v1")
    assert version is not None
    assert (version.status, version.gen, version.attempt, version.envelope) == (Status.QUEUED, 2, 0, b"\x01\x02")
    assert not documents.reprocess(result(lease))


def test_a_result_of_another_kind_leaves_nothing_of_the_last(documents: Documents) -> None:
    """An envelope that moved to S3 is no longer in the item, and a failure has no facts of a success."""
    lease = claim(documents)
    documents.finish(lease, result(lease))
    documents.reprocess(result(lease))
    again = claim(documents, "b", NOW + 1)
    large = result(again, envelope=b"", envelope_key="e/k", envelope_sha256="00", facts={}, expires_at=7)
    documents.finish(again, large)
    assert documents.read_version(DOC, "v1") == large


@pytest.mark.parametrize("begun", ["never", "released", "slow"])
def test_a_dead_letter_fails_what_nobody_works_on(documents: Documents, begun: str) -> None:
    """Never begun, given back or stuck in a state machine: failed, with the cause."""
    if begun != "never":
        lease = claim(documents)
        assert documents.release(lease, "x") if begun == "released" else documents.hand_over(lease)
    assert documents.reject(DOC, "v1", reason="maxReceiveCount", now=NOW) is None
    version = documents.read_version(DOC, "v1")
    assert version is not None
    assert (version.status, version.reason, version.outcome, version.gen) == (
        Status.FAILED,
        "maxReceiveCount",
        "failed",
        1,
    )


def test_a_dead_letter_leaves_a_worker_alone(documents: Documents) -> None:
    """What is held stays held, what is settled stays settled."""
    lease = claim(documents)
    assert documents.reject(DOC, "v1", reason="x", now=NOW) == Held(lease.until)
    done = result(lease)
    documents.finish(lease, done)
    assert documents.reject(DOC, "v1", reason="x", now=NOW + 10**9) == Settled(done)


def test_a_version_removed_for_good_is_let_go(documents: Documents) -> None:
    """Its item gets an end; where there is none, none is made."""
    claim(documents)
    assert documents.forget(DOC, "v1", expires_at=99)
    version = documents.read_version(DOC, "v1")
    assert version is not None
    assert version.expires_at == 99
    assert not documents.forget(DOC, "v2", expires_at=99)
    assert documents.read_version(DOC, "v2") is None


def test_a_head_is_made_once(documents: Documents) -> None:
    """The second who finds none and makes one is told to read again."""
    assert documents.read_head(DOC) is None
    assert documents.write_head(head(), None)
    assert documents.read_head(DOC) == head(rev=1)
    assert not documents.write_head(head(name="b"), None)


def test_a_head_is_written_by_who_read_it_last(documents: Documents) -> None:
    """Of two who read the same `rev`, one writes."""
    documents.write_head(head(), None)
    read = documents.read_head(DOC)
    assert read is not None
    assert documents.write_head(replace(read, name="b"), read)
    assert not documents.write_head(replace(read, name="c"), read)
    assert documents.read_head(DOC) == replace(read, name="b", rev=2)


def test_a_head_that_expired_meanwhile_is_not_written_in_part(documents: Documents, dynamodb: Any) -> None:
    """A write that follows a removal by TTL makes no half of a head."""
    documents.write_head(head(), None)
    read = documents.read_head(DOC)
    assert read is not None
    dynamodb.delete_item(TableName="documents", Key={"pk": {"S": f"d#{DOC}"}, "sk": {"S": "head"}})
    assert not documents.write_head(replace(read, name="b"), read)
    assert documents.read_head(DOC) is None


def test_only_what_differs_is_written(documents: Documents, dynamodb: Any) -> None:
    """An attribute that this code does not know stays where it is; one that is no longer filled goes."""
    documents.write_head(head(), None)
    key = {"pk": {"S": f"d#{DOC}"}, "sk": {"S": "head"}}
    dynamodb.update_item(
        TableName="documents",
        Key=key,
        UpdateExpression="SET tag = :t",
        ExpressionAttributeValues={":t": {"S": "new"}},
    )
    read = documents.read_head(DOC)
    assert read is not None
    settled = replace(read, status=Status.COMPLETED, upload=None, since=0, project="")
    assert documents.write_head(settled, read)
    item = dynamodb.get_item(TableName="documents", Key=key)["Item"]
    assert set(item) == {"pk", "sk", "tag", *head_attributes(settled)}
    assert documents.read_head(DOC) == replace(settled, rev=2)


def test_a_head_moves_through_the_indexes(documents: Documents, dynamodb: Any) -> None:
    """Unfinished while it is, listed by owner until deleted, by status when there is one to list by."""

    def found(index: str, name: str, value: str) -> int:
        answer = dynamodb.query(
            TableName="documents",
            IndexName=index,
            KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": name},
            ExpressionAttributeValues={":v": {"S": value}},
        )
        return int(answer["Count"])

    def where() -> tuple[int, int, int, int]:
        return (
            found("by-owner", "owner_key", "o#me"),
            found("by-project", "project_key", "o#me#p#house"),
            found("by-status", "status_key", "o#me#s#deleted"),
            found("unfinished", "shard", "u#5"),
        )

    documents.write_head(head(), None)
    assert where() == (1, 1, 0, 1)
    read = documents.read_head(DOC)
    assert read is not None
    documents.write_head(replace(read, status=Status.DELETED, since=0, upload=None, expires_at=9), read)
    assert where() == (0, 0, 1, 0)


def test_a_restored_document_is_kept_and_looked_at_again(documents: Documents) -> None:
    """Before its delete marker goes, TTL can no longer have it and the sweeper knows of it."""
    documents.write_head(head(status=Status.DELETED, since=0, upload=None, expires_at=NOW // 1000 + 1), None)
    assert documents.restore(DOC, now=NOW)
    restored = documents.read_head(DOC)
    assert restored is not None
    assert (restored.status, restored.expires_at, restored.since, restored.rev) == (Status.DELETED, 0, NOW, 2)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.DELETED])
def test_what_is_not_deleted_or_expired_already_is_not_restored(documents: Documents, status: Status) -> None:
    """TTL is late; an item past its end is gone all the same."""
    documents.write_head(head(status=status, expires_at=NOW // 1000), None)
    assert not documents.restore(DOC, now=NOW)


def test_an_upload_that_never_came_fails(documents: Documents) -> None:
    """The document says why, and is unfinished no longer; one that came meanwhile is left alone."""
    documents.write_head(head(), None)
    read = documents.read_head(DOC)
    assert read is not None
    assert documents.expire(read, reason="the upload was never finished", now=NOW)
    failed = documents.read_head(DOC)
    assert failed == replace(
        read,
        status=Status.FAILED,
        reason="the upload was never finished",
        upload=None,
        since=0,
        rev=2,
        updated_at="2025-11-24T16:00:00.000Z",
    )
    assert not documents.expire(read, reason="x", now=NOW)
