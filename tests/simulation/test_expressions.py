"""The table in memory answers as moto's DynamoDB does.

Where moto is not DynamoDB it is not asked: to it two missing attributes are equal, and values of two types have an order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from tests.simulation.expressions import Invalid, condition, update
from tests.simulation.table import Table, decode_item, encode_item

NAMES = ("status", "attempt", "lease", "owner", "facts")
TEXTS = st.sampled_from(["", "a", "ab", "b"])
NUMBERS = st.integers(-2, 2)
FACTS = st.fixed_dictionaries({}, optional={"x": TEXTS, "y": NUMBERS})
ITEMS = st.fixed_dictionaries(
    {}, optional={"status": TEXTS, "owner": TEXTS, "attempt": NUMBERS, "lease": NUMBERS, "facts": FACTS}
)
TEXT_PATHS = st.sampled_from(["#status", "#owner", "#facts.#x"])
NUMBER_PATHS = st.sampled_from(["#attempt", "#lease", "#facts.#y"])
PATHS = st.one_of(TEXT_PATHS, NUMBER_PATHS)
TEXT_VALUES = st.sampled_from([":v0", ":v1"])
NUMBER_VALUES = st.sampled_from([":v2", ":v3"])
LEAVES = st.one_of(TEXT_VALUES, NUMBER_VALUES)
ORDERS = st.sampled_from(["<", "<=", ">", ">="])
SIMPLE = st.one_of(
    st.builds("attribute_exists({})".format, PATHS),
    st.builds("attribute_not_exists({})".format, PATHS),
    st.builds("begins_with({}, :prefix)".format, TEXT_PATHS),
    st.builds("{} {} {}".format, PATHS, st.sampled_from(["=", "<>"]), LEAVES),
    st.builds("{} {} {}".format, TEXT_PATHS, ORDERS, TEXT_VALUES),
    st.builds("{} {} {}".format, NUMBER_PATHS, ORDERS, NUMBER_VALUES),
    st.builds("{} IN ({}, {})".format, PATHS, LEAVES, LEAVES),
    st.builds("{} BETWEEN :low AND :high".format, NUMBER_PATHS),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT {}".format, inner.filter(lambda text: not text.startswith("NOT"))),
    ),
    max_leaves=5,
)
TARGETS = ("#status", "#attempt", "#lease", "#owner")
SETS = st.builds(
    lambda targets, sources: (
        "SET " + ", ".join(f"{target} = {source}" for target, source in zip(targets, sources, strict=False))
    ),
    st.lists(st.sampled_from(TARGETS[:2]), min_size=1, unique=True),
    st.lists(
        st.one_of(
            LEAVES,
            st.builds("if_not_exists({}, {})".format, st.sampled_from(TARGETS), LEAVES),
            st.builds("if_not_exists(#attempt, :low) + :high".format),
            st.builds("#attempt + :high".format),
            st.builds("#attempt - :high".format),
        ),
        min_size=2,
        max_size=2,
    ),
)
UPDATES = st.builds(
    "{} {}".format,
    SETS,
    st.sampled_from(["", "REMOVE #lease", "REMOVE #lease, #owner", "REMOVE #lease ADD #owner :high"]),
)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Give a client of moto's with one table."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "x")
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="t",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def used(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that bind what an expression names."""
    words = set(text.replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split())
    names = {f"#{name}": name for name in (*NAMES, "x", "y") if f"#{name}" in words}
    bound = {name: value for name, value in values.items() if name in words}
    return {
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": encode_item(bound)} if bound else {}),
    }


def answer(client: Any, request: dict[str, Any]) -> Any:
    """Return the item after an update, or how it was refused."""
    try:
        return decode_item(client.update_item(**request)["Attributes"])
    except Invalid:
        return "ValidationException"
    except ClientError as error:
        return error.response["Error"]["Code"], decode_item(error.response.get("Item", {}))


COUNTER = itertools.count()


@settings(
    max_examples=600,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    item=ITEMS,
    condition=CONDITIONS,
    update=UPDATES,
    leaves=st.tuples(TEXTS, TEXTS, NUMBERS, NUMBERS),
    low=st.integers(-2, 2),
    high=st.integers(0, 2),
)
def test_the_table_in_memory_answers_like_moto(
    client: Any,
    item: dict[str, Any],
    condition: str,
    update: str,
    leaves: tuple[str, str, int, int],
    low: int,
    high: int,
) -> None:
    """A conditional update ends in the same item, or is refused with the same old item."""
    values = {":prefix": "a", ":low": low, ":high": low + high}
    values.update({f":v{number}": value for number, value in enumerate(leaves)})
    key = {"pk": f"k{next(COUNTER)}", "sk": "s"}
    table = Table()
    for side in (table, client):
        side.put_item(TableName="t", Item=encode_item({**item, **key}))
    request = {
        "TableName": "t",
        "Key": encode_item(key),
        "ConditionExpression": condition,
        "UpdateExpression": update.strip(),
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **used(f"{condition} {update}", values),
    }
    ours, theirs = answer(table, request), answer(client, request)
    if ours == "ValidationException":
        ours = (ours, {})
    assert ours == theirs, (item, condition, update, leaves, low, high)


@pytest.mark.parametrize(
    "text", ["status", "status =", "a = :b c", "a = (:b", "size(a) > :b", "a[0] = :b", "AND a = :b", "a IN ()"]
)
def test_a_condition_outside_the_subset_is_refused(text: str) -> None:
    """What is not understood is never taken for true or false."""
    with pytest.raises(Invalid):
        condition(text)


@pytest.mark.parametrize("text", ["", "SET a", "PUT a = :b", "SET a = list_append(a, :b)", "DELETE a :b"])
def test_an_update_outside_the_subset_is_refused(text: str) -> None:
    """What is not understood is never skipped."""
    with pytest.raises(Invalid):
        update(text)


def test_values_are_read_before_any_is_written() -> None:
    """`SET a = b, b = a` swaps."""
    assert update("SET a = b, b = a")({"a": 1, "b": 2}, {}, {}) == {"a": 2, "b": 1}


def test_a_name_that_is_bound_and_not_used_is_refused() -> None:
    """DynamoDB refuses it too."""
    with pytest.raises(Invalid, match="#b is defined and not used"):
        Table().update_item(
            Key=encode_item({"pk": "a", "sk": "b"}),
            UpdateExpression="SET a = :a",
            ExpressionAttributeNames={"#b": "b"},
            ExpressionAttributeValues=encode_item({":a": 1}),
        )
