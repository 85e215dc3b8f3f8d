"""Plain texts, tables and messages written by hand, in the dialects that their specifications allow."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

from bench.corpus.sources.making import text_source

__all__ = ["TEXTS"]

ROWS = [["boat", "length", "berth", "note"]] + [
    [f"Ondine {n}", f"{6 + n * 0.7:.1f}", f"Q{n % 5}", ("to, check" if n % 3 else 'says "hello"')] for n in range(12)
]
PROSE = "The lock opens two hours before high water.\nBoats over nine metres berth at the outer quay.\n\n" * 6
FRENCH = "Le toit du hangar fuit depuis février ; la maréchale a prévenu l'équipe du déchargement à midi.\n" * 6
JAPANESE = "次回の会議は木曜日の午後です。潮汐表を持参してください。\n" * 6
RUSSIAN = "Шлюз открывается за два часа до полной воды. Лодки стоят вдоль внешнего причала.\n" * 6
POINTS = [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [6.6, 46.5]}, "properties": {"n": n}}
    for n in range(3)
]
LETTER = """\
From: Quay <quay@example.org>
To: crew@example.org
Subject: {subject}
Date: Wed, 01 May 2024 18:30:02 +0200
Message-ID: <{number}@example.org>
MIME-Version: 1.0
Content-Type: {kind}

