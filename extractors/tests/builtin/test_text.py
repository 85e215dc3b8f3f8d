"""Text extractors: what plain text, Markdown, HTML, XML, feeds, subtitles and playlists say about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from firstbytes import BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.text import feed, html, markdown, plain, playlist, subtitles, xml


def run(module: Any, text: str | bytes, media_type: str = "text/plain") -> dict[str, Any]:
    """Return what a reader says of a text."""
    data = text.encode() if isinstance(text, str) else text
    result: Mapping[str, Any] = module.extract(BytesSource(data), Context(media_type=media_type))
    return dict(result)


@pytest.mark.parametrize("module", [plain, markdown, html, xml, feed, subtitles, playlist])
def test_binary_data_is_declined(module: Any) -> None:
    """What is no text is left to others."""
    with pytest.raises(Decline, match="not text"):
        run(module, bytes(range(256)) * 4)


def test_plain_text_is_counted() -> None:
    """Lines, words, encoding and line ending of a small text are exact."""
    result = run(plain, "one two\r\nthree\r\n")
    assert result["core"] == {"encoding": "us-ascii", "line_count": 2, "word_count": 3}
    assert (result["line_ending"], result["has_byte_order_mark"], result["longest_line_chars"]) == ("crlf", False, 7)


def test_a_long_text_is_estimated_and_says_so() -> None:
    """Beyond 1 MB, counts come from three samples under another name."""
    result = run(plain, "four words a line\n" * 100_000)
    assert "line_count" not in result["core"]
    assert result["estimated_line_count"] == pytest.approx(100_000, rel=0.01)
    assert result["estimated_word_count"] == pytest.approx(400_000, rel=0.01)


def test_source_code_tells_its_interpreter_and_licence() -> None:
    """The shebang, the SPDX tag and the copyright line."""
    text = "#!/usr/bin/env python3\n# Copyright (c) 2024 Ada Lovelace\n# SPDX-License-Identifier: MIT\nimport os\n"
    result = run(plain, text, "text/x-python")
    assert result["core"]["license"] == "MIT"
    assert result["core"]["copyright"] == "Copyright (c) 2024 Ada Lovelace"
    assert (result["interpreter"], result["syntax"]) == ("/usr/bin/env python3", "python")


@pytest.mark.parametrize("lines", [3, 60_000])
def test_a_log_tells_its_span(lines: int) -> None:
    """The first and the last stamp, in UTC where the log gives a zone, even when the log is long."""
    body = "".join(f"2024-05-01T{i % 24:02d}:00:00Z INFO something happened\n" for i in range(lines))
    result = run(plain, body + "2024-05-02T10:00:00+02:00 INFO the end\n", "text/x-log")
    assert result["core"]["starts_at"] == "2024-05-01T00:00:00Z"
    assert result["core"]["ends_at"] == "2024-05-02T08:00:00Z"


def test_markdown_is_outlined() -> None:
    """Front matter, headings of both kinds, code fences, links and images."""
    text = (
        "---\ntitle: 'A title'\nauthor: Ada\ntags:\n  - one\n  - two\ndate: 2024-05-01\nlang: en\n---\n\n"
        "# First\n\nSecond\n------\n\n```python\n# no heading\n```\n\n~~~\nx\n~~~\n\n[a](http://b.org) ![c](d.png)\n"
    )
    result = run(markdown, text)
    core = result["core"]
    assert (core["title"], core["authors"], core["keywords"]) == ("A title", ["Ada"], ["one", "two"])
    assert (core["created"], core["language"]) == ("2024-05-01", "en")
    assert result["headings"] == [{"level": 1, "text": "First"}, {"level": 2, "text": "Second"}]
    assert (result["code_block_count"], result["code_languages"]) == (2, ["python"])
    assert (result["link_count"], result["image_count"]) == (1, 1)


def test_markdown_without_front_matter_is_titled_by_its_heading() -> None:
    """The first heading of level one is the title; lists in one line are keywords."""
    assert run(markdown, "# Hello\n\ntext\n")["core"]["title"] == "Hello"
    assert run(markdown, '+++\nkeywords = ["a", "b"]\n+++\ntext\n')["core"]["keywords"] == ["a", "b"]


def test_html_tells_what_its_head_says() -> None:
    """Title, meta elements, Open Graph, links, headings and counts."""
    page = (
        '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title> A &amp; B </title>'
        '<meta name="description" content="About"><meta name="author" content="Ada">'
        '<meta name="keywords" content="a, b"><meta name="generator" content="Hand">'
        '<meta property="og:title" content="OG"><meta name="twitter:card" content="summary"><meta name="x">'
        '<link rel="canonical" href="https://example.org/"><link rel="icon" href="i.png"><link rel="x">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
        "</head><body><h1>One</h1><h2></h2><a href=x>y</a><img src=z><form></form><script>1</script></body></html>"
    )
    result = run(html, page)
    assert result["core"] == {
        "encoding": "us-ascii",
        "line_count": 1,
        "word_count": len(page.split()),
        "title": "A & B",
        "description": "About",
        "authors": ["Ada"],
        "keywords": ["a", "b"],
        "language": "de",
        "generator": "Hand",
    }
    assert result["open_graph"] == {"title": "OG"}
    assert result["twitter_card"] == {"card": "summary"}
    assert (result["canonical_url"], result["icon_url"], result["feeds"]) == (
        "https://example.org/",
        "i.png",
        ["/feed"],
    )
    assert result["headings"] == [{"level": 1, "text": "One"}]
    assert [result[f"{name}_count"] for name in ("link", "image", "script", "form")] == [1, 1, 1, 1]


def test_html_of_any_shape_is_no_error() -> None:
    """Markup that no parser likes yields what was read before it."""
    assert run(html, "<title>x</title><![foo[<!x><a " + "<b" * 1000)["core"]["title"] == "x"


def test_xml_tells_its_root_and_dublin_core() -> None:
    """Root, namespaces, document type, style sheets, children, Dublin Core."""
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><?xml-stylesheet type="text/css" href="a.css"?>'
        '<!DOCTYPE r PUBLIC "-//X//Y" "r.dtd"><r xmlns="urn:r" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2" '
        'xml:lang="fr"><dc:title>T</dc:title><dc:creator>A</dc:creator><dc:creator>B</dc:creator>'
        "<dc:date>2024-05-01</dc:date><x/><x/></r>"
    )
    result = run(xml, text)
    core = result["core"]
    assert (core["title"], core["authors"], core["created"]) == ("T", ["A", "B"], "2024-05-01")
    assert (core["language"], core["format_version"]) == ("fr", "2")
    assert (result["root"], result["root_namespace"], result["standalone"]) == ("r", "urn:r", True)
    assert result["doctype"] == {"name": "r", "public_id": "-//X//Y", "system_id": "r.dtd"}
    assert result["style_sheets"] == ["a.css"]
    assert result["children"] == {"creator": 2, "x": 2, "title": 1, "date": 1}
    assert "outcome" not in result


def test_xml_that_ends_early_is_partial() -> None:
    """What was read stands, with the reason; without a root it is corrupt."""
    result = run(xml, "<r><a>x</a><b>")
    assert (result["outcome"], result["root"]) == ("partial", "r")
    with pytest.raises(Corrupt, match="root element"):
        run(xml, "<?xml version='1.0'?><!-- only this -->")


RSS = (
    '<rss version="2.0"><channel><title>News</title><link>http://example.org/</link><description>D</description>'
    "<language>en</language><copyright>C</copyright><generator>G</generator><managingEditor>E</managingEditor>"
    "<pubDate>Wed, 01 May 2024 10:00:00 +0200</pubDate><ttl>60</ttl>{items}</channel></rss>"
)
ITEM = "<item><title>Item {n}</title><pubDate>Thu, 02 May 2024 10:00:0{n} GMT</pubDate><enclosure url='x'/></item>"


def test_a_feed_tells_its_channel_and_counts_its_entries() -> None:
    """RSS 2.0: the channel's facts, entries, their titles and their range of dates."""
    result = run(feed, RSS.format(items=ITEM.format(n=1) + ITEM.format(n=2)), "application/rss+xml")
    core = result["core"]
    assert (core["title"], core["description"], core["language"]) == ("News", "D", "en")
    assert (core["copyright"], core["generator"], core["authors"]) == ("C", "G", ["E"])
    assert (core["created"], core["entry_count"], core["format_version"]) == ("2024-05-01T08:00:00Z", 2, "2.0")
    assert (core["starts_at"], core["ends_at"]) == ("2024-05-02T10:00:01Z", "2024-05-02T10:00:02Z")
    assert (result["homepage_url"], result["entry_titles"]) == ("http://example.org/", ["Item 1", "Item 2"])
    assert (result["enclosure_count"], result["ttl_min"]) == (2, "60")


