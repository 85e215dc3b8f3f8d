"""Request units, by the examples of DynamoDB's developer guide and by hand."""

from __future__ import annotations

from typing import Any

import pytest

from bench.platform.units import index_writes, item_size, read_units, value_size, write_units
from components.tables import DOCUMENTS
from functions.store.items import Head, Status, head_item

BEFORE = head_item(
    Head(document_id="0" * 32, owner="me", status=Status.UPLOADING, created_at="2026", name="a", since=1, project="p")
)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"B": b"abc"}, 3),
        ({"N": "1"}, 2),
        ({"N": "1000"}, 2),
        ({"N": "-12.5"}, 4),
        ({"N": "0"}, 1),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"NULL": True}]}, 8),
        ({"M": {"ab": {"S": "c"}}}, 7),
    ],
)
def test_a_value_has_the_size_that_the_guide_gives(value: dict[str, Any], size: int) -> None:
    """Text in UTF-8, two digits a byte and one more, three bytes and one an entry for what holds others."""
    assert value_size(value) == size


def test_a_type_that_no_item_has_is_refused() -> None:
    """Sets are none of ours; a guess would be a wrong bill."""
    with pytest.raises(ValueError, match="got SS"):
        value_size({"SS": ["a"]})


def test_an_item_is_its_names_and_values() -> None:
    """Names are billed too."""
    assert item_size({"pk": {"S": "d#1"}, "é": {"N": "10"}}) == 9


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (4096, 4)])
def test_a_write_is_billed_by_whole_kilobytes(size: int, units: int) -> None:
    """At least one."""
    assert write_units(size) == units


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2)])
def test_a_read_is_billed_by_four_kilobytes(size: int, units: int) -> None:
    """At least one, and half of it where it need not be consistent."""
    assert (read_units(size, consistent=True), read_units(size, consistent=False)) == (units, units / 2)


def test_a_new_document_is_written_to_the_indexes_that_list_it() -> None:
    """An upload is by owner, by project and unfinished; no status lists it yet."""
    assert index_writes(DOCUMENTS, {}, BEFORE) == {"by-owner": 1, "by-project": 1, "unfinished": 1}


def test_what_no_index_holds_costs_none() -> None:
    """Status and facts of a document are not projected."""
    after = {**BEFORE, "status": {"S": "processing"}, "facts": {"M": {}}, "rev": {"N": "7"}}
    assert index_writes(DOCUMENTS, BEFORE, after) == {}


def test_a_finished_document_leaves_one_index_and_enters_another() -> None:
    """One unit each; its other rows stay."""
    after = {**BEFORE, "status_key": {"S": "o#me#s#completed"}}
    del after["shard"], after["since"]
    assert index_writes(DOCUMENTS, BEFORE, after) == {"by-status": 1, "unfinished": 1}


def test_a_changed_key_is_a_row_deleted_and_one_written() -> None:
    """Two units; a changed attribute beside the keys is one."""
    assert index_writes(DOCUMENTS, BEFORE, {**BEFORE, "since": {"N": "2"}}) == {"unfinished": 2}
    assert index_writes(DOCUMENTS, BEFORE, {**BEFORE, "name": {"S": "b"}}) == {"by-owner": 1}


def test_an_item_without_an_index_key_is_not_in_that_index() -> None:
    """Versions are in none."""
    version = {"pk": {"S": "d#1"}, "sk": {"S": "v#1"}, "size_bytes": {"N": "1"}}
    assert index_writes(DOCUMENTS, {}, version) == {}