{body}
"""
EVENT = """\
BEGIN:VEVENT
UID:{n}@example.org
DTSTAMP:20240501T183002Z
DTSTART:20240502T090000Z
SUMMARY:Tide
END:VEVENT
""".replace("\n", "\r\n")
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Harbour//Hand//EN\r\n{}END:VCALENDAR\r\n"
CARD = "BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Ana Quay\r\nN:Quay;Ana;;;\r\nEMAIL:ana@example.org\r\nEND:VCARD\r\n"
CUES = [
    ("00:00:01,000", "00:00:02,500", "Ahoy."),
    ("00:00:03,000", "00:00:05,000", "Cast off!"),
    ("00:00:06,000", "00:00:08,000", "Aye."),
]
File = tuple[str, str, str | bytes]


def _quoted(rows: list[list[str]], mark: str, end: str = "\n", *, every: bool = False) -> str:
    def cell(text: str) -> str:
        needed = every or any(sign in text for sign in (mark, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if needed else text

    return "".join(mark.join(cell(text) for text in row) + end for row in rows)


def _tables() -> Iterator[File]:
    csv = "text/csv"
    numbers = [[str(n), str(n * n), f"{n / 7:.4f}"] for n in range(1, 30)]
    wrapped = [["id", "remark"]] + [[str(n), f"first line\nsecond line {n}"] for n in range(8)]
    yield "comma.csv", csv, _quoted(ROWS, ",")
    yield "semicolon.csv", csv, _quoted(ROWS, ";")
    yield "pipe.csv", csv, _quoted(ROWS, "|")
    yield "crlf-all-quoted.csv", csv, _quoted(ROWS, ",", "\r\n", every=True)
    yield "wrapped.csv", csv, _quoted(wrapped, ",", every=True)
    yield "numbers.csv", csv, _quoted(numbers, ",")
    yield "utf16.csv", csv, _quoted(ROWS, ",").encode("utf-16")
    yield "bom.csv", csv, b"\xef\xbb\xbf" + _quoted(ROWS, ";").encode()
    yield (
        "latin1.csv",
        csv,
        _quoted([["nom", "rôle"], ["Jörg", "mécanicien"], ["Zoé", "barreuse"]], ";").encode("latin-1"),
    )
    tsv = "text/tab-separated-values"
    for name, rows in (("boats.tsv", ROWS), ("numbers.tsv", numbers), ("boats.tab", ROWS[:5])):
        yield name, tsv, "".join("\t".join(row) + "\n" for row in rows)


def _json() -> Iterator[File]:
    data = {"quay": "outer", "berths": [{"id": n, "free": n % 2 == 0, "depth": n / 4} for n in range(9)]}
    yield "indented.json", "application/json", json.dumps(data, indent=2)
    yield "compact.json", "application/json", json.dumps(data, separators=(",", ":"))
    yield "array.json", "application/json", json.dumps([1, 2.5, None, True, "quay"])
    yield "records.json", "application/json", json.dumps(data["berths"])
    yield "bom.json", "application/json", b"\xef\xbb\xbf" + json.dumps(data).encode()
    yield "utf16.json", "application/json", json.dumps(data).encode("utf-16")
    lines = "".join(json.dumps({"id": n, "tide": n / 3}) + "\n" for n in range(20))
    for suffix in ("ndjson", "jsonl", "json"):
        yield f"lines.{suffix}", "application/x-ndjson", lines.replace("tide", f"tide_{suffix}")
    yield (
        "nested.jsonl",
        "application/x-ndjson",
        "".join(json.dumps({"a": [n], "b": {"c": str(n)}}) + "\r\n" for n in range(9)),
    )
    yield "points.geojson", "application/geo+json", json.dumps({"type": "FeatureCollection", "features": POINTS})
    yield (
        "points-indented.geojson",
        "application/geo+json",
        json.dumps({"type": "FeatureCollection", "features": POINTS[:2]}, indent=1),
    )
    yield "feature.json", "application/geo+json", json.dumps(POINTS[0])
    yield "late-type.geojson", "application/geo+json", json.dumps({"features": POINTS, "type": "FeatureCollection"})
    yield (
        "context.jsonld",
        "application/ld+json",
        json.dumps({"@context": "https://schema.org", "@type": "Place", "name": "Quay"}),
    )
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["# Tides"]}
    book = {"cells": [cell], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    yield "tides.ipynb", "application/x-ipynb+json", json.dumps(book, indent=1)
    gltf = {"asset": {"version": "2.0", "generator": "hand"}, "scenes": [{"nodes": []}], "scene": 0}
    yield "empty.gltf", "model/gltf+json", json.dumps(gltf)
    chunk = json.dumps(gltf).encode()
    chunk += b" " * (-len(chunk) % 4)
    binary = struct.pack("<4sIIII", b"glTF", 2, 20 + len(chunk), len(chunk), 0x4E4F534A) + chunk
    yield "empty.glb", "model/gltf-binary", binary


def _messages() -> Iterator[File]:
    mixed = 'multipart/mixed; boundary="quay"'
    parts = "--quay\nContent-Type: text/plain\n\nTides.\n--quay\nContent-Type: text/csv\n\nday,high\nMon,4.2\n--quay--"
    plain = LETTER.format(subject="Tides", number=1, kind="text/plain; charset=utf-8", body="High water at nine.")
    page = LETTER.format(subject="Page", number=2, kind="text/html", body="<html><body><p>High water</p></body></html>")
    both = LETTER.format(subject="=?utf-8?q?Mar=C3=A9es?=", number=3, kind=mixed, body=parts)
    yield "plain.eml", "message/rfc822", plain
    yield "page.eml", "message/rfc822", page.replace("\n", "\r\n")
    yield "mixed.eml", "message/rfc822", both
    yield (
        "received.eml",
        "message/rfc822",
        "Return-Path: <quay@example.org>\nReceived: from a by b; Wed, 1 May 2024 18:30:03 +0200\n" + plain,
    )
    separator = "From quay@example.org Wed May  1 18:30:02 2024\n"
    yield "crew.mbox", "application/mbox", separator + plain + "\n" + separator + page
    yield "archive.mbox", "application/mbox", separator + both + "\n" + separator + both.replace("<3@", "<4@")
    yield "inbox", "application/mbox", separator + page + "\n" + separator + plain
    yield "events.ics", "text/calendar", CALENDAR.format("".join(EVENT.format(n=n) for n in range(3)))
    yield "one.ics", "text/calendar", CALENDAR.format(EVENT.format(n=9)).replace("\r\n", "\n")
    for version in ("2.1", "3.0", "4.0"):
        yield f"card-{version}.vcf", "text/vcard", CARD.format(version=version)
    yield "cards.vcf", "text/vcard", CARD.format(version="3.0") * 3


def _subtitles() -> Iterator[File]:
    srt = "".join(f"{n}\n{start} --> {end}\n{line}\n\n" for n, (start, end, line) in enumerate(CUES, 1))
    yield "cues.srt", "application/x-subrip", srt
    yield "cues-crlf.srt", "application/x-subrip", b"\xef\xbb\xbf" + srt.replace("\n", "\r\n").encode()
    yield "cues-latin1.srt", "application/x-subrip", srt.replace("Ahoy", "Hé là").encode("latin-1")
    vtt = "WEBVTT\n\n" + srt.replace(",", ".")
    yield "cues.vtt", "text/vtt", vtt
    yield "titled.vtt", "text/vtt", vtt.replace("WEBVTT", "WEBVTT - Harbour\nKind: captions", 1)
    yield (
        "cues.m3u8",
        "application/vnd.apple.mpegurl",
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\na.ts\n#EXT-X-ENDLIST\n",
    )
    yield (
        "master.m3u8",
        "application/vnd.apple.mpegurl",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow/index.m3u8\n",
    )


def _plain() -> Iterator[File]:
    for name, text, encoding in (
        ("ascii.txt", PROSE, "ascii"),
        ("utf8.txt", FRENCH, "utf-8"),
        ("latin1.txt", FRENCH, "latin-1"),
        ("utf16.txt", FRENCH, "utf-16"),
        ("utf32.txt", FRENCH, "utf-32"),
        ("sjis.txt", JAPANESE, "shift_jis"),
        ("eucjp.txt", JAPANESE, "euc_jp"),
        ("koi8r.txt", RUSSIAN, "koi8_r"),
        ("cp1251.txt", RUSSIAN, "cp1251"),
        ("gb18030.txt", "船闸在涨潮前两小时开放。\n" * 8, "gb18030"),
        ("README", PROSE[:60], "ascii"),
    ):
        yield name, "text/plain", text.encode(encoding)
    yield "server.log", "text/x-log", "".join(f"2024-05-01T18:30:{n:02}Z INFO lock open={n}\n" for n in range(40))


def _code() -> Iterator[File]:
    page = "<head><title>Quay</title></head><body><h1>Tides</h1></body>"
    yield "modern.html", "text/html", f"<!DOCTYPE html>\n<html lang='en'>{page}</html>\n"
    yield "legacy.htm", "text/html", f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<HTML>{page}</HTML>\n'
    yield "commented.html", "text/html", "<!-- saved by hand -->\n\n" + f"<html>{page}</html>"
    yield "fragment.html", "text/html", "<!doctype html><meta charset=utf-8><p>High water at nine."
    yield "utf16.html", "text/html", f"<!DOCTYPE html><html>{page}</html>".encode("utf-16")
    yield (
        "script.py",
        "text/x-python",
        "#!/usr/bin/env python3\nimport sys\n\n\ndef tide():\n    return 4.2\n\n\nprint(tide(), sys.argv)\n",
    )
    yield "tool", "application/x-sh", '#!/bin/sh\nset -eu\nfor quay in a b; do\n  echo "$quay"\ndone\n'
    yield "run.bash", "application/x-sh", '#!/usr/bin/env bash\nquay=outer\nif [[ -n $quay ]]; then echo "$quay"; fi\n'
    yield "gem.rb", "text/x-ruby", "#!/usr/bin/env ruby\nputs [1, 2].map { |n| n * 2 }\n"
    yield "old.pl", "text/x-perl", "#!/usr/bin/perl\nuse strict;\nmy $quay = 'outer';\nprint \"$quay\\n\";\n"
    yield "page.php", "text/x-php", "<?php\n$quay = 'outer';\necho $quay;\n"
    yield "config.yaml", "application/yaml", "%YAML 1.2\n---\nquay: outer\nberths:\n  - id: 1\n    free: true\n"
    yield "notes.md", "text/markdown", "# Tides\n\n- high: **4.2 m**\n- low: `0.9 m`\n\n[More](https://example.org/)\n"
    yield "paper.tex", "text/x-tex", "\\documentclass{article}\n\\begin{document}\nTides.\n\\end{document}\n"
    yield (
        "one.stl",
        "model/stl",
        "solid\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid",
    )
    triangle = struct.pack("<12fH", 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0)
    yield "binary.stl", "model/stl", b"made by hand".ljust(80, b" ") + struct.pack("<I", 4) + triangle * 4
    yield "one.obj", "model/obj", "# hand\no quay\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nf 1//1 2//1 3//1\n"
    yield "empty.wasm", "application/wasm", b"\0asm\1\0\0\0"
    yield "function.wasm", "application/wasm", bytes.fromhex("0061736d01000000010401600000030201000a040102000b")
    yield (
        "scale.mid",
        "audio/midi",
        b"MThd"
        + struct.pack(">IHHH", 6, 0, 1, 96)
        + b"MTrk"
        + struct.pack(">I", 12)
        + bytes.fromhex("00903c40608" + "03c4000ff2f00"),
    )
    yield "voice.amr", "audio/amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 20
    yield "wide.awb", "audio/amr", b"#!AMR-WB\n" + (b"\x04" + bytes(17)) * 20


def _files() -> Iterator[File]:
    for part in (_tables, _json, _messages, _subtitles, _plain, _code):
        yield from part()


TEXTS = text_source("text-by-hand", _files())
