"""Office files: four flat ODF texts written by hand, converted by LibreOffice with a named export filter."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.corpus.fetch import run
from bench.corpus.model import Candidate, Source, Truth, Workspace

__all__ = ["OFFICE"]

HERE = Path(__file__).parents[1] / "hand" / "office"
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
# stem of the inputs, suffix, export filter ("" for the default of the suffix), media type
TABLE = (
    ("text", "docx", "MS Word 2007 XML", OOXML + "wordprocessingml.document"),
    ("text", "dotx", "MS Word 2007 XML Template", OOXML + "wordprocessingml.template"),
    ("text", "docm", "MS Word 2007 XML VBA", "application/vnd.ms-word.document.macroenabled.12"),
    ("text", "doc", "MS Word 97", "application/msword"),
    ("text", "odt", "writer8", ODF + "text"),
    ("text", "ott", "writer8_template", ODF + "text-template"),
    ("text", "fodt", "OpenDocument Text Flat XML", ODF + "text-flat-xml"),
    ("text", "rtf", "Rich Text Format", "application/rtf"),
    ("text", "epub", "EPUB", "application/epub+zip"),
    ("text", "html", "HTML (StarWriter)", "text/html"),
    ("text", "pdf", "writer_pdf_Export", "application/pdf"),
    ("text", "txt", "Text (encoded):UTF8", "text/plain"),
    ("sheet", "xlsx", "Calc MS Excel 2007 XML", OOXML + "spreadsheetml.sheet"),
    ("sheet", "xltx", "Calc MS Excel 2007 XML Template", OOXML + "spreadsheetml.template"),
    ("sheet", "xlsm", "Calc MS Excel 2007 VBA XML", "application/vnd.ms-excel.sheet.macroenabled.12"),
    ("sheet", "xls", "MS Excel 97", "application/vnd.ms-excel"),
    ("sheet", "xlt", "MS Excel 97 Vorlage/Template", "application/vnd.ms-excel"),
    ("sheet", "ods", "calc8", ODF + "spreadsheet"),
    ("sheet", "ots", "calc8_template", ODF + "spreadsheet-template"),
    ("sheet", "fods", "OpenDocument Spreadsheet Flat XML", ODF + "spreadsheet-flat-xml"),
    ("sheet", "csv", "Text - txt - csv (StarCalc)", "text/csv"),
    ("sheet", "slk", "SYLK", "application/x-sylk"),
    ("sheet", "pdf", "calc_pdf_Export", "application/pdf"),
    ("slides", "pptx", "Impress MS PowerPoint 2007 XML", OOXML + "presentationml.presentation"),
    ("slides", "potx", "Impress MS PowerPoint 2007 XML Template", OOXML + "presentationml.template"),
    (
        "slides",
        "pptm",
        "Impress MS PowerPoint 2007 XML VBA",
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
    ),
    ("slides", "ppt", "MS PowerPoint 97", "application/vnd.ms-powerpoint"),
    ("slides", "pps", "MS PowerPoint 97 AutoPlay", "application/vnd.ms-powerpoint"),
    ("slides", "odp", "impress8", ODF + "presentation"),
    ("slides", "otp", "impress8_template", ODF + "presentation-template"),
    ("slides", "fodp", "OpenDocument Presentation Flat XML", ODF + "presentation-flat-xml"),
    ("slides", "pdf", "impress_pdf_Export", "application/pdf"),
    ("drawing", "odg", "draw8", ODF + "graphics"),
    ("drawing", "otg", "draw8_template", ODF + "graphics-template"),
    ("drawing", "fodg", "OpenDocument Drawing Flat XML", ODF + "graphics-flat-xml"),
    ("drawing", "svg", "draw_svg_Export", "image/svg+xml"),
    ("drawing", "emf", "draw_emf_Export", "image/emf"),
    ("drawing", "wmf", "draw_wmf_Export", "image/wmf"),
)


def _convert(inputs: list[Path], suffix: str, export: str, folder: Path) -> None:
    """Convert all inputs in one start of LibreOffice, with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}/profile", "--headless"]
        command += ["--convert-to", f"{suffix}:{export}", "--outdir", f"{profile}/out", *map(str, inputs)]
        run(command, timeout=300)
        for made in Path(profile, "out").glob(f"*.{suffix}"):
            shutil.move(made, folder / made.name)


def _build(work: Workspace) -> Iterator[Candidate]:
    for stem, suffix, export, media_type in TABLE:
        inputs = sorted(HERE.glob(f"{stem}-*.f*"))
        folder = work.folder(f"made/libreoffice/{stem}-{suffix}")
        wanted = [folder / f"{path.stem}.{suffix}" for path in inputs]
        missing = [path for path, target in zip(inputs, wanted, strict=True) if not target.exists()]
        if missing:
            work.say(f"libreoffice: {stem} to {suffix}")
            _convert(missing, suffix, export, folder)
        for path in wanted:
            if path.exists():
                name = f"{stem}-{suffix}/{path.name}"
                yield Candidate(path=path, name=name, media_type=media_type, truth=Truth.MADE, source="libreoffice")


OFFICE = Source(name="libreoffice", build=_build)
