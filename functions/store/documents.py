"""The documents table over a DynamoDB client: one method, one call.

A condition that does not hold is an answer. What raises is the service itself: botocore's `ClientError` and kin.
All times are epoch milliseconds, but for `expires_at`: epoch seconds, as TTL wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions import keys
from functions.store import transitions
from functions.store.items import Head, Item, Status, Version, head_changes, head_of, version_of
from functions.store.leases import Claim, Claimed, Finished, Handed, Held, Lease, Lost, Settled
from functions.store.transitions import Transition

_JUMPED_MS = 3_600_000
"""A lease that ends so long after ours would is of a clock that jumped: no call is under way for an hour."""


class Documents:
    """Heads and versions of documents. `client` is boto3's DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, document_id: str, version_id: str, *, holder: str, now: int, lease_until: int) -> Claim:
        """Claim a version for `holder`, whose name no other invocation has, until `lease_until`."""
        held, item = self._try(
            transitions.CLAIM,
            keys.version_key(document_id, version_id),
            {
                ":now": now,
                ":lease_until": lease_until,
                ":latest": lease_until + _JUMPED_MS,
                ":holder": holder,
                ":at": keys.timestamp(now),
            },
            returning="ALL_NEW",
        )
        version = _version(document_id, version_id, item)
        if held or (version.status is Status.PROCESSING and version.holder == holder):
            return Claimed(_lease(version), version.created_at)
        if version.status.settled:
            return Settled(version)
        return Handed(version) if version.status is Status.SLOW else Held(version.lease_until)

    def finish(self, lease: Lease, version: Version) -> Finished | Lost:
        """Write the result that `version` holds; with it the lease ends."""
        writes = {name: getattr(version, name) for name in transitions.RESULT}
        held, item = self._try(transitions.FINISH, _key(lease), _fence(lease), writes)
        return Finished(version) if held else _lost(lease.document_id, lease.version_id, item)

    def release(self, lease: Lease, reason: str) -> bool:
        """Give a lease back, so that the next attempt need not wait for it; False where it was lost already."""
        return self._try(transitions.RELEASE, _key(lease), {**_fence(lease), ":reason": reason})[0]

    def hand_over(self, lease: Lease) -> bool:
        """Leave a version to a state machine, before that is started; False where the lease was lost."""
        return self._try(transitions.SLOW, _key(lease), _fence(lease))[0]

    def slow_done(self, version: Version) -> Finished | Lost:
        """Write the result of a state machine that worked on generation `version.gen`."""
        writes = {name: getattr(version, name) for name in transitions.RESULT}
        key = keys.version_key(version.document_id, version.version_id)
        held, item = self._try(transitions.SLOW_DONE, key, {":gen": version.gen}, writes)
        return Finished(version) if held else _lost(version.document_id, version.version_id, item)

    def reprocess(self, version: Version) -> bool:
        """Ask for settled work once more; False where it is not settled, or no longer of the generation read."""
        key = keys.version_key(version.document_id, version.version_id)
        return self._try(transitions.REPROCESS, key, {":gen": version.gen})[0]

    def reject(self, document_id: str, version_id: str, *, reason: str, now: int) -> Claim | None:
        """Fail a version that nobody works on. None: it is failed now; else why not (`Held`: ask again later)."""
        held, item = self._try(
            transitions.REJECT,
            keys.version_key(document_id, version_id),
            {":reason": reason, ":now": now, ":at": keys.timestamp(now)},
        )
        version = _version(document_id, version_id, item)
        if held:
            return None
        return Settled(version) if version.status.settled else Held(version.lease_until)

    def forget(self, document_id: str, version_id: str, *, expires_at: int) -> bool:
        """Let a version's item go at `expires_at`; False where there is none."""
        key = keys.version_key(document_id, version_id)
        return self._try(transitions.FORGET, key, {":expires_at": expires_at})[0]

    def read_version(self, document_id: str, version_id: str) -> Version | None:
        """Read a version, consistently; None where nobody began with it."""
        item = self._get(keys.version_key(document_id, version_id))
        return version_of(item) if item else None

    def read_head(self, document_id: str) -> Head | None:
        """Read a head, consistently; None where there is none."""
        item = self._get(keys.head_key(document_id))
        return head_of(item) if item else None

    def write_head(self, after: Head, before: Head | None) -> bool:
        """Write what differs between the head as read and as it shall be; `rev` becomes one more than it was.

        False where somebody wrote it meanwhile, or made it where there was none: read it again.
        """
        row = transitions.MIRROR if before else transitions.MAKE
        rev = before.rev if before else 0
        values = {":rev": rev, ":next": rev + 1}
        return self._try(row, keys.head_key(after.document_id), values, head_changes(before, after))[0]

    def restore(self, document_id: str, *, now: int) -> bool:
        """Keep a deleted document from expiring, before its delete marker is removed; False where it is not one."""
        values = {
            ":now": now // 1000,
            ":shard": keys.shard(document_id),
            ":since": now,
            ":at": keys.timestamp(now),
        }
        return self._try(transitions.RESTORE, keys.head_key(document_id), values)[0]

    def expire(self, head: Head, *, reason: str, now: int) -> bool:
        """Fail a document whose upload can no longer be finished; False where that changed since `head` was read."""
        values = {
            ":rev": head.rev,
            ":next": head.rev + 1,
            ":reason": reason,
            ":status_key": keys.status_key(head.owner, Status.FAILED),
            ":at": keys.timestamp(now),
        }
        return self._try(transitions.EXPIRE, keys.head_key(head.document_id), values)[0]

    def _try(
        self,
        row: Transition,
        key: keys.ItemKey,
        values: Mapping[str, object],
        writes: Mapping[str, object] | None = None,
        returning: str = "NONE",
    ) -> tuple[bool, Item]:
        """Return whether the condition held, and what the call returned of the item: what it is, or else was."""
        request = row.request(key, values, writes)
        try:
            answer = self._client.update_item(TableName=self._table, ReturnValues=returning, **request)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            return False, error.response.get("Item", {})
        return True, answer.get("Attributes", {})

    def _get(self, key: keys.ItemKey) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item


def _version(document_id: str, version_id: str, item: Item) -> Version:
    return version_of({**item, **keys.version_key(document_id, version_id)})


def _lost(document_id: str, version_id: str, item: Item) -> Lost:
    return Lost(_version(document_id, version_id, item) if item else None)


def _lease(version: Version) -> Lease:
    return Lease(
        document_id=version.document_id,
        version_id=version.version_id,
        attempt=version.attempt,
        gen=version.gen,
        holder=version.holder,
        until=version.lease_until,
    )


def _key(lease: Lease) -> keys.ItemKey:
    return keys.version_key(lease.document_id, lease.version_id)


def _fence(lease: Lease) -> dict[str, object]:
    return {":attempt": lease.attempt, ":gen": lease.gen}
