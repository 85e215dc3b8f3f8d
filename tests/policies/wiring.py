"""The wiring, both ways: every arrow has the statement it needs, and every statement has an arrow that needs it.

`check` returns one line for everything that is wrong with a program; an empty result is the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies import arrows, calls, links
from tests.policies.documents import FUNCTION, Document, Statement, documents, read
from tests.policies.iam import Request, denied, granting, grants, matches
from tests.policies.rules import GRANTS
from tests.support.harness import Run

WHATEVER = ("s3:GetObject", "s3:PutObject")
UPLOADS = ("s3:PutObject",)
HARM: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]], ...] = (
    ("clear text", WHATEVER, (("aws:SecureTransport", "false"),)),
    ("an old TLS", WHATEVER, (("s3:TlsVersion", "1.1"),)),
)
"""What nobody may do to any bucket: in words, by which actions, and how IAM sees it."""

HARM_TO_DATA = (
    ("an hour-old signature", WHATEVER, (("s3:signatureAge", "3600000"),)),
    ("a public object", UPLOADS, (("s3:x-amz-acl", "public-read"),)),
    *((f"a grant of {right}", UPLOADS, ((f"s3:x-amz-grant-{right}", "id=x"),)) for right in GRANTS),
    ("a key nobody has", UPLOADS, (("s3:x-amz-server-side-encryption-customer-algorithm", "AES256"),)),
)
"""What nobody may do to the buckets that functions read or write."""

HARM_TO_ENCRYPTED = (
    ("a weaker encryption", UPLOADS, (("s3:x-amz-server-side-encryption", "AES256"),)),
    ("another key", UPLOADS, (("s3:x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:::key/other"),)),
)
"""Likewise, where they are encrypted with the customer's key."""

CLEAR_TEXT = HARM[0][2]


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
        _is_delegation(statement) and document.holder == request.resource and matches(action, request.action)
        for document, statement, action, _ in grants(found)
    )


def _is_delegation(statement: Statement) -> bool:
    return any(kind == "AWS" and name.endswith(":root") for kind, name in statement.principals)


def unused(run: Run) -> tuple[str, ...]:
    """Return every action on a resource that a statement allows and that nobody needs."""
    found = documents(run)
    needed = {_id(*grant) for request in requests(run) for grant in granting(request, found)}
    return tuple(
        f"{document.where(statement)}: nobody needs {action} on {resource}"
        for document, statement, action, resource in grants(found)
        # What the account may do with its key is for its administrators' own policies to say.
        if _id(document, statement, action, resource) not in needed and not _is_delegation(statement)
    )


def _id(document: Document, statement: object, action: str, resource: str) -> tuple[str, int, str, str]:
    return document.origin.urn, id(statement), action, resource


def unprotected(run: Run) -> tuple[str, ...]:
    """Return every request that must be refused, whoever makes it, and is not."""
    found = documents(run)
    return tuple(str(request) for request in _forbidden(run) if not denied(request, found))


def _forbidden(run: Run) -> Iterator[Request]:
    data = {
        value
        for function in run.of(FUNCTION)
        for variable, value in calls.variables(function).items()
        if variable.endswith("_BUCKET")
    }
    for bucket in run.of(arrows.BUCKET):
        harm = [*HARM]
        if bucket.id in data:
            harm += [*HARM_TO_DATA, *(HARM_TO_ENCRYPTED if calls.key(run, bucket) else ())]
        for what, actions, context in harm:
            for action in actions:
                resource = f"{read(bucket, 'arn')}{calls.DOCUMENT}"
                yield _by_anybody(action, resource, context, f"{what} for {bucket.name}")
    for queue in run.of(arrows.QUEUE):
        for action in ("sqs:SendMessage", "sqs:ReceiveMessage"):
            yield _by_anybody(action, read(queue, "arn"), CLEAR_TEXT, f"clear text for {queue.name}")


def _by_anybody(action: str, resource: str, context: tuple[tuple[str, str], ...], why: str) -> Request:
    return Request(principal=("AWS", "anybody"), action=action, resource=resource, context=context, why=why)
