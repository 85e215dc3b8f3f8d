"""The program under the real engine, for every environment: up, up again, changed, refreshed and destroyed.

The stacks live side by side; the tests take them from the first to the last.
"""

from __future__ import annotations

import compileall
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.stacks import Outcome, Stack, open_stack
from tests.support.stacks import ROOT, STACKS

pytestmark = pytest.mark.slow
# What the program and its code archive are made of.
PARTS = ("functions", "components", "extractors/firstbytes", "examples/plugins/firstbytes-sqlite")
FILES = ("__main__.py", "pyproject.toml", "uv.lock", "Pulumi.yaml", "docs/openapi.json", "extractors/pyproject.toml")
HOLDS_DATA = {"aws:s3/bucket:Bucket", "aws:dynamodb/table:Table", "aws:cognito/userPool:UserPool", "aws:kms/key:Key"}
# API Gateway writes logs with one role an account and region, which other stacks use too.
KEPT = {"aws:apigateway/account:Account", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"}
GUARDED = {
    "aws:dynamodb/table:Table": "deletionProtectionEnabled",
    "aws:cognito/userPool:UserPool": "deletionProtection",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the program, so that every step sees one moment of it; archives are shared with the repository."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("tests", "__pycache__", ".*"))
    for file in FILES:
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / file, folder / file)
    (ROOT / ".bundle").mkdir(exist_ok=True)
    (folder / ".bundle").symlink_to(ROOT / ".bundle")
    return folder


@pytest.fixture(scope="module")
def stacks(engine: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Lay out every stack, nothing of it made yet."""
    program = checkout / "__main__.py"
    return {name: open_stack(name, engine, tmp_path_factory.mktemp(name), program) for name in STACKS}


def ran(outcome: Outcome) -> Outcome:
    """Return what a step did, which must have succeeded."""
    assert outcome.error == ""
    return outcome


@pytest.mark.parametrize("name", STACKS)
def test_a_new_environment_comes_up_as_its_preview_said(stacks: dict[str, Stack], name: str) -> None:
    """A preview makes nothing and knows everything that `up` then makes."""
    preview = ran(stacks[name].run("preview", seed=1))
    assert set(preview.counts) == {"create"}
    assert not stacks[name].things()
    up = ran(stacks[name].run("up", seed=2))
    assert up.counts == preview.counts
    assert up.changes == preview.changes
    assert up.outputs["apiUrl"].startswith("https://")


@pytest.mark.parametrize("name", STACKS)
def test_up_again_changes_nothing(stacks: dict[str, Stack], checkout: Path, name: str) -> None:
    """Another hash seed and modules that were imported since, which left compiled files, make no difference."""
    assert all(compileall.compile_dir(checkout / part, quiet=2) for part in PARTS)
    again = ran(stacks[name].run("up", seed=3))
    assert again.changes == {}
    assert set(again.counts) == {"same"}


def keeps_logs(token: str, thing: dict[str, Any]) -> list[str]:
    """Log groups, and the bucket that access to the others is logged in."""
    if token == "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
        return ["rules"] if thing["bucket"].startswith("storage-logs") else []
    return ["retentionInDays"] if token == "aws:cloudwatch/logGroup:LogGroup" else []


def runs_routers(token: str, thing: dict[str, Any]) -> list[str]:
    """The one event source mapping that limits how many routers run."""
    limited = token == "aws:lambda/eventSourceMapping:EventSourceMapping" and "scalingConfig" in thing
    return ["scalingConfig"] if limited else []


def logs(token: str, _thing: dict[str, Any]) -> list[str]:
    """Every function."""
    return ["environment", "loggingConfig"] if token == "aws:lambda/function:Function" else []


@pytest.mark.parametrize(
    ("settings", "touched"),
    [({"logRetentionDays": 14}, keeps_logs), ({"maxConcurrency": 7}, runs_routers), ({"logLevel": "INFO"}, logs)],
    ids=["logRetentionDays", "maxConcurrency", "logLevel"],
)
def test_a_changed_setting_changes_what_it_is_about(
    stacks: dict[str, Stack], settings: dict[str, object], touched: Callable[[str, dict[str, Any]], list[str]]
) -> None:
    """Nothing else is touched, and nothing is replaced."""
    stack = stacks["dev"]
    things = [(key.partition("::")[0], thing) for key, thing in stack.things().items()]
    wanted = [(token, ("update", names)) for token, thing in things if (names := touched(token, thing))]
    assert wanted
    with stack.changed(**settings):
        changes = ran(stack.run("preview")).changes
    assert sorted((key.partition(" ")[0], change) for key, change in changes.items()) == sorted(wanted)


def test_another_account_is_refused(stacks: dict[str, Stack]) -> None:
    """With accounts named, credentials of another one stop everything before it starts."""
    with stacks["dev"].changed(allowedAccountIds=["999999999999"]):
        assert "AWS account ID not allowed" in stacks["dev"].run("preview").error


@pytest.mark.parametrize("name", STACKS)
def test_a_refresh_finds_everything_as_it_was_made(stacks: dict[str, Stack], name: str) -> None:
    """State and account agree."""
    assert set(ran(stacks[name].run("refresh")).counts) == {"same"}


@pytest.mark.parametrize("name", [name for name in STACKS if name != "dev"])
def test_what_holds_data_survives_a_destroy(stacks: dict[str, Stack], name: str) -> None:
    """Pulumi refuses to delete it, and so would AWS."""
    before = {key: thing for key, thing in stacks[name].things().items() if key.partition("::")[0] in HOLDS_DATA}
    refused = stacks[name].run("destroy").error
    assert "it is protected" in refused
    after = stacks[name].things()
    assert {key: after.get(key) for key in before} == before
    guards = [thing[GUARDED[token]] for key, thing in before.items() if (token := key.partition("::")[0]) in GUARDED]
    assert guards
    assert all(guard in {True, "ACTIVE"} for guard in guards)


def test_dev_is_destroyed_whole(stacks: dict[str, Stack]) -> None:
    """Nothing is left in the account, but for what must outlive a stack."""
    ran(stacks["dev"].run("destroy"))
    assert {key.partition("::")[0] for key in stacks["dev"].things()} == KEPT
