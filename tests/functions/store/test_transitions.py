"""The table of transitions is a value: complete, consistent, and rendered as it is."""

from __future__ import annotations

import pytest

from functions.store import transitions
from functions.store.transitions import TABLE, Transition, render

KEY = {"pk": {"S": "d#0"}, "sk": {"S": "head"}}


def test_the_table_is_pinned() -> None:
    """A change of a condition is a change of the protocol, and shows here."""
    held = "#status = :processing AND #attempt = :attempt AND #gen = :gen"
    free = "(#status = :processing AND #lease_until < :now)"
    assert {row.letter: (row.name, row.condition) for row in TABLE} == {
        "C": (
            "claim",
            "attribute_not_exists(#status) OR "
            "(#status = :processing AND (#lease_until < :now OR #lease_until > :latest))",
        ),
        "R": ("finish", held),
        "G": ("release", held),
        "S": ("slow", held),
        "D": ("slow done", "#status = :slow AND #gen = :gen"),
        "X": ("reprocess", "#status IN (:completed, :partial, :unsupported, :failed) AND #gen = :gen"),
        "J": ("reject", f"attribute_not_exists(#status) OR #status = :slow OR {free}"),
        "F": ("forget", "attribute_exists(#pk)"),
        "M": ("make", "attribute_not_exists(#pk)"),
        "H": ("mirror", "#rev = :rev"),
        "U": ("restore", "#status = :deleted AND (attribute_not_exists(#expires_at) OR #expires_at > :now)"),
        "E": ("expire", "#status = :uploading AND #rev = :rev"),
    }


def test_every_head_write_raises_the_revision() -> None:
    """`rev` fences a head because no row leaves it as it was."""
    for row in TABLE:
        raises = any(text in row.sets for text in ("#rev = :next", "#rev = #rev + :one"))
        assert raises is (row.item == "head"), row.name


def test_a_request_names_what_its_expressions_name() -> None:
    """DynamoDB refuses a name or a value that no expression uses, and every attribute may be a reserved word."""
    request = transitions.EXPIRE.request(
        KEY, {":rev": 1, ":next": 2, ":reason": "late", ":status_key": "o#me#s#failed", ":at": "2026"}
    )
    assert request == {
        "Key": KEY,
        "ConditionExpression": "#status = :uploading AND #rev = :rev",
        "UpdateExpression": "SET #rev = :next, #status = :failed, #status_key = :status_key, #reason = :reason, "
        "#updated_at = :at REMOVE #upload, #shard, #since",
        "ExpressionAttributeNames": {
            f"#{name}": name
            for name in ("reason", "rev", "shard", "since", "status", "status_key", "updated_at", "upload")
        },
        "ExpressionAttributeValues": {
            ":at": {"S": "2026"},
            ":failed": {"S": "failed"},
            ":next": {"N": "2"},
            ":reason": {"S": "late"},
            ":rev": {"N": "1"},
            ":status_key": {"S": "o#me#s#failed"},
            ":uploading": {"S": "uploading"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_what_is_empty_is_removed() -> None:
    """A result without a reason leaves no old reason behind."""
    request = transitions.MIRROR.request(KEY, {":rev": 1, ":next": 2}, {"reason": "", "outcome": "complete"})
    assert request["UpdateExpression"] == "SET #rev = :next, #outcome = :outcome REMOVE #reason"


def test_a_transition_writes_nothing_else() -> None:
    """An attribute outside its row is refused before it reaches the table."""
    with pytest.raises(KeyError, match="attributes that finish writes"):
        transitions.FINISH.request(KEY, {":attempt": 1, ":gen": 1}, {"attempt": 7})


def test_a_placeholder_without_a_value_is_an_error() -> None:
    """A condition is never sent with a hole in it."""
    with pytest.raises(KeyError, match=":gen"):
        transitions.RELEASE.request(KEY, {":attempt": 1, ":reason": ""})


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_is_in_the_page(row: Transition) -> None:
    """The page shows the condition that runs, and why it is there."""
    page = render()
    assert f"| {row.letter} | {row.name} | {row.before} | {row.after} | `{row.condition}` |" in page
    assert f"- **{row.letter}**: {row.why}" in page
