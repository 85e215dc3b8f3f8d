"""What a cold start of the router imports, in time: against boto3 and the same two clients, in turns."""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.report import ENVIRONMENT, say, seconds

ROOT = Path(__file__).parents[2]
BASE = "import boto3"
CLIENTS = "import boto3; boto3.client('dynamodb'); boto3.client('s3')"
ROUTER = "import functions.router; functions.router.wired()"
_NAMES = ("DOCUMENTS_TABLE", "DOCUMENTS_BUCKET", "ARTIFACTS_BUCKET", "INTAKE_QUEUE_URL")
_KEYS = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Starts of one kind, in ms."""

    code: str
    least: float
    median: float


def measure(rounds: int) -> list[Start]:
    """Start new interpreters in turns, so that what else the machine does falls on all alike; compiled beforehand."""
    say("platform: cold starts")
    given = {**dict.fromkeys(_NAMES, "x"), **_KEYS, "PYTHONPATH": str(ROOT)}
    environ = [f"{name}={value}" for name, value in given.items()]
    codes = ("pass", BASE, CLIENTS, ROUTER)
    commands = {code: ["env", *environ, sys.executable, "-c", code] for code in codes}
    for command in commands.values():
        subprocess.run(command, check=True, env=ENVIRONMENT)
    times: dict[str, list[float]] = {code: [] for code in codes}
    for _ in range(rounds):
        for code, command in commands.items():
            times[code].append(seconds(command) * 1000)
    return [Start(code=code, least=min(row), median=statistics.median(row)) for code, row in times.items()]
