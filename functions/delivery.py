"""The protocol of delivery: one message in, and the table says what S3 says, whatever else went on meanwhile.

    deliver      claim the version -> read the head -> examine -> finish -> promote
    promote      read the head's `rev` -> ask S3 what is current -> write the head on condition of that `rev`

A claim's (attempt, gen) fences the version, `rev` fences the head. Since S3 is asked after `rev` was read, a head that
was written always says something that was true after the last head was written: it never goes back. So duplicates,
reordering, delete markers, restores and crashes at any point end in the same state (tests/simulation).
Everything goes through two ports; one method is one call, and a crash may come before and after each.
"""

from __future__ import annotations

import contextlib
import math
import zlib
from dataclasses import replace

from functions import keys
from functions.envelopes import Packed, digest, pack
from functions.events import Arrival, Kind
from functions.mirror import mirrored
from functions.objects import GONE, Current, Failure
from functions.ports import Examined, HeadPorts, Ports, Report, Rules, Step, Work
from functions.store.items import Head, Status, Version
from functions.store.leases import Claimed, Finished, Handed, Held, Lease, Lost, Settled

ATTEMPTS = "attempts"
"""Reason of a version that was begun as often as may be, and never finished."""

_ROUNDS = 8
"""Times that a head is read again because somebody else wrote it."""

_PASSING_S = (30, 120)
"""Seconds before the next attempt after a failure that may pass, by attempt."""

_BUG_S = 5
"""Seconds before the next attempt after a bug or a crash: most come again at once, none is worth waiting for."""


def deliver(arrival: Arrival, holder: str, ports: Ports, rules: Rules) -> Report:
    """Do what one message asks for. `holder` is a name that no other invocation has.

    Raises:
        Exception: what a port or `examine` raised. The lease was given back; the message should come again.
    """
    place, version_id = arrival.place, arrival.version_id
    if arrival.kind is Kind.REMOVED and version_id:
        expires_at = ports.clock() // 1000 + rules.keep_deleted_s
        ports.store.forget(place.document_id, version_id, expires_at=expires_at)
    if arrival.kind in {Kind.DELETED, Kind.REMOVED}:
        report = Report(place=place, version_id=version_id, step=Step.LOOKED)
    else:
        report = _work(place, version_id or _current(place, ports), holder, ports, rules)
    # A version is known only where it was written after the head was read: else both may be older than what is there.
    promote(place, ports, rules, read=report.read, known=report.version if report.read else None)
    return report


def _current(place: keys.Place, ports: Ports) -> str:
    current = ports.objects.head_current(place.key)
    return current.version_id if isinstance(current, Current) else ""


def _work(place: keys.Place, version_id: str, holder: str, ports: Ports, rules: Rules) -> Report:
    if not version_id:
        return Report(place=place, version_id="", step=Step.LOOKED)
    now = ports.clock()
    claim = ports.store.claim(place.document_id, version_id, holder=holder, now=now, lease_until=now + rules.lease_ms)
    match claim:
        case Settled(version):
            return Report(place=place, version_id=version_id, step=Step.SETTLED, version=version)
        case Handed():
            return Report(place=place, version_id=version_id, step=Step.HANDED)
        case Held(until):
            again_s = _rest_s(until, now, holder, rules)
            return Report(place=place, version_id=version_id, step=Step.HELD, again_s=again_s)
        case Claimed(lease, created_at):
            try:
                return _held(place, lease, created_at, ports, rules)
            except Exception as error:
                with contextlib.suppress(Exception):
                    ports.store.release(lease, type(error).__name__)
                raise


def _rest_s(until: int, now: int, holder: str, rules: Rules) -> int:
    """Return the seconds until a lease has ended, and a little more that differs from worker to worker."""
    rest = max(0, math.ceil((until - now) / 1000)) + 1 + zlib.crc32(holder.encode()) % 5
    return min(rest, rules.visibility_s)


