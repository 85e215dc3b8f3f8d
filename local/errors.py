"""What can go wrong on this machine, each in one line that says what to do next."""

from __future__ import annotations


class LocalError(RuntimeError):
    """The local platform cannot start or deploy; the message is for a person, in one line."""


class Unsupported(LocalError):
    """The program has a resource, a call or an asset that the local platform does not know."""
