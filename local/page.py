"""The page's address on this machine: one line for now, its configuration, and the headers that Amplify would send."""

from __future__ import annotations

import html
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Content = tuple[str, bytes]
"""Media type and body."""


def local_headers(headers: Mapping[str, str], endpoint: str) -> dict[str, str]:
    """Return the page's headers for this machine: it may call the emulator, and is not asked for over TLS. Pure."""
    policy = headers["Content-Security-Policy"].replace("connect-src 'self'", f"connect-src 'self' {endpoint}")
    kept = {name: value for name, value in headers.items() if name != "Strict-Transport-Security"}
    return kept | {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}


def contents(config: str, api_url: str) -> dict[str, Content]:
    """Return what is served, by path. Pure."""
    line = (
        f"<!doctype html><title>firstbytes</title><p>firstbytes runs here; its API is at {html.escape(api_url)}</p>\n"
    )
    return {
        "/": ("text/html; charset=utf-8", line.encode()),
        "/config.json": ("application/json", config.encode()),
    }


@contextmanager
def served(bound: socket.socket, files: Mapping[str, Content], headers: Mapping[str, str]) -> Iterator[None]:
    """Serve files on a socket that listens already, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "firstbytes", ""

        def do_GET(self) -> None:
            found = files.get(urlsplit(self.path).path)
            kind, body = found or ("text/plain; charset=utf-8", b"not found\n")
            self.send_response(200 if found else 404)
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
