"""What gets lost is found, what could not be delivered is kept and delivered again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

QUARTER_S = 16 * 60
"""Seconds after which unfinished work is stuck, and a minute."""


def test_a_lost_event_is_found_by_the_sweeper(alice: Person, backstage: Backstage) -> None:
    """An object whose event never came is read after the sweep; a second sweep finds nothing of it."""
    with backstage.deaf():
        lost = [alice.put(f"{number}.txt", TEXT) for number in range(3)]
        assert {alice.api.document(document_id)["status"] for document_id in lost} == {"queued"}
    assert backstage.invoke("sweeperFunction", {"pass": "unfinished"})["repaired"] == 0
    for document_id in lost:
        backstage.age(document_id, QUARTER_S)
    swept = backstage.invoke("sweeperFunction", {"pass": "unfinished"})
    assert (swept["repaired"], swept["failed"], swept["complete"]) == (3, 0, True)
    for document_id in lost:
        document = alice.api.wait(document_id)
        assert (document["status"], document["processing"]["attempt"]) == ("completed", 1)
    assert backstage.invoke("sweeperFunction", {"pass": "unfinished"})["repaired"] == 0


def test_a_lost_deletion_is_found_by_the_sweeper(alice: Person, backstage: Backstage) -> None:
    """An object that was removed behind the API's back, unheard: its document is deleted after the sweep."""
    with backstage.deaf():
        document_id = alice.put("a.txt", TEXT)
        backstage.client("s3").delete_object(
            Bucket=backstage.stack["documentsBucket"], Key=f"t/{alice.owner}/{document_id}"
        )
    backstage.age(document_id, QUARTER_S)
    assert backstage.invoke("sweeperFunction", {"pass": "unfinished"})["repaired"] >= 1
    eventually(lambda: alice.api.document(document_id)["status"] == "deleted", "the deletion to be seen")


def test_an_upload_that_never_came_is_given_up(alice: Person, backstage: Backstage) -> None:
    """An hour after its form ended, a document without bytes has failed, with the reason; its parts are dropped."""
    form = alice.api.begin("a.txt", len(TEXT))["document"]["id"]
    parts = alice.api.begin("film.mp4", 200 * 1024**2)["document"]["id"]
    for document_id in (form, parts):
        backstage.age(document_id, 8 * 24 * 3600)
    swept = backstage.invoke("sweeperFunction", {"pass": "unfinished"})
    assert swept["expired"] == 2
    for document_id in (form, parts):
        document = alice.api.document(document_id)
        assert (document["status"], document["reason"]) == ("failed", "upload never finished")
    uploads = backstage.client("s3").list_multipart_uploads(Bucket=backstage.stack["documentsBucket"])
    assert [upload for upload in uploads.get("Uploads", ()) if parts in upload["Key"]] == []


def test_the_inventory_finds_nothing_on_a_normal_day(alice: Person, backstage: Backstage) -> None:
    """Every version in S3 is looked at; what is young or read is left alone."""
    document = alice.read("a.txt", TEXT)
    swept = backstage.invoke("sweeperFunction", {"pass": "inventory"})
    assert (swept["repaired"], swept["failed"], swept["complete"]) == (0, 0, True)
    assert swept["looked"] >= 1
    assert alice.api.document(document["id"])["revision"] == document["revision"]


def test_dead_letters_are_kept_and_delivered_again(alice: Person, operator: Person, backstage: Backstage) -> None:
    """While the router may not reach its table, messages die: their documents fail with the cause.

    Once it may again, two are replayed by the API and the rest by the function, which first says how many it would;
    all end completed, and replaying one again changes nothing.
    """
    count = 5
    alice.read("warm.txt", TEXT)
    with backstage.forbidden("routerFunction", "dynamodb:"), backstage.delivered(again_s=1, most=2):
        with ThreadPoolExecutor(4) as pool:
            dead = set(pool.map(lambda number: alice.put(f"{number}.txt", TEXT), range(count)))
        eventually(lambda: len(letters(operator, dead)) == count, "the messages to be dead letters", 60)
        mine = letters(operator, dead)
        for document_id in dead:
            document = alice.api.wait(document_id)
            assert (document["status"], document["reason"]) == ("failed", "the router gave no answer")
    assert {(row["source"], row["owner"], row["status"]) for row in mine} == {("intake", alice.owner, "open")}
    assert all(row["receive_count"] >= 2 for row in mine)
    assert {row["document_id"] for row in mine} == dead

    for row in mine[:2]:
        replayed = operator.api.call("POST", f"/dead-letters/{row['id']}/replay")
        assert (replayed["status"], replayed["document_id"]) == ("replayed", row["document_id"])
    rest = [row["id"] for row in mine[2:]]
    order = {"ids": [*rest, "no-such-letter"], "rate": 100}
    told = backstage.invoke("replayFunction", {**order, "dry_run": True})
    assert (told["matched"], told["replayed"], told["missing"]) == (count - 2, 0, 1)
    assert len(letters(operator, dead)) == count - 2
    by_cause = {"filter": {"cause": "gave no answer"}, "dry_run": True}
    assert backstage.invoke("replayFunction", by_cause)["matched"] >= count - 2
    done = backstage.invoke("replayFunction", order)
    assert (done["matched"], done["replayed"], done["complete"]) == (count - 2, count - 2, True)

    for document_id in dead:
        eventually(lambda: alice.api.document(document_id)["status"] == "completed", "a replayed document")  # noqa: B023
        document = alice.api.document(document_id)
        assert document["facts"]["line_count"] == 1
        assert "reason" not in document
    assert letters(operator, dead) == []
    again = operator.api.call("POST", f"/dead-letters/{mine[0]['id']}/replay")
    # What comes after it in the queue is read after it.
    assert alice.read("after.txt", TEXT)["status"] == "completed"
    document = alice.api.document(again["document_id"])
    assert (document["status"], document["processing"]["generation"]) == ("completed", 2)
    assert len(alice.versions(again["document_id"])) == 1


def letters(operator: Person, documents: set[str]) -> list[dict[str, Any]]:
    """Return the open letters about some documents."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = operator.api.call("GET", "/dead-letters", query=query)
        found += [letter for letter in page["letters"] if letter.get("document_id") in documents]
        if "next_cursor" not in page:
            return found
        query["cursor"] = page["next_cursor"]
