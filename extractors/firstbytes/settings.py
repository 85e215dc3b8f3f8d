"""`[tool.firstbytes]` of a pyproject.toml: which plugins load, who wins, and what each is told.

    [tool.firstbytes]
    plugins = ["firstbytes-sqlite"]                 # distributions; absent: all that are installed

    [tool.firstbytes.routes]
    "application/vnd.sqlite3" = "sqlite"            # a pin for the facet metadata
    "application/pdf#text" = "acme-pdf"             # a pin for another facet
    "image/*" = "acme-images"                       # settles ties between those who accept image/*

    [tool.firstbytes.grants]
    firstbytes-textract = ["textract:DetectDocumentText"]   # IAM actions that a distribution may have

    [tool.firstbytes.config.sqlite]                 # ctx.config of the extractor sqlite
    tables = 50

The environment variable FIRSTBYTES_PLUGINS overrides `plugins`: unset, the list; empty, no third party's; else those.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firstbytes.errors import RouteTableError
from firstbytes.media import canonical
from firstbytes.spec import JSON

ENVIRONMENT = "FIRSTBYTES_PLUGINS"

_PIN = re.compile(r"[^/#\s]+/[^/#\s]+(#[a-z][a-z0-9-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings, validated. `plugins` is None when every installed plugin may load."""

    plugins: tuple[str, ...] | None = None
    pins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(media type, facet) -> extractor name."""
    config: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    """Extractor name -> what its `ctx.config` holds."""
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Distribution -> IAM actions it may have."""


def load(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the nearest pyproject.toml with a [tool.firstbytes] table, from `folder` upwards, and the environment.

    Raises:
        RouteTableError: the table is not as described above; all that is wrong is listed.
    """
    start = (folder or Path.cwd()).resolve()
    table: Mapping[str, Any] = {}
    for candidate in (path / "pyproject.toml" for path in (start, *start.parents)):
        if candidate.is_file() and (found := _table(candidate)) is not None:
            table = found
            break
    return parse(table, environ)


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"cannot read {path}: {error}"
        raise RouteTableError(msg) from error
    tool = document.get("tool")
    found = tool.get("firstbytes") if isinstance(tool, dict) else None
    if found is None or isinstance(found, dict):
        return found
    msg = f"expected a table [tool.firstbytes] in {path}, got {found!r}"
    raise RouteTableError(msg)


def parse(table: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Validate a [tool.firstbytes] table. Pure; raises `RouteTableError` with everything that is wrong."""
    wrong = [f"an unknown key {key!r}" for key in table if key not in {"plugins", "routes", "config", "grants"}]
    plugins = table.get("plugins")
    if plugins is not None and not _texts(plugins):
        wrong.append('plugins: expected a list of distribution names, ["firstbytes-sqlite"]')
    routes, config, grants = (table.get(key, {}) for key in ("routes", "config", "grants"))
    if not (isinstance(routes, dict) and all(isinstance(v, str) and _PIN.fullmatch(k) for k, v in routes.items())):
        wrong.append('routes: expected lines like "application/pdf#text" = "extractor-name"')
    elif len({_pin(key) for key in routes}) < len(routes):
        wrong.append("routes: expected one line for a media type and facet, got two that mean the same")
    if not (isinstance(config, dict) and all(isinstance(v, dict) for v in config.values())):
        wrong.append("config: expected a table for each extractor, [tool.firstbytes.config.NAME]")
    if not (isinstance(grants, dict) and all(_texts(v) for v in grants.values())):
        wrong.append('grants: expected lines like firstbytes-textract = ["textract:DetectDocumentText"]')
    if wrong:
        msg = "[tool.firstbytes] in pyproject.toml is wrong: " + "; ".join(wrong)
        raise RouteTableError(msg)
    override = environ.get(ENVIRONMENT)
    if override is not None:
        plugins = [name.strip() for name in override.split(",") if name.strip()]
    return Settings(
        plugins=None if plugins is None else tuple(plugins),
        pins={_pin(key): value for key, value in routes.items()},
        config=config,
        grants={name: tuple(actions) for name, actions in grants.items()},
    )


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _pin(key: str) -> tuple[str, str]:
    media_type, _, facet = key.partition("#")
    return canonical(media_type), facet or "metadata"
