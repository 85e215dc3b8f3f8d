"""Requests as clients really send them: twice, from old copies, with any name, about nothing, or straight to S3."""

from __future__ import annotations

import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote
from uuid import uuid4

import pytest

from functions.events import look_again
from functions.keys import Place
from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

NAMES = [
    "report.pdf",
    "Jahresübersicht «2025».txt",
    "re\u0301sume\u0301.txt",
    "年度報告書.txt",
    "التقرير السنوي.txt",
    "דוח.txt",
    "รายงาน.txt",
    "👩‍🚀 launch 🚀.txt",
    "ﬁne—“quotes”.txt",
    "a b  c.txt",
    "semi;colon, comma=and'quote\".txt",
    "100%25.txt",
    "Z\u0351a\u0321l\u0322g\u0323o.txt",
    "\U0001d54c\U0001d55f\U0001d55a.txt",
    "no suffix",
    ".hidden",
    "e" * 251 + ".txt",
    "\u00e9" * 255,
]
REFUSED = ["", " ", ".", "..", "a/b", "a\\b", "a\nb", "a\x00b", "a\x7fb", "a\u0085b", "a\u2028b", "x" * 256]


def test_every_kind_of_name_comes_back(alice: Person) -> None:
    """In the document as NFC has it; in Content-Disposition by RFC 6266, without what fools a file system or a shell."""
    for name in NAMES:
        document = alice.read(name, TEXT)
        kept = unicodedata.normalize("NFC", name)
        assert alice.api.document(document["id"])["name"] == kept
        assert alice.api.envelope(document["id"])["document"]["name"] == kept
        url = alice.api.call("GET", f"/documents/{document['id']}/download")["url"]
        answer = alice.api.http.send("GET", url)
        said = answer.headers["content-disposition"]
        assert answer.body == TEXT
        assert answer.headers["content-type"] == "application/octet-stream"
        assert said.startswith('attachment; filename="')
        assert said.isascii()
        saved = unquote(said.partition("filename*=UTF-8''")[2])
        assert saved
        assert not set(saved) & set('/\\<>:"|?*;%\u202e')
        if not set(kept) & set('<>:"|?*/\\;%') and len(kept.encode()) <= 180 and not kept.startswith("."):
            # What has no visible shape of its own (a joiner) is an underscore there.
            assert saved == "".join("_" if unicodedata.category(letter) == "Cf" else letter for letter in kept)


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_is_none_is_refused(alice: Person, name: str) -> None:
    """Empty, a path, control characters, too long."""
    answer = alice.api.send("POST", "/documents", {"name": name, "size_bytes": 1})
    assert (answer.status, answer.json()["code"]) in {
        (422, "invalid_name"),
        (422, "invalid_body"),
        (400, "invalid_body"),
    }


def test_an_empty_file_has_an_envelope(alice: Person) -> None:
    """0 bytes are a file too."""
    document = alice.read("empty.txt", b"")
    envelope = alice.api.envelope(document["id"])
    assert (document["status"], document["size_bytes"]) == ("unsupported", 0)
    assert envelope["document"]["size_bytes"] == 0
    url = alice.api.call("GET", f"/documents/{document['id']}/download")["url"]
    assert alice.api.http.send("GET", url).body == b""


def test_a_request_sent_again_makes_nothing_new(alice: Person) -> None:
    """One Idempotency-Key is one document, at once or later, before and after its bytes came."""
    body, headers = {"name": "a.txt", "size_bytes": len(TEXT)}, {"Idempotency-Key": f"key {uuid4()}"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: alice.api.send("POST", "/documents", body, headers=headers), range(6)))
    assert {answer.status for answer in answers} == {201}
    ids = {answer.json()["document"]["id"] for answer in answers}
    assert len(ids) == 1
    alice.api.send_bytes(answers[-1].json(), io.BytesIO(TEXT))
    document_id = ids.pop()
    alice.api.wait(document_id)
    late = alice.api.call("POST", "/documents", body, headers=headers)
    assert late["document"]["id"] == document_id
    assert "upload" not in late
    assert [found["id"] for found in alice.listed()] == [document_id]
    other = alice.api.send("POST", "/documents", {**body, "name": "b.txt"}, headers=headers)
    assert (other.status, other.json()["code"]) == (422, "idempotency_mismatch")


