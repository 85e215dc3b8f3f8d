"""How long deleted documents are kept is set in one place of the stack, and read alike by every function."""

from __future__ import annotations

from functions.ports import Rules, rules_of


def test_a_deleted_document_is_kept_as_long_as_the_stack_says() -> None:
    """In days; thirty, where nothing is said."""
    assert rules_of({"SOFT_DELETE_DAYS": "7"}) == Rules(keep_deleted_s=7 * 24 * 3600)
    assert rules_of({}) == Rules()
