"""A plugin under a name that another plugin has."""

from firstbytes import hookimpl


@hookimpl
def register_extractors():
    """Declare nothing."""
    return []
