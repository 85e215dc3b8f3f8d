"""Is it text, in which encoding, with which line endings: from a head or from samples of a source.

A byte order mark decides; then UTF-8 by validity, UTF-16/32 by their zero bytes, then the encoding that the text
declares itself (XML declaration, HTML meta, coding cookie), then a guess. Sources: Unicode 15, 23.8 (BOM);
RFC 3629 (UTF-8); the WHATWG encoding standard (names).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from unicodedata import category

from firstbytes.errors import Decline
from firstbytes.source import ByteSource

WHOLE = 1024 * 1024
"""Bytes up to which a text is read whole, so that counts are exact."""

SAMPLE = 64 * 1024
"""Bytes of one sample of a longer text."""

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32le"),
    (b"\x00\x00\xfe\xff", "utf-32be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 12, 13, 27}) + b"\x7f"
_ASCII, _C1 = bytes(range(0x80)), bytes(range(0x80, 0xA0))
_DECLARED = re.compile(
    rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z][\w.:-]{1,40})|
    <meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z][\w.:-]{1,40})|
    ^[^\n]{0,80}\n?[^\n]{0,80}?coding[:=]\s*([A-Za-z][\w.:-]{1,40})|
    ^@charset\s*"([A-Za-z][\w.:-]{1,40})"|
    charset=([A-Za-z][\w-]{1,40})\\n""",
    re.IGNORECASE | re.VERBOSE,
)
_IANA: Mapping[str, str] = MappingProxyType(
    {
        "ascii": "us-ascii",
        "latin_1": "iso-8859-1",
        "iso8859_1": "iso-8859-1",
        "cp932": "shift_jis",
        "cp949": "euc-kr",
        "euc_jp": "euc-jp",
        "euc_kr": "euc-kr",
        "koi8_r": "koi8-r",
        "koi8_u": "koi8-u",
        "utf_8": "utf-8",
        "mac_roman": "macintosh",
    }
)
_GUESSED = (
    *("utf_8", "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp437", "cp850"),
)
_WESTERN = (
    "àâäåæçéèêëíîïñóôöøœßúùûüáãõÀÁÂÃÄÅÆÇÉÈÊËÍÎÏÑÓÔÕÖØŒÚÙÛÜ£€©®°«»·¡¿§™\u00a0".encode("cp1252")
    + bytes(range(0x91, 0x98))
    + b"\x85"
)


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded text: `encoding` is the IANA name in lower case, `whole` says that nothing follows it."""

    text: str
    encoding: str
    bom: bool
    whole: bool

    @property
    def unicode_encoding(self) -> str:
        """The encoding of a format that is UTF-8 unless it says otherwise: all of ASCII is UTF-8 too."""
        return "utf-8" if self.encoding == "us-ascii" else self.encoding


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines and words of a source; `exact` is False for an estimate from samples."""

    lines: int
    words: int
    exact: bool


