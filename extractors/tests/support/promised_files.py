"""Makes files that carry what the folder `samples` has no example of, for the list of facts that are promised."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

from compound_files import make_compound
from media_files import ape_tag, box, id3, id3_frame, matroska, mp3_frame, mp4, sound, trak, visual
from media_files import element as ebml
from media_files import text as ebml_text
from media_files import uint as ebml_uint
from small_files import pack

OOXML = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Plan</dc:title>
<dc:creator>Ada</dc:creator><cp:lastModifiedBy>Bo</cp:lastModifiedBy><cp:revision>3</cp:revision>
<dcterms:created>2024-05-01T10:00:00Z</dcterms:created><dcterms:modified>2024-05-02T10:00:00Z</dcterms:modified>
<dc:language>nb-NO</dc:language></cp:coreProperties>"""
_APP = """<Properties xmlns="x"><Application>Word</Application><Company>Light AS</Company><Pages>3</Pages>
<Words>120</Words></Properties>"""


def document() -> bytes:
    """Return a signed Word document with macros, an embedded object and all of its properties."""
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    rows = (
        ("officeDocument", "word/document.xml"),
        ("core-properties", "docProps/core.xml"),
        ("extended-properties", "docProps/app.xml"),
    )
    relations = "".join(f'<Relationship Id="{k}" Type="{_RELATIONS}/{k}" Target="{target}"/>' for k, target in rows)
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return pack(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{namespace}">{relations}</Relationships>',
            "docProps/core.xml": _CORE,
            "docProps/app.xml": _APP,
            "word/document.xml": "<w:document/>",
            "word/vbaProject.bin": b"macros",
            "word/embeddings/oleObject1.bin": b"ole",
            "_xmlsignatures/sig1.xml": "<Signature/>",
        }
    )


def _property(value: str | int) -> bytes:
    if isinstance(value, int):
        return struct.pack("<Ii", 3, value)
    raw = value.encode("cp1252") + b"\0"
    return struct.pack("<II", 30, len(raw)) + raw + bytes(-len(raw) % 4)


def properties(values: dict[int, str | int]) -> bytes:
    """Return a property set stream of one section ([MS-OLEPS] 2.21), in code page 1252."""
    table, body = b"", b""
    rows = {1: struct.pack("<IHxx", 2, 1252), **{key: _property(value) for key, value in values.items()}}
    for key, value in rows.items():
        table += struct.pack("<II", key, 8 + 8 * len(rows) + len(body))
        body += value
    section = struct.pack("<II", 8 + len(table) + len(body), len(rows)) + table + body
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, b"", 1, b"", 48) + section


def compound(main: str, data: bytes = b"data") -> bytes:
    """Return an OLE2 document whose main stream has this name: WordDocument, VisioDocument, Quill ..."""
    summary = properties({2: "Plan", 4: "Ada", 8: "Bo", 9: "3", 14: 3, 15: 120, 18: "Works"})
    return make_compound(
        {main: data, "\x05SummaryInformation": summary, "\x05DocumentSummaryInformation": properties({15: "Light AS"})}
    )


def _fixed(header: int, *rows: tuple[int, int, bytes]) -> bytes:
    return bytes(header) + b"".join(struct.pack("<HHI8s", kind, tag, 6, value) for tag, kind, value in rows)


