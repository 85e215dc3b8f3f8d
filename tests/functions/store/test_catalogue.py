"""The documents table as the API uses it, on a table: made once, changed by the one who read last, listed fresh."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.store.catalogue import Catalogue, Entry, Row, by_owner, by_project, by_status
from functions.store.items import Head, Status, Upload, Version, head_item, version_item

NOW = 1_795_563_000.0
IDS = [f"{number:032x}" for number in range(130)]


@pytest.fixture
def catalogue(dynamodb: Any) -> Catalogue:
    """Return the catalogue at a fixed time."""
    return Catalogue(dynamodb, "documents", now=lambda: NOW)


def head(number: int = 0, **changes: Any) -> Head:
    """Return a head; a greater number is younger."""
    begun = Head(
        document_id=IDS[number],
        owner="me",
        status=Status.UPLOADING,
        created_at=f"2026-11-24T16:00:{number // 1000:02}.{number % 1000:03}Z",
        rev=1,
        name="a.txt",
        upload=Upload(kind="post", expires_at=1_795_564_000),
        since=1,
    )
    return replace(begun, **changes)


def test_a_document_is_made_once(catalogue: Catalogue) -> None:
    """The second of two makers is told, and what the first wrote stays."""
    first = Entry(head=head(), request_digest="d", upload_bytes=5)
    assert catalogue.create(first)
    assert not catalogue.create(replace(first, request_digest="e"))
    assert catalogue.entry(IDS[0]) == first


def test_an_expired_document_is_gone(catalogue: Catalogue, dynamodb: Any) -> None:
    """It is not read, not among heads, and its id can be used again, whether TTL has come or not."""
    expired = head(status=Status.DELETED, expires_at=int(NOW))
    dynamodb.put_item(TableName="documents", Item=head_item(expired))
    assert catalogue.entry(IDS[0]) is None
    assert catalogue.heads([IDS[0]]) == {}
    assert catalogue.create(Entry(head=head()))


def test_a_change_is_of_what_was_read(catalogue: Catalogue) -> None:
    """Of two changes of one revision one is written, indexes with it; the other writes nothing."""
    before = head(project="house")
    catalogue.create(Entry(head=before, request_digest="d", upload_bytes=5))
    mine = replace(before, name="b.txt", project="", upload=None, rev=2)
    assert catalogue.change(before, mine, upload_bytes=7)
    assert not catalogue.change(before, replace(before, name="c.txt", rev=2))
    assert catalogue.entry(IDS[0]) == Entry(head=mine, request_digest="d", upload_bytes=7)
    assert catalogue.rows(by_project("me", "house"), after=None, newest=True, limit=9) == ([], False)


def test_lists_walk_by_time(catalogue: Catalogue) -> None:
    """Each list has what belongs to it, in either order, from any row on."""
    for number in range(5):
        status = Status.COMPLETED if number % 2 else Status.UPLOADING
        catalogue.create(Entry(head=head(number, project="p" if number else "", status=status)))
    catalogue.create(Entry(head=replace(head(5), owner="you")))

    def numbers(rows: list[Row]) -> list[int]:
        return [int(row.document_id, 16) for row in rows]

    rows, more = catalogue.rows(by_owner("me"), after=None, newest=True, limit=3)
    assert (numbers(rows), more) == ([4, 3, 2], True)
    assert numbers(catalogue.rows(by_owner("me"), after=rows[-1], newest=True, limit=3)[0]) == [1, 0]
    assert numbers(catalogue.rows(by_owner("me"), after=rows[-1], newest=False, limit=9)[0]) == [3, 4]
    assert numbers(catalogue.rows(by_project("me", "p"), after=None, newest=False, limit=9)[0]) == [1, 2, 3, 4]
    assert numbers(catalogue.rows(by_status("me", Status.COMPLETED), after=None, newest=False, limit=9)[0]) == [1, 3]
    assert catalogue.count(by_status("me", Status.COMPLETED)) == 2
    assert catalogue.count(by_status("you", Status.COMPLETED)) == 0


def test_heads_come_in_batches(catalogue: Catalogue) -> None:
    """More than one call takes are all found; unknown ids are not in the answer."""
    for number in range(120):
        catalogue.create(Entry(head=head(number)))
    assert set(catalogue.heads(IDS)) == set(IDS[:120])


class Throttled:
    """A DynamoDB client that serves one key of a batch at a time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.exceptions = client.exceptions

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        """Serve the first key and hand the others back."""
        ((table, request),) = RequestItems.items()
        answer: dict[str, Any] = self._client.batch_get_item(RequestItems={table: {"Keys": request["Keys"][:1]}})
        left = request["Keys"][1:]
        return {**answer, "UnprocessedKeys": {table: {"Keys": left}} if left else {}}


def test_keys_that_were_not_served_are_asked_for_again(catalogue: Catalogue, dynamodb: Any) -> None:
    """Each time after a longer pause, until all are there."""
    for number in range(4):
        catalogue.create(Entry(head=head(number)))
    pauses: list[float] = []
    slow = Catalogue(Throttled(dynamodb), "documents", now=lambda: NOW, sleep=pauses.append)
    assert set(slow.heads(IDS[:4])) == set(IDS[:4])
    assert pauses == [0.02, 0.04, 0.08]


def test_versions_come_without_their_envelopes(catalogue: Catalogue, dynamodb: Any) -> None:
    """Newest first; one by its id comes whole."""
    for number in range(3):
        version = Version(
            document_id=IDS[0],
            version_id=f"v{number}",
            status=Status.COMPLETED,
            created_at=f"2026-11-24T16:00:0{number}.000Z",
            envelope=b"x" * 100,
            expires_at=int(NOW) if number == 1 else 0,
        )
        dynamodb.put_item(TableName="documents", Item=version_item(version))
    catalogue.create(Entry(head=head()))
    found = catalogue.versions(IDS[0])
    assert [(version.version_id, version.envelope) for version in found] == [("v2", b""), ("v0", b"")]
    whole = catalogue.version(IDS[0], "v2")
    assert whole is not None
    assert whole.envelope == b"x" * 100
    assert catalogue.version(IDS[0], "v1") is None
    assert catalogue.version(IDS[0], "v9") is None
