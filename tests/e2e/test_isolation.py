"""Two users, every operation of docs/openapi.json, each with the other's ids: nothing of it tells that they exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.steps import TEXT, Person, eventually

OPENAPI = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text())
MISSING = "0" * 32
BODIES: dict[str, Any] = {
    "changeDocument": {"name": "mine-now.txt"},
    "createVersion": {"size_bytes": 1},
    "signParts": {"part_numbers": [1]},
    "completeUpload": {"parts": [{"part_number": 1, "etag": "d41d8cd98f00b204e9800998ecf8427e"}]},
}
ON_DOCUMENTS = [
    (method.upper(), path, operation["operationId"])
    for path, methods in OPENAPI["paths"].items()
    if "{document_id}" in path
    for method, operation in methods.items()
    if method in {"get", "post", "patch", "put", "delete"}
]


def asked(person: Person, method: str, path: str, operation: str, document_id: str) -> tuple[int, dict[str, Any]]:
    """Return status and body of an operation on a document, without what differs between any two requests."""
    headers = {"If-Match": "*"} if method == "PATCH" else {}
    answer = person.api.send(method, path.replace("{document_id}", document_id), BODIES.get(operation), headers=headers)
    body = answer.json() if answer.body else {}
    return answer.status, {name: value for name, value in body.items() if name not in {"instance", "request_id"}}


def test_the_operations_are_those_of_the_document() -> None:
    """Whatever operation is added on a document, it is asked below."""
    assert len(ON_DOCUMENTS) >= 13
    assert BODIES.keys() <= {operation for _, _, operation in ON_DOCUMENTS}


def test_another_ones_document_is_a_missing_one(alice: Person, bob: Person) -> None:
    """Each operation answers for a read document, an open upload and a deleted document of hers what it answers for none."""
    read = alice.read("diary.txt", TEXT)
    uploading = alice.api.begin("film.mp4", 200 * 1024**2)["document"]["id"]
    deleted = alice.read("secret.txt", TEXT)["id"]
    alice.api.call("DELETE", f"/documents/{deleted}")
    for method, path, operation in ON_DOCUMENTS:
        missing = asked(bob, method, path, operation, MISSING)
        assert (missing[0], missing[1]["code"]) == (404, "not_found"), operation
        for document_id in (read["id"], uploading, deleted):
            assert asked(bob, method, path, operation, document_id) == missing, operation
    now = alice.api.document(read["id"])
    assert (now["name"], now["status"], now["revision"]) == ("diary.txt", "completed", read["revision"])
    assert alice.api.document(uploading)["status"] == "uploading"
    assert alice.api.document(deleted)["status"] == "deleted"


@pytest.mark.parametrize("path", ["envelope", "download"])
def test_a_version_of_another_ones_document_is_no_version_of_mine(alice: Person, bob: Person, path: str) -> None:
    """Her version id under his document: there is no such version."""
    hers, his = alice.read("hers.txt", TEXT), bob.read("his.txt", TEXT)
    answers = [
        bob.api.send("GET", f"/documents/{his['id']}/{path}", query={"version": version})
        for version in (hers["version_id"], "nosuchversion")
    ]
    assert {(answer.status, answer.json()["code"]) for answer in answers} == {(404, "version_not_found")}


def test_lists_and_sums_are_ones_own(alice: Person, bob: Person) -> None:
    """No list, project, sum or status of his shows hers, though both use one project's name."""
    hers = alice.read("hers.txt", TEXT, project="shared name")["id"]
    his = bob.read("his.txt", TEXT, project="shared name")["id"]
    gone = alice.read("gone.txt", TEXT)["id"]
    alice.api.call("DELETE", f"/documents/{gone}")
    for query in ({}, {"project": "shared name"}, {"status": "completed"}):
        assert [found["id"] for found in bob.listed(**query)] == [his]
    assert bob.listed(status="deleted") == []
    assert bob.api.call("GET", "/projects")["projects"] == [
        {"name": "shared name", "documents": 1, "size_bytes": len(TEXT)}
    ]
    assert bob.api.call("GET", "/usage")["documents"] == 1
    assert [found["id"] for found in alice.listed()] == [hers]


def test_another_ones_cursor_is_refused(alice: Person, bob: Person) -> None:
    """A cursor of her list leads nowhere in his, nor does one of another query in her own."""
    for number in range(2):
        alice.put(f"{number}.txt", TEXT)
        bob.put(f"{number}.txt", TEXT)
    cursor = alice.api.call("GET", "/documents", query={"limit": 1})["next_cursor"]
    assert alice.api.send("GET", "/documents", query={"limit": 1, "cursor": cursor}).status == 200
    refused = [
        bob.api.send("GET", "/documents", query={"limit": 1, "cursor": cursor}),
        alice.api.send("GET", "/documents", query={"limit": 1, "cursor": cursor, "order": "oldest"}),
        alice.api.send("GET", "/documents", query={"limit": 1, "cursor": cursor[:-4] + "AAAA"}),
        alice.api.send("GET", "/documents", query={"limit": 1, "cursor": "not a cursor"}),
    ]
    assert [(answer.status, answer.json()["code"]) for answer in refused] == [(400, "invalid_cursor")] * 4


def test_what_is_signed_is_signed_for_ones_own(alice: Person, bob: Person) -> None:
    """Forms, part URLs and downloads name a key below their owner, and no other."""
    document = alice.read("signed.txt", TEXT)
    download = alice.api.call("GET", f"/documents/{document['id']}/download")["url"]
    begun = alice.api.begin("film.mp4", 200 * 1024**2)
    parts = alice.api.call("POST", f"/documents/{begun['document']['id']}/upload/parts", {"part_numbers": [1]})
    assert f"/t/{alice.owner}/{document['id']}?" in download
    assert f"/t/{alice.owner}/{begun['document']['id']}?" in parts["parts"][0]["url"]
    key = bob.api.begin("his.txt", 1)["upload"]["fields"]["key"]
    assert key.startswith(f"t/{bob.owner}/")


def test_one_idempotency_key_of_two_users_is_two_documents(alice: Person, bob: Person) -> None:
    """Keys are a user's own: nobody learns of another's, or gets at it, by guessing one."""
    body, headers = {"name": "a.txt", "size_bytes": 1}, {"Idempotency-Key": "monday"}
    made = [person.api.call("POST", "/documents", body, headers=headers)["document"]["id"] for person in (alice, bob)]
    assert len(set(made)) == 2
    eventually(lambda: [found["id"] for found in bob.listed()] == made[1:], "his own")
