"""Run a Pulumi program in process, offline and strictly, and keep everything that it registered.

The SDK's own mocks accept almost anything: a mistyped key in a nested dictionary, two resources of one URN, a missing
output read as None. Here each of these is an error, and all of them are listed at once:

    run = run_program(program, config={"region": "eu-west-1"})
    assert run.one("aws:sqs/queue:Queue", "intake").inputs["visibilityTimeoutSeconds"] == 540

What the strictness is about: input names and types (at any depth, from the installed SDK), required inputs, deprecated
inputs, duplicate URNs, unanswered invokes, text made from an Output, components that never finish.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import runpy
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc, settings

from tests.support.monitor import INVOKES, STACK_TYPE, Answer, Registered, StrictError, StrictMonitor

__all__ = ["PROJECT", "Registered", "Run", "StrictError", "run_program"]

PROJECT = "firstbytes"
LOGGER = logging.getLogger("firstbytes.tests.program")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a program registered, sorted by URN, and what the stack exports."""

    resources: tuple[Registered, ...]
    outputs: Mapping[str, Any]
    component_outputs: Mapping[str, Mapping[str, Any]]

    def of(self, token: str) -> list[Registered]:
        """Return the resources of a type."""
        return [one for one in self.resources if one.type == token]

    def one(self, token: str, name: str) -> Registered:
        """Return the resource of that type and logical name; StrictError names those that there are."""
        found = [one for one in self.of(token) if one.name == name]
        if len(found) != 1:
            raise StrictError([f"expected one {token} {name!r}, got {sorted(one.name for one in self.of(token))}"])
        return found[0]

    def parent(self, resource: Registered) -> Registered | None:
        """Return the component that holds a resource; None at the top."""
        return next((one for one in self.resources if one.urn == resource.parent), None)

    def children(self, resource: Registered) -> list[Registered]:
        """Return what a component holds directly."""
        return [one for one in self.resources if one.parent == resource.urn]

    def fingerprint(self) -> str:
        """Return a digest of all that a second `pulumi up` would compare; files count by their content."""
        seen: dict[str, str] = {}
        lines = [
            [one.urn, _content(one.inputs, seen), one.depends, one.protect, one.provider, one.ignore_changes]
            for one in self.resources
        ]
        return hashlib.sha256(json.dumps(lines).encode()).hexdigest()


def run_program(
    program: Path | str | Callable[[], object],
    *,
    config: Mapping[str, Any] | None = None,
    stack: str = "dev",
    project: str = PROJECT,
    invokes: Mapping[str, Answer] | None = None,
) -> Run:
    """Run a program (a file, or a function) for a stack and return what it registered; raise StrictError otherwise.

    Config keys without a namespace are the project's; values may be any JSON. `invokes` maps a function token to its
    answer or to a function of its arguments. An exception of the program's own comes out as it is.
    """
    monitor = StrictMonitor({**INVOKES, **(invokes or {})})
    # A thread of its own gives the run its own event loop and context variables, and leaves none behind.
    with ThreadPoolExecutor(1) as pool, _strict_text(), warnings.catch_warnings():
        # Importing a service's module warns of the deprecated resources that are in it, used or not.
        warnings.filterwarnings("ignore", r".* has been deprecated in favor of", DeprecationWarning)
        return pool.submit(_run, monitor, program, _encode(config or {}, project), (project, stack)).result()


@contextlib.contextmanager
def _deprecations() -> Iterator[list[str]]:
    """Collect what the SDK says about deprecated inputs."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "deprecated" in str(record.msg):  # the SDK's text is no format string
                lines.append(str(record.msg))

    handler = Collect()
    LOGGER.addHandler(handler)
    try:
        yield lines
    finally:
        LOGGER.removeHandler(handler)


def _run(
    monitor: StrictMonitor,
    program: Path | str | Callable[[], object],
    config: dict[str, str],
    names: tuple[str, str],
) -> Run:
    project, stack = names

    def main() -> None:
        if callable(program):
            program()
        else:
            _run_file(Path(program))

    with _deprecations() as deprecated:
        pulumi.runtime.set_all_config(config)
        settings.configure(
            mocks.MockSettings(  # type: ignore[no-untyped-call]
                monitor=monitor,
                engine=mocks.MockEngine(LOGGER),
                project=project,
                stack=stack,
                dry_run=False,
                organization="organization",
                callbacks=None,
            )
        )
        try:
            asyncio.run(pulumi.runtime.run_in_stack(main))
        except Exception as error:
            for line in monitor.problems:
                error.add_note(line)
            raise
    exports = monitor.finished.pop(monitor.make_urn("", STACK_TYPE, f"{project}-{stack}"), {})
    unfinished = [urn for urn, one in monitor.registered.items() if not one.custom and urn not in monitor.finished]
    problems = [
        *monitor.problems,
        *deprecated,
        *(f"{urn}: register_outputs() is missing" for urn in unfinished),
    ]
    if problems:
        raise StrictError(sorted(set(problems)))
    ordered = sorted(monitor.registered.values(), key=lambda one: one.urn)
    return Run(resources=tuple(ordered), outputs=exports, component_outputs=monitor.finished)


def _run_file(path: Path) -> None:
    """Run a program as the language host does: its folder first on the path, its module named __main__."""
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        runpy.run_path(str(path), run_name="__main__")
    finally:
        sys.path.remove(folder)


def _content(value: Any, seen: dict[str, str]) -> Any:
    """Return a wire value in which every file and folder stands as the digest of what is in it, kept in `seen`."""
    if isinstance(value, Mapping):
        if rpc._special_sig_key in value and "path" in value:
            path = value["path"]
            seen[path] = seen.get(path) or _digest(Path(path))
            return seen[path]
        return {key: _content(item, seen) for key, item in value.items()}
    return [_content(item, seen) for item in value] if isinstance(value, list) else value


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(f"{file.relative_to(path)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _encode(config: Mapping[str, Any], project: str) -> dict[str, str]:
    return {
        key if ":" in key else f"{project}:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in config.items()
    }


@contextlib.contextmanager
def _strict_text() -> Iterator[None]:
    """Make text out of an Output an error: it would be a sentence about Outputs, not the value."""
    before = os.environ.get("PULUMI_ERROR_OUTPUT_STRING")
    os.environ["PULUMI_ERROR_OUTPUT_STRING"] = "true"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULUMI_ERROR_OUTPUT_STRING"]
        else:
            os.environ["PULUMI_ERROR_OUTPUT_STRING"] = before
