"""The hostile files: one function each, whose docstring says what it attacks. `BOMBS` has them by file name."""

from __future__ import annotations

import base64
import gzip
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable

from bench.hostile.parts import box, chunk, deflated_zeros, ole, pdf, png, tiff, zipped

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
FTYP = box(b"ftyp", b"isom\0\0\0\0isom")
_ONE_GB = 1024


def zip_bomb() -> bytes:
    """A ZIP whose one member unpacks to 1 GB."""
    return zipped({}, {"zeros.txt": _ONE_GB})


def office_bomb() -> bytes:
    """A DOCX whose properties unpack to 1 GB."""
    return zipped({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<x/>"}, {"docProps/core.xml": _ONE_GB})


def content_types_bomb() -> bytes:
    """An Office file whose list of content types, which sniffing reads, unpacks to 1 GB."""
    return zipped({"word/document.xml": b"<x/>"}, {"[Content_Types].xml": _ONE_GB})


def epub_bomb() -> bytes:
    """An EPUB whose mimetype, which sniffing reads, unpacks to 512 MB."""
    return zipped({"META-INF/container.xml": b"<x/>"}, {"mimetype": 512})


def million_entries() -> bytes:
    """A ZIP with a central directory of a million entries."""
    entry = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0) + b"aaaa"
    directory = entry * 1_000_000
    zip64 = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1_000_000, 1_000_000, len(directory), 34)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, 34 + len(directory), 1)
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + bytes(26) + b"aaaa" + directory + zip64 + locator + end


def overlapping_entries() -> bytes:
    """A ZIP whose hundred thousand entries are all the same bytes."""
    packed = deflated_zeros(64, -15)
    local = b"PK\x03\x04" + struct.pack("<5H3I2H", 20, 0, 8, 0, 0, 0, len(packed), 64 << 20, 1, 0) + b"a" + packed
    sizes = (0, len(packed), 64 << 20)
    entry = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, 0, 8, 0, 0, *sizes, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 60_000
    return local + directory + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 60000, 60000, len(directory), len(local), 0)


def nested_gzip() -> bytes:
    """A gzip in a gzip in a gzip: 32 MB from a few hundred bytes."""
    return gzip.compress(gzip.compress(gzip.compress(bytes(32 << 20), 9), 9), 9)


def tar_gz_bomb() -> bytes:
    """A compressed tar whose one member is 1 GB."""
    info = tarfile.TarInfo("zeros")
    info.size = _ONE_GB << 20
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    return packer.compress(info.tobuf()) + b"".join(packer.compress(block) for _ in range(_ONE_GB)) + packer.flush()


def xz_bomb() -> bytes:
    """An xz that unpacks to 256 MB, claimed as more."""
    return lzma.compress(bytes(256 << 20), preset=1)


def tar_of_lies() -> bytes:
    """A tar whose member sizes are beyond the file and negative in base 256."""
    info = tarfile.TarInfo("a")
    info.size = 8**11 - 1
    header = bytearray(info.tobuf())
    header[124:136] = b"\xff" * 12
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 256 + sum(header[156:]))
    return bytes(header) * 50


def huge_png() -> bytes:
    """A picture of 69 bytes that claims 60,000 x 60,000 pixels."""
    return png(60000, 60000)


def ztxt_bombs() -> bytes:
    """A PNG with two hundred texts that unpack to 64 MB each."""
    return png(10, 10, *[chunk(b"zTXt", b"k\0\0" + deflated_zeros(64, fill=b"A"))] * 200)


def itxt_bomb() -> bytes:
    """A PNG whose XMP unpacks to 256 MB."""
    return png(10, 10, chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + deflated_zeros(256, fill=b"<")))


def iccp_bomb() -> bytes:
    """A PNG whose colour profile unpacks to 256 MB."""
    return png(10, 10, chunk(b"iCCP", b"k\0\0" + deflated_zeros(256)))


def many_chunks() -> bytes:
    """A PNG of 300,000 empty chunks."""
    return png(10, 10, *[chunk(b"tEXt", b"k\0v")] * 300_000)


