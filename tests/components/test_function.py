"""A function, its role and its log group."""

from __future__ import annotations

from typing import Any

import pytest

from components import iam
from components.function import Function, FunctionArgs, variables
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.identities import HERE

FUNCTION = "aws:lambda/function:Function"
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
READ = iam.Statement(sid="Read", actions=("s3:GetObject",), resources=("arn:aws:s3:::documents/t/*",))


def args(**changes: Any) -> FunctionArgs:
    """Return the router's arguments, changed as told."""
    given: dict[str, Any] = {
        "environment": example.ENVIRONMENT,
        "purpose": "router",
        "description": "Reads documents",
        "handler": "functions.router.handler",
        "code": example.archive(),
        "memory_mb": 1024,
        "timeout_s": 90,
        "permissions": (READ,),
        "variables": {"DOCUMENTS_TABLE": "documents"},
    }
    return FunctionArgs(**{**given, **changes})


def program(**changes: Any) -> Run:
    """Run a program of one function."""
    return run_program(lambda: Function("router", args(**changes)))


@pytest.fixture(scope="module")
def run() -> Run:
    """Run the plain program once."""
    return program()


def test_a_function_is_what_its_arguments_say(run: Run) -> None:
    """Every input of the function, whole."""
    found = dict(run.one(FUNCTION, "router").inputs)
    assert found.pop("code")
    group, role = run.one(LOG_GROUP, "router"), run.one(ROLE, "router")
    assert found == {
        "name": "firstbytes-dev-router",
        "description": "Reads documents",
        "role": role.outputs["arn"],
        "runtime": "python3.13",
        "architectures": ["arm64"],
        "handler": "functions.router.handler",
        "memorySize": 1024,
        "timeout": 90,
        "ephemeralStorage": {"size": 512},
        "environment": {
            "variables": {
                "DOCUMENTS_TABLE": "documents",
                "ENVIRONMENT": "dev",
                "LOG_LEVEL": "INFO",
                "POWERTOOLS_METRICS_NAMESPACE": "firstbytes",
                "POWERTOOLS_SERVICE_NAME": "router",
            }
        },
        "tracingConfig": {"mode": "Active"},
        "loggingConfig": {
            "logFormat": "JSON",
            "logGroup": group.inputs["name"],
            "applicationLogLevel": "INFO",
            "systemLogLevel": "WARN",
        },
    }


def test_log_group_and_rights_exist_before_the_function(run: Run) -> None:
    """The function waits for its log group, its role and the role's policy."""
    before = [run.one(LOG_GROUP, "router"), run.one(ROLE, "router"), run.one(POLICY, "router")]
    assert example.urns(before) <= set(run.one(FUNCTION, "router").depends)
    assert run.one(LOG_GROUP, "router").inputs == {"name": "/aws/lambda/firstbytes-dev-router", "retentionInDays": 30}


def test_a_role_is_for_lambda_and_one_function(run: Run) -> None:
    """The role is named after its function, trusts Lambda, and has no boundary unless the stack sets one."""
    role = run.one(ROLE, "router")
    assert role.inputs["name"] == "firstbytes-dev-router"
    assert role.inputs["assumeRolePolicy"] == iam.text(iam.lambda_trust())
    assert "permissionsBoundary" not in role.inputs
    boundary = f"arn:aws:iam::{HERE.account}:policy/boundary"
    bounded = program(environment=example.environment(permissions_boundary=boundary))
    assert bounded.one(ROLE, "router").inputs["permissionsBoundary"] == boundary


def test_a_role_has_what_is_stated_and_its_own_log(run: Run) -> None:
    """The policy is the caller's statements, the log group and X-Ray, to the letter."""
    group = run.one(LOG_GROUP, "router").outputs["arn"]
    expected = iam.text((READ, iam.logs(log_group=group), iam.tracing()))
    assert run.one(POLICY, "router").inputs["policy"] == expected


def test_tracing_off_takes_its_right_away() -> None:
    """Without tracing a function neither sends segments nor may."""
    untraced = program(environment=example.environment(trace=False))
    assert untraced.one(FUNCTION, "router").inputs["tracingConfig"] == {"mode": "PassThrough"}
    assert set(example.role_policy(untraced, "router")) == {"Read", "Logs"}


def test_a_customers_key_covers_log_and_variables() -> None:
    """The key encrypts both, and the role may use that key alone."""
    keyed = program(key_arn=example.KEY)
    assert keyed.one(LOG_GROUP, "router").inputs["kmsKeyId"] == example.KEY
    assert keyed.one(FUNCTION, "router").inputs["kmsKeyArn"] == example.KEY
    found = {one for one in example.actions(example.role_policy(keyed, "router")) if one[0].startswith("kms:")}
    assert found == {("kms:Decrypt", example.KEY), ("kms:GenerateDataKey", example.KEY)}


@pytest.mark.parametrize(("level", "expected"), [("DEBUG", "DEBUG"), ("WARNING", "INFO"), ("ERROR", "INFO")])
def test_lambda_never_filters_metrics(level: str, expected: str) -> None:
    """Lambda takes a line without a level for INFO, and metrics have none: above it, the function filters by itself."""
    found = program(environment=example.environment(log_level=level)).one(FUNCTION, "router").inputs
    assert found["loggingConfig"]["applicationLogLevel"] == expected
    assert found["environment"]["variables"]["LOG_LEVEL"] == level


def test_a_function_cannot_rename_its_service() -> None:
    """A variable that every function has is refused as its own."""
    with pytest.raises(ValueError, match="of its own for the function router, got LOG_LEVEL"):
        variables(args(variables={"LOG_LEVEL": "DEBUG"}))
