"""The pipeline: every arrow exists, has the right it needs, and the numbers of one place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components import iam
from components.pipeline import GrantError, Pipeline, PipelineArgs, function_claims, upload_pattern
from components.settings import Timing
from firstbytes.claims import Claim
from firstbytes.routes import RouteTable, compile_table, from_json, to_json
from firstbytes.spec import Extractor, Lane, Needs, Permission
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.identities import HERE

QUEUE = "aws:sqs/queue:Queue"
FUNCTION = "aws:lambda/function:Function"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
ROLE = "aws:iam/role:Role"
PERMISSION = "aws:lambda/permission:Permission"
TEXTRACT = ("textract:DetectDocumentText",)


def claim(name: str, needs: Needs) -> Claim:
    """Return a made-up claim."""
    extractor = Extractor(name, accepts=(f"image/x-{name}",), entry="vision:extract", facet=name, needs=needs)
    return Claim(extractor=extractor, plugin="vision", distribution="firstbytes-vision", version="1.2")


SCAN = claim(
    "scan",
    Needs(
        lane=Lane.FUNCTION,
        memory_mb=2048,
        timeout_s=120,
        tmp_mb=1024,
        permissions=(Permission(actions=TEXTRACT, why="Scans hold their text as a picture."),),
    ),
)
PLAIN = claim("plain", Needs(lane=Lane.FUNCTION, tmp_mb=0))
QUICK = claim("quick", Needs())
# As a deployment gets it: compiled, written, read.
ROUTES = from_json(to_json(compile_table([SCAN, QUICK, PLAIN])))


def args(**changes: Any) -> PipelineArgs:
    """Return the pipeline's arguments, changed as told."""
    given: dict[str, Any] = {
        "environment": example.ENVIRONMENT,
        "account_id": HERE.account,
        "code": example.archive(),
        "stores": example.stores(),
        "routes": RouteTable(claims=()),
    }
    return PipelineArgs(**{**given, **changes})


def program(**changes: Any) -> Run:
    """Run a program of one pipeline."""
    return run_program(lambda: Pipeline("pipeline", args(**changes)))


@pytest.fixture(scope="module")
def run() -> Run:
    """Run the plain pipeline once."""
    return program()


@pytest.fixture(scope="module")
def extended() -> Run:
    """Run a pipeline with extractors of their own functions."""
    return program(routes=ROUTES, grants={"firstbytes-vision": TEXTRACT})


def arn(run: Run, name: str) -> str:
    """Return a queue's ARN."""
    return str(run.one(QUEUE, f"pipeline-{name}").outputs["arn"])


def test_only_our_objects_are_events() -> None:
    """The rule names the bucket and the prefix of documents: no other bucket, no other key."""
    assert json.loads(upload_pattern("documents")) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", "Object Deleted"],
        "detail": {"bucket": {"name": ["documents"]}, "object": {"key": [{"prefix": "t/"}]}},
    }


def test_an_upload_goes_to_the_intake_and_what_is_not_delivered_is_kept(run: Run) -> None:
    """The target is the intake, as the event is, tried for a day, with a DLQ of its own."""
    rule, target = run.one(RULE, "pipeline-uploads"), run.one(TARGET, "pipeline-uploads")
    assert rule.inputs["eventPattern"] == upload_pattern("documents")
    assert rule.inputs["state"] == "ENABLED"
    assert target.inputs == {
        "rule": rule.inputs["name"],
        "targetId": "intake",
        "arn": arn(run, "intake"),
        "deadLetterConfig": {"arn": arn(run, "rule-dlq")},
        "retryPolicy": {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185},
    }
    policies = [run.one(POLICY, "pipeline-intake"), run.one(POLICY, "pipeline-rule-dlq")]
    assert example.urns(policies) <= set(target.depends)


@pytest.mark.parametrize("queue", ["intake", "rule-dlq"])
def test_the_rule_alone_may_send(run: Run, queue: str) -> None:
    """The queue's policy is bound to the rule's ARN and the account."""
    policy = run.one(POLICY, f"pipeline-{queue}").inputs
    rule = run.one(RULE, "pipeline-uploads").outputs["arn"]
    assert policy["policy"] == iam.text(iam.queue(queue=arn(run, queue), rule=rule, account=HERE.account))
    assert policy["queueUrl"] == run.one(QUEUE, f"pipeline-{queue}").outputs["url"]


def test_no_service_may_send_to_the_intakes_dlq(run: Run) -> None:
    """SQS moves messages there by itself, and the policy allows nobody."""
    found = example.statements(run.one(POLICY, "pipeline-intake-dlq").inputs["policy"])
    assert {one["Effect"] for one in found.values()} == {"Deny"}


