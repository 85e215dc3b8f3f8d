"""Where the emulator differs from AWS in a way our code can see: the one module that touches its inside.

Run as a process (`python -m local.seams`), it serves MiniStack's application with every seam of `SEAMS` installed.
Each seam has a contract test, and a second test that fails as soon as MiniStack does without it. `FIRSTBYTES_SEAMS`
names the seams to install, separated by commas; without it all are.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from local.processes import adopt_orphans, end_descendants

Response = tuple[int, dict[str, str], Any]
"""What a service of the emulator answers: status, headers, body."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHECKSUM = "x-amz-checksum-"


def sliced(response: Response, wanted: str) -> Response:
    """Answer a range of a whole object: 206 and the bytes, 416 when none of them exists. Pure.

    A header that is not one range in bytes is ignored, as S3 does; so is a response that is not 200.
    """
    status, headers, body = response
    match = _RANGE.fullmatch(wanted.strip())
    if status != 200 or match is None or match.groups() == ("", ""):
        return response
    first, last = match.groups()
    size = len(body)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        error = "<Error><Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message></Error>"
        return 416, {"Content-Type": "application/xml", "Content-Range": f"bytes */{size}"}, error.encode()
    kept = {name: value for name, value in headers.items() if not name.lower().startswith(_CHECKSUM)}
    kept |= {"Content-Length": str(end - start + 1), "Content-Range": f"bytes {start}-{end}/{size}"}
    return 206, kept, body[start : end + 1]


def _versioned_reads() -> None:
    """GetObject with a version honours Range and the response-* parameters, as it does without a version."""
    from ministack.services import s3

    plain = s3._get_object  # noqa: SLF001

    def get_object(bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None) -> Response:
        response: Response = plain(bucket, key, headers, query)
        if response[0] != 200 or not (query or {}).get("versionId"):
            return response
        response = sliced(response, headers.get("range", ""))
        if response[0] < 400:
            s3._apply_response_overrides(response[1], query)  # noqa: SLF001
        return response

    s3._get_object = get_object  # noqa: SLF001


def _secure_transport() -> None:
    """Every request counts as one over TLS: on this machine there is nothing between the client and the server."""
    from ministack import app

    plain = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: plain(source_ip, True)  # noqa: FBT003


def _event_versions() -> None:
    """An S3 event of a versioned bucket says which version it is about."""
    from ministack.services import eventbridge, s3

    version: ContextVar[str | None] = ContextVar("version", default=None)
    plain_fire, plain_dispatch = s3._fire_s3_event, eventbridge._dispatch_event  # noqa: SLF001

    def fire(*args: Any, version_id: str | None = None, **details: Any) -> None:
        token = version.set(version_id)
        try:
            plain_fire(*args, version_id=version_id, **details)
        finally:
            version.reset(token)

    def dispatch(event: dict[str, Any], *args: Any, **details: Any) -> Any:
        if (version_id := version.get()) and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = {**event, "Detail": json.dumps(detail)}
        return plain_dispatch(event, *args, **details)

    s3._fire_s3_event = fire  # noqa: SLF001
    eventbridge._dispatch_event = dispatch  # noqa: SLF001


def _one_root() -> None:
    """The account's root is whoever has this start's key: not also `test`, nor any account's number."""
    from ministack.core import iam_evaluator

    # An empty key is the emulator calling itself, and what needs no signature (sign-in, an API's own authorizer).
    iam_evaluator.is_root_access_key = lambda key: not key or key == os.environ["AWS_ACCESS_KEY_ID"]


