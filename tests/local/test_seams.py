"""Each seam gives what AWS does, and the emulator alone does not."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import ClientError

from local.seams import SEAMS, signature_age_ms, sliced
from local.server import Server, until
from local.web import Http


@pytest.fixture(scope="module")
def bare() -> Iterator[Server]:
    """The emulator without a seam."""
    with Server(seams="") as server:
        yield server


def versioned_bucket(server: Server) -> str:
    """Make a bucket that keeps versions."""
    name = f"seam-{uuid4().hex[:12]}"
    server.client("s3").create_bucket(Bucket=name)
    server.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def status(call: Callable[[], Any]) -> int:
    """Return the status of a call's answer, refused or not."""
    try:
        answer = call()
    except ClientError as error:
        answer = error.response
    return int(answer["ResponseMetadata"]["HTTPStatusCode"])


def versioned_reads(server: Server) -> bool:
    """Read ranges of an old version, and one under another name."""
    s3, bucket = server.client("s3"), versioned_bucket(server)
    old = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"abc")

    def get(wanted: str) -> tuple[int, bytes, str | None]:
        answer = s3.get_object(Bucket=bucket, Key="k", VersionId=old, Range=wanted)
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Body"].read(), answer.get("ContentRange")

    renamed = s3.get_object(
        Bucket=bucket, Key="k", VersionId=old, ResponseContentDisposition='attachment; filename="x"'
    )
    return (
        get("bytes=2-3") == (206, b"23", "bytes 2-3/10")
        and get("bytes=-3") == (206, b"789", "bytes 7-9/10")
        and status(lambda: s3.get_object(Bucket=bucket, Key="k", VersionId=old, Range="bytes=10-12")) == 416
        and renamed.get("ContentDisposition") == 'attachment; filename="x"'
    )


def secure_transport(server: Server) -> bool:
    """Write as a user to a bucket that denies whatever does not come over TLS."""
    bucket, user = versioned_bucket(server), f"user-{uuid4().hex[:8]}"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    statement |= {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    server.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    iam = server.client("iam")
    iam.create_user(UserName=user)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}
    iam.put_user_policy(UserName=user, PolicyName="put", PolicyDocument=json.dumps(allow))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name=server.region,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    return status(lambda: client.put_object(Bucket=bucket, Key="k", Body=b"x")) == 200


