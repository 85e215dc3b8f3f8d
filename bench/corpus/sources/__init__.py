"""Where the files come from; `ALL` is in the order in which equal contents are kept."""

from __future__ import annotations

from bench.corpus.sources import (
    archives,
    certificates,
    data,
    documents,
    images,
    markup,
    media,
    office,
    packages,
    registers,
    texts,
    uuencoded,
)

__all__ = ["ALL"]

ALL = [
    registers.SHARED_MIME_INFO,
    registers.MIMETYPE,
    *packages.ALL,
    uuencoded.LIBARCHIVE,
    texts.TEXTS,
    markup.MARKUP,
    media.MEDIA,
    images.IMAGEMAGICK,
    images.PILLOW,
    data.DATA,
    office.OFFICE,
    documents.DOCUMENTS,
    archives.ARCHIVES,
    archives.WHEELS,
    certificates.CERTIFICATES,
]
