"""How the answers of rules and the claims are put together."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, Signature
from firstbytes.sniff import Match
from firstbytes.sniff.engine import reconcile, sniff

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
ACME = "application/x-acme"


@pytest.mark.parametrize(
    ("found", "name", "declared", "media_type", "how", "mismatch"),
    [
        (Match("text/plain", "r"), "a.py", "", "text/x-python", "suffix", False),
        (Match("text/plain", "r"), "a", "text/x-python", "text/x-python", "declared", False),
        (Match("text/plain", "r"), "a.rs", "text/x-python", "text/rust", "suffix", True),
        (Match("image/png", "r", "signature"), "a.txt", "", "image/png", "signature", True),
        (Match("image/png", "r", "signature"), "a.png", "application/octet-stream", "image/png", "signature", False),
        (Match("text/csv", "r"), "a.txt", "", "text/csv", "content", False),
        (Match("text/x-awk", "r", weak=True), "a.pl", "", "text/x-perl", "suffix", False),
        (Match("text/x-awk", "r"), "a.pl", "", "text/x-awk", "content", True),
        (Match("application/octet-stream", "r", "default"), "a.png", "", "application/octet-stream", "default", True),
        (Match("application/octet-stream", "r", "default"), "a.dat", "", "application/octet-stream", "default", False),
        (Match("application/x-empty", "r"), "a.py", "", "text/x-python", "suffix", False),
        (Match("application/x-empty", "r"), "a.png", "", "application/x-empty", "content", True),
        (Match("application/msword", "r", "container"), "a.dot", "", "application/msword", "container", False),
        (Match("video/mp4", "r", weak=True), "a.m4a", "", "audio/mp4", "suffix", False),
        (Match("video/mp4", "r"), "a.m4a", "", "video/mp4", "content", True),
        (Match("video/mp4", "r", weak=True), "a.zip", "", "video/mp4", "content", True),
        (Match("application/bson", "r", weak=True), "a.dat", "", "application/bson", "content", False),
        (Match("text/vnd.graphviz", "r"), "a.dot", "", "text/vnd.graphviz", "content", False),
    ],
)
def test_bytes_first_then_the_suffix_then_the_declared_type(
    found: Match,
    name: str,
    declared: str,
    media_type: str,
    how: str,
    mismatch: bool,  # noqa: FBT001
) -> None:
    """A claim is taken where the bytes say its ancestor and do not rule it out; a contradiction is recorded."""
    answer = reconcile(found, name, declared)
    assert (answer.media_type, answer.how, answer.mismatch) == (media_type, how, mismatch)


def test_the_longest_magic_wins_whoever_brings_it() -> None:
    """A third party's longer signature beats a built-in one, an equally long one too, a shorter one does not."""
    for magic, expected in ((PNG[:9], ACME), (PNG[:8], ACME), (PNG[:4], "image/png")):
        assert sniff(BytesSource(PNG), signatures=[Signature(ACME, magic)]).media_type == expected


def test_a_third_partys_suffix_is_asked_when_bytes_do_not_decide() -> None:
    """A suffix signature refines unknown bytes, and is no match for a signature."""
    signatures = [Signature(ACME, suffix=".acme")]
    unknown = bytes(range(256)) * 2
    assert sniff(BytesSource(unknown), name="x.ACME", signatures=signatures).media_type == ACME
    assert sniff(BytesSource(PNG), name="x.acme", signatures=signatures).mismatch


def test_an_empty_file_is_empty() -> None:
    """Nothing has no type but its name's, where that is a kind of text."""
    assert sniff(BytesSource(b"")).media_type == "application/x-empty"
    assert sniff(BytesSource(b""), name="a.md").media_type == "text/markdown"


def test_answers_have_canonical_names_and_ancestors() -> None:
    """Whatever a declared type is called, the answer uses the registry's name and lists what it also is."""
    answer = sniff(BytesSource(b"plain\n"), declared="text/x-markdown; charset=utf-8")
    assert (answer.media_type, answer.ancestors) == ("text/markdown", ("text/plain", "application/octet-stream"))


class Counting:
    """A source that counts reads."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads = 0

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.data)

    def read(self, start: int, length: int) -> bytes:
        """Return the slice."""
        self.reads += 1
        return self.data[start : start + length]


@pytest.mark.parametrize(
    "head", [PNG, b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x00\x00\x00\x18ftypisom", b"text "]
)
def test_sniffing_takes_at_most_five_reads(head: bytes) -> None:
    """However big and broken the container."""
    source = Counting(head + bytes(3_000_000))
    sniff(source)
    assert source.reads <= 5
