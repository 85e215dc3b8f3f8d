"""Start and stop the emulator: a child in a session of its own, on 127.0.0.1, its root key random, its state temporary.

It ends with its starter, however that ends: the child watches the pipe that is its standard input, and kills what
descends from it (Lambda workers, their sandboxes) before it goes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from local.errors import LocalError
from local.processes import descendants, kill

HOST = "127.0.0.1"
DEFAULT_PORT = 4566
ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
_ROOT = Path(__file__).parent.parent
_START_S = 30.0
_STOP_S = 10.0


def listen(port: int) -> tuple[socket.socket, str | None]:
    """Bind a socket to a port of this machine, or to a free one when it is taken; return it with what to say of that.

    Port 0 asks for any free port.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        # Listening holds the port: on Linux two sockets may be bound to one as long as none of them listens.
        bound.listen()
    except OSError as error:
        bound.close()
        if error.errno not in {errno.EADDRINUSE, errno.EACCES} or port == 0:
            raise LocalError(f"cannot listen on {HOST}:{port}: {error.strerror}") from error
        bound, _ = listen(0)
        return bound, f"port {port} is taken, so the emulator is on {bound.getsockname()[1]}"
    return bound, None


def state_folder() -> Path:
    """Make a folder for the emulator's files.

    Raises:
        LocalError: the temporary directory cannot be written to.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="firstbytes-local-"))
    except OSError as error:
        raise LocalError(
            f"expected a temporary directory to write to, got: {error}; try: TMPDIR=/a/folder/of/yours make local"
        ) from error


@contextlib.contextmanager
def undisturbed(*, deliver: bool) -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM while something short must be finished; only the main thread can.

    Args:
        deliver: whether what came meanwhile takes effect afterwards.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Not blocked and not ignored: a child would inherit either.
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if deliver:
        for late in came:
            signal.raise_signal(late)


class Server:
    """The emulator, as a context manager: running inside the block, gone with all its processes after it.

    Args:
        port: the port to take; when it is taken another is chosen and `notice` says so. 0: any free one.
        region: the region of everything in it.
        seams: names of the seams to install, comma-separated; None installs all.
    """

    def __init__(self, *, port: int = 0, region: str = REGION, seams: str | None = None) -> None:
        self.region = region
        self.account_id = ACCOUNT_ID
        self.access_key_id = f"LOCAL{secrets.token_hex(8).upper()}"
        self.secret_access_key = secrets.token_hex(20)
        self.notice: str | None = None
        self.endpoint = ""
        self._port = port
        self._seams = seams
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Start the emulator and wait until it answers."""
        try:
            self._start()
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the emulator."""
        self.stop()

    @property
    def pid(self) -> int:
        """The emulator's process."""
        if self._process is None:
            raise LocalError("the emulator does not run; use it inside its with block")
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Where the emulator keeps its log and its workers' files while it runs."""
        if self._folder is None:
            raise LocalError("the emulator does not run; use it inside its with block")
        return self._folder

    def client(self, service: str) -> Any:
        """Return a boto3 client with the root key, the same one each time."""
        with self._lock:
            if service not in self._clients:
                import boto3
                from botocore.config import Config

                self._clients[service] = boto3.client(
                    service,
                    endpoint_url=self.endpoint,
                    region_name=self.region,
                    aws_access_key_id=self.access_key_id,
                    aws_secret_access_key=self.secret_access_key,
                    config=Config(
                        signature_version="s3v4" if service == "s3" else None,
                        s3={"addressing_style": "path"},
                        retries={"max_attempts": 2},
                        max_pool_connections=16,
                    ),
                )
            return self._clients[service]

    def log(self) -> str:
        """Return what the emulator itself has logged, warnings and worse."""
        path = self.folder / "server.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def stop(self) -> None:
        """End the emulator and everything it started; again is harmless, and Ctrl-C meanwhile changes nothing."""
        with undisturbed(deliver=False):
            process, self._process = self._process, None
            if process is not None:
                below = descendants(process.pid)
                process.terminate()
                try:
                    process.wait(_STOP_S)
                except subprocess.TimeoutExpired:
                    kill([process.pid, *below, *descendants(process.pid)])
                    process.wait()
                if process.stdin:
                    process.stdin.close()
            for client in self._clients.values():
                client.close()
            self._clients.clear()
            folder, self._folder = self._folder, None
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def _start(self) -> None:
        bound, self.notice = listen(self._port)
        with bound:
            port = bound.getsockname()[1]
            self.endpoint = f"http://{HOST}:{port}"
            self._folder = state_folder()
            # No signal may come between the child's birth and our knowing of it.
            with (self._folder / "server.log").open("wb") as log, undisturbed(deliver=True):
                self._process = self._spawn(bound.fileno(), port, log)

    def _spawn(self, socket_fd: int, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "local.seams"],
            cwd=_ROOT,
            env=self._environment(socket_fd, port),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=(socket_fd,),
            start_new_session=True,
        )

    def _environment(self, socket_fd: int, port: int) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FIRSTBYTES_"))}
        folder = str(self.folder)
        return (
            ours
            | {
                "FIRSTBYTES_SOCKET": str(socket_fd),
                "FIRSTBYTES_FOLDER": folder,
                "GATEWAY_PORT": str(port),
                "MINISTACK_HOST": HOST,
                "MINISTACK_REGION": self.region,
                "MINISTACK_ACCOUNT_ID": self.account_id,
                "AWS_ACCESS_KEY_ID": self.access_key_id,
                "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
                "AUTH": "true",
                "LOG_LEVEL": "WARNING",
                "TMPDIR": folder,
                "STATE_DIR": folder,
                "S3_DATA_DIR": f"{folder}/s3",
                # Listeners on fixed ports of every interface: not needed, so not there.
                "SFTP_ENABLED": "0",
                "IOT_MTLS_ENABLED": "0",
                "LAMBDA_WARM_TTL_SECONDS": "3600",
            }
            | ({} if self._seams is None else {"FIRSTBYTES_SEAMS": self._seams})
        )

    def _wait(self) -> None:
        def ready() -> bool:
            if self._process is None or self._process.poll() is not None:
                last = self.log().strip().splitlines()[-1:] or ["no message"]
                raise LocalError(f"the emulator ended before it answered: {last[0]}")
            try:
                with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2):  # noqa: S310
                    return True
            except (urllib.error.URLError, OSError):
                return False

        if not until(ready, _START_S, every_s=0.03):
            raise LocalError(f"the emulator did not answer within {_START_S:.0f} s; its log ends: {self.log()[-500:]}")


def until(condition: Callable[[], bool], timeout_s: float, *, every_s: float = 0.05) -> bool:
    """Wait until a condition holds; say whether it did in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every_s)
    return True
