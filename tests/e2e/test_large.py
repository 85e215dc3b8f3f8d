"""A gigabyte goes in parts, survives an interruption, and is hardly read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.large import GB, mp4_last
from tests.e2e.backstage import Backstage
from tests.e2e.steps import Person

MIB = 1024**2
SENDERS = 4


def send(person: Person, document_id: str, path: Path, part_size: int, numbers: Iterable[int]) -> None:
    """Have parts signed in batches and send them from a file."""
    wanted = list(numbers)

    def put(part: Mapping[str, Any]) -> None:
        with path.open("rb") as file:
            file.seek((part["part_number"] - 1) * part_size)
            answer = person.api.http.send("PUT", part["url"], file.read(part["size_bytes"]))
        assert answer.status == 200

    with ThreadPoolExecutor(SENDERS) as pool:
        for start in range(0, len(wanted), 100):
            batch = {"part_numbers": wanted[start : start + 100]}
            signed = person.api.call("POST", f"/documents/{document_id}/upload/parts", batch)["parts"]
            list(pool.map(put, signed))


def test_a_gigabyte_is_resumed_and_hardly_read(alice: Person, backstage: Backstage, tmp_path: Path) -> None:
    """An MP4 whose index is at its end: under 1 MiB of it is read, in a handful of requests."""
    path = tmp_path / "film.mp4"
    mp4_last(path, GB)
    size = path.stat().st_size
    begun = alice.api.begin(path.name, size, media_type="video/mp4")
    document_id, target = begun["document"]["id"], begun["upload"]
    assert (target["kind"], target["part_count"]) == ("multipart", -(-size // target["part_size_bytes"]))
    everything = set(range(1, target["part_count"] + 1))
    send(alice, document_id, path, target["part_size_bytes"], sorted(everything - {2, 3, 77}))

    stored = alice.api.call("GET", f"/documents/{document_id}/upload/parts")
    there = {part["part_number"] for part in stored["parts"]}
    assert everything - there == {2, 3, 77}
    early = [{"part_number": part["part_number"], "etag": part["etag"]} for part in stored["parts"]]
    refused = alice.api.send("POST", f"/documents/{document_id}/upload/complete", {"parts": early})
    assert refused.json()["code"] == "parts_mismatch"

    send(alice, document_id, path, stored["part_size_bytes"], sorted(everything - there))
    stored = alice.api.call("GET", f"/documents/{document_id}/upload/parts")
    parts = [{"part_number": part["part_number"], "etag": part["etag"]} for part in stored["parts"]]
    for _ in range(2):  # done twice, it is done once
        alice.api.call("POST", f"/documents/{document_id}/upload/complete", {"parts": parts})
    document = alice.api.wait(document_id, 60)
    envelope = alice.api.envelope(document_id)
    read = envelope["sniffed_by"]["bytes_read"] + envelope["facets"]["metadata"]["bytes_read"]
    requests = envelope["sniffed_by"]["requests"] + envelope["facets"]["metadata"]["requests"]
    assert (document["status"], document["size_bytes"], envelope["media_type"]) == ("completed", size, "video/mp4")
    assert size > GB
    assert 0 < read < MIB
    assert requests <= 8
    assert envelope["core"]["duration_ms"] > 0
    assert len(alice.versions(document_id)) == 1
    # A gigabyte less in the emulator's memory.
    backstage.purge(alice.owner, document_id)