def _wide(texts: dict[str, str], folder: str = "") -> dict[str, bytes]:
    return {f"{folder}__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in texts.items()}


def outlook_message() -> bytes:
    """Return a message of Outlook with a recipient, an attachment and the headers it came with."""
    sent = struct.pack("<Q", 133_590_000_000_000_000)
    headers = (
        "Message-ID: <a@x.example>\r\nIn-Reply-To: <b@x.example>\r\nDKIM-Signature: v=1\r\nList-Id: <l.x.example>\r\n"
    )
    told = {"0037": "Lamp", "001A": "IPM.Note", "0C1A": "Ada", "5D01": "ada@x.example", "007D": headers}
    to, part = "__recip_version1.0_#00000000/", "__attach_version1.0_#00000000/"
    return make_compound(
        {
            "__properties_version1.0": _fixed(32, (0x0039, 0x40, sent)),
            **_wide(told),
            f"{to}__properties_version1.0": _fixed(8, (0x0C15, 3, struct.pack("<I", 1))),
            **_wide({"3001": "Bo", "3003": "bo@x.example"}, to),
            f"{part}__properties_version1.0": _fixed(8, (0x3705, 3, struct.pack("<I", 1))),
            f"{part}__substg1.0_37010102": bytes(5000),
            **_wide({"3707": "plan.txt", "370E": "text/plain"}, part),
        }
    )


def letter() -> bytes:
    """Return a message of a list with an attachment and a signature of the sender's domain."""
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = "Ada <ada@x.example>", "bo@x.example", "cy@x.example"
    message["Subject"], message["Date"] = "Lamp", "Wed, 01 May 2024 10:00:00 +0200"
    message["Message-ID"], message["In-Reply-To"] = "<a@x.example>", "<b@x.example>"
    message["List-Id"], message["DKIM-Signature"] = "Lamps <lamps.x.example>", "v=1; d=x.example"
    message.set_content("Hello")
    message.add_attachment(b"1,2\n", maintype="text", subtype="csv", filename="tides.csv")
    return bytes(message)


def film() -> bytes:
    """Return an MP4 in HDR that is turned, with sound, subtitles and chapters."""
    picture = visual("hvc1", box("colr", b"nclx", struct.pack(">HHHB", 9, 16, 9, 0x80)))
    chapters = box("tref", box("chap", struct.pack(">I", 4)))
    return mp4(
        trak("vide", picture, turn=90, extra=chapters),
        trak("soun", sound("mp4a", channels=6), number=2),
        trak("sbtl", box("tx3g", bytes(8)), number=3),
        trak("text", box("text", bytes(8)), number=4, stts=((2, 1000),)),
    )


def matroska_film() -> bytes:
    """Return a Matroska file in HDR."""
    colour = ebml(0x55B0, ebml_uint(0x55BB, 9), ebml_uint(0x55BA, 16), ebml_uint(0x55B1, 9))
    picture = ebml(0xE0, ebml_uint(0xB0, 320), ebml_uint(0xBA, 240), colour)
    track = ebml(0xAE, ebml_uint(0xD7, 1), ebml_uint(0x83, 1), ebml_text(0x86, "V_VP9"), picture)
    return matroska(ebml(0x1549A966, ebml_uint(0x2AD7B1, 1_000_000)), ebml(0x1654AE6B, track))


def song() -> bytes:
    """Return an MP3 of a second that says on which disc of an album it is."""
    frames = (("TIT2", "Song"), ("TPE1", "Ada"), ("TPE2", "All"), ("TALB", "Album"), ("TPOS", "1/2"), ("TRCK", "3/9"))
    tag = id3(*(id3_frame(name, b"\0" + text.encode()) for name, text in frames))
    return tag + mp3_frame() * 40


def monkeys_audio() -> bytes:
    """Return the header of a Monkey's Audio file (version 3.99) of a second, with an APE tag."""
    descriptor = struct.pack("<4sHHIIIIIII16s", b"MAC ", 3990, 0, 52, 24, 0, 44, 0, 0, 0, b"")
    header = struct.pack("<HHIIIHHI", 2000, 0, 73728, 44100, 1, 16, 2, 44100)
    return descriptor + header + bytes(64) + ape_tag(("Title", b"Song", 0), ("Artist", b"Ada", 0), ("Disc", b"1/2", 0))


def packed_tar() -> bytes:
    """Return a packed tar with a folder and a file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in (("a/b.txt", b"x" * 100), ("a/c.csv", b"1,2\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def sealed_zip() -> bytes:
    """Return a ZIP archive with a comment, whose one entry is flagged as encrypted."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "secret")
        archive.comment = b"Keep"
    data = bytearray(out.getvalue())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


MAKERS: dict[str, Callable[[], bytes]] = {
    "signed.docm": document,
    "plan.doc": lambda: compound("WordDocument", bytes.fromhex("eca5c100").ljust(1000, b"\0")),
    "plan.vsd": lambda: compound("VisioDocument"),
    "plan.pub": lambda: compound("Quill/QuillSub/CONTENTS"),
    "message.msg": outlook_message,
    "letter.eml": letter,
    "film.mp4": film,
    "film.mkv": matroska_film,
    "song.mp3": song,
    "song.ape": monkeys_audio,
    "packed.tar.gz": packed_tar,
    "sealed.zip": sealed_zip,
}
"""By the name that the file has."""
