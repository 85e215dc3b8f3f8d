"""Magic numbers of pictures.

Sources: the formats' own specifications; rows as in `magic_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.sniff.values import Magic

_DWG = ("1001", "1002", "1003", "1004", "1006", "1009", "1012", "1013", "1014", "1015", "1018", "1021", "1024", "1027",
        "1032")  # fmt: skip

IMAGES: tuple[Magic, ...] = (
    ("image/png", b"\x89PNG\r\n\x1a\n", 0),
    ("image/gif", b"GIF87a", 0),
    ("image/gif", b"GIF89a", 0),
    ("image/x-xcursor", b"Xcur", 0),
    ("image/vnd.ms-modi", b"EP*\x00", 0),
    *(("image/nitf", magic, 0) for magic in (b"NITF01.10", b"NITF02.00", b"NITF02.10", b"NSIF01.00")),
    ("image/vnd.dxb", b"AutoCAD DXB 1.0\r\n\x1a\x00", 0),
    ("image/jpeg", b"\xff\xd8\xff", 0),
    ("image/jls", b"\xff\xd8\xff\xf7", 0),
    ("image/tiff", b"II*\x00", 0),
    ("image/tiff", b"MM\x00*", 0),
    ("image/tiff", b"II+\x00\x08\x00\x00\x00", 0),
    ("image/tiff", b"MM\x00+\x00\x08\x00\x00", 0),
    ("image/x-canon-cr2", b"II*\x00\x10\x00\x00\x00CR", 0),
    ("image/x-canon-crw", b"HEAPCCDR", 6),
    ("image/x-olympus-orf", b"IIRO", 0),
    ("image/x-olympus-orf", b"IIRS", 0),
    ("image/x-olympus-orf", b"MMOR", 0),
    ("image/x-panasonic-rw2", b"IIU\x00", 0),
    ("image/x-fuji-raf", b"FUJIFILMCCD-RAW ", 0),
    ("image/x-minolta-mrw", b"\x00MRM", 0),
    ("image/x-phaseone-iiq", b"IIIITwaR", 8),
    ("image/x-phaseone-iiq", b"MMMMRawT", 8),
    ("image/x-raw", b"ARECOYK", 25),
    ("image/jxr", b"II\xbc\x01", 0),
    ("image/jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n", 0),
    ("image/j2c", b"\xff\x4f\xff\x51\x00", 0),
    ("image/jxl", b"\x00\x00\x00\x0cJXL \r\n\x87\n", 0),
    ("image/jxsc", b"\x00\x00\x00\x0cJXS \r\n\x87\n", 0),
    ("image/jxs", b"\xff\x10\xff\x50\x00", 0),
    ("image/x-jng", b"\x8bJNG\r\n\x1a\n", 0),
    ("image/vnd.adobe.photoshop", b"8BPS\x00\x01\x00\x00\x00\x00\x00\x00", 0),
    ("image/vnd.adobe.photoshop", b"8BPS\x00\x02\x00\x00\x00\x00\x00\x00", 0),
    ("image/x-xcf", b"gimp xcf ", 0),
    ("image/x-paintshoppro", b"Paint Shop Pro Image File\n\x1a", 0),
    ("image/vnd.zbrush.dcx", b"\xb1\x68\xde\x3a", 0),
    ("image/x-sun-raster", b"\x59\xa6\x6a\x95", 0),
    ("image/vnd.ms-dds", b"DDS \x7c\x00\x00\x00", 0),
    ("image/ktx", b"\xabKTX 11\xbb\r\n\x1a\n", 0),
    ("image/ktx2", b"\xabKTX 20\xbb\r\n\x1a\n", 0),
    ("image/astc", b"\x13\xab\xa1\x5c", 0),
    ("image/vnd.valve.source.texture", b"VTF\x00\x07\x00\x00\x00", 0),
    ("image/x-exr", b"\x76\x2f\x31\x01", 0),
    ("image/vnd.radiance", b"#?RADIANCE\n", 0),
    ("image/vnd.radiance", b"#?RGBE\n", 0),
    ("image/x-cineon", b"\x80\x2a\x5f\xd7", 0),
    ("image/x-cineon", b"\xd7\x5f\x2a\x80", 0),
    ("image/fits", b"SIMPLE  =", 0),
    ("image/x-miff", b"id=ImageMagick", 0),
    ("image/bpg", b"BPG\xfb", 0),
    ("image/webp2", b"\xf4\xff\x6f", 0),
    ("image/x-photo-cd", b"PCD_IPI", 2048),
    ("image/wmf", b"\xd7\xcd\xc6\x9a\x00\x00", 0),
    ("image/wmf", b"\x01\x00\x09\x00\x00\x03", 0),
    ("image/wmf", b"\x02\x00\x09\x00\x00\x03", 0),
    ("image/wmf", b"\x01\x00\x09\x00\x00\x01", 0),
    ("image/x-pict", b"\x00\x11\x02\xff\x0c\x00", 522),
    ("image/vnd.djvu", b"AT&TFORM", 0),
    ("image/x-xpixmap", b"/* XPM */", 0),
    ("image/x-xpixmap", b"! XPM2", 0),
    ("application/x-xfig", b"#FIG ", 0),
    ("image/x-skencil", b"##Sketch ", 0),
    ("image/vnd.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00", 0),
    ("image/vnd.dgn", b"\x08\x09\xfe\x02", 0),
    ("image/vnd.dgn", b"\xc8\x09\xfe\x02", 0),
    ("image/x-jbig2", b"\x97JB2\r\n\x1a\n", 0),
    ("image/cgm", b"BegMF", 0),
    ("image/cgm", b"BEGMF", 0),
    ("image/vnd.clip", b"CSFCHUNK", 0),
    ("image/pwg-raster", b"RaS2PwgRaster\x00", 0),
    ("image/x-macpaint", b"PNTGMPNT", 65),
    ("image/x-lws", b"LWSC\n", 0),
    ("image/x-lws", b"LWSC\r\n", 0),
    ("image/x-applix-graphics", b"*BEGIN GRAPHICS ", 0),
    ("image/x-lytro-lfp", b"\x89LFP\r\n\x1a\n", 0),
    ("image/x-pvr", b"PVR\x03", 0),
    *(("image/vnd.dwg", f"AC{version}".encode(), 0) for version in _DWG),
)

OPTIONAL = frozenset(
    {
        "image/cgm",
        "image/fits",
        "image/jls",
        "image/vnd.dxf",
        "image/wmf",
        "image/x-macpaint",
        "image/x-pict",
        "image/x-xpixmap",
    }
)
"""Pictures that may begin otherwise: another encoding of the format, or a comment first."""
