"""Who sees what: two users, every operation, ids swapped; tokens, scopes and groups."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from api_client import ME, ORIGIN, Client, answer_of, claims, proxy_event

from functions.api.operations import OPERATIONS, Operation
from functions.store.deadletters import Letter

MISSING = "0" * 32
OF_ONE = [operation for operation in OPERATIONS if "document_id" in operation.parameters]
BODIES: dict[str, Any] = {
    "createDocument": {"name": "a.txt", "size_bytes": 5},
    "changeDocument": {"name": "b.txt"},
    "createVersion": {"size_bytes": 5},
    "signParts": {"part_numbers": [1]},
    "completeUpload": {"parts": [{"part_number": 1, "etag": "a"}]},
}


def by_id(operation: Operation) -> str:
    """Name a test after its operation."""
    return operation.operation_id


def send(client: Client, operation: Operation, **path: str) -> Any:
    """Send an operation's request with a fitting body."""
    return client(operation.method, operation.path.format(**path), BODIES.get(operation.operation_id), If_Match="*")


def test_somebody_elses_document_is_a_missing_one(me: Client, you: Client, world: Any) -> None:
    """For every operation status, headers and body are the same, in every state of the document, and it stays as it is."""
    large = me.create(size_bytes=200 * 1024**2)["document"]
    read = me.create()["document"]
    world.upload(read)
    deleted = me.create()["document"]
    world.upload(deleted)
    me("DELETE", f"/documents/{deleted['id']}")
    before = [me.get(f"/documents/{document['id']}").json for document in (large, read, deleted)]
    for operation in OF_ONE:
        expected = send(you, operation, document_id=MISSING)
        assert expected.code == "not_found", operation.operation_id
        for document in (large, read, deleted):
            assert send(you, operation, document_id=document["id"]) == expected, operation.operation_id
    assert [me.get(f"/documents/{document['id']}").json for document in (large, read, deleted)] == before
    assert world.messages() == []


@pytest.mark.parametrize("operation", OF_ONE, ids=by_id)
@pytest.mark.parametrize("document_id", ["x", "0" * 31, "0" * 33, "A" * 32, "head", "%00", "a b", "d#" + "0" * 30, "ü"])
def test_an_id_of_another_form_is_missing(operation: Operation, document_id: str, edge: Client) -> None:
    """A malformed id answers like one that nobody has, or like a path that is not there; no table is asked."""
    assert send(edge, operation, document_id=document_id).code in {"not_found", "route_not_found"}


def test_lists_of_two_users_share_nothing(me: Client, you: Client, world: Any) -> None:
    """Every list, count and sum is of the caller alone."""
    document = me.create(project="house")["document"]
    world.upload(document)
    me("DELETE", f"/documents/{me.create()['document']['id']}")
    for path in ("/documents", "/documents?project=house", "/documents?status=completed", "/documents?status=deleted"):
        assert len(me.get(path).json["documents"]) == 1
        assert you.get(path).json == {"documents": []}
    assert you.get("/projects").json == {"projects": [], "complete": True}
    assert you.get("/usage").json["documents"] == 0
    assert set(you.get("/usage").json["by_status"].values()) == {0}


def test_an_owner_in_the_request_changes_nothing(me: Client, you: Client) -> None:
    """Whatever a client puts beside the token, the token's `sub` owns what is made."""
    event = proxy_event(
        "POST",
        "/documents",
        headers={"Content-Type": "application/json", "X-Owner": "other", "Authorization": "Bearer x"},
        body=json.dumps({"name": "a.txt", "size_bytes": 1}),
        claimed={**claims(ME), "cognito:username": you.owner, "username": you.owner},
    )
    created = answer_of(me.handler(event, None)).json["document"]
    assert me.get(f"/documents/{created['id']}").status == 200
    assert you.get(f"/documents/{created['id']}").status == 404


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
def test_every_operation_asks_for_its_scope(operation: Operation, edge: Client) -> None:
    """With all scopes but its own an operation is refused, before anything is read."""
    others = {"documents/read", "documents/write", "operations/replay"} - {operation.scope}
    client = dataclasses.replace(edge, claimed={**edge.claimed, "scope": " ".join(sorted(others))})
    answer = send(client, operation, document_id=MISSING, letter_id="l")
    assert (answer.status, answer.code) == (403, "scope_missing")


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
        {"client_id": "another"},
        {"token_use": "id"},
        {"exp": "Tue Nov 24 23:30:00 UTC 2020"},
        {"exp": None},
        {"sub": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_operation_looks_at_the_token(operation: Operation, changes: dict[str, Any], edge: Client) -> None:
    """A token that another check should have stopped is stopped here as well."""
    answer = send(dataclasses.replace(edge, claimed=changes), operation, document_id=MISSING, letter_id="l")
    assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_id)
