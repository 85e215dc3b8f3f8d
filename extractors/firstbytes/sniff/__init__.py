"""What is this object? Bytes first, then container members, then the suffix, then the declared type.

    head (8 KB of one 64 KB read)
      -> signatures            longest magic that matches, ours and third parties'
        -> refiner             a container's own rules: ZIP, OLE2, ISO-BMFF, EBML, TIFF, RIFF ... (at most 4 more reads)
      -> content               text and its dialects, JSON, XML, tables, mail, DER
      -> magic                 libmagic, for the long tail
    -> suffix                  only where what the bytes say is its ancestor
    -> declared type           likewise, last

A refiner or a content rule answers None when the bytes do not say more. It never raises on hostile bytes:
what it reads is bounded, and a length it was given by the file is never trusted.

Modules, in the order of the questions:

    engine          the order itself, and what claims may add; `values`: Head, Match, Sniffed, Magic
    signatures      which magic matches, and which rules are asked after it
    magic_numbers   the table: magic_images, _media, _documents, _archives, _programs, _data
    frugal, members, numbers   a source with few reads; names in a container; integers at a place
    refiners        of containers: zip (zip_types), ole, bmff, ebml, ogg, asf, riff, tiff, gzip, ar, sqlite,
                    png, books (Mobipocket), science (HDF5, LAS), pages (PDF, PostScript, printer jobs)
    binary          structures without magic, by family: executables, fonts, disks (archives, streams, images),
                    tables (data with fixed headers), serial (grammars: MessagePack, CBOR), pgp, trailers
    mpeg, images, asn1   frames in step; headers that make sense; DER by its structure; `pem` for its armour
    text            the rules about text, which look at a `page`: openings (.tsv), source_code (languages.tsv),
                    ssh, xml (xml_roots), html, json (json_dialects), mail, tabular, markup
    libmagic        the long tail
"""

from __future__ import annotations

import sys
from types import ModuleType

from firstbytes.sniff.engine import sniff
from firstbytes.sniff.values import Head, Match, Sniffed

__all__ = ["Head", "Match", "Sniffed", "sniff"]


class _Package(ModuleType):
    """Importing this package sets `firstbytes.sniff` to it; called, it is the function of that name all the same."""

    __call__ = staticmethod(sniff)


sys.modules[__name__].__class__ = _Package