def test_an_atom_feed_is_read_alike() -> None:
    """RFC 4287: author names, the alternate link, the id."""
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>T</title><id>urn:x</id><subtitle>S</subtitle>'
        '<link href="http://example.org/" rel="alternate"/><link href="/self" rel="self"/>'
        "<author><name>Ada</name></author>"
        "<updated>2024-05-01T10:00:00Z</updated><entry><title>E</title><updated>2024-05-01T09:00:00Z</updated>"
        "<author><name>Bob</name></author></entry></feed>"
    )
    result = run(feed, text, "application/atom+xml")
    core = result["core"]
    assert (core["title"], core["identifier"], core["description"], core["language"]) == ("T", "urn:x", "S", "en")
    assert (core["authors"], core["modified"], core["entry_count"]) == (["Ada"], "2024-05-01T10:00:00Z", 1)
    assert result["homepage_url"] == "http://example.org/"


def test_a_feed_that_is_cut_or_long_says_so() -> None:
    """A cut feed is partial, a long one estimated, an empty one corrupt."""
    assert run(feed, RSS.format(items=ITEM.format(n=1))[:-30])["outcome"] == "partial"
    long = run(feed, RSS.format(items=ITEM.format(n=1) * 15_000))
    assert "entry_count" not in long["core"]
    assert long["estimated_entry_count"] == pytest.approx(15_000, rel=0.05)
    with pytest.raises(Corrupt):
        run(feed, "no element")


