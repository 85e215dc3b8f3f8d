"""What a schedule runs: the protocol or a mutant of it, and what may happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.objects import Objects
from functions.ports import Rules, Step
from functions.store.documents import Documents
from functions.store.leases import Claim, Claimed
from tests.simulation.world import RELIABLE, ROUGH, Rates, Sandbox

BUCKET, ARTIFACTS = "documents", "artifacts"


RULES = Rules()


class Watched(Documents):
    """The store, and a note of what each sandbox claimed."""

    def __init__(self, sandbox: Sandbox, client: Any) -> None:
        super().__init__(client, "documents")
        self.sandbox = sandbox

    def claim(self, document_id: str, version_id: str, *, holder: str, now: int, lease_until: int) -> Claim:
        """Claim as the store does."""
        claim = super().claim(document_id, version_id, holder=holder, now=now, lease_until=lease_until)
        self.sandbox.lease = claim.lease if isinstance(claim, Claimed) else None
        return claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """The protocol as it is. A mutant replaces a part of it."""

    store: Callable[[Sandbox, Any], Documents] = Watched
    objects: Callable[[Sandbox, Any], Objects] = lambda _sandbox, client: Objects(client, BUCKET, ARTIFACTS)
    rules: Rules = RULES
    acknowledged: frozenset[Step] = frozenset()
    """Steps whose message is taken off the queue, whatever the protocol says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What may happen in a schedule."""

    rates: Rates = ROUGH
    steps: int = 120
    documents: int = 1
    sweeps: bool = True
    clients: Mapping[str, float]
    """What clients and operators do, and how often each relative to the others."""


UPLOADS = {"put": 40, "mark": 10, "unmark": 10, "remove": 6}
OPERATIONS = {"delete": 8, "restore": 8, "reprocess": 10, "begin": 6, "replay": 2}
"""Of the API: each may die between what it writes and the message that it sends."""

SETTING = Setting(clients={**UPLOADS, **OPERATIONS})
RELIABLY = Setting(rates=RELIABLE, sweeps=False, clients=UPLOADS)
"""Every event arrives, and nobody sweeps."""

HURRIED = Setting(steps=240, clients={"put": 10, "reprocess": 90})
"""Operators ask for everything again while it is still being worked on."""

PROTOCOL = Protocol()
"""As it is."""
