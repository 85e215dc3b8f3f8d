"""One step of a stack's life in a process of its own: `python -m tests.engine.step JOB`, JOB being JSON.

The program runs inline here, as `pulumi up` would run it. What the engine did comes out as JSON on the last line.
"""

from __future__ import annotations

import json
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi.automation as auto

__all__ = ["main"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to do: `action` is preview, up, refresh or destroy; `program` is a file."""

    action: str
    stack: str
    program: str
    workspace: str
    home: str
    command: str
    environ: dict[str, str]


def run(job: Job) -> dict[str, Any]:
    """Return what the engine did to each resource, what differed in it, the exports and the error, if any."""
    folder = str(Path(job.program).parent)
    sys.path.insert(0, folder)
    options = auto.LocalWorkspaceOptions(
        work_dir=job.workspace,
        pulumi_home=job.home,
        env_vars=job.environ,
        pulumi_command=auto.PulumiCommand(root=job.command),
    )

    def program() -> None:
        runpy.run_path(job.program, run_name="__main__")

    stack = auto.create_or_select_stack(job.stack, project_name="firstbytes", program=program, opts=options)
    steps: dict[str, Any] = {}
    counts: dict[str, int] = {}

    def note(event: auto.EngineEvent) -> None:
        if event.summary_event:
            counts.update(
                {auto.OpType(op).value: number for op, number in event.summary_event.resource_changes.items()}
            )
        step = event.resource_pre_event and event.resource_pre_event.metadata
        # The two halves of a replacement are said beside the replacement itself.
        if step and step.op not in {auto.OpType.CREATE_REPLACEMENT, auto.OpType.DELETE_REPLACED}:
            steps[step.urn] = {"op": str(step.op.value), "type": step.type, "diffs": sorted(step.diffs or [])}

    error = ""
    try:
        getattr(stack, job.action)(on_event=note, parallel=32)
    except auto.CommandError as failed:
        error = str(failed)
    outputs = {name: output.value for name, output in stack.outputs().items()} if job.action == "up" else {}
    return {"counts": counts, "steps": steps, "outputs": outputs, "error": error}


def main() -> None:
    """Read a job from the arguments and write what came of it."""
    print(json.dumps(run(Job(**json.loads(sys.argv[1])))))  # noqa: T201 - the result of the process


if __name__ == "__main__":
    main()
