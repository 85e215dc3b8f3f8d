"""The dead-letters table: what could not be delivered, kept with its cause until somebody replays it.

Key `pk` is the letter's id; index `by-status` (hash `status`, range `arrived_at`) lists letters by time. A letter goes
with the table's TTL, and every read leaves out what has expired already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from functions.store.items import Item, decode, encode

KEPT_S = 90 * 24 * 3600
"""Seconds a letter is kept: long after the queue has dropped the message itself."""

INDEX = "by-status"


class LetterStatus(StrEnum):
    """What became of a letter."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message that could not be delivered.

    `letter_id` is the message's id, so that a letter which arrives twice is one. Times are ISO 8601 in UTC.
    """

    letter_id: str
    arrived_at: str
    cause: str
    """Why: the last reason of the version's work, what the rule's target answered, or what is wrong with the body."""
    source: str
    """intake: the router gave up. rule: it never came to the router."""
    body: str = ""
    """The event as it came, at most 64 KB."""
    status: LetterStatus = LetterStatus.OPEN
    error_code: str = ""
    document_id: str = ""
    version_id: str = ""
    owner: str = ""
    receive_count: int = 0
    replayed_at: str = ""
    expires_at: int = 0
    """Epoch seconds when the item goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a list of letters: after it there is more."""

    arrived_at: str
    letter_id: str


def letter_item(letter: Letter) -> Item:
    """Return a letter's item; what is empty is left out."""
    values = {field.name: held for field in fields(letter) if (held := getattr(letter, field.name))}
    return {"pk": encode(letter.letter_id), **{name: encode(value) for name, value in values.items()}}


def letter_of(item: Item) -> Letter:
    """Return the letter that an item holds.

    Raises:
        KeyError: the item is no letter.
    """
    values = {field.name: decode(item[field.name]) for field in fields(Letter) if field.name in item}
    return Letter(**{**values, "status": LetterStatus(values["status"])})


class DeadLetters:
    """The dead-letters table over boto3's DynamoDB client: one method, one call.

    A condition that does not hold is an answer. What raises is the service itself: botocore's `ClientError` and kin.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, letter: Letter) -> bool:
        """Keep a letter; False where it is open already. One that was replayed and comes back is open again."""
        return self._try(
            self._client.put_item,
            Item=letter_item(letter),
            ConditionExpression="attribute_not_exists(pk) OR #status <> :open",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":open": encode(LetterStatus.OPEN)},
        )

    def get(self, letter_id: str, *, now: int) -> Letter | None:
        """Return a letter, or None where there is none. `now` is in epoch seconds."""
        answer = self._client.get_item(TableName=self._table, Key=_key(letter_id), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return letter_of(item) if item and _kept(item, now) else None

    def page(
        self, status: LetterStatus, *, now: int, after: Position | None = None, newest: bool = False, limit: int = 100
    ) -> tuple[list[Letter], Position | None]:
        """Return a page of letters by arrival, and the position after which there is more, if there is.

        A page may hold fewer than `limit` letters, even none, and have more after it.
        """
        request: dict[str, Any] = {
            "KeyConditionExpression": "#status = :status",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":status": encode(status)},
        }
        if after:
            place = {"status": status, "arrived_at": after.arrived_at, "pk": after.letter_id}
            request["ExclusiveStartKey"] = {name: encode(value) for name, value in place.items()}
        answer = self._client.query(
            TableName=self._table, IndexName=INDEX, ScanIndexForward=not newest, Limit=limit, **request
        )
        letters = [letter_of(item) for item in answer["Items"] if _kept(item, now)]
        last = answer.get("LastEvaluatedKey")
        more = Position(arrived_at=decode(last["arrived_at"]), letter_id=decode(last["pk"])) if last else None
        return letters, more

    def mark_replayed(self, letter_id: str, *, at: str) -> bool:
        """Say that a letter was sent again, at `at`; False where it is gone."""
        return self._try(
            self._client.update_item,
            Key=_key(letter_id),
            ConditionExpression="attribute_exists(pk)",
            UpdateExpression="SET #status = :replayed, replayed_at = :at",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":replayed": encode(LetterStatus.REPLAYED), ":at": encode(at)},
        )

    def _try(self, method: Any, **request: Any) -> bool:
        try:
            method(TableName=self._table, **request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(letter_id: str) -> Mapping[str, Any]:
    return {"pk": encode(letter_id)}


def _kept(item: Item, now: int) -> bool:
    return "expires_at" not in item or int(decode(item["expires_at"])) > now
