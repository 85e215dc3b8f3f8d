"""A declaration that imports a library: its plugin is slow to list."""

import msgspec as _library  # noqa: F401 - the promise it breaks
