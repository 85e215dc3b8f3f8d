"""libmagic for the long tail: the library and database that pylibmagic carries, loaded by path.

Neither python-magic nor pylibmagic is imported: the first runs compilers to find a library, the second patches
ctypes and the environment (docs/decisions.md). Five functions of a stable C API are all that is needed.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from firstbytes.errors import SourceError
from firstbytes.media import OCTET_STREAM, TEXT, canonical
from firstbytes.sniff.values import Match

_MIME_TYPE = 0x10
_NO_CHECK_COMPRESS = 0x1000
_EMPTY_ANSWERS = frozenset({"", "application/x-empty", "inode/x-empty", "binary", "regular file"})
_DECIDED = frozenset(
    {
        "application/vnd.dbf",
        "application/x-arc",
        "application/x-arj",
        "application/x-compress-ttcomp",
        "application/x-cpio",
        "application/x-dosexec",
        "application/x-dvi",
        "application/x-font-sfn",
        "application/x-matlab-data",
        "application/x-tex-tfm",
        "application/zlib",
        "audio/aac",
        "audio/mp4a-latm",
        "audio/mpeg",
        "font/x-amiga-font",
        "image/vnd.zbrush.pcx",
        "image/x-tga",
        "text/pgp",
    }
)
"""Types that libmagic gives to one or two bytes; our own rules have just looked for more of their structure."""


@cache
def _cookie() -> tuple[ctypes.CDLL, ctypes.c_void_p, bytes]:
    # The database is returned with the cookie that points into it, so that it lives as long.
    # The package is found without being imported: importing it patches ctypes and the environment.
    package = find_spec("pylibmagic")
    wheel = Path(next(iter(package.submodule_search_locations or ()), "")) if package else Path()
    try:
        library = ctypes.CDLL(str(wheel / "libmagic.so.1"))
        database = (wheel / "magic.mgc").read_bytes()
    except OSError as error:
        msg = f"expected libmagic.so.1 and magic.mgc in the wheel of pylibmagic, got {error}; reinstall pylibmagic"
        raise SourceError(msg) from error
    library.magic_open.restype = ctypes.c_void_p
    library.magic_buffer.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
    library.magic_buffer.restype = ctypes.c_char_p
    cookie = ctypes.c_void_p(library.magic_open(_MIME_TYPE | _NO_CHECK_COMPRESS))
    # From memory, not by a file mapping: forked children would fault in every page of a mapping again (6 ms).
    buffers = (ctypes.c_void_p * 1)(ctypes.cast(ctypes.c_char_p(database), ctypes.c_void_p))
    sizes = (ctypes.c_size_t * 1)(len(database))
    if library.magic_load_buffers(cookie, buffers, sizes, 1) != 0:
        msg = f"libmagic cannot load {wheel / 'magic.mgc'}; reinstall pylibmagic"
        raise SourceError(msg)
    return library, cookie, database


def media_type(head: bytes) -> str:
    """Return libmagic's canonical answer for a head, octet-stream when it has none."""
    library, cookie, _ = _cookie()
    answer: bytes | None = library.magic_buffer(cookie, head, len(head))
    text = (answer or b"").decode("ascii", "replace")
    return OCTET_STREAM if text in _EMPTY_ANSWERS else canonical(text)


def match(head: bytes) -> Match | None:
    """Return libmagic's answer, or None where it only says "bytes". Its guesses about text are votes."""
    found = media_type(head)
    # What is text is decided before: here "text" only means that no byte is a control.
    if found in {OCTET_STREAM, TEXT} or found in _DECIDED:
        return None
    return Match(found, "libmagic", "magic", weak=found.startswith("text/"))
