"""Office documents: written as flat OpenDocument and saved by LibreOffice, or by the libraries of OOXML."""

from __future__ import annotations

import re
import struct
import zipfile
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from xml.sax.saxutils import escape

from recipes.workshop import ARCHIVIST, CURATOR, ISO_MADE, MADE, MUSEUM, Sample, ToolError, run, seascape

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("meta", "meta"), ("style", "style"),
        ("draw", "drawing"), ("presentation", "presentation"), ("script", "script"), ("svg", "svg-compatible"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
OTHERS = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ooo="http://openoffice.org/2004/office"'
STYLES = """<office:automatic-styles>
<style:style style:name="page" style:family="paragraph">
<style:paragraph-properties fo:break-before="page"/></style:style>
</office:automatic-styles>"""
THUMBNAIL = 17
MACRO = """<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries>
<ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="Sums"><ooo:source-code>Sub Total
  MsgBox "The sum is in the last row"
End Sub</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script></office:scripts>"""


def flat(kind: str, title: str, language: str, body: str, *, words: tuple[str, ...] = (), scripts: str = "") -> str:
    """A flat OpenDocument file of one kind (text, spreadsheet, presentation) with the story's metadata."""
    keywords = "".join(f"<meta:keyword>{escape(word)}</meta:keyword>" for word in words)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMESPACES} {OTHERS} office:version="1.3"
  office:mimetype="application/vnd.oasis.opendocument.{kind}">
<office:meta><dc:title>{escape(title)}</dc:title><dc:subject>{MUSEUM}</dc:subject>{keywords}
<dc:language>{language}</dc:language><meta:initial-creator>{CURATOR}</meta:initial-creator>
<dc:creator>{ARCHIVIST}</dc:creator><meta:creation-date>2025-03-14T08:00:00</meta:creation-date>
<dc:date>{ISO_MADE[:-1]}</dc:date><meta:editing-cycles>7</meta:editing-cycles>
<meta:editing-duration>PT1H20M</meta:editing-duration></office:meta>{scripts}
{STYLES}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"""


def pages(title: str, *texts: str) -> str:
    """The body of a text: a heading, then one page for each text (paragraphs are split at blank lines)."""
    parts = [f'<text:h text:outline-level="1">{escape(title)}</text:h>']
    for number, words in enumerate(texts):
        for line, paragraph in enumerate(words.split("\n\n")):
            style = ' text:style-name="page"' if number and not line else ""
            parts.append(f"<text:p{style}>{escape(paragraph)}</text:p>")
    return "".join(parts)


def sheet(name: str, rows: list[tuple[object, ...]]) -> str:
    """One table of a spreadsheet."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            kind = f'float" office:value="{value}' if isinstance(value, int | float) else "string"
            text = f"<text:p>{escape(str(value))}</text:p>"
            cells.append(f'<table:table-cell office:value-type="{kind}">{text}</table:table-cell>')
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f'<table:table table:name="{escape(name)}">{"".join(lines)}</table:table>'


def slides(*titles: str) -> str:
    """The pages of a presentation, one line of text on each."""
    box = 'svg:x="2cm" svg:y="5cm" svg:width="22cm" svg:height="4cm"'
    return "".join(
        f'<draw:page draw:name="{escape(title)}"><draw:frame {box}><draw:text-box><text:p>{escape(title)}</text:p>'
        "</draw:text-box></draw:frame></draw:page>"
        for title in titles
    )


def libreoffice(document: str, suffix: str, output: Path, target: str = "") -> None:
    """Save a flat document as LibreOffice does under the suffix of `output`; `target` names the filter."""
    profile = (Path(gettempdir()) / "samples-libreoffice").as_uri()
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"source{suffix}"
        source.write_text(document, encoding="utf-8")
        kind = output.suffix[1:] + (f":{target}" if target else "")
        options = (f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir", folder)
        tool = "soffice"
        run(tool, *options, source)
        made = source.with_suffix(output.suffix)
        if not made.exists():
            complaint = f"no output as {kind}"
            raise ToolError(tool, complaint)
        output.write_bytes(made.read_bytes())
    if zipfile.is_zipfile(output):
        steady(output)


def steady(path: Path) -> None:
    """Write a ZIP again with the story's date on every member and in OOXML's properties; all else stays."""
    with zipfile.ZipFile(path) as source:
        members = [(member, source.read(member)) for member in source.infolist()]
    with zipfile.ZipFile(path, "w") as target:
        for member, content in members:
            entry = zipfile.ZipInfo(member.filename, MADE.timetuple()[:6])
            entry.compress_type = member.compress_type
            if member.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + ISO_MADE.encode(), content)  # noqa: PLW2901
            target.writestr(entry, content)


