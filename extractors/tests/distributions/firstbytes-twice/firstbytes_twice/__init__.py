"""A plugin that declares one name two times."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors():
    """Declare the same name for two types."""
    return [Extractor("twice", (f"application/x-{n}",), "firstbytes_twice:extract") for n in ("one", "two")]


def extract(source, ctx):
    """Say nothing."""
    return {}