def _held(place: keys.Place, lease: Lease, created_at: str, ports: Ports, rules: Rules) -> Report:
    """Work under a lease: examine and finish, or give it back."""
    report = Report(place=place, version_id=lease.version_id, step=Step.FINISHED, attempt=lease.attempt)
    if lease.attempt > rules.max_attempts:
        return _finish(report, lease, _failed(lease, created_at, ATTEMPTS), ports, rules)
    head = ports.store.read_head(place.document_id)
    work = Work(place=place, version_id=lease.version_id, created_at=created_at, head=head)
    examined = ports.examine(work)
    report = replace(report, read=(head,), examined=examined, reason=examined.reason)
    again_s = retry_after(examined, lease.attempt, rules)
    if again_s is not None:
        ports.store.release(lease, examined.reason)
        return replace(report, step=Step.RELEASED, again_s=again_s)
    if isinstance(examined, Failure):
        version = _failed(lease, created_at, examined.reason)
        if examined == GONE:
            version = replace(version, expires_at=ports.clock() // 1000 + rules.keep_deleted_s)
        return _finish(report, lease, version, ports, rules)
    packed = pack(examined.envelope, keys.artifact_key(place.owner, place.document_id, lease.version_id))
    if packed.key:
        ports.objects.put_artifact(packed.key, examined.envelope, digest(examined.envelope))
    return _finish(report, lease, _result(lease, created_at, examined, packed), ports, rules)


def retry_after(examined: Examined | Failure, attempt: int, rules: Rules) -> int | None:
    """Return after how many seconds to try again, or None where this is the result."""
    if attempt >= rules.max_attempts:
        return None
    passing = not examined.terminal if isinstance(examined, Failure) else examined.passing
    if passing:
        return min(_PASSING_S[min(attempt, len(_PASSING_S)) - 1], rules.visibility_s)
    return _BUG_S if isinstance(examined, Examined) and examined.outcome == "failed" else None


def _finish(report: Report, lease: Lease, version: Version, ports: Ports, rules: Rules) -> Report:
    match ports.store.finish(lease, version):
        case Finished():
            return replace(report, version=version, reason=version.reason)
        case Lost(found) if found and not found.status.settled:
            # Who has it now may be dead already, and this the last message about it.
            again_s = _rest_s(found.lease_until, ports.clock(), lease.holder, rules)
            return replace(report, step=Step.LOST, again_s=again_s)
        case Lost(found):
            return replace(report, step=Step.LOST, version=found)


def _failed(lease: Lease, created_at: str, reason: str) -> Version:
    return Version(
        document_id=lease.document_id,
        version_id=lease.version_id,
        status=Status.FAILED,
        attempt=lease.attempt,
        gen=lease.gen,
        created_at=created_at,
        outcome="failed",
        reason=reason,
    )


def _result(lease: Lease, created_at: str, examined: Examined, packed: Packed) -> Version:
    return replace(
        _failed(lease, created_at, examined.reason),
        status=examined.status,
        outcome=examined.outcome,
        media_type=examined.media_type,
        size_bytes=examined.size_bytes,
        etag=examined.etag,
        facts=examined.facts,
        envelope=packed.envelope,
        envelope_key=packed.key,
        envelope_sha256=packed.sha256,
    )


class ContendedError(RuntimeError):
    """A head was written by others each time it was read; the message should come again."""


def promote(
    place: keys.Place,
    ports: HeadPorts,
    rules: Rules,
    *,
    read: tuple[Head | None] | None = None,
    known: Version | None = None,
) -> Head | None:
    """Make a document's head say what S3 and the current version's item say; return it, None where there is none.

    Args:
        place: the document.
        ports: store, objects and clock.
        rules: how long a deleted document is kept.
        read: the head, where it was read already, before S3 is asked here.
        known: a settled version that was read, or written, just now: it need not be read where it is current.

    Raises:
        ContendedError: others wrote the head, over and over.
    """
    for _ in range(_ROUNDS):
        head = read[0] if read else ports.store.read_head(place.document_id)
        current = ports.objects.head_current(place.key)
        version = None
        if isinstance(current, Current):
            given = known if known and known.version_id == current.version_id else None
            version = given or ports.store.read_version(place.document_id, current.version_id)
        wanted = mirrored(head, place, current, version, now=ports.clock(), keep_deleted_s=rules.keep_deleted_s)
        if wanted is None or wanted is head or ports.store.write_head(wanted, head):
            return wanted
        read, known = None, None
    raise ContendedError(f"expected to write the head of {place.document_id}, others did {_ROUNDS} times meanwhile")
