"""Who calls, from the claims that the authorizer verified; checked once more, since a wrong setting there is silent.

API Gateway's Cognito authorizer checks signature, issuer and scope. It hands every claim over as text: times as
"Tue Nov 24 23:33:36 UTC 2026", groups as "a,b" or "[a b]".
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.api.problem import refuse

OPERATORS = "operators"
OWNER = re.compile(r"[A-Za-z0-9-]{1,64}")
DATE_TEXT = "%a %b %d %H:%M:%S %Y"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Whose tokens are accepted: the user pool's URL and the web client's id."""

    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The signed-in user. `owner` is the token's `sub`; nothing a client sends can change it."""

    owner: str
    scopes: frozenset[str]
    groups: frozenset[str]


def epoch_of(value: Any) -> int | None:
    """Return a time claim in epoch seconds: a number, its digits, or API Gateway's date text; None for the rest."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if abs(value) < 1 << 53 else None
    if not isinstance(value, str) or not value.isascii():
        return None
    if re.fullmatch(r"\d{1,15}", value):
        return int(value)
    try:
        return calendar.timegm(time.strptime(value.replace(" UTC ", " "), DATE_TEXT))
    except ValueError:
        return None


def words_of(value: Any) -> frozenset[str]:
    """Return a claim that is a list, "a,b", "a b" or "[a b]" as a set."""
    if isinstance(value, str):
        value = re.split(r"[,\s]+", value.strip().removeprefix("[").removesuffix("]"))
    if not isinstance(value, (list, tuple)):
        return frozenset()
    return frozenset(word for word in value if isinstance(word, str) and word)


def caller_of(claims: Any, accepted: Issuer, now: float) -> Caller:
    """Return who calls.

    Raises:
        Refusal: `unauthenticated`, whatever is wrong; which claim it was is said, what it held is not.
    """
    if not isinstance(claims, Mapping):
        raise refuse("unauthenticated", "expected a Cognito access token, got none; sign in")
    expires = epoch_of(claims.get("exp"))
    owner = claims.get("sub")
    wrong = {
        "iss": claims.get("iss") != accepted.issuer,
        "client_id": claims.get("client_id") != accepted.client_id,
        "token_use": claims.get("token_use") != "access",
        "exp": expires is None or expires <= now,
        "sub": not isinstance(owner, str) or not OWNER.fullmatch(owner),
    }
    if any(wrong.values()):
        names = ", ".join(name for name, is_wrong in wrong.items() if is_wrong)
        raise refuse(
            "unauthenticated",
            f"expected an access token of this user pool and client, got another {names}; sign in again",
        )
    return Caller(owner=str(owner), scopes=words_of(claims.get("scope")), groups=words_of(claims.get("cognito:groups")))


def permit(caller: Caller, scope: str, *, operators: bool) -> None:
    """Return if the caller may; `operators` asks for the group as well.

    Raises:
        Refusal: `scope_missing` or `operators_only`.
    """
    if scope not in caller.scopes:
        raise refuse("scope_missing", f"expected the scope {scope}; sign in again and ask for it")
    if operators and OPERATORS not in caller.groups:
        raise refuse("operators_only", f"expected a member of the group {OPERATORS}; ask who runs this environment")
