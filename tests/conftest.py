"""What tests of the platform share: those that need one long-lived thing run in one worker."""

from __future__ import annotations

import pytest

GROUPS = {"platform": "platform", "engine": "engine", "archive": "engine"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one session-wide fixture in one worker, so that it is made once."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        for fixture, group in GROUPS.items():
            if fixture in names:
                item.add_marker(pytest.mark.xdist_group(group))
                break
