"""Tables and data: visitors, tides and the readings of the weather mast, in every format they were asked for in."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from recipes.workshop import CURATOR, LATITUDE, LONGITUDE, MADE, MUSEUM, Sample

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

MIDNIGHT = datetime(2025, 6, 1, tzinfo=MADE.tzinfo)
OBJECTS = (
    {"id": "TFM-0001", "name": {"en": "Second-order lens", "nb": "Linse"}, "year": 1871, "weight_kg": 1450.5},
    {"id": "TFM-0002", "name": {"en": "Keeper's lantern", "nb": "Lykt"}, "year": 1902, "weight_kg": 2.1},
    {"id": "TFM-0003", "name": {"en": "Fog horn", "nb": "Tåkelur"}, "year": 1911, "weight_kg": None},
)
LIGHTS = (
    ("Ternholm", LONGITUDE, LATITUDE, 42), ("Lindesnes", 7.0475, 57.9824, 50), ("Ryvingen", 7.4912, 57.9678, 52),
    ("Hanstholm", 8.5989, 57.1126, 65), ("Hatholmen", 7.4540, 57.9990, 19), ("Oksøy", 8.0546, 58.0726, 47),
)  # fmt: skip


def height(hour: int) -> float:
    """Height of the tide in metres: the moon's half day and a little of the sun's."""
    return round(0.9 + 0.16 * ((hour * 60 % 745) / 372.5 - 1) ** 2 + 0.03 * (hour % 12) / 12, 2)


def csv(path: Path) -> None:
    """Visitors by day as a German spreadsheet saves them: semicolons, decimal commas, Latin-1, CRLF."""
    lines = ["Datum;Besucher;davon Kinder;Herkunft;Einnahmen (EUR);Führung"]
    for day in range(120):
        when = date(2025, 5, 1) + timedelta(day)
        people, country = 20 + day * 7 % 31, ("Österreich", "Dänemark", "Norwegen", "Schweiz")[day % 4]
        income = f"{people * 10.5:.2f}".replace(".", ",")
        lines.append(f"{when:%d.%m.%Y};{people};{day * 5 % 17};{country};{income};{'ja' if day % 3 else 'nein'}")
    path.write_bytes("\r\n".join([*lines, ""]).encode("latin-1"))


def tsv(path: Path) -> None:
    """Four days of tides, one line an hour."""
    lines = ["time\theight_m\tquality"]
    for hour in range(96):
        moment = MIDNIGHT + timedelta(hours=hour)
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%SZ}\t{height(hour)}\t{'good' if hour % 13 else ''}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def catalogue(path: Path) -> None:
    """Three objects of the collection, nested."""
    words = {"museum": MUSEUM, "curator": CURATOR, "exported": f"{MADE:%Y-%m-%d}", "objects": OBJECTS}
    path.write_text(json.dumps(words, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def ndjson(path: Path) -> None:
    """Fifty events of the door counter, one a line."""
    lines = []
    for number in range(50):
        moment = MIDNIGHT + timedelta(seconds=431 * number)
        event = {"at": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "door": "AB"[number % 2], "count": number % 5 + 1}
        lines.append(json.dumps(event | ({"note": "skole"} if number % 10 == 0 else {})))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def geojson(path: Path) -> None:
    """Six lights of the Skagerrak."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {"name": name, "height_m": metres},
        }
        for name, longitude, latitude, metres in LIGHTS
    ]
    words = {"type": "FeatureCollection", "name": "Lights of the Skagerrak", "features": features}
    path.write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def notebook(path: Path) -> None:
    """The tides, worked out in a notebook."""
    from nbformat import v4, write

    cells = [
        v4.new_markdown_cell("# Tides at Ternholm\n\nThe range is small: the Skagerrak is nearly closed.", id="intro"),
        v4.new_code_cell("heights = [0.9, 1.0, 1.1, 0.95]\nmax(heights) - min(heights)", id="range"),
    ]
    about = {
        "title": "Tides at Ternholm",
        "authors": [{"name": CURATOR}],
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "version": "3.11"},
    }
    write(v4.new_notebook(cells=cells, metadata=about), path)