CUES = (
    (
        "application/x-subrip",
        "1\n00:00:01,500 --> 00:00:02,000\nA\n\n2\n01:00:00,000 --> 01:00:01,250\nB\n",
        2,
        1500,
        3_601_250,
    ),
    (
        "text/vtt",
        "WEBVTT - Talk\nLanguage: en\nKind: captions\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\nA\n",
        1,
        1000,
        2000,
    ),
    ("application/x-subviewer", "[INFORMATION]\n[TITLE]Film\n00:00:01.50,00:00:03.00\nA\n", 1, 1500, 3000),
    ("text/x-microdvd", "{1}{1}25\n{25}{50}A\n{75}{100}B\n", 2, 1000, 4000),
    ("application/x-sami", "<SAMI><TITLE>F</TITLE><SYNC Start=1000><P>A<SYNC Start=2500>", 2, 1000, 2500),
    ("text/x-lyrics", "[ti:Song]\n[ar:Band]\n[al:Disc]\n[00:01.50]La\n[00:03]Li\n", 2, 1500, 3000),
    (
        "application/ttml+xml",
        (
            '<tt xml:lang="en" ttp:frameRate="25"><p begin="00:00:01.000" end="2s">A</p>'
            '<p begin="00:00:02:05" dur="500ms"/>'
            '<p begin="x" end="y"/><p begin="3q" end="4t"/></tt>'
        ),
        2,
        1000,
        2700,
    ),
    (
        "text/x-ssa",
        (
            "[Script Info]\nTitle: Film\nOriginal Script: Ada\nScriptType: v4.00+\nPlayResX: 640\nStyle: a\n"
            "Dialogue: 0,0:00:01.00,0:00:02.50,a,,0,0,0,,Hi\n"
        ),
        1,
        1000,
        2500,
    ),
)