GUIDE = pages(
    "A Guide to the Tower",
    "The tower is 31 metres high and has 127 steps. Please keep to the right.\n\nThe lens room is open at noon.",
    "The lens of 1871 has 340 prisms. It floats on 90 litres of mercury, which is why you may not touch it.",
)
MINUTES = pages("Minutes of the Trustees", "Present: Solheim, Lindqvist, Kerouac.\n\nThe new roof was agreed.")
PRESS = pages("Le phare rouvre ses portes", "Après deux ans de travaux, le phare de Ternholm rouvre le 1er mai.")
EXHIBITION = pages("Licht und Stille", "Eine Ausstellung über die Wärter von Ternholm.", "Raum 2: Die Linse.")


def docx(path: Path) -> None:
    """The guide, two pages."""
    document = flat("text", "A Guide to the Tower", "en-GB", GUIDE, words=("guide", "lens"))
    libreoffice(document, ".fodt", path, "MS Word 2007 XML")


def encrypted_docx(path: Path) -> None:
    """Contracts with a password, as Office encrypts them: ECMA-376 agile, in an OLE2 container."""
    from msoffcrypto.format.ooxml import OOXMLFile

    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.docx"
        docx(plain)
        with plain.open("rb") as source, path.open("wb") as target:
            OOXMLFile(source).encrypt("tower", target)


def doc(path: Path) -> None:
    """The trustees' minutes."""
    libreoffice(flat("text", "Minutes of the Trustees", "en-GB", MINUTES), ".fodt", path, "MS Word 97")


def rtf(path: Path) -> None:
    """A press release in French."""
    libreoffice(flat("text", "Le phare rouvre ses portes", "fr-FR", PRESS), ".fodt", path, "Rich Text Format")


def odt(path: Path) -> None:
    """The texts of the exhibition, in German."""
    document = flat("text", "Licht und Stille", "de-DE", EXHIBITION, words=("Leuchtturm", "Ausstellung"))
    libreoffice(document, ".fodt", path)


def epub(path: Path) -> None:
    """A small book with a cover."""
    from ebooklib import epub as book

    story = book.EpubBook()
    story.set_identifier("urn:uuid:6b1f0c1e-7e47-4a5d-9f0e-2a8c3f1848aa")
    story.set_title("The Keeper's Daughter")
    story.set_language("en")
    story.add_author(CURATOR)
    story.add_metadata("DC", "publisher", MUSEUM)
    story.add_metadata("DC", "date", "2025-03-14")
    story.add_metadata("DC", "subject", "Lighthouses")
    with TemporaryDirectory() as folder:
        cover = Path(folder) / "cover.jpg"
        seascape(180, 240, night=True).save(cover, quality=70)
        story.set_cover("cover.jpg", cover.read_bytes())
    chapters = []
    for number, words in enumerate(("Marit climbed the stairs every evening.", "One evening the light was on."), 1):
        chapter = book.EpubHtml(title=f"Chapter {number}", file_name=f"{number}.xhtml", lang="en")
        chapter.content = f"<h1>Chapter {number}</h1><p>{words}</p>"
        story.add_item(chapter)
        chapters.append(chapter)
    story.toc = story.spine = chapters
    story.add_item(book.EpubNcx())
    story.add_item(book.EpubNav())
    book.write_epub(str(path), story, {"mtime": MADE.replace(tzinfo=None)})
    steady(path)