def test_of_two_changes_from_one_copy_one_is_made(alice: Person) -> None:
    """If-Match: the second has to look again; without it nothing is changed."""
    document = alice.read("a.txt", TEXT)
    path = f"/documents/{document['id']}"
    tag = alice.api.send("GET", path).headers["etag"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda number: alice.api.send("PATCH", path, {"name": f"{number}.txt"}, headers={"If-Match": tag}),
                range(4),
            )
        )
    assert sorted(answer.status for answer in answers) == [200, 412, 412, 412]
    assert {answer.json().get("code") for answer in answers if answer.status == 412} == {"revision_mismatch"}
    made = next(answer.json()["name"] for answer in answers if answer.status == 200)
    assert alice.api.document(document["id"])["name"] == made
    without = alice.api.send("PATCH", path, {"name": "z.txt"})
    assert (without.status, without.json()["code"]) == (428, "revision_required")
    assert alice.api.send("DELETE", path, headers={"If-Match": tag}).status == 412
    assert alice.api.send("DELETE", path, headers={"If-Match": "*"}).status == 204


def test_what_has_not_changed_is_not_sent_again(alice: Person) -> None:
    """304 for a document, a list and an envelope by their ETags; 200 as soon as one changed."""
    document = alice.read("a.txt", TEXT)
    path = f"/documents/{document['id']}"
    for address in (path, f"{path}/envelope", "/documents"):
        tag = alice.api.send("GET", address).headers["etag"]
        again = alice.api.send("GET", address, headers={"If-None-Match": tag})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    tags = {address: alice.api.send("GET", address).headers["etag"] for address in (path, "/documents")}
    alice.api.call("PATCH", path, {"project": "moved"}, headers={"If-Match": "*"})
    for address, tag in tags.items():
        changed = alice.api.send("GET", address, headers={"If-None-Match": tag})
        assert changed.status == 200
        assert changed.headers["etag"] != tag


def test_objects_that_are_no_documents_are_ignored(alice: Person, backstage: Backstage) -> None:
    """Keys of nobody's form do nothing, raise nothing, and leave nothing in the queues or the table."""
    s3, bucket = backstage.client("s3"), backstage.stack["documentsBucket"]
    strange = [
        "readme.txt",
        "t/",
        f"t/{alice.owner}",
        f"t/{alice.owner}/not-an-id",
        f"t/{alice.owner}/{uuid4().hex}/below",
        f"t/{alice.owner}/{uuid4().hex.upper()}",
        f"t/what$/{uuid4().hex}",
        f"u/{alice.owner}/{uuid4().hex}",
        "t/ünï cödé+%41&?#/" + uuid4().hex,
        "k" * 1024,
    ]
    letters = backstage.waiting("intakeDlqUrl")
    for key in strange:
        s3.put_object(Bucket=bucket, Key=key, Body=TEXT)
    assert alice.read("a.txt", TEXT)["status"] == "completed"
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")
    assert len(backstage.items(alice.owner)[0]) == 1
    assert backstage.waiting("intakeDlqUrl") == letters == 0
    for key in strange:
        s3.delete_object(Bucket=bucket, Key=key)
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")


def test_an_object_nobody_announced_becomes_a_document(alice: Person, backstage: Backstage) -> None:
    """Put under an owner's key by whoever may, it is read and listed like any other, without a name."""
    document_id = uuid4().hex
    backstage.client("s3").put_object(
        Bucket=backstage.stack["documentsBucket"], Key=f"t/{alice.owner}/{document_id}", Body=TEXT
    )
    found = eventually(lambda: alice.listed(status="completed"), "the document")
    assert [(row["id"], row["name"], row["media_type"]) for row in found] == [(document_id, "", "text/plain")]


def test_messages_that_are_no_events_do_no_harm(alice: Person, backstage: Backstage) -> None:
    """Garbage on the intake queue is acknowledged and counted, and what comes after it is read."""
    sqs, url = backstage.client("sqs"), backstage.stack["intakeQueueUrl"]
    bucket = backstage.stack["documentsBucket"]
    for body in (
        "no json",
        "[]",
        "null",
        '{"source": "aws.s3"}',
        '{"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": "x"}, "object": {}}}',
        look_again(Place(owner=alice.owner, document_id=uuid4().hex), "", "another-bucket"),
        look_again(Place(owner=alice.owner, document_id=uuid4().hex), "no-such-version", bucket),
        "[" * 20_000,
        "x" * 100_000,
        "\ud7ff\ue000",
    ):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert alice.read("a.txt", TEXT)["status"] == "completed"
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")
    assert backstage.waiting("intakeDlqUrl") == 0