def gif_frames() -> bytes:
    """A GIF of 300,000 frames of nothing."""
    frame = b"\x21\xf9\x04\0\0\0\0\0\x2c" + bytes(4) + b"\1\0\1\0\0\2\2\x44\1\0"
    return b"GIF89a\xff\xff\xff\xff\0\0\0" + frame * 300_000 + b";"


def billion_laughs() -> bytes:
    """XML whose entities multiply to a billion."""
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "lol">{entities}]><l title="&a9;">&a9;</l>'.encode()


def svg_laughs() -> bytes:
    """The same as a picture."""
    return (
        billion_laughs()
        .replace(b"<l title", b'<svg xmlns="http://www.w3.org/2000/svg" width')
        .replace(b"</l>", b"</svg>")
    )


def quadratic_entities() -> bytes:
    """XML with one long entity, used 50,000 times."""
    return b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "%s">]><l>%s</l>' % (b"A" * 100_000, b"&a;" * 50_000)


def entity_url() -> bytes:
    """XML that asks for a local file and a URL."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY u SYSTEM '
        b'"http://127.0.0.1:9/x">]><rss version="2.0"><channel><title>&f;&u;</title></channel></rss>'
    )


def deep_xml() -> bytes:
    """XML of 300,000 nested elements."""
    return b"<a>" * 300_000 + b"</a>" * 300_000


def wide_attributes() -> bytes:
    """XML whose root has 100,000 attributes."""
    return b"<svg %s/>" % b" ".join(b'a%d="1"' % i for i in range(100_000))


def deep_json() -> bytes:
    """JSON of a million nested lists."""
    return b"[" * 1_000_000


def deep_objects() -> bytes:
    """JSON of 500,000 nested objects."""
    return b'{"a":' * 500_000 + b"1" + b"}" * 500_000


def long_number() -> bytes:
    """JSON with a number of a million digits, in which parsing an integer is quadratic."""
    return b'{"n": 1' + b"0" * 1_000_000 + b"}"


def million_columns() -> bytes:
    """A CSV of a million columns."""
    return b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n" + b"1," * 1_000_000 + b"\n"


def quoted_csv() -> bytes:
    """A CSV that is nothing but quotes."""
    return b'a,b\n"' + b'""' * 400_000


def mail_headers() -> bytes:
    """A message with 3 MB of headers: encoded words, addresses, comments."""
    subject = b"Subject: " + b"=?utf-8?q?a?= " * 100_000
    addresses = b"To: " + b'"a" <a@b.c>, ' * 60_000
    return b"From: " + b"(" * 50_000 + b"a@b.c\r\n" + subject + b"\r\n" + addresses + b"\r\n\r\nx"


def nested_mail() -> bytes:
    """A message of 3,000 nested multiparts."""
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n' for i in range(3000))
    return b"From: a@b.c\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + parts.encode()


def mail_of_many_parts() -> bytes:
    """A message of 100,000 attachments."""
    part = b'--b\r\nContent-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment\r\n\r\nx\r\n'
    return b'From: a@b.c\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 100_000


def pdf_object_stream() -> bytes:
    """A PDF whose catalogue is in an object stream that unpacks to 512 MB."""
    packed = deflated_zeros(512, fill=b" ")
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    return pdf(b"<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", stream)


def pdf_cycles() -> bytes:
    """A PDF whose page tree, outlines and names refer to themselves, and that claims a billion pages."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R/Names 4 0 R/AcroForm 5 0 R>>",
        b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000/Parent 2 0 R>>",
        b"<</First 3 0 R/Next 3 0 R/Last 3 0 R/Count 99999999>>",
        b"<</EmbeddedFiles 4 0 R/JavaScript 4 0 R/Kids[4 0 R 4 0 R]>>",
        b"<</Fields[5 0 R 5 0 R]/Kids[5 0 R 5 0 R]>>",
    )


