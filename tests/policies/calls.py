"""Which AWS calls each function makes, as a reviewed table; `test_calls` holds it against the functions' source.

A function's variables say what the calls go to, so that the same table holds for every environment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.policies.documents import FUNCTION, ROLE, named, read
from tests.policies.iam import Request
from tests.support.harness import Registered, Run

TARGETS = {
    "_TABLE": "aws:dynamodb/table:Table",
    "_BUCKET": "aws:s3/bucket:Bucket",
    "_QUEUE_URL": "aws:sqs/queue:Queue",
}
"""How the name of a variable ends -> the type of what it names."""

DOCUMENT = "/t/owner/document"
ENVELOPE = "/e/owner/document/version.json"
PREFIX = (("s3:prefix", "t/owner/document"),)
SECURE = (("aws:SecureTransport", "true"), ("s3:TlsVersion", "1.3"), ("s3:signatureAge", "1000"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One kind of AWS call.

    Attributes:
        methods: the boto3 client methods that make it.
        action: the IAM action it needs.
        on: the variable that names the resource.
        below: what follows the resource's ARN.
    """

    methods: tuple[str, ...]
    action: str
    on: str
    below: str = ""
    context: tuple[tuple[str, str], ...] = ()


def _table(variable: str, *methods: str) -> Iterator[Call]:
    for method in methods:
        action = "dynamodb:" + "".join(word.capitalize() for word in method.split("_"))
        yield Call(methods=(method,), action=action, on=variable)


def _indexes(variable: str, *names: str) -> Iterator[Call]:
    for name in names:
        yield Call(methods=("query",), action="dynamodb:Query", on=variable, below=f"/index/{name}")


def _look(*methods: str) -> tuple[Call, ...]:
    """Return what reading a document needs: its current version, and 404 instead of 403 where there is none.

    For the second S3 asks for ListBucket with the key as the prefix (ceph/ceph#68577 does as AWS does).
    """
    return (
        Call(methods=methods, action="s3:GetObject", on="DOCUMENTS_BUCKET", below=DOCUMENT),
        Call(methods=methods, action="s3:ListBucket", on="DOCUMENTS_BUCKET", context=PREFIX),
    )


def _object(method: str, action: str) -> Call:
    return Call(methods=(method,), action=action, on="DOCUMENTS_BUCKET", below=DOCUMENT)


UPLOAD = ("complete_multipart_upload", "create_multipart_upload", "put_object", "upload_part")
VERSION = _object("get_object", "s3:GetObjectVersion")
SEND = Call(methods=("send_message",), action="sqs:SendMessage", on="INTAKE_QUEUE_URL")
VERSIONS = Call(
    methods=("list_object_versions",), action="s3:ListBucketVersions", on="DOCUMENTS_BUCKET", context=PREFIX
)

CALLS: Mapping[str, tuple[Call, ...]] = {
    "router": (
        *_table("DOCUMENTS_TABLE", "get_item", "update_item"),
        *_look("get_object", "head_object"),
        VERSION,
        Call(methods=("put_object",), action="s3:PutObject", on="ARTIFACTS_BUCKET", below=ENVELOPE),
        Call(
            methods=("change_message_visibility",),
            action="sqs:ChangeMessageVisibility",
            on="INTAKE_QUEUE_URL",
        ),
    ),
    "deadletter": (
        *_table("DOCUMENTS_TABLE", "get_item", "update_item"),
        *_table("DEAD_LETTERS_TABLE", "put_item"),
        *_look("head_object"),
    ),
    "sweeper": (
        *_table("DOCUMENTS_TABLE", "get_item", "update_item", "batch_get_item"),
        *_indexes("DOCUMENTS_TABLE", "unfinished"),
        *_look("head_object"),
        VERSIONS,
        _object("abort_multipart_upload", "s3:AbortMultipartUpload"),
        SEND,
    ),
    "replay": (
        *_table("DOCUMENTS_TABLE", "get_item", "update_item", "query"),
        *_indexes("DOCUMENTS_TABLE", "by-owner", "by-project", "by-status"),
        *_table("DEAD_LETTERS_TABLE", "get_item", "update_item", "query"),
        *_indexes("DEAD_LETTERS_TABLE", "by-status"),
        *_look("head_object"),
        SEND,
    ),
    "api": (
        *_table("DOCUMENTS_TABLE", "get_item", "put_item", "update_item", "query", "batch_get_item"),
        *_indexes("DOCUMENTS_TABLE", "by-owner", "by-project", "by-status"),
        *_table("DEAD_LETTERS_TABLE", "get_item", "update_item", "query"),
        *_indexes("DEAD_LETTERS_TABLE", "by-status"),
        *_look("get_object", "head_object"),
        VERSION,
        *(_object(method, "s3:PutObject") for method in UPLOAD),
        _object("delete_object", "s3:DeleteObject"),
        _object("delete_object", "s3:DeleteObjectVersion"),
        _object("abort_multipart_upload", "s3:AbortMultipartUpload"),
        _object("list_parts", "s3:ListMultipartUploadParts"),
        VERSIONS,
        Call(methods=("get_object",), action="s3:GetObject", on="ARTIFACTS_BUCKET", below=ENVELOPE),
        SEND,
    ),
}


