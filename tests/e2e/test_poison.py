"""What kills a process costs its own document at most, and that one ends with its reason."""

from __future__ import annotations

import os
import signal

import pytest

from bench.hostile.bombs import BOMBS
from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

MIDI = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x60MTrk\x00\x00\x00\x04\x00\xff\x2f\x00"
DEADLY = """
import faulthandler

def extract(source, context):
    faulthandler._sigsegv()
"""
GREEDY = """
def extract(source, context):
    return {"title": len(b"x" * (8 << 30))}
"""
BUGGY = """
def extract(source, context):
    return {"title": {}["no such key"]}
"""


@pytest.fixture(autouse=True)
def _warm(alice: Person) -> None:
    """Have a router that runs."""
    alice.read("warm.txt", TEXT)


def test_bombs_end_with_a_reason_and_keep_nobody(alice: Person) -> None:
    """Hostile files end, none by a bug, each limited or refused one with its reason; what came between them is read."""
    names = ["zeros.zip", "nested.gz", "huge.png", "laughs.xml", "deep.json", "cycles.pdf", "nested.mp4", "headers.eml"]
    bombs = {name: alice.put(name, BOMBS[name]()) for name in names}
    others = [alice.put(f"{number}.txt", TEXT) for number in range(4)]
    for document_id in others:
        assert alice.api.wait(document_id)["status"] == "completed"
    for name, document_id in bombs.items():
        document = alice.api.wait(document_id, 60)
        assert document["outcome"] != "failed", (name, document)
        assert document["status"] == "completed" or document["reason"], (name, document)
        assert alice.api.envelope(document_id)["document"]["name"] == name


@pytest.mark.parametrize(
    ("source", "attempts", "status", "outcome", "reason"),
    [
        (DEADLY, 3, "failed", "failed", "SIGSEGV"),
        (BUGGY, 3, "failed", "failed", "KeyError"),
        (GREEDY, 1, "partial", "limited", "memory"),
    ],
    ids=["crash", "bug", "memory"],
)
def test_a_file_that_its_extractor_cannot_bear_ends_by_name(
    alice: Person, backstage: Backstage, source: str, attempts: int, status: str, outcome: str, reason: str
) -> None:
    """A crash or a bug is tried three times and fails with its reason; what takes too much memory is limited at once.

    The message does not become a dead letter, and others are read meanwhile.
    """
    with backstage.extractor("midi", source):
        poison = alice.put("poison.mid", MIDI)
        assert alice.read("meanwhile.txt", TEXT)["status"] == "completed"
        document = alice.api.wait(poison, 60)
    assert (document["status"], document["outcome"], document["processing"]["attempt"]) == (status, outcome, attempts)
    assert reason in document["reason"]
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")
    assert backstage.waiting("intakeDlqUrl") == 0
    # With the extractor mended, reading it again mends the document.
    alice.api.call("POST", f"/documents/{poison}/reprocess")
    eventually(lambda: alice.api.document(poison)["status"] == "completed", "a mended document")
    assert alice.api.document(poison)["media_type"] == "audio/midi"


def test_a_killed_sandbox_is_made_anew(alice: Person, backstage: Backstage) -> None:
    """Its document is read by the next one, in the same attempt."""
    with backstage.frozen() as below:
        document_id = alice.put("a.txt", TEXT)
        backstage.processing(document_id)
        sandboxes = [pid for pids in below.values() for pid in pids]
        for pid in sandboxes:
            os.kill(pid, signal.SIGKILL)
    document = alice.api.wait(document_id)
    assert (document["status"], document["processing"]["attempt"]) == ("completed", 1)
    backstage.gone(sandboxes)


def test_a_killed_worker_costs_an_attempt(alice: Person, backstage: Backstage) -> None:
    """The message comes again, the lease is over, another worker reads the document; the dead one leaves no process."""
    with backstage.delivered(again_s=3), backstage.frozen() as below:
        document_id = alice.put("a.txt", TEXT)
        version = backstage.processing(document_id)
        assert version.attempt == 1
        for worker in below:
            os.kill(worker, signal.SIGKILL)
        backstage.end_lease(document_id, version.version_id)
    backstage.gone([*below, *(pid for pids in below.values() for pid in pids)])
    document = alice.api.wait(document_id)
    assert (document["status"], document["processing"]["attempt"]) == ("completed", 2)
    assert alice.api.envelope(document_id)["core"]["line_count"] == 1
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue")


def test_a_message_meanwhile_does_not_rob_a_lease(alice: Person, backstage: Backstage) -> None:
    """A second message about a version that is being read waits; the version is read once."""
    with backstage.frozen():
        document_id = alice.put("a.txt", TEXT)
        version = backstage.processing(document_id)
        backstage.look_again(alice.owner, document_id, version.version_id)
        eventually(lambda: backstage.handed_out() >= 2, "both messages to be handed out")
        eventually(lambda: len(backstage.workers("routerFunction")) >= 2, "a second worker")
    document = alice.api.wait(document_id)
    assert (document["status"], document["processing"]["attempt"]) == ("completed", 1)
