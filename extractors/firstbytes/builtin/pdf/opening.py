"""Opening a PDF with pypdf, bounded: strict first, lenient only where the whole file is small enough to be searched."""

from __future__ import annotations

import io
import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from firstbytes import BudgetExceededError, Corrupt, RangeReader
from firstbytes.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

TAIL = 64 * 1024
SMALL = 1024 * 1024
"""Files up to this size are read at once: one read, and no file calls in between."""
LENIENT = 8 * 1024 * 1024
"""Files up to this size may be searched as a whole when their cross-references are broken."""
REPAIR = 2 * 1024 * 1024
"""Files up to this size are searched for objects when their end is missing."""

_STREAM_LIMIT = 16 * 1024 * 1024
_LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": _STREAM_LIMIT,
    "zlib_maximum_output_length": _STREAM_LIMIT,
    "lzw_maximum_output_length": _STREAM_LIMIT,
    "run_length_maximum_output_length": _STREAM_LIMIT,
    "array_based_stream_maximum_output_length": _STREAM_LIMIT,
    "brotli_maximum_output_length": _STREAM_LIMIT,
    "stream_decoding_work_maximum_length": 4 * _STREAM_LIMIT,
    "zlib_maximum_recovery_input_length": 256 * 1024,
    "stream_parsing_work_maximum_count": 400_000,
}
_MAX_OBJECTS = 300_000
_REBUILT = 20_000
"""Objects of a broken file that are looked for one by one: a tenth of a millisecond each."""
CUT = "the end of the file is missing"

_SEARCHED = 10_000
_OBJECT = re.compile(rb"(?<!\d)(\d{1,7}) \d{1,5} obj\b")
_INFO = re.compile(rb"/(?:Producer|CreationDate)\b")
_INFO_BEFORE, _INFO_TRIED = 2000, 50
_SIZE = re.compile(rb"/Size\s+(\d{1,10})")


class _Guarded(RangeReader):
    """Refuses the reads by which a library would search a large file from end to end."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most `LENIENT` bytes.

        Raises:
            Corrupt: more was asked for.
        """
        left = max(0, self._source.size - self.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > LENIENT:
            msg = "the cross-reference table does not lead to the objects"
            raise Corrupt(msg)
        return super().read(wanted)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep pypdf's warnings about broken files off the log, and its limits tight, while the block runs."""
    import pypdf

    logger = logging.getLogger("pypdf")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        if hasattr(pypdf, "apply_configuration"):
            with pypdf.apply_configuration(**_LIMITS):
                yield
        else:
            yield
    finally:
        logger.setLevel(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """pypdf's reader, the catalog (None when a password seals it), and what is wrong with the file."""

    reader: Any
    catalog: Any
    damage: str = ""
    cut: bool = False
    """True when the end of the file is missing."""


def open_reader(source: ByteSource) -> Opened:
    """Open a PDF, inside `quiet()`.

    Raises:
        Corrupt: no reader can make anything of it.
    """
    tail = source.read(max(0, source.size - TAIL), TAIL)
    declared = max((int(size) for size in _SIZE.findall(tail)), default=0)
    if declared > _MAX_OBJECTS:
        msg = f"expected at most {_MAX_OBJECTS} objects, got {declared}"
        raise Corrupt(msg)
    # Without its end mark a file is read backwards line by line, and without an end at all searched.
    if b"startxref" not in tail or b"%%EOF" not in tail or _OBJECT.search(tail.rpartition(b"%%EOF")[2]):
        return _repaired(source)
    data = source.read(0, source.size) if source.size <= SMALL else None
    try:
        return _opened(_stream(source, data), strict=True)
    except BudgetExceededError:
        raise
    except Exception as error:
        # pypdf raises nearly anything on hostile bytes; leniently, it searches the whole file.
        if type(error).__name__ == "DependencyError" or source.size > LENIENT:
            msg = f"cannot be opened: {error}"
            raise Corrupt(msg) from error
        damage = clean(str(error), 200) or type(error).__name__
    return replace(_lenient(source.read(0, source.size)), damage=damage)


def _opened(stream: Any, *, strict: bool) -> Opened:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError

    reader = PdfReader(stream, strict=strict)
    try:
        return Opened(reader=reader, catalog=reader.root_object)
    except FileNotDecryptedError:
        return Opened(reader=reader, catalog=None)


def _stream(source: ByteSource, data: bytes | None) -> Any:
    return io.BytesIO(data) if data is not None else io.BufferedReader(_Guarded(source), 4096)


def _lenient(data: bytes) -> Opened:
    if (found := data.count(b" obj")) > _REBUILT:
        msg = f"a broken file of {found} objects is not searched"
        raise Corrupt(msg)
    try:
        return _opened(io.BytesIO(data), strict=False)
    except Exception as error:
        msg = f"cannot be opened: {clean(str(error), 200) or type(error).__name__}"
        raise Corrupt(msg) from error


def _repaired(source: ByteSource) -> Opened:
    """Give a file without an end a short one, which makes pypdf search the file for its objects."""
    if source.size > REPAIR:
        raise Corrupt(CUT)
    data = source.read(0, source.size)
    size = min(_SEARCHED, max((int(found) for found in _OBJECT.findall(data)), default=0) + 1)
    info = _information(data)
    entry = b"/Info %s 0 R" % info if info else b""
    try:
        opened = _lenient(data + b"\ntrailer\n<</Size %d%s>>\nstartxref\n0\n%%%%EOF\n" % (size, entry))
    except Corrupt as error:
        raise Corrupt(CUT) from error
    return replace(opened, damage=CUT, cut=True)


def _information(data: bytes) -> bytes | None:
    """Return the number of an object that looks like the information dictionary: its usual keys, and no type."""
    for tried, found in enumerate(_INFO.finditer(data)):
        if tried == _INFO_TRIED:
            break
        before = data[max(0, found.start() - _INFO_BEFORE) : found.start()].rpartition(b"endobj")[2]
        start = next(_OBJECT.finditer(before), None)
        if start and b"/Type" not in before[start.end() :]:
            return start[1]
    return None
