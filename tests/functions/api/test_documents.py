"""Documents that are there: listed, looked at, changed, deleted, restored and read anew."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from api_client import ME, ORIGIN, YOU, Client, query

from functions.envelopes import unpack
from functions.store.items import Status

ARTIFACTS = "artifacts-bucket"


def head_key(document_id: str) -> dict[str, Any]:
    """Return the key of a head item."""
    return {"pk": {"S": f"d#{document_id}"}, "sk": {"S": "head"}}


def write(world: Any, document_id: str, name: str, value: dict[str, str]) -> None:
    """Set one attribute of a head."""
    world.dynamodb.update_item(
        TableName="documents",
        Key=head_key(document_id),
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


@pytest.fixture
def document(me: Client, world: Any) -> dict[str, Any]:
    """A document that was read."""
    made: dict[str, Any] = me.create("Brief an Zoë.pdf", project="house", media_type="text/plain")["document"]
    world.upload(made)
    return made


def names(page: Any) -> list[str]:
    """Return the names on a page, in its order."""
    return [document["name"] for document in page["documents"]]


def walk(client: Client, **parameters: Any) -> list[list[str]]:
    """Return the names on each page of a list."""
    pages = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(f"/documents?{query(**parameters, **cursor)}").json
        pages.append(names(page))
        if "next_cursor" not in page:
            return pages
        cursor = {"cursor": page["next_cursor"]}


def test_a_posted_file_is_seen_before_its_event(me: Client, world: Any) -> None:
    """A document whose bytes have arrived is queued for whoever looks, however long its event waits."""
    made = me.create("posted.txt")["document"]
    assert me.get(f"/documents/{made['id']}").json["status"] == "uploading"
    world.put(made)
    assert me.get(f"/documents/{made['id']}").json["status"] == "queued"
    assert walk(me, status="queued") == [["posted.txt"]]


def test_a_document_tells_what_was_found(me: Client, document: dict[str, Any]) -> None:
    """Status, media type, facts, and how its current version was processed."""
    shown = me.get(f"/documents/{document['id']}").json
    assert shown["status"] == "completed"
    assert shown["media_type"] == shown["declared_media_type"] == "text/plain"
    assert shown["facts"] == {"page_count": 3}
    assert shown["processing"]["status"] == "completed"
    assert (shown["processing"]["attempt"], shown["processing"]["generation"]) == (1, 1)


def test_documents_are_listed_newest_first(me: Client, you: Client) -> None:
    """Every document of the caller comes up once, page after page, in either order; nobody else's does."""
    made = [me.create(f"{number}.txt")["document"]["name"] for number in range(7)]
    you.create("yours.txt")
    assert walk(me, limit=3) == [made[:3:-1], made[3:0:-1], made[0:1]]
    assert walk(me, limit=3, order="oldest") == [made[:3], made[3:6], made[6:]]
    assert walk(me) == [made[::-1]]


def test_a_list_that_ends_with_a_page_says_so(me: Client) -> None:
    """A page that is just full has no cursor, or one to an empty page; never a document twice."""
    for number in range(4):
        me.create(f"{number}.txt")
    assert [name for page in walk(me, limit=2) for name in page] == ["3.txt", "2.txt", "1.txt", "0.txt"]


def test_filters_narrow_the_list(me: Client, world: Any) -> None:
    """By project, by status whether indexed or not, and by both."""
    done = me.create("done.txt", project="house")["document"]
    world.upload(done)
    broken = me.create("broken.txt", project="garden")["document"]
    world.upload(broken, outcome="corrupt", status=Status.FAILED)
    me.create("coming.txt", project="house")
    gone = me.create("gone.txt", project="house")["document"]
    world.upload(gone)
    me("DELETE", f"/documents/{gone['id']}")
    assert walk(me, project="house") == [["coming.txt", "done.txt"]]
    assert walk(me, status="completed") == [["done.txt"]]
    assert walk(me, status="failed", project="garden") == [["broken.txt"]]
    assert walk(me, status="failed", project="house") == [[]]
    assert walk(me, status="uploading") == [["coming.txt"]]
    assert walk(me, status="uploading", project="house") == [["coming.txt"]]
    assert walk(me, status="deleted") == [["gone.txt"]]
    assert walk(me, status="deleted", project="house") == [["gone.txt"]]
    assert walk(me, status="deleted", project="garden") == [[]]
    assert walk(me, project="nowhere") == [[]]


def test_a_filter_that_leaves_little_still_pages(me: Client) -> None:
    """Where most of an index does not show, pages may be empty but the walk comes to the end, and finds everything."""
    wanted = me.create("wanted.txt", project="p")["document"]["name"]
    for number in range(25):
        me.create(f"{number}.txt", project="p")
    found = walk(me, project="p", status="processing", limit=1)
    assert found == [[]] * len(found)
    assert len(found) > 1
    assert wanted in [name for page in walk(me, project="p", status="uploading", limit=2) for name in page]


