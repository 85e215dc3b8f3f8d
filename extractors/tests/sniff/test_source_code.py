"""Languages by shebang, mode line and vote."""

from __future__ import annotations

import re

import pytest

from firstbytes import BytesSource, sniff
from firstbytes.media import table
from firstbytes.sniff import openings, source_code
from firstbytes.sniff.languages import languages, rows_of


@pytest.mark.parametrize(
    ("line", "media_type"),
    [
        ("#!/bin/sh -e", "application/x-sh"),
        ("#! /usr/bin/env python3.11", "text/x-python"),
        ("#!/usr/bin/env -S perl -w", "text/x-perl"),
        ("#!/usr/local/bin/ruby", "text/x-ruby"),
        ("#!/usr/bin/tclsh8.6", "text/x-tcl"),
        ('#!/bin/sh\n# the next line restarts\nexec tclsh "$0"', "text/x-tcl"),
        ("#!/usr/bin/gawk -f", "text/x-awk"),
        ("#!/usr/bin/env LANG=C Rscript", "text/x-r"),
    ],
)
def test_a_shebang_names_the_language(line: str, media_type: str) -> None:
    """Paths, env, options, assignments and versions are looked through."""
    assert sniff(BytesSource(f"{line}\nx\n".encode())).media_type == media_type


def test_an_unknown_interpreter_is_plain_text() -> None:
    """A shebang that nobody knows says nothing."""
    assert sniff(BytesSource(b"#!/opt/bin/unheard-of\nx\n")).media_type == "text/plain"


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("/* -*- mode: c++; tab-width: 4 -*- */\n", "text/x-c++"),
        ("# vim: set ft=ruby :\n", "text/x-ruby"),
        (";;; x -*- lisp -*-\n", "text/x-common-lisp"),
        ("// -*- unheard -*-\n", "text/plain"),
    ],
)
def test_a_mode_line_names_the_language(text: str, media_type: str) -> None:
    """Emacs and vi write it into the first lines."""
    assert sniff(BytesSource(text.encode())).media_type == media_type


def test_every_language_and_opening_is_in_the_table_of_types() -> None:
    """Data that names an unknown type would leave it without ancestors."""
    named = {language.media_type for language in languages()} | {kind for kind, _ in openings.table()}
    named |= set(source_code._INTERPRETERS.values()) | set(source_code._MODES.values())
    assert named - table().keys() == set()


HOSTILE = (
    " " * 8192,
    "\n" * 8192,
    "\t" * 8192,
    "a" * 8192,
    "a " * 4096,
    "(" * 8192,
    "[a](" * 2048,
    "# \n" * 2730,
    "-" * 8192,
    "{" * 8192,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_pattern_explodes(text: str) -> None:
    """Repetition takes every pattern milliseconds, not seconds: the contract of sniffing has no deadline."""
    for language in languages():
        for pattern, _ in rows_of(language):
            pattern.search(text)
    for _, pattern in openings.table():
        pattern.match(text)
    assert sniff(BytesSource(text.encode())).media_type in table()
    assert re.purge() is None


def test_a_suffix_of_two_languages_is_settled_by_the_text() -> None:
    """A file named .m is Objective-C or MATLAB, whichever it reads like."""
    objective = b'#import "x.h"\n\n@interface A : B\n- (void)run;\n@end\n'
    matlab = b"function y = f(x)\n% double it\n  y = 2 * x;\nend\n"
    assert sniff(BytesSource(objective), name="x.m").media_type == "text/x-objcsrc"
    assert sniff(BytesSource(matlab), name="x.m").media_type == "text/x-matlab"


def test_basic_of_the_script_host_is_vbscript() -> None:
    """What talks to the Windows Script Host is VBScript; other Basic is Basic."""
    plain = b"Dim a\nSub Main(b)\n  MsgBox b\nEnd Sub\n"
    assert sniff(BytesSource(plain)).media_type == "text/x-basic"
    assert sniff(BytesSource(plain), name="a.vbs").media_type == "text/vbscript"
    assert sniff(BytesSource(b'Dim a\nWScript.Echo "b"\n')).media_type == "text/vbscript"
