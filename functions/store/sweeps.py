"""The documents table as the sweeper reads it: unfinished work by age, many items at once, how far the inventory is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from functions import keys
from functions.store.items import Head, Item, Version, decode, encode, head_of, version_of

INDEX = "unfinished"

_BATCH = 100
"""Keys that BatchGetItem takes."""

_TRIES = 6
_PLACE = {"pk": encode("sweeper"), "sk": encode("inventory")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a listing of all versions has come; two empty texts: at its beginning."""

    key: str = ""
    version_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the table holds of a page of documents and versions."""

    heads: dict[str, Head]
    versions: dict[tuple[str, str], Version]


class Sweeps:
    """The sweeper's reads over boto3's DynamoDB client, and its one item `pk = sweeper`, `sk = inventory`."""

    def __init__(self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def unfinished(self, shard: str, *, before: int, after: Item | None = None) -> tuple[list[str], Item | None]:
        """Return ids of documents whose work began before `before` (epoch ms) and is not done, oldest first.

        With them comes where the next page begins, if there is one. The index may be a little behind the table: what it
        says is a hint.
        """
        answer = self._client.query(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#shard = :shard AND since < :before",
            ExpressionAttributeNames={"#shard": "shard"},  # a reserved word
            ExpressionAttributeValues={":shard": encode(shard), ":before": encode(before)},
            **({"ExclusiveStartKey": after} if after else {}),
        )
        return [decode(item["pk"]).removeprefix("d#") for item in answer["Items"]], answer.get("LastEvaluatedKey")

    def known(self, documents: Iterable[str], versions: Iterable[tuple[str, str]]) -> Known:
        """Read heads (by document id) and versions (by document and version id), consistently, but no envelopes."""
        wanted = [*map(keys.head_key, documents), *(keys.version_key(*version) for version in versions)]
        heads: dict[str, Head] = {}
        found: dict[tuple[str, str], Version] = {}
        for start in range(0, len(wanted), _BATCH):
            for item in self._batch(wanted[start : start + _BATCH]):
                if decode(item["sk"]) == keys.HEAD:
                    head = head_of(item)
                    heads[head.document_id] = head
                else:
                    version = version_of(item)
                    found[version.document_id, version.version_id] = version
        return Known(heads=heads, versions=found)

    def place(self) -> Place:
        """Return how far the inventory is."""
        answer = self._client.get_item(TableName=self._table, Key=_PLACE, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return Place(**{name: decode(item[name]) for name in ("key", "version_id") if name in item})

    def keep_place(self, place: Place) -> None:
        """Remember how far the inventory is."""
        self._client.update_item(
            TableName=self._table,
            Key=_PLACE,
            UpdateExpression="SET #key = :key, version_id = :version_id",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={":key": encode(place.key), ":version_id": encode(place.version_id)},
        )

    def _batch(self, wanted: list[keys.ItemKey]) -> Iterable[Item]:
        """Read up to 100 items. What the service leaves over is asked for again, ever later; then that is an error."""
        request: dict[str, Any] = {
            "Keys": wanted,
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(f"#{name}" for name in _READ),
            "ExpressionAttributeNames": {f"#{name}": name for name in _READ},
        }
        for attempt in range(_TRIES):
            answer = self._client.batch_get_item(RequestItems={self._table: request})
            yield from answer["Responses"].get(self._table, ())
            left = answer.get("UnprocessedKeys", {}).get(self._table)
            if not left:
                return
            request = left
            self._sleep(0.05 * 2**attempt)
        raise TimeoutError(
            f"expected the table to read {len(wanted)} items, {len(request['Keys'])} are left; try later"
        )


_READ = (
    "pk",
    "sk",
    *(name for name in {**Head.__dataclass_fields__, **Version.__dataclass_fields__} if name != "envelope"),
)
