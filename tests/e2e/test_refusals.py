"""What S3 takes is exactly what was signed: other bytes, other keys, other types and old signatures are refused."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.api.bucket import Bucket
from local.client import ApiError
from local.platform import Platform
from local.web import Answer
from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

MIB = 1024**2
SECONDS = timedelta(seconds=5)


def refused(person: Person, begun: Mapping[str, Any], content: bytes, **changes: str) -> tuple[int, str]:
    """Send a form with changed fields; return the status of S3's refusal and its code."""
    fields = {**begun["upload"]["fields"], **changes}
    with pytest.raises(ApiError) as error:
        person.api.post(begun["upload"]["url"], {name: value for name, value in fields.items() if value}, content)
    found = re.search(r"<Code>(\w+)</Code>", str(error.value))
    return error.value.status, found[1] if found else ""


def nothing_came(person: Person, begun: Mapping[str, Any]) -> bool:
    """Say whether a document still waits for its bytes, and those of its own form are still taken."""
    document_id = begun["document"]["id"]
    before = person.api.document(document_id)["status"]
    person.api.send_bytes(begun, io.BytesIO(TEXT))
    return before == "uploading" and bool(person.api.wait(document_id)["status"] == "completed")


@pytest.mark.parametrize("content", [TEXT + b"x", TEXT[:-1], b"", TEXT * 1000])
def test_other_sizes_than_announced_are_refused(alice: Person, content: bytes) -> None:
    """One byte more or less, none at all, or many more."""
    begun = alice.api.begin("a.txt", len(TEXT))
    assert refused(alice, begun, content)[0] == 400
    assert nothing_came(alice, begun)


def test_other_fields_than_signed_are_refused(alice: Person, bob: Person) -> None:
    """Another key, another one's key, another type, a storage class or an ACL."""
    begun, his = alice.api.begin("a.txt", len(TEXT)), bob.api.begin("b.txt", len(TEXT))
    key = begun["upload"]["fields"]["key"]
    for changes in (
        {"key": f"{key}0"},
        {"key": "t/../x"},
        {"key": his["upload"]["fields"]["key"]},
        {"Content-Type": "text/html"},
        {"success_action_status": "200"},
        {"acl": "public-read"},
        {"x-amz-storage-class": "DEEP_ARCHIVE"},
    ):
        assert refused(alice, begun, TEXT, **changes)[0] == 403, changes
    assert nothing_came(alice, begun)
    assert nothing_came(bob, his)


