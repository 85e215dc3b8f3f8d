"""The whole program, for every stack in the repository."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from components import naming, project, provider
from components.settings import SettingsError
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.stacks import ROOT, STACKS

FUNCTION = "aws:lambda/function:Function"
OUTPUTS = {
    *(
        "amplifyAppId",
        "appConfig",
        "apiFunction",
        "apiUrl",
        "appUrl",
        "artifactsBucket",
        "deadLettersTable",
        "dashboardName",
    ),
    *(
        "deadletterFunction",
        "documentsBucket",
        "documentsTable",
        "hostedUiUrl",
        "intakeDlqUrl",
        "intakeQueueUrl",
        "region",
        "replayFunction",
    ),
    *("routerFunction", "ruleDlqUrl", "sweeperFunction", "tokenIssuer", "userPoolClientId", "userPoolId"),
}


def program(stack: str, **changed: object) -> Run:
    """Run the program as it is for a stack, with settings changed as told."""
    config = {**project.load(ROOT, stack), **{f"firstbytes:{key}": value for key, value in changed.items()}}
    return run_program(ROOT / "__main__.py", config=config, stack=stack)


@pytest.fixture(scope="module", params=STACKS)
def run(request: pytest.FixtureRequest) -> Run:
    """The program of every stack, one after the other."""
    return program(request.param)


def test_everything_is_made_by_the_one_provider(run: Run) -> None:
    """No resource of AWS goes through a default provider, which could be another account or region."""
    (one,) = run.of("pulumi:providers:aws")
    ours = {resource.provider.rpartition("::")[0] for resource in run.resources if resource.type.startswith("aws:")}
    assert ours == {one.urn}


def test_every_resource_belongs_to_a_component(run: Run) -> None:
    """The program itself makes the provider and nothing else."""
    loose = [r.urn for r in run.resources if r.type.startswith("aws:") and run.parent(r) is None]
    assert not loose


def test_the_outputs_are_those_that_others_read(run: Run) -> None:
    """The page, the operator and the local platform find what they need by these names, and none is empty."""
    assert set(run.outputs) >= OUTPUTS
    assert all(isinstance(value, str) and value for value in run.outputs.values())


def test_the_pages_configuration_is_an_output(run: Run) -> None:
    """Who releases the page writes this beside it."""
    names = ("apiUrl", "hostedUiUrl", "region", "tokenIssuer", "userPoolClientId")
    assert json.loads(run.outputs["appConfig"]) == {name: run.outputs[name] for name in names}


def test_data_is_protected_everywhere_but_in_dev(run: Run) -> None:
    """Documents, accounts and keys survive `pulumi destroy` of staging and prod."""
    holds = {"aws:s3/bucket:Bucket", "aws:dynamodb/table:Table", "aws:kms/key:Key", "aws:cognito/userPool:UserPool"}
    stack = run.outputs["routerFunction"].split("-")[1]
    for resource in run.resources:
        assert resource.protect is (stack != "dev" and resource.type in holds), resource.urn


def test_every_handler_is_in_the_archive(run: Run) -> None:
    """What a function names is a callable of a module that the archive holds."""
    functions = run.of(FUNCTION)
    assert len(functions) >= 5
    for function in functions:
        module, _, name = function.inputs["handler"].rpartition(".")
        assert callable(getattr(import_module(module), name))
        folder = Path(function.inputs["code"]["assets"]["functions"]["path"]).parent
        assert (folder / f"{module.replace('.', '/')}.py").is_file()


def test_all_functions_run_one_archive(run: Run) -> None:
    """One build, one digest: what is deployed together is of one moment."""
    codes = {json.dumps(function.inputs["code"], sort_keys=True) for function in run.of(FUNCTION)}
    assert len(codes) == 1


def test_tags_say_where_everything_is_from(run: Run) -> None:
    """Tags come from the provider, never from a resource."""
    (one,) = run.of("pulumi:providers:aws")
    assert set(json.loads(one.inputs["defaultTags"])["tags"]) == {"environment", "managed-by", "project"}
    assert not [resource.urn for resource in run.resources if "tags" in resource.inputs]


def test_an_operators_tags_never_replace_ours() -> None:
    """A resource always says which project and environment it is of."""
    tags = provider.tags(example.environment(tags={"team": "documents", "project": "other"}))
    assert tags == {"environment": "dev", "managed-by": "pulumi", "project": naming.PROJECT, "team": "documents"}


def test_a_stack_is_bound_to_its_accounts() -> None:
    """With accounts named, another one's credentials are refused by the provider."""
    (one,) = program("dev", allowedAccountIds=["123456789012"]).of("pulumi:providers:aws")
    assert json.loads(one.inputs["allowedAccountIds"]) == ["123456789012"]


def test_nothing_is_made_of_a_wrong_configuration() -> None:
    """All that is wrong is listed before the first resource."""
    with pytest.raises(SettingsError) as caught:
        program("dev", mfa="sms", softDeletDays=3)
    assert {problem.key for problem in caught.value.problems} == {"mfa", "softDeletDays"}


def test_the_program_is_short() -> None:
    """It reads as the architecture, on one screen or two."""
    assert len((ROOT / "__main__.py").read_text("utf-8").splitlines()) < 80
