"""The strict harness refuses what the engine or the provider would, and keeps what a program registered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pytest

from tests.support.harness import Run, StrictError, run_program
from tests.support.identities import HERE

QUEUE = "aws:sqs/queue:Queue"


class Pair(pulumi.ComponentResource):
    """A queue and its dead-letter queue."""

    def __init__(self, name: str, *, finish: bool = True) -> None:
        super().__init__("firstbytes:index:Pair", name)
        child = pulumi.ResourceOptions(parent=self)
        dead = aws.sqs.Queue(f"{name}-dead", opts=child)
        redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 8})
        live = aws.sqs.Queue(
            f"{name}-live",
            visibility_timeout_seconds=540,
            redrive_policy=redrive,
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=True)),
        )
        pulumi.export("url", live.url)
        if finish:
            self.register_outputs({"url": live.url})


@pytest.fixture(scope="module")
def pair() -> Run:
    """Run a program of one component."""
    return run_program(lambda: Pair("work"))


def test_every_registration_is_kept_whole(pair: Run) -> None:
    """Type, name, parent, inputs, protection and dependencies are what the engine would be told."""
    live, dead = pair.one(QUEUE, "work-live"), pair.one(QUEUE, "work-dead")
    assert [one.name for one in pair.of(QUEUE)] == ["work-dead", "work-live"]
    assert live.urn == "urn:pulumi:dev::firstbytes::firstbytes:index:Pair$aws:sqs/queue:Queue::work-live"
    assert (live.protect, dead.protect) == (True, False)
    assert live.depends == (dead.urn,)
    assert live.inputs["visibilityTimeoutSeconds"] == 540
    assert isinstance(live.inputs["visibilityTimeoutSeconds"], int)
    component = pair.parent(live)
    assert component is not None
    assert (component.type, component.custom, component.parent) == ("firstbytes:index:Pair", False, "")
    assert pair.children(component) == [dead, live]


def test_outputs_are_what_aws_would_answer(pair: Run) -> None:
    """An ARN read from one resource stands whole in another's policy, and exports are resolved."""
    live, dead = pair.one(QUEUE, "work-live"), pair.one(QUEUE, "work-dead")
    policy = json.loads(live.inputs["redrivePolicy"])
    assert policy["deadLetterTargetArn"] == f"arn:aws:sqs:{HERE.region}:{HERE.account}:{dead.outputs['name']}"
    assert pair.outputs == {"url": f"https://sqs.{HERE.region}.amazonaws.com/{HERE.account}/{live.outputs['name']}"}
    component = pair.parent(live)
    assert component is not None
    assert pair.component_outputs[component.urn] == pair.outputs


def test_a_missing_resource_is_named_with_those_there(pair: Run) -> None:
    """Asking for a resource that is not there lists the names that are."""
    with pytest.raises(StrictError, match=r"'other'.*work-dead.*work-live"):
        pair.one(QUEUE, "other")


def test_two_runs_of_one_program_have_one_fingerprint(pair: Run) -> None:
    """A fingerprint changes with the program and with nothing else."""
    assert run_program(lambda: Pair("work")).fingerprint() == pair.fingerprint()
    assert run_program(lambda: Pair("play")).fingerprint() != pair.fingerprint()


@pytest.mark.parametrize(
    "archive",
    [
        lambda path: pulumi.AssetArchive({"app.py": pulumi.FileAsset(str(path))}),
        lambda path: pulumi.AssetArchive({"app": pulumi.FileArchive(str(path.parent))}),
    ],
    ids=["file", "folder"],
)
def test_a_fingerprint_follows_the_content_of_files(tmp_path: Path, archive: Callable[[Path], pulumi.Archive]) -> None:
    """Code counts by what is in it, not by where it lies."""

    def digest(folder: str, text: str) -> str:
        path = tmp_path / folder / "app.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        code = archive(path)
        return run_program(lambda: aws.lambda_.Function("f", role="arn", code=code)).fingerprint()

    assert digest("a", "x = 1") == digest("b", "x = 1")
    assert digest("a", "x = 1") != digest("a", "x = 2")


