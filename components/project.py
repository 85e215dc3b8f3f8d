"""Read the configuration of a stack: what Pulumi gave to the running program, or what it would give, from the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

PROJECT = "firstbytes"


def given() -> dict[str, object]:
    """Return the running program's own settings, without the project's name.

    `pulumi.Config` answers for one known key; the whole map is read so that a misspelt setting is refused.
    """
    from pulumi.runtime import config

    return own({**config.get_config_env(), **config.CONFIG.get()})


def own(config: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of this project, without its name."""
    prefix = f"{PROJECT}:"
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def load(root: Path, stack: str) -> dict[str, str]:
    """Return what Pulumi would give the program: Pulumi.yaml's defaults under Pulumi.<stack>.yaml's values.

    Args:
        root: the folder of Pulumi.yaml.
        stack: the stack's name; without a file of its own it has the defaults.

    Raises:
        ValueError: a value is encrypted, which only Pulumi can read.
    """
    import yaml

    project = yaml.safe_load((root / "Pulumi.yaml").read_text("utf-8"))
    file = root / f"Pulumi.{stack}.yaml"
    values = {key: row.get("value", row.get("default")) for key, row in project.get("config", {}).items()}
    if file.is_file():
        values |= (yaml.safe_load(file.read_text("utf-8")) or {}).get("config", {})
    return {_full(key): _text(key, value) for key, value in values.items() if value is not None}


def _full(key: str) -> str:
    return key if ":" in key else f"{PROJECT}:{key}"


def _text(key: str, value: object) -> str:
    if isinstance(value, dict) and set(value) == {"secure"}:
        msg = f"expected {key} in plain text, got an encrypted value; try: pulumi config set {key} VALUE --plaintext"
        raise ValueError(msg)
    return value if isinstance(value, str) else json.dumps(value)
