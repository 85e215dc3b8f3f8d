"""Tags, chapters and attachments of a Matroska file (RFC 9559, 5.1.6-5.1.8; the Matroska tag registry)."""

from __future__ import annotations

from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource
from firstbytes.formats import ebml
from firstbytes.formats.ebml import Element
from firstbytes.formats.media_tags import Picture, Tags
from firstbytes.formats.values import clean, known

_TAG, _TARGETS, _SIMPLE, _NAME, _STRING = 0x7373, 0x63C0, 0x67C8, 0x45A3, 0x4487
_TARGET_LEVEL, _TRACK_UID, _OTHER_UIDS = 0x68CA, 0x63C5, frozenset({0x63C4, 0x63C6, 0x63C9})
_EDITION, _ATOM, _START, _DISPLAY, _CHAPTER_TITLE = 0x45B9, 0xB6, 0x91, 0x80, 0x85
_FILE, _FILE_NAME, _FILE_TYPE, _FILE_DATA = 0x61A7, 0x466E, 0x4660, 0x465C
_ALBUM, _TRACK = 50, 30
_MAX_TAGS = 256
_MAX_CHAPTERS = 1024
_LISTED = 100
_KEYS = {
    "TITLE": "title",
    "ARTIST": "artist",
    "ALBUM": "album",
    "ALBUM_ARTIST": "album_artist",
    "COMPOSER": "composer",
    "LEAD_PERFORMER": "performer",
    "CONDUCTOR": "conductor",
    "LYRICIST": "lyricist",
    "DIRECTOR": "director",
    "GENRE": "genre",
    "COMMENT": "comment",
    "DESCRIPTION": "comment",
    "SYNOPSIS": "synopsis",
    "SUMMARY": "synopsis",
    "DATE": "date",
    "DATE_RELEASED": "date",
    "DATE_RECORDED": "date",
    "COPYRIGHT": "copyright",
    "LICENSE": "license",
    "ENCODER": "encoder",
    "ENCODED_BY": "encoded_by",
    "ENCODER_SETTINGS": "encoder_settings",
    "ISRC": "isrc",
    "PUBLISHER": "publisher",
    "LABEL": "publisher",
    "PART_NUMBER": "track",
    "TRACK": "track",
    "DISC": "disc",
    "BPM": "bpm",
    "LYRICS": "lyrics",
    "BARCODE": "barcode",
    "CATALOG_NUMBER": "catalog_number",
    "MOOD": "mood",
    "SUBTITLE": "subtitle",
    "TOTAL_PARTS": "track_total",
    "LANGUAGE": "language",
}


@dataclass(slots=True)
class Described:
    """What a file says about itself beside its tracks; `of_track` has tags by track UID."""

    tags: Tags = field(default_factory=Tags)
    of_track: dict[int, dict[str, str]] = field(default_factory=dict)
    chapter_count: int = 0
    chapters: list[dict[str, JSON]] = field(default_factory=list)
    attachments: int = 0
    files: list[dict[str, JSON]] = field(default_factory=list)


def describe(
    source: ByteSource, tags: Element | None, chapters: Element | None, attachments: Element | None
) -> Described:
    """Return tags, chapters and attachments, each from its element or not at all."""
    told = Described()
    for tag in ebml.children(source, tags, limit=_MAX_TAGS) if tags else ():
        if tag.id == _TAG:
            _tag(source, tag, told)
    if chapters:
        _chapters(source, chapters, told)
    for file in ebml.children(source, attachments, limit=_MAX_TAGS) if attachments else ():
        if file.id == _FILE:
            _attachment(source, file, told)
    return told


def _tag(source: ByteSource, tag: Element, told: Described) -> None:
    level, track, elsewhere = _ALBUM, 0, False
    pairs: list[tuple[str, str]] = []
    for element in ebml.children(source, tag, limit=_MAX_TAGS):
        if element.id == _TARGETS:
            for target in ebml.children(source, element, limit=32):
                number = ebml.unsigned(ebml.payload(source, target, 8))
                level = number if target.id == _TARGET_LEVEL else level
                track = number if target.id == _TRACK_UID else track
                elsewhere = elsewhere or (target.id in _OTHER_UIDS and number != 0)
        elif element.id == _SIMPLE:
            fields = {e.id: ebml.payload(source, e, 4096) for e in ebml.children(source, element, limit=16)}
            pairs.append((ebml.text(fields.get(_NAME, b"")), ebml.text(fields.get(_STRING, b""))))
    if elsewhere:
        return
    if track:
        told.of_track.setdefault(track, {}).update(pairs)
        return
    for name, value in pairs:
        _store(name, value, level, told.tags)


def _store(name: str, value: str, level: int, tags: Tags) -> None:
    key = name.upper()
    known_name = _KEYS.get(key)
    if key.startswith("REPLAYGAIN_"):
        side = "track" if level == _TRACK else "album"
        tags.add(key.lower() if key.count("_") > 1 else f"replaygain_{side}_{key[11:].lower()}", value)
    elif known_name:
        tags.add(known_name, value)
    else:
        tags.other(name, value)


def _chapters(source: ByteSource, chapters: Element, told: Described) -> None:
    """Count the chapters of the first edition and list the first hundred."""
    edition = next((e for e in ebml.children(source, chapters, limit=16) if e.id == _EDITION), None)
    for atom in ebml.children(source, edition, limit=_MAX_CHAPTERS) if edition else ():
        if atom.id != _ATOM:
            continue
        told.chapter_count += 1
        if told.chapter_count > _LISTED:
            continue
        start, title = 0, None
        for element in ebml.children(source, atom, limit=32):
            if element.id == _START:
                start = ebml.unsigned(ebml.payload(source, element, 8))
            elif element.id == _DISPLAY and title is None:
                fields = {e.id: ebml.payload(source, e, 512) for e in ebml.children(source, element, limit=8)}
                title = clean(ebml.text(fields.get(_CHAPTER_TITLE, b"")), 256)
        told.chapters.append(known({"start_ms": start // 1_000_000, "title": title}))


def _attachment(source: ByteSource, file: Element, told: Described) -> None:
    name = media_type = None
    size = 0
    for element in ebml.children(source, file, limit=16):
        if element.id == _FILE_NAME:
            name = clean(ebml.text(ebml.payload(source, element, 512)), 256)
        elif element.id == _FILE_TYPE:
            media_type = clean(ebml.text(ebml.payload(source, element, 128)), 128)
        elif element.id == _FILE_DATA:
            size = element.size
    told.attachments += 1
    if len(told.files) < _LISTED:
        told.files.append(known({"name": name, "media_type": media_type, "size_bytes": size}))
    if name and name.lower().startswith(("cover", "small_cover")) and (media_type or "").startswith("image/"):
        kind = "front cover" if name.lower().startswith("cover.") else "cover"
        told.tags.picture(Picture(str(media_type), size, kind))
