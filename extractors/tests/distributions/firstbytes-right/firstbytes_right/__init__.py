"""One of two plugins that claim the same type."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors():
    """Claim a type that firstbytes-left claims too."""
    return [Extractor("right", ("application/x-rival",), "firstbytes_right:extract")]


def extract(source, ctx):
    """Say who answered."""
    return {"answered": "right"}
