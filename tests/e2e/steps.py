"""What tests of the whole platform do over and over: be somebody, send bytes, wait for what must come."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from local.client import Client
from local.platform import Platform
from local.signin import User

T = TypeVar("T")

TEXT = b"The lamp of Ternholm burns from dusk to dawn.\n"


def eventually(question: Callable[[], T], what: str, timeout_s: float = 150.0) -> T:
    """Ask until the answer is true, and return it.

    Raises:
        AssertionError: it has not been within the time; the last answer is told.
    """
    deadline = time.monotonic() + timeout_s
    while not (answer := question()):
        assert time.monotonic() < deadline, f"expected {what} within {timeout_s:g} s, got {answer!r}"
        time.sleep(0.05)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in."""

    user: User
    api: Client

    @property
    def owner(self) -> str:
        """Whose documents theirs are."""
        return self.user.sub

    def put(self, name: str, content: bytes, **more: str) -> str:
        """Announce a file and send its bytes; return the document's id."""
        begun = self.api.begin(name, len(content), **more)
        self.api.send_bytes(begun, io.BytesIO(content))
        return str(begun["document"]["id"])

    def replace(self, document_id: str, content: bytes) -> None:
        """Announce another version of a document and send its bytes."""
        begun = self.api.call("POST", f"/documents/{document_id}/versions", {"size_bytes": len(content)})
        self.api.send_bytes(begun, io.BytesIO(content))

    def read(self, name: str, content: bytes, **more: str) -> Any:
        """Put a file and wait until it has been read; return the document."""
        return self.api.wait(self.put(name, content, **more))

    def versions(self, document_id: str) -> list[Mapping[str, Any]]:
        """Return the versions of a document, newest first."""
        found: list[Mapping[str, Any]] = self.api.call("GET", f"/documents/{document_id}/versions")["versions"]
        return found

    def listed(self, **query: Any) -> list[Mapping[str, Any]]:
        """Return every document of a list, page by page."""
        found: list[Mapping[str, Any]] = []
        while True:
            page = self.api.call("GET", "/documents", query=query)
            found += page["documents"]
            if "next_cursor" not in page:
                return found
            query["cursor"] = page["next_cursor"]


def person(platform: Platform, *groups: str) -> Person:
    """Create somebody nobody knows yet, and sign them in."""
    user = platform.user(f"{uuid4().hex}@example.com", ("users", *groups))
    return Person(user=user, api=platform.client(user))
