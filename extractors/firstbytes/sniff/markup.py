"""Settings and light markup by votes over lines: INI, TOML, YAML, Markdown, reStructuredText, AsciiDoc, Org, logs."""

from __future__ import annotations

import re

from firstbytes.sniff.languages import score
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_SECTION = re.compile(r"\[[^\[\]\n\"']{1,100}\][ \t]*(?:[;#].*)?$")
_PAIR = re.compile(r"[ \t]*[\w.$/\\@:*-][\w.$/\\ @:*-]{0,80}=.*$")
_COMMENT = re.compile(r"[ \t]*[;#]")
_TOML_PAIR = re.compile(
    r"[ \t]*(?:[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+')(?:\.(?:[A-Za-z0-9_-]+|\"[^\"]+\"))*[ \t]*=[ \t]*"
    r"(?:\"|'|\[|\{|[+-]?\d[\d_.:eETZ+-]*\s*(?:#|$)|true\b|false\b)"
)
_TOML_STRINGS = re.compile(r"\"\"\".*?(?:\"\"\"|\Z)|\'\'\'.*?(?:\'\'\'|\Z)", re.DOTALL)
_YAML_BLOCK = re.compile(r"(?::|-)[ \t]+[|>][+-]?\d?[ \t]*$")
_TOML_TABLE = re.compile(
    r"[ \t]*\[{1,2}[A-Za-z0-9_-]+(?:\.(?:[A-Za-z0-9_-]+|\"[^\"]+\"|'[^']+'))*\]{1,2}[ \t]*(?:#.*)?$"
)
_YAML_KEY = re.compile(r"[ ]*(?:- )*(?:[A-Za-z_][\w./ -]{0,60}|\"[^\"]+\"|'[^']+'):(?: \S.*| *)$")
_CODE_LINE = re.compile(r"(?:class|def|from|import|if|for|while|try|else|return|with)\b(?![ ]*:[ ]*[\w\"'])")
_YAML_ITEM = re.compile(r"[ ]*- \S")
_STAMP = re.compile(
    r"[\[(<]?(?:\d{4}[-/.]\d\d[-/.]\d\d[T ]\d\d:\d\d|\d\d[-/.]\d\d[-/.]\d{2,4}[ ,]+\d\d:\d\d:\d\d|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d\d:\d\d:\d\d|\d\d:\d\d:\d\d[.,]\d{3})|"
    r"\S+ \S+ \S+ \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d|(?:<\d{1,3}>)?\w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d|"
    r"[\[(]?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|TRACE|FATAL)\b"
)

