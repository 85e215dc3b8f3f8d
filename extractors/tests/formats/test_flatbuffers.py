"""FlatBuffers are read by field number, and no offset leads out of the buffer."""

from __future__ import annotations

import struct

import pytest

from firstbytes import Corrupt
from firstbytes.formats.flatbuffers import root

# root offset, padding, vtable of two fields (i32 at 4, string at 8), table, string
DATA = (
    struct.pack("<I", 12) + struct.pack("<4H", 8, 12, 4, 8) + struct.pack("<iiI", 8, -5, 4) + b"\x02\x00\x00\x00hi\x00"
)


def test_scalars_and_strings() -> None:
    """A field that is there has its value, one that is not has its default."""
    table = root(DATA)
    assert table.scalar(0) == -5
    assert table.scalar(0, signed=False) == 2**32 - 5
    assert table.text(1) == "hi"
    assert table.scalar(7, default=3) == 3
    assert table.text(7) is None
    assert table.table(7) is None
    assert table.vector(7) == (0, 0)
    assert list(table.tables(7)) == list(table.structs(7, 4)) == []


def test_structs_stop_at_the_end() -> None:
    """A vector that claims more than there is gives what there is."""
    assert list(root(DATA).structs(1, 1)) == [b"h", b"i"]
    assert len(list(root(DATA).structs(1, 3))) == 1


@pytest.mark.parametrize("data", [b"", b"\xff\xff\xff\x7f", DATA[:14], struct.pack("<Ii", 4, 99)])
def test_offsets_out_of_the_buffer_are_corrupt(data: bytes) -> None:
    """Neither a root, nor a vtable, nor a field may lie outside."""
    with pytest.raises(Corrupt):
        root(data).scalar(0)
