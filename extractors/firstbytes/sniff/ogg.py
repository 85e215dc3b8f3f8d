"""Ogg files: what the first packet of each logical stream says (RFC 3533).

Sound in Ogg is audio/ogg whatever its codec (RFC 5334, RFC 7845): audio/vorbis and the like name packets without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_VIDEO = (b"\x80theora", b"BBCD\0", b"\x01video\0\0\0", b"\x80daala", b"OVP80")
_AUDIO = {
    b"OpusHead": "Opus",
    b"\x01vorbis": "Vorbis",
    b"Speex   ": "Speex",
    b"\x7fFLAC": "FLAC",
    b"fLaC": "FLAC",
    b"CELT    ": "CELT",
    b"PCM     ": "PCM",
    b"\x01audio\0\0\0": "audio",
}
_MAX_STREAMS = 32


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type of an Ogg file: video when any stream is, else audio."""
    packets = _first_packets(head.block)
    film = any(p.startswith(_VIDEO) for p in packets)
    if any(p.startswith((b"CMML\0", b"Annodex\0")) for p in packets):
        return Match("video/annodex" if film else "audio/annodex", "annotations", "container")
    if film:
        return Match("video/ogg", "video stream", "container")
    codecs = sorted({codec for p in packets for magic, codec in _AUDIO.items() if p.startswith(magic)})
    if codecs:
        return Match("audio/ogg", f"{', '.join(codecs)} stream", "container")
    return None


def _first_packets(block: bytes) -> list[bytes]:
    """Return the head of the first packet of each stream: the pages marked "beginning of stream" come first."""
    found: list[bytes] = []
    at = 0
    while len(found) < _MAX_STREAMS and block[at : at + 4] == b"OggS" and at + 27 <= len(block):
        segments = block[at + 26]
        if not block[at + 5] & 2:
            break
        body = at + 27 + segments
        found.append(block[body : body + 16])
        at = body + sum(block[at + 27 : body])
    return found
