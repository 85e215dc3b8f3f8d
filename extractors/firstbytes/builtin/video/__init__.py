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
        Extractor("avi", accepts=("video/vnd.avi",), entry=f"{here}.avi:extract"),
        Extractor("flash-video", accepts=("video/x-flv",), entry=f"{here}.flash:extract"),
        Extractor(
            "asf",
            accepts=("application/vnd.ms-asf", "audio/x-ms-wma", "video/x-ms-wmv"),
            entry=f"{here}.asf:extract",
        ),
        Extractor("mpeg-transport", accepts=("video/mp2t",), entry=f"{here}.transport:extract"),
        Extractor(
            "mpeg-program",
            accepts=("video/mpeg", "video/h264", "video/h265"),
            entry=f"{here}.program:extract",
        ),
        Extractor(
            "plain-video",
            accepts=(
                "application/vnd.rn-realmedia",
                "video/x-flc",
                "video/x-fli",
                "video/x-ivf",
                "video/x-yuv4mpeg",
            ),
            entry=f"{here}.simple:extract",
        ),
    ]
