"""What must be true when everything has come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions import keys
from functions.delivery import ATTEMPTS
from functions.objects import GONE
from tests.simulation.audit import SETTLED
from tests.simulation.settings import RULES
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

LARGE = b"{" + b" " * 100_000 + b"}"
"""An envelope that does not fit into an item."""

REFUSED = "no permission to send"
"""What the rule's dead letters give as their cause."""


def check(simulation: Simulation) -> None:
    """Refuse an end where a version is not settled, or where the head does not say what S3 says.

    Raises:
        Violation: what is wrong.
    """
    for place in simulation.places:
        for version in simulation.bucket.keys.get(place.key, []):
            if not version.marker:
                _check_version(simulation, place, version.version_id)
        _check_head(simulation, place)
    for (version_id, gen), times in simulation.examinations.items():
        if times > RULES.max_attempts:
            raise Violation(f"{version_id} was examined {times} times in generation {gen}")


def _check_version(simulation: Simulation, place: keys.Place, version_id: str) -> None:
    item = simulation.table.items.get((keys.document_pk(place.document_id), keys.version_sk(version_id)), {})
    content = simulation.contents[version_id]
    if item.get("status") not in SETTLED:
        raise Violation(f"{version_id} ({content}) was lost: {item}")
    good = item["status"] == "completed"
    if not good and content in {"fine", "large"} and not _excused(simulation, version_id, item):
        raise Violation(f"{version_id} ({content}) failed without need: {item}")
    if good and content in {"corrupt", "poison", "buggy"}:
        raise Violation(f"{version_id} ({content}) ended {item}")
    if good and content == "large" and simulation.bucket.artifacts.get(item["envelope_key"]) != LARGE:
        raise Violation(f"{version_id} points to an envelope that is not there")


def _excused(simulation: Simulation, version_id: str, item: dict[str, Any]) -> bool:
    """Return whether a good file may have failed: all its attempts were begun, or its event was refused."""
    claims = simulation.audit.claims[keys.version_sk(version_id), item["gen"]]
    reason = item["reason"]
    return reason in {GONE.reason, REFUSED} or claims >= RULES.max_attempts + (reason == ATTEMPTS)


def _check_head(simulation: Simulation, place: keys.Place) -> None:
    head = simulation.table.items.get((keys.document_pk(place.document_id), keys.HEAD))
    current = simulation.bucket.current(place.key)
    if head and {"shard", "since", "upload"} & head.keys():
        raise Violation(f"the head is still unfinished: {head}")
    if current is None:
        if head and head["status"] != "deleted" and (head["status"] != "failed" or head.get("version_id")):
            raise Violation(f"nothing is current in S3, the head says {head}")
        return
    item = simulation.table.items[keys.document_pk(place.document_id), keys.version_sk(current.version_id)]
    wanted = (item["status"], current.version_id, item.get("gen", 0))
    if head is None or (head["status"], head.get("version_id"), head.get("gen", 0)) != wanted:
        raise Violation(f"S3 and the version say {wanted}, the head says {head}")
