"""Byte sources beyond this machine: HTTP(S) with ranges, and anything fsspec opens (extra `fsspec`)."""

from __future__ import annotations

import http.client
import re
import ssl
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import firstbytes
from firstbytes.errors import SourceError
from firstbytes.source import BLOCK, ByteSource, BytesSource, FileSource

_TIMEOUT_S = 20.0
_REDIRECTS = 5
_CONTENT_RANGE = re.compile(r"bytes 0-(\d{1,18})/(\d{1,18})")
_KEPT = "/?#[]@!$&'()*+,;=:%~"
"""What stays as it was typed in a path and query (RFC 3986, 2.2); the rest is percent-encoded."""
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,18})")


def open_source(where: str) -> ByteSource:
    """Open a path, an http(s) URL, or any URL that fsspec knows (s3://, gs://, ...).

    Raises:
        SourceError: it cannot be opened, with what to type where an extra is missing.
    """
    scheme = where.partition("://")[0].lower() if "://" in where else ""
    if scheme in {"http", "https"}:
        return HttpSource(where)
    return FsspecSource(where) if scheme else FileSource(Path(where))


class HttpSource:
    """A byte source over HTTP(S) ranges (RFC 9110, 14). The first request gives the size and the first block.

    Later requests carry the first one's strong ETag, so that bytes of two versions never mix.

    Raises:
        SourceError: the server refuses, does not serve ranges, or the object changed.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: http.client.HTTPConnection | None = None
        self._etag = ""
        try:
            self._first, self._size = self._open()
        except SourceError:
            self.close()
            raise

    @property
    def size(self) -> int:
        """Length in bytes, as the first answer gave it."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`: one request, but for the first block, which is here already."""
        stop = min(self._size, start + length)
        if start < 0 or stop <= start:
            return b""
        if stop <= len(self._first):
            return self._first[start:stop]
        response, data = self._get(self._url, start, stop - 1, limit=stop - start)
        if response.status == http.client.PRECONDITION_FAILED:
            raise self._error("the object changed while it was read")
        if response.status != http.client.PARTIAL_CONTENT or len(data) != stop - start:
            raise self._error(f"expected 206 and {stop - start} bytes, got {response.status} and {len(data)}")
        return data

    def _open(self) -> tuple[bytes, int]:
        for _ in range(_REDIRECTS + 1):
            response, data = self._get(self._url, 0, BLOCK - 1, limit=BLOCK)
            location = response.getheader("location")
            if response.status not in {301, 302, 303, 307, 308} or not location:
                break
            self.close()
            try:
                self._url = urljoin(self._url, location)
            except ValueError as error:
                raise self._error(f"it redirects to {location}") from error
        else:
            raise self._error(f"more than {_REDIRECTS} redirects")
        etag = response.getheader("etag") or ""
        self._etag = "" if etag.startswith("W/") else etag
        return self._sized(response, data)

    def _sized(self, response: http.client.HTTPResponse, data: bytes) -> tuple[bytes, int]:
        span = response.getheader("content-range") or ""
        if response.status == http.client.PARTIAL_CONTENT and (found := _CONTENT_RANGE.fullmatch(span)):
            return data, int(found[2])
        if response.status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and (none := _UNSATISFIED.fullmatch(span)):
            return b"", int(none[1])
        if response.status == http.client.OK:
            length = response.getheader("content-length") or ""
            if length.isdecimal() and length.lstrip("0") == (str(len(data)) if data else ""):
                return data, len(data)
            raise self._error("the server does not serve ranges of it; try: curl -sL URL | firstbytes extract -")
        raise self._error(f"the server answered {response.status} {response.reason}")

    def _get(self, url: str, first: int, last: int, limit: int) -> tuple[http.client.HTTPResponse, bytes]:
        """Ask for a range, twice if a kept connection turns out to be closed; read at most `limit` bytes."""
        parts = self._parts(url)
        headers = {"Range": f"bytes={first}-{last}", "User-Agent": f"firstbytes/{firstbytes.__version__}"}
        headers |= {"Accept-Encoding": "identity"} | ({"If-Match": self._etag} if self._etag else {})
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_KEPT)
        for last_try in (self._connection is None, True):
            connection = self._connection or _connect(parts)
            self._connection = connection
            try:
                connection.request("GET", target, headers=headers)
                response = connection.getresponse()
                data = _body(response, limit)
            except (OSError, http.client.HTTPException, UnicodeError) as error:
                self.close()
                if last_try:
                    msg = f"cannot read {self._url}: {error or type(error).__name__}"
                    raise SourceError(msg) from error
            else:
                if not response.isclosed():
                    self.close()
                return response, data
        raise AssertionError

    def _parts(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            named = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError as error:
            raise self._error(str(error)) from error
        if not named:
            msg = f"expected http(s)://host/path, got {url}"
            raise self._error(msg)
        return parts

    def _error(self, why: str) -> SourceError:
        return SourceError(f"cannot read {self._url}: {why}")

    def close(self) -> None:
        """Close the connection; the next read opens another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        """Return the source itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    """Read at most `limit` bytes; a server that drips them gets no longer than one that is silent."""
    latest = time.monotonic() + _TIMEOUT_S
    data = bytearray()
    while len(data) < limit and (part := response.read1(limit - len(data))):
        data += part
        if time.monotonic() > latest:
            msg = "timed out"
            raise TimeoutError(msg)
    response.read(0)  # read1 does not mark the end, and only then is the connection kept
    return bytes(data)


def _connect(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, parts.port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, parts.port, timeout=_TIMEOUT_S)


class FsspecSource:
    """A byte source over any filesystem fsspec knows: s3://bucket/key, gs://..., memory://..., zip://...

    Raises:
        SourceError: fsspec or the filesystem's package is not installed, or the object cannot be read.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            import fsspec

            self._filesystem, self._path = fsspec.core.url_to_fs(url)
            info: dict[str, Any] = self._filesystem.info(self._path)
        except ImportError as error:
            msg = f"cannot read {url}: {error}; try: pip install 'firstbytes[fsspec]'"
            raise SourceError(msg) from error
        except Exception as error:
            raise self._error(error) from error
        if info.get("type") == "directory":
            msg = f"cannot read {url}: expected an object, got a folder"
            raise SourceError(msg)
        if not isinstance(info.get("size"), int):
            msg = f"cannot read {url}: it does not tell its size; download it first"
            raise SourceError(msg)
        self._size = int(info["size"])

    def _error(self, error: Exception) -> SourceError:
        """Return our error for one of a filesystem, which may raise its own kinds, botocore's for one."""
        return SourceError(f"cannot read {self._url}: {str(error) or type(error).__name__}")

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return up to `length` bytes from `start`: one request of the filesystem."""
        stop = min(self._size, start + length)
        if start < 0 or stop <= start:
            return b""
        try:
            data: bytes = self._filesystem.cat_file(self._path, start=start, end=stop)
        except Exception as error:
            raise self._error(error) from error
        return data

    def close(self) -> None:
        """Do nothing: each read stands alone."""


def from_stream(stream: Any, limit: int) -> BytesSource:
    """Return a source over what a stream holds, standard input say.

    Raises:
        SourceError: there are more than `limit` bytes.
    """
    data: bytes = stream.read(limit + 1)
    if len(data) > limit:
        msg = f"cannot read standard input: more than {limit} bytes; save it to a file first"
        raise SourceError(msg)
    return BytesSource(data)
