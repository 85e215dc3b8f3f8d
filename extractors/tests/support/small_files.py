"""Makes one small, valid file of every format that neither the folder `samples` nor `pictures` has."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
from compound_files import make_compound
from pyarrow import feather

Members = Mapping[str, bytes | str]

FDF = b"""%FDF-1.2
1 0 obj
<< /FDF << /F (form.pdf) /Fields [ << /T (name) /V (Ada) >> ] >> >>
endobj
trailer
<< /Root 1 0 R >>
%%EOF
"""
POSTSCRIPT = b"""%!PS-Adobe-3.0
%%Title: (Plan)
%%Creator: (hand)
%%Pages: 1
%%BoundingBox: 0 0 200 100
%%EndComments
%%Page: 1 1
newpath 0 0 moveto 200 100 lineto stroke
showpage
%%Trailer
%%EOF
"""
PLY = b"""ply
format ascii 1.0
comment by hand
element vertex 3
property float x
property float y
property float z
element face 1
property list uchar int vertex_indices
end_header
0 0 0
1 0 0
0 1 0
3 0 1 2
"""
STEP = b"""ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('A bracket'),'2;1');
FILE_NAME('bracket','2024-05-01T10:00:00',('Ada'),('Lamps'),'kernel 1','CAD 2','');
FILE_SCHEMA(('AP214'));
ENDSEC;
DATA;
#1=X();
ENDSEC;
END-ISO-10303-21;
"""
PLAYLIST = b"#EXTM3U\n#EXTINF:123,Ada - Song\nsong.mp3\n#EXTINF:60,Bo - Tune\ntune.mp3\n"
FLAT_TEXT = b"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>Plan</dc:title></office:meta>
<office:body><office:text><text:p>Words</text:p></office:text></office:body></office:document>
"""


def pack(members: Members) -> bytes:
    """Return a ZIP archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def bare_package() -> bytes:
    """Return an OPC package that is no document of a known kind."""
    return pack({"[Content_Types].xml": "<Types/>", "part.xml": "<part/>"})


def drawing() -> bytes:
    """Return a Visio drawing of one page (OPC and [MS-VSDX])."""
    relation = "http://schemas.microsoft.com/visio/2010/relationships/document"
    return pack(
        {
            "[Content_Types].xml": '<Types><Override PartName="/visio/document.xml" '
            'ContentType="application/vnd.ms-visio.drawing.main+xml"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}" Target="visio/document.xml"/></Relationships>',
            "visio/document.xml": "<VisioDocument/>",
            "visio/pages/pages.xml": '<Pages><Page ID="0" NameU="One"/></Pages>',
            "docProps/app.xml": "<Properties><Application>Microsoft Visio</Application></Properties>",
        }
    )


def fixed_pages() -> bytes:
    """Return an XPS document of one page."""
    relation = "http://schemas.microsoft.com/xps/2005/06/fixedrepresentation"
    return pack(
        {
            "[Content_Types].xml": '<Types><Default Extension="fdseq" '
            'ContentType="application/vnd.ms-package.xps-fixeddocumentsequence+xml"/></Types>',
            "_rels/.rels": f'<x><Relationship Id="1" Type="{relation}" Target="/FixedDocSeq.fdseq"/></x>',
            "FixedDocSeq.fdseq": "<FixedDocumentSequence/>",
            "Documents/1/FixedDoc.fdoc": "<FixedDocument/>",
            "Documents/1/Pages/1.fpage": "<FixedPage/>",
        }
    )


def keynote() -> bytes:
    """Return a Keynote presentation as it was before 2013: one XML file in an archive."""
    index = (
        '<key:presentation xmlns:key="http://developer.apple.com/namespaces/keynote2" '
        'xmlns:sfa="http://developer.apple.com/namespaces/sfa" key:version="92008102400"><key:metadata/>'
        "</key:presentation>"
    )
    return pack({"index.apxl": index, "QuickLook/Thumbnail.jpg": b"1"})


def protected() -> bytes:
    """Return an encrypted OOXML package ([MS-OFFCRYPTO] 2.3.4)."""
    agile = b'<encryption><keyData cipherAlgorithm="AES" keyBits="256" hashAlgorithm="SHA512"/></encryption>'
    package = struct.pack("<Q", 5000) + bytes(5008)
    return make_compound({"EncryptionInfo": struct.pack("<HHI", 4, 4, 64) + agile, "EncryptedPackage": package})


def message() -> bytes:
    """Return an Outlook message ([MS-OXMSG])."""
    texts = {"0037": "Subject", "001A": "IPM.Note", "0C1A": "Ann", "1000": "Hello"}
    streams = {f"__substg1.0_{tag}001F": words.encode("utf-16-le") for tag, words in texts.items()}
    return make_compound({"__properties_version1.0": bytes(32), "__nameid_version1.0/x": b"1", **streams})


def array() -> bytes:
    """Return a NumPy array."""
    out = io.BytesIO()
    np.save(out, np.zeros((2, 3), np.float32))
    return out.getvalue()


def first_feather() -> bytes:
    """Return a table in Feather's first version."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nobody should write it any more
        path = Path(folder, "a.feather")
        feather.write_feather(pa.table({"a": [1, 2], "b": ["x", "y"]}), str(path), version=1)
        return path.read_bytes()


def dbf() -> bytes:
    """Return a dBASE III table of one column and two rows."""
    column = b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + bytes((5, 0)) + bytes(14)
    head = struct.pack("<4BIHH20x", 3, 124, 5, 1, 2, 32 + 32 + 1, 6)
    return head + column + b"\r" + b" Ada  " + b" Bo   " + b"\x1a"


