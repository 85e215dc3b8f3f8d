"""The engine's side of a program under the strict harness: what it checks, what it keeps and what it answers."""
# ruff: noqa: N802 - the monitor's methods are named by the engine's gRPC service

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from google.protobuf import empty_pb2, json_format, struct_pb2  # type: ignore[import-untyped]  # no stubs
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2

from tests.support import identities, typed_schema

__all__ = ["INVOKES", "STACK_TYPE", "Answer", "Registered", "StrictError", "StrictMonitor", "plain"]

STACK_TYPE = "pulumi:pulumi:Stack"
GET_REGION = "aws:index/getRegion:getRegion"
INVOKES: Mapping[str, Mapping[str, Any]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": identities.HERE.account,
        "arn": f"arn:aws:iam::{identities.HERE.account}:user/operator",
        "userId": "AIDAEXAMPLE",
        "id": identities.HERE.account,
    },
    GET_REGION: {"region": identities.HERE.region, "id": identities.HERE.region},
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
                identifier, outputs = _answer(request.type, urn, inputs, self._place(request.provider))
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
        region = self._place(request.provider).region
        given = {**given, **({"region": region, "id": region} if request.tok == GET_REGION else {})}
        value = json_format.ParseDict(dict(given), struct_pb2.Struct())
        return resource_pb2.ResourceInvokeResponse(**{"return": value})

    def _place(self, provider: str) -> identities.Place:
        """Return where a resource with this provider (`URN::id`) is."""
        found = self.registered.get(provider.rpartition("::")[0])
        region = found.inputs.get("region") if found else None
        return identities.Place(region=region) if region else identities.HERE

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


def _answer(token: str, urn: str, inputs: Mapping[str, Any], place: identities.Place) -> tuple[str, dict[str, Any]]:
    if token.startswith(typed_schema.PROVIDERS):
        return "provider", {}
    named = identities.name_property(token)
    chosen = {}
    if named and not inputs.get(named):
        chosen = {named: identities.auto_name(urn.rpartition("::")[2], urn)}
    full = {**inputs, **chosen}
    return identities.identity(token, urn, full, place), {**chosen, **identities.computed(token, urn, full, place)}


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
