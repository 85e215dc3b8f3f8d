"""Names are made in one place, and only strict ones are read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions import keys

OWNERS = st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True)
DOCUMENTS = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
DOCUMENT = "0123456789abcdef0123456789abcdef"


@given(OWNERS, DOCUMENTS)
def test_a_key_that_was_made_is_read_back(owner: str, document_id: str) -> None:
    """`parse_key` gives back what `object_key` was made of."""
    assert keys.parse_key(keys.object_key(owner, document_id)) == keys.Place(owner=owner, document_id=document_id)


@given(st.text())
def test_a_key_that_is_read_is_one_that_could_be_made(key: str) -> None:
    """No text but the exact form is taken for a document's key."""
    place = keys.parse_key(key)
    assert place is None or place.key == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "t/",
        f"t/me/{DOCUMENT}\n",
        f"t/me/{DOCUMENT.upper()}",
        f"t/me/{DOCUMENT}/x",
        f"t//{DOCUMENT}",
        f"t/{'x' * 65}/{DOCUMENT}",
        f"e/me/{DOCUMENT}",
        f"t/mé/{DOCUMENT}",
        f"t/me/{'٣' * 32}",
        f"t/../{DOCUMENT}",
        f"t/a%2Fb/{DOCUMENT}",
    ],
)
def test_what_only_looks_like_a_key_is_none(key: str) -> None:
    """A newline, another case, another alphabet, a longer owner: none of them is a document."""
    assert keys.parse_key(key) is None


@pytest.mark.parametrize(("owner", "document_id"), [("a/b", DOCUMENT), ("", DOCUMENT), ("me", "x"), ("me", "")])
def test_a_key_is_not_made_of_anything_else(owner: str, document_id: str) -> None:
    """An owner with a slash, an id that is none: refused where the key is made."""
    with pytest.raises(ValueError, match="expected"):
        keys.object_key(owner, document_id)


@given(OWNERS, DOCUMENTS, st.text(min_size=1, max_size=1000))
def test_an_artifact_key_never_holds_a_version_id(owner: str, document_id: str, version_id: str) -> None:
    """A version id is opaque, so an artifact is named by its hash."""
    key = keys.artifact_key(owner, document_id, version_id)
    assert re.fullmatch(rf"e/{owner}/{document_id}/[0-9a-f]{{32}}\.json", key)


@given(DOCUMENTS)
def test_every_document_has_one_of_ten_shards(document_id: str) -> None:
    """The sweeper's queries reach every document."""
    assert keys.shard(document_id) in keys.shards()
    assert len(set(keys.shards())) == keys.SHARDS


def test_names_of_items_and_indexes_are_pinned() -> None:
    """What is in tables already is found under the same names tomorrow."""
    assert keys.head_key(DOCUMENT) == {"pk": {"S": f"d#{DOCUMENT}"}, "sk": {"S": "head"}}
    assert keys.version_key(DOCUMENT, "v1") == {"pk": {"S": f"d#{DOCUMENT}"}, "sk": {"S": "v#v1"}}
    assert keys.owner_key("me") == "o#me"
    assert keys.project_key("me", "Haus #1") == "o#me#p#Haus #1"
    assert keys.status_key("me", "failed") == "o#me#s#failed"
    assert keys.listed_at("2026-11-24T12:00:00.000Z", "d") == "2026-11-24T12:00:00.000Z#d"
    assert keys.shard("f" * 32) == "u#5"
    assert keys.correlation_id(DOCUMENT, "v1") == f"{DOCUMENT}#v1"
    assert keys.timestamp(1_764_028_799_999) == "2025-11-24T23:59:59.999Z"
    assert keys.artifact_key("me", DOCUMENT, "v1") == f"e/me/{DOCUMENT}/3bfc269594ef649228e9a74bab00f042.json"


@pytest.mark.parametrize(("text", "is_one"), [("null", True), ("3/L4k+_.-x", True), ("", False), ("a b", False)])
def test_a_version_id_is_opaque_but_printable(text: str, is_one: object) -> None:
    """S3 promises no form; a sort key has to hold it."""
    assert keys.is_version_id(text) is is_one