def test_a_changed_policy_or_signature_is_refused(alice: Person) -> None:
    """A policy that allows more, a changed signature, none, and a policy whose end was put off."""
    begun = alice.api.begin("a.txt", len(TEXT))
    fields = begun["upload"]["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    later = {**policy, "expiration": "2099-01-01T00:00:00Z"}
    wider = {**policy, "conditions": [["starts-with", "$key", ""]]}
    signature = fields["x-amz-signature"]
    for changes in (
        {"policy": base64.b64encode(json.dumps(later).encode()).decode()},
        {"policy": base64.b64encode(json.dumps(wider).encode()).decode()},
        {"x-amz-signature": signature[:-1] + ("0" if signature[-1] != "0" else "1")},
        {"x-amz-signature": "", "policy": ""},
    ):
        assert refused(alice, begun, TEXT, **changes)[0] in {400, 403}, changes
    assert nothing_came(alice, begun)


def test_a_form_ends_with_its_policy(alice: Person, platform: Platform, backstage: Backstage) -> None:
    """The API's forms last five minutes; a form past its end is refused."""
    begun = alice.api.begin("a.txt", len(TEXT))
    fields = begun["upload"]["fields"]
    ends = json.loads(base64.b64decode(fields["policy"]))["expiration"]
    assert abs(datetime.fromisoformat(ends) - datetime.fromisoformat(begun["upload"]["expires_at"])) < SECONDS
    assert datetime.fromisoformat(ends) - datetime.now(UTC) < timedelta(minutes=5) + SECONDS
    s3 = backstage.client("s3")
    old = s3.generate_presigned_post(
        Bucket=platform.stack["documentsBucket"],
        Key=fields["key"],
        Fields={"Content-Type": fields["Content-Type"]},
        Conditions=[{"Content-Type": fields["Content-Type"]}],
        ExpiresIn=-1,
    )
    assert refused(alice, {"upload": old}, TEXT)[0] == 403
    assert nothing_came(alice, begun)


def test_a_download_is_for_one_version_and_a_minute(alice: Person) -> None:
    """Its address gives the bytes as they are; changed in any part it gives nothing."""
    document = alice.read("a.txt", TEXT)
    other = alice.read("b.txt", TEXT * 2)
    url = alice.api.call("GET", f"/documents/{document['id']}/download")["url"]
    query = parse_qs(urlsplit(url).query)

    def got(address: str) -> Answer:
        return alice.api.http.send("GET", address)

    assert got(url).body == TEXT
    assert query["X-Amz-Expires"] == ["60"]
    signature = query["X-Amz-Signature"][0]
    for address in (
        url.replace(document["id"], other["id"]),
        url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        url.replace(signature, signature[::-1]),
        url.replace("attachment", "inline"),
        url.replace("octet-stream", "html"),
        url.replace(f"versionId={query['versionId'][0]}", "versionId=null"),
        url.partition("?")[0],
    ):
        assert address != url
        assert got(address).status == 403, address
    assert alice.api.http.send("PUT", url, TEXT).status == 403
    assert alice.api.http.send("DELETE", url).status == 403
    assert got(url).body == TEXT


def test_a_download_ends(alice: Person, platform: Platform, backstage: Backstage) -> None:
    """An address past its end gives nothing."""
    document = alice.read("a.txt", TEXT)
    params = {
        "Bucket": platform.stack["documentsBucket"],
        "Key": f"t/{alice.owner}/{document['id']}",
        "VersionId": document["version_id"],
    }
    url = backstage.client("s3").generate_presigned_url("get_object", Params=params, ExpiresIn=1)
    eventually(lambda: alice.api.http.send("GET", url).status == 403, "its end", 10)


def test_a_part_goes_where_it_was_signed_for(alice: Person, backstage: Backstage, platform: Platform) -> None:
    """Another part's number, another size, another upload: refused; what was refused is not listed."""
    one, two = (alice.api.begin("film.mp4", 101 * MIB) for _ in range(2))
    path = f"/documents/{one['document']['id']}/upload"
    part = alice.api.call("POST", f"{path}/parts", {"part_numbers": [1]})["parts"][0]
    url, size = part["url"], part["size_bytes"]
    put = alice.api.http.send
    assert put("PUT", url.replace("partNumber=1", "partNumber=2"), bytes(size)).status == 403
    assert put("PUT", url.replace(one["upload"]["upload_id"], two["upload"]["upload_id"]), bytes(size)).status == 403
    assert put("PUT", url, bytes(size - 1)).status == 403
    assert put("GET", url).status == 403
    assert alice.api.call("GET", f"{path}/parts")["parts"] == []
    assert put("PUT", url, bytes(size)).status == 200
    assert [row["part_number"] for row in alice.api.call("GET", f"{path}/parts")["parts"]] == [1]
    above = alice.api.send("POST", f"{path}/parts", {"part_numbers": [one["upload"]["part_count"] + 1]})
    assert (above.status, above.json()["code"]) == (409, "parts_mismatch")
    early = alice.api.send("POST", f"{path}/complete", {"parts": [{"part_number": 1, "etag": "0" * 32}]})
    assert early.json()["code"] == "parts_mismatch"
    for begun in (one, two):
        alice.api.call("DELETE", f"/documents/{begun['document']['id']}/upload")
    gone = Bucket(backstage.client("s3"), platform.stack["documentsBucket"])
    assert put("PUT", url, bytes(size)).status == 404
    with pytest.raises(LookupError):
        gone.parts(f"t/{alice.owner}/{one['document']['id']}", one["upload"]["upload_id"])
    assert alice.api.document(one["document"]["id"])["status"] == "failed"
