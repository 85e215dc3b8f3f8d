"""What a text is: one small file of each kind, written from its specification."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, sniff
from firstbytes.media import table

XML = '<?xml version="1.0"?>\n'

KINDS: tuple[tuple[str, str], ...] = (
    ("text/plain", "It was a dark and stormy night, and the rain fell in torrents.\nNothing else happened.\n"),
    ("text/calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"),
    ("text/calendar", "begin:vcalendar\nversion:2.0\nend:vcalendar\n"),
    ("text/vcard", "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n"),
    ("text/vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"),
    ("application/x-subrip", "1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
    ("text/x-ssa", "[Script Info]\nTitle: x\n"),
    ("text/x-microdvd", "{0}{25}Hello\n{30}{60}World\n"),
    ("application/x-sami", "<SAMI>\n<HEAD>\n"),
    ("text/x-lyrics", "[ti:Song]\n[ar:Band]\n[00:01.00]La la\n"),
    ("application/x-mpegurl", "#EXTM3U\n#EXTINF:123,Song\nsong.mp3\n"),
    ("application/vnd.apple.mpegurl", "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9,\na.ts\n"),
    ("audio/x-scpls", "[playlist]\nFile1=http://example.org/a\n"),
    ("application/x-cue", 'PERFORMER "X"\nFILE "a.wav" WAVE\n  TRACK 01 AUDIO\n'),
    ("application/sdp", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\n"),
    ("application/rtf", "{\\rtf1\\ansi Hello}"),
    ("text/x-diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"),
    ("text/x-diff", "diff --git a/x b/x\n"),
    ("text/x-diff", "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.org>\n"),
    ("text/troff", '.\\" comment\n.TH LS 1\n.SH NAME\nls\n'),
    ("text/x-tex", "% a\n\\documentclass{article}\n\\begin{document}\n"),
    ("text/x-bibtex", "@article{x, title={Y}}\n"),
    ("application/x-research-info-systems", "TY  - JOUR\nAU  - A\nER  - \n"),
    ("application/x-desktop", "[Desktop Entry]\nName=x\n"),
    ("application/x-wine-reg", "Windows Registry Editor Version 5.00\n\n[HKEY_X]\n"),
    ("application/x-mswinurl", "[InternetShortcut]\nURL=http://example.org/\n"),
    ("text/x-gettext-translation", 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'),
    ("text/x-dockerfile", "# build\nFROM debian:12 AS base\nRUN true\n"),
    ("text/x-systemd-unit", "[Unit]\nDescription=x\n\n[Service]\nExecStart=/bin/true\n"),
    ("text/vnd.familysearch.gedcom", "0 HEAD\n1 SOUR X\n0 TRLR\n"),
    ("application/vnd.chess-pgn", '[Event "x"]\n[Site "y"]\n\n1. e4 e5 *\n'),
    ("image/vnd.dxf", "  0\nSECTION\n  2\nHEADER\n"),
    ("image/x-xpixmap", "/* XPM */\nstatic char *x[] = {\n"),
    ("image/x-xbitmap", "#define x_width 8\n#define x_height 8\nstatic char x_bits[] = {0};\n"),
    ("application/x-fasta", ">seq1 first\nACGTACGTACGTACGTACGT\n"),
    ("application/x-fastq", "@r1\nACGT\n+\nIIII\n"),
    ("text/x-vcf-variants", "##fileformat=VCFv4.2\n#CHROM\tPOS\n"),
    ("chemical/x-pdb", "HEADER    HYDROLASE                               01-JAN-20   1ABC\n"),
    ("chemical/x-cif", "data_x\n_cell_length_a 1\n"),
    ("chemical/x-mdl-molfile", "x\n  y\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n"),
    ("chemical/x-xyz", "2\nwater\nO 0.0 0.0 0.0\nH 0.0 0.0 1.0\n"),
    ("text/x-arff", "% c\n@relation x\n@attribute a numeric\n"),
    ("application/x-sylk", "ID;PWXL;N;E\n"),
    ("application/x-dif", 'TABLE\n0,1\n"x"\n'),
    ("model/stl", "solid x\n facet normal 0 0 1\n"),
    ("application/x-off", "OFF\n3 1 0\n"),
    ("model/vrml", "#VRML V2.0 utf8\n"),
    ("model/step", "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'1');\n"),
    ("text/wkt", "POINT (1 2)\n"),
    ("text/wkt", 'GEOGCS["WGS 84",DATUM["WGS_1984"]]'),
    ("application/mac-binhex40", "(This file must be converted with BinHex 4.0)\n\n:$f*\n"),
    ("text/x-uuencode", "begin 644 a.bin\n#0V%T\n`\nend\n"),
    ("text/x-yenc", "=ybegin line=128 size=3 name=a\n"),
    ("application/x-shar", "#!/bin/sh\n# This is a shell archive.\nexit 0\n"),
    ("text/turtle", "@prefix a: <http://example.org/> .\na:b a:c a:d .\n"),
    ("application/n-triples", "<http://a.org/x> <http://a.org/y> <http://a.org/z> .\n"),
    ("text/uri-list", "http://example.org/a\r\nhttp://example.org/b\r\n"),
    ("text/vnd.graphviz", "digraph g {\n a -> b;\n}\n"),
    ("text/x-ssh-public-key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGGfbGfXyzAbCdEfGhIjKlMnOpQrStUvWxYz01234567 a@b\n"),
    ("text/x-robots", "User-agent: *\nDisallow: /x\n"),
    (
        "message/rfc822",
        "DKIM-Signature: v=1; a=rsa-sha256;\n d=example.org\nReceived: by x\nSubject: x\nFrom: a@b.org\n\nHi\n",
    ),
    ("message/rfc822", "X-Mailer: y\nSubject: x\nTo: c@d.org\nFrom: a@b.org\n\nHi\n"),
    ("message/news", "Path: a!b\nFrom: a@b.org\nNewsgroups: x.y\nSubject: z\nMessage-ID: <1@b>\n\nHi\n"),
    (
        "multipart/related",
        'From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n',
    ),
    ("application/mbox", "From a@b.org Mon Jan  1 10:00:00 2024\nFrom: a@b.org\nSubject: x\n\nHi\n"),
    ("application/x-emlx", "120\nFrom: a@b.org\nTo: c@d.org\nSubject: x\nMessage-Id: <1@b>\n\nHi\n"),
    ("application/x-sh", "#!/usr/bin/env bash\necho hi\n"),
    ("text/x-python", "#!/usr/bin/python3 -u\nx\n"),
    ("text/x-perl", "#! /usr/bin/perl -w\nx\n"),
    ("text/javascript", "#!/usr/bin/env -S node --x\n1\n"),
    (
        "text/x-python",
        "import os\n\n\ndef main(argv):\n    return argv\n\n\nif __name__ == '__main__':\n    main([])\n",
    ),
    ("text/x-c", '#include <stdio.h>\n#include "x.h"\n\nint main(void)\n{\n    return 0;\n}\n'),
    (
        "text/x-c++",
        "#include <iostream>\n\nnamespace a {\nclass B {\npublic:\n  B();\n};\n}\nint main() { std::cout << 1; }\n",
    ),
    (
        "text/x-java",
        "package org.example;\n\nimport java.util.List;\n\npublic class A {\n  public static void b() {}\n}\n",
    ),
    ("text/x-go", 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println(1)\n}\n'),
    ("text/rust", "use std::fs;\n\n#[derive(Debug)]\npub struct A {\n}\n\nfn main() {\n    let x = 1;\n}\n"),
    ("text/x-ruby", "require 'set'\n\nclass A < B\n  attr_reader :x\n  def y\n  end\nend\n"),
    ("text/x-php", "<?php\necho 1;\n"),
    ("application/sql", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);\n"),
    ("text/css", "body { color: red; }\n.a, .b { margin: 0; padding: 1px; }\n"),
    ("text/x-makefile", "CC := gcc\n.PHONY: all\nall: a.o\n\t$(CC) -o $@ $<\nclean:\n\trm -f a\n"),
    ("text/x-ini", "; c\n[a]\nb = c\nd=e\n"),
    ("application/toml", '[a]\nb = "c"\nd = 1\n[[e.f]]\ng = [\n  "h",\n]\n'),
    ("application/yaml", "a: 1\nb:\n  - c\n  - d\ne:\n  f: g\n"),
    ("application/yaml", "---\na: 1\n"),
    ("text/markdown", "# Title\n\nSome *text* with a [link](http://example.org/).\n\n## More\n\n- item\n"),
    ("text/markdown", "---\ntitle: x\n---\n\nProse follows here.\n"),
    ("text/x-rst", "Title\n=====\n\n.. note:: x\n\nSee :ref:`y`.\n"),
    ("text/x-log", "2024-01-01 10:00:00,123 INFO a\n2024-01-01 10:00:01,123 INFO b\n2024-01-01 10:00:02,001 WARN c\n"),
    ("model/obj", "mtllib a.mtl\no x\nv 0.0 0.0 0.0\nv 1.0 0.0 0.0\nv 0 1 0\nf 1 2 3\n"),
    ("model/mtl", "newmtl a\nKd 1 0 0\nillum 2\n"),
    ("text/x-gcode", "G21\nG90\nG1 X10 Y10 F1200\nM104 S200\n"),
    ("text/csv", "a,b,c\n1,2,3\n4,5,6\n7,8,9\n"),
    ("text/tab-separated-values", "a\tb\tc\n1\t2\t3\n4\t5\t6\n"),
    ("application/json", '{"a": [1, 2.5e3, null, true, "\\u00e9"]}'),
    ("application/x-ndjson", '{"a": 1}\n{"a": 2}\n'),
    ("text/html", "<!DOCTYPE html>\n<html><head><title>x</title></head></html>"),
    ("text/html", "<!-- c -->\n<div class='a'><p>one</p><p>two</p></div>"),
    ("application/xml", XML + "<x><y/></x>"),
    ("application/xml", "<x><y/></x>"),
    ("application/xml-dtd", "<!-- d -->\n<!ELEMENT a (b)>\n"),
    ("image/svg+xml", "<!-- c -->\n<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"),
)


@pytest.mark.parametrize(("media_type", "text"), KINDS, ids=[f"{i}-{row[0]}" for i, row in enumerate(KINDS)])
def test_a_small_file_of_each_kind_is_recognised_without_its_name(media_type: str, text: str) -> None:
    """Every kind is told by its content, and is in the table of types."""
    assert media_type in table()
    assert sniff(BytesSource(text.encode())).media_type == media_type


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_does_not_change_what_a_text_is(encoding: str) -> None:
    """UTF-16 and UTF-32 with or without a mark are read as the text they encode."""
    for media_type, text in (
        ("application/json", '{"key": ["value", "value"]}'),
        ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" width="1"><g/></svg>'),
        ("text/csv", "name,count,size\na,1,2\nb,3,4\nc,5,6\n"),
        ("text/html", "<html><body><p>x</p></body></html>"),
    ):
        assert sniff(BytesSource(text.encode(encoding))).media_type == media_type


@pytest.mark.parametrize(("media_type", "text"), KINDS)
def test_line_ends_do_not_change_what_a_text_is(media_type: str, text: str) -> None:
    """Unix, Windows and the classic Mac OS end lines each their way."""
    lines = text.replace("\r\n", "\n")
    for end in ("\r\n", "\r"):
        assert sniff(BytesSource(lines.replace("\n", end).encode())).media_type == media_type, end


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        b"\x00\x01\x02\x03" * 64,
        b"text then\x00\x00zero bytes" * 20,
        bytes([200 + i % 50 for i in range(30)]),
    ],
)
def test_binary_data_is_not_called_text(data: bytes) -> None:
    """Zero bytes, controls and a handful of high bytes are no text."""
    assert "text/plain" not in (found := sniff(BytesSource(data))).ancestors
    assert found.media_type != "text/plain"


@pytest.mark.parametrize(
    "text",
    [
        "To be, or not to be, that is the question:\nWhether 'tis nobler, to suffer\nThe slings, and arrows\n",
        "Hello, world\nHow are you, friend\n",
        "This README has a <b>tag</b> in it and says { nothing }.\n",
        "one\ntwo\nthree\n",
        "1\n2\n3\n",
        "Dear Sir:\n\nI write to you, as promised.\n",
        "Note: this is no header\nof anything at all\n",
    ],
)
def test_prose_stays_plain_text(text: str) -> None:
    """Commas, colons and tags in prose make neither a table nor a message nor a page."""
    assert sniff(BytesSource(text.encode())).media_type == "text/plain"


def test_white_space_is_text() -> None:
    """A file of blank lines is plain text."""
    assert sniff(BytesSource(b" \n\n \t\n")).media_type == "text/plain"


def test_latin_1_is_text() -> None:
    """A legacy encoding is text when it has no controls."""
    found = sniff(BytesSource("Der Fluß fließt über große Steine, sagte die Äbtissin.\n".encode("latin-1") * 3))
    assert (found.media_type, found.rule) == ("text/plain", "text in iso-8859-1")


def test_a_name_overrules_a_vote_but_not_a_grammar() -> None:
    """A vote for a language gives way to the suffix of another kind of text; JSON stays JSON."""
    code = b"import os\n\n\ndef main(argv):\n    return os.path.join(*argv)\n"
    assert sniff(BytesSource(code), name="a.txt").media_type == "text/plain"
    assert sniff(BytesSource(b'{"a": {"b": 1}}'), name="a.py").media_type == "application/json"
    assert sniff(BytesSource(b"<x><y/></x>"), name="a.xsl").media_type == "application/xslt+xml"
    xhtml = b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head></html>'
    assert sniff(BytesSource(xhtml), name="a.xml").media_type == "application/xhtml+xml"
    assert sniff(BytesSource(xhtml), name="a.html").media_type == "text/html"
