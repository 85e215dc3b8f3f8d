"""What can go wrong, by name.

An extractor raises `Decline`, `Corrupt` or `Transient`; anything else it raises is a bug in it.
The rest is raised by the library, and says what was expected, what was got and what to type next.
"""

from __future__ import annotations


class FirstbytesError(Exception):
    """Base of everything this library raises on purpose."""


class Decline(FirstbytesError):
    """The extractor looked and this file is not for it: the next candidate of the facet is tried.

    When nobody is left, the outcome is `encrypted` if the reason is "encrypted", else `unsupported`.
    """


class Corrupt(FirstbytesError, ValueError):
    """The file is broken. Recorded with its reason, never retried."""


class Transient(FirstbytesError, OSError):
    """Something outside failed for now: retried with back-off, then a dead letter."""


class BudgetExceededError(FirstbytesError, OSError):
    """A byte source was asked for more bytes or reads than its budget; every later read raises this too."""


class SourceError(FirstbytesError, OSError):
    """A byte source cannot be opened or read: missing, not a file, no range support, a server's refusal."""


class PluginError(FirstbytesError, ValueError):
    """A declaration breaks the plugin contract."""


class RouteConflict(FirstbytesError, ValueError):
    """Two extractors have equal claims to a media type and facet. `str()` ends with the lines that settle it."""


class RouteTableError(FirstbytesError, ValueError):
    """A compiled route table cannot be used: unreadable, another schema, or other plugin versions than installed."""


class SandboxError(FirstbytesError, RuntimeError):
    """The sandbox cannot be started on this machine; `firstbytes doctor` says more."""
