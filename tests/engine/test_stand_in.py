"""The engine and the stand-in plugin together behave as `pulumi up` does on AWS.

The tests take one stack of the demo program through its life, from the first to the last.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.stacks import Outcome, Stack, open_stack

pytestmark = pytest.mark.slow
QUEUE = "aws:sqs/queue:Queue"
TABLE = "aws:dynamodb/table:Table"
DEMO = Path(__file__).parent / "demo.py"


@pytest.fixture(scope="module")
def stack(engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Give the demo's stack, up."""
    fresh = open_stack("dev", engine, tmp_path_factory.mktemp("demo"), DEMO)
    up = step(fresh, "up")
    assert up.error == ""
    assert up.counts == {"create": 5}
    assert up.outputs["account"] == "123456789012"
    return fresh


def step(stack: Stack, action: str, *, seed: int = 0, **wish: Any) -> Outcome:
    """Run one step of the demo program with that wish and hash seed."""
    return stack.run(action, seed=seed, environ={"WISH": json.dumps(wish)})


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        ({}, {}),
        ({"reorder": True}, {}),
        ({"delay": 5}, {f"{QUEUE} live": ("update", ["delaySeconds"])}),
        ({"name": "other"}, {f"{QUEUE} live": ("replace", ["name"])}),
        (
            {"tag": "prod"},
            {
                f"{TABLE} table": ("update", ["tagsAll"]),
                f"{QUEUE} dead": ("update", ["tagsAll"]),
                f"{QUEUE} live": ("update", ["tagsAll"]),
                "pulumi:providers:aws aws": ("update", ["defaultTags"]),
            },
        ),
    ],
    ids=["nothing", "order of keys in a policy", "an input", "a name", "default tags"],
)
def test_a_preview_says_what_would_change(
    stack: Stack, wish: dict[str, Any], changes: dict[str, tuple[str, list[str]]]
) -> None:
    """A changed input is an update, a changed name a replacement, and another order of keys nothing."""
    assert step(stack, "preview", **wish).changes == changes


def test_a_wrong_type_is_refused_before_anything_is_made(stack: Stack) -> None:
    """The plugin checks inputs against the SDK's types in a preview already."""
    refused = step(stack, "preview", wrong="x")
    assert "delaySeconds: expected int, got 'x'" in refused.error


def test_a_name_that_is_taken_is_refused(stack: Stack) -> None:
    """Two resources of one type and name cannot both be made."""
    before = stack.things()
    assert "already exists" in step(stack, "up", twin=True).error
    assert stack.things() == before


def test_a_program_that_depends_on_hashes_is_caught(stack: Stack) -> None:
    """Another hash seed shows what a second `up` on another day would change."""
    step(stack, "up", seed=1, unsteady=True)
    assert step(stack, "preview", seed=1, unsteady=True).changes == {}
    again = step(stack, "preview", seed=2, unsteady=True)
    assert again.changes == {f"{QUEUE} unsteady": ("update", ["delaySeconds"])}
    step(stack, "up")


def test_a_refresh_finds_what_somebody_changed(stack: Stack) -> None:
    """Nothing changes in a refresh while nobody touches the account; what somebody did is found, and put back."""
    assert step(stack, "refresh").counts == {"same": 5}
    things = stack.things()
    (live,) = [key for key in things if "/live-" in key]
    things[live]["delaySeconds"] = 9
    stack.account.write_text(json.dumps(things))
    assert step(stack, "refresh").counts == {"same": 4, "update": 1}
    assert step(stack, "up").changes == {f"{QUEUE} live": ("update", ["delaySeconds"])}
    assert stack.things()[live]["delaySeconds"] == 0


def test_protected_things_are_deleted_after_both_protections_are_off(stack: Stack) -> None:
    """Pulumi's protection stops the engine; AWS's own stops the deletion itself."""
    step(stack, "up", protect=True, guard=True)
    assert "it is protected" in step(stack, "destroy", protect=True, guard=True).error
    step(stack, "up", guard=True)
    assert "protected against deletion" in step(stack, "destroy", guard=True).error
    assert [key.partition("::")[0] for key in stack.things()] == [TABLE]
    step(stack, "up")
    assert step(stack, "destroy").error == ""
    assert stack.things() == {}
