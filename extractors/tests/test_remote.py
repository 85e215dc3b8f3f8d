"""Byte sources beyond this machine, against real servers on it."""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from firstbytes import SourceError
from firstbytes.remote import FsspecSource, HttpSource, from_stream, open_source
from firstbytes.source import BLOCK

DATA = bytes(range(256)) * 1024


class Server(http.server.BaseHTTPRequestHandler):
    """Serves DATA in the way that the path names."""

    protocol_version = "HTTP/1.1"
    requests: ClassVar[list[tuple[str, str]]] = []

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:  # noqa: C901, PLR0912 - a case for each way to answer
        """Answer as the path says."""
        span = self.headers.get("Range", "")
        self.requests.append((self.path, span))
        first, last = (int(n) for n in span.removeprefix("bytes=").split("-"))
        part = DATA[first : last + 1]
        where = f"bytes {first}-{first + len(part) - 1}/{len(DATA)}"
        match self.path.partition("?")[0]:
            case "/good":
                self._send(206, part, Content_Range=where, ETag='"v1"')
            case "/closes":
                self._send(206, part, Content_Range=where, Connection="close")
                self.close_connection = True
            case "/changes":
                same = first == 0 or not self.headers.get("If-Match")
                self._send(206 if same else 412, part if same else b"", Content_Range=where, ETag='"v1"')
            case "/short":
                self._send(206, part if first == 0 else part[:-1], Content_Range=where)
            case "/elsewhere":
                self._send(302, Location="file:///etc/hostname")
            case "/crooked":
                self._send(302, Location="http://[::1")
            case "/later":
                self._send(206, part, Content_Range=f"bytes 5-9/{len(DATA)}")
            case "/b%C3%BCcher%20x":
                self._send(206, part, Content_Range=where)
            case "/small":
                self._send(200, b"tiny")
            case "/empty":
                self._send(416, Content_Range="bytes */0")
            case "/whole":
                self._send(200, DATA)
            case "/moved":
                self._send(302, Location="/good")
            case "/loop":
                self._send(302, Location="/loop")
            case _:
                self._send(404)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The server's address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as httpd:
        httpd.daemon_threads = True
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/good", "/closes", "/moved", "/good?x=1&y=2", "/bücher x"])
def test_ranges_read_like_the_bytes(server: str, path: str) -> None:
    """Kept and closed connections, redirects and queries all give the same bytes."""
    with HttpSource(server + path) as source:
        assert source.size == len(DATA)
        for start, length in ((0, 10), (BLOCK - 5, 10), (200_000, 1000), (len(DATA) - 3, 100), (-1, 5), (len(DATA), 1)):
            assert source.read(start, length) == (DATA[start : start + length] if start >= 0 else b"")


def test_the_first_request_gives_size_and_first_block(server: str) -> None:
    """Opening and reading the first block is one request; a later block is one more."""
    Server.requests.clear()
    with HttpSource(f"{server}/good") as source:
        source.read(0, BLOCK)
        source.read(BLOCK, BLOCK)
    assert Server.requests == [("/good", f"bytes=0-{BLOCK - 1}"), ("/good", f"bytes={BLOCK}-{2 * BLOCK - 1}")]


def test_small_and_empty_objects_need_no_ranges(server: str) -> None:
    """A server that answers 200 with all of a small object will do, and so will 416 for an empty one."""
    with HttpSource(f"{server}/small") as small, HttpSource(f"{server}/empty") as empty:
        assert (small.size, small.read(1, 9), empty.size, empty.read(0, 9)) == (4, b"iny", 0, b"")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/whole", "does not serve ranges"),
        ("/loop", "more than 5 redirects"),
        ("/missing", "answered 404"),
        ("/elsewhere", r"expected http\(s\)://host/path, got file:///etc/hostname"),
        ("/crooked", r"redirects to http://\[::1"),
        ("/later", "answered 206"),
    ],
)
def test_servers_that_will_not_do_are_refused(server: str, path: str, message: str) -> None:
    """The refusal names the address and the reason."""
    with pytest.raises(SourceError, match=message):
        HttpSource(server + path)


