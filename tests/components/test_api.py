"""The REST API's component: what stands before the function, what is logged, what deploys it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from components import gateway, iam, web_acl
from components.api import ACCESS_LOG, Api, ApiArgs
from tests.components.test_gateway import DOCUMENT, ORIGIN, POOL
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.identities import HERE

QUEUE_ARN = f"arn:aws:sqs:{HERE.region}:{HERE.account}:intake"
REST = "aws:apigateway/restApi:RestApi"
STAGE = "aws:apigateway/stage:Stage"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"
FUNCTION = "aws:lambda/function:Function"
ACL = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
ACCOUNT = "aws:apigateway/account:Account"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small OpenAPI document."""
    path = tmp_path_factory.mktemp("api") / "openapi.json"
    path.write_text(json.dumps(DOCUMENT), "utf-8")
    return path


def program(document: Path, **changes: Any) -> Run:
    """Run a program of one API."""
    given: dict[str, Any] = {
        "environment": example.ENVIRONMENT,
        "account_id": HERE.account,
        "code": example.archive(),
        "stores": example.stores(),
        "document": document,
        "origin": ORIGIN,
        "user_pool_arn": POOL,
        "token_issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
        "client_id": "client",
        "intake_queue_url": "https://sqs/intake",
        "intake_queue_arn": QUEUE_ARN,
    }
    return run_program(lambda: Api("api", ApiArgs(**{**given, **changes})))


@pytest.fixture(scope="module")
def run(document: Path) -> Run:
    """Run the plain API once."""
    return program(document)


def test_the_api_is_the_document(run: Run) -> None:
    """The imported definition names this stack's function, pool and origin; nothing is added by hand."""
    invoke = run.one(FUNCTION, "api-function").outputs["invokeArn"]
    body = gateway.gateway_body(DOCUMENT, user_pool_arn=POOL, function_invoke_arn=invoke, origin=ORIGIN)
    assert run.one(REST, "api").inputs == {
        "name": "firstbytes-dev-api",
        "description": "Documents, what they are and what they say",
        "body": gateway.canonical(body),
        "putRestApiMode": "overwrite",
        "endpointConfiguration": {"types": "REGIONAL"},
        "minimumCompressionSize": "1024",
        "securityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
        "endpointAccessMode": "STRICT",
    }


def test_a_changed_definition_deploys_and_nothing_else_does(run: Run, document: Path) -> None:
    """The deployment's trigger follows the definition: another origin changes it, another throttle does not."""
    trigger = run.one(DEPLOYMENT, "api").inputs["triggers"]
    slower = program(document, environment=example.environment(api_throttle_rate=1))
    moved = program(document, origin="https://other.example.com")
    assert slower.one(DEPLOYMENT, "api").inputs["triggers"] == trigger
    assert moved.one(DEPLOYMENT, "api").inputs["triggers"] != trigger


def test_the_gateway_may_invoke_and_nobody_else(run: Run) -> None:
    """The function's policy is bound to this API's stage and the account."""
    (permission,) = run.of("aws:lambda/permission:Permission")
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "firstbytes-dev-api",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": f"{run.one(REST, 'api').outputs['executionArn']}/v1/*/*",
        "sourceAccount": HERE.account,
    }


def test_the_stage_is_traced_and_logged(run: Run) -> None:
    """The access log has its own group with retention, and the stage waits for the account's right to write it."""
    stage, group = run.one(STAGE, "api"), run.one("aws:cloudwatch/logGroup:LogGroup", "api-access")
    assert group.inputs == {"name": "/aws/apigateway/firstbytes-dev-api", "retentionInDays": 30}
    assert stage.inputs["stageName"] == "v1"
    assert stage.inputs["xrayTracingEnabled"] is True
    assert stage.inputs["accessLogSettings"]["destinationArn"] == group.outputs["arn"]
    assert json.loads(stage.inputs["accessLogSettings"]["format"]) == dict(ACCESS_LOG)
    assert run.one(ACCOUNT, "api-logs").urn in stage.depends


def test_a_log_line_says_nothing_of_the_caller() -> None:
    """Neither address, agent, user, token, query nor a path with ids is logged."""
    private = r"identity|authorizer\.(claims|principalId)|requestOverride|\.path\b|protocol|accountId|domainName"
    assert not [one for one in ACCESS_LOG.values() if re.search(private, one)]
    assert {"$context.requestId", "$context.resourcePath", "$context.status"} <= set(ACCESS_LOG.values())


def test_throttling_holds_for_every_method(run: Run) -> None:
    """The stage's methods and the plan have the settings' numbers, and no request is logged whole."""
    settings = run.one("aws:apigateway/methodSettings:MethodSettings", "api").inputs
    assert settings["methodPath"] == "*/*"
    assert settings["settings"] == {
        "metricsEnabled": True,
        "loggingLevel": "OFF",
        "dataTraceEnabled": False,
        "throttlingRateLimit": 50,
        "throttlingBurstLimit": 100,
    }
    plan = run.one("aws:apigateway/usagePlan:UsagePlan", "api").inputs
    assert plan["throttleSettings"] == {"rateLimit": 50, "burstLimit": 100}
    assert "quotaSettings" not in plan


