"""What a cold start imports. Its time is a figure of `make bench`; here is what would spoil it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

HEAVY = {
    "aws_xray_sdk",
    "pydantic",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.parser",
    "firstbytes.builtin",
    "firstbytes.cli",
    "firstbytes.plugins",
    "firstbytes.sandbox",
    "moto",
    "pluggy",
}


def imported(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has after running `code`."""
    names = {"DOCUMENTS_TABLE", "DOCUMENTS_BUCKET", "ARTIFACTS_BUCKET", "INTAKE_QUEUE_URL"}
    environ = dict.fromkeys(names, "x") | {"AWS_DEFAULT_REGION": "us-east-1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        env=dict(os.environ) | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout))


def test_importing_the_router_makes_no_client() -> None:
    """Nothing is executed on import: neither boto3 nor a sandbox, nor an extractor."""
    assert sorted(imported("import functions.router") & (HEAVY | {"boto3"})) == []


def test_a_cold_start_imports_no_more_than_it_uses() -> None:
    """Wired, it has two clients and what sniffs; extractors are their sandbox's."""
    modules = imported("import functions.router; functions.router.wired()")
    assert {"boto3", "functions.examine"} <= modules
    assert sorted(modules & HEAVY) == []