def test_queues_have_the_numbers_of_the_timing(run: Run) -> None:
    """Visibility, retention and deliveries are the environment's, and every queue is encrypted."""
    timing = Timing()
    assert run.one(QUEUE, "pipeline-intake").inputs == {
        "name": "firstbytes-dev-intake",
        "sqsManagedSseEnabled": True,
        "visibilityTimeoutSeconds": timing.visibility_s,
        "messageRetentionSeconds": timing.queue_retention_s,
        "receiveWaitTimeSeconds": 20,
        "redrivePolicy": json.dumps(
            {"deadLetterTargetArn": arn(run, "intake-dlq"), "maxReceiveCount": timing.receive_count}
        ),
    }
    for name in ("intake-dlq", "rule-dlq"):
        inputs = run.one(QUEUE, f"pipeline-{name}").inputs
        assert inputs["name"] == f"firstbytes-dev-{name}"
        assert inputs["sqsManagedSseEnabled"] is True
        assert inputs["messageRetentionSeconds"] == timing.dead_letter_retention_s


def test_other_timings_reach_queue_and_router() -> None:
    """Changed numbers arrive everywhere they belong."""
    timing = Timing(function_s=50, lease_s=70, visibility_s=300, attempts=2, receive_count=5, document_s=40)
    run = program(environment=example.environment(timing=timing))
    intake, router = run.one(QUEUE, "pipeline-intake").inputs, run.one(FUNCTION, "pipeline-router").inputs
    assert (intake["visibilityTimeoutSeconds"], json.loads(intake["redrivePolicy"])["maxReceiveCount"]) == (300, 5)
    assert router["timeout"] == 50
    variables = router["environment"]["variables"]
    assert (variables["LEASE_S"], variables["MAX_ATTEMPTS"]) == ("70", "2")


def test_a_dlq_takes_from_its_own_queue_alone(run: Run) -> None:
    """The intake's DLQ allows the intake; the rule's DLQ is nobody's redrive target."""
    (allowed,) = run.of("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
    assert allowed.inputs == {
        "queueUrl": run.one(QUEUE, "pipeline-intake-dlq").outputs["url"],
        "redriveAllowPolicy": json.dumps(
            {"redrivePermission": "byQueue", "sourceQueueArns": [arn(run, "intake")]}, sort_keys=True
        ),
    }
    assert json.loads(run.one(QUEUE, "pipeline-rule-dlq").inputs["redriveAllowPolicy"]) == {
        "redrivePermission": "denyAll"
    }


@pytest.mark.parametrize(
    ("queue", "purpose", "batch", "most"),
    [
        ("intake", "router", 1, {"maximumConcurrency": 10}),
        ("intake-dlq", "deadletter", 10, None),
        ("rule-dlq", "deadletter", 10, None),
    ],
)
def test_every_queue_has_its_consumer(
    run: Run, queue: str, purpose: str, batch: int, most: dict[str, int] | None
) -> None:
    """A mapping reads each queue into a function that may receive from it, longer than the function runs."""
    mapping, function = run.one(MAPPING, f"pipeline-{queue}"), run.one(FUNCTION, f"pipeline-{purpose}")
    expected = {
        "eventSourceArn": arn(run, queue),
        "functionName": function.outputs["arn"],
        "batchSize": batch,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        **({"scalingConfig": most} if most else {}),
    }
    assert mapping.inputs == expected
    assert ("sqs:ReceiveMessage", arn(run, queue)) in example.actions(example.role_policy(run, purpose))
    assert function.urn in mapping.depends
    visibility = run.one(QUEUE, f"pipeline-{queue}").inputs["visibilityTimeoutSeconds"]
    assert visibility >= 6 * function.inputs["timeout"]


@pytest.mark.parametrize(("purpose", "rate"), [("unfinished", "rate(5 minutes)"), ("inventory", "rate(1 day)")])
def test_the_sweeper_comes_by_schedule(run: Run, purpose: str, rate: str) -> None:
    """Each pass has a rule, a target that says which pass, and a permission bound to that rule and the account."""
    name = f"pipeline-sweep-{purpose}"
    rule, target, permission = run.one(RULE, name), run.one(TARGET, name), run.one(PERMISSION, name)
    sweeper = run.one(FUNCTION, "pipeline-sweeper")
    assert rule.inputs["scheduleExpression"] == rate
    assert json.loads(target.inputs["input"]) == {"pass": purpose}
    assert (target.inputs["arn"], target.inputs["rule"]) == (sweeper.outputs["arn"], rule.inputs["name"])
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": sweeper.inputs["name"],
        "principal": "events.amazonaws.com",
        "sourceArn": rule.outputs["arn"],
        "sourceAccount": HERE.account,
    }
    assert permission.urn in target.depends


VARIABLES = {
    "router": {
        "DOCUMENTS_TABLE",
        "DOCUMENTS_BUCKET",
        "ARTIFACTS_BUCKET",
        "INTAKE_QUEUE_URL",
        "LEASE_S",
        "MAX_ATTEMPTS",
    },
    "deadletter": {"DOCUMENTS_TABLE", "DEAD_LETTERS_TABLE", "DOCUMENTS_BUCKET"},
    "sweeper": {"DOCUMENTS_TABLE", "DOCUMENTS_BUCKET", "INTAKE_QUEUE_URL"},
    "replay": {"DOCUMENTS_TABLE", "DEAD_LETTERS_TABLE", "INTAKE_QUEUE_URL", "DOCUMENTS_BUCKET"},
}
COMMON = {"ENVIRONMENT", "LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME", "SOFT_DELETE_DAYS"}