def purpose(function: Registered) -> str:
    """Return the short name of a function from its handler: functions.api.app.handler is the api's."""
    parts = read(function, "handler").split(".")
    return parts[1] if parts[0] == "functions" and len(parts) > 2 else ""


def variables(function: Registered) -> Mapping[str, str]:
    """Return a function's environment variables."""
    return dict(function.inputs.get("environment", {}).get("variables", {}))


def role(run: Run, function: Registered) -> str:
    """Return the name of the role that a function has; its ARN where the program does not make that role."""
    found = named(run, ROLE, read(function, "role"))
    return read(found, "name") if found else read(function, "role")


def target(run: Run, variable: str, value: str) -> Registered | None:
    """Return the resource that a variable names, or None where it names none."""
    token = next((token for ending, token in TARGETS.items() if variable.endswith(ending)), None)
    return named(run, token, value) if token and value else None


def requests(run: Run) -> Iterator[Request]:
    """Yield what every function of a program does by its own code."""
    for function in run.of(FUNCTION):
        given = variables(function)
        for call in CALLS.get(purpose(function), ()):
            found = target(run, call.on, given.get(call.on, ""))
            yield Request(
                principal=("role", role(run, function)),
                action=call.action,
                resource=f"{read(found, 'arn') if found else call.on}{call.below}",
                context=(*SECURE, *call.context),
                why=f"{purpose(function)} calls {' and '.join(call.methods)}",
            )
            if found:
                yield from _with_key(run, function, found, call)


def key(run: Run, resource: Registered) -> Registered | None:
    """Return the customer's key under which a resource is encrypted, or None."""
    settings = json.dumps(dict(resource.inputs), default=str)
    if resource.type == "aws:s3/bucket:Bucket":
        token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
        settings += "".join(
            json.dumps(dict(one.inputs), default=str) for one in run.of(token) if read(one, "bucket") == resource.id
        )
    return next((one for one in run.of("aws:kms/key:Key") if read(one, "arn") in settings or one.id in settings), None)


def _with_key(run: Run, function: Registered, resource: Registered, call: Call) -> Iterator[Request]:
    found = key(run, resource)
    reads = ("s3:Get", "dynamodb:", "sqs:Receive", "sqs:Send")  # SQS checks a key before it uses it
    # DynamoDB's guide asks both of whoever writes to a table under a customer's key.
    writes = ("s3:Put", "sqs:Send", "dynamodb:PutItem", "dynamodb:UpdateItem")
    for action, calls in (("kms:Decrypt", reads), ("kms:GenerateDataKey", writes)):
        if found and call.action.startswith(calls):
            yield Request(
                principal=("role", role(run, function)),
                action=action,
                resource=read(found, "arn"),
                why=f"{purpose(function)} calls {' and '.join(call.methods)} on what is encrypted with the key",
            )
