"""Tabular text extractor: CSV and TSV. Workbooks are read by the office family, columnar files by their own."""

from firstbytes import Extractor, hookimpl


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the reader of delimited text."""
    return [
        Extractor(
            "csv",
            accepts=("text/csv", "text/tab-separated-values", "text/x-ecsv"),
            entry="firstbytes.builtin.tabular.delimited:extract",
        ),
    ]