def decode(data: bytes, *, whole: bool = True, guess: bool = False) -> Text | None:
    """Return the text of a head, or None when it is no text.

    Args:
        data: the first bytes. A character that is cut off at the end is dropped unless `whole`.
        whole: whether these are all the bytes there are.
        guess: whether to spend milliseconds on a legacy encoding (charset-normalizer on 8 KB).
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            # A file may be cut off within a character: its mark says what it is.
            text = _strict(data[len(bom) :], encoding, whole=False)
            return Text(text, encoding, bom=True, whole=whole) if text is not None and _printable(text) else None
    if wide := _wide(data):
        text = _strict(data, wide, whole=whole)
        if text is not None and _printable(text):
            return Text(text, wide, bom=False, whole=whole)
    return _narrow(data.rstrip(b"\x00\x1a") if whole else data, whole=whole, guess=guess)


def _narrow(data: bytes, *, whole: bool, guess: bool) -> Text | None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if b"\x00" in data or controls * 200 > len(data):
        return None
    if data.isascii():
        return Text(data.decode("ascii"), "us-ascii", bom=False, whole=whole) if data else None
    text = _strict(data, "utf-8", whole=whole)
    if text is not None:
        return Text(text, "utf-8", bom=False, whole=whole)
    high = len(data.translate(None, _ASCII))
    # Every ninth byte is a control: without any, 48 bytes are text with all but one chance in 200.
    # One byte over and over is erased memory or padding.
    if controls or (len(data) < 48 and high * 3 > len(data)) or len(set(data)) == 1:
        return None
    lenient = data.decode("utf-8", "replace")
    if lenient.count("\ufffd") * 20 < high:
        return Text(lenient, "utf-8", bom=False, whole=whole)
    return _legacy(data, whole=whole, guess=guess)


def _legacy(data: bytes, *, whole: bool, guess: bool) -> Text | None:
    name = declared(data) or (_guessed(data) if guess else None)
    text = _strict(data, name, whole=whole) if name else None
    if name is None or text is None:
        name = "windows-1252" if len(data.translate(None, _C1)) < len(data) else "iso-8859-1"
        text = data.decode(name, "replace")
    return Text(text, iana(name), bom=False, whole=whole)


def _strict(data: bytes, encoding: str, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(data, final=whole)
    except (ValueError, LookupError):
        return None


def _wide(data: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 that the zero bytes of mostly Western text give away."""
    sample = data[: len(data) // 4 * 4][:4096]
    if len(sample) < 8:
        return None
    quarter = len(sample) / 4
    zeros = [sample[i::4].count(0) / quarter for i in range(4)]
    if min(zeros[1:]) > 0.9 and zeros[0] < 0.05:
        return "utf-32le"
    if min(zeros[:3]) > 0.9 and zeros[3] < 0.05:
        return "utf-32be"
    if min(zeros[1], zeros[3]) > 0.7 and max(zeros[0], zeros[2]) < 0.05:
        return "utf-16le"
    if min(zeros[0], zeros[2]) > 0.7 and max(zeros[1], zeros[3]) < 0.05:
        return "utf-16be"
    return None


def _printable(text: str) -> bool:
    sample = text[:4096]
    odd = sum(c not in "\t\n\r\f\x1b" and category(c) in {"Cc", "Co", "Cn"} for c in sample)
    return bool(sample) and odd * 50 <= len(sample) and "\x00" not in sample.rstrip("\x00")


def declared(data: bytes) -> str | None:
    """Return the encoding that XML, HTML, CSS, gettext or a coding cookie declares in the first KB."""
    found = _DECLARED.search(data[:1024])
    if not found:
        return None
    name = next(group for group in found.groups() if group).decode("ascii")
    try:
        known = codecs.lookup(name)
    except LookupError:
        return None
    # Codecs like "zip" or "rot13" are no character encodings, and UTF-16 cannot declare itself in ASCII.
    return name.lower() if known._is_text_encoding and not known.name.startswith("utf-16") else None  # noqa: SLF001


def _guessed(data: bytes) -> str | None:
    high = data.translate(None, _ASCII)
    if not high.translate(None, _WESTERN) and len(high) * 5 < len(data):
        return None
    from charset_normalizer import from_bytes

    best = from_bytes(data[:8192], cp_isolation=list(_GUESSED), preemptive_behaviour=False).best()
    return best.encoding if best else None


def iana(name: str) -> str:
    """Return the IANA name, lower case, of an encoding that Python knows by another."""
    try:
        python = codecs.lookup(name).name.replace("-", "_")
    except LookupError:
        return name.lower()
    if python.startswith("cp125"):
        return "windows-" + python[2:]
    return _IANA.get(
        python, python.replace("iso8859_", "iso-8859-").replace("_", "-") if python != "shift_jis" else python
    )


def line_ending(text: str) -> str | None:
    """Return "lf", "crlf", "cr", "mixed", or None when there is one line."""
    crlf = text.count("\r\n")
    lone = {"crlf": crlf, "lf": text.count("\n") - crlf, "cr": text.count("\r") - crlf}
    # A head may end between CR and LF.
    lone["cr"] -= 1 if crlf and text.endswith("\r") else 0
    used = [name for name, count in lone.items() if count > 0]
    return used[0] if len(used) == 1 else "mixed" if used else None


def lines_of(text: str) -> list[str]:
    """Return the lines, whatever ends them; form feeds and Unicode separators end none."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = unified.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def read(source: ByteSource, most: int = WHOLE, head: int = SAMPLE, *, guess: bool = True) -> Text:
    """Return the text of a source: whole up to `most` bytes, else its first `head` bytes.

    Raises:
        Decline: it is no text.
    """
    whole = source.size <= most
    text = decode(source.read(0, source.size if whole else head), whole=whole, guess=guess)
    if text is None:
        msg = "not text: it has bytes that no text encoding uses" if source.size else "the file is empty"
        raise Decline(msg)
    return text


def count(source: ByteSource, text: Text) -> Counts:
    """Return lines and words: exact when `text` is whole, else from samples of the head, the middle and the tail."""
    if text.whole:
        return Counts(len(lines_of(text.text)), len(text.text.split()), exact=True)
    lines, words, size = _tally(text.text), len(text.text.split()), min(SAMPLE, source.size)
    for start in (source.size // 2, max(SAMPLE, source.size - SAMPLE)):
        data = source.read(start, SAMPLE)
        more = data.decode(text.encoding, "replace")
        lines, words, size = lines + _tally(more), words + len(more.split()), size + len(data)
    scale = source.size / max(1, size)
    return Counts(round(lines * scale), round(words * scale), exact=False)


def _tally(text: str) -> int:
    return text.count("\n") or text.count("\r")


def describe(source: ByteSource, text: Text) -> tuple[dict[str, str | int], dict[str, str | int | bool]]:
    """Return what every text is told by: core facts (encoding, counts when exact) and own ones (the rest)."""
    counts = count(source, text)
    core: dict[str, str | int] = {"encoding": text.encoding}
    own: dict[str, str | int | bool] = {"has_byte_order_mark": text.bom}
    if ending := line_ending(text.text):
        own["line_ending"] = ending
    if counts.exact:
        core |= {"line_count": counts.lines, "word_count": counts.words}
    else:
        own |= {"estimated_line_count": counts.lines, "estimated_word_count": counts.words}
    return core, own