def test_without_an_authorizer_nobody_gets_in(operation: Operation, edge: Client) -> None:
    """An event without claims is refused, should a method ever be deployed without its authorizer."""
    path = operation.path.format(document_id=MISSING, letter_id="l")
    event = proxy_event(operation.method, path, headers={}, body=None, claimed=None)
    answer = answer_of(edge.handler(event, None))
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


LETTER = Letter(
    letter_id="message-1",
    arrived_at="2026-11-24T23:30:00.000Z",
    cause="poison",
    body="{}",
    source="intake",
    receive_count=8,
    owner=ME,
)


def test_dead_letters_are_for_operators(me: Client, operator: Client, world: Any) -> None:
    """A user with the scope but not the group sees none, and replays none."""
    world.letters.put(LETTER)
    assert me.get("/dead-letters").code == "operators_only"
    assert me.post("/dead-letters/message-1/replay").code == "operators_only"
    (shown,) = operator.get("/dead-letters").json["letters"]
    assert shown == {
        "id": "message-1",
        "status": "open",
        "arrived_at": LETTER.arrived_at,
        "cause": "poison",
        "source": "intake",
        "receive_count": 8,
        "owner": ME,
    }


def test_dead_letters_are_listed_newest_first(operator: Client, world: Any) -> None:
    """Page after page, by status; a cursor is of one list."""
    for number in range(5):
        world.letters.put(
            dataclasses.replace(LETTER, letter_id=f"m{number}", arrived_at=f"2026-11-24T23:3{number}:00.000Z")
        )
    first = operator.get("/dead-letters?limit=3").json
    assert [letter["id"] for letter in first["letters"]] == ["m4", "m3", "m2"]
    second = operator.get(f"/dead-letters?limit=3&cursor={first['next_cursor']}").json
    assert [letter["id"] for letter in second["letters"]] == ["m1", "m0"]
    assert operator.get(f"/dead-letters?status=replayed&cursor={first['next_cursor']}").code == "invalid_cursor"
    assert operator.get("/dead-letters?status=replayed").json == {"letters": []}
    assert operator.get("/dead-letters?status=lost").code == "invalid_query"


def test_a_dead_letter_is_delivered_again(me: Client, operator: Client, world: Any) -> None:
    """Its event is on the queue again as it was, and the letter says when; twice is once more."""
    document = me.create()["document"]
    version_id = world.put(document)
    world.event(document, version_id)
    (body,) = world.messages()
    world.letters.put(dataclasses.replace(LETTER, body=body, document_id=document["id"], version_id=version_id))
    replayed = operator.post("/dead-letters/message-1/replay")
    assert (replayed.status, replayed.json["status"]) == (200, "replayed")
    assert operator.post("/dead-letters/message-1/replay").status == 200
    assert world.messages() == [body, body]
    (shown,) = operator.get("/dead-letters?status=replayed").json["letters"]
    assert shown["replayed_at"] >= replayed.json["replayed_at"]


def test_a_dead_letter_without_an_event_stays(operator: Client, world: Any) -> None:
    """There is nothing to deliver; it stays open and says so."""
    world.letters.put(LETTER)
    assert operator.post("/dead-letters/message-1/replay").code == "letter_unreadable"
    assert len(operator.get("/dead-letters").json["letters"]) == 1
    for missing in ("nobody", "x" * 200, "a b"):
        assert operator.post(f"/dead-letters/{missing}/replay").code == "letter_not_found"
