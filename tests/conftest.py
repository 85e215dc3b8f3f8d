"""How tests are spread over workers: those that share one long-lived thing stay together, in their order."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {"tests/engine/": "engine", "tests/e2e/": "platform", "tests/local/": "platform"}
"""Folder -> group: the stacks of the engine, the platform on this machine."""


class TogetherScheduling(LoadScopeScheduling):
    """One work unit for each group, and one for each other test. xdist's own groups are lost on pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for folder, group in TOGETHER.items() if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Schedule `--dist loadgroup` by folder."""
    return TogetherScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None
