"""A plugin that returns an extractor, not a list of them."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors():
    """Forget the brackets."""
    return Extractor("alone", ("application/x-alone",), "firstbytes_alone:extract")
