"""A plugin for a firstbytes that is not there yet."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors():
    """Declare an extractor of a later plugin API."""
    return [Extractor("future", ("application/x-future",), "firstbytes_future:extract", api=2)]
