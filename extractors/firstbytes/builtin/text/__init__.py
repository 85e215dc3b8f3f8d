"""Text extractors: plain text and source code, Markdown, HTML, XML, feeds, subtitles, playlists."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("text", "plain:extract", ("text/plain",)),
    ("markdown", "markdown:extract", ("text/markdown",)),
    ("html", "html:extract", ("text/html", "application/xhtml+xml")),
    ("xml", "xml:extract", ("application/xml",)),
    ("feed", "feed:extract", ("application/rss+xml", "application/atom+xml")),
    (
        "subtitles",
        "subtitles:extract",
        (
            "text/vtt",
            "application/x-subrip",
            "text/x-ssa",
            "text/x-microdvd",
            "text/x-lyrics",
            "application/x-subviewer",
            "application/x-sami",
            "application/ttml+xml",
        ),
    ),
    ("playlist", "playlist:extract", ("application/x-mpegurl", "application/vnd.apple.mpegurl", "audio/x-scpls")),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of text; a type without one of its own is read as its nearest ancestor."""
    return [Extractor(name, accepts, f"firstbytes.builtin.text.{entry}") for name, entry, accepts in _READERS]
