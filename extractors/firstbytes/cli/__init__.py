"""The `firstbytes` command: what files are and what they say about themselves.

Exit status: 0 all fine, 1 some files failed or are corrupt, 2 usage. Results go to standard output, all else to error.
"""

from __future__ import annotations

import io
import signal
import sys
from types import FrameType


def _end(number: int, _frame: FrameType | None) -> None:
    """End as after an interrupt: children gone, private folders removed, the terminal restored."""
    raise SystemExit(128 + number)


def main() -> None:
    """Run the command; the entry point of the distribution."""
    try:
        from firstbytes.cli import commands
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        raise SystemExit("the command needs its extra: pip install 'firstbytes[cli]'") from error
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding gets \u2026, not an error
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it is not
            signal.signal(number, _end)
    commands.main(prog_name="firstbytes")
