"""Two at once, and answers that were lost: the table decides, and nobody's change is overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from api_client import Client
from aws_lambda_powertools import Logger

from functions.store.catalogue import Catalogue, Entry
from functions.store.items import Head

LARGE = 200 * 1024**2


class Interrupted(Catalogue):
    """A catalogue into which others come between: `before` runs ahead of each write, `lost` answers are not received."""

    before: Callable[[], None] = staticmethod(lambda: None)
    lost: int = 0
    blind: int = 0

    def entry(self, document_id: str) -> Entry | None:
        """Read a head; the first `blind` times before it was there."""
        if self.blind:
            self.blind -= 1
            return None
        return super().entry(document_id)

    def create(self, entry: Entry) -> bool:
        """Write a head, as retried by a client whose first answer was lost."""
        return super().create(entry) and not self._is_lost()

    def change(self, before: Head, after: Head, *, upload_bytes: int | None = None) -> bool:
        """Change a head, after others did."""
        self.before()
        return super().change(before, after, upload_bytes=upload_bytes) and not self._is_lost()

    def _is_lost(self) -> bool:
        self.lost -= 1
        return self.lost >= 0


@pytest.fixture
def catalogue(world: Any) -> Interrupted:
    """Return the catalogue to interrupt."""
    return Interrupted(world.dynamodb, "documents")


@pytest.fixture
def late(world: Any, catalogue: Interrupted) -> Client:
    """Return the same user, whose writes are interrupted."""
    del world
    from functions.api import wiring
    from functions.api.app import Api

    services = replace(wiring.services(), catalogue=catalogue)
    return Client(handler=Api(services, wiring.settings(), Logger(service="test", level="CRITICAL")).answer)


def others(me: Client, path: str, times: int) -> Callable[[], None]:
    """Return what renames a document the first so many times that it is called."""
    left = list(range(times))

    def rename() -> None:
        if left:
            me("PATCH", path, {"name": f"theirs-{left.pop()}.txt"}, If_Match="*")

    return rename


def test_a_change_is_made_on_top_of_the_others(me: Client, late: Client, catalogue: Interrupted) -> None:
    """With If-Match * a lost race is tried anew, and keeps what the other changed."""
    path = f"/documents/{me.create()['document']['id']}"
    catalogue.before = others(me, path, 3)
    moved = late("PATCH", path, {"project": "house"}, If_Match="*")
    assert (moved.status, moved.json["name"], moved.json["project"]) == (200, "theirs-0.txt", "house")


def test_a_change_of_a_revision_is_not_made_on_another(me: Client, late: Client, catalogue: Interrupted) -> None:
    """With an ETag the race is lost: 412, and the other's change stays."""
    path = f"/documents/{me.create()['document']['id']}"
    etag = me.get(path).headers["etag"]
    catalogue.before = others(me, path, 1)
    assert late("PATCH", path, {"name": "mine.txt"}, If_Match=etag).code == "revision_mismatch"
    assert me.get(path).json["name"] == "theirs-0.txt"


def test_a_document_that_never_rests_is_a_conflict(me: Client, late: Client, catalogue: Interrupted) -> None:
    """After eight lost races the client is told, and may try again."""
    path = f"/documents/{me.create()['document']['id']}"
    catalogue.before = others(me, path, 100)
    assert late("PATCH", path, {"name": "mine.txt"}, If_Match="*").code == "changed_meanwhile"


def test_a_write_whose_answer_was_lost_is_made_once(me: Client, late: Client, catalogue: Interrupted) -> None:
    """It is recognised as one's own: 200, one revision more."""
    path = f"/documents/{me.create()['document']['id']}"
    before = me.get(path)
    catalogue.lost = 1
    changed = late("PATCH", path, {"name": "mine.txt"}, If_Match=before.headers["etag"])
    assert (changed.status, changed.json["revision"]) == (200, before.json["revision"] + 1)


def test_two_who_make_the_same_document_make_one(me: Client, late: Client, catalogue: Interrupted, world: Any) -> None:
    """The one who comes second hands out the first one's upload, and drops the parts of its own."""
    body = {"name": "film.mp4", "size_bytes": LARGE}
    first = me.post("/documents", body, Idempotency_Key="k").json
    catalogue.blind = 1
    second = late.post("/documents", body, Idempotency_Key="k").json
    assert second["upload"] == first["upload"]
    uploads = world.s3.list_multipart_uploads(Bucket="documents-bucket")["Uploads"]
    assert [upload["UploadId"] for upload in uploads] == [first["upload"]["upload_id"]]


def test_two_who_use_a_key_for_different_documents_make_one(me: Client, late: Client, catalogue: Interrupted) -> None:
    """The second is refused, also where it did not see the first."""
    me.post("/documents", {"name": "a.txt", "size_bytes": 5}, Idempotency_Key="k")
    catalogue.blind = 1
    told = late.post("/documents", {"name": "b.txt", "size_bytes": 5}, Idempotency_Key="k")
    assert told.code == "idempotency_mismatch"


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}], ids=["random", "derived"])
def test_a_document_whose_making_was_not_answered_is_there(
    headers: dict[str, str], me: Client, late: Client, catalogue: Interrupted, world: Any
) -> None:
    """The upload that went with it stays open, with a key or without one."""
    catalogue.lost = 1
    made = late.post("/documents", {"name": "film.mp4", "size_bytes": LARGE}, **headers).json
    assert me.get(f"/documents/{made['document']['id']}/upload/parts").json["parts"] == []
    assert len(world.s3.list_multipart_uploads(Bucket="documents-bucket")["Uploads"]) == 1


def test_a_new_version_of_what_is_being_deleted_is_refused(
    me: Client, late: Client, catalogue: Interrupted, world: Any
) -> None:
    """Whoever deleted it in between has decided; the parts that had begun are dropped."""
    document = me.create()["document"]
    world.upload(document)
    path = f"/documents/{document['id']}"

    def delete() -> None:
        me("DELETE", path)

    catalogue.before = delete
    assert late.post(f"{path}/versions", {"size_bytes": LARGE}).code == "document_deleted"
    assert not world.s3.list_multipart_uploads(Bucket="documents-bucket").get("Uploads")


def test_a_new_version_replaces_what_came_meanwhile(
    me: Client, late: Client, catalogue: Interrupted, world: Any
) -> None:
    """The first version arrives while the second one's upload begins: that is still awaited, and can be completed."""
    document = me.create()["document"]
    arrived = iter([True])

    def arrive() -> None:
        if next(arrived, False):
            world.upload(document)

    catalogue.before = arrive
    begun = late.post(f"/documents/{document['id']}/versions", {"size_bytes": LARGE}).json
    assert begun["document"]["status"] == "completed"
    assert begun["document"]["upload"]["kind"] == "multipart"
    assert me.post(f"/documents/{document['id']}/upload/parts", {"part_numbers": [1]}).status == 200