def test_a_page_that_did_not_change_is_not_sent(me: Client) -> None:
    """If-None-Match with the page's ETag gives 304; a change of any document on it gives the page."""
    made = me.create()["document"]
    first = me.get("/documents")
    assert first.headers["cache-control"] == "private, no-cache"
    same = me.get("/documents", If_None_Match=first.headers["etag"])
    assert (same.status, same.text, same.headers["etag"]) == (304, "", first.headers["etag"])
    assert same.headers["access-control-allow-origin"] == ORIGIN
    me("PATCH", f"/documents/{made['id']}", {"name": "b.txt"}, If_Match="*")
    assert me.get("/documents", If_None_Match=first.headers["etag"]).status == 200
    assert me.get("/documents", If_None_Match=f'W/"other", W/{first.headers["etag"]}').status == 200


def test_a_cursor_is_of_one_list_of_one_user(me: Client, you: Client) -> None:
    """With other filters, in another order, by another user, changed or made up, it is refused."""
    for number in range(3):
        me.create(f"{number}.txt")
        you.create(f"{number}.txt")
    cursor = me.get("/documents?limit=1").json["next_cursor"]
    assert you.get(f"/documents?limit=1&cursor={cursor}").code == "invalid_cursor"
    assert me.get(f"/documents?limit=1&order=oldest&cursor={cursor}").code == "invalid_cursor"
    assert me.get(f"/documents?limit=1&project=a&cursor={cursor}").code == "invalid_cursor"
    assert me.get("/documents?cursor=bm9wZQ").code == "invalid_cursor"
    assert me.get(f"/documents?limit=2&cursor={cursor}").status == 200


def test_a_rename_names_the_revision_it_is_of(me: Client, document: dict[str, Any]) -> None:
    """Without If-Match 428, with an old one 412, with the newest it is done and has a new one."""
    path = f"/documents/{document['id']}"
    etag = me.get(path).headers["etag"]
    assert me("PATCH", path, {"name": "b.txt"}).code == "revision_required"
    renamed = me("PATCH", path, {"name": "b.txt", "project": "garden"}, If_Match=etag)
    assert (renamed.status, renamed.json["name"], renamed.json["project"]) == (200, "b.txt", "garden")
    assert renamed.headers["etag"] == me.get(path).headers["etag"] != etag
    stale = me("PATCH", path, {"name": "c.txt"}, If_Match=etag)
    assert (stale.status, stale.code) == (412, "revision_mismatch")
    assert stale.headers["etag"] == f'"{renamed.json["revision"]}"'
    by_revision = me("PATCH", path, {"project": ""}, If_Match=f'"{renamed.json["revision"]}"')
    assert (by_revision.status, by_revision.json["project"], by_revision.json["name"]) == (200, "", "b.txt")
    for wrong in ("", "abc", '"x"', 'W/"1"', '"1-2"', f'"{"9" * 40}"'):
        assert me("PATCH", path, {"name": "c.txt"}, If_Match=wrong).code == "invalid_header"
    assert me("PATCH", path, {"name": "c/d"}, If_Match="*").code == "invalid_name"


def test_a_change_of_nothing_writes_nothing(me: Client, document: dict[str, Any]) -> None:
    """The revision stays where nothing changes."""
    path = f"/documents/{document['id']}"
    before = me.get(path).json
    assert me("PATCH", path, {}, If_Match="*").json == before
    assert me("PATCH", path, {"name": before["name"]}, If_Match="*").json == before


def test_a_move_shows_in_both_projects_at_once(me: Client, document: dict[str, Any]) -> None:
    """The document is in the list of its new project, and in no other."""
    me("PATCH", f"/documents/{document['id']}", {"project": "garden"}, If_Match="*")
    assert walk(me, project="garden") == [["Brief an Zoë.pdf"]]
    assert walk(me, project="house") == [[]]
    assert me.get("/projects").json["projects"] == [{"name": "garden", "documents": 1, "size_bytes": 5}]


