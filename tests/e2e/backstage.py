"""What no user can do: stop and kill workers, change settings, look into tables. All with a way back."""

from __future__ import annotations

import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from functions import events, keys
from functions.store.documents import Documents
from functions.store.items import Head, Version
from local.platform import Platform
from local.processes import alive, descendants
from tests.e2e.steps import eventually


class Backstage:
    """The account's root over one platform."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.stack = platform.stack
        self.client = platform.server.client
        self.documents = Documents(self.client("dynamodb"), self.stack["documentsTable"])

    # Looking

    def head(self, document_id: str) -> Head:
        """Return a document's head as the table has it."""
        head = self.documents.read_head(document_id)
        assert head is not None
        return head

    def items(self, owner: str) -> tuple[list[Head], list[Version]]:
        """Return every head and every version item of an owner's documents."""
        from functions.store.items import decode, head_of, version_of

        heads: list[Head] = []
        versions: list[Version] = []
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.stack["documentsTable"])
        for item in (item for page in pages for item in page["Items"]):
            if decode(item["sk"]) == keys.HEAD:
                heads.append(head_of(item))
            elif decode(item["sk"]).startswith("v#"):
                versions.append(version_of(item))
        heads = [head for head in heads if head.owner == owner]
        ours = {head.document_id for head in heads}
        return heads, [version for version in versions if version.document_id in ours]

    def waiting(self, queue: str) -> int:
        """Return how many messages are in a queue (an output's name), handed out ones too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.stack[queue], AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def handed_out(self) -> int:
        """Return how many messages of the intake queue somebody has."""
        name = "ApproximateNumberOfMessagesNotVisible"
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.stack["intakeQueueUrl"], AttributeNames=[name])
        return int(found["Attributes"][name])

    def look_again(self, owner: str, document_id: str, version_id: str) -> None:
        """Send a message to look at a version of a document."""
        place = keys.Place(owner=owner, document_id=document_id)
        body = events.look_again(place, version_id, self.stack["documentsBucket"])
        self.client("sqs").send_message(QueueUrl=self.stack["intakeQueueUrl"], MessageBody=body)

    def invoke(self, function: str, event: object) -> Any:
        """Invoke a function (an output's name) and return what it answers."""
        answer = self.client("lambda").invoke(FunctionName=self.stack[function], Payload=json.dumps(event).encode())
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def purge(self, owner: str, document_id: str) -> None:
        """Remove every version of a document's object for good."""
        s3, bucket = self.client("s3"), self.stack["documentsBucket"]
        found = s3.list_object_versions(Bucket=bucket, Prefix=f"t/{owner}/{document_id}")
        for row in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=bucket, Key=row["Key"], VersionId=row["VersionId"])

    # Time

    def age(self, document_id: str, seconds: int) -> None:
        """Make what a head says of times so much older: the emulator's clock cannot be set."""
        head = self.head(document_id)
        values = {":since": {"N": str(head.since - seconds * 1000)}}
        update = "SET since = :since"
        if head.upload:
            values[":end"] = {"N": str(head.upload.expires_at - seconds)}
            update += ", upload.expires_at = :end"
        self._update(keys.head_key(document_id), update, values)

    def end_lease(self, document_id: str, version_id: str) -> None:
        """Let the lease of a version be over, as it is two minutes after its claim."""
        self._update(keys.version_key(document_id, version_id), "SET lease_until = :past", {":past": {"N": "1"}})

    def _update(self, key: Any, update: str, values: Mapping[str, Any]) -> None:
        self.client("dynamodb").update_item(
            TableName=self.stack["documentsTable"],
            Key=key,
            UpdateExpression=update,
            ExpressionAttributeValues=dict(values),
        )

    # Settings

    @contextmanager
    def delivered(self, *, again_s: int, most: int = 8) -> Iterator[None]:
        """Let a message of the intake queue come again sooner than after nine minutes, and at most so often."""
        sqs, url = self.client("sqs"), self.stack["intakeQueueUrl"]
        names = ["VisibilityTimeout", "RedrivePolicy"]
        usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        redrive = json.dumps({**json.loads(usual["RedrivePolicy"]), "maxReceiveCount": most})
        changed = {"VisibilityTimeout": str(again_s), "RedrivePolicy": redrive}
        sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=usual)

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Let EventBridge lose what S3 says: every rule that has the intake queue as its target is off."""
        bus, arn = self.client("events"), self._queue_arn("intakeQueueUrl")
        rules = bus.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
        assert rules
        for rule in rules:
            bus.disable_rule(Name=rule)
        try:
            yield
        finally:
            for rule in rules:
                bus.enable_rule(Name=rule)

    @contextmanager
    def forbidden(self, function: str, prefix: str) -> Iterator[None]:
        """Take every permission whose action begins so from a function's role."""
        iam = self.client("iam")
        role = self.client("lambda").get_function(FunctionName=self.stack[function])["Configuration"]["Role"]
        name = role.rpartition("/")[2]
        (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
        usual = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        left = [
            statement
            for statement in usual["Statement"]
            if not any(action.startswith(prefix) for action in _listed(statement["Action"]))
        ]
        assert 0 < len(left) < len(usual["Statement"])
        put = partial(iam.put_role_policy, RoleName=name, PolicyName=policy)
        put(PolicyDocument=json.dumps({**usual, "Statement": left}))
        try:
            yield
        finally:
            put(PolicyDocument=json.dumps(usual))

    @contextmanager
    def extractor(self, name: str, source: str) -> Iterator[None]:
        """Deploy the router with another body for one extractor of its routes; `source` defines `extract`."""
        functions, s3 = self.client("lambda"), self.client("s3")
        function = self.stack["routerFunction"]
        *_, usual = self.stack.account.uploaded.values()
        bucket, key = usual["S3Bucket"], "changed.zip"
        archive = s3.get_object(Bucket=bucket, Key=usual["S3Key"])["Body"].read()
        s3.put_object(Bucket=bucket, Key=key, Body=with_extractor(archive, name, source))
        try:
            functions.update_function_code(FunctionName=function, S3Bucket=bucket, S3Key=key)
            yield
        finally:
            functions.update_function_code(FunctionName=function, **usual)
            s3.delete_object(Bucket=bucket, Key=key)

    def _queue_arn(self, queue: str) -> str:
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.stack[queue], AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    # Processes

    def workers(self, function: str) -> list[int]:
        """Return the processes that a function (an output's name) runs in."""
        mark = f"ministack-lambda-{self.stack[function]}-"
        return [pid for pid in descendants(self.platform.server.pid) if mark in _command(pid)]

    @contextmanager
    def frozen(self) -> Iterator[dict[int, list[int]]]:
        """Stop the sandboxes of the router, so that what arrives stays in the middle; yield worker -> its sandbox.

        There must be a router already: only sandboxes that run can be stopped.
        """
        below = {worker: descendants(worker) for worker in self.workers("routerFunction")}
        assert any(below.values())
        _signal(below, signal.SIGSTOP)
        try:
            yield below
        finally:
            _signal(below, signal.SIGCONT)

    def processing(self, document_id: str) -> Version:
        """Wait until somebody works on the one version of a document; return it."""

        def at_work() -> list[Version]:
            _, found = self.items(self.head(document_id).owner)
            return [row for row in found if (row.document_id, row.status) == (document_id, "processing")]

        (version,) = eventually(at_work, "somebody at work")
        return version

    def gone(self, pids: list[int]) -> None:
        """Wait until processes have ended."""
        eventually(lambda: not any(map(alive, pids)), "their end")


def with_extractor(archive: bytes, name: str, source: str) -> bytes:
    """Return an archive in which one extractor's entry is a module of this source. Pure."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "routes.json":
                routes = json.loads(content)
                routes["extractors"][name]["entry"] = "poison:extract"
                content = json.dumps(routes).encode()
            new.writestr(item, content)
        new.writestr("poison.py", source)
    return out.getvalue()


def _signal(below: Mapping[int, list[int]], number: int) -> None:
    for pid in (pid for pids in below.values() for pid in pids):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