@pytest.mark.parametrize(
    ("path", "message"), [("/changes", "the object changed"), ("/short", "expected 206 and 10 bytes")]
)
def test_two_versions_are_never_mixed(server: str, path: str, message: str) -> None:
    """A changed object and a short answer are errors, not bytes."""
    with HttpSource(server + path) as source, pytest.raises(SourceError, match=message):
        source.read(100_000, 10)


def test_nobody_there_is_an_error() -> None:
    """A refused connection and a host that does not exist raise SourceError."""
    with pytest.raises(SourceError, match="cannot read http"):
        HttpSource("http://127.0.0.1:9/x")


@pytest.fixture
def memory() -> Iterator[str]:
    """A file in fsspec's memory file system."""
    with fsspec.open("memory://folder/data.bin", "wb") as file:
        file.write(DATA)
    yield "memory://folder/data.bin"
    fsspec.filesystem("memory").rm("/folder", recursive=True)


def test_fsspec_reads_like_the_bytes(memory: str) -> None:
    """Anything fsspec opens is a source."""
    source = open_source(memory)
    assert isinstance(source, FsspecSource)
    assert (source.size, source.read(1000, 10), source.read(-1, 1)) == (len(DATA), DATA[1000:1010], b"")
    source.close()


@pytest.mark.parametrize("url", ["memory://no/such", "memory://folder", "nosuchscheme://x"])
def test_what_fsspec_cannot_open_is_named(memory: str, url: str) -> None:
    """A missing object, a folder and an unknown scheme raise SourceError with the address."""
    assert memory
    with pytest.raises(SourceError, match=f"cannot read {url}"):
        open_source(url)


class Sour(fsspec.AbstractFileSystem):  # type: ignore[misc] # fsspec has no types
    """A filesystem with an error of its own kind, as botocore has, and one object of unknown size."""

    protocol = "sour"

    def info(self, path: str, **_: object) -> dict[str, object]:
        """Raise, or leave the size out."""
        if path == "sized":
            return {"name": path, "type": "file", "size": None}
        msg = "no credentials"
        raise LookupError(msg)


@pytest.mark.parametrize(("url", "message"), [("sour://x", "no credentials"), ("sour://sized", "not tell its size")])
def test_errors_of_a_filesystem_are_ours(url: str, message: str) -> None:
    """Whatever kind of error a filesystem raises, and an object without a size, is a SourceError."""
    fsspec.register_implementation("sour", Sour, clobber=True)
    with pytest.raises(SourceError, match=f"cannot read {url}: .*{message}"):
        open_source(url)


def test_an_object_that_goes_away_is_an_error(memory: str) -> None:
    """A read after the object was removed raises SourceError."""
    source = open_source(memory)
    fsspec.filesystem("memory").rm("/folder/data.bin")
    with pytest.raises(SourceError, match="cannot read memory"):
        source.read(0, 10)
    with fsspec.open(memory, "wb") as file:
        file.write(b"x")


def test_s3_objects_are_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """s3:// works through s3fs, against an S3 server on this machine."""
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        client = boto3.client("s3", endpoint_url=address)
        client.create_bucket(Bucket="ternholm", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        client.put_object(Bucket="ternholm", Key="k/data.bin", Body=DATA)
        source = open_source("s3://ternholm/k/data.bin")
        assert (source.size, source.read(70_000, 10)) == (len(DATA), DATA[70_000:70_010])
    finally:
        server.stop()
        fsspec.config.conf.clear()
        fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_a_path_is_a_file(tmp_path: Path) -> None:
    """Without a scheme a name is a path, however odd."""
    path = tmp_path / "a:b?c#d.txt"
    path.write_bytes(b"abc")
    assert open_source(str(path)).read(0, 9) == b"abc"


def test_streams_are_bounded() -> None:
    """Standard input is read whole, up to a limit."""
    assert from_stream(io.BytesIO(b"abc"), 3).read(0, 9) == b"abc"
    with pytest.raises(SourceError, match="more than 3 bytes"):
        from_stream(io.BytesIO(b"abcd"), 3)