@pytest.mark.parametrize("purpose", sorted(VARIABLES))
def test_a_function_is_told_what_it_reads(run: Run, purpose: str) -> None:
    """Handler and variables are those that the function's code expects; whoever writes heads knows how long they stay."""
    inputs = run.one(FUNCTION, f"pipeline-{purpose}").inputs
    assert inputs["handler"] == f"functions.{purpose}.handler"
    assert set(inputs["environment"]["variables"]) == VARIABLES[purpose] | COMMON


def test_no_two_functions_share_a_role(extended: Run) -> None:
    """Every function has a role of its own name, and every role one policy."""
    functions = extended.of(FUNCTION)
    assert len(functions) == 6
    assert len({one.inputs["role"] for one in functions}) == 6
    assert {one.inputs["name"] for one in extended.of(ROLE)} == {one.inputs["name"] for one in functions}
    assert len(extended.of("aws:iam/rolePolicy:RolePolicy")) == 6


def test_rights_are_those_of_the_documents(run: Run) -> None:
    """The router's role is its document over this stack's own ARNs."""
    stores = example.stores()
    expected = iam.router(
        documents_table=str(stores.documents_table_arn),
        documents_bucket=str(stores.documents_bucket_arn),
        artifacts_bucket=str(stores.artifacts_bucket_arn),
        intake_queue=arn(run, "intake"),
    )
    found = example.role_policy(run, "router")
    assert {sid: one for sid, one in found.items() if sid not in {"Logs", "Tracing"}} == example.statements(
        iam.text(expected)
    )


def test_an_extractor_that_calls_aws_has_a_function_and_a_role_of_its_own(extended: Run) -> None:
    """It gets the memory, time and space it needs, what it declares, and neither bucket, table nor queue."""
    inputs = extended.one(FUNCTION, "pipeline-extractor-scan").inputs
    assert inputs["handler"] == "functions.worker.handler"
    assert (inputs["memorySize"], inputs["timeout"], inputs["ephemeralStorage"]) == (2048, 120, {"size": 1024})
    assert inputs["environment"]["variables"]["EXTRACTOR"] == "scan"
    found = example.role_policy(extended, "extractor-scan")
    assert set(found) == {"Declared1", "Logs", "Tracing"}
    assert found["Declared1"]["Action"] == TEXTRACT[0]


def test_small_scratch_space_becomes_the_least_that_lambda_gives(extended: Run) -> None:
    """An extractor that needs none has 512 MB, since there is no less."""
    assert extended.one(FUNCTION, "pipeline-extractor-plain").inputs["ephemeralStorage"] == {"size": 512}


def test_only_the_function_lane_makes_functions() -> None:
    """What runs in the router's sandbox adds nothing to the stack."""
    assert [one.extractor.name for one in function_claims(ROUTES)] == ["plain", "scan"]
    assert function_claims(RouteTable(claims=(QUICK,))) == ()


def test_a_permission_that_nobody_granted_stops_the_deployment() -> None:
    """The error holds the line to paste, and nothing is created."""
    with pytest.raises(GrantError) as caught:
        args(routes=ROUTES)
    assert caught.value.lines == ('firstbytes-vision = ["textract:DetectDocumentText"]',)
    assert "[tool.firstbytes.grants]\nfirstbytes-vision" in str(caught.value)


def test_the_key_reaches_every_function_that_reads_or_writes(run: Run) -> None:
    """With a customer's key every role may use it; without one none has a right to any key."""
    keyed = program(stores=example.stores(key_arn=example.KEY))
    for purpose in VARIABLES:
        assert ("kms:Decrypt", example.KEY) in example.actions(example.role_policy(keyed, purpose))
        assert "Key" not in example.role_policy(run, purpose)


def test_two_runs_are_the_same(run: Run) -> None:
    """A second run would change nothing."""
    assert program().fingerprint() == run.fingerprint()


def test_two_pipelines_differ_in_every_name() -> None:
    """Two environments of one account share no physical name."""
    other = program(environment=example.environment(name="staging"))
    own = "aws:iam/rolePolicy:RolePolicy"  # named within its role
    named = [
        {one.inputs["name"] for one in run.resources if "name" in one.inputs and one.type != own}
        for run in (program(), other)
    ]
    assert len(named[0]) == len(named[1]) == 14
    assert not named[0] & named[1]


def test_what_others_need_is_put_out(run: Run) -> None:
    """The component's outputs are the queues' addresses and the functions' names."""
    (outputs,) = [value for urn, value in run.component_outputs.items() if urn.endswith("Pipeline::pipeline")]
    assert outputs == {
        "intakeQueueUrl": run.one(QUEUE, "pipeline-intake").outputs["url"],
        "intakeDlqUrl": run.one(QUEUE, "pipeline-intake-dlq").outputs["url"],
        "ruleDlqUrl": run.one(QUEUE, "pipeline-rule-dlq").outputs["url"],
        **{f"{purpose}Function": f"firstbytes-dev-{purpose}" for purpose in VARIABLES},
    }