def test_configuration_reaches_the_program() -> None:
    """Plain keys belong to the project; anything JSON can say is passed as the engine passes it."""
    seen: list[Any] = []

    def program() -> None:
        config = pulumi.Config()
        seen.extend([config.require("name"), config.require_int("days"), config.require_object("origins")])
        seen.extend([config.require_bool("on"), pulumi.Config("aws").require("region"), pulumi.get_stack()])

    settings = {"name": "x", "days": 7, "origins": ["https://a"], "on": True, "aws:region": "eu-west-1"}
    run_program(program, config=settings, stack="prod")
    assert seen == ["x", 7, ["https://a"], True, "eu-west-1", "prod"]


def test_resources_are_where_their_provider_is() -> None:
    """ARNs and the answer of get_region follow the provider's region."""
    seen: list[Any] = []

    def program() -> None:
        cloud = aws.Provider("cloud", region="ap-south-1")
        aws.sqs.Queue("q", opts=pulumi.ResourceOptions(provider=cloud))
        seen.append(aws.get_region_output(opts=pulumi.InvokeOutputOptions(provider=cloud)).region.apply(seen.append))

    queue = run_program(program).one(QUEUE, "q")
    assert queue.outputs["arn"].startswith("arn:aws:sqs:ap-south-1:")
    assert seen[1:] == ["ap-south-1"]


def test_secrets_are_checked_and_kept_by_what_they_hold() -> None:
    """A secret input is recorded bare and marked."""
    run = run_program(lambda: aws.sqs.Queue("q", name=pulumi.Output.secret("hush")))
    queue = run.one(QUEUE, "q")
    assert queue.inputs["name"] == "hush"
    assert queue.secrets == {"name"}


def test_a_file_runs_as_the_language_host_runs_it(tmp_path: Path) -> None:
    """A program finds the modules that lie beside it."""
    (tmp_path / "beside_it.py").write_text("NAME = 'found'\n")
    (tmp_path / "__main__.py").write_text("import beside_it, pulumi_aws as aws\naws.sqs.Queue(beside_it.NAME)\n")
    assert run_program(tmp_path / "__main__.py").one(QUEUE, "found").custom


def test_known_invokes_are_answered() -> None:
    """The account, and whatever the test gives, are there for the program to ask."""
    seen: list[Any] = []

    def program() -> None:
        seen.append(aws.get_caller_identity().account_id)
        seen.append(aws.ec2.get_vpc(id="vpc-1").cidr_block)

    run_program(program, invokes={"aws:ec2/getVpc:getVpc": lambda args: {"cidrBlock": "10.0.0.0/16", "id": args["id"]}})
    assert seen == [HERE.account, "10.0.0.0/16"]


def loose(value: Any) -> Any:
    """Give a type checker nothing to find, as a dictionary from elsewhere would."""
    return cast("Any", value)


