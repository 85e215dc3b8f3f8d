"""A table that was restored under another name takes the place of the old one, as docs/operating.md has it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.engine.stacks import Stack, open_stack

pytestmark = pytest.mark.slow
TABLE = "aws:dynamodb/table:Table"
LOST = ("pointInTimeRecovery", "ttl", "tags", "tagsAll")
"""What a restored table does not have."""


def pulumi(stack: Stack, *arguments: str) -> None:
    """Run a command of Pulumi's that needs no program."""
    subprocess.run(
        [stack.command, *arguments],
        cwd=stack.workspace,
        env={**os.environ, **stack.environ},
        check=True,
        capture_output=True,
        timeout=60,
    )


def restored(stack: Stack, old: str, new: str) -> None:
    """Make the table that AWS makes of a restore: the same keys and indexes, nothing that protects or expires."""
    things = stack.things()
    text = json.dumps(things[f"{TABLE}::{old}"]).replace(old, new)
    things[f"{TABLE}::{new}"] = {key: value for key, value in json.loads(text).items() if key not in LOST}
    stack.account.write_text(json.dumps(things), "utf-8")


def test_a_restored_table_takes_the_old_ones_place(engine: Path, tmp_path: Path) -> None:
    """With the name replaced in the state, an update replaces nothing, mends the table and tells the functions."""
    stack = open_stack("dev", engine, tmp_path / "stack")
    first = stack.run("up")
    assert first.error == ""
    old = str(first.outputs["documentsTable"])
    new = f"{old}-restored"
    restored(stack, old, new)
    state = tmp_path / "state.json"
    pulumi(stack, "stack", "export", "--file", str(state), "--stack", "dev")
    state.write_text(state.read_text("utf-8").replace(old, new), "utf-8")
    pulumi(stack, "stack", "import", "--file", str(state), "--stack", "dev")
    assert stack.run("refresh").error == ""
    up = stack.run("up")
    assert up.error == ""
    assert {step for step, _ in up.changes.values()} <= {"update"}
    assert up.outputs["documentsTable"] == new
    things = stack.things()
    assert things[f"{TABLE}::{new}"]["ttl"] == things[f"{TABLE}::{old}"]["ttl"]
    assert things[f"{TABLE}::{new}"]["pointInTimeRecovery"]["enabled"] is True
    routers = [one for key, one in things.items() if key.endswith("firstbytes-dev-router") and "environment" in one]
    assert [one["environment"]["variables"]["DOCUMENTS_TABLE"] for one in routers] == [new]
