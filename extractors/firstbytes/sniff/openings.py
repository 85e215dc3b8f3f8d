"""Text formats that begin with words of their own, as data: what the first line, or the first lines, must look like.

Sources: each format's specification. Patterns are matched at the first character that is not white space.
"""

from __future__ import annotations

import re

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_TABLE: tuple[tuple[str, str], ...] = (
    # Calendars, contacts, subtitles, playlists
    ("text/calendar", r"BEGIN:(?:VCALENDAR|VEVENT|VTODO|VFREEBUSY)\s"),
    ("text/vcard", r"(?i:BEGIN:VCARD\s)"),
    ("text/vtt", r"WEBVTT(?:[ \t\r\n]|\Z)"),
    ("application/x-subrip", r"\d{1,6}[ \t]*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,2}:\d\d:\d\d[,.]\d"),
    ("text/x-ssa", r"(?:;[^\n]*\n\s*)*\[(?i:Script Info)\]"),
    ("text/x-ssa", r"Dialogue: (?:Marked=)?\d,\d:\d\d:\d\d\.\d\d,"),
    ("text/x-microdvd", r"\{(?:\d+|DEFAULT)\}\{(?:\d*)\}[^\n]+(?:\n\{\d+\}\{\d*\}|\s*\Z)"),
    ("application/x-subviewer", r"\[INFORMATION\]|\d\d:\d\d:\d\d[.:]\d\d,\d\d:\d\d:\d\d[.:]\d\d\r?\n"),
    ("text/x-mpsub", r"FORMAT=(?:TIME|\d)|\[\d+\]\[\d*\][^\n]+(?:\n\[\d+\]\[\d*\]|\s*\Z)"),
    ("application/x-sami", r"(?i:<SAMI>)"),
    (
        "text/x-lyrics",
        r"(?:\[(?:ti|ar|al|au|by|offset|length|re|ve|la):[^\]\n]*\]\s*)*\[\d{1,3}:\d\d(?:[.:]\d{1,3})?\]",
    ),
    ("text/x-lyrics", r"(?:\[(?:ti|ar|al|au|by|offset|length|re|ve|la):[^\]\n]*\]\s*){2}"),
    ("application/vnd.apple.mpegurl", r"#EXTM3U[^\n]*\n(?:[^\n]*\n){0,40}?#EXT-X-"),
    ("application/x-mpegurl", r"#EXTM3U|#EXTINF:"),
    ("audio/x-scpls", r"(?i:\[playlist\])\s"),
    (
        "application/x-cue",
        r"(?:REM [^\n]*\n|(?:PERFORMER|TITLE|CATALOG|SONGWRITER|CDTEXTFILE|FLAGS) [^\n]*\n)*\s*FILE \"?[^\n]+\"? (?:WAVE|MP3|BINARY|AIFF|MOTOROLA|FLAC)\b",
    ),
    (
        "application/x-cdrdao-toc",
        r"(?:CD_DA|CD_ROM|CD_ROM_XA)\s[^\n]*\n(?:[^\n]*\n){0,20}?\s*(?:TRACK|CD_TEXT|CATALOG)\b",
    ),
    ("application/ram", r"(?:rtsp|pnm)://\S+\s"),
    ("application/sdp", r"v=0\r?\no=[^\n]+\n"),
    # Documents
    ("application/rtf", r"\{\\rtf"),
    (
        "text/x-diff",
        r"diff (?:--git|-[a-zA-Z]|--\w)|(?:Index: [^\n]+\n=+\n)|(?:--- \S[^\n]*\n\+\+\+ \S)|\*\*\* \S[^\n]*\n--- \S[^\n]*\n\*{15}|From [0-9a-f]{40} |Only in \S+: ",
    ),
    ("text/x-diff", r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?\r?\n[<>] "),
    (
        "text/troff",
        r"(?:[.']\\\"[^\n]*\n|[.']\\\"?\s*\n|\.ig\b)*[.'](?:TH|Dd|SH|Sh|so|de|ds|nr|TL|PP|NH|LP|if|ie|mso|ad|sp|ce|pl|ll|ps|nf|AM)\b",
    ),
    ("text/troff", r"[.']\\\""),
    (
        "text/x-tex",
        r"(?:%[^\n]*\n|\s)*\\(?:documentclass|documentstyle|usepackage|begin\{|input\b|NeedsTeXFormat|ProvidesPackage|ProvidesClass|starttext|section\b|chapter\b|setupcolors|enableregime)",
    ),
    ("text/x-tex", r"\\input texinfo"),
    ("text/x-lilypond", r"(?:%[^\n]*\n|\s)*\\(?:version \"|header\s*\{|score\s*\{|relative\b)"),
    ("application/x-font-afm", r"StartFontMetrics"),
    ("application/x-font-bdf", r"STARTFONT "),
    ("application/vnd.font-fontforge-sfd", r"SplineFontDB:"),
    ("application/x-xfig", r"#FIG [123]\."),
    ("image/x-xpixmap", r"/\* XPM \*/|! XPM2"),
    ("image/x-xbitmap", r"(?:/\*.*?\*/\s*)?#define [ \t]*\S*?_?width[ \t]+\d+\s+#define [ \t]*\S*?_?height[ \t]+\d+"),
    ("image/x-skencil", r"##(?:Sketch|Skencil) 1"),
    ("application/vnd.mif", r"<MIFFile |(?i:VERSION \d+\s+(?:CHARSET|DELIMITER|COLUMNS|UNIQUE))"),
    ("text/cache-manifest", r"CACHE MANIFEST\b"),
    ("text/enriched", r"<(?:nofill|fontfamily|bold|flushright)>"),
    # Settings and system files
    ("application/x-desktop", r"(?:#[^\n]*\n|\s)*\[(?:Desktop Entry|KDE Desktop Entry)\]"),
    ("application/x-wine-reg", r"(?:REGEDIT4|REGEDIT\s|Windows Registry Editor Version 5\.00|WINE REGISTRY Version 2)"),
    ("application/x-mswinurl", r"(?:\[(?:DEFAULT|InternetShortcut\.[AW])\][^\[]*)?\[InternetShortcut\]"),
    ("application/vnd.flatpak.ref", r"\[Flatpak Ref\]"),
    ("application/vnd.flatpak.repo", r"\[Flatpak Repo\]"),
    ("text/x-dbus-service", r"(?:#[^\n]*\n|\s)*\[D-BUS Service\]"),
    (
        "text/x-systemd-unit",
        r"(?:[#;][^\n]*\n|\s)*\[(?:Unit|Service|Timer|Socket|Mount|Automount|Path|Slice|Match|NetDev)\]\s*\n(?:[#;][^\n]*\n|\s)*(?:Description|Documentation|After|Wants|Requires|Before|ExecStart|OnCalendar|What|Name|Type|Conflicts|ConditionPathExists|DefaultDependencies|Kind)\s*=",
    ),
    ("application/x-godot-scene", r"\[gd_scene "),
    ("application/x-godot-resource", r"\[gd_resource "),
    ("application/x-godot-project", r"(?:;[^\n]*\n|\s)*config_version=\d"),
    ("application/x-godot-shader", r"shader_type (?:spatial|canvas_item|particles|sky|fog);"),
    ("text/x-gettext-translation", r"(?:#[^\n]*\n|\s)*(?:msgctxt \"[^\n]*\n\s*)?msgid \""),
    (
        "text/x-dockerfile",
        r"(?:#[^\n]*\n|\s|ARG \S+\n)*FROM (?:--platform=\S+ )?[a-z0-9$][\w./:@${}-]*(?: (?i:as) [\w.-]+)?[ \t]*\r?\n",
    ),
    ("text/x-ldif", r"(?:#[^\n]*\n|\s)*(?:version: 1\s+)?dn:{1,2} "),
    (
        "text/x-rpm-spec",
        r"(?:[#%][^\n]*\n|\s)*(?:Name|Summary):[^\n]*\n(?:[^\n]*\n){0,8}?(?:Version|Release|License|Summary|Name):",
    ),
    ("message/http", r"HTTP/[12](?:\.[01])? \d{3}[ \r\n]|(?:GET|POST|HEAD|PUT|OPTIONS|CONNECT) \S+ HTTP/1\.[01]\r?\n"),
    # Data, science, models
    ("text/vnd.familysearch.gedcom", r"0 HEAD\s"),
    ("application/vnd.chess-pgn", r"(?:%[^\n]*\n|;[^\n]*\n)*\[Event \""),
    ("application/x-go-sgf", r"\(\s*;\s*(?:FF|GM|SZ|AB|AW|CA|AP|GN|PB|PW|EV|KM|DT)\["),
    ("image/vnd.dxf", r"(?:999\r?\n[^\n]*\n\s*)*0\r?\n\s*SECTION\r?\n\s*2\r?\n"),
    (
        "application/x-fasta",
        r"(?:;[^\n]*\n)*>[^\n]{1,500}\n(?:[A-Za-z*-]{10,}[ \t]*\r?\n|[A-Za-z*-]{3,}\s*\Z|[A-Za-z*-]+[ \t]*\r?\n>)",
    ),
    ("application/x-fastq", r"@[^\n]{1,500}\n[ACGTUNRYSWKMBDHVacgtun.]+\r?\n\+[^\n]*\n[!-~]"),
    ("text/x-vcf-variants", r"##fileformat=VCF"),
    (
        "chemical/x-pdb",
        r"HEADER    \S[^\n]{20,}\d\d-[A-Z]{3}-\d\d|(?:REMARK|TITLE |CRYST1|COMPND|MODEL )[^\n]*\n(?:[^\n]*\n){0,80}?(?:ATOM  |HETATM)|(?:ATOM  |HETATM) {0,4}\d+ ",
    ),
    ("chemical/x-cif", r"(?:#[^\n]*\n|\s)*data_\S*\s+(?:#[^\n]*\n|\s)*(?:_|loop_)"),
    ("chemical/x-mdl-sdfile", r"(?:[^\n]*\n){3} *\d{1,3} *\d{1,3}[^\n]*V[23]000(?s:.*)\n\$\$\$\$"),
    ("chemical/x-mdl-molfile", r"(?:[^\n]*\n){3}[ \d]{6}[^\n]*V[23]000"),
    ("chemical/x-xyz", r"\d{1,6}[ \t]*\r?\n[^\n]*\n\s*[A-Z][a-z]?(?:\s+-?\d+\.\d+){3}"),
    ("text/x-arff", r"(?:%[^\n]*\n|\s)*@(?i:relation)\s"),
    ("application/x-sylk", r"ID;P"),
    ("application/x-dif", r"TABLE\r?\n0,1\r?\n"),
    ("application/x-spss-por", r"[^\n]{0,200}ASCII SPSS PORT FILE"),
    ("text/x-ecsv", r"# %ECSV \d"),
    ("model/stl", r"solid\b[^\n]*\r?\n\s*facet\s+normal\s"),
    ("model/vnd.ply", r"ply\r?\nformat (?:ascii|binary_)"),
    ("application/x-off", r"(?:ST|C|N|4|n)*OFF\s+(?:#[^\n]*\n|\s)*\d+\s+\d+\s+\d+"),
    ("model/vrml", r"#VRML V[12]\."),
    ("application/x-ifc", r"ISO-10303-21;(?:[^\n]*\n){1,20}?[^\n]*FILE_SCHEMA\s*\(\s*\(\s*'IFC"),
    ("model/step", r"ISO-10303-21;"),
    ("model/iges", r"[^\n]{72}S[ 0]{6}1[ \t]*\r?\n"),
    ("model/x-vtk", r"# vtk DataFile Version"),
    ("model/vnd.usd", r"#usda 1\.0"),
    ("model/vnd.fbx", r"; FBX \d"),
    (
        "text/wkt",
        r"(?:SRID=\d+;)?(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)|(?:GEOGCS|PROJCS|GEOGCRS|PROJCRS|COMPD_CS|GEODCRS|VERT_CS|COMPOUNDCRS|VERTCRS|BOUNDCRS|GEOCCS)\[",
    ),
    ("application/x-intel-hex", r"(?::[0-9A-F]{10,}\r?\n){2}"),
    ("application/x-srec", r"S0[0-9A-F]{6,}\r?\nS[1-3][0-9A-F]{6,}"),
    ("text/vnd.abc", r"%abc|X: ?\d+\s*\n(?:[A-Zw%]:[^\n]*\n)*K:"),
    # Packed as text
    ("application/mac-binhex40", r"\(This file must be converted with BinHex"),
    ("text/x-uuencode", r"begin(?:-base64)? [0-7]{3,4} \S"),
    ("text/x-yenc", r"=ybegin "),
    (
        "application/x-shar",
        r"(?:#!\s*/bin/sh\s*\n|:[^\n]*\n)?(?:#[^\n]*\n)*# This is a shell archive|# To extract the files from this",
    ),
    ("application/x-age-encrypted", r"age-encryption\.org/v1|-----BEGIN AGE ENCRYPTED FILE-----"),
    # Linked data
    (
        "text/turtle",
        r"(?:#[^\n]*\n|\s)*(?:@prefix|@base|PREFIX)\s[^\n]*<[^>\n]*>\s*\.?\s*\n(?!(?:.*\n)*?\s*(?:SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE)\b)",
    ),
    (
        "application/sparql-query",
        r"(?:#[^\n]*\n|\s|(?:PREFIX|prefix|BASE)\s[^\n]*\n)*(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b[^\n]*(?:[?*]|WHERE|\{)",
    ),
    (
        "application/n-quads",
        r"(?:<[^>\s]+>|_:\w+) <[^>\s]+> (?:<[^>\s]+>|_:\w+|\"[^\n]*?\"\S*) (?:<[^>\s]+>|_:\w+) \.[ \t]*\r?\n",
    ),
    (
        "application/n-triples",
        r"(?:#[^\n]*\n)*(?:<[^>\s]+>|_:\w+) <[^>\s]+> (?:<[^>\s]+>|_:\w+|\"[^\n]*\"\S*) ?\.[ \t]*(?:\r?\n|\Z)",
    ),
    (
        "text/x-bibtex",
        r"(?:%[^\n]*\n|\s)*@(?i:article|book|inproceedings|incollection|phdthesis|mastersthesis|misc|techreport|string|comment|preamble|proceedings|unpublished|manual|online|booklet|inbook|conference|electronic|thesis|report)\s*[{(]",
    ),
    ("application/x-research-info-systems", r"TY  - [A-Z]{3,6}\s"),
    (
        "text/uri-list",
        r"(?:#[^\n]*\n)*(?:https?|ftp|file|urn)://?\S+\r?\n(?:(?:#[^\n]*|(?:https?|ftp|file|urn)://?\S+)\r?\n)*(?:(?:https?|ftp|file|urn)://?\S+)?\s*\Z",
    ),
    (
        "text/vnd.graphviz",
        r"(?:#[^\n]*\n|//[^\n]*\n|/\*.*?\*/|\s)*(?:strict\s+)?(?:di)?graph\s*(?:\"[^\"\n]*\"|\w+)?\s*\{",
    ),
    ("text/x-msil", r"(?://[^\n]*\n|\s)*\.assembly(?: extern)? "),
    (
        "text/x-robots",
        r"(?:#[^\n]*\n|\s)*(?i:User-agent): ?\S[^\n]*\n(?:#[^\n]*\n|\s)*(?i:Disallow|Allow|Crawl-delay|Sitemap):",
    ),
    ("text/x-gherkin", r"(?:#[^\n]*\n|@[^\n]*\n|\s)*Feature: [^\n]*\n(?:[^\n]*\n)*?\s*(?:Scenario|Background|Rule)"),
)

_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _TABLE)


def rule(page: Page) -> Match | None:
    """Return the type whose opening words the text has."""
    text = page.text.lstrip("\ufeff \t\r\n")[:8192]
    raw = page.text.lstrip("\ufeff")[:8192]
    for kind, pattern in _COMPILED:
        # Structure by columns (molfiles, IGES) counts from the first byte.
        if pattern.match(text) or (kind in _BY_COLUMN and pattern.match(raw)):
            return Match(kind, "opening")
    return None


_BY_COLUMN = frozenset({"chemical/x-mdl-molfile", "chemical/x-mdl-sdfile", "model/iges"})
