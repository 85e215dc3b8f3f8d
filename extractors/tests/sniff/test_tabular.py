"""CSV and TSV by vote: what is a table, and what only has commas."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, sniff

CSV, TSV = "text/csv", "text/tab-separated-values"

TABLES = (
    (CSV, "a,b,c\n1,2,3\n4,5,6\n"),
    (CSV, "a;b;c\n1;2,5;3\n4;5,5;6\n"),
    (CSV, "a|b|c\n1|2|3\n4|5|6\n"),
    (TSV, "a\tb\n1\t2\n3\t4\n5\t6\n"),
    (CSV, 'id,text\n1,"two\nlines, and a comma"\n2,"x ""y"" z"\n3,w\n'),
    (CSV, "sep=;\na;b;c\n1;2;3\n4;5;6\n"),
    (CSV, "# a remark\n# another\na,b,c\n1,2,3\n4,5,6\n7,8,9\n"),
    (CSV, "name,city,date\nAnn,Rome,2024-01-01\nBob,Bonn,2024-02-01\n"),
    (CSV, "1.5,2.5\n3.5,4.5\n5.5,6.5\n7.5,8.5\n"),
    (TSV, "time\theight\n" + "".join(f"2025-06-01T0{i}:00:00Z\t1.0{i}\n" for i in range(6))),
    (CSV, "first name,last name,email\r\n"),
)


@pytest.mark.parametrize(("media_type", "text"), TABLES)
def test_a_table_is_recognised(media_type: str, text: str) -> None:
    """Any usual delimiter, quoted line ends, remarks, one header line."""
    assert sniff(BytesSource(text.encode())).media_type == media_type


def test_a_table_in_a_legacy_encoding_is_recognised() -> None:
    """Latin-1 is no obstacle."""
    text = "prénom,ville,âge\nZoë,Orléans,31\nNoël,Besançon,42\nChloé,Nîmes,53\n"
    assert sniff(BytesSource(text.encode("latin-1"))).media_type == CSV


def test_a_cut_head_of_a_long_table_is_enough() -> None:
    """The last record of the head may be cut within a quoted field."""
    text = "id,note\n" + "".join(f'{i},"note {i}, with a comma\nand a line end"\n' for i in range(2000))
    assert sniff(BytesSource(text.encode())).media_type == CSV


@pytest.mark.parametrize(
    "text",
    [
        "int a;\nint b;\nint c;\nint d;\n",
        "x = {1, 2},\ny = {3, 4},\nz = {5, 6},\n",
        "2024-01-01 10:00:00,123 INFO one\n2024-01-01 10:00:01,124 INFO two\n2024-01-01 10:00:02,125 INFO three\n",
        "[a]\nb=1,2\nc=3,4\nd=5,6\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
        "\tone\n\ttwo\n\tthree\n\tfour\n",
        "Roses are red, they say\nViolets are blue, they add\nSugar is sweet, they claim\nAnd so are you, my dear\n",
        "INSERT INTO a VALUES (1,2);\nINSERT INTO a VALUES (3,4);\nINSERT INTO a VALUES (5,6);\n",
        "This sentence has, as it happens, two commas.\nThis one has, by chance, two as well.\nAnd this, the last, has two.\n",
        "one, two\n",
    ],
)
def test_other_texts_with_delimiters_are_no_tables(text: str) -> None:
    """Code, settings, logs, Markdown, verse and prose keep their own types."""
    assert sniff(BytesSource(text.encode())).media_type not in {CSV, TSV}


def test_a_plain_table_stays_one_under_a_text_name() -> None:
    """A table that anybody would see is not overruled by .txt; a doubtful one is."""
    plain = "id,name,size\n1,a,2\n3,b,4\n5,c,6\n7,d,8\n"
    assert sniff(BytesSource(plain.encode()), name="x.txt").media_type == CSV
    assert sniff(BytesSource(b"a,b\n1,2\n3,4\n5,6\n"), name="x.txt").media_type == "text/plain"
