"""A statement of a policy document as a value, and the canonical JSON of a document.

Sorted statements, actions, resources and keys: the same rights are the same bytes in every run, and a change of rights
is readable in a diff.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_SID = re.compile(r"[A-Za-z0-9]{1,100}")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test of a statement: an IAM operator, the key it reads, the values it accepts."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a policy document.

    Attributes:
        sid: its name, unique within a document.
        actions: IAM actions, "sqs:SendMessage"; a wildcard is refused unless the statement denies.
        resources: ARNs; "*" only together with `why`. Empty in a trust policy.
        principals: who, in a trust or resource policy: ("Service", "lambda.amazonaws.com").
        why: one sentence for the operator who reviews the rights. It is not part of the document.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    effect: Literal["Allow", "Deny"] = "Allow"
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse what no review would let pass."""
        wrong: list[str] = []
        if not _SID.fullmatch(self.sid):
            wrong.append(f"a sid of 1 to 100 letters and digits, got {self.sid!r}")
        if not self.actions:
            wrong.append("at least one action")
        if self.effect == "Allow":
            wrong += [f"a whole action, got {one!r}" for one in self.actions if not _ACTION.fullmatch(one)]
        if "*" in self.resources and self.effect == "Allow" and not self.why.strip():
            wrong.append("a sentence in `why` for the resource '*'")
        if not self.resources and not self.principals:
            wrong.append("resources, or principals in a trust policy")
        if wrong:
            msg = f"expected in the statement {self.sid!r}: {'; '.join(wrong)}"
            raise ValueError(msg)


def text(statements: Iterable[Statement]) -> str:
    """Render a policy document as canonical JSON.

    Raises:
        ValueError: two statements have the same sid.
    """
    ordered = sorted(statements, key=lambda statement: statement.sid)
    sids = [statement.sid for statement in ordered]
    if len(set(sids)) < len(sids):
        msg = f"expected a sid of its own for every statement, got {sids}"
        raise ValueError(msg)
    document = {"Version": "2012-10-17", "Statement": [_rendered(statement) for statement in ordered]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _rendered(statement: Statement) -> dict[str, object]:
    rendered: dict[str, object] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Action": _one_or_sorted(statement.actions),
    }
    if statement.resources:
        rendered["Resource"] = _one_or_sorted(statement.resources)
    if statement.principals:
        kinds = sorted({kind for kind, _ in statement.principals})
        rendered["Principal"] = {
            kind: _one_or_sorted(name for k, name in statement.principals if k == kind) for kind in kinds
        }
    if statement.conditions:
        tests: dict[str, dict[str, object]] = {}
        for condition in statement.conditions:
            tests.setdefault(condition.operator, {})[condition.key] = _one_or_sorted(condition.values)
        rendered["Condition"] = tests
    return rendered


def _one_or_sorted(values: Iterable[str]) -> str | list[str]:
    ordered = sorted(set(values))
    return ordered[0] if len(ordered) == 1 else ordered