_LIGHT: tuple[tuple[str, tuple[tuple[re.Pattern[str], int], ...]], ...] = tuple(
    (kind, tuple((re.compile(pattern, re.MULTILINE), points) for points, pattern in rows))
    for kind, rows in (
        (
            "text/markdown",
            (
                (2, r"(?:\A|\n\n)#{1,6} +\S[^\n]*\n(?=\n|\Z|[^#])"),
                (2, r"(?:\A|\n\n)[^\s=-][^\n]*\n(?:={4,}|-{4,})[ \t]*$"),
                (2, r"^```[\w-]*\s*$"),
                (2, r"!?\[[^\]\n]+\]\((?:https?:|\.{0,2}/|#|[\w-]+[./])[^)\n]*\)"),
                (1, r"^(?:[*+-]|\d+\.) +\S"),
                (1, r"\*\*[^*\n]+\*\*|(?<![`\w])`[^`\n]+`(?!`)"),
                (2, r"^\|? ?:?-{3,}:? ?\|(?: ?:?-{3,}:? ?\|?)+"),
                (2, r"^\[[^\]\n]+\]: +(?:https?:|\S+)"),
                (2, r"\A---\n(?:title|layout|date|author|tags):"),
            ),
        ),
        (
            "text/x-rst",
            (
                (4, r"^\.\. (?:[\w-]+:: ?|_[^:\n]+:|\|\w+\| \w+::|contents::)"),
                (3, r":(?:ref|class|func|meth|mod|doc|file|role|term|py:\w+|c:\w+):`"),
                (1, r"^(?:([=~^*#\"'+-])\1{3,}\n)?[^\n]+\n([=~^*#\"'+-])\2{3,}[ \t]*$"),
                (1, r"``[^`\n]+``"),
                (1, r"::\s*\n\n[ \t]+\S"),
                (2, r"`[^`\n]+ <https?:[^>\n]+>`_"),
                (2, r"^:[\w ]+: "),
            ),
        ),
        (
            "text/x-asciidoc",
            (
                (3, r"^={1,5} \S[^\n]*$"),
                (2, r"^\[(?:source|NOTE|TIP|quote|cols)[^\]\n]*\]$"),
                (2, r"^(?:----|====|\.\.\.\.|\|===)$"),
                (2, r"^:[\w-]+:(?: |$)"),
                (2, r"^(?:include|image)::"),
            ),
        ),
        (
            "text/x-org",
            (
                (4, r"^#\+(?:TITLE|AUTHOR|DATE|BEGIN_SRC|OPTIONS|begin_src|title|STARTUP)\b"),
                (2, r"^\*{1,4} (?:TODO |DONE )\S"),
                (2, r"^:PROPERTIES:"),
                (1, r"^\*+ \S"),
            ),
        ),
        (
            "text/x-tex",
            (
                (3, r"\\(?:begin|end)\{\w+\*?\}"),
                (2, r"\\(?:section|subsection|chapter|cite|label|ref|newcommand|def|usepackage|item)\b"),
                (1, r"(?<!\\)\$[^$\n]+\$"),
            ),
        ),
        ("text/troff", ((2, r"^\.(?:SH|PP|TP|B|I|BR|IP|br|sp|nf|fi|TH|LP|RS|RE)\b"), (1, r"\\f[BIRP]"))),
    )
)


def settings(page: Page) -> Match | None:
    """Return TOML, YAML or INI when nearly every line is one of its lines."""
    said = [line for line in page.lines[:200] if line.strip() and not _COMMENT.match(line)]
    return (_toml(page) or _yaml(page, _without_blocks(said)) or _ini(said)) if said else None


def _without_blocks(said: list[str]) -> list[str]:
    """Return lines without the literal blocks of YAML: what is indented deeper than the "|" or ">" that opens it."""
    kept: list[str] = []
    deeper = -1
    for line in said:
        indent = len(line) - len(line.lstrip(" "))
        if 0 <= deeper < indent:
            continue
        deeper = indent if _YAML_BLOCK.search(line) else -1
        kept.append(line)
    return kept


def _toml(page: Page) -> Match | None:
    flat = _TOML_STRINGS.sub('""', page.text)
    said = [line for line in flat.splitlines()[:200] if line.strip() and not _COMMENT.match(line)]
    pairs = sum(_TOML_PAIR.match(line) is not None for line in said)
    tables = sum(_TOML_TABLE.match(line) is not None for line in said)
    # What else there is has to be the inside of lists and inline tables over several lines.
    inside = sum(re.match(r"\s*(?:[\"'\]\[{}]|[\d.]+,)", line) is not None for line in said) - tables
    others = len(said) - pairs - tables - max(0, inside)
    if pairs >= 2 and tables and not _looks_like_code(said) and others <= len(said) * 0.15:
        return Match("application/toml", f"{pairs} pairs in {tables} tables", weak=True)
    return None


def _looks_like_code(said: list[str]) -> bool:
    return sum(line.rstrip().endswith((";", "{", "):")) for line in said) * 10 > len(said)


