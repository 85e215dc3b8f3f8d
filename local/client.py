"""A small client of the API, as the demo and the end-to-end tests use it: docs/openapi.json is what it speaks."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import IO, Any
from urllib.parse import quote, urlencode

from local.errors import LocalError
from local.web import Answer, Http

SETTLED = frozenset({"completed", "partial", "unsupported", "failed"})
"""The statuses that a document ends in."""

_SIGNED_AT_ONCE = 100


class ApiError(LocalError):
    """The API refused a request: `status`, and `code` of its problem document."""

    def __init__(self, request: str, answer: Answer) -> None:
        self.status = answer.status
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        self.code: str = problem.get("code", "") if isinstance(problem, dict) else ""
        detail = problem.get("detail") or problem.get("message") if isinstance(problem, dict) else None
        super().__init__(f"{request}: {answer.status} {self.code} {detail or repr(answer.body[:200])}")


class Client:
    """The API, as one signed-in user.

    Args:
        api_url: the stage's address.
        token: the access token.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        api_url: str,
        token: str,
        *,
        http: Http | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.token = token
        self.http = http or Http()
        self._clock = clock
        self._sleep = sleep

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; return its answer, whatever the status."""
        address = f"{self.api_url}{path}{'?' + urlencode(query) if query else ''}"
        data = None if body is None else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if body is not None else {}
        all_headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **kind, **(headers or {})}
        return self.http.send(method, address, data, all_headers)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send a request; return the JSON of its answer.

        Raises:
            ApiError: the status is 400 or above.
        """
        answer = self.send(method, path, body, **options)
        if answer.status >= 400:
            raise ApiError(f"{method} {path}", answer)
        return answer.json() if answer.body else None

    def begin(self, name: str, size_bytes: int, *, media_type: str = "", project: str = "") -> Any:
        """Create a document; return it with where its bytes go."""
        body: dict[str, Any] = {"name": name, "size_bytes": size_bytes}
        body |= {"media_type": media_type} if media_type else {}
        body |= {"project": project} if project else {}
        return self.call("POST", "/documents", body)

    def send_bytes(self, begun: Mapping[str, Any], content: IO[bytes]) -> None:
        """Send a document's bytes to where `begin` or a new version said."""
        target = begun["upload"]
        if target["kind"] == "post":
            self.post(target["url"], target["fields"], content.read())
        else:
            self.send_parts(begun["document"]["id"], target, content)

    def post(self, url: str, fields: Mapping[str, str], content: bytes) -> None:
        """Send bytes to S3 as one form.

        Raises:
            ApiError: S3 refused them.
        """
        boundary = secrets.token_hex(16)
        answer = self.http.send(
            "POST", url, form(fields, content, boundary), {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )
        if answer.status not in {200, 201, 204}:
            raise ApiError("POST to S3", answer)

    def send_parts(self, document_id: str, target: Mapping[str, Any], content: IO[bytes]) -> None:
        """Send bytes to S3 in parts, and complete the upload."""
        path = f"/documents/{document_id}/upload"
        parts: list[dict[str, Any]] = []
        numbers = list(range(1, target["part_count"] + 1))
        for start in range(0, len(numbers), _SIGNED_AT_ONCE):
            batch = {"part_numbers": numbers[start : start + _SIGNED_AT_ONCE]}
            for part in self.call("POST", f"{path}/parts", batch)["parts"]:
                answer = self.http.send("PUT", part["url"], content.read(part["size_bytes"]))
                if answer.status != 200:
                    raise ApiError(f"PUT of part {part['part_number']}", answer)
                parts.append({"part_number": part["part_number"], "etag": answer.headers["etag"]})
        self.call("POST", f"{path}/complete", {"parts": parts})

    def document(self, document_id: str) -> Any:
        """Return a document."""
        return self.call("GET", f"/documents/{quote(document_id)}")

    def wait(self, document_id: str, timeout_s: float = 150.0, *, statuses: frozenset[str] = SETTLED) -> Any:
        """Wait until a document has one of some statuses; return it.

        Raises:
            LocalError: it has not within the time.
        """
        deadline, pause = self._clock() + timeout_s, 0.05
        while (document := self.document(document_id))["status"] not in statuses:
            if self._clock() > deadline:
                raise LocalError(
                    f"expected document {document_id} to be {' or '.join(sorted(statuses))} within {timeout_s:g} s, "
                    f"got {document['status']}"
                )
            self._sleep(pause)
            pause = min(0.5, pause * 1.5)
        return document

    def envelope(self, document_id: str, version: str = "") -> Any:
        """Return the envelope of a document's current version, or of another one."""
        query = {"version": version} if version else None
        return self.call("GET", f"/documents/{quote(document_id)}/envelope", query=query)


def form(fields: Mapping[str, str], content: bytes, boundary: str) -> bytes:
    """Return a multipart form: the fields, then the bytes as `file`, which S3 wants last. Pure."""
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
