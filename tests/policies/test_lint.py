"""parliament reads every kind of document, and what it is wrong about is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.policies import lint
from tests.policies.documents import ROLE, ROLE_POLICY, documents
from tests.policies.plant import changed, restated
from tests.support.harness import Run

BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"

FAULTS: dict[str, tuple[str, Callable[[Run], Run]]] = {
    "a mistyped action": (
        "UNKNOWN_ACTION Unknown action s3:GetObjekt",
        lambda run: restated(run, ROLE_POLICY, "router", "Objects", Action="s3:GetObjekt"),
    ),
    "an action on the wrong kind of resource": (
        "RESOURCE_MISMATCH",
        lambda run: restated(run, ROLE_POLICY, "router", "Objects", Resource="arn:aws:s3:::documents"),
    ),
    "an unknown operator": (
        "UNKNOWN_OPERATOR",
        lambda run: restated(
            run, BUCKET_POLICY, "documents", "Tls", Condition={"Boolean": {"aws:SecureTransport": "0"}}
        ),
    ),
    "a condition the action never has": (
        "UNKNOWN_CONDITION_FOR_ACTION",
        lambda run: restated(run, ROLE_POLICY, "router", "Documents", Condition={"StringLike": {"s3:prefix": "t/*"}}),
    ),
    "an unknown action in a trust policy": (
        "UNKNOWN_ACTION Unknown action sts:AssumeRoll",
        lambda run: restated(run, ROLE, "router", "", Action="sts:AssumeRoll"),
    ),
    "no version": (
        "NO_VERSION",
        lambda run: changed(run, ROLE_POLICY, "router", policy='{"Statement": []}'),
    ),
}


def _found(run: Run) -> list[str]:
    return [line for document in documents(run) for line in lint.findings(document)]


def test_a_good_program_has_no_findings(run: Run) -> None:
    """Trust, identity and resource policies and permissions all pass."""
    assert _found(run) == []


@pytest.mark.parametrize(("finding", "plant"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(run: Run, finding: str, plant: Callable[[Run], Run]) -> None:
    """A fault in any kind of document is found."""
    assert any(line.startswith(finding) for line in _found(plant(run))), _found(plant(run))