def formats_an_output() -> None:
    """Put an Output into a string."""
    aws.sqs.Queue("b", name=f"{aws.sqs.Queue('a').name}-b")


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "unknown property": (
        lambda: aws.lambda_.Function("f", role="r", tracing_config=loose({"mod": "Active"})),
        r"tracingConfig.mod: FunctionTracingConfigArgs has no such property",
    ),
    "camelCase key in a dictionary": (
        lambda: aws.lambda_.Function("f", role="r", logging_config=loose({"log_format": "JSON", "logGroups": "g"})),
        r"loggingConfig.logGroups: .* has no such property",
    ),
    "missing property": (
        lambda: aws.lambda_.Function("f", role="r", tracing_config=loose({})),
        r"tracingConfig.mode: FunctionTracingConfigArgs requires it",
    ),
    "wrong type": (
        lambda: aws.sqs.Queue("q", visibility_timeout_seconds=loose("thirty")),
        r"visibilityTimeoutSeconds: expected int, got 'thirty'",
    ),
    "wrong type in a list": (
        lambda: aws.lambda_.Function("f", role="r", layers=loose(["a", 1])),
        r"layers\[1\]: expected str, got 1",
    ),
    "wrong type in a map": (
        lambda: aws.sqs.Queue("q", tags=loose({"a": 1})),
        r"tags.a: expected str, got 1.0",
    ),
    "deprecated property": (lambda: aws.s3.Bucket("b", acl="private"), r"Bucket.acl: acl is deprecated. Use the"),
    "deprecated resource": (lambda: aws.s3.BucketV2("b"), r"BucketV2 is deprecated: .* in favor of"),
    "fraction for a whole number": (
        lambda: aws.sqs.Queue("q", delay_seconds=loose(1.5)),
        r"delaySeconds: expected int, got 1.5",
    ),
    "scalar for a list": (lambda: aws.lambda_.Function("f", role="r", layers=loose("a")), r"layers: expected a list"),
    "wrong type under a secret": (
        lambda: aws.sqs.Queue("q", delay_seconds=loose(pulumi.Output.secret("soon"))),
        r"delaySeconds: expected int, got 'soon'",
    ),
    "unknown provider property": (
        lambda: aws.Provider("p", default_tags=loose({"tag": {"a": "b"}})),
        r"defaultTags.tag: ProviderDefaultTagsArgs has no such property",
    ),
    "duplicate URN": (lambda: [aws.sqs.Queue("q"), aws.sqs.Queue("q")], r"Queue::q: registered twice"),
    "unknown type": (
        lambda: pulumi.CustomResource("aws:sqs/stack:Stack", "s", {}),
        r"aws:sqs/stack:Stack: expected a resource of",
    ),
    "unanswered invoke": (lambda: aws.ec2.get_vpc(id="vpc-1"), r"no answer for aws:ec2/getVpc:getVpc"),
    "unfinished component": (lambda: Pair("p", finish=False), r"Pair::p: register_outputs\(\) is missing"),
    "resource that exists already": (lambda: aws.sqs.Queue.get("q", "url"), r"reads an existing resource"),
    "stack transform": (
        lambda: pulumi.runtime.register_resource_transform(lambda _: None),
        r"transforms do not run here",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_engine_or_the_provider_would_refuse_is_refused(case: str) -> None:
    """Each strict rule fires, and says where."""
    program, message = REFUSED[case]
    with pytest.raises(StrictError, match=message):
        run_program(program)


def test_everything_wrong_is_listed_at_once() -> None:
    """Two mistakes in two resources are two lines of one error."""

    def program() -> None:
        aws.sqs.Queue("a", delay_seconds=loose("x"))
        aws.sqs.Queue("b", delay_seconds=loose("y"))

    with pytest.raises(StrictError) as refused:
        run_program(program)
    assert [line.partition(":")[0] for line in refused.value.problems] == ["a", "b"]


def test_text_made_from_an_output_is_refused() -> None:
    """An f-string around an Output is an error instead of a sentence about Outputs."""
    with pytest.raises(Exception, match="Calling __str__ on an Output"):
        run_program(formats_an_output)


def test_an_assertion_in_an_apply_fails_the_run() -> None:
    """Nothing that was scheduled is left behind unseen."""

    def check(name: str) -> None:
        assert name == "never"

    with pytest.raises(AssertionError, match="never"):
        run_program(lambda: aws.sqs.Queue("q").name.apply(check))


def test_runs_leave_nothing_to_each_other() -> None:
    """A run that failed does not spoil the next one."""
    with pytest.raises(ZeroDivisionError):
        run_program(lambda: 1 / 0)
    assert run_program(lambda: aws.sqs.Queue("q")).one(QUEUE, "q").id
