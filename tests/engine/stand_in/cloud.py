"""The account: everything that exists in it, in one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Cloud", "ExistsError", "ProtectedError"]

# What AWS refuses to delete, and what it says.
PROTECTED: Mapping[str, tuple[str, Any, str]] = {
    "aws:cognito/userPool:UserPool": (
        "deletionProtection",
        "ACTIVE",
        "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    ),
    "aws:dynamodb/table:Table": (
        "deletionProtectionEnabled",
        True,
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first.",
    ),
}


class ExistsError(ValueError):
    """Something of that type and id is there already."""


class ProtectedError(PermissionError):
    """AWS deletes it only after its deletion protection was switched off."""


class Cloud:
    """What exists, by type and id. The file is written at every change, so that the next process finds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.things: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def get(self, token: str, identifier: str) -> dict[str, Any] | None:
        """Return a thing's properties; None when it does not exist."""
        return self.things.get(f"{token}::{identifier}")

    def create(self, token: str, identifier: str, properties: Mapping[str, Any]) -> None:
        """Add a thing; ExistsError when there is one of that type and id."""
        if self.get(token, identifier) is not None:
            raise ExistsError(f"{token} {identifier} already exists")
        self.update(token, identifier, properties)

    def update(self, token: str, identifier: str, properties: Mapping[str, Any]) -> None:
        """Set a thing's properties."""
        self.things[f"{token}::{identifier}"] = dict(properties)
        self._save()

    def delete(self, token: str, identifier: str) -> None:
        """Remove a thing, there or not; ProtectedError when AWS would refuse."""
        found = self.get(token, identifier) or {}
        name, value, refusal = PROTECTED.get(token, ("", None, ""))
        if name and found.get(name) == value:
            raise ProtectedError(refusal)
        self.things.pop(f"{token}::{identifier}", None)
        self._save()

    def _save(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.things), "utf-8")
        fresh.replace(self.path)
