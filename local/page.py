"""The page's address on this machine: its files, its configuration, and the headers that Amplify would send."""

from __future__ import annotations

import html
import mimetypes
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

Content = tuple[str, bytes]
"""Media type and body."""


def local_headers(headers: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """Return the page's headers for this machine: it may call the emulator, and is not asked for over TLS. Pure."""
    policy = headers["Content-Security-Policy"].replace("connect-src 'self'", f"connect-src 'self' {endpoint}")
    kept = {name: value for name, value in headers.items() if name != "Strict-Transport-Security"}
    return kept | {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}


def contents(config: str, api_url: str, built: Mapping[str, Content]) -> dict[str, Content]:
    """Return what is served, by path: the page that was built, or a line that says how to build it. Pure."""
    line = (
        f"<!doctype html><title>firstbytes</title><p>firstbytes runs here; its API is at {html.escape(api_url)}</p>\n"
        "<p>The page is not built: run <code>npm ci && npm run build</code> in web/, and start again.</p>\n"
    )
    index = {"/": built.get("/index.html", ("text/html; charset=utf-8", line.encode()))}
    return {**built, **index, "/config.json": ("application/json", config.encode())}


def read_built(folder: Path) -> dict[str, Content]:
    """Return the files of a build, by path; none where there is no build."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {f"/{file.relative_to(folder).as_posix()}": (_media_type(file.name), file.read_bytes()) for file in files}


def _media_type(name: str) -> str:
    kinds = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".woff2": "font/woff2"}
    suffix = PurePosixPath(name).suffix
    return kinds.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def answer(files: Mapping[str, Content], path: str) -> tuple[int, Content]:
    """Return status and content of a path. As on Amplify, what has no suffix is a page that index.html draws. Pure."""
    found = files.get(path)
    if found is None and "." not in path:
        found = files.get("/index.html")
    return (200, found) if found else (404, ("text/plain; charset=utf-8", b"not found\n"))


@contextmanager
def served(bound: socket.socket, files: Mapping[str, Content], headers: Mapping[str, str]) -> Iterator[None]:
    """Serve files on a socket that listens already, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "firstbytes", ""

        def do_GET(self) -> None:
            status, (kind, body) = answer(files, urlsplit(self.path).path)
            self.send_response(status)
            for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(bound.getsockname(), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = bound
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
