"""Maps and models: a walk, a ferry, a chart, the tower, the lens, a bollard and a scanned cliff."""

from __future__ import annotations

import math
import struct
from datetime import timedelta
from typing import TYPE_CHECKING

from recipes.workshop import CURATOR, LATITUDE, LONGITUDE, MADE, MUSEUM, RIGHTS, Sample, seascape

if TYPE_CHECKING:
    from pathlib import Path


def track(count: int) -> list[tuple[float, float, float]]:
    """Points of the ferry's way: latitude, longitude, height in metres."""
    return [
        (LATITUDE + 0.004 * step, LONGITUDE + 0.01 * math.sin(step / 4), round(2 + math.sin(step), 1))
        for step in range(count)
    ]


def kml(path: Path) -> None:
    """The coast path: two places and a line."""
    line = " ".join(f"{longitude:.5f},{latitude:.5f},0" for latitude, longitude, _ in track(12))
    path.write_text(f"""\
<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
  <Document>
    <name>The coast path</name>
    <description>Two hours, good shoes.</description>
    <Placemark><name>Lighthouse</name><Point><coordinates>{LONGITUDE},{LATITUDE},42</coordinates></Point></Placemark>
    <Placemark><name>Fergekai</name><Point><coordinates>7.0555,58.0153,2</coordinates></Point></Placemark>
    <Placemark><name>Path</name><LineString><coordinates>{line}</coordinates></LineString></Placemark>
  </Document>
</kml>
""", encoding="utf-8")  # fmt: skip


def gpx(path: Path) -> None:
    """The ferry's crossing, forty points, one a minute."""
    points = []
    for minute, (latitude, longitude, height) in enumerate(track(40)):
        moment = MADE + timedelta(minutes=minute)
        inside = f"<ele>{height}</ele><time>{moment:%Y-%m-%dT%H:%M:%SZ}</time>"
        points.append(f'      <trkpt lat="{latitude:.5f}" lon="{longitude:.5f}">{inside}</trkpt>')
    path.write_text(f"""\
<?xml version="1.0" encoding="UTF-8"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="Ternholm ferry log 2">
  <metadata><name>Crossing to Ternholm</name><author><name>{CURATOR}</name></author></metadata>
  <wpt lat="{LATITUDE}" lon="{LONGITUDE}"><name>Lighthouse</name></wpt>
  <trk><name>Morning ferry</name>
    <trkseg>
{chr(10).join(points)}
    </trkseg>
  </trk>
</gpx>
""", encoding="utf-8")  # fmt: skip


def geotiff(path: Path) -> None:
    """A chart of the island, one degree a hundred: GeoTIFF in WGS 84."""
    import numpy  # noqa: ICN001 - spelt out
    import rasterio

    pixels = numpy.asarray(seascape(128, 96)).transpose(2, 0, 1)
    origin = rasterio.transform.from_origin(LONGITUDE - 0.0064, LATITUDE + 0.0048, 0.0001, 0.0001)
    shape = {"width": 128, "height": 96, "count": 3, "dtype": "uint8"}
    with rasterio.open(
        path, "w", driver="GTiff", crs="EPSG:4326", transform=origin, compress="deflate", **shape
    ) as chart:
        chart.write(pixels)
        chart.update_tags(TIFFTAG_IMAGEDESCRIPTION="Chart of Ternholm", TIFFTAG_ARTIST=CURATOR)
        chart.update_tags(TIFFTAG_DATETIME=f"{MADE:%Y:%m:%d %H:%M:%S}", TIFFTAG_COPYRIGHT=RIGHTS)


def glb(path: Path) -> None:
    """The tower: a cone cut off and a lantern on it, two meshes."""
    import trimesh

    scene = trimesh.Scene()
    tower = trimesh.creation.cylinder(radius=3.2, height=26, sections=24)
    lantern = trimesh.creation.icosphere(subdivisions=1, radius=2.0)
    lantern.apply_translation((0, 0, 15))
    for name, mesh in (("tower", tower), ("lantern", lantern)):
        scene.add_geometry(mesh, geom_name=name, node_name=name)
    path.write_bytes(scene.export(file_type="glb"))


def stl(path: Path) -> None:
    """The lens to print: a ring, binary."""
    import trimesh

    ring = trimesh.creation.annulus(r_min=20, r_max=46, height=8, sections=32)
    path.write_bytes(ring.export(file_type="stl"))


def obj(path: Path) -> None:
    """The bollard on the quay, as text."""
    sides, lines = 12, ["# Bollard on the quay of Ternholm", f"# {CURATOR}, {RIGHTS}", "o bollard"]
    for height, radius in ((0.0, 0.30), (0.7, 0.22), (0.9, 0.34)):
        for side in range(sides):
            angle = math.tau * side / sides
            lines.append(f"v {radius * math.cos(angle):.4f} {radius * math.sin(angle):.4f} {height:.2f}")
    for ring in range(2):
        for side in range(sides):
            low, following = ring * sides + side + 1, ring * sides + (side + 1) % sides + 1
            lines.append(f"f {low} {following} {following + sides} {low + sides}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def las(path: Path) -> None:
    """The cliff, scanned: 900 points with colour, UTM zone 32."""
    import laspy
    import numpy  # noqa: ICN001 - spelt out

    header = laspy.LasHeader(point_format=2, version="1.2")
    header.offsets, header.scales = [384000, 6427000, 0], [0.01, 0.01, 0.01]
    header.generating_software, header.system_identifier = "Ternholm scan 1.0", "tripod on the quay"
    header.creation_date = MADE.date()
    keys = ((1024, 1), (3072, 25832), (3076, 9001))
    directory = struct.pack("<4H", 1, 1, 0, len(keys)) + b"".join(struct.pack("<4H", k, 0, 1, v) for k, v in keys)
    header.vlrs.append(laspy.VLR("LASF_Projection", 34735, "GeoKeyDirectoryTag", directory))
    cloud = laspy.LasData(header)
    across, up = numpy.meshgrid(numpy.arange(30), numpy.arange(30))
    cloud.x, cloud.y = 384385 + across.ravel() * 0.5, 6427110 + numpy.sin(up.ravel() / 3) * 2
    cloud.z = up.ravel() * 0.8
    cloud.red = cloud.green = (numpy.arange(900) * 40 % 65536).astype(numpy.uint16)
    cloud.write(path)


SAMPLES = (
    Sample(name="coast-path.kml", make=kml, media_type="application/vnd.google-earth.kml+xml",
           fact="title=The coast path", caption="two places and a line"),
    Sample(name="crossing.gpx", make=gpx, media_type="application/gpx+xml", fact="title=Crossing to Ternholm",
           caption="the ferry, forty points in forty minutes"),
    Sample(name="chart.tif", make=geotiff, media_type="image/tiff", fact="width_px=128",
           caption="a chart of the island, GeoTIFF in WGS 84"),
    Sample(name="tower.glb", make=glb, media_type="model/gltf-binary", fact="triangle_count=176",
           caption="the tower in two meshes"),
    Sample(name="lens-ring.stl", make=stl, media_type="model/stl", fact="triangle_count=256",
           caption="the lens to print, binary"),
    Sample(name="bollard.obj", make=obj, media_type="model/obj", fact="",
           caption="the bollard on the quay: 36 corners, 24 faces"),
    Sample(name="cliff.las", make=las, media_type="application/vnd.las", fact="point_count=900",
           caption=f"the cliff, scanned for the {MUSEUM}"),
)  # fmt: skip
