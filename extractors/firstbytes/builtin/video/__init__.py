"""Video: ISO media, Matroska, AVI, MPEG streams, Flash, ASF, Ogg."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of film containers; those that also hold music are declared here once."""
    here = "firstbytes.builtin.video"
    return [
        Extractor(
            "mp4",
            accepts=(
                "application/mp4",
                "audio/mp4",
                "audio/vnd.audible.aax",
                "video/3gpp",
                "video/3gpp2",
                "video/iso.segment",
                "video/mp4",
                "video/quicktime",
                "video/x-m4v",
            ),
            entry=f"{here}.mp4:extract",
        ),
        Extractor(
            "matroska",
            accepts=(
                "application/x-matroska",
                "application/x-matroska-subtitles",
                "audio/matroska",
                "audio/webm",
                "video/matroska",
                "video/webm",
            ),
            entry=f"{here}.matroska:extract",
        ),
    ]
