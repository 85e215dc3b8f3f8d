"""Pictures made by ImageMagick and Pillow, each asked for exactly this format."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.corpus.model import Candidate, Source, Workspace
from bench.corpus.sources.making import Step, command, steps

__all__ = ["IMAGEMAGICK", "PILLOW"]

CONVERT = "/usr/bin/convert"
# coder, suffix, media type
CODERS = (
    ("BMP3", "bmp", "image/bmp"),
    ("BMP2", "bmp", "image/bmp"),
    ("ICO", "ico", "image/vnd.microsoft.icon"),
    ("CUR", "cur", "image/x-win-bitmap"),
    ("TGA", "tga", "image/x-tga"),
    ("PCX", "pcx", "image/vnd.zbrush.pcx"),
    ("DCX", "dcx", "image/vnd.zbrush.dcx"),
    ("PBM", "pbm", "image/x-portable-bitmap"),
    ("PGM", "pgm", "image/x-portable-graymap"),
    ("PPM", "ppm", "image/x-portable-pixmap"),
    ("XPM", "xpm", "image/x-xpixmap"),
    ("XBM", "xbm", "image/x-xbitmap"),
    ("XWD", "xwd", "image/x-xwindowdump"),
    ("PSD", "psd", "image/vnd.adobe.photoshop"),
    ("PSB", "psb", "image/vnd.adobe.photoshop"),
    ("HDR", "hdr", "image/vnd.radiance"),
    ("JP2", "jp2", "image/jp2"),
    ("J2K", "j2k", "image/x-jp2-codestream"),
    ("DPX", "dpx", "image/dpx"),
    ("FITS", "fits", "application/fits"),
    ("TIFF", "tiff", "image/tiff"),
    ("TIFF64", "tif", "image/tiff"),
    ("PNG24", "png", "image/png"),
    ("PNG64", "png", "image/png"),
    ("PJPEG", "jpg", "image/jpeg"),
    ("GIF87", "gif", "image/gif"),
    ("WEBP", "webp", "image/webp"),
    ("HEIC", "heic", "image/heif"),
    ("AVIF", "avif", "image/avif"),
    ("MNG", "mng", "video/x-mng"),
    ("PICT", "pct", "image/x-pict"),
    ("WBMP", "wbmp", "image/vnd.wap.wbmp"),
    ("G3", "g3", "image/g3fax"),
    ("PFM", "pfm", "image/x-portable-floatmap"),
)
SCENES = (("rose", "rose:"), ("gradient", "gradient:navy-orange"), ("plasma", "plasma:fractal"))
# Pillow format, suffix, mode, media type
PILLOW_FORMATS = (
    ("ICNS", "icns", "RGBA", "image/x-icns"),
    ("DDS", "dds", "RGBA", "image/vnd.ms-dds"),
    ("QOI", "qoi", "RGB", "image/x-qoi"),
    ("AVIF", "avif", "RGB", "image/avif"),
    ("HEIF", "heic", "RGB", "image/heif"),
    ("GIF", "gif", "P", "image/gif"),
    ("JPEG", "jpg", "L", "image/jpeg"),
    ("JPEG", "jpeg", "CMYK", "image/jpeg"),
    ("PNG", "png", "LA", "image/png"),
    ("TIFF", "tif", "I;16", "image/tiff"),
    ("WEBP", "webp", "RGBA", "image/webp"),
    ("JPEG2000", "jp2", "RGB", "image/jp2"),
    ("BMP", "bmp", "1", "image/bmp"),
    ("TGA", "tga", "RGBA", "image/x-tga"),
    ("PDF", "pdf", "RGB", "application/pdf"),
    ("EPS", "eps", "RGB", "image/x-eps"),
)


def _magick() -> Iterator[Step]:
    for coder, suffix, media_type in CODERS:
        for name, scene in SCENES:
            # Icons and faxes have a size of their own.
            size = ("-resize", "32x32!") if suffix in {"ico", "cur"} else ("-resize", "48x40!")
            words = (CONVERT, "-size", "48x40", "-seed", "7", scene, *size, coder + ":{}")
            yield f"{coder.lower()}-{name}.{suffix}", media_type, command(*words)


def _picture(mode: str, size: int, kind: str, path: Path) -> None:
    from PIL import Image

    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    picture = Image.radial_gradient("L").resize((size, size))
    picture.convert("RGB").convert(mode).save(path, format=kind) if mode != "I;16" else picture.convert(mode).save(
        path, format=kind
    )


def _pillow() -> Iterator[Step]:
    for kind, suffix, mode, media_type in PILLOW_FORMATS:
        for size in (32, 64):
            yield (
                f"{kind.lower()}-{mode.replace(';', '')}-{size}.{suffix}",
                media_type,
                partial(_picture, mode, size, kind),
            )


def _build_magick(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "imagemagick", _magick())


def _build_pillow(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "made-by-pillow", _pillow())


IMAGEMAGICK = Source(name="imagemagick", build=_build_magick)
PILLOW = Source(name="made-by-pillow", build=_build_pillow)
