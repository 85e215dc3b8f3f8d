"""One of two plugins that claim the same type."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors():
    """Claim a type that firstbytes-right claims too."""
    return [Extractor("left", ("application/x-rival",), "firstbytes_left:extract")]


def extract(source, ctx):
    """Say who answered."""
    return {"answered": "left"}
