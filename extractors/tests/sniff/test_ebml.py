"""EBML files are told by DocType, then by the kinds of their tracks."""

from __future__ import annotations

import pytest
from media_files import element, matroska, type_of, uint

SEEK_HEAD, SEEK, SEEK_ID, SEEK_POSITION, TRACKS, ENTRY, KIND = (
    0x114D9B74,
    0x4DBB,
    0x53AB,
    0x53AC,
    0x1654AE6B,
    0xAE,
    0x83,
)
CRC, VOID, CLUSTER = 0xBF, 0xEC, 0x1F43B675


def _tracks(*kinds: int) -> bytes:
    return element(TRACKS, element(CRC, bytes(4)), *(element(ENTRY, uint(0xD7, 1), uint(KIND, kind)) for kind in kinds))


@pytest.mark.parametrize(
    ("doc_type", "kinds", "media_type"),
    [
        ("webm", (1, 2), "video/webm"),
        ("webm", (2,), "audio/webm"),
        ("matroska", (2, 1), "video/matroska"),
        ("matroska", (2,), "audio/matroska"),
        ("matroska", (17,), "application/x-matroska-subtitles"),
        ("matroska", (), "application/x-matroska"),
        ("webm", (), "video/webm"),
        ("other", (1,), "application/x-ebml"),
    ],
)
def test_kinds(doc_type: str, kinds: tuple[int, ...], media_type: str) -> None:
    """Video outranks audio, audio subtitles; without tracks the container is the answer."""
    assert type_of(matroska(_tracks(*kinds), doc_type=doc_type)) == media_type


def test_tracks_elsewhere() -> None:
    """Tracks that come after the clusters are found through SeekHead, whose check sum is no entry."""

    def head(position: int) -> bytes:
        seek = element(SEEK, element(SEEK_ID, TRACKS.to_bytes(4)), element(SEEK_POSITION, position.to_bytes(8)))
        return element(SEEK_HEAD, element(CRC, bytes(4)), seek) + element(CLUSTER, bytes(300))

    assert type_of(matroska(head(len(head(0))), _tracks(2))) == "audio/matroska"
    assert type_of(matroska(head(1), _tracks(2))) == "application/x-matroska"


def test_no_seek_head_to_tracks() -> None:
    """Neither an index without tracks nor a file of clusters only says what it holds."""
    empty = element(SEEK_HEAD, element(SEEK, element(SEEK_ID, b"\x1c\x53\xbb\x6b"), uint(SEEK_POSITION, 5)))
    assert type_of(matroska(empty, element(CLUSTER, bytes(9)), _tracks(2))) == "application/x-matroska"
    assert type_of(matroska(element(CLUSTER, bytes(9)))) == "application/x-matroska"


def test_broken() -> None:
    """A file cut off in its header, or with a broken element, is EBML or Matroska and no more."""
    assert type_of(b"\x1aE\xdf\xa3") == "application/x-ebml"
    assert type_of(matroska(element(TRACKS, element(ENTRY, b"\0\0")))) == "application/x-matroska"
    assert type_of(matroska()[:43]) == "application/x-matroska"
