"""Five hundred documents at once: none lost, none read twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.e2e.backstage import Backstage
from tests.e2e.steps import TEXT, Person, eventually

COUNT = 500
SENDERS = 8


def test_five_hundred_documents_at_once_are_each_read_once(alice: Person, backstage: Backstage) -> None:
    """Each has one version, begun once, and one envelope of its own bytes, in whatever order they came."""
    with ThreadPoolExecutor(SENDERS) as pool:
        sent = list(pool.map(lambda number: alice.put(f"{number:03}.txt", TEXT + b"%d\n" % number), range(COUNT)))
    assert len(set(sent)) == COUNT
    eventually(lambda: not backstage.waiting("intakeQueueUrl"), "an empty queue", 120)
    heads, versions = backstage.items(alice.owner)
    assert Counter(head.status for head in heads) == {"completed": COUNT}
    assert Counter((version.status, version.attempt, version.gen) for version in versions) == {
        ("completed", 1, 1): COUNT
    }
    by_document = {version.document_id: version for version in versions}
    assert {head.document_id: head.version_id for head in heads} == {
        document_id: version.version_id for document_id, version in by_document.items()
    }
    assert set(by_document) == set(sent)
    sizes = {document_id: len(TEXT) + len(str(number)) + 1 for number, document_id in enumerate(sent)}
    assert {document_id: version.size_bytes for document_id, version in by_document.items()} == sizes
    assert [document["id"] for document in alice.listed(order="oldest")] == [
        head.document_id for head in sorted(heads, key=lambda head: (head.created_at, head.document_id))
    ]
    assert backstage.waiting("intakeDlqUrl") == backstage.waiting("ruleDlqUrl") == 0
