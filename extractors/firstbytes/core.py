"""The one vocabulary every format's facts are put into: `core` of an envelope.

A field means the same for every format and has its unit in its name. An extractor returns the ones it knows
under the key "core"; a name that is not here, or a value of the wrong type, is a bug in the extractor.
Times are RFC 3339: in UTC ("2024-05-01T10:00:00Z") where the file gives a zone, else local without one
("2024-05-01T10:00:00"). docs/core.md is generated from this module.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=4096)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Pixels = Annotated[int, Meta(ge=1, le=2**31)]
Time = Annotated[str, Meta(pattern=r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?)?)?$")]
Texts = Annotated[list[Text], Meta(max_length=256)]


class Core(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Facts that mean the same whatever the format."""

    # What it is about
    title: Text | None = None
    """Title the file gives itself."""
    authors: Texts | None = None
    """Authors, artists or creators, in the file's order."""
    subject: Text | None = None
    """Subject line, or what the file says it is about."""
    description: Text | None = None
    """Free description, comment or abstract."""
    keywords: Texts | None = None
    """Keywords or tags."""
    language: Text | None = None
    """Main language, as a BCP 47 tag where the file allows it."""
    copyright: Text | None = None
    """Copyright or rights statement."""
    license: Text | None = None
    """Licence name, SPDX expression or URL."""
    publisher: Text | None = None
    """Publisher, label or vendor."""
    identifier: Text | None = None
    """Identifier of its own: ISBN, message id, package name, UUID."""
    version: Text | None = None
    """Version the content gives itself (a package's, a font's), not the format's."""

    # Where it comes from
    generator: Text | None = None
    """Program that wrote the file."""
    producer: Text | None = None
    """Program or library that converted it to this format."""
    device_make: Text | None = None
    """Maker of the camera, scanner or recorder."""
    device_model: Text | None = None
    """Model of it."""
    last_modified_by: Text | None = None
    """Who saved it last."""
    company: Text | None = None
    """Organisation named in the file."""

    # When
    created: Time | None = None
    """When the content was made."""
    modified: Time | None = None
    """When it was last changed."""
    taken_at: Time | None = None
    """When a picture or recording was taken."""
    sent_at: Time | None = None
    """When a message was sent."""
    starts_at: Time | None = None
    """First instant the content covers: events, track points, a certificate's validity."""
    ends_at: Time | None = None
    """Last instant the content covers."""

    # How much
    page_count: Count | None = None
    """Pages, or slides of a presentation."""
    word_count: Count | None = None
    """Words, as stored or counted."""
    line_count: Count | None = None
    """Lines of text."""
    sheet_count: Count | None = None
    """Sheets of a workbook."""
    row_count: Count | None = None
    """Rows or records of data, without a header."""
    row_count_estimated: bool | None = None
    """True when row_count is an estimate from a sample."""
    column_count: Count | None = None
    """Columns of data."""
    entry_count: Count | None = None
    """Entries of an archive, messages of a mailbox, events of a calendar, contacts."""
    attachment_count: Count | None = None
    """Attachments or embedded files."""
    uncompressed_bytes: Count | None = None
    """Total size of the entries once unpacked."""
    track_count: Count | None = None
    """Tracks or streams of a media file, tracks of a GPS log."""
    frame_count: Count | None = None
    """Frames or images in the file."""
    glyph_count: Count | None = None
    """Glyphs of a font."""
    triangle_count: Count | None = None
    """Triangles of a 3D model."""
    point_count: Count | None = None
    """Points of a point cloud, track or geometry."""

    # Pictures and film
    width_px: Pixels | None = None
    """Width as shown, after orientation or rotation is applied."""
    height_px: Pixels | None = None
    """Height as shown."""
    orientation_deg: Annotated[int, Meta(ge=0, lt=360)] | None = None
    """Clockwise turn that is applied to show it: 0, 90, 180 or 270."""
    bit_depth: Annotated[int, Meta(ge=1, le=256)] | None = None
    """Bits per sample (per channel)."""
    color_space: Text | None = None
    """Colour space or model: RGB, CMYK, gray, YCbCr, palette."""
    dpi: Annotated[float, Meta(gt=0, le=1e6)] | None = None
    """Horizontal resolution in dots per inch."""
    frame_rate_hz: Annotated[float, Meta(gt=0, le=1e6)] | None = None
    """Frames a second."""
    latitude_deg: Annotated[float, Meta(ge=-90, le=90)] | None = None
    """WGS 84 latitude in decimal degrees, north positive."""
    longitude_deg: Annotated[float, Meta(ge=-180, le=180)] | None = None
    """WGS 84 longitude in decimal degrees, east positive."""
    altitude_m: Annotated[float, Meta(ge=-20000, le=1e7)] | None = None
    """Altitude in metres, above the sea where positive."""

    # Sound and time
    duration_ms: Count | None = None
    """Playing time in milliseconds."""
    bit_rate_bps: Count | None = None
    """Bits a second, on average over the file where known."""
    sample_rate_hz: Count | None = None
    """Samples a second of the first audio track."""
    channel_count: Annotated[int, Meta(ge=1, le=1024)] | None = None
    """Channels of the first audio track."""
    video_codec: Text | None = None
    """Codec of the first video track, by its common short name (h264, hevc, vp9, av1)."""
    audio_codec: Text | None = None
    """Codec of the first audio track, by its common short name (aac, mp3, opus, flac, pcm_s16le)."""
    album: Text | None = None
    """Album or collection."""
    genre: Text | None = None
    """Genre."""
    track_number: Count | None = None
    """Number of the track in its album."""

    # Text and bytes
    encoding: Text | None = None
    """Character encoding, by its IANA name in lower case (utf-8, windows-1252)."""
    format_version: Text | None = None
    """Version of the file format: 1.7 of a PDF, 2.0 of an RSS feed."""
    compression: Text | None = None
    """Compression method of the content."""
    encrypted: bool | None = None
    """True when the content, or part of it, is encrypted."""
    signed: bool | None = None
    """True when it carries a digital signature (present, not verified)."""
    macros: bool | None = None
    """True when it carries macros or scripts."""
