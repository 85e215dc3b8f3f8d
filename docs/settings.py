"""Writes the table of settings into docs/operating.md, from Pulumi.yaml, the stacks' files and what `settings` accepts.

python -m docs.settings    write it
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from components import settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "operating.md"
STACKS = ("dev", "staging", "prod")
BEGIN, END = "<!-- settings: written by `python -m docs.settings` -->\n", "<!-- end of settings -->\n"
PREFIX = "firstbytes:"


def render(root: Path = ROOT) -> str:
    """Return the table: every setting, its default, what the stacks have instead, what it takes and what it does."""
    described: Mapping[str, Mapping[str, Any]] = _load(root / "Pulumi.yaml")
    stacks = {stack: _load(root / f"Pulumi.{stack}.yaml") for stack in STACKS}
    out = ["| setting | default | stacks | takes | what it does |", "|---|---|---|---|---|"]
    for key, kind in settings.SETTINGS.items():
        here = [f"{stack} {_shown(own[PREFIX + key])}" for stack, own in stacks.items() if PREFIX + key in own]
        cells = (
            f"`{key}`",
            _shown(described[key]["default"]),
            ", ".join(here),
            kind.expected,
            described[key]["description"],
        )
        out.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(out) + "\n"


def placed(page: str, table: str) -> str:
    """Return a page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"expected {BEGIN.strip()} and {END.strip()} in {PAGE.name}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _load(path: Path) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["config"]
    return config


def _shown(value: object) -> str:
    return f"`{value if isinstance(value, str) and value else json.dumps(value)}`"


if __name__ == "__main__":
    PAGE.write_text(placed(PAGE.read_text("utf-8"), render()), "utf-8")
