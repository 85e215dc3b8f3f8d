"""The environments that the repository's own files describe."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from components import project, settings
from components.settings import Environment

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "staging", "prod")


def environment(stack: str, **changed: Any) -> Environment:
    """Return a stack's environment, fields changed as told."""
    return dataclasses.replace(settings.parse(project.own(project.load(ROOT, stack)), stack=stack), **changed)
