"""A plugin that declares something else."""

from firstbytes import hookimpl


@hookimpl
def register_signatures():
    """Return what is no signature."""
    return [b"MAGIC"]
