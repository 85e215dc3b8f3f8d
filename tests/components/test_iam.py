"""Policy documents as values: what each function may do, whole, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import iam
from components.iam import Statement
from firstbytes.claims import Claim
from firstbytes.spec import Extractor, Lane, Needs, Permission

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/documents"
LETTERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/letters"
BUCKET = "arn:aws:s3:::documents"
ARTIFACTS = "arn:aws:s3:::artifacts"
INTAKE = "arn:aws:sqs:eu-west-1:123456789012:intake"
DLQ = "arn:aws:sqs:eu-west-1:123456789012:intake-dlq"
RULE_DLQ = "arn:aws:sqs:eu-west-1:123456789012:rule-dlq"
RULE = "arn:aws:events:eu-west-1:123456789012:rule/uploads"
UNDER_T = {"StringLike": {"s3:prefix": "t/*"}}
LISTS = [f"{TABLE}/index/{name}" for name in ("by-owner", "by-project", "by-status")]


def rights(statements: tuple[Statement, ...]) -> dict[str, tuple[list[str], Any, Any]]:
    """Read back a rendered document: sid -> sorted actions, resource, condition."""
    document = json.loads(iam.text(statements))
    assert document["Version"] == "2012-10-17"
    assert all(one["Effect"] == "Allow" for one in document["Statement"])
    listed = {one["Sid"]: one for one in document["Statement"]}
    return {
        sid: (
            [one["Action"]] if isinstance(one["Action"], str) else one["Action"],
            one["Resource"],
            one.get("Condition"),
        )
        for sid, one in listed.items()
    }


def test_the_router_claims_reads_and_keeps() -> None:
    """The router receives from the intake, reads objects of documents, updates items and writes large envelopes."""
    found = iam.router(documents_table=TABLE, documents_bucket=BUCKET, artifacts_bucket=ARTIFACTS, intake_queue=INTAKE)
    assert rights(found) == {
        "Documents": (["dynamodb:GetItem", "dynamodb:UpdateItem"], TABLE, None),
        "Envelopes": (["s3:PutObject"], f"{ARTIFACTS}/e/*", None),
        "Intake": (
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            INTAKE,
            None,
        ),
        "Missing": (["s3:ListBucket"], BUCKET, UNDER_T),
        "Objects": (["s3:GetObject", "s3:GetObjectVersion"], f"{BUCKET}/t/*", None),
    }


def test_the_deadletter_keeps_events_of_both_queues() -> None:
    """The deadletter function empties two queues into the letters table and marks documents failed."""
    found = iam.deadletter(
        documents_table=TABLE, dead_letters_table=LETTERS, documents_bucket=BUCKET, intake_dlq=DLQ, rule_dlq=RULE_DLQ
    )
    receive = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert rights(found) == {
        "Documents": (["dynamodb:GetItem", "dynamodb:UpdateItem"], TABLE, None),
        "Keep": (["dynamodb:PutItem"], LETTERS, None),
        "Letters": (receive, DLQ, None),
        "Missing": (["s3:ListBucket"], BUCKET, UNDER_T),
        "Objects": (["s3:GetObject"], f"{BUCKET}/t/*", None),
        "Undelivered": (receive, RULE_DLQ, None),
    }


def test_the_sweeper_finds_and_sends() -> None:
    """The sweeper lists what is unfinished and what is stored, and sends; it reads no version's bytes."""
    found = iam.sweeper(documents_table=TABLE, documents_bucket=BUCKET, intake_queue=INTAKE)
    assert rights(found) == {
        "Documents": (["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"], TABLE, None),
        "List": (["s3:ListBucket", "s3:ListBucketVersions"], BUCKET, UNDER_T),
        "LookAgain": (["sqs:SendMessage"], INTAKE, None),
        "Objects": (["s3:GetObject"], f"{BUCKET}/t/*", None),
        "Unfinished": (["dynamodb:Query"], f"{TABLE}/index/unfinished", None),
        "Uploads": (["s3:AbortMultipartUpload"], f"{BUCKET}/t/*", None),
    }