def test_a_quota_is_a_days(document: Path) -> None:
    """A quota of the settings is the plan's, a day."""
    plan = program(document, environment=example.environment(api_quota_per_day=1000)).of(
        "aws:apigateway/usagePlan:UsagePlan"
    )[0]
    assert plan.inputs["quotaSettings"] == {"limit": 1000, "period": "DAY"}


def test_a_web_acl_stands_before_the_stage(run: Run) -> None:
    """The ACL lets through what no rule blocks, and is the stage's."""
    acl, association = run.one(ACL, "api"), run.one(ASSOCIATION, "api")
    assert (acl.inputs["scope"], acl.inputs["defaultAction"]) == ("REGIONAL", {"allow": {}})
    names = [rule["name"] for rule in web_acl.rules("dev", rate_limit=2000, bot_control=False)]
    assert [rule["name"] for rule in acl.inputs["rules"]] == names
    assert association.inputs == {
        "resourceArn": run.one(STAGE, "api").outputs["arn"],
        "webAclArn": acl.outputs["arn"],
    }
    assert re.fullmatch(r"[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]", acl.inputs["description"])


def test_without_waf_there_is_none(document: Path) -> None:
    """A stack that does not pay for WAF has neither ACL nor association."""
    plain = program(document, environment=example.environment(waf=False))
    assert not plain.of(ACL)
    assert not plain.of(ASSOCIATION)


def test_the_function_is_told_what_it_reads(run: Run) -> None:
    """Handler, time and variables are those that the API's code expects."""
    inputs = run.one(FUNCTION, "api-function").inputs
    assert (inputs["handler"], inputs["timeout"]) == ("functions.api.app.handler", 29)
    own = {
        key: value
        for key, value in inputs["environment"]["variables"].items()
        if key not in {"ENVIRONMENT", "LOG_LEVEL"} and not key.startswith("POWERTOOLS_")
    }
    assert own == {
        "APP_ORIGIN": ORIGIN,
        "ARTIFACTS_BUCKET": "artifacts",
        "CLIENT_ID": "client",
        "DEAD_LETTERS_TABLE": "letters",
        "DOCUMENTS_BUCKET": "documents",
        "DOCUMENTS_TABLE": "documents",
        "INTAKE_QUEUE_URL": "https://sqs/intake",
        "SOFT_DELETE_DAYS": "30",
        "TOKEN_ISSUER": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
    }


def test_the_functions_rights_are_its_document(run: Run) -> None:
    """The role is the API's document over this stack's ARNs, with its log and tracing."""
    stores = example.stores()
    expected = iam.api(
        documents_table=str(stores.documents_table_arn),
        dead_letters_table=str(stores.dead_letters_table_arn),
        documents_bucket=str(stores.documents_bucket_arn),
        artifacts_bucket=str(stores.artifacts_bucket_arn),
        intake_queue=QUEUE_ARN,
    )
    found = example.role_policy(run, "api")
    assert {sid: one for sid, one in found.items() if sid not in {"Logs", "Tracing"}} == example.statements(
        iam.text(expected)
    )


def test_the_accounts_logging_role_stays_when_the_stack_goes(run: Run, document: Path) -> None:
    """It serves every API of the account and region: destroying one stack must not silence another."""
    role = run.one("aws:iam/role:Role", "api-logs")
    policy = run.one("aws:iam/rolePolicy:RolePolicy", "api-logs")
    account = run.one(ACCOUNT, "api-logs")
    assert account.inputs == {"cloudwatchRoleArn": role.outputs["arn"]}
    assert all(one.retain_on_delete for one in (role, policy, account))
    assert policy.urn in account.depends
    assert "name" not in role.inputs
    elsewhere = program(document, account_logs=False)
    assert not elsewhere.of(ACCOUNT)
    assert len(elsewhere.of("aws:iam/role:Role")) == 1


def test_a_document_that_cannot_be_served_stops_the_deployment(tmp_path: Path) -> None:
    """What is wrong with it is said, before anything of the gateway is made."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps({**DOCUMENT, "openapi": "3.0.0"}), "utf-8")
    with pytest.raises(gateway.GatewayError, match=r"expected OpenAPI 3\.1, got 3\.0\.0"):
        program(path)


def test_two_runs_are_the_same(run: Run, document: Path) -> None:
    """A second run would change nothing."""
    assert program(document).fingerprint() == run.fingerprint()


def test_the_address_is_the_stages(run: Run) -> None:
    """The output that the page is configured with ends in the stage."""
    (outputs,) = [value for urn, value in run.component_outputs.items() if urn.endswith("Api::api")]
    assert outputs["url"] == run.one(STAGE, "api").outputs["invokeUrl"]
    assert outputs["url"].endswith("/v1")
    assert outputs["function"] == "firstbytes-dev-api"
