"""Office files and pages made by other programs than LibreOffice: the Python libraries, Ghostscript, and by hand."""

from __future__ import annotations

import mailbox
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.corpus.model import Candidate, Source, Workspace
from bench.corpus.sources.making import Step, command, steps

__all__ = ["DOCUMENTS"]

PAGE = """\
%!PS-Adobe-3.0
%%Title: Tides
/Helvetica findfont 12 scalefont setfont 72 700 moveto (High water) show showpage
"""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml."
UNUSED, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
MSG = bytes.fromhex("0b0d020000000000c000000000000046")  # the root's class in [MS-OXMSG]


def _workbook(path: Path, *, template: bool = False) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.template = template
    book.active.append(["day", "high"])
    book.active.append(["Mon", 4.2])
    book.save(path)


def _old_workbook(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("Tides").write(0, 0, 4.2)
    book.save(str(path))


def _word(path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_heading("Tides")
    document.save(str(path))


def _slides(path: Path) -> None:
    from pptx import Presentation

    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Tides"
    deck.save(str(path))


def _book(path: Path) -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_identifier("quay")
    book.set_title("Tides")
    chapter = epub.EpubHtml(title="One", file_name="one.xhtml", content="<p>High water.</p>")
    book.add_item(chapter)
    book.spine = [chapter]
    book.add_item(epub.EpubNcx())
    epub.write_epub(str(path), book)


def _pdf(path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 300)
    writer.write(path)


def _ghostscript(device: str, path: Path) -> None:
    page = path.with_name("page.ps")
    page.write_text(PAGE)
    command("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", f"-sDEVICE={device}", "-sOutputFile={}", str(page))(path)
    page.unlink()


def _mailbox(path: Path) -> None:
    box = mailbox.mbox(path)
    for number in range(3):
        box.add(f"From: q@example.org\nTo: c@example.org\nSubject: Tide {number}\n\nHigh water at {number}.\n")
    box.close()


def _entry(name: str, kind: int, links: tuple[int, int, int], class_id: bytes, place: tuple[int, int]) -> bytes:
    """Give a directory entry of [MS-CFB] 2.6: 128 bytes."""
    coded = name.encode("utf-16-le") + b"\0\0"
    head = coded.ljust(64, b"\0") + struct.pack("<HBB3I", len(coded), kind, 1, *links)
    return head + class_id + bytes(4 + 16) + struct.pack("<IQ", *place)


def _outlook(subject: str, path: Path) -> None:
    """Write the smallest [MS-OXMSG] message: properties, a subject and a message class, each in its own sectors."""
    properties = struct.pack("<8x4I8x", 0, 0, 0, 0)
    texts = {"__substg1.0_0037001F": subject, "__substg1.0_001A001F": "IPM.Note"}
    for tag, text in ((0x0037001F, subject), (0x001A001F, "IPM.Note")):
        properties += struct.pack("<IIQ", tag, 6, 2 * len(text) + 2)
    streams = {"__properties_version1.0": properties} | {name: text.encode("utf-16-le") for name, text in texts.items()}
    # Streams of 4096 bytes and more live in plain sectors, so each is filled up to that: no mini stream is needed.
    body, table, entries = b"", [FAT, 2, END], []
    for number, (name, content) in enumerate(streams.items(), 1):
        first = len(table)
        table += [*range(first + 1, first + 8), END]
        body += content.ljust(4096, b"\0")
        right = number + 1 if number < len(streams) else UNUSED
        entries.append(_entry(name, 2, (UNUSED, right, UNUSED), bytes(16), (first, 4096)))
    root = _entry("Root Entry", 5, (UNUSED, UNUSED, 1), MSG, (END, 0))
    directory = (root + b"".join(entries)).ljust(1024, b"\0")
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[UNUSED] * 108)
    path.write_bytes(header + fat + directory + body)


def _steps() -> Iterator[Step]:
    yield "openpyxl.xlsx", EXCEL + "sheet", _workbook
    yield "openpyxl.xltx", EXCEL + "template", partial(_workbook, template=True)
    yield "xlwt.xls", "application/vnd.ms-excel", _old_workbook
    yield "python-docx.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _word
    yield "python-pptx.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", _slides
    yield "ebooklib.epub", "application/epub+zip", _book
    yield "pypdf.pdf", "application/pdf", _pdf
    for device, suffix, media_type in (
        ("pdfwrite", "pdf", "application/pdf"),
        ("ps2write", "ps", "application/postscript"),
        ("eps2write", "eps", "image/x-eps"),
    ):
        yield f"ghostscript.{suffix}", media_type, partial(_ghostscript, device)
    yield "mailbox.mbox", "application/mbox", _mailbox
    for number, subject in enumerate(("High water", "Marées", "Lock closed on Sunday"), 1):
        yield f"message-{number}.msg", "application/vnd.ms-outlook", partial(_outlook, subject)


def _build(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "document-libraries", _steps())


DOCUMENTS = Source(name="document-libraries", build=_build)
