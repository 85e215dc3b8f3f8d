"""The protocol with one part broken, each by replacing a port: what the simulator has to notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions import keys
from functions.objects import Absent, Current, Objects
from functions.ports import Rules, Step
from functions.store import transitions
from functions.store.items import Head, Item, Version
from functions.store.leases import Claim, Claimed, Held, Lease
from functions.store.transitions import Transition
from tests.simulation.scenarios import stale_generation
from tests.simulation.settings import (
    ARTIFACTS,
    BUCKET,
    HURRIED,
    PROTOCOL,
    RELIABLY,
    SETTING,
    Protocol,
    Setting,
    Watched,
)
from tests.simulation.world import Sandbox

ANY = "attribute_exists(#pk)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A broken protocol. `harmless` says why no schedule shows it, where that is so."""

    name: str
    protocol: Protocol = PROTOCOL
    setting: Setting = SETTING
    scenario: Callable[[Protocol], None] | None = None
    """A schedule written by hand that shows it."""
    harmless: str = ""


class Rewritten(Watched):
    """The store with other rows in its table, by name."""

    rows: Mapping[str, Transition] = {}

    def _try(
        self,
        row: Transition,
        key: keys.ItemKey,
        values: Mapping[str, object],
        writes: Mapping[str, object] | None = None,
        returning: str = "NONE",
    ) -> tuple[bool, Item]:
        return super()._try(self.rows.get(row.name, row), key, values, writes, returning)


def rewritten(*rows: Transition) -> type[Rewritten]:
    """Return a store with some rows replaced."""
    return type("Rewritten", (Rewritten,), {"rows": {row.name: row for row in rows}})


class Powertools(Watched):
    """A store that deletes the record of failed work, as idempotency libraries do."""

    def release(self, lease: Lease, reason: str) -> bool:
        """Delete the item, whoever's it is now."""
        del reason
        self.sandbox.lease = None
        self._client.delete_item(TableName=self._table, Key=keys.version_key(lease.document_id, lease.version_id))
        return True


class Forgetful(Watched):
    """A store that does not know its own write again."""

    def claim(self, document_id: str, version_id: str, *, holder: str, now: int, lease_until: int) -> Claim:
        """Claim; where an unanswered write of ours came through, somebody else seems to be at it."""
        before = self.read_version(document_id, version_id)
        mine = before is not None and before.holder == holder and before.lease_until >= now
        claim = super().claim(
            document_id, version_id, holder=f"{holder}#{self._tries()}", now=now, lease_until=lease_until
        )
        return Held(lease_until) if mine and isinstance(claim, Claimed) else claim

    def _tries(self) -> int:
        return self.sandbox.world.switches


class Rash(Watched):
    """A store that believes that a head was written, whatever it was told."""

    def write_head(self, after: Head, before: Head | None) -> bool:
        """Write, and look no further."""
        super().write_head(after, before)
        return True


class Keeping(Watched):
    """A store that gives no lease back."""

    def release(self, lease: Lease, reason: str) -> bool:
        """Do nothing."""
        del lease, reason
        return True


class Blind(Objects):
    """S3 that is not asked: what was claimed last, or seen first, is taken for current."""

    def __init__(self, sandbox: Sandbox, client: Any) -> None:
        super().__init__(client, BUCKET, ARTIFACTS)
        self.sandbox = sandbox

    def head_current(self, key: str) -> Current | Absent:
        """Answer from memory where a version was claimed here."""
        lease = self.sandbox.lease
        if lease is None:
            return super().head_current(key)
        return Current(version_id=lease.version_id, size_bytes=1, etag="")


class Early(Objects):
    """S3 that is asked once in an invocation, before the head is read again."""

    def __init__(self, _sandbox: Sandbox, client: Any) -> None:
        super().__init__(client, BUCKET, ARTIFACTS)
        self.seen: dict[str, Current | Absent] = {}

    def head_current(self, key: str) -> Current | Absent:
        """Answer what was true at the first time."""
        if key not in self.seen:
            self.seen[key] = super().head_current(key)
        return self.seen[key]


