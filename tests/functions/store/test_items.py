"""Items are values and back, without loss and without empty attributes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.store.items import (
    LISTED,
    Head,
    Status,
    Upload,
    Version,
    decode,
    encode,
    head_item,
    head_of,
    index_attributes,
    version_item,
    version_of,
)

TEXT = st.text(max_size=20)
COUNT = st.integers(0, 2**53)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(-1e100, 1e100) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENT = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
FACTS = st.dictionaries(TEXT, JSON, max_size=3)
UPLOADS = st.builds(
    Upload, kind=st.sampled_from(["post", "multipart"]), expires_at=COUNT, upload_id=TEXT, replaces=TEXT
)
HEADS = st.builds(
    Head,
    document_id=DOCUMENT,
    owner=st.just("me"),
    status=st.sampled_from([s for s in Status if s is not Status.SLOW]),
    created_at=st.just("2026-11-24T12:00:00.000Z"),
    rev=COUNT,
    gen=COUNT,
    updated_at=TEXT,
    version_id=TEXT,
    project=TEXT,
    name=TEXT,
    declared=TEXT,
    size_bytes=COUNT,
    sha256=TEXT,
    media_type=TEXT,
    outcome=TEXT,
    reason=TEXT,
    facts=FACTS,
    upload=st.none() | UPLOADS,
    since=COUNT,
    expires_at=COUNT,
)
VERSIONS = st.builds(
    Version,
    document_id=DOCUMENT,
    version_id=st.from_regex(r"[!-~]{1,40}", fullmatch=True),
    status=st.sampled_from([s for s in Status if s not in {Status.UPLOADING, Status.DELETED}]),
    attempt=COUNT,
    gen=COUNT,
    lease_until=COUNT,
    holder=TEXT,
    reason=TEXT,
    outcome=TEXT,
    media_type=TEXT,
    size_bytes=COUNT,
    etag=TEXT,
    created_at=TEXT,
    facts=FACTS,
    envelope=st.binary(max_size=20),
    envelope_key=TEXT,
    envelope_sha256=TEXT,
    expires_at=COUNT,
)


def head(**changes: Any) -> Head:
    """Return a head with some of it set."""
    values = {"document_id": "0" * 32, "owner": "me", "status": Status.COMPLETED, "created_at": "2026"} | changes
    return Head(**values)


@given(HEADS)
def test_a_head_survives_its_item(value: Head) -> None:
    """Nothing of a head is lost or changed in the table."""
    assert head_of(head_item(value)) == value


@given(VERSIONS)
def test_a_version_survives_its_item(value: Version) -> None:
    """Nothing of a version is lost or changed in the table."""
    assert version_of(version_item(value)) == value


@given(JSON)
def test_json_survives_the_typed_form(value: object) -> None:
    """Whole numbers stay whole, fractions stay exact, nesting stays."""
    assert decode(encode(value)) == value


def test_empty_attributes_are_left_out() -> None:
    """An item holds what is known, so that an index holds only who belongs there."""
    assert set(head_item(head())) == {
        "pk",
        "sk",
        "document_id",
        "owner",
        "status",
        "created_at",
        "rev",
        "owner_key",
        "listed_at",
        "status_key",
    }
    assert set(version_item(Version(document_id="0" * 32, version_id="v"))) == {"pk", "sk"}


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.SLOW])
def test_a_head_is_in_the_indexes_where_it_belongs(status: Status) -> None:
    """A deleted document is listed by its status alone, an unfinished one by no status."""
    found = index_attributes(head(status=status, project="house"))
    assert ("status_key" in found) is (status in LISTED)
    assert ("owner_key" in found) is ("project_key" in found) is (status is not Status.DELETED)
    assert "shard" not in found


def test_a_head_without_a_project_is_in_no_project() -> None:
    """`by-project` is sparse."""
    assert "project_key" not in index_attributes(head())


def test_unfinished_work_is_in_the_sweepers_index() -> None:
    """`shard` is there exactly while `since` is."""
    assert index_attributes(head(since=5))["shard"] == "u#0"


@pytest.mark.parametrize("value", [{1, 2}, object(), b"x".__class__])
def test_what_is_not_json_is_refused_by_name(value: object) -> None:
    """A value that no item holds is an error here, not a puzzle in the client."""
    with pytest.raises(TypeError, match="expected JSON or bytes"):
        encode(value)