def test_the_replay_reads_lists_and_sends() -> None:
    """Replay finds letters and documents through their lists, marks them and sends."""
    found = iam.replay(documents_table=TABLE, dead_letters_table=LETTERS, documents_bucket=BUCKET, intake_queue=INTAKE)
    change = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    assert rights(found) == {
        "Documents": (change, TABLE, None),
        "Letters": (change, LETTERS, None),
        "LettersByStatus": (["dynamodb:Query"], f"{LETTERS}/index/by-status", None),
        "Lists": (["dynamodb:Query"], LISTS, None),
        "LookAgain": (["sqs:SendMessage"], INTAKE, None),
        "Missing": (["s3:ListBucket"], BUCKET, UNDER_T),
        "Objects": (["s3:GetObject"], f"{BUCKET}/t/*", None),
    }


def test_the_api_signs_within_the_documents_prefix() -> None:
    """The API's rights, which also bound what it presigns, end at t/* of one bucket and e/* of another."""
    found = iam.api(
        documents_table=TABLE,
        dead_letters_table=LETTERS,
        documents_bucket=BUCKET,
        artifacts_bucket=ARTIFACTS,
        intake_queue=INTAKE,
    )
    change = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    assert rights(found) == {
        "Documents": (sorted([*change, "dynamodb:BatchGetItem", "dynamodb:PutItem"]), TABLE, None),
        "Envelopes": (["s3:GetObject"], f"{ARTIFACTS}/e/*", None),
        "Letters": (change, LETTERS, None),
        "LettersByStatus": (["dynamodb:Query"], f"{LETTERS}/index/by-status", None),
        "List": (["s3:ListBucket", "s3:ListBucketVersions"], BUCKET, UNDER_T),
        "Lists": (["dynamodb:Query"], LISTS, None),
        "LookAgain": (["sqs:SendMessage"], INTAKE, None),
        "Objects": (["s3:GetObject", "s3:GetObjectVersion"], f"{BUCKET}/t/*", None),
        "Uploads": (
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            f"{BUCKET}/t/*",
            None,
        ),
    }


def test_every_function_writes_its_own_log_alone() -> None:
    """Log streams are made in one group; the group itself is not the function's to make."""
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/firstbytes-dev-router"
    assert rights((iam.logs(log_group=group), iam.tracing(), iam.customer_key(key="arn:aws:kms:::key/1"))) == {
        "Key": (["kms:Decrypt", "kms:GenerateDataKey"], "arn:aws:kms:::key/1", None),
        "Logs": (["logs:CreateLogStream", "logs:PutLogEvents"], f"{group}:*", None),
        "Tracing": (["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*", None),
    }


def test_a_queue_takes_one_rule_of_one_account() -> None:
    """The queue's policy names the rule and the account, and refuses clear text to everybody."""
    assert json.loads(iam.text(iam.queue(queue=INTAKE, rule=RULE, account="123456789012"))) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Rule",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": INTAKE,
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": RULE},
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                },
            },
            {
                "Sid": "Tls",
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": ["sqs:ReceiveMessage", "sqs:SendMessage"],
                "Resource": INTAKE,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }


def test_a_queue_that_services_do_not_reach_has_no_allow() -> None:
    """Roles of the account need no queue policy, so a DLQ of a queue only refuses."""
    assert {one.effect for one in iam.private_queue(queue=DLQ)} == {"Deny"}


def test_a_topic_takes_alarms_of_one_account() -> None:
    """CloudWatch publishes for this account and no other."""
    topic = "arn:aws:sns:eu-west-1:123456789012:alarms"
    assert json.loads(iam.text(iam.alarm_topic(topic=topic, account="123456789012")))["Statement"] == [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        }
    ]


