"""Every rule finds the fault that it is for, and the small platform has none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.policies import rules
from tests.policies.documents import FUNCTION, PERMISSION, ROLE, ROLE_POLICY
from tests.policies.plant import changed, restated, stated
from tests.policies.small import ACCOUNT, allow
from tests.support.harness import Run

BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
QUEUE = "aws:sqs/queue:Queue"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
SETS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "d#*"}}
EXEMPT = {
    "Bool": {"aws:SecureTransport": "false"},
    "ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/friend"},
}
TWO_SERVICES = {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}
MANY = allow(
    "Many", ["sqs:SendMessage"], [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{'q' * 70}{number}" for number in range(120)]
)

Plant = Callable[[Run], Run]
FAULTS: dict[str, tuple[str, Plant]] = {
    "an action of a whole service": (
        "whole actions: identity policy 'replay' of replay, statement 'LookAgain'",
        lambda run: restated(run, ROLE_POLICY, "replay", "LookAgain", Action="sqs:*"),
    ),
    "an action that starts with some letters": (
        "whole actions: identity policy 'replay' of replay, statement 'Letters'",
        lambda run: restated(run, ROLE_POLICY, "replay", "Letters", Action=["dynamodb:Get*"]),
    ),
    "every resource": (
        "named resources: identity policy 'replay' of replay, statement 'LookAgain'",
        lambda run: restated(run, ROLE_POLICY, "replay", "LookAgain", Resource="*"),
    ),
    "every queue of the account": (
        "named resources: identity policy 'replay' of replay, statement 'LookAgain'",
        lambda run: restated(run, ROLE_POLICY, "replay", "LookAgain", Resource=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:*"),
    ),
    "queues whose names start alike": (
        "named resources: identity policy 'replay' of replay, statement 'LookAgain'",
        lambda run: restated(
            run, ROLE_POLICY, "replay", "LookAgain", Resource=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:intake*"
        ),
    ),
    "any object of a bucket": (
        "named resources: identity policy 'router' of router, statement 'Objects'",
        lambda run: restated(run, ROLE_POLICY, "router", "Objects", Resource="arn:aws:s3:::documents/*"),
    ),
    "what only API Gateway may": (
        "named resources: identity policy 'router' of router, statement 'Logs'",
        lambda run: restated(run, ROLE_POLICY, "router", "Logs", Resource="*"),
    ),
    "the names of all objects": (
        "bounded lists: identity policy 'router' of router, statement 'Missing'",
        lambda run: restated(run, ROLE_POLICY, "router", "Missing", Condition=None),
    ),
    "somebody else's resource": (
        "own resource: resource policy 'intake'",
        lambda run: restated(run, QUEUE_POLICY, "intake", "Rule", Resource=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:other"),
    ),
    "a service for anybody": (
        "bound services: resource policy 'intake'",
        lambda run: restated(
            run, QUEUE_POLICY, "intake", "Rule", Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        ),
    ),
    "a service for a bucket whose owner may change": (
        "bound services: resource policy 'intake'",
        lambda run: restated(
            run, QUEUE_POLICY, "intake", "Rule", Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::b"}}
        ),
    ),
    "a service for another account's resource": (
        "bound services: resource policy 'api'",
        lambda run: changed(
            run, PERMISSION, "api", sourceAccount=None, sourceArn="arn:aws:execute-api:eu-west-1:210987654321:x/*/*"
        ),
    ),
    "an account-wide service for any account": (
        "bound services: resource policy 'alarms'",
        lambda run: restated(run, TOPIC_POLICY, "alarms", "Alarms", Condition=None),
    ),
    "everybody": (
        "nobody is everybody: resource policy 'documents'",
        lambda run: restated(run, BUCKET_POLICY, "documents", "Tls", Effect="Allow", Condition=None),
    ),
    "every AWS account": (
        "nobody is everybody: resource policy 'intake'",
        lambda run: restated(run, QUEUE_POLICY, "intake", "Rule", Principal={"AWS": "*"}),
    ),
    "all of nothing": (
        "whole sets: identity policy 'router' of router, statement 'Documents'",
        lambda run: restated(run, ROLE_POLICY, "router", "Documents", Condition=SETS),
    ),
    "a denial with an exception": (
        "plain denials: resource policy 'documents'",
        lambda run: restated(run, BUCKET_POLICY, "documents", "Tls", Condition=EXEMPT),
    ),
    "a denial for one role": (
        "plain denials: resource policy 'dead'",
        lambda run: restated(
            run, QUEUE_POLICY, "dead", "Tls", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/router"}
        ),
    ),
    "every action but one": (
        "positive: identity policy 'router' of router, statement 'Documents'",
        lambda run: restated(run, ROLE_POLICY, "router", "Documents", Action=None, NotAction="dynamodb:DeleteItem"),
    ),
    "everybody but one": (
        "positive: resource policy 'dead'",
        lambda run: restated(run, QUEUE_POLICY, "dead", "Tls", Principal=None, NotPrincipal={"AWS": ACCOUNT}),
    ),
    "two functions with one role": (
        f"role of its own: role arn:aws:iam::{ACCOUNT}:role/router: shared by replay, router",
        lambda run: changed(run, FUNCTION, "replay", role=run.one(ROLE, "router").outputs["arn"]),
    ),
    "a role for two services": (
        "one service: trust policy 'router' of router",
        lambda run: restated(run, ROLE, "router", "", Principal=TWO_SERVICES),
    ),
    "a role for an account": (
        "one service: trust policy 'router' of router",
        lambda run: restated(run, ROLE, "router", "", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    ),
    "a managed policy": (
        "written here: role router: managedPolicyArns",
        lambda run: changed(run, ROLE, "router", managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
    ),
    "a document nobody reads": (
        "written here: intake (aws:sqs/queue:Queue): policy",
        lambda run: changed(run, QUEUE, "intake", policy='{"Statement": []}'),
    ),
    "more policies than IAM takes": (
        "within limits: role replay",
        lambda run: stated(run, ROLE_POLICY, "replay", MANY),
    ),
}


def test_a_good_program_breaks_no_rule(run: Run) -> None:
    """Nothing is found where nothing is wrong."""
    assert rules.check(run) == ()


@pytest.mark.parametrize(("finding", "plant"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(run: Run, finding: str, plant: Plant) -> None:
    """The rule that a fault breaks says so, at the statement that breaks it."""
    assert any(str(found).startswith(finding) for found in rules.check(plant(run))), rules.check(plant(run))


def test_every_rule_has_a_fault() -> None:
    """No rule is there that no planted fault breaks."""
    assert {finding.partition(":")[0] for finding, _ in FAULTS.values()} == set(rules.RULES)


def test_every_role_has_the_boundary(run: Run) -> None:
    """With a boundary in the settings, a role without it, or with another one, is found."""
    roles = ("deadletter", "replay", "router")
    bounded = run
    for role in roles:
        bounded = changed(bounded, ROLE, role, permissionsBoundary=BOUNDARY)
    assert rules.check(bounded, boundary=BOUNDARY) == ()
    other = changed(bounded, ROLE, "router", permissionsBoundary=f"{BOUNDARY}-2")
    assert [found.where for found in rules.check(other, boundary=BOUNDARY)] == ["role router"]
    assert [found.where for found in rules.check(run, boundary=BOUNDARY)] == [f"role {role}" for role in roles]
