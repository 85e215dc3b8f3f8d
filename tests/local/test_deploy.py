"""A program is deployed whole, or the first resource that cannot be is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pulumi
import pulumi_aws as aws
import pytest

from local.deploy import deploy, here, settings
from local.errors import LocalError, Unsupported
from local.server import Server


def name() -> str:
    """Return a name that no other test has."""
    return f"t{uuid4().hex[:10]}"


def register(kind: Callable[..., object], logical: str, **inputs: Any) -> None:
    """Register one resource; a lambda cannot but return it."""
    kind(logical, **inputs)


def test_what_a_program_exports_is_what_was_created(emulator: Server) -> None:
    """Outputs come from the emulator; secrets are open; components hold no place in the list."""
    queue_name = name()

    def program() -> None:
        queue = aws.sqs.Queue("intake", name=queue_name, visibility_timeout_seconds=77)
        pulumi.export("url", queue.url)
        pulumi.export("arn", queue.arn)
        pulumi.export("token", pulumi.Output.secret("open"))

    stack = deploy(emulator, {}, program)
    client = emulator.client("sqs")
    attributes = client.get_queue_attributes(QueueUrl=stack["url"], AttributeNames=["All"])["Attributes"]
    assert (attributes["QueueArn"], attributes["VisibilityTimeout"]) == (stack["arn"], "77")
    assert stack["token"] == "open"
    assert stack.created == ("aws:sqs/queue:Queue intake",)


def test_nothing_of_one_deployment_is_left_in_the_next(emulator: Server) -> None:
    """Two in one process have their own outputs."""
    deploy(emulator, {}, lambda: pulumi.export("first", "1"))
    assert dict(deploy(emulator, {}, lambda: pulumi.export("second", "2")).outputs) == {"second": "2"}


def test_configuration_reaches_the_program(emulator: Server) -> None:
    """As Pulumi gives it: by project and key."""
    stack = deploy(
        emulator, {"firstbytes:x": "7"}, lambda: pulumi.export("x", pulumi.Config("firstbytes").require_int("x"))
    )
    assert stack["x"] == 7


def test_a_resource_that_the_emulator_refuses_is_named(emulator: Server) -> None:
    """The type, the logical name, and what the emulator said."""
    with pytest.raises(
        LocalError, match=r"could not create aws:s3/bucket:Bucket 'odd' in the emulator: .*InvalidBucket"
    ):
        deploy(emulator, {}, lambda: register(aws.s3.Bucket, "odd", bucket="x"))


def test_a_resource_of_an_unknown_type_is_named(emulator: Server) -> None:
    """An unknown type never passes silently."""
    with pytest.raises(Unsupported, match="aws:glue/trigger:Trigger"):
        deploy(emulator, {}, lambda: register(aws.glue.Trigger, "t", type="ON_DEMAND", actions=[]))


def test_an_error_of_the_program_comes_as_it_is(emulator: Server) -> None:
    """What a program raises is not wrapped."""

    def program() -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        deploy(emulator, {}, program)


def test_two_resources_of_one_name_are_refused(emulator: Server) -> None:
    """As the engine refuses them."""
    first, second = name(), name()

    def program() -> None:
        aws.sqs.Queue("same", name=first)
        aws.sqs.Queue("same", name=second)

    with pytest.raises(LocalError, match="expected one aws:sqs/queue:Queue named 'same', got two"):
        deploy(emulator, {}, program)


def test_a_provider_of_another_region_is_refused(emulator: Server) -> None:
    """One emulator is one region; a resource elsewhere would silently be here."""
    with pytest.raises(Unsupported, match="expected every resource in us-east-1, got a provider for eu-west-1"):
        deploy(emulator, {}, lambda: register(aws.Provider, "far", region="eu-west-1"))


def test_an_unknown_call_is_named(emulator: Server) -> None:
    """A data source that nobody answers would give nothing."""
    with pytest.raises(Unsupported, match="getAvailabilityZones"):
        deploy(emulator, {}, lambda: pulumi.export("zones", aws.get_availability_zones().names))


def test_a_missing_output_is_named(emulator: Server) -> None:
    """And those that are there are listed."""
    stack = deploy(emulator, {}, lambda: pulumi.export("one", 1))
    with pytest.raises(LocalError, match="expected one of one, got the output 'other'"):
        _ = stack["other"]


def test_the_sign_in_page_is_where_the_emulator_is() -> None:
    """In its own output and in those that quote it; others stay, text or not."""
    outputs = {"hostedUiUrl": "https://x.auth", "appConfig": '{"a": "https://x.auth"}', "n": 1}
    assert here(outputs, "http://e") == {"hostedUiUrl": "http://e", "appConfig": '{"a": "http://e"}', "n": 1}
    assert here({"n": 1}, "http://e") == {"n": 1}


def test_a_declared_resource_is_written_down(emulator: Server) -> None:
    """Amplify is in no emulator: the program gets outputs, and the list says so."""

    def program() -> None:
        pulumi.export("domain", aws.amplify.App("page").default_domain)

    stack = deploy(emulator, {}, program)
    assert stack.declared == ("aws:amplify/app:App page",)
    assert stack["domain"] == "page.amplifyapp.com"


def test_the_local_stack_differs_from_dev_where_it_must() -> None:
    """The rest of the settings are those of Pulumi.yaml and of dev."""
    ours = settings("http://127.0.0.1:5173", "us-east-1", {"maxConcurrency": "2"})
    assert ours["firstbytes:appOrigin"] == "http://127.0.0.1:5173"
    assert ours["firstbytes:bundleTarget"] == "host"
    assert ours["firstbytes:maxConcurrency"] == "2"
    assert ours["firstbytes:softDeleteDays"] == "3"
    assert ours["firstbytes:mfa"] == "optional"
