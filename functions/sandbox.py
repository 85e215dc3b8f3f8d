"""The sandbox of an execution environment: begun with its first message, waited for by its first document."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.run import Findings, Runner, Task
    from firstbytes.source import ByteSource

_TRIES = 2


class Sandbox:
    """One runner, made in the background by `make`, and made again where it broke."""

    def __init__(self, make: Callable[[], Runner]) -> None:
        self._make = make
        self._runner: Runner | None = None
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None

    def warm(self) -> None:
        """Begin to make the runner, where there is none; return at once."""
        if self._runner is None and self._thread is None:
            self._thread = threading.Thread(target=self._start, daemon=True)
            self._thread.start()

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Examine one document; see `firstbytes.run.Runner`.

        Raises:
            Exception: the runner could not be made, or broke twice over this document.
        """
        for left in reversed(range(_TRIES)):
            runner = self._ready()
            try:
                return runner.run(source, task)
            except Exception:
                # A zygote that was killed does not come back; the next document must not pay for this one.
                self.close()
                if not left:
                    raise
        raise AssertionError

    def _start(self) -> None:
        try:
            self._runner = self._make()
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._error = error

    def _ready(self) -> Runner:
        self.warm()
        if self._thread:
            self._thread.join()
            self._thread = None
        error, self._error = self._error, None
        if error:
            raise error
        assert self._runner
        return self._runner

    def close(self) -> None:
        """End the runner; the next document gets a new one."""
        runner, self._runner = self._runner, None
        if runner:
            with contextlib.suppress(Exception):
                runner.close()


def routes_path() -> Path:
    """Return where the compiled routes are: at the archive's root, or where ROUTES says."""
    return Path(os.environ.get("ROUTES") or Path(__file__).parent.parent / "routes.json")


def forked() -> Runner:
    """Start a zygote with every extractor of the compiled routes imported.

    Raises:
        OSError: there are no routes where they should be.
        RouteTableError: they are none, or of another schema.
        SandboxError: it cannot start.
    """
    from firstbytes.routes import from_json
    from firstbytes.sandbox.parent import Forked

    return Forked(from_json(routes_path().read_bytes()))
