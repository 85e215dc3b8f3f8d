"""One document, changed while it is read: what S3 says last is what its head says in the end."""

from __future__ import annotations

import io

import pytest

from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

SETTLED = {"completed", "partial", "unsupported", "failed"}


@pytest.fixture(autouse=True)
def _warm(alice: Person) -> None:
    """Have a router that runs, whose sandbox can be stopped."""
    alice.read("warm.txt", TEXT)


def test_a_document_overwritten_while_it_is_read_shows_the_newer(alice: Person, backstage: Backstage) -> None:
    """Both versions end, each with its own envelope, and the head is the newer one's, though the older ended last."""
    with backstage.frozen():
        document_id = alice.put("page.txt", TEXT)
        older = backstage.processing(document_id)
        newer = b"<!DOCTYPE html><title>Newer</title><p>More.</p>"
        alice.replace(document_id, newer)
    eventually(lambda: {row["status"] for row in alice.versions(document_id)} <= SETTLED, "both versions to end")
    document = alice.api.wait(document_id)
    versions = alice.versions(document_id)
    assert [version["current"] for version in versions] == [True, False]
    assert versions[1]["version_id"] == older.version_id
    assert (document["status"], document["media_type"], document["size_bytes"]) == (
        "completed",
        "text/html",
        len(newer),
    )
    assert alice.api.envelope(document_id)["media_type"] == "text/html"
    assert alice.api.envelope(document_id, older.version_id)["media_type"] == "text/plain"


def test_versions_in_quick_succession_all_end(alice: Person) -> None:
    """Five versions one upon the other: five envelopes, none read twice, the head is the last one's."""
    document_id = alice.put("notes.txt", b"0")
    for number in range(1, 5):
        alice.replace(document_id, TEXT * number)
    eventually(
        lambda: [row["status"] for row in alice.versions(document_id)] == ["completed"] * 5, "five versions to end"
    )
    document = eventually(
        lambda: (found := alice.api.document(document_id))["status"] == "completed" and found, "the head to follow"
    )
    versions = alice.versions(document_id)
    assert document["size_bytes"] == 4 * len(TEXT)
    assert sorted(row["size_bytes"] for row in versions) == [1, *(len(TEXT) * number for number in range(1, 5))]
    assert [(row["attempt"], row["generation"]) for row in versions] == [(1, 1)] * 5
    assert [row["size_bytes"] for row in versions if row["current"]] == [4 * len(TEXT)]


def test_a_document_deleted_while_it_is_read_stays_deleted(alice: Person, backstage: Backstage) -> None:
    """What its reader finds is kept, the head stays deleted, and restoring shows it without reading it again."""
    with backstage.frozen():
        document_id = alice.put("gone.txt", TEXT, project="attic")
        version_id = backstage.processing(document_id).version_id
        alice.api.call("DELETE", f"/documents/{document_id}")
        assert alice.api.document(document_id)["status"] == "deleted"
    eventually(lambda: [row["status"] for row in alice.versions(document_id)] == ["completed"], "its reader to end")
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")

    deleted = alice.api.document(document_id)
    assert deleted["status"] == "deleted"
    assert deleted["purge_at"] > deleted["updated_at"]
    assert [found["id"] for found in alice.listed(status="deleted")] == [document_id]
    assert document_id not in {found["id"] for found in alice.listed()}
    assert alice.listed(project="attic") == []
    assert alice.api.send("GET", f"/documents/{document_id}/download").json()["code"] == "document_deleted"

    alice.api.call("POST", f"/documents/{document_id}/restore")
    restored = alice.api.wait(document_id)
    assert (restored["status"], restored["version_id"], "purge_at" in restored) == ("completed", version_id, False)
    assert restored["processing"]["attempt"] == 1
    assert alice.api.envelope(document_id)["document"]["version_id"] == version_id
    assert alice.listed(status="deleted") == []
    assert [found["id"] for found in alice.listed(project="attic")] == [document_id]


def test_reprocessing_reads_a_version_anew(alice: Person) -> None:
    """A new generation of the same version; the envelope stays readable meanwhile."""
    document = alice.read("again.txt", TEXT)
    path = f"/documents/{document['id']}"
    before = alice.api.send("GET", f"{path}/envelope")
    assert alice.api.send("POST", f"{path}/reprocess").status == 202
    assert alice.api.send("GET", f"{path}/envelope").status == 200
    after = eventually(
        lambda: (found := alice.api.document(document["id"]))["status"] == "completed" and found, "a second reading"
    )
    assert (after["processing"]["generation"], after["processing"]["attempt"]) == (2, 1)
    assert after["version_id"] == document["version_id"]
    assert alice.api.envelope(document["id"])["core"] == before.json()["core"]


def test_a_withdrawn_upload_can_come_no_more(alice: Person) -> None:
    """A document deleted before its bytes came is deleted; there is nothing to restore."""
    begun = alice.api.begin("never.txt", len(TEXT))
    path = f"/documents/{begun['document']['id']}"
    alice.api.call("DELETE", path)
    assert alice.api.document(begun["document"]["id"])["status"] == "deleted"
    assert alice.api.send("POST", f"{path}/restore").json()["code"] == "nothing_to_restore"


def test_bytes_that_come_after_a_deletion_are_there_again(alice: Person) -> None:
    """S3 decides: a form that was signed before the deletion puts a version over the delete marker."""
    begun = alice.api.begin("late.txt", len(TEXT))
    alice.api.call("DELETE", f"/documents/{begun['document']['id']}")
    alice.api.send_bytes(begun, io.BytesIO(TEXT))
    assert alice.api.wait(begun["document"]["id"])["status"] == "completed"
