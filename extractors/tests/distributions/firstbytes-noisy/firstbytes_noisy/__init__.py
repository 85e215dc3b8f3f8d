"""A plugin that prints when it is imported."""

from firstbytes import Extractor, hookimpl

print("Thank you for choosing firstbytes-noisy!")  # noqa: T201 - the noise


@hookimpl
def register_extractors():
    """Declare an extractor."""
    return [Extractor("noisy", ("application/x-noisy",), "firstbytes_noisy:extract")]


def extract(source, ctx):
    """Say nothing."""
    return {}