def xlsx(path: Path) -> None:
    """Visitors by day on one sheet, by country on another."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = "Visitors 2025", CURATOR
    book.properties.lastModifiedBy, book.properties.keywords = ARCHIVIST, "visitors, statistics"
    book.properties.created = book.properties.modified = MADE.replace(tzinfo=None)
    days = book.active
    days.title = "Days"
    days.append(("Day", "Adults", "Children", "Boat sailed"))
    for day in range(60):
        days.append((date(2025, 5, 1) + timedelta(day), 20 + day * 7 % 31, day * 5 % 17, day % 9 != 0))
    countries = book.create_sheet("Countries")
    for row in (("Country", "Visitors"), ("Norway", 1210), ("Germany", 402), ("Österreich", 77), ("日本", 31)):
        countries.append(row)
    book.save(path)
    steady(path)


def xls(path: Path) -> None:
    """Ticket prices in the old format."""
    rows: list[tuple[object, ...]] = [("Ticket", "NOK"), ("Adult", 120), ("Child", 60), ("Familie", 300)]
    libreoffice(flat("spreadsheet", "Ticket Prices", "en-GB", sheet("Prices", rows)), ".fods", path, "MS Excel 97")


def ods(path: Path) -> None:
    """The budget, two sheets and a Basic macro."""
    rows: list[tuple[object, ...]] = [("Post", "2025", "2026"), ("Tak", 410000, 0), ("Linse", 85000, 90000)]
    body = sheet("Budsjett", rows) + sheet("Noter", [("Alle tall i NOK",)])
    libreoffice(flat("spreadsheet", "Budsjett 2025-2026", "nb-NO", body, scripts=MACRO), ".fods", path)


def pptx(path: Path) -> None:
    """A talk of three slides."""
    body = slides("How a Fresnel Lens Works", "From 1871 to 1989", "Questions?")
    document = flat("presentation", "How a Fresnel Lens Works", "en-GB", body, words=("lens", "optics"))
    libreoffice(document, ".fodp", path, "Impress MS PowerPoint 2007 XML")


def odp(path: Path) -> None:
    """The guided tour, four slides."""
    body = slides("Rundgang", "Die Treppe", "Die Linse", "Danke")
    libreoffice(flat("presentation", "Rundgang durch den Turm", "de-DE", body), ".fodp", path)


def without_thumbnail(properties: bytes) -> bytes:
    """A summary of an OLE2 document (MS-OLEPS 2.21) without its thumbnail, property 17."""
    start = struct.unpack_from("<I", properties, 44)[0]
    count = struct.unpack_from("<I", properties, start + 4)[0]
    table = sorted(struct.iter_unpack("<II", properties[start + 8 : start + 8 + 8 * count]), key=lambda row: row[1])
    ends = [offset for _, offset in table[1:]] + [struct.unpack_from("<I", properties, start)[0]]
    spans = zip(table, ends, strict=True)
    kept = [(key, properties[start + low : start + high]) for (key, low), high in spans if key != THUMBNAIL]
    offset, rows = 8 + 8 * len(kept), b""
    for key, value in kept:
        rows += struct.pack("<II", key, offset)
        offset += len(value)
    return properties[:start] + struct.pack("<II", offset, len(kept)) + rows + b"".join(value for _, value in kept)


def ppt(path: Path) -> None:
    """The slides for schools in the old format; LibreOffice's thumbnail of 440 KB is taken out."""
    from olefile import OleFileIO

    body = slides("Birds of Ternholm", "The arctic tern")
    libreoffice(flat("presentation", "Birds of Ternholm", "en-GB", body), ".fodp", path, "MS PowerPoint 97")
    with TemporaryDirectory() as folder, OleFileIO(path.read_bytes()) as document:
        for (name,) in document.listdir():
            content = document.openstream(name).read()
            small = without_thumbnail(content) if name == "\x05SummaryInformation" else content
            (Path(folder) / name).write_bytes(small)
        run("gsf", "createole", path, *sorted(item.name for item in Path(folder).iterdir()), cwd=Path(folder))


WORD = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
SAMPLES = (
    Sample(name="guide.docx", make=docx, media_type=f"{WORD}.wordprocessingml.document",
           fact="title=A Guide to the Tower", caption="the guide, two pages"),
    Sample(name="contracts.docx", make=encrypted_docx, media_type="application/x-tika-ooxml-protected",
           fact="", outcome="encrypted", caption="awkward: needs a password"),
    Sample(name="minutes.doc", make=doc, media_type="application/msword", fact="title=Minutes of the Trustees",
           caption="the trustees' minutes, Word 97"),
    Sample(name="press-release.rtf", make=rtf, media_type="application/rtf", fact="title=Le phare rouvre ses portes",
           caption="a press release in French"),
    Sample(name="exhibition.odt", make=odt, media_type=f"{OPEN}.text", fact="title=Licht und Stille",
           caption="the texts of the exhibition, in German"),
    Sample(name="keepers-daughter.epub", make=epub, media_type="application/epub+zip",
           fact="title=The Keeper's Daughter", caption="a small book with a cover"),
    Sample(name="visitors.xlsx", make=xlsx, media_type=f"{WORD}.spreadsheetml.sheet", fact="sheet_count=2",
           caption="visitors by day and by country"),
    Sample(name="tickets.xls", make=xls, media_type="application/vnd.ms-excel", fact="title=Ticket Prices",
           caption="ticket prices, Excel 97"),
    Sample(name="budget.ods", make=ods, media_type=f"{OPEN}.spreadsheet", fact="sheet_count=2",
           caption="the budget in Norwegian, with a macro"),
    Sample(name="fresnel-lens.pptx", make=pptx, media_type=f"{WORD}.presentationml.presentation", fact="page_count=3",
           caption="a talk of three slides"),
    Sample(name="tour.odp", make=odp, media_type=f"{OPEN}.presentation", fact="page_count=4",
           caption="the guided tour in German, four slides"),
    Sample(name="birds.ppt", make=ppt, media_type="application/vnd.ms-powerpoint", fact="title=Birds of Ternholm",
           caption="slides for schools, PowerPoint 97"),
)  # fmt: skip
