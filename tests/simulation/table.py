"""A DynamoDB table in memory, behind the methods of boto3's client that the store calls.

It evaluates the real expression strings. Items are kept as native values; requests and answers are typed
(`{"S": "x"}`), so the code that serialises runs too.
"""

# ruff: noqa: N803, the arguments have the names that boto3 gives them
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.expressions import ABSENT, Invalid, Item, condition, targets, update

Key = tuple[str, str]
Typed = dict[str, Any]
Audit = Callable[[Key, Item, Item], None]


class ConditionalCheckFailedException(ClientError):  # type: ignore[misc]
    """As botocore makes it, by the name that `client.exceptions` gives it."""


class ResourceNotFoundException(ClientError):  # type: ignore[misc]
    """No such index here."""


class Exceptions:
    """What `client.exceptions` offers."""

    ConditionalCheckFailedException = ConditionalCheckFailedException
    ResourceNotFoundException = ResourceNotFoundException


def encode(value: Any) -> Typed:
    """Return a native value typed."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is int or kind is Decimal:
        return {"N": str(value)}
    if kind is bytes:
        return {"B": value}
    if kind is bool:
        return {"BOOL": value}
    if value is None:
        return {"NULL": True}
    if kind is list:
        return {"L": [encode(element) for element in value]}
    if kind is dict:
        return {"M": {name: encode(element) for name, element in value.items()}}
    raise Invalid(f"expected a native value, got {value!r}")


def decode(typed: Typed) -> Any:
    """Return a typed value native."""
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdigit() else Decimal(value)
    if kind == "L":
        return [decode(element) for element in value]
    if kind == "M":
        return {name: decode(element) for name, element in value.items()}
    if kind == "NULL":
        return None
    if kind not in {"S", "B", "BOOL"}:
        raise Invalid(f"expected a type of the store's, got {kind}")
    return bytes(value) if kind == "B" else value


def encode_item(item: Item) -> Typed:
    """Return an item typed."""
    return {name: encode(value) for name, value in item.items()}


def decode_item(typed: Typed) -> Item:
    """Return a typed item native."""
    return {name: decode(value) for name, value in typed.items()}


def nothing(_key: Key, _old: Item, _new: Item) -> None:
    """Look at no write."""


class Table:
    """One table, or several told apart by nothing: `pk` and `sk` of ours never collide.

    `indexes` gives each index its (hash, range) attributes; `keys` the table's own.
    """

    exceptions = Exceptions

    def __init__(
        self,
        *,
        indexes: Mapping[str, Key] | None = None,
        keys: Sequence[str] = ("pk", "sk"),
        audit: Audit = nothing,
    ) -> None:
        self.items: dict[Key, Item] = {}
        self.indexes = indexes or {}
        self.keys = tuple(keys)
        self.audit = audit

    def key(self, item: Mapping[str, Any]) -> Key:
        """Return the key of an item or of a native key."""
        return (item[self.keys[0]], item[self.keys[1]] if len(self.keys) > 1 else "")

    def get_item(self, *, Key: Typed, **_reading: Any) -> dict[str, Any]:
        """Answer a consistent GetItem; a projection is ignored, as more never hurts."""
        item = self.items.get(self.key(decode_item(Key)))
        return {} if item is None else {"Item": encode_item(item)}

    def batch_get_item(self, *, RequestItems: dict[str, Any], **_reading: Any) -> dict[str, Any]:
        """Answer a BatchGetItem in no particular order."""
        found: dict[str, list[Typed]] = {}
        for name, request in RequestItems.items():
            keys = [self.key(decode_item(key)) for key in request["Keys"]]
            if len(keys) > 100 or len(set(keys)) != len(keys):
                raise Invalid("expected at most 100 different keys")
            found[name] = [encode_item(self.items[key]) for key in reversed(keys) if key in self.items]
        return {"Responses": found, "UnprocessedKeys": {}}

    def put_item(self, *, Item: Typed, **request: Any) -> dict[str, Any]:
        """Answer a PutItem."""
        item = decode_item(Item)
        key = self.key(item)
        old = self.items.get(key)
        self.check(old, request)
        self.write(key, old or {}, item)
        return {}

    def update_item(
        self, *, Key: Typed, UpdateExpression: str, ReturnValues: str = "NONE", **request: Any
    ) -> dict[str, Any]:
        """Answer an UpdateItem."""
        native = decode_item(Key)
        key = self.key(native)
        old = self.items.get(key)
        names, values = self.check(old, request)
        used = UpdateExpression + " " + request.get("ConditionExpression", "")
        for name in (*names, *values):
            if name not in used:
                raise Invalid(f"{name} is defined and not used")
        new = update(UpdateExpression)(old or {}, names, values)
        new.update(native)
        self.write(key, old or {}, new)
        if ReturnValues == "ALL_NEW":
            return {"Attributes": encode_item(new)}
        if ReturnValues == "UPDATED_NEW":
            touched = [names.get(name, name) for name in targets(UpdateExpression)]
            return {"Attributes": {name: encode(new[name]) for name in touched if name in new}}
        return {"Attributes": encode_item(old)} if ReturnValues == "ALL_OLD" and old else {}

    def delete_item(self, *, Key: Typed, **_request: Any) -> dict[str, Any]:
        """Answer a DeleteItem without a condition. The store makes none; a mutant does."""
        self.items.pop(self.key(decode_item(Key)), None)
        return {}

    def query(self, *, KeyConditionExpression: str, IndexName: str = "", **request: Any) -> dict[str, Any]:
        """Answer a Query: of the table, or of an index that holds only items with both its attributes."""
        attributes = self.indexes[IndexName] if IndexName else self.keys
        test = condition(KeyConditionExpression)
        names, values = self.bindings(request)
        found = [
            item
            for item in self.items.values()
            if all(item.get(name, ABSENT) is not ABSENT for name in attributes) and test(item, names, values)
        ]
        order = [*attributes[1:], *self.keys]
        found.sort(
            key=lambda item: tuple(item[name] for name in order), reverse=not request.get("ScanIndexForward", True)
        )
        if start := request.get("ExclusiveStartKey"):
            place = self.key(decode_item(start))
            keys = [self.key(item) for item in found]
            found = found[keys.index(place) + 1 :] if place in keys else found
        page = found[: request.get("Limit", 1000)]
        answer: dict[str, Any] = {}
        if len(page) < len(found):
            answer["LastEvaluatedKey"] = {
                name: encode(page[-1][name]) for name in dict.fromkeys([*self.keys, *attributes])
            }
        if filtered := request.get("FilterExpression"):
            keep = condition(filtered)
            page = [item for item in page if keep(item, names, values)]
        return {**answer, "Items": [encode_item(item) for item in page], "Count": len(page)}

    def bindings(self, request: Mapping[str, Any]) -> tuple[dict[str, str], Item]:
        """Return the names and the native values of a request."""
        return (
            request.get("ExpressionAttributeNames", {}),
            decode_item(request.get("ExpressionAttributeValues", {})),
        )

    def check(self, old: Item | None, request: Mapping[str, Any]) -> tuple[dict[str, str], Item]:
        """Return the bindings of a write, or raise that its condition failed."""
        names, values = self.bindings(request)
        expression = request.get("ConditionExpression")
        if expression and not condition(expression)(old or {}, names, values):
            answer: dict[str, Any] = {
                "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"},
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            if old is not None and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                answer["Item"] = encode_item(old)
            raise ConditionalCheckFailedException(answer, "UpdateItem")
        return names, values

    def write(self, key: Key, old: Item, new: Item) -> None:
        """Store an item, and show it to the audit first."""
        self.audit(key, old, new)
        self.items[key] = new
