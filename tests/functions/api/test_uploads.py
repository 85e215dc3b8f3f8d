"""Uploads: where bytes may go, how a broken upload goes on, and that nothing is done twice."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from api_client import ME, Client
from hypothesis import given
from hypothesis import strategies as st

from functions.api import wire
from functions.api.parts import cut
from functions.api.uploads import MULTIPART_S

BUCKET = "documents-bucket"
LARGE = 200 * 1024**2
MIB = 1024**2


def policy_of(upload: dict[str, Any]) -> list[Any]:
    """Return the conditions that a form's signature stands for."""
    conditions: list[Any] = json.loads(base64.b64decode(upload["fields"]["policy"]))["conditions"]
    return conditions


@pytest.fixture
def large(me: Client) -> dict[str, Any]:
    """A document whose multipart upload has begun."""
    return me.create("film.mp4", LARGE)


def test_a_small_file_gets_a_form_for_exactly_its_bytes(me: Client) -> None:
    """Key, type, size and digest are all part of what is signed; the key holds no text of the user's."""
    sha256 = hashlib.sha256(b"hello").hexdigest()
    answer = me.post("/documents", {"name": "Ärger.pdf", "size_bytes": 5, "sha256": sha256, "project": "house"})
    assert answer.status == 201
    document, upload = answer.json["document"], answer.json["upload"]
    assert answer.headers["location"] == f"/documents/{document['id']}"
    assert (document["status"], document["name"], document["project"]) == ("uploading", "Ärger.pdf", "house")
    assert upload["kind"] == "post"
    assert upload["fields"]["key"] == f"t/{ME}/{document['id']}"
    conditions = policy_of(upload)
    assert ["content-length-range", 5, 5] in conditions
    assert {"Content-Type": "application/octet-stream"} in conditions
    assert {"key": upload["fields"]["key"]} in conditions
    assert {"x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode()} in conditions
    assert upload["url"].startswith("https://documents-bucket.s3.")


def test_a_form_ends_in_five_minutes(me: Client) -> None:
    """The policy's expiry is what the answer says."""
    upload = me.create()["upload"]
    expires = json.loads(base64.b64decode(upload["fields"]["policy"]))["expiration"]
    left = time.mktime(time.strptime(expires, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone - time.time()
    assert 290 < left <= 301
    assert upload["expires_at"][:16] == expires[:16]


def test_up_to_100_mib_a_form_is_enough(me: Client) -> None:
    """The limit itself is still a form, and so is an empty file; a byte more is not."""
    kinds = [me.create(size_bytes=size)["upload"]["kind"] for size in (0, wire.MAX_POST, wire.MAX_POST + 1)]
    assert kinds == ["post", "post", "multipart"]


def test_a_large_file_goes_in_parts(me: Client, world: Any, large: dict[str, Any]) -> None:
    """Parts are signed for their exact size, listed for resuming, and completed into one object that is queued."""
    document, upload = large["document"], large["upload"]
    assert upload["kind"] == "multipart"
    assert (upload["part_size_bytes"], upload["part_count"]) == (8 * MIB, 25)
    path = f"/documents/{document['id']}/upload"
    signed = me.post(f"{path}/parts", {"part_numbers": [1, 25]}).json["parts"]
    assert [part["size_bytes"] for part in signed] == [8 * MIB, 8 * MIB]
    asked = parse_qs(urlsplit(signed[0]["url"]).query)
    assert asked["partNumber"] == ["1"]
    assert asked["X-Amz-Expires"] == ["300"]
    assert "content-length" in asked["X-Amz-SignedHeaders"][0]
    key = f"t/{ME}/{document['id']}"
    etags = [
        world.s3.upload_part(
            Bucket=BUCKET,
            Key=key,
            UploadId=upload["upload_id"],
            PartNumber=number,
            Body=b"x" * (5 * MIB if number < 25 else 9),
        )["ETag"]
        for number in range(1, 26)
    ]
    stored = me.get(f"{path}/parts").json
    assert [part["etag"] for part in stored["parts"]] == etags
    parts = [{"part_number": number, "etag": etag} for number, etag in enumerate(etags, 1)]
    first = me.post(f"{path}/complete", {"parts": parts})
    assert (first.status, first.json["status"], "upload" in first.json) == (200, "queued", False)
    again = me.post(f"{path}/complete", {"parts": parts})
    assert (again.status, again.json["version_id"]) == (200, first.json["version_id"])
    assert me.get(f"{path}/parts").code == "upload_not_open"


def test_parts_that_are_not_there_are_not_completed(me: Client, large: dict[str, Any]) -> None:
    """A list with a gap is refused by us, ETags of parts that never came by S3; the upload stays open."""
    path = f"/documents/{large['document']['id']}/upload"
    one = {"part_number": 1, "etag": '"' + "0" * 32 + '"'}
    assert me.post(f"{path}/complete", {"parts": [one]}).code == "parts_mismatch"
    all_parts = [{**one, "part_number": number} for number in range(1, 26)]
    assert me.post(f"{path}/complete", {"parts": all_parts}).code == "upload_incomplete"
    assert me.post(f"{path}/complete", {"parts": all_parts[::-1]}).code == "parts_mismatch"
    assert me.get(f"{path}/parts").status == 200


def test_only_parts_of_the_upload_are_signed(me: Client, large: dict[str, Any]) -> None:
    """At most a hundred at a time, from one to the count."""
    path = f"/documents/{large['document']['id']}/upload/parts"
    assert me.post(path, {"part_numbers": [26]}).code == "parts_mismatch"
    for wrong in ([], [0], [1001], list(range(1, 102)), [1.5], ["1"], [True], None):
        assert me.post(path, {"part_numbers": wrong}).code == "invalid_body"


def test_an_aborted_upload_fails_its_document(me: Client, world: Any, large: dict[str, Any]) -> None:
    """Its parts go, the document says why it has no bytes, and aborting again changes nothing."""
    document_id = large["document"]["id"]
    assert me("DELETE", f"/documents/{document_id}/upload").status == 204
    shown = me.get(f"/documents/{document_id}").json
    assert (shown["status"], shown["reason"]) == ("failed", "upload aborted")
    assert not world.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads")
    assert me("DELETE", f"/documents/{document_id}/upload").status == 204
    assert me.get(f"/documents/{document_id}").json["revision"] == shown["revision"]
    assert me.get(f"/documents/{document_id}/upload/parts").code == "upload_not_open"


def test_an_upload_can_begin_anew(me: Client, world: Any, large: dict[str, Any]) -> None:
    """A document whose upload failed takes another one, as the same document."""
    document_id = large["document"]["id"]
    me("DELETE", f"/documents/{document_id}/upload")
    begun = me.post(f"/documents/{document_id}/versions", {"size_bytes": 5}).json
    assert (begun["document"]["status"], begun["upload"]["kind"]) == ("uploading", "post")
    world.upload(begun["document"])
    assert me.get(f"/documents/{document_id}").json["status"] == "completed"


def test_a_new_upload_ends_the_one_before(me: Client, world: Any, large: dict[str, Any]) -> None:
    """Only one upload of a document is open; the parts of the earlier one are dropped."""
    document_id = large["document"]["id"]
    second = me.post(f"/documents/{document_id}/versions", {"size_bytes": 2 * LARGE}).json["upload"]
    uploads = world.s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert [upload["UploadId"] for upload in uploads] == [second["upload_id"]]
    assert me.get(f"/documents/{document_id}/upload/parts").json["part_count"] == 50


def test_a_new_version_replaces_the_current_one_when_it_is_there(me: Client, world: Any) -> None:
    """While its bytes are awaited, the document stays as it was; afterwards both versions are listed."""
    document = me.create(media_type="text/plain")["document"]
    first = world.upload(document)
    begun = me.post(f"/documents/{document['id']}/versions", {"size_bytes": 6}).json["document"]
    assert (begun["status"], begun["version_id"], begun["upload"]["kind"]) == ("completed", first, "post")
    second = world.upload(document, b"hello!")
    shown = me.get(f"/documents/{document['id']}").json
    assert (shown["version_id"], shown["size_bytes"], "upload" in shown) == (second, 6, False)
    listed = me.get(f"/documents/{document['id']}/versions").json["versions"]
    assert {version["version_id"]: version["current"] for version in listed} == {first: False, second: True}


def test_giving_up_a_new_version_leaves_the_current_one(me: Client, world: Any) -> None:
    """The document does not fail because its next version never came."""
    document = me.create()["document"]
    world.upload(document)
    me.post(f"/documents/{document['id']}/versions", {"size_bytes": LARGE})
    assert me("DELETE", f"/documents/{document['id']}/upload").status == 204
    shown = me.get(f"/documents/{document['id']}").json
    assert (shown["status"], "upload" in shown) == ("completed", False)
    item = world.documents.read_head(document["id"])
    assert (item.upload, item.since) == (None, 0)


def test_a_repeated_request_is_one_document(me: Client, you: Client) -> None:
    """The same Idempotency-Key and request give the same document and a fresh form; another user's key is another."""
    body = {"name": "a.txt", "size_bytes": 5}
    first = me.post("/documents", body, Idempotency_Key="k1").json
    again = me.post("/documents", body, Idempotency_Key="k1")
    assert again.status == 201
    assert again.json["document"]["id"] == first["document"]["id"]
    assert again.json["upload"]["kind"] == "post"
    assert me.post("/documents", {"size_bytes": 5, "name": "a.txt"}, Idempotency_Key="k1").status == 201
    assert me.post("/documents", body, Idempotency_Key="k2").json["document"]["id"] != first["document"]["id"]
    assert you.post("/documents", body, Idempotency_Key="k1").json["document"]["id"] != first["document"]["id"]
    assert len(me.get("/documents").json["documents"]) == 2


def test_a_key_is_for_one_request(me: Client) -> None:
    """Another request under the same key is refused and changes nothing."""
    me.post("/documents", {"name": "a.txt", "size_bytes": 5}, Idempotency_Key="k1")
    told = me.post("/documents", {"name": "b.txt", "size_bytes": 5}, Idempotency_Key="k1")
    assert (told.status, told.code) == (422, "idempotency_mismatch")


def test_a_repeated_large_upload_goes_on_where_it_was(me: Client, world: Any) -> None:
    """The same multipart upload is handed out again: parts that arrived are not sent twice."""
    body = {"name": "film.mp4", "size_bytes": LARGE}
    first = me.post("/documents", body, Idempotency_Key="k1").json["upload"]
    assert me.post("/documents", body, Idempotency_Key="k1").json["upload"] == first
    assert len(world.s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]) == 1


def test_a_repeat_after_the_bytes_came_uploads_nothing(me: Client, world: Any) -> None:
    """The document is answered without a place for its bytes, even when it was renamed or deleted since."""
    body = {"name": "a.txt", "size_bytes": 5}
    document = me.post("/documents", body, Idempotency_Key="k1").json["document"]
    world.upload(document)
    again = me.post("/documents", body, Idempotency_Key="k1").json
    assert again["document"]["status"] == "completed"
    assert "upload" not in again
    me("DELETE", f"/documents/{document['id']}")
    assert me.post("/documents", body, Idempotency_Key="k1").json["document"]["status"] == "deleted"


def test_an_upload_that_ran_out_is_not_open(me: Client, world: Any, large: dict[str, Any]) -> None:
    """After six days its parts are about to be dropped; none is signed any more."""
    document_id = large["document"]["id"]
    past = {":past": {"N": str(int(time.time()) - 1)}, "#upload": "upload"}
    world.dynamodb.update_item(
        TableName="documents",
        Key={"pk": {"S": f"d#{document_id}"}, "sk": {"S": "head"}},
        UpdateExpression="SET #upload.expires_at = :past",
        ExpressionAttributeNames={"#upload": past["#upload"]},
        ExpressionAttributeValues={":past": past[":past"]},
    )
    assert me.post(f"/documents/{document_id}/upload/parts", {"part_numbers": [1]}).code == "upload_not_open"
    assert MULTIPART_S < 7 * 24 * 3600


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"size_bytes": wire.MAX_UPLOAD + 1}, "file_too_large"),
        ({"size_bytes": 5 * 1024**4}, "file_too_large"),
        ({"size_bytes": -1}, "invalid_body"),
        ({"size_bytes": "5"}, "invalid_body"),
        ({"size_bytes": 5.5}, "invalid_body"),
        ({"size_bytes": 2**70}, "file_too_large"),
        ({"size_bytes": None}, "invalid_body"),
        ({"name": ""}, "invalid_body"),
        ({"name": "a/b"}, "invalid_name"),
        ({"name": "a\u0000b"}, "invalid_name"),
        ({"name": "x" * 256}, "invalid_body"),
        ({"name": 7}, "invalid_body"),
        ({"name": "\u0041\u030a" * 130}, "invalid_body"),
        ({"project": "x" * 101}, "invalid_body"),
        ({"project": "a\nb"}, "invalid_name"),
        ({"project": " "}, "invalid_name"),
        ({"sha256": "A" * 64}, "invalid_body"),
        ({"media_type": "text"}, "invalid_body"),
        ({"media_type": "text/html; charset=utf-8"}, "invalid_body"),
        ({"owner": "somebody"}, "invalid_body"),
    ],
)
def test_a_wrong_announcement_is_refused(edge: Client, changes: dict[str, Any], code: str) -> None:
    """Each with its code, before anything is made."""
    assert edge.post("/documents", {"name": "a.txt", "size_bytes": 5, **changes}).code == code


@pytest.mark.parametrize("key", ["", "  ", "k" * 256, "schlüssel", "a\tb"])
def test_an_idempotency_key_is_printable_ascii(edge: Client, key: str) -> None:
    """Any other is refused before anything is made."""
    assert edge.post("/documents", {"name": "a.txt", "size_bytes": 5}, Idempotency_Key=key).code == "invalid_header"


@given(st.integers(min_value=0, max_value=wire.MAX_UPLOAD))
def test_parts_add_up(size_bytes: int) -> None:
    """Any file is cut into at most a thousand parts that add up to it, all but the last of whole MiB."""
    whole = cut(size_bytes)
    assert 1 <= whole.part_count <= wire.MAX_PARTS
    assert whole.part_size % MIB == 0
    assert whole.part_size >= wire.MIN_PART
    last = whole.size_of(whole.part_count)
    assert (whole.part_count - 1) * whole.part_size + last == size_bytes
    assert 0 < last <= whole.part_size or size_bytes == 0
