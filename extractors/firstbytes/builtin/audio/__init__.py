"""Audio: coded streams, FLAC, Ogg, WAVE and its kin, lossless formats, MIDI, modules."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "mpeg-audio",
        "mpeg:extract",
        (
            "audio/mpeg",
            "audio/aac",
            "audio/mp4a-latm",
            "audio/ac3",
            "audio/eac3",
            "audio/vnd.dts",
            "audio/amr",
            "audio/amr-wb",
            "audio/x-sbc",
        ),
    ),
    ("flac", "flac:extract", ("audio/flac",)),
    (
        "ogg",
        "ogg:extract",
        (
            "application/ogg",
            "audio/ogg",
            "audio/opus",
            "audio/speex",
            "audio/vorbis",
            "audio/x-oggflac",
            "video/ogg",
            "audio/annodex",
            "video/annodex",
        ),
    ),
    ("wave", "wave:extract", ("audio/vnd.wave", "audio/x-rf64", "audio/x-w64")),
    ("aiff", "aiff:extract", ("audio/aiff",)),
    ("lossless-audio", "lossless:extract", ("audio/x-ape", "audio/x-wavpack", "audio/x-tta", "audio/x-musepack")),
    (
        "plain-audio",
        "plain:extract",
        ("audio/basic", "audio/x-caf", "audio/dsd", "audio/x-dff", "audio/x-voc", "audio/x-nist"),
    ),
    ("midi", "midi:extract", ("audio/midi",)),
    ("tracker", "module:extract", ("audio/x-mod", "audio/x-xm", "audio/x-it", "audio/x-s3m")),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the audio readers. Those that share a container with film are declared by `video`."""
    return [Extractor(name, accepts, f"firstbytes.builtin.audio.{entry}") for name, entry, accepts in _READERS]
