"""A stack under the real engine: its own backend, its own account, its own copy of the settings."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from tests.support.stacks import ROOT

__all__ = ["Outcome", "Stack", "open_stack"]

STEP_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a step did: resources by operation, operation and changed inputs by URN, exports of an `up`, the error."""

    counts: Mapping[str, int]
    steps: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Any]
    error: str

    @property
    def changes(self) -> dict[str, tuple[str, list[str]]]:
        """Return operation and changed inputs of every resource that does not stay the same, by `type name`."""
        return {
            f"{step['type']} {urn.rpartition('::')[2]}": (step["op"], step["diffs"])
            for urn, step in sorted(self.steps.items())
            if step["op"] != "same"
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One environment: `workspace` holds the settings, `account` is the file of what exists."""

    name: str
    command: Path
    folder: Path
    program: Path = ROOT / "__main__.py"
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """Return the folder of Pulumi.yaml and the stack's settings."""
        return self.folder / "workspace"

    @property
    def account(self) -> Path:
        """Return the file of what exists in AWS."""
        return self.folder / "account.json"

    def run(self, action: str, *, seed: int = 0, environ: Mapping[str, str] | None = None) -> Outcome:
        """Run preview, up, refresh or destroy in a new process with that hash seed and environment."""
        job = {
            "action": action,
            "stack": self.name,
            "program": str(self.program),
            "workspace": str(self.workspace),
            "home": str(self.folder / "home"),
            "command": str(self.command.parent.parent),
            "environ": dict(self.environ),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.engine.step", json.dumps(job)],
            cwd=ROOT,
            env={**os.environ, **self.environ, **(environ or {}), "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            timeout=STEP_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Outcome(**json.loads(done.stdout.splitlines()[-1]))

    @contextlib.contextmanager
    def changed(self, **settings: object) -> Iterator[None]:
        """Change settings of the stack's file for a while."""
        path = self.workspace / f"Pulumi.{self.name}.yaml"
        before = path.read_text("utf-8")
        content = yaml.safe_load(before)
        content["config"] |= {f"firstbytes:{key}": value for key, value in settings.items()}
        path.write_text(yaml.safe_dump(content), "utf-8")
        try:
            yield
        finally:
            path.write_text(before, "utf-8")

    def things(self) -> dict[str, dict[str, Any]]:
        """Return what exists in the account, by `type::id`."""
        content: dict[str, dict[str, Any]] = {}
        if self.account.exists():
            content = json.loads(self.account.read_text("utf-8"))
        return content


def open_stack(name: str, command: Path, folder: Path, program: Path = ROOT / "__main__.py") -> Stack:
    """Lay out a stack in an empty folder: the project's own settings, the stand-in plugin, a backend of files."""
    environ = {
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_ERROR_OUTPUT_STRING": "true",
        "PYTHONPATH": str(ROOT),
        "STAND_IN_ACCOUNT": str(folder / "account.json"),
    }
    stack = Stack(name=name, command=command, folder=folder, program=program, environ=environ)
    stack.workspace.mkdir(parents=True)
    (folder / "backend").mkdir()
    for file in ("Pulumi.yaml", f"Pulumi.{name}.yaml"):
        shutil.copy(ROOT / file, stack.workspace)
    plugin = folder / "home" / "plugins" / f"resource-aws-v{metadata.version('pulumi-aws')}" / "pulumi-resource-aws"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tests.engine.stand_in "$@"\n', "utf-8")
    plugin.chmod(0o755)
    return stack
