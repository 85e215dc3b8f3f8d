"""The IAM documents of a program as values: who holds them, and what each statement says.

Trust policies, identity policies, resource policies and Lambda permissions all become `Document`s of `Statement`s, so
that the rules and the wiring read one shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.support.harness import Registered, Run

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
PERMISSION = "aws:lambda/permission:Permission"
FUNCTION = "aws:lambda/function:Function"

Kind = Literal["trust", "identity", "resource"]

# Type -> the property that holds a document, the property that names its holder, the type of the holder.
RESOURCE_POLICIES = {
    "aws:s3/bucketPolicy:BucketPolicy": ("policy", "bucket", "aws:s3/bucket:Bucket"),
    "aws:sqs/queuePolicy:QueuePolicy": ("policy", "queueUrl", "aws:sqs/queue:Queue"),
    "aws:sns/topicPolicy:TopicPolicy": ("policy", "arn", "aws:sns/topic:Topic"),
    "aws:kms/keyPolicy:KeyPolicy": ("policy", "keyId", "aws:kms/key:Key"),
    "aws:kms/key:Key": ("policy", "keyId", "aws:kms/key:Key"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement, with one-element values made lists and `NotAction` and the like kept apart.

    Attributes:
        principals: (kind, name): ("Service", "events.amazonaws.com"), ("*", "*"). Empty in an identity policy.
        conditions: (operator, key, values) as written.
        negated: which of NotAction, NotPrincipal, NotResource it uses.
    """

    sid: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    negated: tuple[str, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        """Return what a condition key is compared with, under any operator; keys are matched without case."""
        return tuple(v for _, name, values in self.conditions if name.lower() == key.lower() for v in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A policy document: the role (its name) or the resource (its ARN) that holds it, and where it was written."""

    kind: Kind
    holder: str
    origin: Registered
    written_in: str
    text: str
    statements: tuple[Statement, ...]

    def where(self, statement: Statement | None = None) -> str:
        """Say which document, or which statement of it, in words for a finding."""
        place = f"{self.kind} policy {self.origin.name!r} of {self.holder}"
        return f"{place}, statement {statement.sid!r}" if statement else place


def read(resource: Registered, name: str) -> str:
    """Return an output as text; empty when there is none."""
    value = resource.outputs.get(name)
    return value if isinstance(value, str) else ""


def given(resource: Registered, name: str) -> str:
    """Return an input as text; empty when the program leaves it to AWS, where an output may still have a value."""
    value = resource.inputs.get(name)
    return value if isinstance(value, str) else ""


def known_as(resource: Registered) -> frozenset[str]:
    """Return everything by which other resources may refer to a resource."""
    values = (read(resource, key) for key in ("arn", "name", "bucket", "url", "keyId"))
    return frozenset(value for value in (resource.id, *values) if value)


def named(run: Run, token: str, reference: str) -> Registered | None:
    """Return the resource of a type that an ARN, id, name or URL refers to."""
    return next((resource for resource in run.of(token) if reference in known_as(resource)), None)


def documents(run: Run) -> tuple[Document, ...]:
    """Return every policy document of a program, in the order of its resources."""
    return tuple(document for resource in run.resources for document in _of(resource, run))


def _of(resource: Registered, run: Run) -> Iterator[Document]:
    if resource.type == ROLE:
        yield _document("trust", read(resource, "name"), resource, "assumeRolePolicy")
    elif resource.type == ROLE_POLICY:
        role = named(run, ROLE, read(resource, "role"))
        yield _document("identity", read(role, "name") if role else read(resource, "role"), resource, "policy")
    elif resource.type == PERMISSION:
        yield _permission(resource, run)
    elif resource.type in RESOURCE_POLICIES:
        written_in, holder, token = RESOURCE_POLICIES[resource.type]
        if given(resource, written_in):
            held = named(run, token, read(resource, holder))
            yield _document("resource", read(held, "arn") if held else read(resource, holder), resource, written_in)


def _document(kind: Kind, holder: str, origin: Registered, written_in: str) -> Document:
    text = given(origin, written_in)
    statements = parsed(text)
    return Document(kind=kind, holder=holder, origin=origin, written_in=written_in, text=text, statements=statements)


def _permission(resource: Registered, run: Run) -> Document:
    function = named(run, FUNCTION, read(resource, "function"))
    holder = read(function, "arn") if function else read(resource, "function")
    tests = {
        "ArnLike": {"aws:SourceArn": given(resource, "sourceArn")},
        "StringEquals": {"aws:SourceAccount": given(resource, "sourceAccount")},
    }
    statement = {
        "Sid": given(resource, "statementId") or "Permission",
        "Effect": "Allow",
        "Principal": {"Service": read(resource, "principal")},
        "Action": read(resource, "action"),
        "Resource": holder,
        "Condition": {op: test for op, test in tests.items() if all(test.values())},
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return Document(kind="resource", holder=holder, origin=resource, written_in="", text=text, statements=parsed(text))


def parsed(text: str) -> tuple[Statement, ...]:
    """Read a policy document."""
    return tuple(_statement(raw) for raw in _many(json.loads(text)["Statement"]))


def _statement(raw: Mapping[str, Any]) -> Statement:
    who = raw.get("Principal", {})
    kinds = {"*": "*"} if who == "*" else who
    return Statement(
        sid=raw.get("Sid", ""),
        effect=raw["Effect"],
        actions=tuple(_many(raw.get("Action", ()))),
        resources=tuple(_many(raw.get("Resource", ()))),
        principals=tuple((kind, name) for kind, names in kinds.items() for name in _many(names)),
        conditions=tuple(
            (operator, key, tuple(str(value) for value in _many(values)))
            for operator, keys in raw.get("Condition", {}).items()
            for key, values in keys.items()
        ),
        negated=tuple(key for key in ("NotAction", "NotPrincipal", "NotResource") if key in raw),
    )


def _many(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def without(run: Run, document: Document, statement: Statement) -> Run:
    """Return the program as it would be had nobody written that statement."""
    kept: list[Registered] = []
    for resource in run.resources:
        if resource.urn != document.origin.urn:
            kept.append(resource)
        elif document.written_in:
            kept.append(_edited(resource, document.written_in, document.statements.index(statement)))
    return replace(run, resources=tuple(kept))


def _edited(resource: Registered, written_in: str, index: int) -> Registered:
    whole = json.loads(given(resource, written_in))
    left = [raw for number, raw in enumerate(_many(whole["Statement"])) if number != index]
    text = json.dumps({**whole, "Statement": left})
    return replace(
        resource, inputs={**resource.inputs, written_in: text}, outputs={**resource.outputs, written_in: text}
    )


def unread(run: Run) -> tuple[str, ...]:
    """Name every property that holds a policy document which `documents` does not read, so that none escapes."""
    known = {(document.origin.urn, document.written_in) for document in documents(run)}
    return tuple(
        f"{resource.name} ({resource.type}): {name}"
        for resource in run.resources
        for name, value in resource.inputs.items()
        if _holds_statements(value) and (resource.urn, name) not in known
    )


def _holds_statements(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_statements(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_holds_statements(part) for part in value)
    return isinstance(value, str) and value.lstrip().startswith("{") and '"Statement"' in value
