"""A plugin under a name that another plugin has."""

from firstbytes import Signature, hookimpl


@hookimpl
def register_signatures():
    """Declare a signature."""
    return [Signature("application/x-double", b"DOUBLE")]
