"""Video: ISO media, Matroska, AVI, MPEG streams, Flash, ASF, Ogg."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "mp4",
        "mp4:extract",
        (
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
    ),
    (
        "matroska",
        "matroska:extract",
        (
            "application/x-matroska",
            "application/x-matroska-subtitles",
            "audio/matroska",
            "audio/webm",
            "video/matroska",
            "video/webm",
        ),
    ),
    ("avi", "avi:extract", ("video/vnd.avi",)),
    ("flash-video", "flash:extract", ("video/x-flv",)),
    ("asf", "asf:extract", ("application/vnd.ms-asf", "audio/x-ms-wma", "video/x-ms-wmv")),
    ("mpeg-transport", "transport:extract", ("video/mp2t",)),
    ("mpeg-program", "program:extract", ("video/mpeg", "video/h264", "video/h265")),
    (
        "plain-video",
        "simple:extract",
        ("application/vnd.rn-realmedia", "video/x-flc", "video/x-fli", "video/x-ivf", "video/x-yuv4mpeg"),
    ),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of film containers; those that also hold music are declared here once."""
    return [Extractor(name, accepts, f"firstbytes.builtin.video.{entry}") for name, entry, accepts in _READERS]
