"""Who calls: claims in each of the forms that they arrive in, and each of the ways in which they are wrong."""

from __future__ import annotations

import contextlib
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.caller import Caller, Issuer, caller_of, epoch_of, permit, words_of
from functions.api.problem import Refusal

NOW = 1_795_563_000.0  # 2026-11-24T23:30:00Z
ACCEPTED = Issuer(issuer="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool", client_id="web")
CLAIMS = {
    "sub": "8f14e45f-ceea-467f-9a0e-3c2f1d0b7a11",
    "iss": ACCEPTED.issuer,
    "client_id": "web",
    "token_use": "access",
    "exp": "Tue Nov 24 23:33:36 UTC 2026",
    "scope": "openid documents/read documents/write",
    "cognito:groups": "users,operators",
}


def refusal(claims: Any) -> Refusal:
    """Return what a caller with these claims is told."""
    with pytest.raises(Refusal) as caught:
        caller_of(claims, ACCEPTED, NOW)
    return caught.value


def test_a_verified_token_names_owner_scopes_and_groups() -> None:
    """Text claims, as API Gateway passes them, give the same caller as the token's own lists."""
    caller = caller_of(CLAIMS, ACCEPTED, NOW)
    assert caller == Caller(
        owner=CLAIMS["sub"],
        scopes=frozenset({"openid", "documents/read", "documents/write"}),
        groups=frozenset({"users", "operators"}),
    )
    own = {**CLAIMS, "exp": 1_795_563_216, "cognito:groups": ["users", "operators"]}
    assert caller_of(own, ACCEPTED, NOW) == caller


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"}, "iss"),
        ({"client_id": "another"}, "client_id"),
        ({"token_use": "id"}, "token_use"),
        ({"exp": "Tue Nov 24 23:30:00 UTC 2026"}, "exp"),
        ({"exp": str(int(NOW))}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": None}, "exp"),
        ({"exp": "1" * 4000}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"sub": ""}, "sub"),
        ({"sub": "a/../b"}, "sub"),
        ({"sub": "a#s#deleted"}, "sub"),
        ({"sub": "x" * 65}, "sub"),
        ({"sub": ["me"]}, "sub"),
        ({"sub": "me\n"}, "sub"),
    ],
)
def test_one_wrong_claim_is_enough(changes: dict[str, Any], named: str) -> None:
    """Each claim is checked by itself; the answer names it and does not repeat what it held."""
    told = refusal({**CLAIMS, **changes})
    assert told.code == "unauthenticated"
    assert f"another {named};" in told.detail


@pytest.mark.parametrize("claims", [None, "claims", [], 7])
def test_without_claims_nobody_calls(claims: Any) -> None:
    """An event without an authorizer's claims is nobody's."""
    assert refusal(claims).code == "unauthenticated"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[a b]", {"a", "b"}),
        ("a,b", {"a", "b"}),
        ("a b", {"a", "b"}),
        (["a", "b"], {"a", "b"}),
        ("[operators]", {"operators"}),
        ("[not-operators]", {"not-operators"}),
        ("", set()),
        (None, set()),
        ({"operators": 1}, set()),
        ([1, "a"], {"a"}),
    ],
)
def test_groups_come_in_three_forms(value: Any, words: set[str]) -> None:
    """A list claim arrives as a list, with commas, or in brackets; a name that contains another is not it."""
    assert words_of(value) == words


def test_a_scope_must_be_granted() -> None:
    """A token for reading does not write, and one that may replay needs the group as well."""
    reader = Caller(owner="me", scopes=frozenset({"documents/read", "operations/replay"}), groups=frozenset({"users"}))
    permit(reader, "documents/read", operators=False)
    with pytest.raises(Refusal, match="scope_missing"):
        permit(reader, "documents/write", operators=False)
    with pytest.raises(Refusal, match="operators_only"):
        permit(reader, "operations/replay", operators=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, JSON, JSON)
def test_whatever_the_claims_hold_is_a_caller_or_a_refusal(exp: Any, sub: Any, groups: Any) -> None:
    """No claim, however odd, raises anything else; a caller's owner fits a key."""
    claims = {**CLAIMS, "exp": exp, "sub": sub, "cognito:groups": groups, "scope": groups}
    with contextlib.suppress(Refusal):
        caller = caller_of(claims, ACCEPTED, NOW)
        assert set(caller.owner) <= set(string.ascii_letters + string.digits + "-")


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_times_read_back(seconds: int) -> None:
    """API Gateway's date text, digits and numbers are the same instant."""
    import time

    text = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(seconds))
    assert epoch_of(text) == epoch_of(str(seconds)) == epoch_of(seconds) == seconds