def pdf_prev_loop() -> bytes:
    """A PDF whose cross-reference table is its own predecessor."""
    good = pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>")
    start = good.rindex(b"xref\n0")
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", trailer=b"/Root 1 0 R/Prev %d" % start
    )


def pdf_deep_array() -> bytes:
    """A PDF whose catalogue is 200,000 nested arrays."""
    return pdf(b"[" * 200_000)


def ole_cycle() -> bytes:
    """An OLE2 file whose directory chain is a circle."""
    return ole([0xFFFFFFFD, 2, 1, 3])


def ole_self_tree() -> bytes:
    """An OLE2 file whose directory entries are their own children."""
    return ole([0xFFFFFFFD, 0xFFFFFFFE, 2])


def tiff_cycle() -> bytes:
    """A TIFF whose directory is followed by itself and has itself as sub-directory."""
    return tiff([(256, 4, 1, 10), (257, 4, 1, 10), (330, 4, 1, 8), (34665, 4, 1, 8)], following=8)


def tiff_counts() -> bytes:
    """A TIFF whose tags claim four billion values each."""
    return tiff([(tag, 2, 0xFFFFFFFF, 8) for tag in range(256, 1200)])


def bmff_nested() -> bytes:
    """An MP4 of 20,000 nested boxes."""
    sizes = [8 + 8 * i for i in range(20_000, 0, -1)]
    return FTYP + b"".join(struct.pack(">I4s", size, b"moov") for size in sizes)


def bmff_zero_sizes() -> bytes:
    """An MP4 of boxes of size 0, 1 and of 2^63."""
    return FTYP + box(b"moov", bytes(64), 1) + struct.pack(">I4sQ", 1, b"mdat", 2**63) + box(b"moov", bytes(64), 0)


def bmff_million_boxes() -> bytes:
    """An MP4 of a million empty boxes."""
    return FTYP + box(b"free") * 1_000_000


def bmff_counts() -> bytes:
    """An MP4 whose sample tables claim 2^31 entries."""
    tables = b"".join(
        box(kind, bytes(4) + b"\x7f\xff\xff\xff") for kind in (b"stts", b"stsz", b"stsd", b"stco", b"ctts")
    )
    media = box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(13)) + box(b"minf", box(b"stbl", tables)))
    return FTYP + box(b"moov", box(b"trak", media) * 300)


