"""PDF and its relatives: document facts from the trailer, the catalog and one page, not from the pages' content."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the extractors of PDF, FDF and PostScript."""
    return [
        Extractor("pdf", accepts=("application/pdf",), entry="firstbytes.builtin.pdf.document:extract"),
        Extractor("fdf", accepts=("application/fdf",), entry="firstbytes.builtin.pdf.fdf:extract"),
        Extractor(
            "postscript",
            accepts=("application/postscript", "image/x-eps"),
            entry="firstbytes.builtin.pdf.postscript:extract",
        ),
    ]
