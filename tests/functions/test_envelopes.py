"""An envelope is kept in its item while that is small, and found unharmed either way."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.envelopes import MAX_COMPRESSED, MAX_JSON, digest, pack, unpack


@given(st.binary(max_size=2000))
def test_what_is_packed_is_unpacked(json: bytes) -> None:
    """Small envelopes are kept in the item, whole."""
    packed = pack(json, "e/k")
    assert (packed.key, packed.sha256) == ("", "")
    assert unpack(packed.envelope) == json


def test_a_large_envelope_is_kept_elsewhere() -> None:
    """Over 100 KB the item has where it is, and what it must be."""
    json = b"x" * (MAX_JSON + 1)
    packed = pack(json, "e/k")
    assert (packed.envelope, packed.key, packed.sha256) == (b"", "e/k", digest(json).hex())


def test_an_envelope_that_does_not_compress_is_kept_elsewhere() -> None:
    """What is small as JSON may still be too much for an item."""
    json = random.Random(1).randbytes(MAX_COMPRESSED + 1)
    assert pack(json, "e/k").key == "e/k"


@pytest.mark.parametrize(
    "stored",
    [b"", b"no zlib", zlib.compress(b"whole")[:-3], zlib.compress(b"0" * (16 * 1024 * 1024 + 1))],
    ids=["empty", "other", "cut off", "bomb"],
)
def test_what_is_no_envelope_is_refused(stored: bytes) -> None:
    """An item that was tampered with, cut off, or would fill memory."""
    with pytest.raises(ValueError, match="expected a zlib-compressed envelope"):
        unpack(stored)