def heif_items() -> bytes:
    """A HEIC whose item tables claim four billion items and refer to themselves."""
    tables = box(b"iinf", b"\1\0\0\0\xff\xff\xff\xff") + box(b"iloc", b"\2\0\0\0\x44\x40\xff\xff\xff\xff")
    meta = box(
        b"meta",
        bytes(4)
        + tables
        + box(b"iprp", box(b"ipco", box(b"ispe", bytes(4) + b"\xff" * 8)) + box(b"ipma", b"\xff" * 64)),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta


def ebml_lengths() -> bytes:
    """A Matroska file of elements that claim 2^56 bytes, inside each other."""
    head = b"\x1aE\xdf\xa3\x8fB\x82\x88matroskaB\x87\x81\x04"
    return head + (b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" + b"\x16T\xaek\x01\xff\xff\xff\xff\xff\xff\xfe") * 1000


def riff_loop() -> bytes:
    """A WAV of 200,000 chunks of nothing."""
    return b"RIFF\xff\xff\xff\xffWAVE" + b"LIST\0\0\0\0" * 200_000


def ogg_empty_pages() -> bytes:
    """An Ogg of 100,000 empty pages."""
    return (b"OggS\0\2" + bytes(8) + b"\1\0\0\0" + bytes(9)) * 100_000


def id3_giant() -> bytes:
    """An MP3 whose tag claims 256 MB, with frames that claim it too."""
    return b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"TIT2\x7f\x7f\x7f\x7f\0\0" * 5000


def parquet_footer() -> bytes:
    """A Parquet file with a footer of 100 MB."""
    return b"PAR1" + bytes(100 << 20) + struct.pack("<I", 100 << 20) + b"PAR1"


def parquet_deep() -> bytes:
    """A Parquet footer of 100,000 nested structures."""
    footer = b"\x1c" * 100_000
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def parquet_list() -> bytes:
    """A Parquet schema that claims two billion columns."""
    footer = b"\x15\x02\x19\xfc\xff\xff\xff\xff\x07" + bytes(64)
    return b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def orc_bomb() -> bytes:
    """An ORC file whose postscript claims a footer of 4 GB."""
    postscript = b"\x08\xff\xff\xff\xff\x0f\x10\x01\x18\x80\x80\x10\x82\xf4\x03\x03ORC"
    return b"ORC" + bytes(100) + postscript + bytes([len(postscript)])


def arrow_offsets() -> bytes:
    """An Arrow file whose tables point at themselves."""
    footer = struct.pack("<iihhi", 4, -4, 4, 4, 0) * 100
    return b"ARROW1\0\0" + footer + struct.pack("<I", len(footer)) + b"ARROW1"


def avro_counts() -> bytes:
    """An Avro file whose metadata claims 2^62 entries."""
    return b"Obj\x01" + b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f" * 20


def font_tables() -> bytes:
    """A font of 65,535 tables that all overlap."""
    return b"\0\1\0\0\xff\xff\0\0\0\0\0\0" + (b"name" + bytes(4) + struct.pack(">II", 12, 0xFFFFFFF0)) * 65_535


def woff2_bomb() -> bytes:
    """A WOFF2 whose tables claim 4 GB."""
    header = b"wOF2\0\1\0\0" + struct.pack(">IHHIIHHIIIII", 200, 500, 0, 0xFFFFFFFF, 100, 1, 0, 0, 0, 0, 0, 0)
    return header + b"\x05\xff\xff\xff\xff\x7f" * 500


def der_lengths() -> bytes:
    """A certificate of 100,000 nested sequences."""
    return b"\x30\x80" * 100_000


def sqlite_cycle() -> bytes:
    """A SQLite database whose schema page is its own child."""
    header = b"SQLite format 3\0" + struct.pack(">HBBBBBBIIII", 512, 1, 1, 0, 64, 32, 32, 1, 4, 0, 0) + bytes(56)
    page = b"\x05" + struct.pack(">HHHBI", 0, 1, 496, 0, 1)
    return (header[:100] + page).ljust(496, b"\0") + struct.pack(">IB", 1, 1).ljust(16, b"\0") + bytes(512 * 3)


def glb_lies() -> bytes:
    """A GLB whose JSON claims 4 GB and nests deeply."""
    return b"glTF\2\0\0\0\xff\xff\xff\xff\xff\xff\xff\xffJSON" + b'{"asset":{"version":"2.0"},"nodes":' + b"[" * 100_000


def iso_loop() -> bytes:
    """An ISO image whose root directory contains itself."""
    record = (
        bytes([34, 0]) + struct.pack("<I", 16) + struct.pack(">I", 16) + b"\xff\xff\xff\x7f\x7f\xff\xff\xff" + bytes(7)
    )
    record += b"\2\0\0\1\0\0\1\1\0"
    return bytes(32768) + (b"\1CD001\1\0" + bytes(148) + record).ljust(2048, b"\0") + (record * 50).ljust(2048, b"\0")


def names() -> bytes:
    """A ZIP whose names have NUL, newlines, right-to-left marks, paths upwards and 60,000 characters."""
    bad = [
        "a\0b",
        "new\nline",
        "\u202egnp.exe",
        "../../etc/passwd",
        "/etc/passwd",
        "x" * 60_000,
        "C:\\x",
        "\x1b[31mred",
        "\ud7ff",
    ]
    return zipped(dict.fromkeys(bad, b"x"))


def title_controls() -> bytes:
    """A PDF whose title has NUL, newlines, escapes, right-to-left marks and half a surrogate pair."""
    title = b"\xfe\xff" + "a\0b\n\x1b[31m\u202eevil\u2066".encode("utf-16-be") + b"\xd8\x00"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Title <%s>>>" % title.hex().encode(),
        trailer=b"/Root 1 0 R/Info 3 0 R",
    )


def rtf_depth() -> bytes:
    """An RTF of 500,000 nested groups."""
    return b"{\\rtf1" + b"{\\info" * 500_000


def html_depth() -> bytes:
    """HTML of 200,000 open elements and a title that never ends."""
    return b"<!doctype html><html><head><title>" + b"<div>" * 200_000


def calendar_lines() -> bytes:
    """A calendar of 200,000 folded lines and events that never end."""
    return b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nSUMMARY:x\r\n y\r\n" * 100_000


def base64_mail() -> bytes:
    """A message whose one line is 8 MB of base64."""
    return b"From: a@b.c\r\nSubject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(bytes(6 << 20))


def midi_tracks() -> bytes:
    """A MIDI file that claims 65,535 tracks of 4 GB, at a division of zero."""
    return b"MThd\0\0\0\6\0\1\xff\xff\0\0" + b"MTrk\xff\xff\xff\xff" * 1000


def bplist_cycle() -> bytes:
    """A binary property list whose array contains itself."""
    return b"bplist00\xa1\0\x08" + bytes(6) + b"\1\1" + struct.pack(">QQQ", 1, 0, 10)


def empty() -> bytes:
    """Nothing."""
    return b""


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros.zip": zip_bomb,
    "core.docx": office_bomb,
    "types.docx": content_types_bomb,
    "mimetype.epub": epub_bomb,
    "million.zip": million_entries,
    "overlap.zip": overlapping_entries,
    "nested.gz": nested_gzip,
    "zeros.tar.gz": tar_gz_bomb,
    "zeros.xz": xz_bomb,
    "lies.tar": tar_of_lies,
    "huge.png": huge_png,
    "ztxt.png": ztxt_bombs,
    "itxt.png": itxt_bomb,
    "iccp.png": iccp_bomb,
    "chunks.png": many_chunks,
    "frames.gif": gif_frames,
    "laughs.xml": billion_laughs,
    "laughs.svg": svg_laughs,
    "quadratic.xml": quadratic_entities,
    "entity.rss": entity_url,
    "deep.xml": deep_xml,
    "wide.svg": wide_attributes,
    "deep.json": deep_json,
    "objects.json": deep_objects,
    "number.json": long_number,
    "columns.csv": million_columns,
    "quotes.csv": quoted_csv,
    "headers.eml": mail_headers,
    "nested.eml": nested_mail,
    "parts.eml": mail_of_many_parts,
    "base64.eml": base64_mail,
    "stream.pdf": pdf_object_stream,
    "cycles.pdf": pdf_cycles,
    "prev.pdf": pdf_prev_loop,
    "array.pdf": pdf_deep_array,
    "title.pdf": title_controls,
    "cycle.doc": ole_cycle,
    "tree.xls": ole_self_tree,
    "cycle.tif": tiff_cycle,
    "counts.tif": tiff_counts,
    "nested.mp4": bmff_nested,
    "zero.mp4": bmff_zero_sizes,
    "million.mp4": bmff_million_boxes,
    "counts.mp4": bmff_counts,
    "items.heic": heif_items,
    "lengths.mkv": ebml_lengths,
    "loop.wav": riff_loop,
    "pages.ogg": ogg_empty_pages,
    "giant.mp3": id3_giant,
    "tracks.mid": midi_tracks,
    "footer.parquet": parquet_footer,
    "deep.parquet": parquet_deep,
    "list.parquet": parquet_list,
    "footer.orc": orc_bomb,
    "offsets.arrow": arrow_offsets,
    "counts.avro": avro_counts,
    "tables.ttf": font_tables,
    "tables.woff2": woff2_bomb,
    "lengths.der": der_lengths,
    "cycle.sqlite": sqlite_cycle,
    "lies.glb": glb_lies,
    "loop.iso": iso_loop,
    "names.zip": names,
    "depth.rtf": rtf_depth,
    "depth.html": html_depth,
    "lines.ics": calendar_lines,
    "cycle.plist": bplist_cycle,
    "empty.txt": empty,
}
