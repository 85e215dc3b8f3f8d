"""Bounded readers of container formats, for sniffing rules and extractors alike. Public API.

Each takes a `ByteSource` or bytes, trusts no length or count that it reads, and raises `Corrupt` when the structure
is broken.

    values          known facts, clean text, times; `languages`: tags of languages
    text, delimited, mail   encoding and lines; tables in text; header fields and MIME parts
    json, xml, xml_stream   events of JSON; the head of an XML document; a walk over all of it
    zip, zip_entries        archives by ranges; their headers
    ole, ole_directory, ole_properties   compound files by ranges; their directory; their property sets
    asn1, protobuf, thrift, flatbuffers, leb128, blocks   DER; wire formats; Snappy and LZ4 blocks
    tiff, exif, iptc, xmp, icc   directories of tags; what pictures say about themselves
    heif, jxl       items and properties of HEIF and AVIF; JPEG XL's first fields
    bmff, ebml, riff, ogg, mpeg_systems   boxes, elements, chunks, pages, packets
    audio_frames, aac_config, wave_format, video_headers, h265_fields, bits   headers of coded sound and film
    codecs, fourccs, color, media_facts   names of codecs; colour coding; what is believed of a header
    media_tags      one set of names for tags: id3 (id3_genres), ape_tag, vorbis_comment, riff_info
    sfnt            OpenType fonts and their wrappers
"""
