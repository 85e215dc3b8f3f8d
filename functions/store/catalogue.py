"""The documents table as the API uses it: heads created, read, listed and changed; versions read.

A list asks an index for keys and then the table for the heads: indexes stay small and rarely written, lists fresh.
Every write is fenced by the head's `rev`. Expired items are as good as gone: TTL takes its time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from functions import keys
from functions.store import transitions
from functions.store.items import (
    Head,
    Item,
    Status,
    Version,
    decode,
    encode,
    head_changes,
    head_item,
    head_of,
    version_of,
)

MOST_VERSIONS = 1000
MOST_TALLIED = 500_000
"""Index rows counted for one answer: about 100 queries, some seconds."""

_BATCH = 100
"""BatchGetItem takes that many keys."""

_LIGHT = "#pk, #sk, #status, attempt, gen, reason, outcome, media_type, size_bytes, etag, created_at, expires_at"
_LIGHT_NAMES = {"#pk": "pk", "#sk": "sk", "#status": "status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A head, and what only the API keeps beside it."""

    head: Head
    request_digest: str = ""
    """Of the request that made it, where that had an Idempotency-Key."""
    upload_bytes: int = 0
    """Declared size of the open upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an index says of a document."""

    document_id: str
    listed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One line of index by-owner."""

    project: str
    size_bytes: int
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A list: which index, and which partition of it."""

    index: str
    attribute: str
    value: str


def by_owner(owner: str) -> Partition:
    """Return the list of everything an owner has not deleted."""
    return Partition(index="by-owner", attribute="owner_key", value=keys.owner_key(owner))


def by_project(owner: str, project: str) -> Partition:
    """Return the list of what is in a project."""
    return Partition(index="by-project", attribute="project_key", value=keys.project_key(owner, project))


def by_status(owner: str, status: Status) -> Partition:
    """Return the list of what is settled with, or deleted."""
    return Partition(index="by-status", attribute="status_key", value=keys.status_key(owner, status))