def hdf5() -> bytes:
    """Return an HDF5 file that ends after its superblock."""
    body = struct.pack("<4BQqQQI", 2, 8, 8, 0, 0, -1, 2048, 48, 0)
    return (b"\x89HDF\r\n\x1a\n" + body).ljust(2048, b"\0")


def netcdf() -> bytes:
    """Return a classic NetCDF file of one dimension and a title."""
    title = struct.pack(">I", 5) + b"title\0\0\0" + struct.pack(">II", 2, 5) + b"Tides\0\0\0"
    dimension = struct.pack(">I", 3) + b"lat\0" + struct.pack(">I", 4)
    return b"CDF\x01" + struct.pack(">III", 0, 10, 1) + dimension + struct.pack(">II", 12, 1) + title + bytes(8)


def safetensors() -> bytes:
    """Return one tensor."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(24)


def shapes() -> bytes:
    """Return a shapefile of one point."""
    record = struct.pack(">II", 1, 10) + struct.pack("<i2d", 1, 2, 3)
    return struct.pack(">i20xi", 9994, 64) + struct.pack("<ii8d", 1000, 1, 2, 3, 2, 3, 0, 0, 0, 0) + record


def flatgeobuf() -> bytes:
    """Return a layer of twelve features: a FlatBuffers table with the geometry type and the number of features."""
    table_at = 4 + 26 + 2
    fields = {3: 4, 9: 8}  # field -> place in the table: geometry_type, features_count
    vtable = struct.pack("<HH", 4 + 2 * 11, 16) + struct.pack("<11H", *(fields.get(i, 0) for i in range(11)))
    table = struct.pack("<iB3xQ", table_at - 6, 2, 12)
    body = struct.pack("<I", table_at) + bytes(2) + vtable + table
    return b"fgb\x03fgb\0" + struct.pack("<I", len(body)) + body


def tiles() -> bytes:
    """Return PMTiles without a tile."""
    metadata = gzip.compress(json.dumps({"name": "Coast"}).encode())
    head = b"PMTiles\x03" + struct.pack("<8Q", 127, 0, 127, len(metadata), 0, 0, 0, 0)
    head += struct.pack("<3Q", 21, 20, 19) + struct.pack("<6B", 1, 2, 2, 1, 0, 14)
    return head + struct.pack("<4iB2i", -100000000, 500000000, 20000000, 600000000, 5, 0, 0) + metadata


def au() -> bytes:
    """Return a second of silence in Sun's format."""
    return struct.pack(">4s5I", b".snd", 28, 16000, 3, 8000, 1) + b"note" + bytes(16000)


def tta() -> bytes:
    """Return the header of True Audio, a second in stereo."""
    head = struct.pack("<4sHHHIII", b"TTA1", 1, 2, 16, 44100, 44100, 0)
    return head + bytes(500)


def module() -> bytes:
    """Return a ProTracker module of one pattern."""
    samples = b"".join(b"sample".ljust(22, b"\0") + bytes(6) + b"\0\1" for _ in range(31))
    return b"Song".ljust(20, b"\0") + samples + bytes((1, 127)) + bytes(128) + b"M.K." + bytes(1024)


def ivf() -> bytes:
    """Return a VP8 film of one empty frame (IVF)."""
    head = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, b"VP80", 64, 48, 25, 1, 1, 0)
    return head + struct.pack("<IQ", 10, 0) + bytes(10)


def arrays() -> bytes:
    """Return an archive of two arrays (NumPy's savez)."""
    out = io.BytesIO()
    np.savez_compressed(out, a=np.zeros((2, 3)), b=np.arange(4))
    return out.getvalue()


def printable() -> bytes:
    """Return a model with one triangle (3MF Core Specification 1.3)."""
    model = (
        '<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
        '<metadata name="Title">Lens</metadata><resources><object id="1"><mesh><vertices><vertex x="0" y="0" z="0"/>'
        '</vertices><triangles><triangle v1="0" v2="0" v3="0"/></triangles></mesh></object></resources></model>'
    )
    part = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
    relation = f'<Relationship Id="r" Type="{part}" Target="/3D/3dmodel.model"/>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="model" '
        'ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
    )
    relations = f"<Relationships>{relation}</Relationships>"
    return pack({"[Content_Types].xml": types, "_rels/.rels": relations, "3D/3dmodel.model": model})


MAKERS: dict[str, Callable[[], bytes]] = {
    "dbf": dbf,
    "fdf": lambda: FDF,
    "feather": first_feather,
    "flat-odf": lambda: FLAT_TEXT,
    "flatgeobuf": flatgeobuf,
    "hdf5": hdf5,
    "iwork": keynote,
    "lossless-audio": tta,
    "msg": message,
    "netcdf": netcdf,
    "npy": array,
    "npz": arrays,
    "ole": lambda: make_compound({"Anything": b"x"}),
    "ooxml-protected": protected,
    "opc": bare_package,
    "plain-audio": au,
    "plain-video": ivf,
    "playlist": lambda: PLAYLIST,
    "ply": lambda: PLY,
    "pmtiles": tiles,
    "postscript": lambda: POSTSCRIPT,
    "safetensors": safetensors,
    "shapefile": shapes,
    "step": lambda: STEP,
    "threemf": printable,
    "tracker": module,
    "vsdx": drawing,
    "xps": fixed_pages,
}
"""A valid file for each extractor, by its name."""
