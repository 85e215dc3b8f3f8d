"""A plugin whose hook is misspelt."""

from firstbytes import hookimpl


@hookimpl
def register_extractor():
    """Be called by nobody: the hook is `register_extractors`."""
    return []
