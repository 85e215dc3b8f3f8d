"""Every fact that the library promises of a family of formats is given, from a file that has it.

The lists are those of the documentation's page on extractors, one family after the other: file, then the paths of facts
in its answer. `core.` is the common vocabulary; `[]` stands for the entries of a list, one of which has to have the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pictures
import promised_files
import pytest
import small_archives
import small_files

from firstbytes.envelope import Document
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import InProcess, Task
from firstbytes.source import BytesSource
from firstbytes.testing.harness import as_sample

SAMPLES = Path(__file__).parents[3] / "samples"

MAKERS: Mapping[str, Callable[[], Any]] = {
    **small_files.MAKERS,
    **small_archives.MAKERS,
    **pictures.MAKERS,
    **promised_files.MAKERS,
}

SIZE = "core.width_px core.height_px"
PICTURE = f"{SIZE} core.bit_depth core.color_space"
CAMERA = (
    f"{SIZE} core.orientation_deg orientation_code core.color_space core.device_make core.device_model lens_model "
    "core.taken_at taken_offset exposure_time_s f_number iso focal_length_mm core.latitude_deg core.longitude_deg "
    "core.altitude_m core.title core.authors core.dpi core.keywords"
)
SOUND = "core.duration_ms core.audio_codec core.bit_rate_bps core.sample_rate_hz core.channel_count"
SONG = f"{SOUND} core.title core.authors core.album core.track_number year"
FILM = (
    f"core.duration_ms {SIZE} core.video_codec tracks[].kind tracks[].codec tracks[].channel_count "
    "core.channel_count core.frame_rate_hz"
)
OFFICE = "core.title core.authors core.last_modified_by core.created core.modified revision"
LISTING = "core.entry_count core.uncompressed_bytes largest_entries[].size_bytes media_types names"
COLUMNS = "core.row_count core.column_count columns[].name columns[].type"
TEXT = "core.encoding line_ending core.line_count core.word_count"
FONT = "family style core.title core.version vendor core.license core.glyph_count scripts"

PROMISED: Mapping[str, Mapping[str, str]] = {
    "pdf": {
        "annual-report.pdf": "core.title core.authors core.subject core.keywords core.language core.generator core.producer "
        "core.created core.modified core.page_count page_width_pt page_height_pt core.format_version core.encrypted "
        "linearized tagged xmp",
        "membership-form.pdf": "form_field_count core.attachment_count attachments[].name core.macros",
        "wages.pdf": "core.encrypted encryption",
    },
    "images": {
        "jpeg": f"{CAMERA} core.bit_depth core.copyright icc_profile_name",
        "png": f"{CAMERA} core.bit_depth core.copyright icc_profile_name",
        "webp": f"{CAMERA} core.bit_depth core.copyright icc_profile_name",
        "tiff": f"{CAMERA} core.bit_depth core.copyright icc_profile_name core.frame_count",
        "heif": f"{CAMERA} core.bit_depth core.copyright icc_profile_name core.frame_count",
        "jxl": f"{CAMERA} core.bit_depth core.copyright",
        "psd": f"{CAMERA.replace('core.orientation_deg ', '')} core.bit_depth core.copyright icc_profile_name",
        "raw": f"{CAMERA} core.bit_depth core.copyright",
        "raf": f"{CAMERA} icc_profile_name",
        "cr3": CAMERA,
        "mrw": CAMERA,
        "lamp-turning.apng": f"{PICTURE} core.frame_count core.duration_ms",
        "lamp-turning.gif": f"{PICTURE} core.frame_count core.duration_ms",
        "plaque.bmp": f"{PICTURE} core.dpi",
        "favicon.ico": f"{SIZE} core.bit_depth core.frame_count",
        "view.avif": PICTURE,
        "sign.svg": f"{SIZE} core.title core.authors core.copyright",
    },
    "audio": {
        "song.mp3": f"{SOUND} core.title core.authors core.album album_artist core.track_number disc_number",
        "fog-horn.mp3": f"{SONG} album_artist core.genre cover.size_bytes cover.media_type",
        "bell.flac": f"{SONG} album_artist disc_number core.genre cover.size_bytes",
        "bell.ogg": f"{SONG} core.genre",
        "gulls.opus": SONG,
        "tide-song.m4a": f"{SONG} album_artist disc_number core.genre cover.size_bytes",
        "fog-signal.wav": SOUND + " core.title core.authors core.album core.track_number year",
        "gulls.aiff": SONG,
        "relief-boat.wma": f"{SONG} core.genre",
        "song.ape": f"{SOUND} core.title core.authors disc_number",
        "pilot-call.amr": SOUND,
        "watch-song.mid": "core.duration_ms core.title core.track_count",
    },
    "video": {
        "film.mp4": f"{FILM} core.orientation_deg core.created subtitle_count chapter_count tracks[].color.primaries "
        "tracks[].color.dynamic_range",
        "film.mkv": "core.video_codec tracks[].color.dynamic_range",
        "welcome.mp4": f"{FILM} core.created core.title tracks[].language",
        "crossing.mov": f"{FILM} core.orientation_deg core.title",
        "postcard.3gp": f"{FILM} core.created",
        "webcam.mp4": f"{FILM} fragmented",
        "last-keeper.mkv": f"{FILM} core.title subtitle_count chapter_count tracks[].language",
        "lamp-loop.webm": f"{FILM} core.title core.created",
        "tape-1998.avi": f"{FILM} core.title",
        "broadcast.ts": FILM,
        "visitors-room.mpg": FILM,
        "nordlys.flv": FILM.replace(" core.frame_rate_hz", ""),
        "newsreel.wmv": f"{FILM.replace(' core.frame_rate_hz', '')} core.title core.created",
    },
    "office": {
        "signed.docm": f"{OFFICE} core.company core.generator core.language core.page_count core.word_count core.macros "
        "core.signed embedded_object_count",
        "guide.docx": f"{OFFICE} core.language core.generator core.macros core.signed embedded_object_count",
        "visitors.xlsx": "core.title core.authors core.last_modified_by core.sheet_count sheets[].name",
        "fresnel-lens.pptx": f"{OFFICE} core.page_count core.language embedded_object_count",
        "contracts.docx": "core.encrypted encryption_method",
        "exhibition.odt": f"{OFFICE} core.language core.generator core.page_count core.word_count core.macros core.signed "
        "core.encrypted embedded_object_count",
        "budget.ods": f"{OFFICE} core.sheet_count sheets[].name",
        "tour.odp": f"{OFFICE} core.page_count page_names",
        "minutes.doc": f"{OFFICE} core.language core.page_count core.word_count core.macros core.encrypted core.signed "
        "embedded_object_count",
        "plan.doc": "core.title core.authors core.last_modified_by core.company core.generator revision core.page_count",
        "tickets.xls": f"{OFFICE} core.sheet_count sheets[].name",
        "birds.ppt": f"{OFFICE} core.page_count core.macros",
        "plan.vsd": "core.title core.authors core.last_modified_by core.company core.generator revision",
        "plan.pub": "core.title core.authors core.last_modified_by core.company core.generator revision",
        "press-release.rtf": "core.title core.authors core.generator core.created core.modified",
        "keepers-daughter.epub": "core.title core.authors core.language core.created core.modified core.encrypted",
        "iwork": "core.generator core.encrypted",
    },
    "tabular and data": {
        "besucher-2025.csv": f"{COLUMNS} columns[].null_share delimiter core.encoding has_header line_ending",
        "tides.tsv": f"{COLUMNS} columns[].null_share delimiter core.encoding",
        "collection.json": "core.encoding key_paths value_count",
        "door-counter.ndjson": f"{COLUMNS} columns[].null_share core.encoding",
        "lights.geojson": "core.row_count bounds_deg properties[].name properties[].type geometry_types crs",
        "weather.parquet": f"{COLUMNS} columns[].null_share core.compression row_group_count core.generator",
        "weather.arrow": COLUMNS,
        "weather.orc": f"{COLUMNS} core.compression core.generator stripe_count",
        "loans.avro": f"{COLUMNS} core.compression",
        "visitors.xlsx": "sheets[].columns sheets[].row_count",
        "budget.ods": "sheets[].columns sheets[].row_count",
    },
    "e-mail and calendar": {
        "letter.eml": "from to cc core.subject core.sent_at core.identifier in_reply_to attachments[].name "
        "attachments[].media_type attachments[].size_bytes list_id has_dkim dkim_domains",
        "message.msg": "from to core.subject core.sent_at core.identifier in_reply_to attachments[].name "
        "attachments[].media_type attachments[].size_bytes list_id has_dkim",
        "friends.mbox": "core.entry_count core.starts_at core.ends_at first_subjects first_senders",
        "season-2026.ics": "event_count core.entry_count core.starts_at core.ends_at summaries",
        "friends.vcf": "core.entry_count names email_count",
    },
    "archives and packages": {
        "press-kit.zip": f"{LISTING} core.description",
        "sealed.zip": "core.encrypted encrypted_entry_count encryption_method",
        "lamp-controller.jar": f"{LISTING} core.title core.version",
        "apk": LISTING,
        "ternholm_tides-1.2.0-py3-none-any.whl": f"{LISTING} core.identifier core.version core.license",
        "letters.tar": LISTING,
        "packed.tar.gz": f"{LISTING} core.compression contents_media_type",
        "letters.7z": f"{LISTING} core.encrypted",
        "rar": f"{LISTING} core.encrypted",
        "tide-table.csv.zst": "core.compression",
        "tide-table.csv.xz": "core.compression core.uncompressed_bytes contents_media_type",
        "exhibition-cd.iso": f"{LISTING} core.title volume_bytes",
        "ternholm-clock_1.0-1_all.deb": "core.identifier core.version architecture",
        "ternholm-beacon-1.0-1.noarch.rpm": f"{LISTING} core.identifier core.version core.license",
    },
    "text": {
        "visitors-book.txt": TEXT,
        "history.md": f"{TEXT} core.title headings[].text",
        "index.html": f"{TEXT} core.title core.description core.language open_graph",
        "lens-room.xml": f"{TEXT} root root_namespace namespaces",
        "lamp_timer.py": f"{TEXT} syntax",
        "lamp.log": f"{TEXT} core.starts_at core.ends_at",
        "last-keeper.en.srt": f"{TEXT} cue_count core.duration_ms",
        "last-keeper.nb.vtt": f"{TEXT} cue_count core.duration_ms",
        "ternholm.pem": "core.subject issuer core.starts_at core.ends_at key_type",
        "ternholm.der": "core.subject issuer core.starts_at core.ends_at key_type",
        "news.atom": "core.title core.entry_count",
    },
    "fonts": {
        "TernholmSans-Regular.ttf": FONT,
        "TernholmSerif-Regular.otf": FONT,
        "TernholmDigits.ttc": f"{FONT} fonts[].family core.entry_count",
        "TernholmSans-Regular.woff": FONT,
        "TernholmSans-Regular.woff2": FONT,
        "TernholmMap-Variable.ttf": f"{FONT} axes[].tag axes[].minimum axes[].maximum",
    },
    "geo and 3D": {
        "coast-path.kml": "bounds_deg core.point_count",
        "crossing.gpx": "bounds_deg core.track_count core.point_count core.generator",
        "chart.tif": "georeference.crs georeference.bounds",
        "tower.glb": "mesh_count core.triangle_count core.generator bounds",
        "lens-ring.stl": "core.triangle_count bounds",
        "bollard.obj": "core.triangle_count bounds",
        "cliff.las": "core.point_count bounds crs core.generator",
    },
}
ROWS = [
    pytest.param(file, path, id=f"{family}-{file}-{path}")
    for family, files in PROMISED.items()
    for file, paths in files.items()
    for path in paths.split()
]


@cache
def table() -> RouteTable:
    """Return the table of the built-in extractors."""
    builtin = discover(allow=())
    return compile_table(builtin.claims, builtin.signatures)


@cache
def facts(file: str) -> Mapping[str, Any]:
    """Return what the metadata extractor says of a sample or of a file that is made here."""
    if file in MAKERS:
        sample = as_sample(MAKERS[file]())
        data, name = sample.data, sample.name or (file if "." in file else "")
    else:
        data, name = (SAMPLES / file).read_bytes(), file
    findings = InProcess(table()).run(BytesSource(data), Task(document=Document(name=name), facets=("metadata",)))
    return findings.facets[0].facts


def values(given: Any, path: str) -> Iterator[Any]:
    """Yield what stands at a path; `[]` goes into every entry of a list."""
    head, _, rest = path.partition(".")
    inside = given.get(head.removesuffix("[]")) if isinstance(given, Mapping) else None
    for one in inside if head.endswith("[]") and isinstance(inside, list) else [inside]:
        yield from values(one, rest) if rest else [one]


@pytest.mark.parametrize(("file", "path"), ROWS)
def test_a_promised_fact_is_given(file: str, path: str) -> None:
    """The answer has a value at the path, which is not an empty one."""
    found = [value for value in values(facts(file), path) if value not in (None, "", [], {})]

    assert found, sorted(facts(file))