def event_versions(server: Server) -> bool:
    """Store an object twice and see what the events say."""
    s3, sqs, events, bucket = (
        *(server.client(name) for name in ("s3", "sqs", "events")),
        versioned_bucket(server),
    )
    queue = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(
        Name=bucket, EventPattern=json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}})
    )
    events.put_targets(Rule=bucket, Targets=[{"Id": "1", "Arn": arn}])
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    stored = [s3.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"] for body in (b"1", b"2")]
    said: list[str | None] = []

    def receive() -> bool:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        said.extend(json.loads(message["Body"])["detail"]["object"].get("version-id") for message in messages)
        return len(said) >= 2

    assert until(receive, 5)
    return sorted(said, key=str) == sorted(stored)


def one_root(server: Server) -> bool:
    """Try keys that anybody could guess."""
    for key in ("test", server.account_id):
        client = boto3.client(
            "s3",
            endpoint_url=server.endpoint,
            region_name=server.region,
            aws_access_key_id=key,
            aws_secret_access_key="test",
        )
        if status(client.list_buckets) != 403:
            return False
    return True


def function_pids_and_files(server: Server) -> list[tuple[int, int]]:
    """Run two workers of one function at once; return each one's process and the number of its code's file."""
    source = """
import os, time
def handler(event, context):
    time.sleep(0.5)
    return [os.getpid(), os.stat(__file__).st_ino]
"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.py", source)
    name, client = f"f{uuid4().hex[:8]}", server.client("lambda")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = server.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    code = {"ZipFile": out.getvalue()}
    client.create_function(FunctionName=name, Runtime="python3.13", Role=role, Handler="index.handler", Code=code)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.invoke(FunctionName=name, Payload=b"{}"), range(2)))
    return [tuple(json.loads(answer["Payload"].read())) for answer in answers]


def shared_code(server: Server) -> bool:
    """Look at the code of two workers."""
    (one, its), (other, others) = function_pids_and_files(server)
    assert one != other
    return its == others


def presigned_before(server: Server, bucket: str, age_s: int) -> str:
    """Sign a URL for an object as a user did some time ago, good for an hour."""
    name = f"user-{uuid4().hex[:8]}"
    iam = server.client("iam")
    iam.create_user(UserName=name)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="get", PolicyDocument=json.dumps(allow))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    date = (datetime.now(UTC) - timedelta(seconds=age_s)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date[:8]}/{server.region}/s3/aws4_request"
    host = server.endpoint.removeprefix("http://")
    query = urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{key['AccessKeyId']}/{scope}",
            "X-Amz-Date": date,
            "X-Amz-Expires": "3600",
            "X-Amz-SignedHeaders": "host",
        }
    )
    request = f"GET\n/{bucket}/k\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    signed = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    secret = f"AWS4{key['SecretAccessKey']}".encode()
    for part in (*scope.split("/"), signed):
        secret = hmac.digest(secret, part.encode(), "sha256")
    return f"{server.endpoint}/{bucket}/k?{query}&X-Amz-Signature={secret.hex()}"


def signature_age(server: Server) -> bool:
    """Fetch by a URL that is young enough for the bucket's policy, and by one that is not."""
    bucket = versioned_bucket(server)
    server.client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    statement |= {"Condition": {"NumericGreaterThan": {"s3:signatureAge": "600000"}}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    server.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    young, old = (Http().send("GET", presigned_before(server, bucket, age_s)).status for age_s in (300, 900))
    assert young == 200
    return old == 403


CONTRACTS: dict[str, Callable[[Server], bool]] = {
    "versioned-reads": versioned_reads,
    "secure-transport": secure_transport,
    "event-versions": event_versions,
    "one-root": one_root,
    "shared-code": shared_code,
    "signature-age": signature_age,
}


def test_every_seam_has_a_contract() -> None:
    """No seam is without its two tests."""
    assert CONTRACTS.keys() == SEAMS.keys()


@pytest.mark.parametrize("seam", CONTRACTS)
def test_a_seam_gives_what_aws_does(emulator: Server, seam: str) -> None:
    """With the seams, the emulator answers as AWS."""
    assert CONTRACTS[seam](emulator)


@pytest.mark.parametrize("seam", CONTRACTS)
def test_a_seam_is_needed(bare: Server, seam: str) -> None:
    """Without the seam the emulator differs from AWS; once it does not, the seam goes."""
    assert not CONTRACTS[seam](bare), f"MiniStack does without the seam {seam!r} now: remove it from local/seams.py"


WHOLE = (200, {"ETag": '"e"', "x-amz-checksum-crc32": "c", "Content-Length": "10"}, b"0123456789")


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=0-0", 206, b"0"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=4-", 206, b"456789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=-99", 206, b"0123456789"),
        ("bytes=-", 200, b"0123456789"),
        ("bytes=1-2,4-5", 200, b"0123456789"),
        ("lines=1-2", 200, b"0123456789"),
        ("", 200, b"0123456789"),
    ],
)
def test_a_range_is_what_s3_makes_of_it(wanted: str, status: int, body: bytes) -> None:
    """One range in bytes is cut out; anything else is ignored."""
    answer = sliced(WHOLE, wanted)
    assert (answer[0], answer[2]) == (status, body)


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-12", "bytes=5-4", "bytes=-0"])
def test_a_range_of_nothing_cannot_be_satisfied(wanted: str) -> None:
    """A range without a byte of the object answers 416 and says how long the object is."""
    status, headers, _ = sliced(WHOLE, wanted)
    assert (status, headers["Content-Range"]) == (416, "bytes */10")


def test_a_part_does_not_carry_the_checksum_of_the_whole() -> None:
    """An SDK would compare it with the part and fail."""
    assert sliced(WHOLE, "bytes=0-4")[1] == {
        "ETag": '"e"',
        "Content-Length": "5",
        "Content-Range": "bytes 0-4/10",
    }


def test_a_signatures_age_is_in_milliseconds() -> None:
    """From its date to now; a date that cannot be read has none."""
    assert signature_age_ms("19700101T000100Z", 61.5) == "1500"
    assert signature_age_ms("yesterday", 61.5) is None
