"""A plugin whose hook ends the program, with an exception that cannot even be shown."""

from firstbytes import hookimpl


class Sulk(SystemExit):
    """An exception that does not say why."""

    def __str__(self):
        """Refuse."""
        raise RuntimeError


@hookimpl
def register_extractors():
    """Raise."""
    raise Sulk
