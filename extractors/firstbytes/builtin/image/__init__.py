"""Pictures: size as shown, colours, camera, place, words, from headers and embedded EXIF, IPTC, XMP and ICC blocks.

No pixel is ever decoded.
"""

from __future__ import annotations

from collections.abc import Iterable

from firstbytes import Extractor, hookimpl

_RAW = (
    "image/x-adobe-dng", "image/x-canon-cr2", "image/x-nikon-nef", "image/x-nikon-nrw", "image/x-sony-arw",
    "image/x-sony-sr2", "image/x-sony-srf", "image/x-pentax-pef", "image/x-olympus-orf", "image/x-panasonic-rw2",
    "image/x-samsung-srw", "image/x-epson-erf", "image/x-kodak-dcr", "image/x-kodak-k25", "image/x-kodak-kdc",
    "image/x-hasselblad-3fr", "image/x-mamiya-mef", "image/x-leaf-mos", "image/x-phaseone-iiq",
)  # fmt: skip

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("jpeg", "jpeg:extract", ("image/jpeg", "image/jls")),
    ("png", "png:extract", ("image/png", "image/apng", "image/x-jng", "video/x-mng")),
    ("gif", "gif:extract", ("image/gif",)),
    ("webp", "webp:extract", ("image/webp",)),
    ("tiff", "tiff:extract", ("image/tiff",)),
    ("raw", "raw:extract", _RAW),
    ("raf", "rawkin:raf", ("image/x-fuji-raf",)),
    ("mrw", "rawkin:mrw", ("image/x-minolta-mrw",)),
    ("x3f", "rawkin:x3f", ("image/x-sigma-x3f",)),
    ("crw", "rawkin:crw", ("image/x-canon-crw",)),
    ("cr3", "rawkin:cr3", ("image/x-canon-cr3",)),
    ("heif", "heif:extract", ("image/heif", "image/avif")),
    ("jxl", "jxl:extract", ("image/jxl",)),
    ("jpeg-2000", "jp2:extract", ("image/jp2", "image/j2c")),
    ("psd", "psd:extract", ("image/vnd.adobe.photoshop",)),
    ("svg", "svg:extract", ("image/svg+xml", "image/svg+xml-compressed")),
    ("bmp", "bmp:extract", ("image/bmp",)),
    ("icon", "bmp:icon", ("image/vnd.microsoft.icon", "image/x-win-bitmap")),
    ("pcx", "rasters:pcx", ("image/vnd.zbrush.pcx",)),
    ("targa", "rasters:targa", ("image/x-tga",)),
    ("dds", "rasters:dds", ("image/vnd.ms-dds",)),
    ("qoi", "rasters:qoi", ("image/qoi",)),
    ("sgi", "rasters:sgi", ("image/x-sgi",)),
    ("sun-raster", "rasters:sun", ("image/x-sun-raster",)),
    ("xwd", "rasters:window_dump", ("image/x-xwindowdump",)),
    ("dpx", "rasters:dpx", ("image/dpx",)),
    ("icns", "rasters:icns", ("image/x-icns",)),
    ("ktx", "rasters:ktx", ("image/ktx", "image/ktx2")),
    ("netpbm", "texts:netpbm", ("image/x-portable-anymap", "image/x-portable-floatmap")),
    ("radiance", "texts:radiance", ("image/vnd.radiance",)),
    ("fits", "texts:fits", ("image/fits",)),
    ("miff", "texts:miff", ("image/x-miff",)),
    ("xbm", "texts:xbm", ("image/x-xbitmap",)),
    ("xpm", "texts:xpm", ("image/x-xpixmap",)),
    ("exr", "texts:exr", ("image/x-exr",)),
    ("wmf", "drawings:wmf", ("image/wmf",)),
    ("emf", "drawings:emf", ("image/emf",)),
    ("djvu", "drawings:djvu", ("image/vnd.djvu",)),
    ("pict", "drawings:pict", ("image/x-pict",)),
    ("xcf", "drawings:xcf", ("image/x-xcf",)),
    ("dwg", "drawings:dwg", ("image/vnd.dwg",)),
    ("jpeg-xr", "rarities:jxr", ("image/jxr",)),
    ("bpg", "rarities:bpg", ("image/bpg",)),
    ("flif", "rarities:flif", ("image/x-flif",)),
    ("ilbm", "rarities:ilbm", ("image/x-ilbm",)),
    ("gimp-tile", "rarities:gimp_tile", ("image/x-gimp-gbr", "image/x-gimp-pat")),
    ("wbmp", "rarities:wbmp", ("image/vnd.wap.wbmp",)),
    ("dcx", "rarities:dcx", ("image/vnd.zbrush.dcx",)),
    ("psp", "rarities:psp", ("image/x-paintshoppro",)),
    ("icc", "rarities:profile", ("application/vnd.iccprofile",)),
)


@hookimpl
def register_extractors() -> Iterable[Extractor]:
    """Declare one extractor for each format."""
    return [Extractor(name, accepts, f"firstbytes.builtin.image.{entry}") for name, entry, accepts in _READERS]
