"""Audio: coded streams, FLAC, Ogg, WAVE and its kin, lossless formats, MIDI, modules."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the audio readers. Those that share a container with film are declared by `video`."""
    here = "firstbytes.builtin.audio"
    return [
        Extractor(
            "mpeg-audio",
            accepts=(
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
            entry=f"{here}.mpeg:extract",
        ),
        Extractor("flac", accepts=("audio/flac",), entry=f"{here}.flac:extract"),
        Extractor(
            "ogg",
            accepts=(
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
            entry=f"{here}.ogg:extract",
        ),
        Extractor("wave", accepts=("audio/vnd.wave", "audio/x-rf64", "audio/x-w64"), entry=f"{here}.wave:extract"),
        Extractor("aiff", accepts=("audio/aiff",), entry=f"{here}.aiff:extract"),
        Extractor(
            "lossless-audio",
            accepts=("audio/x-ape", "audio/x-wavpack", "audio/x-tta", "audio/x-musepack"),
            entry=f"{here}.lossless:extract",
        ),
        Extractor(
            "plain-audio",
            accepts=("audio/basic", "audio/x-caf", "audio/dsd", "audio/x-dff", "audio/x-voc", "audio/x-nist"),
            entry=f"{here}.plain:extract",
        ),
        Extractor("midi", accepts=("audio/midi",), entry=f"{here}.midi:extract"),
        Extractor(
            "tracker",
            accepts=("audio/x-mod", "audio/x-xm", "audio/x-it", "audio/x-s3m"),
            entry=f"{here}.module:extract",
        ),
    ]
