"""Text extractors: plain text and source code, Markdown, HTML, XML, feeds, subtitles, playlists."""

from firstbytes import Extractor, hookimpl

_HOME = "firstbytes.builtin.text"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of text; a type without one of its own is read as its nearest ancestor."""
    return [
        Extractor("text", accepts=("text/plain",), entry=f"{_HOME}.plain:extract"),
        Extractor("markdown", accepts=("text/markdown",), entry=f"{_HOME}.markdown:extract"),
        Extractor("html", accepts=("text/html", "application/xhtml+xml"), entry=f"{_HOME}.html:extract"),
        Extractor("xml", accepts=("application/xml",), entry=f"{_HOME}.xml:extract"),
        Extractor("feed", accepts=("application/rss+xml", "application/atom+xml"), entry=f"{_HOME}.feed:extract"),
        Extractor(
            "subtitles",
            accepts=(
                "text/vtt",
                "application/x-subrip",
                "text/x-ssa",
                "text/x-microdvd",
                "text/x-lyrics",
                "application/x-subviewer",
                "application/x-sami",
                "application/ttml+xml",
            ),
            entry=f"{_HOME}.subtitles:extract",
        ),
        Extractor(
            "playlist",
            accepts=("application/x-mpegurl", "application/vnd.apple.mpegurl", "audio/x-scpls"),
            entry=f"{_HOME}.playlist:extract",
        ),
    ]
