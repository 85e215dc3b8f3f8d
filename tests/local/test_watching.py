"""Logs as they come, code as it changes, the page as it is served."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pulumi
import pulumi_aws as aws
import pytest

from local import watch
from local.deploy import deploy
from local.logs import Follower, readable
from local.page import contents, local_headers, served
from local.server import Server, listen
from local.web import Http


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("START RequestId: 1 Version: $LATEST", None),
        ("REPORT RequestId: 1\tDuration: 3 ms", None),
        ('{"_aws": {"Timestamp": 1}, "Documents": 1}', None),
        ('{"type": "platform.start"}', None),
        ("", None),
        ("STARTING up\n", "STARTING up"),
        ("[1, 2]", "[1, 2]"),
        (
            '{"level": "INFO", "message": "finished", "correlation_id": "d#v", "location": "x"}',
            "INFO finished correlation_id=d#v",
        ),
        ('{"level": "ERROR", "message": {"a": 1}}', 'ERROR {"a": 1}'),
    ],
)
def test_a_log_line_is_shown_as_a_person_reads_it(message: str, shown: str | None) -> None:
    """The runtime's own lines and metrics are left out; a record becomes level, message, and whose it is."""
    assert readable(message) == shown


class Pages:
    """A client of logs that has the events it is given."""

    def __init__(self) -> None:
        self.events: dict[str, list[dict[str, Any]]] = {}

    def get_paginator(self, name: str) -> Pages:
        """Return itself for the one call that is used."""
        assert name == "filter_log_events"
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield each event on a page of its own."""
        for event in self.events[logGroupName]:
            if event["timestamp"] >= startTime:
                yield {"events": [event]}


def test_each_line_is_shown_once_in_order_of_time() -> None:
    """Also lines of one millisecond of which some came after the first look."""
    logs = Pages()
    logs.events = {"a": [{"timestamp": 5, "message": "five"}], "b": [{"timestamp": 3, "message": "three"}]}
    follower = Follower(logs=logs, groups={"alpha": "a", "beta": "b"})
    assert [line.text for line in follower.new()] == ["three", "five"]
    logs.events["a"].append({"timestamp": 5, "message": "five, later"})
    logs.events["a"].append({"timestamp": 6, "message": "six"})
    assert [line.text for line in follower.new()] == ["five, later", "six"]
    assert follower.new() == []


def test_a_changed_source_is_noticed_once(tmp_path: Path) -> None:
    """A file that is changed, made or removed."""
    (tmp_path / "a.py").write_text("1")
    watcher = watch.Watcher(paths=(tmp_path,))
    assert not watcher.changed()
    (tmp_path / "a.py").write_text("22")
    os.utime(tmp_path / "a.py", ns=(1, time.time_ns()))
    assert watcher.changed()
    assert not watcher.changed()
    (tmp_path / "a.py").unlink()
    assert watcher.changed()
    (tmp_path / "other.txt").write_text("no source")
    assert not watcher.changed()


def test_what_is_watched_is_there() -> None:
    """A folder that was renamed would never change again."""
    assert all(path.exists() for path in watch.paths((*watch.SOURCES, *watch.PROGRAM)))


def test_a_function_runs_new_code_after_an_update(emulator: Server) -> None:
    """Warm workers of the old code do not answer any more."""
    name = f"f{uuid4().hex[:8]}"

    def archive(version: int) -> pulumi.AssetArchive:
        source = f"def handler(event, context):\n    return {version}\n"
        return pulumi.AssetArchive({"index.py": pulumi.StringAsset(source)})

    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}

    def program() -> None:
        role = aws.iam.Role(
            "role", name=name, assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
        aws.lambda_.Function(
            "function", name=name, runtime="python3.13", handler="index.handler", role=role.arn, code=archive(1)
        )

    stack = deploy(emulator, {}, program)
    client = emulator.client("lambda")

    def answer() -> bytes:
        return bytes(client.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())

    assert answer() == b"1"
    assert watch.update(stack, archive(2)) == (name,)
    assert answer() == b"2"


def test_the_page_is_served_with_its_headers() -> None:
    """Known paths answer, others do not, and each answer carries the headers."""
    bound, _ = listen(0)
    address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    with bound, served(bound, contents('{"apiUrl": "x"}', "<x>", {}), {"X-Frame-Options": "DENY"}):
        http = Http()
        page, config, missing = (http.send("GET", f"{address}{path}") for path in ("/?code=1", "/config.json", "/x"))
    assert (page.status, page.headers["x-frame-options"]) == (200, "DENY")
    assert b"&lt;x&gt;" in page.body
    assert config.json() == {"apiUrl": "x"}
    assert (missing.status, missing.headers["x-frame-options"]) == (404, "DENY")


def test_the_pages_headers_allow_the_emulator_and_nothing_more() -> None:
    """The policy names where the API and the buckets are here; what needs TLS is left out."""
    given = {
        "Content-Security-Policy": "default-src 'none'; connect-src 'self' https://a",
        "Strict-Transport-Security": "max-age=1",
        "X-Frame-Options": "DENY",
    }
    assert local_headers(given, "http://127.0.0.1:4566") == {
        "Content-Security-Policy": "default-src 'none'; connect-src 'self' http://127.0.0.1:4566 https://a",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-cache",
    }
