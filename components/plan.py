"""What a deploy would let plugins do: `python -m components.plan`, or `make plan`.

Every extractor that runs with AWS permissions, which, on what, why, whether the operator granted them, and what
changed against a route table compiled before: by default the committed `routes.json`, which is the last one reviewed.

Exit status: 0 all granted, 1 something is not granted, 2 the plan cannot be made.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from components import bundle
from components.packages import BundleError
from firstbytes import settings
from firstbytes.routes import RouteTable, from_json

ROOT = Path(__file__).parent.parent


class Change(StrEnum):
    """How a right, or a plugin, differs from the table compiled before."""

    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Right:
    """One action that an extractor runs with."""

    distribution: str
    extractor: str
    lane: str
    action: str
    resources: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the plan."""

    change: Change
    granted: bool
    right: Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rights of every plugin, and the plugins that came, went or changed their version."""

    rows: tuple[Row, ...]
    plugins: tuple[tuple[str, str, str], ...]
    """(distribution, version before, version after); "" where there is none."""

    @property
    def ungranted(self) -> tuple[Row, ...]:
        """The rows that stop a deploy."""
        return tuple(row for row in self.rows if row.change is not Change.REMOVED and not row.granted)


def rights(table: RouteTable) -> frozenset[Right]:
    """Return every action of every extractor in a table."""
    return frozenset(
        Right(
            distribution=claim.distribution,
            extractor=claim.extractor.name,
            lane=claim.extractor.needs.lane,
            action=action,
            resources=permission.resources,
            why=permission.why,
        )
        for claim in table.claims
        for permission in claim.extractor.needs.permissions
        for action in permission.actions
    )


def compare(before: RouteTable | None, after: RouteTable, grants: Mapping[str, Sequence[str]]) -> Plan:
    """Return the plan. Pure.

    Args:
        before: the table compiled before; None: there is none.
        after: the table of what is installed now.
        grants: distribution -> actions that it may have.
    """
    old, new = rights(before) if before else frozenset(), rights(after)
    rows = [
        Row(
            change=Change.ADDED if right not in old else Change.REMOVED if right not in new else Change.SAME,
            granted=right.action in grants.get(right.distribution, ()),
            right=right,
        )
        for right in sorted(old | new)
    ]
    then = before.distributions if before else {}
    now = after.distributions
    changed = [(name, then.get(name, ""), now.get(name, "")) for name in sorted({*then, *now})]
    return Plan(rows=tuple(rows), plugins=tuple(row for row in changed if row[1] != row[2]))


def show(plan: Plan) -> str:
    """Return the plan as text, a line a right."""
    lines = [_plugin(*changed) for changed in plan.plugins]
    for row in plan.rows:
        lines += _shown(row)
    if not plan.rows:
        lines.append("No extractor asks for AWS permissions: every one runs inline, in a process without credentials.")
    if plan.ungranted:
        lines.append("to grant what is not, add to [tool.firstbytes.grants] in pyproject.toml:")
        lines += [f'  {row.right.distribution} = ["{row.right.action}"]' for row in plan.ungranted]
    return "\n".join(lines)


def _shown(row: Row) -> list[str]:
    mark = {Change.ADDED: "+", Change.REMOVED: "-", Change.SAME: " "}[row.change]
    right, stops = row.right, not row.granted and row.change is not Change.REMOVED
    where = f"{right.distribution}  {right.extractor}  {right.action}  on {', '.join(right.resources)}"
    return [f"{mark} {where}{'   NOT GRANTED' if stops else ''}", f"      {right.why}"]


def _plugin(name: str, then: str, now: str) -> str:
    if then and now:
        return f"~ plugin {name} {then} -> {now}"
    return f"+ plugin {name} {now}" if now else f"- plugin {name} {then}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the plan of the program in this repository."""
    parser = argparse.ArgumentParser(
        prog="python -m components.plan", description="Which plugin may do what, and what changed."
    )
    parser.add_argument("--against", type=Path, default=ROOT / bundle.ROUTES, help="a route table compiled before")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    try:
        before = from_json(chosen.against.read_bytes()) if chosen.against.is_file() else None
        plan = compare(before, bundle.routes(ROOT), settings.load(ROOT).grants)
    except (BundleError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write((json.dumps(asdict(plan), indent=2) if chosen.json else show(plan)) + "\n")
    return 1 if plan.ungranted else 0


if __name__ == "__main__":
    sys.exit(main())
