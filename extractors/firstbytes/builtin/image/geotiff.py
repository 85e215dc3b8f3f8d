"""GeoTIFF: where the raster lies (OGC GeoTIFF 1.1): coordinate system, pixel scale, bounds."""

from __future__ import annotations

from firstbytes.builtin.image.merge import Facts
from firstbytes.formats.tiff import Ifd, Tiff, decode
from firstbytes.formats.values import clean, from_exif, known

_SCALE, _TIEPOINTS, _MATRIX, _KEYS, _DOUBLES, _TEXTS = 33550, 33922, 34264, 34735, 34736, 34737
_GDAL_METADATA, _GDAL_NODATA = 42112, 42113
_MODEL, _RASTER, _CITATION, _GEOGRAPHIC, _GEO_CITATION = 1024, 1025, 1026, 2048, 2049
_PROJECTED, _PROJECTED_CITATION, _UNITS, _VERTICAL = 3072, 3073, 3076, 4096
_MODELS = {1: "projected", 2: "geographic", 3: "geocentric"}
_UNIT_NAMES = {9001: "metre", 9002: "foot", 9003: "US survey foot", 9102: "degree"}
_USER_DEFINED = 32767


def read(tiff: Tiff, ifd: Ifd) -> Facts:
    """Return the georeference of a directory; empty when it has none."""
    keys = _key_directory(tiff, ifd)
    scale, transform = tiff.numbers(ifd, _SCALE, 3), _transform(tiff, ifd)
    if not keys and transform is None:
        return {}
    point = keys.get(_RASTER) == 2
    code = keys.get(_PROJECTED) or keys.get(_GEOGRAPHIC)
    texts = [keys.get(key) for key in (_CITATION, _PROJECTED_CITATION, _GEO_CITATION)]
    return known(
        {
            "crs": f"EPSG:{code}" if isinstance(code, int) and 0 < code < _USER_DEFINED else None,
            "model": _MODELS.get(_whole(keys.get(_MODEL))),
            "raster": "point" if point else "area",
            "citation": next((text for text in texts if isinstance(text, str)), None),
            "units": _UNIT_NAMES.get(_whole(keys.get(_UNITS))),
            "vertical_crs": f"EPSG:{code}" if 0 < (code := _whole(keys.get(_VERTICAL))) < _USER_DEFINED else None,
            "pixel_scale": list(scale[:2]),
            "bounds": _bounds(tiff, ifd, transform, 0.5 if point else 0.0) if transform else None,
            "nodata": clean(tiff.text(ifd, _GDAL_NODATA)),
            "gdal_metadata_bytes": ifd.entries[_GDAL_METADATA].size if _GDAL_METADATA in ifd else None,
            "acquired_at": from_exif(tiff.text(ifd, 306)) if _GDAL_METADATA in ifd else None,
        }
    )


def _key_directory(tiff: Tiff, ifd: Ifd) -> dict[int, int | float | str | None]:
    rows = tiff.ints(ifd, _KEYS, 4 + 4 * 256)
    if len(rows) < 4 or rows[0] != 1:
        return {}
    doubles, texts = tiff.numbers(ifd, _DOUBLES, 256), tiff.raw(ifd, _TEXTS, 16384)
    found: dict[int, int | float | str | None] = {}
    for at in range(4, min(len(rows) - 3, 4 + 4 * rows[3]), 4):
        key, place, count, value = rows[at : at + 4]
        if place == 0:
            found[key] = value
        elif place == _DOUBLES and value < len(doubles):
            found[key] = doubles[value]
        elif place == _TEXTS:
            found[key] = clean(decode(texts[value : value + count].partition(b"\0")[0]).rstrip("|"))
    return found


def _transform(tiff: Tiff, ifd: Ifd) -> tuple[float, ...] | None:
    """Return a, b, c, d, e, f of x = a*column + b*row + c and y = d*column + e*row + f."""
    matrix = tiff.numbers(ifd, _MATRIX, 16)
    if len(matrix) == 16:
        return matrix[0], matrix[1], matrix[3], matrix[4], matrix[5], matrix[7]
    scale, tie = tiff.numbers(ifd, _SCALE, 3), tiff.numbers(ifd, _TIEPOINTS, 6)
    if len(scale) < 2 or len(tie) < 6:
        return None
    return scale[0], 0.0, tie[3] - tie[0] * scale[0], 0.0, -scale[1], tie[4] + tie[1] * scale[1]


def _bounds(tiff: Tiff, ifd: Ifd, transform: tuple[float, ...], shift: float) -> dict[str, float] | None:
    """Return the smallest and largest x and y of the outer pixel edges, in the units of the coordinate system."""
    a, b, c, d, e, f = transform
    width, height = tiff.integer(ifd, 256) or 0, tiff.integer(ifd, 257) or 0
    corners = [(x - shift, y - shift) for x in (0, width) for y in (0, height)]
    xs = [a * x + b * y + c for x, y in corners]
    ys = [d * x + e * y + f for x, y in corners]
    box = {"min_x": min(xs), "min_y": min(ys), "max_x": max(xs), "max_y": max(ys)}
    return {side: round(value, 9) for side, value in box.items()} if all(abs(v) < 1e15 for v in box.values()) else None


def _whole(value: float | str | None) -> int:
    return int(value) if isinstance(value, (int, float)) and abs(value) < 1e9 else 0