def test_a_trust_policy_names_one_service_and_no_resource() -> None:
    """Lambda takes a function's role; API Gateway the logging role, without a condition, which it could not meet."""
    assert json.loads(iam.text(iam.lambda_trust()))["Statement"] == [
        {
            "Sid": "Trust",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
    (gateway,) = iam.api_gateway_trust()
    assert gateway.principals == (("Service", "apigateway.amazonaws.com"),)
    assert gateway.conditions == ()


TEXTRACT = Permission(actions=("textract:DetectDocumentText",), why="Scans hold their text as a picture.")
LABELS = Permission(
    actions=("rekognition:DetectLabels", "rekognition:DetectFaces"), resources=("arn:aws:x",), why="Labels."
)


def claim(name: str, *permissions: Permission, distribution: str = "firstbytes-vision") -> Claim:
    """Return a made-up claim of a FUNCTION extractor."""
    needs = Needs(lane=Lane.FUNCTION, permissions=permissions)
    extractor = Extractor(name, accepts=("image/png",), entry="vision:extract", facet=name, needs=needs)
    return Claim(extractor=extractor, plugin="vision", distribution=distribution, version="1.0")


def test_an_extractor_gets_what_it_declares() -> None:
    """One statement a declared permission, with its own reason, and nothing beside."""
    assert iam.extractor(claim("scan", TEXTRACT, LABELS)) == (
        Statement(sid="Declared1", actions=TEXTRACT.actions, resources=("*",), why=TEXTRACT.why),
        Statement(sid="Declared2", actions=LABELS.actions, resources=("arn:aws:x",), why="Labels."),
    )
    assert iam.extractor(claim("plain")) == ()


def test_what_is_not_granted_comes_back_as_lines_to_paste() -> None:
    """A line holds what the distribution was granted and what it still lacks, over all its extractors."""
    claims = [claim("scan", TEXTRACT), claim("labels", LABELS), claim("other", TEXTRACT, distribution="acme-scan")]
    assert iam.ungranted(claims, {"firstbytes-vision": ["textract:DetectDocumentText"]}) == (
        'acme-scan = ["textract:DetectDocumentText"]',
        'firstbytes-vision = ["rekognition:DetectFaces", "rekognition:DetectLabels", "textract:DetectDocumentText"]',
    )
    granted = {"firstbytes-vision": [*TEXTRACT.actions, *LABELS.actions], "acme-scan": TEXTRACT.actions}
    assert iam.ungranted(claims, granted) == ()
    assert iam.ungranted([claim("plain")], {}) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"actions": ("s3:*",)}, r"whole action, got 's3:\*'"),
        ({"actions": ("*",)}, r"whole action, got '\*'"),
        ({"actions": ()}, "at least one action"),
        ({"resources": ("*",)}, "why"),
        ({"resources": ("*",), "why": "  "}, "why"),
        ({"resources": ()}, "resources, or principals"),
        ({"sid": "no spaces"}, "letters and digits"),
    ],
)
def test_a_careless_statement_is_refused(changed: dict[str, Any], expected: str) -> None:
    """Wildcards, silence and unnamed statements do not become values."""
    fine: dict[str, Any] = {"sid": "Read", "actions": ("s3:GetObject",), "resources": (BUCKET,)}
    with pytest.raises(ValueError, match=expected):
        Statement(**{**fine, **changed})


def test_a_refusal_lists_everything_wrong() -> None:
    """Two mistakes are told at once."""
    with pytest.raises(ValueError, match=r"letters and digits.*whole action"):
        Statement(sid="", actions=("s3:*",), resources=(BUCKET,))


def test_a_deny_may_be_wide() -> None:
    """A wildcard takes rights away safely."""
    wide = Statement(sid="Tls", effect="Deny", actions=("s3:*",), resources=("*",), principals=(("AWS", "*"),))
    assert json.loads(iam.text([wide]))["Statement"][0]["Action"] == "s3:*"


def test_two_statements_of_one_name_are_refused() -> None:
    """A sid names one statement of a document."""
    with pytest.raises(ValueError, match="sid of its own"):
        iam.text([iam.tracing(), iam.tracing()])


STATEMENTS = iam.api(
    documents_table=TABLE,
    dead_letters_table=LETTERS,
    documents_bucket=BUCKET,
    artifacts_bucket=ARTIFACTS,
    intake_queue=INTAKE,
)


@given(st.permutations(STATEMENTS), st.randoms())
def test_the_order_of_writing_does_not_show(statements: list[Statement], shuffle: Any) -> None:
    """The same rights are the same bytes, whatever the order of statements, actions and resources."""

    def stirred(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(shuffle.sample(values, len(values)))

    mixed = [
        Statement(
            sid=one.sid,
            actions=stirred(one.actions),
            resources=stirred(one.resources),
            conditions=one.conditions,
            why=one.why,
        )
        for one in statements
    ]
    assert iam.text(mixed) == iam.text(STATEMENTS)
