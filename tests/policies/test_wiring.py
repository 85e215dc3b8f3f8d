"""Every arrow needs its statement and every statement its arrow; a link that leads nowhere is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.policies import arrows, links, wiring
from tests.policies.documents import FUNCTION, PERMISSION, ROLE, ROLE_POLICY, Document, Statement, documents, without
from tests.policies.plant import changed, dropped, restated, stated
from tests.policies.small import ACCOUNT, allow
from tests.support.harness import Run

QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LETTERS = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead"

Plant = Callable[[Run], Run]


def _listening_to(name: str) -> str:
    return json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [name]}}})


def _scopeless(run: Run) -> Run:
    body: dict[str, Any] = json.loads(run.one(arrows.REST_API, "api").inputs["body"])
    body["paths"]["/documents/{id}"]["get"]["security"] = [{"pool": []}]
    return changed(run, arrows.REST_API, "api", body=json.dumps(body))


def _elsewhere(run: Run) -> Run:
    body = run.one(arrows.REST_API, "api").inputs["body"]
    return changed(run, arrows.REST_API, "api", body=body.replace(":function:replay/", ":function:gone/"))


FAULTS: dict[str, tuple[str, Plant]] = {
    "a queue for another rule": (
        "rule created delivers: events.amazonaws.com needs sqs:SendMessage",
        lambda run: restated(
            run, QUEUE_POLICY, "intake", "Rule", Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:events:::rule/x"}}
        ),
    ),
    "a dead-letter queue without a policy": (
        "rule created delivers: events.amazonaws.com needs sqs:SendMessage",
        lambda run: dropped(run, QUEUE_POLICY, "undelivered"),
    ),
    "a consumer that may not delete": (
        "Lambda polls intake for router: router needs sqs:DeleteMessage",
        lambda run: restated(
            run,
            ROLE_POLICY,
            "router",
            "Intake",
            Action=["sqs:ReceiveMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
        ),
    ),
    "an API that may not call": (
        "the API answers GET /documents/{id}: apigateway.amazonaws.com needs lambda:InvokeFunction",
        lambda run: changed(run, PERMISSION, "api", principal="events.amazonaws.com"),
    ),
    "a permission for another API": (
        "the API answers GET /documents/{id}: apigateway.amazonaws.com needs lambda:InvokeFunction",
        lambda run: changed(run, PERMISSION, "api", sourceArn=f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:another/*/*"),
    ),
    "a silent alarm": (
        "alarm letters tells: cloudwatch.amazonaws.com needs sns:Publish",
        lambda run: dropped(run, "aws:sns/topicPolicy:TopicPolicy", "alarms"),
    ),
    "a role nobody can take": (
        "Lambda runs router: lambda.amazonaws.com needs sts:AssumeRole",
        lambda run: restated(run, ROLE, "router", "", Principal={"Service": "ec2.amazonaws.com"}),
    ),
    "a call that is not allowed": (
        "router calls update_item: router needs dynamodb:UpdateItem",
        lambda run: restated(run, ROLE_POLICY, "router", "Documents", Action="dynamodb:GetItem"),
    ),
    "keys that are not allowed": (
        "router calls get_object and head_object: router needs s3:GetObject",
        lambda run: restated(run, ROLE_POLICY, "router", "Objects", Resource="arn:aws:s3:::documents/e/*"),
    ),
    "a denial that hits our own": (
        "router calls get_object and head_object: router needs s3:GetObject",
        lambda run: restated(
            run, BUCKET_POLICY, "documents", "Old", Condition={"NumericGreaterThan": {"s3:signatureAge": "10"}}
        ),
    ),
    "a right nobody needs": (
        "identity policy 'router' of router, statement 'More': nobody needs sqs:SendMessage",
        lambda run: stated(run, ROLE_POLICY, "router", allow("More", ["sqs:SendMessage"], LETTERS)),
    ),
    "an action too many": (
        "identity policy 'replay' of replay, statement 'LookAgain': nobody needs sqs:PurgeQueue",
        lambda run: restated(run, ROLE_POLICY, "replay", "LookAgain", Action=["sqs:SendMessage", "sqs:PurgeQueue"]),
    ),
    "an index too many": (
        "identity policy 'replay' of replay, statement 'LettersByStatus': nobody needs dynamodb:Query",
        lambda run: restated(
            run, ROLE_POLICY, "replay", "LettersByStatus", Resource="arn:aws:dynamodb:eu-west-1:1:table/x/index/y"
        ),
    ),
    "a permission nobody uses": (
        "resource policy 'api' of arn:aws:lambda:eu-west-1:123456789012:function:router",
        lambda run: changed(run, PERMISSION, "api", function="router"),
    ),
    "clear text to a queue": (
        "clear text for dead: anybody needs sqs:SendMessage",
        lambda run: dropped(run, QUEUE_POLICY, "dead"),
    ),
    "clear text to a bucket": (
        "clear text for artifacts: anybody needs s3:GetObject",
        lambda run: dropped(run, BUCKET_POLICY, "artifacts"),
    ),
    "old signatures": (
        "an hour-old signature for documents: anybody needs s3:GetObject",
        lambda run: restated(run, BUCKET_POLICY, "documents", "Old", Effect="Allow"),
    ),
    "a target without a dead-letter queue": (
        "target created: what rule created cannot deliver is lost",
        lambda run: changed(run, arrows.TARGET, "created", deadLetterConfig=None),
    ),
    "a dead-letter queue that is not there": (
        "target created: its dead-letter queue arn:gone is not in this program",
        lambda run: changed(run, arrows.TARGET, "created", deadLetterConfig={"arn": "arn:gone"}),
    ),
    "a target of a rule that is not there": (
        "target created: expected a rule of this program, got gone",
        lambda run: changed(run, arrows.TARGET, "created", rule="gone"),
    ),
    "a rule without a target": (
        "rule created: has no target",
        lambda run: dropped(run, arrows.TARGET, "created"),
    ),
    "a rule for another bucket": (
        "bucket other: a rule listens, and it does not tell EventBridge",
        lambda run: changed(run, arrows.RULE, "created", eventPattern=_listening_to("other")),
    ),
    "a bucket nobody listens to": (
        "bucket artifacts: tells EventBridge, and no rule listens",
        lambda run: changed(run, links.NOTIFICATION, "documents", bucket="artifacts"),
    ),
    "a queue nobody reads": (
        "queue dead: nobody reads it",
        lambda run: dropped(run, arrows.EVENT_SOURCE, "dead"),
    ),
    "a queue nothing fills": (
        "queue dead: nothing fills it",
        lambda run: changed(run, arrows.QUEUE, "intake", redrivePolicy=None),
    ),
    "a dead-letter queue that refuses": (
        f"queue arn:aws:sqs:eu-west-1:{ACCOUNT}:intake: sends to {LETTERS}",
        lambda run: dropped(run, links.REDRIVE_ALLOW, "dead"),
    ),
    "a dead-letter queue for everybody": (
        "redrive allow policy of dead: any queue may send",
        lambda run: changed(run, links.REDRIVE_ALLOW, "dead", redriveAllowPolicy='{"redrivePermission": "allowAll"}'),
    ),
    "a dead-letter queue that expects another": (
        f"queue {LETTERS}: allows arn:other, which does not redrive to it",
        lambda run: changed(
            run,
            arrows.QUEUE,
            "dead",
            redriveAllowPolicy='{"redrivePermission": "byQueue", "sourceQueueArns": ["arn:other"]}',
        ),
    ),
    "a batch that fails whole": (
        "event source intake: one bad message makes the whole batch come again",
        lambda run: changed(run, arrows.EVENT_SOURCE, "intake", functionResponseTypes=[]),
    ),
    "a message that shows too early": (
        "event source intake: intake shows a message again while router has it",
        lambda run: changed(run, FUNCTION, "router", timeout=91),
    ),
    "an event source that leads nowhere": (
        "event source intake: expected a function and a queue of this program",
        lambda run: changed(run, arrows.EVENT_SOURCE, "intake", functionName="gone"),
    ),
    "logs kept for ever": (
        "function router: logs into a group that this program does not make",
        lambda run: changed(run, FUNCTION, "router", loggingConfig={"logFormat": "JSON", "logGroup": "gone"}),
    ),
    "a log group of nobody": (
        "log group router: no function of this program writes it",
        lambda run: changed(run, FUNCTION, "router", loggingConfig={"logFormat": "JSON", "logGroup": "gone"}),
    ),
    "a variable that names nothing": (
        "function router: DOCUMENTS_TABLE=gone is nothing that this program makes",
        lambda run: changed(run, FUNCTION, "router", environment={"variables": {"DOCUMENTS_TABLE": "gone"}}),
    ),
    "a variable without a right": (
        "function router: DEAD_LETTERS_TABLE names letters, on which its role has no right",
        lambda run: changed(run, FUNCTION, "router", environment={"variables": {"DEAD_LETTERS_TABLE": "letters"}}),
    ),
    "a function nobody has read": (
        "function router: tests/policies/calls.py does not say what worker calls",
        lambda run: changed(run, FUNCTION, "router", handler="functions.worker.handler"),
    ),
    "an API that trusts another pool": (
        f"API api: trusts arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/",
        lambda run: dropped(run, links.USER_POOL, "users"),
    ),
    "a method that takes any token": (
        "API api: GET /documents/{id} asks for no scope",
        _scopeless,
    ),
    "an API that leads nowhere": (
        "API api: GET /documents/{id} leads to",
        _elsewhere,
    ),
    "an alarm nobody hears": (
        "alarm letters: tells arn:gone, which is no topic of this program",
        lambda run: changed(run, arrows.ALARMS[0], "letters", alarmActions=["arn:gone"]),
    ),
    "an alarm that tells nobody": (
        "alarm letters: tells nobody",
        lambda run: dropped(changed(run, arrows.ALARMS[0], "letters", alarmActions=None), links.COMPOSITE, "unhealthy"),
    ),
    "an alarm of parts that are not there": (
        "alarm unhealthy: is made of gone, which this program does not make",
        lambda run: changed(run, links.COMPOSITE, "unhealthy", alarmRule="ALARM(letters) OR ALARM(gone)"),
    ),
    "an alarm over what no function writes": (
        "alarm letters: watches Misspelt, which no function writes",
        lambda run: changed(run, arrows.ALARMS[0], "letters", namespace=links.NAMESPACE, metricName="Misspelt"),
    ),
    "an alarm over nothing": (
        "alarm letters: watches QueueName=gone, which this program does not make",
        lambda run: changed(run, arrows.ALARMS[0], "letters", dimensions={"QueueName": "gone"}),
    ),
}


def test_a_good_program_is_wired(run: Run) -> None:
    """Nothing is missing, unused, unprotected or loose where nothing is wrong."""
    assert wiring.check(run) == ()


@pytest.mark.parametrize(("line", "plant"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(run: Run, line: str, plant: Plant) -> None:
    """The check says of a planted fault what is missing, or what leads nowhere."""
    found = wiring.check(plant(run))
    assert any(one.startswith(line) for one in found), found


def statements(run: Run) -> list[tuple[Document, Statement]]:
    """Return every statement of a program with its document."""
    return [(document, statement) for document in documents(run) for statement in document.statements]


def test_no_statement_can_be_spared(run: Run) -> None:
    """Without any one of the statements the wiring breaks, denials included."""
    spared = [
        document.where(statement)
        for document, statement in statements(run)
        if not wiring.check(without(run, document, statement))
    ]
    assert spared == []
