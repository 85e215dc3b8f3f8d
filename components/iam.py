"""Who may do what: one pure function for every policy document of the platform.

ARNs go in, statements come out, and `text` renders them.
An allowed action is never a wildcard. A resource is one only with its reason in `why`.

Most actions come from what a function's code calls; the reasons that are not obvious stand beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from components.statement import Condition, Statement, text
from firstbytes.claims import Claim

__all__ = ["Condition", "Statement", "text"]

DOCUMENTS = "t/*"
"""The keys of documents in their bucket: t/<owner>/<document id>."""

ENVELOPES = "e/*"
"""The keys of large envelopes in the artifacts bucket."""


# Trust policies: who may take a role.


def lambda_trust() -> tuple[Statement, ...]:
    """Let Lambda run a function as its role."""
    return _trust("lambda.amazonaws.com")


def api_gateway_trust() -> tuple[Statement, ...]:
    """Let API Gateway write logs. It names no source when it takes a role: a condition on one would never hold."""
    return _trust("apigateway.amazonaws.com")


def _trust(service: str) -> tuple[Statement, ...]:
    return (Statement(sid="Trust", actions=("sts:AssumeRole",), principals=(("Service", service),)),)


# What every function has.


def logs(*, log_group: str) -> Statement:
    """Let a function write into its own log group, which exists before it."""
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    return Statement(sid="Logs", actions=actions, resources=(f"{log_group}:*",))


def tracing() -> Statement:
    """Let a function hand its trace segments to X-Ray."""
    return Statement(
        sid="Tracing",
        actions=("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        resources=("*",),
        why="X-Ray has no resource to name: both actions accept '*' only.",
    )


def customer_key(*, key: str) -> Statement:
    """Let a function read and write what is encrypted with the customer's key."""
    return Statement(sid="Key", actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key,))


# The functions, each exactly what its code calls.


def router(
    *, documents_table: str, documents_bucket: str, artifacts_bucket: str, intake_queue: str
) -> tuple[Statement, ...]:
    """Claim a document, read it, keep its envelope."""
    return (
        _consumer("Intake", intake_queue, "sqs:ChangeMessageVisibility"),
        _read_objects(documents_bucket),
        _see_missing(documents_bucket),
        _items("Documents", documents_table, "GetItem", "UpdateItem"),
        Statement(sid="Envelopes", actions=("s3:PutObject",), resources=(f"{artifacts_bucket}/{ENVELOPES}",)),
    )


def deadletter(
    *, documents_table: str, dead_letters_table: str, documents_bucket: str, intake_dlq: str, rule_dlq: str
) -> tuple[Statement, ...]:
    """Say of a document why it failed, and keep its event for replay."""
    return (
        _consumer("Letters", intake_dlq),
        _consumer("Undelivered", rule_dlq),
        _items("Documents", documents_table, "GetItem", "UpdateItem"),
        _items("Keep", dead_letters_table, "PutItem"),
        _head_objects(documents_bucket),
        _see_missing(documents_bucket),
    )


def sweeper(*, documents_table: str, documents_bucket: str, intake_queue: str) -> tuple[Statement, ...]:
    """Find what is stuck, lost or unfinished, and have it looked at again."""
    return (
        _items("Documents", documents_table, "BatchGetItem", "GetItem", "UpdateItem"),
        _indexes("Unfinished", documents_table, "unfinished"),
        _head_objects(documents_bucket),
        _list_objects(documents_bucket),
        Statement(
            sid="Uploads",
            actions=("s3:AbortMultipartUpload",),
            resources=(f"{documents_bucket}/{DOCUMENTS}",),
            why="A multipart upload that nobody finished is paid for until it is aborted.",
        ),
        _send(intake_queue),
    )


def replay(
    *, documents_table: str, dead_letters_table: str, documents_bucket: str, intake_queue: str
) -> tuple[Statement, ...]:
    """Send kept events, or documents that an operator chose, through the intake again."""
    return (
        _items("Documents", documents_table, "GetItem", "Query", "UpdateItem"),
        _indexes("Lists", documents_table, "by-owner", "by-project", "by-status"),
        _items("Letters", dead_letters_table, "GetItem", "Query", "UpdateItem"),
        _indexes("LettersByStatus", dead_letters_table, "by-status"),
        _head_objects(documents_bucket),
        _see_missing(documents_bucket),
        _send(intake_queue),
    )


def api(
    *, documents_table: str, dead_letters_table: str, documents_bucket: str, artifacts_bucket: str, intake_queue: str
) -> tuple[Statement, ...]:
    """Answer users. What is presigned is signed with these rights too, so they bound every upload and download."""
    return (
        _items("Documents", documents_table, "BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"),
        _indexes("Lists", documents_table, "by-owner", "by-project", "by-status"),
        _items("Letters", dead_letters_table, "GetItem", "Query", "UpdateItem"),
        _indexes("LettersByStatus", dead_letters_table, "by-status"),
        _read_objects(documents_bucket),
        _list_objects(documents_bucket),
        Statement(
            sid="Uploads",
            actions=(
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ),
            resources=(f"{documents_bucket}/{DOCUMENTS}",),
            why="DeleteObject leaves a delete marker; DeleteObjectVersion takes that marker away on restore.",
        ),
        Statement(sid="Envelopes", actions=("s3:GetObject",), resources=(f"{artifacts_bucket}/{ENVELOPES}",)),
        _send(intake_queue),
    )


