"""PDF: a report by LibreOffice, a form by ReportLab, and a list that needs a password."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.office import flat, libreoffice, pages
from recipes.workshop import CURATOR, ISO_MADE, MADE, MUSEUM, Sample, run

REPORT = pages(
    "Annual Report 2025",
    f"{MUSEUM}\n\nThe year began with a storm and ended with a clean lens. 6,214 people made the crossing.",
    "Collections\n\nForty-one objects were given to the museum, among them the keeper's lantern of 1902.",
    "Accounts\n\nThe roof cost 410,000 kroner, of which the county paid half.",
)


def report(path: Path) -> None:
    """The annual report: three pages, tagged, PDF/A-2 and so with XMP."""
    words = ("annual report", "lighthouse", "museum")
    values = {"SelectPdfVersion": ("long", "2"), "UseTaggedPDF": ("boolean", "true")}
    options = json.dumps({name: {"type": kind, "value": value} for name, (kind, value) in values.items()})
    document = flat("text", "Annual Report 2025", "en-GB", REPORT, words=words)
    libreoffice(document, ".fodt", path, f"writer_pdf_Export:{options}")
    dates = ("-CreateDate=2025:03:14 08:00:00Z", f"-ModifyDate={ISO_MADE}")
    run("exiftool", "-q", "-overwrite_original", *dates, path)


def form(path: Path) -> None:
    """The membership form: two fields and a box, a price list attached, linearised for the web."""
    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    with TemporaryDirectory() as folder:
        blank, filled = Path(folder) / "blank.pdf", Path(folder) / "filled.pdf"
        canvas = Canvas(str(blank), pagesize=(419.53, 595.28), invariant=True, lang="en-GB")
        canvas.setCreator("Membership desk")
        canvas.drawString(50, 540, f"Friends of the {MUSEUM}")
        for number, name in enumerate(("name", "e-mail")):
            canvas.drawString(50, 480 - 50 * number, name.capitalize())
            canvas.acroForm.textfield(name=name, x=110, y=470 - 50 * number, width=240, height=22)
        canvas.acroForm.checkbox(name="newsletter", x=110, y=370, size=16)
        canvas.drawString(140, 374, "Send me the newsletter")
        canvas.save()
        writer = PdfWriter(clone_from=blank)
        writer.add_attachment("prices.csv", b"ticket;NOK\nadult;120\nchild;60\n")
        about = {"/Title": "Membership Form", "/Author": CURATOR, "/Subject": "Friends of the museum"}
        moment = f"D:{MADE:%Y%m%d%H%M%S}Z"
        writer.add_metadata(about | {"/Keywords": "form, friends", "/CreationDate": moment, "/ModDate": moment})
        writer.write(filled)
        run("qpdf", "--linearize", "--deterministic-id", filled, path)


def encrypted(path: Path) -> None:
    """The keepers' wages: encrypted with a password that the reader does not have (AES, 256 bits)."""
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pdf"
        form(plain)
        run("qpdf", "--encrypt", "mercury", "prism", "256", "--", plain, path)


SAMPLES = (
    Sample(name="annual-report.pdf", make=report, media_type="application/pdf", fact="page_count=3",
           caption="three pages, tagged, PDF/A-2 with XMP"),
    Sample(name="membership-form.pdf", make=form, media_type="application/pdf", fact="attachment_count=1",
           caption="a form with an attachment, linearised"),
    Sample(name="wages.pdf", make=encrypted, media_type="application/pdf", fact="", outcome="encrypted",
           caption="awkward: needs a password"),
)  # fmt: skip
