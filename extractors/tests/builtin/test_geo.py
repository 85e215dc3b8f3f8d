"""Geo extractors: KML, GPX, TCX."""

from __future__ import annotations

from typing import Any

import pytest

from firstbytes import BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.geo import gpx, kml
from firstbytes.builtin.geo.track import Track, distance_m, number

TCX = "application/vnd.garmin.tcx+xml"


def run(module: Any, text: str | bytes, media_type: str = "application/gpx+xml") -> dict[str, Any]:
    """Return what a reader says of a text."""
    data = text.encode() if isinstance(text, str) else text
    return dict(module.extract(BytesSource(data), Context(media_type=media_type)))


POINT = '<trkpt lat="{lat}" lon="{lon}"><ele>{ele}</ele><time>2024-05-01T10:0{n}:00Z</time></trkpt>'
GPX = (
    '<?xml version="1.0"?><gpx version="1.1" creator="Hand" xmlns="http://www.topografix.com/GPX/1/1">'
    "<metadata><name>Log</name><desc>D</desc><author><name>Ada</name></author><copyright><license>CC0</license></copyright>"
    "<time>2024-05-02T00:00:00Z</time><keywords>sea, land</keywords></metadata>"
    '<wpt lat="60" lon="5"><name>Harbour</name></wpt>'
    '<rte><name>R</name><rtept lat="50" lon="4"/><rtept lat="51" lon="4"/></rte>'
    "<trk><name>Walk</name><trkseg>{points}</trkseg><trkseg>{more}</trkseg></trk></gpx>"
)
POINTS = POINT.format(lat=0, lon=0, ele=1, n=0) + POINT.format(lat=0, lon=1, ele=9, n=5)
MORE = POINT.format(lat=10, lon=10, ele=5, n=9)


def test_a_gpx_log_tells_tracks_bounds_length_and_time() -> None:
    """One degree along the equator is 111,195 m; the gap between segments has no length."""
    result = run(gpx, GPX.format(points=POINTS, more=MORE))
    core = result["core"]
    assert (core["title"], core["description"], core["authors"], core["generator"]) == ("Log", "D", ["Ada"], "Hand")
    assert (core["license"], core["created"], core["keywords"]) == ("CC0", "2024-05-02T00:00:00Z", ["sea", "land"])
    assert (core["track_count"], core["point_count"], core["format_version"]) == (1, 6, "1.1")
    assert (core["starts_at"], core["ends_at"]) == ("2024-05-01T10:00:00Z", "2024-05-01T10:09:00Z")
    assert (result["segment_count"], result["route_count"], result["waypoint_count"]) == (2, 1, 1)
    assert (result["track_names"], result["waypoint_names"]) == (["Walk"], ["Harbour"])
    assert result["bounds_deg"] == {"south": 0.0, "west": 0.0, "north": 60.0, "east": 10.0}
    assert result["length_m"] == pytest.approx(2 * 111_195, abs=2)
    assert (result["lowest_m"], result["highest_m"]) == (1.0, 9.0)


def test_gpx_1_0_has_its_metadata_at_the_top() -> None:
    """Name, author and time stand directly below the root; one track names a log without a name."""
    result = run(gpx, '<gpx version="1.0"><name>N</name><author>Ada</author><trk><name>T</name></trk></gpx>')
    assert (result["core"]["title"], result["core"]["authors"]) == ("N", ["Ada"])
    assert run(gpx, "<gpx><trk><name>T</name></trk></gpx>")["core"]["title"] == "T"


def test_a_tcx_log_tells_activities_and_laps() -> None:
    """Sport, laps, recorded time and distance, positions."""
    point = (
        "<Trackpoint><Time>2024-05-01T10:0{n}:00Z</Time><Position><LatitudeDegrees>{n}</LatitudeDegrees>"
        "<LongitudeDegrees>0</LongitudeDegrees></Position><AltitudeMeters>{n}</AltitudeMeters></Trackpoint>"
    )
    text = (
        '<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>2024-05-01T10:00:00Z</Id><Lap>'
        "<TotalTimeSeconds>600.5</TotalTimeSeconds><DistanceMeters>2000</DistanceMeters><Track>"
        + point.format(n=0)
        + point.format(n=1)
        + "</Track></Lap><Notes>fine</Notes><Creator><Name>Watch</Name></Creator></Activity></Activities>"
        "<Author><Name>App</Name></Author></TrainingCenterDatabase>"
    )
    result = run(gpx, text, TCX)
    core = result["core"]
    assert (core["duration_ms"], core["track_count"], core["device_model"], core["generator"]) == (
        600_500,
        1,
        "Watch",
        "App",
    )
    assert (core["identifier"], core["description"]) == ("2024-05-01T10:00:00Z", "fine")
    assert (result["sports"], result["lap_count"], result["recorded_distance_m"]) == (["Running"], 1, 2000.0)
    assert result["length_m"] == pytest.approx(111_195, abs=1)


KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Path</name><description>D</description>'
    "<atom:author><atom:name>Ada</atom:name></atom:author><Folder><name>F</name>"
    "<Placemark><name>A</name><TimeStamp><when>2024-05-01</when></TimeStamp><Point><coordinates>5.5,60.5,12</coordinates></Point></Placemark>"
    "<Placemark><name>B</name><LineString><coordinates>0,0 1,0\n 1,1</coordinates></LineString></Placemark>"
    "<Placemark><gx:Track><when>2024-05-01T10:00:00Z</when><gx:coord>2 3 4</gx:coord></gx:Track></Placemark>"
    "<NetworkLink><Link><href>http://example.org/x.kml</href></Link></NetworkLink></Folder></Document></kml>"
)


def test_a_kml_document_tells_places_and_bounds() -> None:
    """Names, geometries, links, bounds, length; undeclared prefixes do not matter."""
    result = run(kml, KML, "application/vnd.google-earth.kml+xml")
    core = result["core"]
    assert (core["title"], core["description"], core["authors"]) == ("Path", "D", ["Ada"])
    assert (core["entry_count"], core["format_version"], core["point_count"], core["track_count"]) == (3, "2.2", 5, 1)
    assert result["geometry_types"] == {"Point": 1, "LineString": 1, "Track": 1}
    assert result["feature_types"] == {"Placemark": 3, "Folder": 1, "NetworkLink": 1}
    assert (result["placemark_names"], result["links"]) == (["A", "B"], ["http://example.org/x.kml"])
    assert result["bounds_deg"] == {"south": 0.0, "west": 0.0, "north": 60.5, "east": 5.5}
    assert result["length_m"] == pytest.approx(2 * 111_195, abs=40)


@pytest.mark.parametrize(
    ("module", "text", "media_type"), [(gpx, GPX, "x"), (gpx, "<TrainingCenterDatabase><a/>", TCX), (kml, KML, "x")]
)
def test_a_cut_log_is_partial(module: Any, text: str, media_type: str) -> None:
    """What was read stands, with the reason."""
    result = run(module, text[:-10] if len(text) > 40 else text, media_type)
    assert (result["outcome"], "not well-formed" in result["reason"]) == ("partial", True)


@pytest.mark.parametrize("module", [gpx, kml])
def test_what_is_no_log_is_refused(module: Any) -> None:
    """Binary data is declined, text without a root is corrupt, depth is bounded."""
    with pytest.raises(Decline):
        run(module, bytes(range(256)))
    with pytest.raises(Corrupt):
        run(module, "no element")
    assert run(module, "<a>" * 1000)["outcome"] == "partial"
    entities = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    with pytest.raises(Corrupt, match="entities"):
        run(module, entities)


def test_a_long_log_is_read_in_part() -> None:
    """Beyond 4 MB the first megabyte is read."""
    assert run(gpx, GPX.format(points=POINTS * 30_000, more=""))["outcome"] == "partial"
    assert run(kml, KML.replace("0,0 1,0", "0,0 1,0 " * 600_000))["outcome"] == "partial"


def test_what_is_no_place_on_earth_is_left_out() -> None:
    """Coordinates out of range and numbers that are none."""
    track = Track()
    track.add(91, 0)
    track.add(0, 181)
    track.rise(1e9)
    assert track.core()["point_count"] == 0
    assert track.own() == {"bounds_deg": None, "length_m": None, "lowest_m": None, "highest_m": None}
    assert (number("nan"), number("x"), number(None), number("1e2")) == (None, None, None, 100.0)
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_115, abs=20)