def _yaml(page: Page, said: list[str]) -> Match | None:
    if re.match(
        r"%YAML \d|(?:#[^\n]*\n)*---(?:[ \t]+[!&{\[>|]| *#|"
        r"[ \t]*\r?\n(?:#[^\n]*\n|\s)*(?:- |[\w\"'./-]+:(?:\s|$)|\{|\[))",
        page.text,
    ):
        front = re.match(r"---\r?\n.*?\n(?:---|\.\.\.)[ \t]*\r?\n(.*)", page.text, re.DOTALL)
        if front and not re.match(r"\s*(?:\Z|[\w-]+:(?:\s|\Z)|- |---)", front[1]):
            return Match("text/markdown", "front matter", weak=True)
        return Match("application/yaml", "document start", weak=True)
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in said):
        return None
    keys = [line for line in said if _YAML_KEY.match(line)]
    items = sum(_YAML_ITEM.match(line) is not None for line in said)
    top = [line for line in keys if line[0] != " "]
    openers = sum(line.rstrip().endswith(":") for line in keys)
    if any(_CODE_LINE.match(line) for line in said):
        return None
    structured = openers >= 1 and any(line.startswith(("  ", "- ")) for line in said)
    if len(keys) >= 3 and top and structured and len(keys) + items >= len(said) * 0.8 and not _looks_like_code(said):
        return Match("application/yaml", f"{len(keys)} keys", weak=True)
    return None


def _ini(said: list[str]) -> Match | None:
    if _looks_like_code(said):
        return None
    if _SECTION.match(said[0]):
        sections = sum(_SECTION.match(line) is not None for line in said)
        pairs = sum(_PAIR.match(line) is not None for line in said)
        # What is indented continues the value above it.
        more = sum(line[0] in " \t" and not _PAIR.match(line) for line in said)
        if pairs and sections + pairs + more >= len(said) * 0.85:
            return Match("text/x-ini", f"{sections} sections", weak=True)
    strict = sum(re.match(r"[A-Za-z_][\w.-]*[ \t]*=[^=]", line) is not None for line in said)
    if strict >= 3 and strict >= len(said) * 0.95 and not any("(" in line.split("=")[0] for line in said):
        return Match("text/x-ini", f"{strict} pairs", weak=True)
    return None


def log(page: Page) -> Match | None:
    """Return a log when most lines begin with a time or a level."""
    lines = [line for line in page.lines[:200] if line.strip()]
    stamped = sum(_STAMP.match(line) is not None for line in lines)
    if stamped >= 3 and stamped * 10 >= len(lines) * 6:
        return Match("text/x-log", f"{stamped} stamped lines", weak=True)
    return None


_FIRST_MARK = re.compile(
    r"(?:---\r?\n.*?\n---\r?\n)?\s*(?:<!--.*?-->\s*|\.\. _[^\n]*\s+)*"
    r"(?:#{1,2} \S|=+ \S|\[!\[|!\[|<(?:h1|p|div|img|a|br)\b|"
    r"[^\n]{1,100}\n[=-]{3,}[ \t]*\n|[=*#-]{3,}\n[^\n]+\n[=*#-]{3,})",
    re.DOTALL,
)


def document(page: Page) -> Match | None:
    """Return light markup when the text opens with a mark of it and has many sorts: a page about code quotes code."""
    found = light(page, least=8, sorts=3)
    return found if found and _FIRST_MARK.match(page.text) else None


def light(page: Page, least: int = 4, sorts: int = 2) -> Match | None:
    """Return Markdown, reStructuredText, AsciiDoc, Org, TeX or roff by their marks."""
    scores = sorted(((score(page.text, rows), kind, rows) for kind, rows in _LIGHT), key=lambda row: -row[0])
    best, kind, rows = scores[0]
    # One sort of mark alone is chance: "#" opens comments, "-" items of any list.
    marks = sum(pattern.search(page.text) is not None for pattern, _ in rows)
    return (
        Match(kind, f"{best} points", weak=True) if best >= least and marks >= sorts and best > scores[1][0] else None
    )