def readings() -> pa.Table:
    """500 readings of the weather mast: time, wind, temperature (with gaps), direction, calm, tags."""
    import pyarrow as pa

    numbers = range(500)
    table = pa.table(
        {
            "time": pa.array([MIDNIGHT + timedelta(minutes=10 * n) for n in numbers], pa.timestamp("ms", "UTC")),
            "wind_m_s": pa.array([round(4 + n * 37 % 91 / 10, 1) for n in numbers], pa.float32()),
            "temperature_c": pa.array([None if n % 25 == 0 else 11 + n % 7 for n in numbers], pa.int16()),
            "direction": pa.array([("N", "SW", "W", "NW")[n * 3 % 4] for n in numbers]),
            "calm": pa.array([n % 11 == 0 for n in numbers]),
            "tags": pa.array([["gust", "spray"][: n % 3] for n in numbers], pa.list_(pa.string())),
        }
    )
    return table.replace_schema_metadata({"station": "Ternholm", "operator": MUSEUM})


def parquet(path: Path) -> None:
    """The readings as Parquet: two row groups, Zstandard."""
    from pyarrow.parquet import write_table

    write_table(readings(), path, compression="zstd", row_group_size=300)


def arrow(path: Path) -> None:
    """The readings as an Arrow file of two record batches."""
    from pyarrow import ipc

    table = readings()
    with ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=300)


def orc(path: Path) -> None:
    """The readings as ORC."""
    from pyarrow.orc import write_table

    write_table(readings(), path, compression="zlib")


def avro(path: Path) -> None:
    """Loans of objects as Avro: a union, an enum and a date."""
    from fastavro import parse_schema, writer

    schema: dict[str, Any] = {
        "type": "record", "name": "Loan", "namespace": "example.ternholm", "doc": "Objects lent to other museums",
        "fields": [
            {"name": "object", "type": "string"},
            {"name": "borrower", "type": ["null", "string"]},
            {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["ASKED", "LENT", "BACK"]}},
            {"name": "due", "type": {"type": "int", "logicalType": "date"}},
        ],
    }  # fmt: skip
    loans = [
        {
            "object": f"TFM-{number:04}", "borrower": None if number % 4 == 0 else "Museum für Seefahrt",
            "state": ("ASKED", "LENT", "BACK")[number % 3], "due": date(2026, 1, 1) + timedelta(number),
        }
        for number in range(1, 25)
    ]  # fmt: skip
    with path.open("wb") as target:
        writer(target, parse_schema(schema), loans, codec="deflate", sync_marker=b"ternholm-museum-")


def sqlite(path: Path) -> None:
    """The collection's database: two tables and a view."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript("""
            pragma page_size = 1024;
            pragma user_version = 3;
            create table object (id text primary key, name text not null, year integer);
            create table loan (id integer primary key, object text references object (id), due text);
            create view lent as select name, due from loan join object on object.id = loan.object;
            insert into loan (object, due) values ('TFM-0002', '2026-02-01');
        """)
        rows = [(thing["id"], thing["name"]["en"], thing["year"]) for thing in OBJECTS]  # type: ignore[index]
        database.executemany("insert into object values (?, ?, ?)", rows)
        database.commit()


SAMPLES = (
    Sample(name="besucher-2025.csv", make=csv, media_type="text/csv", fact="row_count=120",
           caption="visitors by day: semicolons, decimal commas, Latin-1"),
    Sample(name="tides.tsv", make=tsv, media_type="text/tab-separated-values", fact="row_count=96",
           caption="four days of tides, one line an hour"),
    Sample(name="collection.json", make=catalogue, media_type="application/json", fact="encoding=utf-8",
           caption="three objects, nested"),
    Sample(name="door-counter.ndjson", make=ndjson, media_type="application/x-ndjson", fact="row_count=50",
           caption="fifty events, one a line"),
    Sample(name="lights.geojson", make=geojson, media_type="application/geo+json", fact="row_count=6",
           caption="six lights of the Skagerrak"),
    Sample(name="tides.ipynb", make=notebook, media_type="application/x-ipynb+json", fact="title=Tides at Ternholm",
           caption="a notebook of two cells"),
    Sample(name="weather.parquet", make=parquet, media_type="application/vnd.apache.parquet", fact="row_count=500",
           caption="readings of the weather mast: two row groups, Zstandard"),
    Sample(name="weather.arrow", make=arrow, media_type="application/vnd.apache.arrow.file", fact="row_count=500",
           caption="the same readings in two record batches"),
    Sample(name="weather.orc", make=orc, media_type="application/vnd.apache.orc", fact="row_count=500",
           caption="the same readings as ORC"),
    Sample(name="loans.avro", make=avro, media_type="application/vnd.apache.avro", fact="row_count=24",
           caption="loans: a union, an enum and a date"),
    Sample(name="museum.sqlite", make=sqlite, media_type="application/vnd.sqlite3", fact="",
           caption="the database of the collection; the plugin firstbytes-sqlite reads it"),
)  # fmt: skip
