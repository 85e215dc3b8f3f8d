"""What must never be written, whatever failed: looked at with every write, independently of the store's own conditions."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.table import Key
from tests.simulation.world import Violation, World

SETTLED = frozenset({"completed", "partial", "unsupported", "failed"})
SKEW_MS = 40_000
"""Two clocks may be this far apart."""

LONGEST_LEASE_MS = 120_000
VERSION_EDGES = frozenset(
    {
        (None, "processing"),
        ("processing", "processing"),
        ("processing", "slow"),
        (None, "failed"),
        ("slow", "failed"),
        *(("processing", status) for status in SETTLED),
        *(("slow", status) for status in SETTLED),
        *((status, status) for status in (*SETTLED, None, "slow")),
        *((status, None) for status in SETTLED),
    }
)
Item = dict[str, Any]


@dataclass(slots=True)
class Audit:
    """Looks at every write to the documents table.

    `history` holds, for each object key, when (a logical time) which version became current in S3.
    """

    world: World
    clock: int = 0
    history: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(lambda: [(0, "")]))
    written: dict[str, int] = field(default_factory=dict)
    claims: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Of each version (its sort key), by generation."""

    def changed(self, key: str, current: str) -> None:
        """Note what is current in S3 now; empty: nothing."""
        self.clock += 1
        self.history[key].append((self.clock, current))

    def look(self, key: Key, old: Item, new: Item) -> None:
        """Refuse a write that no protocol may make."""
        self.clock += 1
        if key[1] == "head":
            self._head(key[0], old, new)
        elif key[1].startswith("v#"):
            self._version(key, old, new)

    def _version(self, key: Key, old: Item, new: Item) -> None:
        before, after = old.get("status"), new.get("status")
        if (before, after) not in VERSION_EDGES:
            raise Violation(f"illegal transition {before} -> {after} of {key}")
        gens, attempts = (old.get("gen", 0), new.get("gen", 0)), (old.get("attempt", 0), new.get("attempt", 0))
        if gens[1] < gens[0]:
            raise Violation(f"the generation of {key} went back {gens}")
        if gens[1] == gens[0] and attempts[1] < attempts[0]:
            raise Violation(f"the attempt of {key} went back {attempts}")
        if attempts[1] > attempts[0]:
            self.claims[key[1], gens[1]] += 1
            self._claimed(key, old, attempts)
        elif before in SETTLED and after == before and {**old, "expires_at": 0} != {**new, "expires_at": 0}:
            raise Violation(f"the result of {key} was written again")
        elif before == "processing" and after in SETTLED:
            self._finished(key, old, new)

    def _claimed(self, key: Key, old: Item, attempts: tuple[int, int]) -> None:
        if attempts[1] != attempts[0] + 1:
            raise Violation(f"the attempt of {key} leapt {attempts}")
        now = self.world.now
        if now + SKEW_MS < old.get("lease_until", 0) <= now + LONGEST_LEASE_MS:
            raise Violation(f"{key} was claimed while leased until {old['lease_until']}, now {now}")

    def _finished(self, key: Key, old: Item, new: Item) -> None:
        sandbox = self.world.running
        if sandbox is None:
            raise Violation(f"{key} was finished by nobody")
        lease = sandbox.lease
        if lease is None or lease.version_id != key[1].removeprefix("v#"):
            # A dead letter ends it, once nobody works on it.
            if new["status"] != "failed" or self.world.now + SKEW_MS < old["lease_until"]:
                raise Violation(f"{key} was finished by {sandbox.name}, which did not claim it")
        elif (lease.attempt, lease.gen) != (old["attempt"], old["gen"]):
            mine, latest = (lease.attempt, lease.gen), (old["attempt"], old["gen"])
            raise Violation(f"a stale lease {mine} finished {key}, the latest is {latest}")

    def _head(self, document: str, old: Item, new: Item) -> None:
        if new.get("rev") != old.get("rev", 0) + 1:
            raise Violation(f"the revision of {document} went from {old.get('rev')} to {new.get('rev')}")
        shown = new.get("version_id", "")
        same = old and (old["status"], old.get("version_id", "")) == (new["status"], shown)
        since = self.written.get(document, 0)
        self.written[document] = self.clock
        if same or new["status"] == "uploading":
            return
        history = self.history[f"t/{new['owner']}/{document.removeprefix('d#')}"]
        ends = [*(start for start, _ in history[1:]), self.clock + 1]
        current = {version for (_, version), end in zip(history, ends, strict=True) if end > since}
        if shown not in current:
            raise Violation(
                f"the head of {document} shows {shown or 'nothing'}, which was not current since it was written"
            )
