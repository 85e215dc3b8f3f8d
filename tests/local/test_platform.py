"""The stack's own program runs here whole: what it registers is created, and its parts find each other."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest

from local.client import ApiError
from local.errors import LocalError
from local.platform import Platform
from local.resources import CREATE, DECLARED
from local.signin import Hosted, sign_in

SAMPLES = Path(__file__).parents[2] / "samples"


def test_every_resource_of_the_program_is_created_or_written_down(platform: Platform) -> None:
    """Nothing that the program registers is passed over."""
    kinds = {line.split()[0] for line in (*platform.stack.created, *platform.stack.declared)}
    assert kinds <= CREATE.keys() | DECLARED.keys()
    assert {line.split()[0] for line in platform.stack.declared} <= DECLARED.keys()
    assert len(platform.stack.created) > 60


def test_the_emulator_logs_nothing_amiss(platform: Platform) -> None:
    """Neither an error of its own nor a call that it does not know."""
    assert "ERROR" not in platform.server.log()


def test_the_issuer_is_the_one_that_tokens_name(platform: Platform) -> None:
    """The API's function compares the two."""
    import base64

    token = platform.client(platform.user(f"{uuid4().hex}@example.com")).token
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["iss"] == platform.stack["tokenIssuer"]
    assert claims["client_id"] == platform.stack["userPoolClientId"]
    assert set(claims["scope"].split()) == set(platform.hosted.scopes)


def test_a_wrong_password_does_not_sign_in(platform: Platform) -> None:
    """And the error says where it was refused."""
    user = platform.user(f"{uuid4().hex}@example.com")
    with pytest.raises(LocalError, match="sign-in was refused at the password"):
        sign_in(platform.hosted, user.email, "not the password")


def test_another_place_to_return_to_does_not_sign_in(platform: Platform) -> None:
    """Only the page's own address gets a code."""
    user, hosted = platform.user(f"{uuid4().hex}@example.com"), platform.hosted
    elsewhere = Hosted(
        url=hosted.url, client_id=hosted.client_id, redirect_uri="http://127.0.0.1:1/", scopes=hosted.scopes
    )
    with pytest.raises(LocalError, match="sign-in was refused at the sign-in page: 400"):
        sign_in(elsewhere, user.email, user.password)


def test_a_file_goes_the_whole_way(platform: Platform) -> None:
    """Through the API, S3, EventBridge, SQS, the router and the table, back to its envelope."""
    client = platform.client(platform.user(f"{uuid4().hex}@example.com"))
    path = SAMPLES / "annual-report.pdf"
    begun = client.begin(path.name, path.stat().st_size, project="reports")
    with path.open("rb") as content:
        client.send_bytes(begun, content)
    document = client.wait(begun["document"]["id"], 60)
    envelope = client.envelope(document["id"])
    assert (document["status"], document["project"]) == ("completed", "reports")
    assert envelope["document"]["version_id"] == document["version_id"]
    assert envelope["core"]["page_count"] == 3


def test_a_large_file_goes_in_parts(platform: Platform, tmp_path: Path) -> None:
    """Above 100 MiB the upload is cut; what is read of it is not the whole."""
    client = platform.client(platform.user(f"{uuid4().hex}@example.com"))
    path, size = tmp_path / "holes.bin", 101 * 1024**2
    with path.open("wb") as file:
        file.truncate(size)
    begun = client.begin(path.name, size)
    assert begun["upload"]["kind"] == "multipart"
    with path.open("rb") as content:
        client.send_bytes(begun, content)
    document = client.wait(begun["document"]["id"], 60)
    envelope = client.envelope(document["id"])
    assert document["size_bytes"] == size
    assert envelope["sniffed_by"]["bytes_read"] < 1024**2


def test_a_refusal_carries_the_apis_code(platform: Platform) -> None:
    """Tests and people see why: status, code, and what was expected."""
    client = platform.client(platform.user(f"{uuid4().hex}@example.com"))
    with pytest.raises(ApiError, match="404 not_found") as refused:
        client.document("0" * 32)
    assert (refused.value.status, refused.value.code) == (404, "not_found")


def test_bytes_that_do_not_fit_the_signature_are_refused(platform: Platform) -> None:
    """S3 takes exactly what was announced."""
    client = platform.client(platform.user(f"{uuid4().hex}@example.com"))
    begun = client.begin("a.txt", 3)
    with pytest.raises(ApiError) as refused:
        client.post(begun["upload"]["url"], begun["upload"]["fields"], b"four")
    assert refused.value.status == 400


def test_a_function_may_do_what_its_policy_says_and_nothing_else(platform: Platform) -> None:
    """Roles are enforced: a function with the sweeper's role cannot read what only the API may."""
    iam = platform.server.client("iam")
    role = platform.server.client("lambda").get_function(FunctionName=platform.stack["sweeperFunction"])
    arn = role["Configuration"]["Role"]
    name = arn.rpartition("/")[2]
    policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
    assert len(policies) == 1
    statements = json.dumps(iam.get_role_policy(RoleName=name, PolicyName=policies[0])["PolicyDocument"])
    assert "dynamodb:PutItem" not in statements
    assert '"*"' not in statements.replace('"Resource": "*"', "")
