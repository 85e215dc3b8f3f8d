"""The program itself, for every environment and with everything switched on: no finding, nothing missing, nothing spare."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components import project
from tests.policies import lint, rules, wiring
from tests.policies.documents import documents, without
from tests.support.harness import Run, run_program
from tests.support.identities import HERE

ROOT = Path(__file__).parents[2]
SEED = 20_261_124
SAMPLE = 20
BOUNDARY = f"arn:aws:iam::{HERE.account}:policy/boundary"
COMMON = {"region": HERE.region, "bundleTarget": "host"}  # the archive has no part in rights
EVERYTHING = {
    "alarmEmail": "operators@example.com",
    "customerKey": True,
    "dax": True,
    "permissionsBoundary": BOUNDARY,
    "trace": True,
    "transferAcceleration": True,
    "waf": True,
}
NOTHING = {"customerKey": False, "trace": False, "waf": False}
VARIANTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dev": ("dev", {}),
    "staging": ("staging", {}),
    "prod": ("prod", {}),
    "everything": ("prod", EVERYTHING),
    "nothing": ("dev", NOTHING),
}


@pytest.fixture(scope="module")
def runs() -> Mapping[str, Run]:
    """Run the program in every variant."""
    return {
        name: run_program(ROOT / "__main__.py", stack=stack, config={**project.load(ROOT, stack), **COMMON, **changed})
        for name, (stack, changed) in VARIANTS.items()
    }


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_document_breaks_a_rule(runs: Mapping[str, Run], variant: str) -> None:
    """Our own rules find nothing; every role has the boundary where there is one."""
    boundary = VARIANTS[variant][1].get("permissionsBoundary")
    assert [str(found) for found in rules.check(runs[variant], boundary=boundary)] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_parliament_finds_nothing(runs: Mapping[str, Run], variant: str) -> None:
    """Every action, condition and resource is one that AWS knows."""
    found = [f"{one.where()}: {line}" for one in documents(runs[variant]) for line in lint.findings(one)]
    assert found == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_arrow_has_its_statement_and_every_statement_its_arrow(runs: Mapping[str, Run], variant: str) -> None:
    """Nothing that a service or a function does is refused, and nothing is allowed that nobody does."""
    assert wiring.check(runs[variant]) == ()


@pytest.mark.parametrize("variant", ["dev", "staging", "prod"])
def test_a_statement_that_is_gone_is_missed(runs: Mapping[str, Run], variant: str) -> None:
    """Of a seeded sample of statements, trust and denials among them, none can be taken away unnoticed."""
    run = runs[variant]
    every = [(document, statement) for document in documents(run) for statement in document.statements]
    sample = random.Random(SEED).sample(every, SAMPLE)
    whole = wiring.check(run)
    assert [one.where(said) for one, said in sample if wiring.check(without(run, one, said)) == whole] == []


def test_every_exception_of_a_rule_is_needed(runs: Mapping[str, Run]) -> None:
    """What the rules let pass for a reason is there; a reason without its case must go."""
    every = [(one, said) for run in runs.values() for one in documents(run) for said in one.statements]
    rights = [said for one, said in every if one.kind == "identity"]
    opened = {action for said in rights if "*" in said.resources for action in said.actions}
    assert {action for _, action in rules.OPEN_ACTIONS} - opened == set()
    resources = {resource for said in rights for resource in said.resources}
    assert [tail for tail in rules.TAILS if not any(one.endswith(tail) for one in resources)] == []
    services = {name for _, said in every if not said.values("aws:SourceArn") for _, name in said.principals}
    assert set(rules.ACCOUNT_WIDE) - services == set()
    denials = {(operator, key) for _, said in every if said.effect == "Deny" for operator, key, _ in said.conditions}
    assert set(rules.DENIALS) - denials == set()


def test_every_false_positive_is_one(runs: Mapping[str, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is listed as parliament's mistake is still said; when it learns better, the line must go."""
    listed = dict(lint.FALSE_POSITIVES)
    monkeypatch.setattr(lint, "FALSE_POSITIVES", {})
    said = {line for run in runs.values() for document in documents(run) for line in lint.findings(document)}
    assert [one for one in listed if not any(line.startswith(f"{one[0]} ") and one[1] in line for line in said)] == []
