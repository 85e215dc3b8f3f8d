"""parliament's opinion of a policy document, without what it is known to be wrong about."""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.policies.documents import Document

FALSE_POSITIVES = {
    ("MISMATCHED_TYPE", "s3:TlsVersion requires a value of type Numeric but given ['1.2']"): (
        "AWS documents 1.2 as a numeric value; parliament takes digits only."
    ),
    ("RESOURCE_STAR", "logs:"): "Our own rule says who may have them on everything, and why.",
    ("UNKNOWN_CONDITION_FOR_ACTION", "for action s3:InitiateReplication"): (
        "s3:* stands in a Deny: that the key is never sent with this action denies nothing less."
    ),
    ("UNKNOWN_CONDITION_FOR_ACTION", "for action s3:PutAccessPointPublicAccessBlock"): "Likewise.",
    ("UNKNOWN_CONDITION_FOR_ACTION", "kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey"): (
        "CloudWatch Logs' own example has it: the condition only keeps an action from where it has no context."
    ),
    ("MISMATCHED_TYPE", "ArnLike requires a value of type Arn but given String"): (
        "The encryption context of CloudWatch Logs is an ARN; parliament knows contexts as text."
    ),
    ("MISMATCHED_TYPE_BUT_USABLE", "StringNotEquals requires a value of type String but given Arn"): (
        "AWS's examples compare the id of a bucket's key as text."
    ),
    **{
        ("RESOURCE_MISMATCH", f"'kms:{action}Alias'"): "An alias needs rights on the alias and, here, on its key."
        for action in ("Create", "Delete", "Update")
    },
}
"""(issue, part of its detail) -> why it is not one."""

ANY_ROLE = "arn:aws:iam::123456789012:role/any"
ANY_KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000"


_AT_IMPORT: tuple[tuple[str, type[Warning]], ...] = (
    ("pkg_resources is deprecated", UserWarning),
    ("unclosed file .*parliament", ResourceWarning),
    ("invalid escape sequence", DeprecationWarning),
    ("invalid escape sequence", SyntaxWarning),
)


@cache
def _parliament() -> Any:
    """Import it without its own warnings, which are errors here."""
    with warnings.catch_warnings():
        for message, kind in _AT_IMPORT:
            warnings.filterwarnings("ignore", message, kind)
        return importlib.import_module("parliament")


def findings(document: Document) -> tuple[str, ...]:
    """Return what parliament finds, each once, as "ISSUE detail"."""
    found = _parliament().analyze_policy_string(json.dumps(_as_identity(document))).findings
    details = [
        (one.issue, part) for one in found for part in (one.detail if isinstance(one.detail, list) else [one.detail])
    ]
    lines = {f"{issue} {part}".strip() for issue, part in details}
    return tuple(sorted(line for line in lines if not _known(line)))


def _as_identity(document: Document) -> dict[str, Any]:
    """Give a document the resource that it leaves to its holder: parliament reads identity policies."""
    whole: dict[str, Any] = json.loads(document.text)
    whole["Statement"] = [dict(raw) for raw in _raw(whole)]
    for raw in _raw(whole):
        if document.kind == "trust":
            raw["Resource"] = ANY_ROLE
        elif document.holder.startswith("arn:aws:kms:") and raw.get("Resource") == "*":
            raw["Resource"] = ANY_KEY
    return whole


def _raw(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    statements = whole["Statement"]
    yield from statements if isinstance(statements, list) else [statements]


def _known(line: str) -> bool:
    return any(line.startswith(f"{issue} ") and part in line for issue, part in FALSE_POSITIVES)
