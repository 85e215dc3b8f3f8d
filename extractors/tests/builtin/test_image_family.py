"""What holds for every picture format: valid facts, cut files, hostile bytes, few reads."""

from __future__ import annotations

import json
import random
from importlib import import_module

import msgspec
import pictures
import pytest

from firstbytes import BlockCache, BudgetExceededError, BytesSource, Context, Corrupt, Decline
from firstbytes.core import Core
from firstbytes.sniff import sniff
from firstbytes.testing import CountingSource

NAMES = sorted(pictures.MAKERS)


def checked(name: str, data: bytes) -> None:
    """Extract; whatever is said is JSON and fits the vocabulary, whatever is raised is allowed."""
    try:
        found = pictures.extracted(name, data)
    except (Corrupt, Decline, BudgetExceededError):
        return
    json.dumps(found, allow_nan=False)
    msgspec.convert(found["core"], Core)


def test_every_extractor_has_a_maker() -> None:
    """Makers and declarations name the same formats."""
    assert set(pictures.READERS) == set(pictures.MAKERS)


@pytest.mark.parametrize("name", NAMES)
def test_a_good_file(name: str) -> None:
    """A valid file is sniffed as a type its extractor accepts, and read without complaint, in a few reads."""
    data = pictures.MAKERS[name]()
    media_type = sniff(BytesSource(data)).media_type
    extractor = pictures.READERS[name]
    accepted = {media_type, *sniff(BytesSource(data)).ancestors}
    assert accepted & set(extractor.accepts)
    found = pictures.extracted(name, data)
    assert "outcome" not in found
    assert msgspec.convert(found["core"], Core) != Core()
    assert name in {"dwg", "icc"} or found["core"]["width_px"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_cut_files(name: str) -> None:
    """Cut at any 64th, a file is corrupt, partial or still fine, and nothing else."""
    data = pictures.MAKERS[name]()
    for part in range(64):
        checked(name, data[: len(data) * part // 64])


@pytest.mark.parametrize("name", NAMES)
def test_flipped_bytes(name: str) -> None:
    """Wrong bytes never escape as anything but an allowed error."""
    data, choose = pictures.MAKERS[name](), random.Random(f"flips of {name}")
    for _ in range(200):
        broken = bytearray(data)
        for _flip in range(choose.choice((1, 1, 2, 8, 32))):
            broken[choose.randrange(min(len(data), 2048))] = choose.choice((0, 255, 127, 128, choose.randrange(256)))
        checked(name, bytes(broken))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_and_noise(name: str) -> None:
    """No bytes and other bytes are not read as a picture."""
    for data in (b"", b"\0" * 4096, bytes(range(256)) * 16):
        checked(name, data)


@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "heif", "jxl", "webp", "psd"])
def test_big_files_cost_little(name: str) -> None:
    """With 4 MB behind the metadata, at most four reads and half a megabyte are needed."""
    counting = CountingSource(BytesSource(pictures.MAKERS[name]() + bytes(4 << 20)))
    cached = BlockCache(counting)
    extractor = pictures.READERS[name]
    module, _, function = extractor.entry.partition(":")
    getattr(import_module(module), function)(cached, Context(media_type=extractor.accepts[0]))
    assert counting.reads <= 4
    assert counting.bytes_read <= 512 * 1024
