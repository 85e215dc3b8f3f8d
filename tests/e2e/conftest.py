"""The whole platform, and somebody to use it: each test has users and documents of its own."""

from __future__ import annotations

import pytest

from local.platform import Platform
from tests.e2e.backstage import Backstage
from tests.e2e.steps import Person, person
from tests.support.platform import platform

__all__ = ["platform"]


@pytest.fixture
def alice(platform: Platform) -> Person:
    """A user whom no other test has."""
    return person(platform)


@pytest.fixture
def bob(platform: Platform) -> Person:
    """Another one."""
    return person(platform)


@pytest.fixture
def operator(platform: Platform) -> Person:
    """A member of the group that may replay dead letters."""
    return person(platform, "operators")


@pytest.fixture
def backstage(platform: Platform) -> Backstage:
    """The account's root, to break things and to look behind the API."""
    return Backstage(platform)