class Catalogue:
    """The documents table behind the API.

    Args:
        client: a DynamoDB client.
        table: the documents table.
        now: epoch seconds.
        sleep: waits between tries of a batch that was served in part.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._now = now
        self._sleep = sleep

    def create(self, entry: Entry) -> bool:
        """Write a new head; False where a document of that id is there already."""
        extra = {"request_digest": entry.request_digest, "upload_bytes": entry.upload_bytes}
        item = head_item(entry.head) | {name: encode(value) for name, value in extra.items() if value}
        return self._write(
            self._client.put_item,
            Item=item,
            ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
            ExpressionAttributeValues={":now": encode(int(self._now()))},
        )

    def entry(self, document_id: str) -> Entry | None:
        """Return a document's head as it is now, or None where there is none."""
        found = self._client.get_item(TableName=self._table, Key=keys.head_key(document_id), ConsistentRead=True)
        item = found.get("Item")
        if item is None or self._is_expired(item):
            return None
        return Entry(
            head=head_of(item),
            request_digest=decode(item.get("request_digest", {"S": ""})),
            upload_bytes=decode(item.get("upload_bytes", {"N": "0"})),
        )

    def change(self, before: Head, after: Head, *, upload_bytes: int | None = None) -> bool:
        """Turn a head into another; False where somebody else wrote since `before` was read.

        This is `Documents.write_head` with the size of an upload that begins in the same write.
        """
        values = {":rev": before.rev, ":next": before.rev + 1}
        writes = head_changes(before, after)
        request = transitions.MIRROR.request(keys.head_key(before.document_id), values, writes)
        if upload_bytes is not None:
            request["UpdateExpression"] = (
                f"SET upload_bytes = :bytes, {request['UpdateExpression'].removeprefix('SET ')}"
            )
            request["ExpressionAttributeValues"][":bytes"] = encode(upload_bytes)
        return self._write(self._client.update_item, **request)

    def rows(self, partition: Partition, *, after: Row | None, newest: bool, limit: int) -> tuple[list[Row], bool]:
        """Return a page of a list by time, and whether there is more of it."""
        arguments = self._query(partition, newest=newest)
        if after:
            arguments["ExclusiveStartKey"] = {
                **keys.head_key(after.document_id),
                partition.attribute: encode(partition.value),
                "listed_at": encode(after.listed_at),
            }
        found = self._client.query(**arguments, Limit=limit)
        rows = [
            Row(document_id=item["pk"]["S"].removeprefix("d#"), listed_at=item["listed_at"]["S"])
            for item in found["Items"]
        ]
        return rows, "LastEvaluatedKey" in found

    def heads(self, document_ids: Iterable[str]) -> dict[str, Head]:
        """Return the heads of documents by id; those that are gone are not in it."""
        wanted = [keys.head_key(document_id) for document_id in document_ids]
        found: dict[str, Head] = {}
        pause = 0.02
        while wanted:
            batch, wanted = wanted[:_BATCH], wanted[_BATCH:]
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": batch}})
            for item in answer["Responses"].get(self._table, []):
                if not self._is_expired(item):
                    head = head_of(item)
                    found[head.document_id] = head
            left = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            if left:
                self._sleep(pause)
                pause = min(2 * pause, 1.0)
                wanted += left
        return found

    def tally(self, owner: str) -> Iterator[Tally]:
        """Yield a line for every document of an owner that is not deleted, newest first; at most MOST_TALLIED."""
        for item in islice(self._all(self._query(by_owner(owner), newest=True)), MOST_TALLIED):
            yield Tally(
                project=decode(item.get("project", {"S": ""})),
                size_bytes=decode(item.get("size_bytes", {"N": "0"})),
                created_at=item["listed_at"]["S"].partition("#")[0],
            )

    def count(self, partition: Partition) -> int:
        """Return how many documents a list has, at most MOST_TALLIED or a page more."""
        arguments = {**self._query(partition, newest=True), "Select": "COUNT"}
        total = 0
        while total < MOST_TALLIED:
            found = self._client.query(**arguments)
            total += found["Count"]
            if "LastEvaluatedKey" not in found:
                break
            arguments["ExclusiveStartKey"] = found["LastEvaluatedKey"]
        return total

    def version(self, document_id: str, version_id: str) -> Version | None:
        """Return a version with its envelope, or None where nothing is known of it."""
        key = keys.version_key(document_id, version_id)
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return None if item is None or self._is_expired(item) else version_of(item)

    def versions(self, document_id: str) -> list[Version]:
        """Return the versions of a document without their envelopes, newest first; at most MOST_VERSIONS."""
        arguments = {
            "TableName": self._table,
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :v)",
            "ProjectionExpression": _LIGHT,
            "ExpressionAttributeNames": _LIGHT_NAMES,
            "ExpressionAttributeValues": {":pk": encode(keys.document_pk(document_id)), ":v": encode("v#")},
            "ConsistentRead": True,
        }
        found: list[Version] = []
        for item in self._all(arguments):
            if not self._is_expired(item):
                found.append(version_of(item))
            if len(found) >= MOST_VERSIONS:
                break
        return sorted(found, key=lambda version: (version.created_at, version.version_id), reverse=True)

    def _query(self, partition: Partition, *, newest: bool) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "IndexName": partition.index,
            "KeyConditionExpression": "#hash = :hash",
            "ExpressionAttributeNames": {"#hash": partition.attribute},
            "ExpressionAttributeValues": {":hash": encode(partition.value)},
            "ScanIndexForward": not newest,
        }

    def _all(self, arguments: Mapping[str, Any]) -> Iterator[Item]:
        start: dict[str, Any] = {}
        while True:
            found = self._client.query(**arguments, **start)
            yield from found["Items"]
            if "LastEvaluatedKey" not in found:
                return
            start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}

    def _write(self, call: Callable[..., Any], **arguments: Any) -> bool:
        try:
            call(TableName=self._table, **arguments)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _is_expired(self, item: Item) -> bool:
        expires_at: int = decode(item.get("expires_at", {"N": "0"}))
        return 0 < expires_at <= self._now()
