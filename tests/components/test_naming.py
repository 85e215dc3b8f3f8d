"""Physical names."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import naming

LIMITS: dict[Callable[[str, str], str], tuple[int, str]] = {
    naming.function: (64, r"[A-Za-z0-9_-]+"),
    naming.role: (64, r"[\w+=,.@-]+"),
    naming.function_log_group: (512, r"[\w/.#-]+"),
    naming.access_log_group: (512, r"[\w/.#-]+"),
    naming.queue: (80, r"[A-Za-z0-9_-]+"),
    naming.dead_letter_queue: (80, r"[A-Za-z0-9_-]+"),
    naming.rule: (64, r"[\w.-]+"),
    naming.topic: (256, r"[A-Za-z0-9_-]+"),
    naming.alarm: (255, r"[\w -]+"),
    naming.dashboard: (255, r"[A-Za-z0-9_-]+"),
    naming.rest_api: (255, r"[\w -]+"),
    naming.web_acl: (128, r"[\w-]+"),
    naming.metric: (128, r"[\w-]+"),
    naming.user_pool: (128, r"[\w\s+=,.@-]+"),
    naming.amplify_app: (255, r"[\w-]+"),
    naming.cluster: (20, r"[a-z][a-z0-9-]*[a-z0-9]"),
    naming.key_alias: (256, r"alias/[\w/-]+"),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ENVIRONMENTS = st.text("az09", min_size=1, max_size=naming.ENVIRONMENT_MAX).map(lambda text: f"e{text[1:]}")
PURPOSES = st.lists(st.text("az09", min_size=1, max_size=60), min_size=1, max_size=3).map("-".join)
ACCOUNTS = st.integers(0, 10**12 - 1).map("{:012d}".format)


def test_every_function_has_its_limit_here() -> None:
    """No name is made without its limit being held by the tests below."""
    public = {value for name, value in vars(naming).items() if callable(value) and not name.startswith("_")}
    assert public - {naming.user_pool_domain} == set(LIMITS)


@pytest.mark.parametrize("name", LIMITS, ids=lambda name: name.__name__)
@settings(deadline=None)
@given(environment=ENVIRONMENTS, purpose=PURPOSES)
def test_names_fit(name: Callable[[str, str], str], environment: str, purpose: str) -> None:
    """Whatever the environment and the purpose, AWS accepts the name."""
    limit, allowed = LIMITS[name]
    made = name(environment, purpose)
    assert len(made) <= limit
    assert re.fullmatch(allowed, made, re.ASCII)


@pytest.mark.parametrize("name", LIMITS, ids=lambda name: name.__name__)
@settings(deadline=None)
@given(one=st.tuples(ENVIRONMENTS, PURPOSES), other=st.tuples(ENVIRONMENTS, PURPOSES))
def test_names_differ(name: Callable[[str, str], str], one: tuple[str, str], other: tuple[str, str]) -> None:
    """Two environments or purposes never share a name, however long they are."""
    assert (name(*one) == name(*other)) == (one == other)


@settings(deadline=None)
@given(environment=ENVIRONMENTS, tails=st.tuples(st.text(LETTERS, min_size=1), st.text(LETTERS, min_size=1)))
def test_long_names_differ_in_their_tail_too(environment: str, tails: tuple[str, str]) -> None:
    """What is cut off still counts."""
    one, other = (naming.function(environment, "x" * 70 + tail) for tail in tails)
    assert (one == other) == (tails[0] == tails[1])


@settings(deadline=None)
@given(environment=ENVIRONMENTS, account=ACCOUNTS)
def test_user_pool_domains_fit(environment: str, account: str) -> None:
    """Cognito accepts the prefix: at most 63 characters, no hyphen at an end, none of its reserved words."""
    made = naming.user_pool_domain(environment, account)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", made)
    assert not re.search("aws|amazon|cognito", made)


@pytest.mark.parametrize("environment", ["laws", "amazon", "cognito1"])
def test_reserved_words_are_hashed_away(environment: str) -> None:
    """An environment with a word that Cognito reserves gets a domain all the same."""
    made = naming.user_pool_domain(environment, "123456789012")
    assert environment not in made
    assert made != naming.user_pool_domain(environment, "210987654321")


def test_names_read_as_they_should() -> None:
    """Names are the project, the environment and the purpose."""
    assert naming.function("prod", "router") == "firstbytes-prod-router"
    assert naming.function_log_group("prod", "router") == "/aws/lambda/firstbytes-prod-router"
    assert naming.dead_letter_queue("prod", "intake") == "firstbytes-prod-intake-dlq"
    assert naming.user_pool_domain("prod", "123456789012") == "firstbytes-prod-2a33349e"
