"""What each environment creates, as text to read in a review: `python -m tests.engine.snapshot` writes the files.

One line a resource, under the component that holds it: its type, its logical name, and those inputs that are not the
same in every environment. What AWS would choose, ids and ARNs, is written as {type name} of the resource meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components import project
from tests.support.harness import Registered, Run, run_program
from tests.support.stacks import ROOT, STACKS

__all__ = ["FOLDER", "main", "programs", "snapshots"]

FOLDER = Path(__file__).parent / "snapshots"
LEAVES_MAX = 3  # a policy that differs in more is said to differ, and read in the component
Leaves = Mapping[str, Any]


def programs() -> dict[str, Run]:
    """Run the program strictly for every stack."""
    return {stack: run_program(ROOT / "__main__.py", config=project.load(ROOT, stack), stack=stack) for stack in STACKS}


def snapshots(runs: Mapping[str, Run]) -> dict[str, str]:
    """Return every stack's text."""
    leaves = {stack: _leaves(run, stack) for stack, run in runs.items()}
    return {stack: "".join(_tree(run, leaves[stack], list(leaves.values()))) for stack, run in runs.items()}


def _tree(run: Run, own: Mapping[str, Leaves], all_of_them: list[dict[str, Leaves]]) -> Iterator[str]:
    def below(urn: str, depth: int) -> Iterator[str]:
        for one in sorted((r for r in run.resources if r.parent == urn), key=lambda r: (r.type, r.name)):
            others = [leaves.get(_key(one)) for leaves in all_of_them]
            told = [f"{name}={value}" for name, value in _differing(own[_key(one)], others)]
            marks = [mark for mark, given in {"protected": one.protect, "kept": one.retain_on_delete}.items() if given]
            yield "  " * depth + " ".join([one.type, one.name, *marks, *told]) + "\n"
            yield from below(one.urn, depth + 1)

    yield from below("", 0)


def _differing(own: Leaves, others: list[Leaves | None]) -> Iterator[tuple[str, str]]:
    """Yield the leaves that another environment has otherwise; one line for an input that differs in many."""
    present = [other for other in others if other is not None]
    names = [name for name in own if any(name not in other or other[name] != own[name] for other in present)]
    for top in sorted({_top(name) for name in names}):
        mine = [name for name in names if _top(name) == top]
        if len(mine) > LEAVES_MAX:
            yield top, "(differs)"
        else:
            yield from ((name, json.dumps(own[name])) for name in mine)


def _top(name: str) -> str:
    return re.split(r"[.\[]", name, maxsplit=1)[0]


def _key(one: Registered) -> str:
    return one.urn.split("::", maxsplit=2)[2]


def _leaves(run: Run, stack: str) -> dict[str, Leaves]:
    """Return the leaves of every resource's inputs, in words that are the same in every environment."""
    chosen: dict[str, str] = {}
    for one in run.resources:
        for value in (one.outputs.get("arn"), one.id):
            if value and one.type.startswith("aws:"):
                chosen.setdefault(value, f"{{{one.type.rpartition(':')[2]} {one.name}}}")
    longest_first = re.compile("|".join(re.escape(value) for value in sorted(chosen, key=len, reverse=True)) or "(?!)")

    def neutral(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        told = longest_first.sub(lambda found: chosen[found[0]], value)
        return re.sub(r"\b[0-9a-f]{64}\b", "{digest}", re.sub(rf"\b{stack}\b", "{environment}", told))

    return {_key(one): {name: neutral(value) for name, value in _flat(one.inputs, "")} for one in run.resources}


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        value = json.loads(value)
    if isinstance(value, Mapping):
        for key in sorted(value):
            yield from _flat(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flat(item, f"{path}[{index}]")
    else:
        yield path, value


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for stack, text in snapshots(programs()).items():
        (FOLDER / f"{stack}.txt").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
