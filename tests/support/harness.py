"""Run a Pulumi program in process, offline and strictly, and keep everything that it registered.

The SDK's own mocks accept almost anything: a mistyped key in a nested dictionary, two resources of one URN, a missing
output read as None. Here each of these is an error, and all of them are listed at once:

    run = run_program(program, config={"region": "eu-west-1"})
    assert run.one("aws:sqs/queue:Queue", "intake").inputs["visibilityTimeoutSeconds"] == 540

What the strictness is about: input names and types (at any depth, from the installed SDK), required inputs, deprecated
inputs, duplicate URNs, unanswered invokes, text made from an Output, components that never finish.
"""
# ruff: noqa: N802 - the monitor's methods are named by the engine's gRPC service

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import runpy
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2  # type: ignore[import-untyped]  # no stubs
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2

from tests.support import identities, typed_schema

__all__ = ["INVOKES", "PROJECT", "Registered", "Run", "StrictError", "plain", "run_program"]

PROJECT = "firstbytes"
STACK_TYPE = "pulumi:pulumi:Stack"
LOGGER = logging.getLogger("firstbytes.tests.program")
INVOKES: Mapping[str, Mapping[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": identities.HERE.account,
        "arn": f"arn:aws:iam::{identities.HERE.account}:user/operator",
        "userId": "AIDAEXAMPLE",
        "id": identities.HERE.account,
    },
    "aws:index/getRegion:getRegion": {"region": identities.HERE.region, "id": identities.HERE.region},
    "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com", "id": "aws"},
}

Answer = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]


class StrictError(AssertionError):
    """What the program did that the engine or the provider would refuse, one line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One registration as the engine gets it; inputs and outputs have wire names, whole numbers and bare secrets.

    `depends` are the URNs of every dependency, `provider` is the provider's `URN::id` or empty.
    """

    urn: str
    type: str
    name: str
    parent: str
    id: str
    custom: bool
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    secrets: frozenset[str]
    protect: bool
    provider: str
    depends: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    retain_on_delete: bool
    delete_before_replace: bool


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
        lines = [
            [one.urn, _content(one.inputs), one.depends, one.protect, one.provider, one.ignore_changes]
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


def plain(value: Any) -> Any:
    """Return a wire value with secrets unwrapped and whole numbers as integers; assets stay as they are."""
    if isinstance(value, Mapping):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return plain(value["value"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class StrictMonitor(mocks.MockMonitor):
    """The engine's side of a program: checks and keeps every registration, and answers as AWS would."""

    def __init__(self, invokes: Mapping[str, Answer]) -> None:
        super().__init__(_NoMocks())
        self.invokes = invokes
        self.registered: dict[str, Registered] = {}
        self.finished: dict[str, Mapping[str, Any]] = {}
        self.problems: list[str] = []
        self.lock = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the URN as the engine makes it: the whole chain of types, without the stack."""
        chain = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if chain == STACK_TYPE else f"{chain}${type_}"
        return f"urn:pulumi:{settings.get_stack()}::{settings.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        """Check and keep a registration; answer with every output that the resource would have."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        wire = json_format.MessageToDict(request.object)
        inputs = plain(wire)
        problems = [f"{urn}: transforms do not run here"] if request.transforms else []
        identifier = ""
        outputs: dict[str, Any] = {}
        if request.custom:
            try:
                problems += [f"{request.name}: {line}" for line in typed_schema.check(request.type, wire)]
                identifier, outputs = _answer(request.type, urn, inputs)
            except typed_schema.UnknownType as error:
                problems.append(f"{request.name}: {error}")
        with self.lock:
            problems += [f"{urn}: registered twice"] if urn in self.registered else []
            self.problems += problems
            self.registered[urn] = _registered(request, urn, identifier, {**inputs, **outputs})
        answer = json_format.ParseDict({**wire, **outputs}, struct_pb2.Struct())
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier, object=answer)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Note that a component is finished, and with what."""
        with self.lock:
            self.finished[request.urn] = plain(json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:
        """Answer a function of the provider from the table; one that it lacks is an error."""
        arguments = plain(json_format.MessageToDict(request.args))
        answer = self.invokes.get(request.tok)
        if answer is None:
            raise StrictError([f"no answer for {request.tok}({arguments}); pass invokes={{{request.tok!r}: ...}}"])
        given = answer(arguments) if callable(answer) else answer
        value = json_format.ParseDict(dict(given), struct_pb2.Struct())
        return resource_pb2.ResourceInvokeResponse(**{"return": value})

    def ReadResource(self, request: Any) -> Any:
        """Refuse: what already exists comes in by configuration."""
        urn = self.make_urn(request.parent, request.type, request.name)
        with self.lock:
            self.problems.append(f"{urn}: reads an existing resource; pass what the program needs as config")
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def RegisterStackTransform(self, _request: Any) -> Any:
        """Refuse: a transform that nothing runs is code that nothing tests."""
        with self.lock:
            self.problems.append("stack transforms do not run here")
        return empty_pb2.Empty()


class _NoMocks(mocks.Mocks):
    """The monitor answers by itself; nothing comes this far."""

    def call(self, args: mocks.MockCallArgs) -> NoReturn:
        raise StrictError([f"unexpected call of {args.token}"])

    def new_resource(self, args: mocks.MockResourceArgs) -> NoReturn:
        raise StrictError([f"unexpected resource {args.typ} {args.name}"])


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


def _answer(token: str, urn: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if token.startswith(typed_schema.PROVIDERS):
        return "provider", {}
    named = identities.name_property(token)
    chosen = {}
    if named and not inputs.get(named):
        chosen = {named: identities.auto_name(urn.rpartition("::")[2], urn)}
    full = {**inputs, **chosen}
    return identities.identity(token, urn, full), {**chosen, **identities.computed(token, urn, full)}


def _registered(request: Any, urn: str, identifier: str, outputs: Mapping[str, Any]) -> Registered:
    wire = json_format.MessageToDict(request.object)
    marked = {key for key, value in wire.items() if json.dumps(rpc._special_secret_sig) in json.dumps(value)}
    return Registered(
        urn=urn,
        type=request.type,
        name=request.name,
        parent="" if STACK_TYPE in request.parent else request.parent,
        id=identifier,
        custom=request.custom,
        inputs=plain(wire),
        outputs=outputs,
        secrets=frozenset(marked),
        protect=request.protect,
        provider=request.provider,
        depends=tuple(sorted(request.dependencies)),
        ignore_changes=tuple(request.ignoreChanges),
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
    )


def _content(value: Any) -> Any:
    """Return a wire value in which every file stands as the digest of its bytes."""
    if isinstance(value, Mapping):
        if rpc._special_sig_key in value and "path" in value:
            return hashlib.sha256(Path(value["path"]).read_bytes()).hexdigest()
        return {key: _content(item) for key, item in value.items()}
    return [_content(item) for item in value] if isinstance(value, list) else value


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
