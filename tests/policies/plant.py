"""Faults, planted in a run that has none: the same values with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.policies.documents import RESOURCE_POLICIES, ROLE
from tests.support.harness import Run


def changed(run: Run, token: str, name: str, **inputs: Any) -> Run:
    """Return the run with inputs of one resource changed; None takes an input away."""
    run.one(token, name)
    resources = [
        replace(one, inputs=_merged(one.inputs, inputs), outputs=_merged(one.outputs, inputs))
        if (one.type, one.name) == (token, name)
        else one
        for one in run.resources
    ]
    return replace(run, resources=tuple(resources))


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**old, **new}.items() if value is not None}


def dropped(run: Run, token: str, name: str) -> Run:
    """Return the run without one resource."""
    gone = run.one(token, name)
    return replace(run, resources=tuple(one for one in run.resources if one.urn != gone.urn))


def restated(run: Run, token: str, name: str, sid: str, **parts: Any) -> Run:
    """Return the run with parts of one statement changed; None takes a part away."""
    whole = _document(run, token, name)
    found = [raw for raw in whole["Statement"] if raw.get("Sid", "") == sid]
    assert len(found) == 1, f"expected one statement {sid!r}, got {[raw.get('Sid') for raw in whole['Statement']]}"
    whole["Statement"] = [_merged(raw, parts) if raw is found[0] else raw for raw in whole["Statement"]]
    return changed(run, token, name, **{_property(token): json.dumps(whole)})


def stated(run: Run, token: str, name: str, statement: Mapping[str, Any]) -> Run:
    """Return the run with one statement more."""
    whole = _document(run, token, name)
    whole["Statement"] = [*whole["Statement"], statement]
    return changed(run, token, name, **{_property(token): json.dumps(whole)})


def _document(run: Run, token: str, name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(run.one(token, name).inputs[_property(token)])
    return parsed


def _property(token: str) -> str:
    return "assumeRolePolicy" if token == ROLE else RESOURCE_POLICIES.get(token, ("policy", "", ""))[0]
