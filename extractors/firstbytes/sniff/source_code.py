"""Programming languages: a shebang or an editor's mode line proves one, a vote of telling lines suggests one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from firstbytes.sniff.languages import languages, rows_of, score
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_SHEBANG = re.compile(
    r"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+)*(?:\w+=\S*[ \t]+)*(?:\S*/)?)?([A-Za-z][\w+-]*?)(?:[\d.]*)(?=[\s]|\Z)"
)
_INTERPRETERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "fish", "openrc-run"), "application/x-sh"),
        **dict.fromkeys(("csh", "tcsh"), "application/x-csh"),
        **dict.fromkeys(("python", "pypy", "uv", "ipython"), "text/x-python"),
        **dict.fromkeys(("perl", "perl5", "raku"), "text/x-perl"),
        **dict.fromkeys(("ruby", "jruby"), "text/x-ruby"),
        **dict.fromkeys(("php",), "text/x-php"),
        **dict.fromkeys(("node", "nodejs", "deno", "bun", "js", "gjs", "rhino"), "text/javascript"),
        **dict.fromkeys(("tsx", "ts-node"), "text/x-typescript"),
        **dict.fromkeys(("lua", "luajit"), "text/x-lua"),
        **dict.fromkeys(("tclsh", "wish", "expect"), "text/x-tcl"),
        **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), "text/x-awk"),
        **dict.fromkeys(("Rscript",), "text/x-r"),
        **dict.fromkeys(("pwsh", "powershell"), "application/x-powershell"),
        **dict.fromkeys(("make", "gmake"), "text/x-makefile"),
        **dict.fromkeys(("groovy",), "text/x-groovy"),
        **dict.fromkeys(("scala", "scala-cli"), "text/x-scala"),
        **dict.fromkeys(("kotlin",), "text/x-kotlin"),
        **dict.fromkeys(("runhaskell", "runghc", "stack"), "text/x-haskell"),
        **dict.fromkeys(("ocaml", "ocamlrun"), "text/x-ocaml"),
        **dict.fromkeys(("escript",), "text/x-erlang"),
        **dict.fromkeys(("elixir",), "text/x-elixir"),
        **dict.fromkeys(("julia",), "text/x-julia"),
        **dict.fromkeys(("swift",), "text/x-swift"),
        **dict.fromkeys(("octave",), "text/x-matlab"),
        **dict.fromkeys(("guile", "racket"), "text/x-scheme"),
        **dict.fromkeys(("sbcl", "clisp"), "text/x-common-lisp"),
        **dict.fromkeys(("clojure", "bb"), "text/x-clojure"),
        **dict.fromkeys(("emacs",), "text/x-emacs-lisp"),
        **dict.fromkeys(("dart",), "application/vnd.dart"),
        **dict.fromkeys(("rdmd",), "text/x-d"),
        **dict.fromkeys(("nft", "sed"), "text/plain"),
    }
)
_MODE = re.compile(
    r"-\*-[ \t]*(?:.*?mode:[ \t]*)?([A-Za-z][\w+-]*)(?:;.*?)?[ \t]*-\*-|(?:vim?|ex):.*?(?:ft|filetype|syntax)=(\w+)",
    re.IGNORECASE,
)
_MODES: Mapping[str, str] = MappingProxyType(
    {
        "python": "text/x-python",
        "perl": "text/x-perl",
        "cperl": "text/x-perl",
        "ruby": "text/x-ruby",
        "c": "text/x-c",
        "c++": "text/x-c++",
        "cpp": "text/x-c++",
        "java": "text/x-java",
        "sh": "application/x-sh",
        "bash": "application/x-sh",
        "shell-script": "application/x-sh",
        "tcl": "text/x-tcl",
        "lua": "text/x-lua",
        "javascript": "text/javascript",
        "js": "text/javascript",
        "emacs-lisp": "text/x-emacs-lisp",
        "lisp": "text/x-common-lisp",
        "scheme": "text/x-scheme",
        "fortran": "text/x-fortran",
        "f90": "text/x-fortran",
        "ada": "text/x-ada",
        "pascal": "text/x-pascal",
        "makefile": "text/x-makefile",
        "make": "text/x-makefile",
        "cmake": "text/x-cmake",
        "sql": "application/sql",
        "org": "text/x-org",
        "rst": "text/x-rst",
        "markdown": "text/markdown",
        "gfm": "text/markdown",
        "yaml": "application/yaml",
        "conf": "text/x-ini",
        "haskell": "text/x-haskell",
        "tuareg": "text/x-ocaml",
        "caml": "text/x-ocaml",
        "erlang": "text/x-erlang",
        "nroff": "text/troff",
        "tex": "text/x-tex",
        "latex": "text/x-tex",
        "verilog": "text/x-verilog",
        "vhdl": "text/x-vhdl",
        "asm": "text/x-asm",
        "objc": "text/x-objcsrc",
        "php": "text/x-php",
        "go": "text/x-go",
        "rust": "text/rust",
    }
)


def shebang(page: Page) -> Match | None:
    """Return the language of the interpreter that the first line names."""
    found = _SHEBANG.match(page.text)
    if not found:
        return None
    if found[1] in {"sh", "bash"} and "\nexec tclsh" in page.text[:400]:
        return Match("text/x-tcl", "shebang sh, exec tclsh")
    name = found[1].rstrip("-.")
    media_type = _INTERPRETERS.get(name)
    return Match(media_type, f"shebang {name}") if media_type else None


def mode_line(page: Page) -> Match | None:
    """Return the language that an editor's mode line in the first two lines names."""
    for line in page.text.split("\n", 2)[:2]:
        found = _MODE.search(line[:300])
        if found and (media_type := _MODES.get((found[1] or found[2]).lower())):
            return Match(media_type, "mode line", weak=True)
    return None


def vote(page: Page) -> Match | None:
    """Return the language most telling lines speak for, when it is clear of the next one."""
    words = set(re.findall(r"[a-z_]\w*", page.text.lower()))
    asked = (language for language in languages() if not words.isdisjoint(language.words))
    scores = [(score(page.text, rows_of(language)), language.media_type) for language in asked]
    # The sort is stable: of equals, the language that is listed first comes first.
    scores.sort(key=lambda row: -row[0])
    (best, kind), (second, other) = [*scores, (0, ""), (0, "")][:2]
    if best < 4 or (best == second and _family(kind) != _family(other)):
        return None
    return Match(kind, f"{best} points", weak=True)


_FAMILIES = {
    "text/x-c++": "text/x-c",
    "text/x-objcsrc": "text/x-c",
    "text/x-typescript": "text/javascript",
    "text/vbscript": "text/x-basic",
}
"""Language -> the one it extends: lines of both are no contradiction."""


def _family(kind: str) -> str:
    return _FAMILIES.get(kind, kind)
