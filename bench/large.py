"""Gigabyte files made on the spot, sparse: the structure is real, the bulk is a hole."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

from bench.hostile.parts import box

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
GB = 1 << 30


def _write(path: Path, *parts: bytes | int) -> None:
    """Write bytes and, for each number, a hole of that size."""
    with path.open("wb") as file:
        for part in parts:
            if isinstance(part, int):
                file.seek(part, io.SEEK_CUR)
            else:
                file.write(part)
        file.truncate()


def _boxes(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        found.setdefault(kind, data[at : at + size])
        at += max(size, 8)
    return found


def _mdat(size: int) -> bytes:
    return struct.pack(">I4sQ", 1, b"mdat", 16 + size)


def mp4_first(path: Path, size: int) -> None:
    """An MP4 with its index in front."""
    boxes = _boxes((SAMPLES / "welcome.mp4").read_bytes())
    _write(path, boxes[b"ftyp"], boxes[b"moov"], _mdat(size), size)


def mp4_last(path: Path, size: int) -> None:
    """An MP4 with its index behind."""
    boxes = _boxes((SAMPLES / "welcome.mp4").read_bytes())
    _write(path, boxes[b"ftyp"], _mdat(size), size, boxes[b"moov"])


def mp4_fragmented(path: Path, size: int) -> None:
    """An MP4 of fragments of 256 KB."""
    boxes = _boxes((SAMPLES / "webcam.mp4").read_bytes())
    hole = 256 * 1024
    parts: list[bytes | int] = [boxes[b"ftyp"], boxes[b"moov"]]
    for _ in range(max(1, size // hole)):
        parts += [boxes[b"moof"], box(b"mdat", b"", 8 + hole), hole]
    _write(path, *parts)


def mkv(path: Path, size: int) -> None:
    """A Matroska file whose last cluster is the bulk."""
    data = (SAMPLES / "last-keeper.mkv").read_bytes()
    segment = data.index(b"\x18S\x80g")
    open_end = data[:segment] + b"\x18S\x80g\x01" + b"\xff" * 7
    body = data[segment + 4 + (9 - data[segment + 4].bit_length()) :]
    cluster = b"\x1fC\xb6u\x01" + size.to_bytes(7, "big")
    _write(path, open_end, body, cluster, size)


def parquet(path: Path, size: int) -> None:
    """A Parquet file with a hole where its pages would be."""
    data = (SAMPLES / "weather.parquet").read_bytes()
    _write(path, data[:4], size, data[4:])


def zip_file(path: Path, size: int) -> None:
    """A ZIP of one stored member of that size and a small one."""
    name = b"film.mov"
    local = b"PK\x03\x04" + struct.pack("<5H3I2H", 20, 0, 0, 0, 0x5A21, 0, size, size, len(name), 0) + name
    central = b"PK\x01\x02" + struct.pack(
        "<6H3I5H2I", 20, 20, 0, 0, 0, 0x5A21, 0, size, size, len(name), 0, 0, 0, 0, 0, 0
    )
    directory = central + name
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(directory), len(local) + size, 0)
    _write(path, local, size, directory + end)


def pdf(path: Path, size: int) -> None:
    """A PDF with one attached stream of that size, its table at the end."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Title(A gigabyte)/Author(Ingrid)>>",
    ]
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    offsets.append(len(out))
    stream = b"5 0 obj\n<</Length %d>>stream\n" % size
    after = b"\nendstream\nendobj\n"
    start = len(out) + len(stream) + size + len(after)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    _write(path, out + stream, size, after + tail % (rows, start))


def tiff(path: Path, size: int) -> None:
    """A TIFF whose directory comes after the picture."""
    side = int((size / 3) ** 0.5)
    entries = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 8)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries) + bytes(4)
    _write(path, struct.pack("<2sHI", b"II", 42, 8 + size), size, directory)


def wav(path: Path, size: int) -> None:
    """A WAV with its tags behind the sound."""
    title = b"INAMA gigabyte\0\0\0"
    info = b"LIST" + struct.pack("<I", 4 + 8 + 12) + b"INFO" + b"INAM" + struct.pack("<I", 12) + title[4:16]
    form = struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)
    head = b"RIFF" + struct.pack("<I", 36 + size + len(info)) + b"WAVEfmt " + struct.pack("<I", 16) + form
    _write(path, head + b"data" + struct.pack("<I", size), size, info)


LARGE: dict[str, Callable[[Path, int], None]] = {
    "moov-first.mp4": mp4_first,
    "moov-last.mp4": mp4_last,
    "fragmented.mp4": mp4_fragmented,
    "film.mkv": mkv,
    "table.parquet": parquet,
    "archive.zip": zip_file,
    "paper.pdf": pdf,
    "picture.tif": tiff,
    "sound.wav": wav,
}


class GeneratedCsv:
    """A byte source of a CSV of any size: rows of one length, made when they are read."""

    header = b"id,station,level_m,wet\n"
    row_bytes = 32

    def __init__(self, size: int) -> None:
        self.rows = (size - len(self.header)) // self.row_bytes
        self.size = len(self.header) + self.rows * self.row_bytes

    def _row(self, number: int) -> bytes:
        return b"%012d,Ternholm,%07.3f,%s\n" % (number, number % 997 / 7, b"y" if number % 3 else b"n")

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes from `start`."""
        stop = min(self.size, start + length)
        if stop <= start or start < 0:
            return b""
        first = max(0, start - len(self.header)) // self.row_bytes
        last = max(0, stop - len(self.header)) // self.row_bytes
        text = b"".join(self._row(number) for number in range(first, min(last + 1, self.rows)))
        if start < len(self.header):
            return (self.header + text)[start:stop]
        skip = start - len(self.header) - first * self.row_bytes
        return text[skip : skip + stop - start]