def test_a_deleted_document_can_be_restored(me: Client, world: Any, document: dict[str, Any]) -> None:
    """It leaves every list but that of deleted ones, says when it is purged, and comes back as it was."""
    path = f"/documents/{document['id']}"
    before = me.get(path).json
    deleted = me("DELETE", path)
    assert (deleted.status, deleted.text) == (204, "")
    assert me("DELETE", path).status == 204
    shown = me.get(path).json
    assert shown["status"] == "deleted"
    left = datetime.fromisoformat(shown["purge_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)
    assert (walk(me), walk(me, status="deleted")) == ([[]], [["Brief an Zoë.pdf"]])
    assert me.get(f"{path}/download").code == "document_deleted"
    assert me("PATCH", path, {"name": "b"}, If_Match="*").code == "document_deleted"
    assert me.post(f"{path}/versions", {"size_bytes": 1}).code == "document_deleted"
    assert me.post(f"{path}/reprocess").code == "document_deleted"
    restored = me.post(f"{path}/restore")
    assert restored.status == 200
    world.process()
    after = me.get(path).json
    volatile = {"revision", "updated_at"}
    assert {key: value for key, value in after.items() if key not in volatile} == {
        key: value for key, value in before.items() if key not in volatile
    }
    assert me.post(f"{path}/restore").json == after
    assert not world.s3.list_object_versions(Bucket="documents-bucket").get("DeleteMarkers")


def test_what_never_arrived_cannot_be_restored(me: Client) -> None:
    """A document that was deleted while its bytes were awaited has none to bring back, and is still purged."""
    document = me.create()["document"]
    path = f"/documents/{document['id']}"
    assert me("DELETE", path).status == 204
    purge_at = me.get(path).json["purge_at"]
    assert me.post(f"{path}/restore").code == "nothing_to_restore"
    assert me.get(path).json["purge_at"] == purge_at


def test_a_deletion_may_name_the_revision(me: Client, document: dict[str, Any]) -> None:
    """An old one is refused; none at all is a deletion whatever happened."""
    path = f"/documents/{document['id']}"
    assert me("DELETE", path, If_Match='"0"').code == "revision_mismatch"
    assert me("DELETE", path, If_Match=me.get(path).headers["etag"]).status == 204


def test_an_expired_document_is_missing(me: Client, world: Any, document: dict[str, Any]) -> None:
    """TTL takes its time; what has expired is not there any more, in lists and by its id."""
    path = f"/documents/{document['id']}"
    me("DELETE", path)
    write(world, document["id"], "expires_at", {"N": "1"})
    assert me.get(path).code == "not_found"
    assert me.post(f"{path}/restore").code == "not_found"
    assert walk(me, status="deleted") == [[]]


def test_a_version_is_downloaded_as_a_file(me: Client, world: Any, document: dict[str, Any]) -> None:
    """The URL names one version, lasts a minute, and never shows the bytes in a page."""
    answer = me.get(f"/documents/{document['id']}/download")
    assert answer.headers["cache-control"] == "no-store"
    url = urlsplit(answer.json["url"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert unquote(url.path) == f"/t/{ME}/{document['id']}"
    assert asked["versionId"] == me.get(f"/documents/{document['id']}").json["version_id"]
    assert asked["X-Amz-Expires"] == "60"
    assert asked["response-content-type"] == "application/octet-stream"
    disposition = asked["response-content-disposition"]
    assert disposition == "attachment; filename=\"Brief an Zo_.pdf\"; filename*=UTF-8''Brief%20an%20Zo%C3%AB.pdf"
    assert world.s3.get_object(Bucket="documents-bucket", Key=url.path[1:])["Body"].read() == b"hello"


def test_an_older_version_is_downloaded_by_its_id(me: Client, world: Any, document: dict[str, Any]) -> None:
    """Any version that S3 has; of one that it has not there is nothing to download."""
    path = f"/documents/{document['id']}"
    first = me.get(path).json["version_id"]
    world.upload(document, b"newer")
    asked = parse_qs(urlsplit(me.get(f"{path}/download?{query(version=first)}").json["url"]).query)
    assert asked["versionId"] == [first]
    for wrong in ("nope", "ä", "x" * 1000, " "):
        assert me.get(f"{path}/download?{query(version=wrong)}").code == "version_not_found"


def test_bytes_in_an_archive_are_not_at_hand(me: Client, world: Any) -> None:
    """A version that lies in Glacier says so instead of giving a URL that fails."""
    document = me.create()["document"]
    world.s3.put_object(Bucket="documents-bucket", Key=f"t/{ME}/{document['id']}", Body=b"cold", StorageClass="GLACIER")
    me.post(f"/documents/{document['id']}/upload/complete", {"parts": [{"part_number": 1, "etag": "a"}]})
    me("DELETE", f"/documents/{document['id']}")
    assert me.post(f"/documents/{document['id']}/restore").status == 200
    assert me.get(f"/documents/{document['id']}/download").code == "archived"


def test_the_envelope_is_answered_as_it_was_written(me: Client, world: Any, document: dict[str, Any]) -> None:
    """Byte for byte, with an ETag of its own."""
    version_id = me.get(f"/documents/{document['id']}").json["version_id"]
    answer = me.get(f"/documents/{document['id']}/envelope")
    assert answer.status == 200
    assert answer.text.encode() == unpack(world.documents.read_version(document["id"], version_id).envelope)
    assert me.get(f"/documents/{document['id']}/envelope", If_None_Match=answer.headers["etag"]).status == 304


def test_a_large_envelope_comes_from_the_artifacts(me: Client, world: Any) -> None:
    """It is answered after its digest was checked; another one in its place is not passed on."""
    document = me.create()["document"]
    envelope = json.dumps({"schema_version": "1.0", "padding": "x" * 120_000}).encode()
    world.upload(document, envelope=envelope)
    path = f"/documents/{document['id']}/envelope"
    assert me.get(path).text.encode() == envelope
    key = world.s3.list_objects_v2(Bucket=ARTIFACTS)["Contents"][0]["Key"]
    world.s3.put_object(Bucket=ARTIFACTS, Key=key, Body=b"{}")
    assert me.get(path).code == "internal"


def test_without_an_envelope_the_reason_is_told(me: Client, world: Any) -> None:
    """Before processing, and of versions that are not this document's."""
    document = me.create()["document"]
    path = f"/documents/{document['id']}/envelope"
    assert me.get(path).code == "version_not_found"
    version_id = world.put(document)
    me("DELETE", f"/documents/{document['id']}")
    me.post(f"/documents/{document['id']}/restore")
    waiting = me.get(path)
    assert (waiting.code, waiting.headers["retry-after"]) == ("not_processed", "2")
    assert me.get(f"{path}?{query(version=version_id)}").code == "not_processed"
    assert me.get(f"{path}?version=another").code == "version_not_found"
    world.documents.reject(document["id"], version_id, reason="poison", now=10**12)
    assert me.get(path).code == "envelope_not_found"


def test_reprocessing_begins_a_new_generation(me: Client, world: Any, document: dict[str, Any]) -> None:
    """Only what is settled is read anew; until it is, the old envelope stays readable."""
    path = f"/documents/{document['id']}"
    again = me.post(f"{path}/reprocess")
    assert (again.status, again.json["status"], again.json["processing"]["generation"]) == (202, "queued", 2)
    assert me.post(f"{path}/reprocess").code == "not_processed"
    assert me.get(f"{path}/envelope").status == 200
    (body,) = world.messages()
    sent = json.loads(body)
    assert (sent["source"], sent["detail-type"]) == ("firstbytes", "Look Again")
    assert sent["detail"]["object"] == {"key": f"t/{ME}/{document['id']}", "version-id": again.json["version_id"]}
    world.sqs.send_message(QueueUrl=world.queue_url, MessageBody=body)
    world.process(facts={"page_count": 4})
    assert me.get(path).json["facts"] == {"page_count": 4}


def test_nothing_to_reprocess_before_the_bytes_came(me: Client) -> None:
    """A document without a version has nothing to read anew."""
    assert me.post(f"/documents/{me.create()['document']['id']}/reprocess").code == "not_processed"


def test_usage_counts_what_is_kept(me: Client, you: Client, world: Any) -> None:
    """Documents and bytes of the caller that are not deleted; deleted ones are counted apart."""
    for number in range(3):
        world.upload(me.create(f"{number}.txt", project="house")["document"], b"hello")
    gone = me.create("gone.txt")["document"]
    me("DELETE", f"/documents/{gone['id']}")
    you.create("yours.txt")
    usage = me.get("/usage").json
    assert (usage["documents"], usage["size_bytes"], usage["documents_this_month"]) == (3, 15, 3)
    assert usage["by_status"] == {"completed": 3, "deleted": 1, "failed": 0, "partial": 0, "unsupported": 0}
    assert usage["complete"] is True
    assert usage["estimated_month_usd"] + 1e-9 > 0
    assert me.get("/projects").json == {
        "projects": [{"name": "house", "documents": 3, "size_bytes": 15}],
        "complete": True,
    }


def test_the_estimate_is_its_formula() -> None:
    """A tebibyte in a million documents, a tenth of them new this month."""
    from functions.api.documents import estimated_month_usd

    table = 1_000_000 * 4096 / 1024**3 * 0.25
    assert estimated_month_usd(1_000_000, 1024**4, 100_000) == round(1024 * 0.023 + table + 0.8, 4)


def test_an_object_under_a_stranger_id_is_not_ours(me: Client, you: Client, world: Any) -> None:
    """A document that came into the bucket by itself belongs to whom its key names."""
    document = {"id": hashlib.sha256(b"x").hexdigest()[:32]}
    world.upload(document, owner=YOU)
    assert you.get(f"/documents/{document['id']}").json["status"] == "completed"
    assert me.get(f"/documents/{document['id']}").code == "not_found"