class Unread(Watched):
    """A store that writes a head on what an earlier read said, with the revision of now."""

    def write_head(self, after: Head, before: Head | None) -> bool:
        """Read the revision just before the write."""
        now = self.read_head(after.document_id)
        if before is None or now is None:
            return super().write_head(after, before)
        return super().write_head(after, replace(before, rev=now.rev))


class Careless(Watched):
    """A store whose reprocessing keeps the attempts."""

    def reprocess(self, version: Version) -> bool:
        """Begin a generation with what is left of the attempts."""
        row = replace(transitions.REPROCESS, sets=("#gen = #gen + :one",))
        return self._try(row, keys.version_key(version.document_id, version.version_id), {":gen": version.gen})[0]


def store(make: Callable[[Sandbox, Any], Watched], **changes: Any) -> Protocol:
    """Return the protocol over another store."""
    return Protocol(store=make, **changes)


FINISH, RELEASE, MIRROR, CLAIM = transitions.FINISH, transitions.RELEASE, transitions.MIRROR, transitions.CLAIM
ATTEMPT_ONLY = "#status = :processing AND #attempt = :attempt"

MUTANTS = (
    Mutant(name="no fence", protocol=store(rewritten(replace(FINISH, condition=ANY)))),
    Mutant(
        name="generation not fenced",
        protocol=store(rewritten(replace(FINISH, condition=ATTEMPT_ONLY), replace(RELEASE, condition=ATTEMPT_ONLY))),
        scenario=stale_generation,
    ),
    Mutant(name="no revision", protocol=store(rewritten(replace(MIRROR, condition=ANY)))),
    Mutant(name="blind promotion", protocol=Protocol(objects=Blind)),
    Mutant(name="S3 asked once", protocol=Protocol(objects=Early)),
    Mutant(name="revision read last", protocol=store(Unread)),
    Mutant(
        name="no expiry of leases", protocol=store(rewritten(replace(CLAIM, condition="attribute_not_exists(#status)")))
    ),
    Mutant(
        name="live leases taken",
        protocol=store(rewritten(replace(CLAIM, condition="attribute_not_exists(#status) OR #status = :processing"))),
    ),
    Mutant(
        name="dead letters take leases",
        protocol=store(
            rewritten(
                replace(
                    transitions.REJECT,
                    condition="attribute_not_exists(#status) OR #status = :slow OR #status = :processing",
                )
            )
        ),
    ),
    Mutant(name="no cap", protocol=Protocol(rules=Rules(max_attempts=1_000_000))),
    Mutant(name="delete on error", protocol=store(Powertools)),
    Mutant(name="attempts kept", protocol=store(Careless), setting=HURRIED),
    Mutant(name="no recheck", protocol=store(Rash), setting=RELIABLY),
    Mutant(name="held messages acknowledged", protocol=Protocol(acknowledged=frozenset({Step.HELD})), setting=RELIABLY),
    Mutant(name="no sweep", setting=replace(SETTING, sweeps=False)),
    Mutant(name="no recheck, swept", protocol=store(Rash), harmless="the sweeper mends a head that is behind"),
    Mutant(
        name="held messages acknowledged, swept",
        protocol=Protocol(acknowledged=frozenset({Step.HELD})),
        harmless="the sweeper sends another",
    ),
    Mutant(
        name="own write forgotten",
        protocol=store(Forgetful),
        harmless="its lease runs out: an attempt and two minutes are lost",
    ),
    Mutant(
        name="leases never given back",
        protocol=store(Keeping),
        harmless="they run out: the next attempt is two minutes later",
    ),
    Mutant(
        name="expiry not fenced",
        protocol=store(rewritten(replace(transitions.EXPIRE, condition="#status = :uploading"))),
        harmless="an object that comes after all is promoted from failed as from uploading",
    ),
)
