"""Lines that tell a language, as data: (type, words, ((pattern, points), ...)).

One of the words, in lower case, has to be in the text for the patterns to be looked for at all.
"""

from __future__ import annotations

import re


def _rows(*rows: tuple[int, str]) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(pattern, re.MULTILINE), points) for points, pattern in rows)


_C_COMMON = (
    (2, r"^[ \t]*#[ \t]*include[ \t]*[<\"][\w./+-]+\.h[>\"]"),
    (2, r"^[ \t]*#[ \t]*(?:ifndef|ifdef|define|endif|pragma|undef)\b(?! *:)"),
    (
        2,
        r"^(?:static |extern |inline |const |unsigned )*(?:int|void|char|double|float|long|size_t|bool|struct \w+)[ \t*]+\w+\([^;{]*\)\s*[{;]",
    ),
    (2, r"^typedef (?:struct|enum|union|unsigned|int|void)\b"),
    (1, r"^[ \t]*(?:struct|enum|union) \w+\s*\{"),
    (1, r"^[ \t]*return\b[^\n]*;\s*$"),
)

LANGUAGES: tuple[tuple[str, str, tuple[tuple[re.Pattern[str], int], ...]], ...] = (
    (
        "text/x-python",
        "def import class print elif self __name__",
        _rows(
            (3, r"^[ \t]*def \w+\([^)]*\)?(?:\s*->[^:]+)?:?\s*(?:#.*)?$"),
            (3, r"^from [\w.]+ import (?:\(|[\w*]+)"),
            (1, r"^import [\w.]+(?: as \w+)?(?:, ?[\w.]+)*\s*$"),
            (3, r"^class \w+(?:\([\w., =\[\]]*\))?:\s*(?:#.*)?$"),
            (4, r"^if __name__ == ['\"]__main__['\"]"),
            (2, r"^[ \t]*(?:elif [^\n]+|except(?: [\w.]+(?: as \w+)?)?|try|finally|else|with [^\n]+ as \w+):\s*$"),
            (1, r"^[ \t]*(?:\"\"\"|''')"),
            (2, r"\bself\.\w+"),
            (1, r"^[ \t]*(?:print\(|raise \w+|@\w+[\w.]*(?:\(.*\))?$)"),
            (1, r"^__\w+__ = "),
        ),
    ),
    ("text/x-c", "include define int void char struct typedef ifdef static", _rows(*_C_COMMON)),
    (
        "text/x-c++",
        "include define int void char struct std namespace template class",
        _rows(
            *_C_COMMON,
            (
                3,
                r"^[ \t]*#[ \t]*include[ \t]*<(?:iostream|vector|string|map|memory|algorithm|set|cstd\w+|sstream|utility|functional|array|tuple)>",
            ),
            (3, r"^[ \t]*(?:using namespace \w+|namespace [\w:]+\s*\{?|template\s*<)"),
            (2, r"\bstd::\w+"),
            (2, r"^[ \t]*(?:public|private|protected):\s*$"),
            (2, r"^[ \t]*(?:virtual|explicit|friend|constexpr)\b"),
            (2, r"^(?:[\w<>,&*: ]+ )?\w+::~?\w+\("),
            (1, r"^class \w+[^;\n]*\{?\s*$"),
        ),
    ),
    (
        "text/x-objcsrc",
        "interface implementation protocol import",
        _rows(
            (4, r"^@(?:interface|implementation|protocol|property|end)\b"),
            (3, r"^#import [<\"]"),
            (2, r"^[-+] \(\w[\w *<>]*\)"),
        ),
    ),
    (
        "text/x-java",
        "package import public class override",
        _rows(
            (4, r"^package [\w.]+;\s*$"),
            (4, r"^import (?:static )?(?:java|javax|org|com|net|io|jakarta)\.[\w.*]+;\s*$"),
            (
                3,
                r"^[ \t]*(?:public |protected |private |abstract |final |static )+(?:class|interface|enum|record|@interface) \w+",
            ),
            (3, r"^[ \t]*(?:public|private|protected) (?:static |final |synchronized )*[\w<>\[\], ?]+ \w+\("),
            (2, r"^[ \t]*@(?:Override|Test|Autowired|Deprecated|SuppressWarnings)\b"),
            (2, r"\bSystem\.out\.print"),
        ),
    ),
    (
        "text/x-csharp",
        "using namespace get",
        _rows(
            (4, r"^using (?:static )?(?:System|Microsoft|UnityEngine|Newtonsoft)[\w.]*;\s*$"),
            (3, r"^namespace [\w.]+\s*[{;]?\s*$"),
            (3, r"\{ ?get;(?: ?(?:private |internal )?set;)? ?\}"),
            (
                2,
                r"^[ \t]*(?:public|internal|private|protected) (?:sealed |static |partial |abstract |override |async )*(?:class|interface|struct|enum|string|int|void|bool|Task)\b",
            ),
            (1, r"\bConsole\.Write"),
        ),
    ),
    (
        "text/javascript",
        "function var let const require import export module use document window",
        _rows(
            (3, r"^[ \t]*(?:export )?(?:async )?function\s*\*?\s*\w*\s*\([\w\s,{}=.$]*\)\s*\{"),
            (2, r"^[ \t]*(?:export )?(?:const|let) [\w${}\[\], ]+ ?= ?"),
            (2, r"^[ \t]*var [\w$]+(?:\s*=|;|,)"),
            (3, r"(?:^|= )require\(['\"][^'\"]+['\"]\)"),
            (3, r"^[ \t]*import (?:[\w*${},\s]+ from )?['\"][^'\"]+['\"];?\s*$"),
            (3, r"^[ \t]*(?:export default|module\.exports|exports\.\w+ =)"),
            (2, r"\b(?:document|window|console|Object|JSON|Math)\.\w+\("),
            (2, r"(?:[^=]===[^=]|!==[^=]|=> ?\{|function ?\()"),
            (2, r"^['\"]use strict['\"]"),
            (1, r"\bthis\.\w+"),
            (1, r"\bprototype\."),
        ),
    ),
    (
        "text/x-typescript",
        "interface type declare enum private readonly import const",
        _rows(
            (
                4,
                r"^[ \t]*(?:export )?(?:interface \w+(?:<[^>]+>)?(?: extends [\w<>, ]+)? \{|type \w+(?:<[^>]+>)? ?= |declare (?:module|const|function|global|namespace)|enum \w+ \{)",
            ),
            (3, r"[(,] ?\w+\??: (?:string|number|boolean|any|void|unknown|[A-Z]\w+)(?:\[\])?[,)]"),
            (3, r"^[ \t]*(?:private|public|readonly|protected) (?:readonly )?\w+\??: [\w<>\[\]|]+ ?[;=]"),
            (2, r"\): (?:string|number|boolean|void|Promise<|any|[A-Z]\w+)\b[^\n]*\{\s*$"),
            (2, r"^[ \t]*import (?:type )?(?:[\w*${},\s]+ from )?['\"][^'\"]+['\"];?\s*$"),
            (1, r"^[ \t]*(?:export )?(?:const|let) "),
        ),
    ),
    (
        "text/x-go",
        "package func import",
        _rows(
            (3, r"^package \w+\s*$"),
            (3, r"^import (?:\(|\"[\w./-]+\")"),
            (3, r"^func (?:\(\w* ?\*?[\w\[\]]+\) )?\w+\("),
            (2, r"^type \w+ (?:struct|interface|func)\b"),
            (1, r" := "),
            (2, r"^[ \t]*if err != nil \{"),
        ),
    ),
    (
        "text/rust",
        "fn use impl let mod",
        _rows(
            (3, r"^[ \t]*(?:pub(?:\(\w+\))? )?(?:async |unsafe |const )*fn \w+(?:<[^>]*>)?\("),
            (3, r"^[ \t]*(?:pub )?use (?:std|crate|super|self|\w+)::[\w:{}*, ]+;?\s*$"),
            (2, r"^[ \t]*(?:pub )?(?:impl|trait|mod|enum|struct)(?:<[^>]*>)? [\w:<>', ]+(?: for [\w<>]+)?\s*[{;]"),
            (2, r"^[ \t]*#!?\[(?:derive|cfg|test|allow|feature|inline|macro_use)"),
            (2, r"^[ \t]*let (?:mut )?\w+(?:: [^=]+)? = "),
            (1, r"^[ \t]*match \w+|\bprintln!\("),
            (1, r"^//[/!] "),
        ),
    ),
    (
        "text/x-ruby",
        "require require_relative def end module class",
        _rows(
            (3, r"^[ \t]*require(?:_relative)? ['\"][\w./-]+['\"]"),
            (2, r"^[ \t]*def (?:self\.)?\w+[?!=]?(?:\([^)]*\))?\s*$"),
            (2, r"^[ \t]*(?:module|class) [A-Z][\w:]*(?: < [\w:]+)?\s*$"),
            (1, r"^[ \t]*end\s*$"),
            (2, r"\bdo \|[\w, ]+\|"),
            (2, r"^[ \t]*attr_(?:reader|accessor|writer) :"),
            (1, r"^[ \t]*(?:puts|unless|elsif|rescue|begin)\b"),
        ),
    ),
    (
        "text/x-perl",
        "use my our local sub package head1 pod",
        _rows(
            (4, r"^use (?:strict|warnings|utf8|lib|vars|feature|parent|base|POSIX|v?5[\d.]*)\b[^\n]*;"),
            (3, r"^package [\w:]+;"),
            (2, r"^[ \t]*my [$@%(]"),
            (2, r"^[ \t]*sub \w+\s*(?:\([^)]*\))?\s*\{"),
            (2, r"\$\w+->(?:\{|\[|\w+)"),
            (1, r"^=(?:head\d|pod|cut|over|item)\b"),
            (1, r"=~ (?:m|s|tr|y)?[/{|]"),
            (2, r"^\s*(?:our|local) [$@%*(]|^use [A-Z]\w*(?:::\w+)*(?: qw\(|;)"),
        ),
    ),
    ("text/x-php", "php", _rows((6, r"\A\s*(?:#![^\n]*\n)?<\?(?:php|=)"), (4, r"<\?php\b"), (1, r"\$this->"))),
    (
        "application/x-sh",
        "fi done esac echo export then",
        _rows(
            (2, r"^[ \t]*if \[\[? .+ \]\]?; then\s*$|^[ \t]*if \[\[? [^\n]+ \]\]?\s*$"),
            (2, r"^[ \t]*(?:fi|done|esac)\s*(?:#.*|[|>].*)?$"),
            (1, r"^[ \t]*(?:echo|export|source|cd|exit|set -[euxo]+|shift|local) ?"),
            (2, r"^[ \t]*(?:function )?[\w-]+ ?\(\) ?\{?\s*$"),
            (1, r"\$\{?\w+[}:]"),
            (1, r"^[A-Z_]+=(?:\$\(|`|\"|\S)"),
            (2, r"^[ \t]*for \w+ in [^\n]*; do\s*$|^[ \t]*case [^\n]+ in\s*$|^[ \t]*while [^\n]*; do\s*$"),
        ),
    ),
    (
        "application/sql",
        "create insert select alter drop update",
        _rows(
            (
                4,
                r"(?i)^[ \t]*create (?:or replace )?(?:temp(?:orary)? |unique |global )*(?:table|view|index|database|function|procedure|trigger|schema|sequence|type|extension)\b",
            ),
            (4, r"(?i)^[ \t]*insert into [\w.`\"\[\]]+"),
            (3, r"(?i)^[ \t]*select\b[^;]{1,400}?\bfrom\b"),
            (
                3,
                r"(?i)^[ \t]*(?:alter table|drop table|delete from|update [\w.`\"]+ set|begin transaction|grant [\w, ]+ on)\b",
            ),
            (1, r"^-- "),
        ),
    ),
    (
        "text/x-lua",
        "local function",
        _rows(
            (3, r"^[ \t]*local (?:function )?\w+(?:, ?\w+)* ?[=(]"),
            (2, r"^[ \t]*(?:local )?function [\w.:]+\([^)]*\)\s*$"),
            (2, r"^[ \t]*(?:if|elseif) [^\n]+ then\s*$"),
            (1, r"^[ \t]*end[,)]?\s*$"),
            (1, r"^[ \t]*--(?:\[\[)? ?"),
        ),
    ),
    (
        "text/x-kotlin",
        "fun",
        _rows(
            (
                3,
                r"^[ \t]*(?:(?:private|public|internal|override|suspend|inline|open) )*fun (?:<[^>]+> )?(?:\w+\.)?\w+\(",
            ),
            (2, r"^[ \t]*(?:val|var) \w+(?:: [\w<>?]+)? (?:=|by) "),
            (3, r"^(?:data |sealed |open |enum )*class \w+(?:<[^>]+>)?\("),
            (2, r"^import [\w.*]+\s*$"),
            (2, r"^package [\w.]+\s*$"),
        ),
    ),
    (
        "text/x-scala",
        "def object trait class case",
        _rows(
            (
                3,
                r"^[ \t]*(?:case |abstract |sealed |implicit |final )*(?:object|trait|class) \w+[^;{]*(?:extends|\{|\()",
            ),
            (3, r"^[ \t]*(?:override |private |implicit )*def \w+(?:\[[^\]]+\])?(?:\([^)]*\))*(?:: [\w\[\], ]+)? ?= ?"),
            (2, r"^import [\w.]+(?:\.\{[^}]+\}|\._)\s*$"),
            (1, r"^[ \t]*val \w+"),
            (1, r"^package [\w.]+\s*$"),
        ),
    ),
    (
        "text/x-swift",
        "func import let",
        _rows(
            (4, r"^import (?:Foundation|UIKit|SwiftUI|Cocoa|Combine|XCTest)\s*$"),
            (
                2,
                r"^[ \t]*(?:public |private |override |static |@objc )*func \w+\([^)]*\)(?: (?:throws )?-> [\w?\[\]]+)? \{",
            ),
            (2, r"^[ \t]*(?:guard|if) let \w+"),
            (1, r"^[ \t]*(?:let|var) \w+(?:: \w+)? ?="),
            (2, r"^(?:extension|struct|protocol|final class) \w+(?:: [\w, ]+)? \{"),
        ),
    ),
    (
        "text/x-haskell",
        "module import data where",
        _rows(
            (4, r"^module [A-Z][\w.]*(?:\s*\(|\s+where)"),
            (3, r"^import (?:qualified )?[A-Z][\w.]*(?: as \w+| \(| hiding)?"),
            (2, r"^\w+ :: [^\n]+->"),
            (3, r"^\{-# (?:LANGUAGE|OPTIONS)"),
            (2, r"^(?:data|newtype|instance|class) [A-Z]\w*[^\n]*(?:=|where)"),
        ),
    ),
    (
        "text/x-erlang",
        "module export",
        _rows((4, r"^-module\("), (3, r"^-(?:export|include|record|define|behaviou?r|spec)\b"), (1, r"->\s*$")),
    ),
    (
        "text/x-elixir",
        "defmodule",
        _rows((4, r"^[ \t]*defmodule [A-Z][\w.]* do"), (3, r"^[ \t]*defp? \w+[?!]?(?:\([^)]*\))? do"), (2, r"\|> \w+")),
    ),
    (
        "text/x-clojure",
        "ns defn",
        _rows((4, r"^\(ns [\w.-]+"), (3, r"^\((?:defn-?|defmacro|defprotocol|defrecord) "), (1, r"^\(def ")),
    ),
    (
        "text/x-common-lisp",
        "defun defpackage defmacro package defclass defmethod defvar asdf",
        _rows(
            (
                4,
                r"(?i)^\((?:defpackage|in-package|defun|defmacro|defvar|defparameter|defclass|defgeneric|defmethod|asdf:)",
            ),
            (1, r"^;;;"),
        ),
    ),
    (
        "text/x-scheme",
        "define library",
        _rows((4, r"^\((?:define(?:-\w+)? |define \(|define-module|library |import \()"), (1, r"^;;")),
    ),
    (
        "text/x-emacs-lisp",
        "defcustom defun require provide el",
        _rows(
            (5, r"^;;; [\w-]+\.el ---"),
            (3, r"^\((?:defcustom|defgroup|require '|provide '|defvar-local|add-hook)"),
            (2, r"^\(def(?:un|var|macro) "),
        ),
    ),
    (
        "text/x-ocaml",
        "let open",
        _rows(
            (3, r"^let (?:rec )?\w+[^=\n]* ="),
            (3, r"^open [A-Z]\w*\s*$"),
            (2, r"^(?:module|type) [\w' ]+ ="),
            (1, r"^\(\*"),
            (1, r"^[ \t]*\| [A-Z]\w*[^\n]* ->"),
        ),
    ),
    (
        "text/x-fortran",
        "program subroutine implicit module function",
        _rows(
            (
                4,
                r"(?i)^[ \t]*(?:program|subroutine|module|(?:(?:integer|real|double precision|logical|pure|recursive|elemental) )?function) \w+\s*(?:\([^)\n]*\)?\s*(?:result\s*\(|bind\s*\(|&|!|$)|$)",
            ),
            (3, r"(?i)^[ \t]*implicit none"),
            (
                2,
                r"(?i)^[ \t]*(?:integer|real|character|logical|double precision)\s*(?:\([^)]*\))?\s*(?:,[^:\n]*)?(?:::|\s\w)",
            ),
            (2, r"(?i)^[ \t]*end (?:program|subroutine|module|function|do|if)\b"),
        ),
    ),
    (
        "text/x-pascal",
        "program unit procedure begin",
        _rows(
            (4, r"(?i)^(?:program|unit|library) \w+;"),
            (2, r"(?i)^[ \t]*(?:procedure|function) \w+(?:\.\w+)?(?:\([^)]*\))?(?:: ?\w+)?;"),
            (2, r"(?i)^(?:interface|implementation|uses|begin|var|type)\s*$"),
            (2, r"(?i)^end\.\s*$"),
            (1, r":= "),
        ),
    ),
    (
        "text/x-ada",
        "with package procedure",
        _rows(
            (3, r"(?i)^[ \t]*with [\w.]+;"),
            (3, r"(?i)^(?:package|procedure|function)(?: body)? [\w.]+\b[^;\n]* is\b"),
            (2, r"(?i)^[ \t]*end [\w.]+;"),
        ),
    ),
    (
        "text/x-vhdl",
        "library entity architecture",
        _rows(
            (4, r"(?i)^[ \t]*library ieee;"),
            (3, r"(?i)^[ \t]*(?:entity|architecture) \w+ (?:is|of)\b"),
            (3, r"(?i)^[ \t]*use ieee\."),
            (1, r"(?i)<= "),
        ),
    ),
    (
        "text/x-verilog",
        "module endmodule",
        _rows(
            (4, r"^[ \t]*module \w+\s*(?:#?\(|;)"),
            (3, r"^[ \t]*endmodule"),
            (2, r"^[ \t]*(?:input|output|wire|reg|always(?:_ff|_comb)?|assign|initial)\b"),
            (1, r"^`(?:timescale|define|include)"),
        ),
    ),
    (
        "text/x-r",
        "function library require",
        _rows(
            (3, r"^[ \t]*[\w.]+ <- function\("),
            (3, r"^(?:library|require)\([\w.\"]+\)"),
            (1, r"^[ \t]*[\w.$]+ <- "),
            (2, r"^#' @"),
        ),
    ),
    (
        "text/x-matlab",
        "function end",
        _rows(
            (4, r"^[ \t]*function (?:\[[^\]]*\] ?= ?|\w+ ?= ?)?\w+(?:\([^)]*\))?\s*;?\s*$"),
            (1, r"^[ \t]*%[%{ ]"),
            (1, r"^[ \t]*end;?\s*$"),
            (1, r"^[ \t]*[\w(),:]+ ?= ?[^\n]+;\s*$"),
        ),
    ),
    (
        "text/x-julia",
        "using function module struct",
        _rows(
            (3, r"^using [A-Z]\w*(?:, ?[A-Z]\w*)*\s*$"),
            (3, r"^[ \t]*function \w+[!]?(?:\{[^}]*\})?\([^)]*\)\s*$"),
            (2, r"^(?:mutable )?struct \w+"),
            (1, r"^[ \t]*end\s*$"),
            (2, r"^module [A-Z]\w*\s*$"),
        ),
    ),
    (
        "text/x-groovy",
        "apply plugins pipeline dependencies def",
        _rows(
            (4, r"^(?:apply plugin: |plugins \{|pipeline \{|dependencies \{)"),
            (2, r"^[ \t]*def \w+(?:\([^)]*\) \{| = )"),
            (2, r"^[ \t]*(?:implementation|compile|testImplementation|api) ['\"]"),
        ),
    ),
    (
        "application/vnd.dart",
        "import override",
        _rows(
            (5, r"^import '(?:package|dart):[\w/._]+';"), (2, r"^[ \t]*@override\s*$"), (1, r"^(?:class|void|Future<)")
        ),
    ),
    (
        "text/x-d",
        "import module main",
        _rows((4, r"^import std\.\w+(?:[.,: ][\w,. ]*)?;"), (2, r"^module [\w.]+;"), (2, r"^(?:void|int) main\(")),
    ),
    ("text/x-zig", "import", _rows((5, r"@import\(\""), (2, r"^[ \t]*(?:pub )?(?:fn|const) \w+"))),
    (
        "text/x-nim",
        "proc",
        _rows((3, r"^proc \w+\*?\("), (2, r"^import (?:std/|strutils|os\b)"), (1, r"^(?:let|var|type)\s*$")),
    ),
    (
        "text/x-tcl",
        "proc package namespace",
        _rows(
            (3, r"^[ \t]*proc [\w:]+ \{[^}\n]*\} \{"),
            (2, r"^[ \t]*(?:package (?:require|provide)|namespace eval) "),
            (1, r"^[ \t]*set \w+ "),
            (1, r"\[\w+ \$\w+"),
        ),
    ),
    (
        "application/x-powershell",
        "param cmdletbinding function write get new",
        _rows(
            (3, r"(?i)^[ \t]*(?:param\s*\(|\[CmdletBinding|function \w+-\w+)"),
            (3, r"(?i)\b(?:Get|Set|New|Write|Import|Remove|Add|Invoke)-[A-Z]\w+\b"),
            (2, r"(?i)\s-(?:eq|ne|like|match)\s"),
            (1, r"^[ \t]*\$\w+ ?= "),
        ),
    ),
    (
        "application/x-bat",
        "echo rem goto setlocal",
        _rows(
            (5, r"(?i)^@?echo off\b"),
            (
                2,
                r"(?i)^[ \t]*(?:rem |::|goto :?\w+|setlocal|if (?:not )?(?:exist|defined|errorlevel)|set \w+=|call :?\w+)",
            ),
            (1, r"%[~\w]+%|%~?d?p?\d"),
        ),
    ),
    ("text/x-awk", "begin nr nf", _rows((3, r"^[ \t]*(?:BEGIN|END)\s*\{"), (1, r"\$\d+|\bNR\b|\bNF\b"))),
    (
        "text/x-asm",
        "mov movl movq push call jmp ret globl section global",
        _rows(
            (2, r"(?i)^[ \t]+(?:mov[lqb]?|push[lq]?|pop|call|jmp|ret|lea|xor|add|sub|cmp|int)\s+[%$\w\[]"),
            (2, r"(?i)^[ \t]*(?:\.(?:globl|text|data|section|align|byte|word)|section \.\w+|global \w+|bits \d+|org )"),
            (1, r"^\w+:\s*(?:;|#|$)"),
        ),
    ),
    (
        "text/x-protobuf",
        "message syntax",
        _rows(
            (5, r"^syntax ?= ?\"proto[23]\";"),
            (2, r"^message \w+ \{"),
            (2, r"^[ \t]*(?:optional|required|repeated) \w+ \w+ = \d+"),
        ),
    ),
    (
        "application/graphql",
        "type query mutation fragment subscription schema",
        _rows(
            (3, r"^(?:type|input|interface|enum|union|extend type) [A-Z]\w*[^\n]*[{=]"),
            (2, r"^[ \t]*\w+(?:\([^)]*\))?: \[?[A-Z]\w*!?\]?!?\s*$"),
            (3, r"^(?:query|mutation|subscription|fragment) \w*[^\n]*\{"),
        ),
    ),
    (
        "text/x-cmake",
        "cmake_minimum_required project add_executable set find_package",
        _rows(
            (
                4,
                r"(?i)^[ \t]*(?:cmake_minimum_required|project|add_executable|add_library|find_package|target_link_libraries|include_directories)\s*\(",
            ),
            (2, r"(?i)^[ \t]*(?:set|if|endif|foreach|message|function|macro|list|option)\s*\("),
        ),
    ),
    (
        "text/x-terraform",
        "resource variable terraform module",
        _rows(
            (4, r"^(?:resource|data) \"\w+\" \"[\w-]+\" \{"),
            (3, r"^(?:variable|output|provider|module) \"[\w-]+\" \{"),
            (3, r"^terraform \{"),
        ),
    ),
    (
        "text/x-makefile",
        "phony endif include all clean cc cflags install make ifeq",
        _rows(
            (3, r"^\.PHONY\s*:"),
            (2, r"^[\w./%$(){}-]+(?: [\w./%$(){}-]+)*\s*::?(?:[ \t][^=\n]*)?\n\t\S"),
            (1, r"^[A-Za-z_]\w* *[:+?]?= ?"),
            (1, r"\$[(@<^]"),
            (2, r"^-?include \S+\s*$"),
            (2, r"^(?:ifeq|ifdef|ifneq|endif)\b"),
        ),
    ),
    (
        "text/css",
        "color margin padding font background width height display border position float media",
        _rows(
            (
                3,
                r"^[ \t]*(?:[.#]?[\w-]+|\*|:root)(?:[.:#\[ >,+~][^{};\n]*)?\s*\{\s*(?:/\*.*?\*/)?\s*[\w-]+\s*:[^;{}]+[;}]",
            ),
            (
                2,
                r"(?:^|[{;])[ \t\n]{0,40}(?:color|margin|padding|font(?:-\w+)?|background(?:-\w+)?|width|height|display|border(?:-\w+)*|text-\w+|position|float)\s*:\s*[^;{}\n]+[;}]",
            ),
            (3, r"^[ \t]*@(?:charset|import|media|font-face|keyframes)\b"),
        ),
    ),
    (
        "text/x-scss",
        "mixin include extend",
        _rows(
            (4, r"^[ \t]*@(?:mixin|include|extend|use|function) "),
            (3, r"^[ \t]*\$[\w-]+: [^;]+;"),
            (2, r"^[ \t]*&[:.-]"),
        ),
    ),
    (
        "text/x-gcode",
        "g0 g1 g00 g01 g28 g90 g21",
        _rows(
            (3, r"^(?:N\d+ *)?G(?:0?[0-3]|2[018]|9[0-2]) *(?:[XYZEFIJKS]-?\d|;|$)"),
            (2, r"^M(?:10[4-9]|140|190|8[24]|0?[2-6]|30)\b"),
            (1, r"^;"),
        ),
    ),
    (
        "model/obj",
        "v f",
        _rows(
            (2, r"^v(?: +-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?){3}"),
            (2, r"^f +\d+(?:/\d*(?:/\d+)?)? +\d+"),
            (1, r"^v[nt](?: +-?[\d.]+){2,3}"),
            (2, r"^mtllib \S"),
            (1, r"^(?:usemtl|o|g|s) \S"),
        ),
    ),
    (
        "model/mtl",
        "newmtl",
        _rows((4, r"^newmtl \S"), (2, r"^[ \t]*K[ads] +-?[\d.]+"), (1, r"^[ \t]*(?:illum|Ns|Ni|d|Tr|map_K[ads]) ")),
    ),
    ("text/x-solidity", "contract solidity", _rows((5, r"^pragma solidity "), (3, r"^contract \w+"))),
    (
        "text/x-qml",
        "import rectangle item",
        _rows(
            (4, r"^import Qt[\w.]* ?\d?"),
            (2, r"^[ \t]*(?:Item|Rectangle|Window|ApplicationWindow) \{"),
            (1, r"^[ \t]*id: \w+"),
        ),
    ),
)
