"""The wiring, both ways: every arrow has the statement it needs, and every statement has an arrow that needs it.

`check` returns one line for everything that is wrong with a program; an empty result is the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies import arrows, calls, links
from tests.policies.documents import FUNCTION, Document, documents, read
from tests.policies.iam import Request, denied, granting, grants
from tests.support.harness import Run

HARM = (
    ("aws:SecureTransport", "false", "clear text"),
    ("s3:TlsVersion", "1.1", "an old TLS"),
    ("s3:signatureAge", "3600000", "an hour-old signature"),
)
"""Condition key, value, and what it says of a request that nobody may make."""


def requests(run: Run) -> tuple[Request, ...]:
    """Return everything that services and functions do in a program."""
    return (*arrows.requests(run), *calls.requests(run))


def check(run: Run) -> tuple[str, ...]:
    """Return everything that is wrong with the wiring of a program."""
    return (*missing(run), *unused(run), *unprotected(run), *links.loose(run))


def missing(run: Run) -> tuple[str, ...]:
    """Return every request that no statement allows, or that one denies."""
    found = documents(run)
    return tuple(str(request) for request in requests(run) if not _allowed(request, found))


def _allowed(request: Request, found: tuple[Document, ...]) -> bool:
    if denied(request, found):
        return False
    if request.principal[0] == "role" and request.action.startswith("kms:") and not _delegated(request, found):
        return False
    return any(True for _ in granting(request, found))


def _delegated(request: Request, found: tuple[Document, ...]) -> bool:
    """Say whether a key's policy leaves it to IAM who may use the key: without that a role's rights are void."""
    return any(
        document.holder == request.resource and kind == "AWS" and name.endswith(":root")
        for document, statement, _, _ in grants(found)
        for kind, name in statement.principals
    )


def unused(run: Run) -> tuple[str, ...]:
    """Return every action on a resource that a statement allows and that nobody needs."""
    found = documents(run)
    needed = {_id(*grant) for request in requests(run) for grant in granting(request, found)}
    return tuple(
        f"{document.where(statement)}: nobody needs {action} on {resource}"
        for document, statement, action, resource in grants(found)
        if _id(document, statement, action, resource) not in needed
    )


def _id(document: Document, statement: object, action: str, resource: str) -> tuple[str, int, str, str]:
    return document.origin.urn, id(statement), action, resource


def unprotected(run: Run) -> tuple[str, ...]:
    """Return every request that must be refused, whoever makes it, and is not."""
    found = documents(run)
    return tuple(str(request) for request in _forbidden(run) if not denied(request, found))


def _forbidden(run: Run) -> Iterator[Request]:
    signed = {value for function in run.of(FUNCTION) if (value := calls.variables(function).get("DOCUMENTS_BUCKET"))}
    for bucket in run.of(arrows.BUCKET):
        arn = read(bucket, "arn")
        for key, value, what in HARM:
            if key == "s3:signatureAge" and bucket.id not in signed:
                continue
            for action, below in (("s3:GetObject", calls.DOCUMENT), ("s3:PutObject", calls.DOCUMENT)):
                yield _by_anybody(action, f"{arn}{below}", key, value, f"{what} for {bucket.name}")
    for queue in run.of(arrows.QUEUE):
        for action in ("sqs:SendMessage", "sqs:ReceiveMessage"):
            yield _by_anybody(action, read(queue, "arn"), *HARM[0][:2], f"clear text for {queue.name}")


def _by_anybody(action: str, resource: str, key: str, value: str, why: str) -> Request:
    return Request(principal=("AWS", "anybody"), action=action, resource=resource, context=((key, value),), why=why)