@pytest.mark.parametrize(("media_type", "text", "count", "first", "last"), CUES, ids=[row[0] for row in CUES])
def test_cues_are_counted_and_timed(media_type: str, text: str, count: int, first: int, last: int) -> None:
    """Every format's cues, from the first start to the last end, in milliseconds."""
    result = run(subtitles, text, media_type)
    assert (result["cue_count"], result["first_cue_ms"], result["core"]["duration_ms"]) == (count, first, last)
    assert result["core"]["duration_ms"] == last


def test_subtitles_tell_what_their_header_says() -> None:
    """Titles, authors, languages of the headers."""
    facts = {media_type: run(subtitles, text, media_type) for media_type, text, *_ in CUES}
    assert facts["text/vtt"]["core"]["title"] == "Talk"
    assert (facts["text/vtt"]["core"]["language"], facts["text/vtt"]["kind"]) == ("en", "captions")
    assert facts["text/x-ssa"]["core"]["authors"] == ["Ada"]
    assert facts["text/x-ssa"]["play_width_px"] == 640
    assert (facts["text/x-lyrics"]["core"]["album"], facts["application/x-subviewer"]["core"]["title"]) == (
        "Disc",
        "Film",
    )
    assert facts["text/x-microdvd"]["core"]["frame_rate_hz"] == 25


def test_frames_without_a_rate_are_no_times() -> None:
    """MicroDVD without a frame rate gives frames only."""
    result = run(subtitles, "{10}{20}A\n{30}{40}B\n", "text/x-microdvd")
    assert (result["cue_count_without_rate"], result["last_frame"]) == (2, 40)
    assert "duration_ms" not in result["core"]


def test_only_the_head_of_huge_subtitles_is_read() -> None:
    """Beyond 1 MB the result is partial."""
    text = "".join(f"{i}\n00:00:01,000 --> 00:00:02,000\nA\n\n" for i in range(40_000))
    assert run(subtitles, text, "application/x-subrip")["outcome"] == "partial"
    assert run(playlist, "#EXTM3U\n" + "#EXTINF:1,a\nb.mp3\n" * 80_000)["outcome"] == "partial"


def test_playlists_are_counted_and_timed() -> None:
    """M3U, HLS with variants and keys, PLS."""
    m3u = run(playlist, "#EXTM3U\n#PLAYLIST:Mix\n#EXTINF:100,One\na.mp3\n#EXTINF:-1,Two\nb.mp3\n")
    assert m3u["core"] | {"line_count": 0, "word_count": 0} == {
        "encoding": "us-ascii",
        "line_count": 0,
        "word_count": 0,
        "title": "Mix",
        "entry_count": 2,
        "duration_ms": 100_000,
    }
    hls = run(
        playlist,
        '#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:10\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:9.5,\na.ts\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1"\nlow.m3u8\n#EXT-X-ENDLIST\n',
        "application/vnd.apple.mpegurl",
    )
    assert hls["variants"] == [{"bit_rate_bps": 800_000, "resolution": "640x360", "codecs": "avc1"}]
    assert (hls["live"], hls["target_duration_ms"], hls["core"]["encrypted"]) == (False, 10_000, True)
    pls = run(
        playlist, "[playlist]\nFile1=a\nTitle1=One\nLength1=60\nFile2=b\nLength2=-1\nVersion=2\n", "audio/x-scpls"
    )
    assert (pls["core"]["entry_count"], pls["core"]["duration_ms"], pls["entry_titles"]) == (2, 60_000, ["One"])
