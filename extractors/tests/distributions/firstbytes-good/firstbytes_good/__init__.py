"""A plugin that works: an extractor and a signature."""

from firstbytes import Extractor, Signature, hookimpl


@hookimpl
def register_extractors(host):
    """Declare one extractor, and use what the host says of itself."""
    assert host.api == 1
    return [Extractor("good", ("application/x-good",), "firstbytes_good:extract")]


@hookimpl
def register_signatures():
    """Declare what gives it away; an implementation may leave `host` out."""
    return [Signature("application/x-good", b"GOOD\x01")]


def extract(source, ctx):
    """Say how long it is."""
    return {"length_bytes": source.size}
