"""Where an exception came from, in words that hold on every machine."""

from __future__ import annotations

from pathlib import PurePath


def place(error: BaseException, package: str) -> str:
    """Return "package/module.py:line" of the last frame inside a package, or nothing; never a path of the machine."""
    found = ""
    step = error.__traceback__
    while step:
        frame, line, step = step.tb_frame, step.tb_lineno, step.tb_next
        name = str(frame.f_globals.get("__name__", ""))
        if name == package or name.startswith(f"{package}."):
            folders = name.split(".") if "__path__" in frame.f_globals else name.split(".")[:-1]
            found = "/".join((*folders, f"{PurePath(frame.f_code.co_filename).name}:{line}"))
    return found