def _shared_code() -> None:
    """Workers of one archive have one copy of it, as a function's environments have; not a hundred megabytes each."""
    import zipfile

    from ministack.core import lambda_runtime

    copies = Path(os.environ["FIRSTBYTES_FOLDER"], "code")
    lock = threading.Lock()

    class Shared(zipfile.ZipFile):
        """An archive that is unpacked once; each further time, links to its entries are made."""

        def extractall(self, path: Any = None, *_: Any) -> None:
            """Unpack to a folder, or link what was unpacked before; the archive itself is not needed any more."""
            content = repr([(item.filename, item.CRC, item.file_size) for item in self.infolist()])
            copy = copies / hashlib.sha256(content.encode()).hexdigest()
            with lock:
                if not copy.exists():
                    fresh = copy.with_suffix(".new")
                    super().extractall(fresh)
                    fresh.rename(copy)
            for entry in copy.iterdir():
                Path(path, entry.name).symlink_to(entry)
            Path(str(self.filename)).unlink()

    class Module:
        """The zipfile module, but for one class."""

        ZipFile = Shared

        def __getattr__(self, name: str) -> Any:
            return getattr(zipfile, name)

    lambda_runtime.zipfile = Module()


def _signature_age() -> None:
    """A bucket policy sees how old a request's signature is (s3:signatureAge, in milliseconds)."""
    from ministack import app
    from ministack.core import iam_evaluator

    signed: ContextVar[str] = ContextVar("signed", default="")
    plain_pin, plain_resolve = app.pin_signed_request, iam_evaluator._resolve_condition_key  # noqa: SLF001

    def pin(method: str, path: str, query: Mapping[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
        header = next((value.decode("latin-1") for name, value in headers if name.lower() == b"x-amz-date"), "")
        signed.set(query.get("X-Amz-Date", [header])[0])
        plain_pin(method, path, query, headers)

    def resolve(key: str, context: Any) -> Any:
        if key.lower() != "s3:signatureage":
            return plain_resolve(key, context)
        return signature_age_ms(signed.get(), time.time())

    app.pin_signed_request = pin
    iam_evaluator._resolve_condition_key = resolve  # noqa: SLF001


def signature_age_ms(date: str, now_s: float) -> str | None:
    """Return how long ago a signature was made; None without a readable date. Pure."""
    try:
        signed = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return str(round((now_s - signed.timestamp()) * 1000))


SEAMS: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "versioned-reads": _versioned_reads,
        "secure-transport": _secure_transport,
        "event-versions": _event_versions,
        "one-root": _one_root,
        "shared-code": _shared_code,
        "signature-age": _signature_age,
    }
)
"""Every seam by name; a seam's docstring says what AWS does and MiniStack does not."""


def install(names: str | None) -> None:
    """Install the named seams (comma-separated), or all of them when None."""
    for name in SEAMS if names is None else filter(None, names.split(",")):
        SEAMS[name]()


def serve(socket_fd: int) -> None:
    """Serve the emulator on a socket that is bound already, until standard input ends or SIGTERM comes."""
    from hypercorn.asyncio import serve as hypercorn
    from hypercorn.config import Config
    from ministack.app import app

    config = Config()
    config.bind = [f"fd://{socket_fd}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        # The starter holds the other end: when it dies, however it dies, this process ends too.
        threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(stop.set)), daemon=True).start()
        serving = asyncio.ensure_future(hypercorn(app, config, shutdown_trigger=asyncio.Event().wait))
        await asyncio.wait({serving, asyncio.ensure_future(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
        # No grace: threads of the emulator poll for seconds, and nothing in it is kept.
        leave()

    asyncio.run(main())


def _refuse(*_: object, **__: object) -> NoReturn:
    raise OSError("the emulator is stopping")


def leave() -> NoReturn:
    """End everything that descends from this process, its files, and then this process, at once."""
    # A poller whose worker is killed would start another.
    subprocess.Popen = _refuse  # type: ignore[assignment, misc]
    end_descendants()
    shutil.rmtree(os.environ["FIRSTBYTES_FOLDER"], ignore_errors=True)
    os._exit(0)


def main() -> None:
    """Run the emulator as `local.server` starts it: FIRSTBYTES_SOCKET is bound, FIRSTBYTES_FOLDER its own."""
    adopt_orphans()
    install(os.environ.get("FIRSTBYTES_SEAMS"))
    serve(int(os.environ["FIRSTBYTES_SOCKET"]))


if __name__ == "__main__":
    main()
