"""A plugin whose dependency is missing, though its metadata asks for it."""

import no_such_library  # noqa: F401
