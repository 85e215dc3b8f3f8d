"""A plugin that takes its time to import."""

import time

from firstbytes import Extractor, hookimpl

time.sleep(0.3)


@hookimpl
def register_extractors():
    """Declare an extractor."""
    return [Extractor("slow", ("application/x-slow",), "firstbytes_slow:extract")]


def extract(source, ctx):
    """Say nothing."""
    return {}