def extractor(claim: Claim) -> tuple[Statement, ...]:
    """Give a FUNCTION extractor what it declares and nothing else, one statement for every declared permission."""
    return tuple(
        Statement(sid=f"Declared{number}", actions=one.actions, resources=one.resources, why=one.why)
        for number, one in enumerate(claim.extractor.needs.permissions, start=1)
    )


def ungranted(claims: Iterable[Claim], grants: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the lines to add to pyproject.toml so that every declared action is granted; empty when all are.

    Args:
        claims: extractors of the route table; those without permissions ask for nothing.
        grants: distribution -> actions the operator gave it, `[tool.firstbytes.grants]`.
    """
    asked: dict[str, set[str]] = {}
    for claim in claims:
        actions = {action for one in claim.extractor.needs.permissions for action in one.actions}
        if actions:
            asked.setdefault(claim.distribution, set()).update(actions)
    missing = {name: actions for name, actions in asked.items() if actions - set(grants.get(name, ()))}
    return tuple(
        f"{name} = {json.dumps(sorted(actions | set(grants.get(name, ()))))}"
        for name, actions in sorted(missing.items())
    )


# Resource policies: who else may reach a queue or a topic.


def queue(*, queue: str, rule: str, account: str) -> tuple[Statement, ...]:
    """Let one EventBridge rule of this account send to a queue, and nobody talk to it in clear text."""
    return (
        Statement(
            sid="Rule",
            actions=("sqs:SendMessage",),
            resources=(queue,),
            principals=(("Service", "events.amazonaws.com"),),
            conditions=(
                Condition(operator="ArnEquals", key="aws:SourceArn", values=(rule,)),
                _is("aws:SourceAccount", account),
            ),
        ),
        *private_queue(queue=queue),
    )


def private_queue(*, queue: str) -> tuple[Statement, ...]:
    """Refuse clear text. For a queue that only roles of this account and SQS itself write to."""
    return (
        Statement(
            sid="Tls",
            effect="Deny",
            actions=("sqs:ReceiveMessage", "sqs:SendMessage"),
            resources=(queue,),
            principals=(("AWS", "*"),),
            conditions=(Condition(operator="Bool", key="aws:SecureTransport", values=("false",)),),
        ),
    )


def alarm_topic(*, topic: str, account: str) -> tuple[Statement, ...]:
    """Let alarms of this account publish."""
    return (
        Statement(
            sid="Alarms",
            actions=("sns:Publish",),
            resources=(topic,),
            principals=(("Service", "cloudwatch.amazonaws.com"),),
            conditions=(_is("aws:SourceAccount", account),),
        ),
    )


def api_gateway_logs() -> tuple[Statement, ...]:
    """Give API Gateway what it insists on before it accepts a logging role for the account."""
    return (
        Statement(
            sid="ExecutionLogs",
            actions=(
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogGroups",
                "logs:DescribeLogStreams",
                "logs:FilterLogEvents",
                "logs:GetLogEvents",
                "logs:PutLogEvents",
            ),
            resources=("*",),
            why="One role serves every API of the account and region, whatever its log group is called.",
        ),
    )


# Parts.


def _is(key: str, value: str) -> Condition:
    return Condition(operator="StringEquals", key=key, values=(value,))


def _consumer(sid: str, queue: str, *more: str) -> Statement:
    actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", *more)
    return Statement(sid=sid, actions=actions, resources=(queue,))


def _send(queue: str) -> Statement:
    return Statement(sid="LookAgain", actions=("sqs:SendMessage",), resources=(queue,))


def _items(sid: str, table: str, *operations: str) -> Statement:
    return Statement(sid=sid, actions=tuple(f"dynamodb:{one}" for one in operations), resources=(table,))


def _indexes(sid: str, table: str, *names: str) -> Statement:
    resources = tuple(f"{table}/index/{name}" for name in names)
    return Statement(sid=sid, actions=("dynamodb:Query",), resources=resources)


def _head_objects(bucket: str) -> Statement:
    return Statement(sid="Objects", actions=("s3:GetObject",), resources=(f"{bucket}/{DOCUMENTS}",))


def _read_objects(bucket: str) -> Statement:
    actions = ("s3:GetObject", "s3:GetObjectVersion")
    return Statement(sid="Objects", actions=actions, resources=(f"{bucket}/{DOCUMENTS}",))


def _see_missing(bucket: str) -> Statement:
    return Statement(
        sid="Missing",
        actions=("s3:ListBucket",),
        resources=(bucket,),
        conditions=(Condition(operator="StringLike", key="s3:prefix", values=(DOCUMENTS,)),),
        why="Without it S3 answers 403 for a key that does not exist, and a deleted document looks like a denied one.",
    )


def _list_objects(bucket: str) -> Statement:
    return Statement(
        sid="List",
        actions=("s3:ListBucket", "s3:ListBucketVersions"),
        resources=(bucket,),
        conditions=(Condition(operator="StringLike", key="s3:prefix", values=(DOCUMENTS,)),),
    )
