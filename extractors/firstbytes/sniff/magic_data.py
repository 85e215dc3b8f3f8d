"""Magic numbers of data, maps, models, encrypted files and fonts.

Sources: the formats' own specifications; rows as in `magic_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.sniff.values import Magic

DATA: tuple[Magic, ...] = (
    ("application/vnd.apache.parquet", b"PAR1", 0),
    ("application/vnd.apache.parquet", b"PARE", 0),
    ("application/vnd.apache.arrow.file", b"ARROW1\x00\x00", 0),
    ("application/x-feather", b"FEA1", 0),
    ("application/vnd.apache.avro", b"Obj\x01", 0),
    *(("application/x-hadoop-sequencefile", b"SEQ%c" % version, 0) for version in range(2, 7)),
    ("application/vnd.sqlite3", b"SQLite format 3\x00", 0),
    ("application/x-sqlite2", b"** This file contains an SQLite 2", 0),
    *(("application/x-hdf5", b"\x89HDF\r\n\x1a\n", offset) for offset in (0, 512, 1024, 2048, 4096)),
    ("application/x-hdf4", b"\x0e\x03\x13\x01", 0),
    ("application/netcdf", b"CDF\x01", 0),
    ("application/netcdf", b"CDF\x02", 0),
    ("application/netcdf", b"CDF\x05", 0),
    ("application/x-cdf", b"\xcd\xf3\x00\x01", 0),
    ("application/x-cdf", b"\xcd\xf2\x60\x02", 0),
    ("application/x-cdf", b"\x00\x00\xff\xff\x00\x00\xff\xff", 0),
    ("application/x-matlab-data", b"MATLAB 5.0 MAT-file", 0),
    ("application/x-matlab-data", b"MATLAB 7.3 MAT-file", 0),
    ("application/x-npy", b"\x93NUMPY", 0),
    ("application/x-gguf", b"GGUF", 0),
    ("application/x-tflite", b"TFL3", 4),
    ("application/cbor", b"\xd9\xd9\xf7", 0),
    ("application/x-spss-sav", b"$FL2@(#)", 0),
    ("application/x-spss-sav", b"$FL3@(#)", 0),
    ("application/x-spss-sav", b"\x5b\xc6\xd3\xf2", 0),
    # The fixed position 456, with the line ends (none, LF, CRLF) of the five 80-column lines before it.
    *(("application/x-spss-por", b"SPSSPORT", offset) for offset in (456, 461, 466)),
    ("application/x-stata-dta", b"<stata_dta>", 0),
    *(
        ("application/x-stata-dta", bytes((release, order, 1, 0)), 0)
        for release in (102, 103, 104, 105, 108, 110, 111, 112, 113, 114, 115)
        for order in (1, 2)
    ),
    (
        "application/x-sas-data",
        b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11",
        12,
    ),
    ("application/x-sas-xport", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", 0),
    ("application/x-sas-xport", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", 0),
    *(
        ("application/x-rdata", b"RD%b%c\n%b\n" % (kind, version, kind[:1]), 0)
        for kind in (b"X", b"A", b"B")
        for version in b"23"
    ),
    ("application/x-rdata", b"X\n\x00\x00\x00\x02", 0),
    ("application/x-rdata", b"X\n\x00\x00\x00\x03", 0),
    ("application/x-idl-save-file", b"SR\x00\x04", 0),
    ("application/x-idl-save-file", b"SR\x00\x06", 0),
    *(
        ("application/x-berkeley-db", magic.to_bytes(4, order), offset)
        for magic in (0x00053162, 0x00061561, 0x00042253)
        for order in ("little", "big")
        for offset in (0, 12)
    ),
    *(
        ("application/x-gdbm", magic.to_bytes(4, order), 0)
        for magic in (0x13579ACD, 0x13579ACE, 0x13579ACF)
        for order in ("little", "big")
    ),
    ("application/x-duckdb", b"DUCK", 8),
    ("application/dicom", b"DICM", 128),
    ("application/x-nifti", b"n+1\x00", 344),
    ("application/x-nifti", b"ni1\x00", 344),
    ("application/x-nifti", b"n+2\x00\r\n\x1a\n", 4),
    ("application/x-nifti", b"ni2\x00\r\n\x1a\n", 4),
    ("application/x-nrrd", b"NRRD000", 0),
    *(("application/vnd.isac.fcs", b"FCS%b    " % version, 0) for version in (b"1.0", b"2.0", b"3.0", b"3.1", b"3.2")),
    ("application/x-jeol-jdf", b"JEOL.NMR", 0),
    ("application/x-pds", b"PDS_VERSION_ID", 0),
    ("chemical/x-cdx", b"VjCD0100", 0),
    ("application/sereal", b"=srl", 0),
    ("application/sereal", b"=\xf3rl", 0),
    ("application/sereal", b"=\xc3\xb3rl", 0),
    ("application/x-sas-data-v6", b"SAS     6.", 0),
    ("application/x-mysql-table-definition", b"\xfe\x01\x07", 0),
    ("application/x-mysql-table-definition", b"\xfe\x01\x08", 0),
    ("application/x-mysql-table-definition", b"\xfe\x01\x09", 0),
    ("application/x-mysql-table-definition", b"\xfe\x01\x0a", 0),
    ("application/x-mysql-misam-index", b"\xfe\xfe\x03", 0),
    ("application/x-mysql-misam-index", b"\xfe\xfe\x05", 0),
    ("application/x-mysql-misam-compressed-index", b"\xfe\xfe\x06", 0),
    ("application/x-mysql-misam-compressed-index", b"\xfe\xfe\x07", 0),
    *(
        ("application/vnd.tcpdump.pcap", magic.to_bytes(4, order), 0)
        for magic in (0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34)
        for order in ("little", "big")
    ),
    # pcapng's own magic is line ends only, so it is told by the byte-order mark of its section header.
    ("application/x-pcapng", b"\x1a\x2b\x3c\x4d", 8),
    ("application/x-pcapng", b"\x4d\x3c\x2b\x1a", 8),
    ("application/x-root", b"root\x00\x00", 0),
    ("application/x-cram", b"CRAM\x02", 0),
    ("application/x-cram", b"CRAM\x03", 0),
    ("application/x-swap", b"b0VIM ", 0),
    ("application/vnd.iccprofile", b"acsp", 36),
    ("application/tzif", b"TZif", 0),
    ("application/x-bplist", b"bplist0", 0),
    ("application/x-bittorrent", b"d8:announce", 0),
    ("application/x-bittorrent", b"d13:announce-list", 0),
    ("application/x-bittorrent", b"d7:comment", 0),
    ("application/x-bittorrent", b"d10:created by", 0),
    ("application/x-bittorrent", b"d13:creation date", 0),
    ("application/x-bittorrent", b"d4:infod", 0),
)

GEO_AND_MODELS: tuple[Magic, ...] = (
    ("application/vnd.las", b"LASF", 0),
    ("application/flatgeobuf", b"fgb\x02fgb", 0),
    ("application/flatgeobuf", b"fgb\x03fgb", 0),
    ("application/vnd.pmtiles", b"PMTiles", 0),
    ("application/x-erdas-hfa", b"EHFA_HEADER_TAG", 0),
    ("application/x-osm-pbf", b"\x0a\x09OSMHeader", 4),
    ("model/gltf-binary", b"glTF\x01\x00\x00\x00", 0),
    ("model/gltf-binary", b"glTF\x02\x00\x00\x00", 0),
    ("model/e57", b"ASTM-E57", 0),
    *(("model/vnd.dwf", b"(DWF V0%d." % version, 0) for version in (0, 6)),
    ("application/x-prt", b"0M3C", 8),
    ("model/vnd.usd", b"PXR-USDC", 0),
    ("model/vnd.usd", b"#usda 1.0", 0),
    ("model/vnd.fbx", b"Kaydara FBX Binary  \x00", 0),
    ("model/vnd.ply", b"ply\n", 0),
    ("model/vnd.ply", b"ply\r", 0),
    ("application/x-blender", b"BLENDER-", 0),
    ("application/x-blender", b"BLENDER_", 0),
    ("application/x-blender", b"BLENDER17", 0),
)

SECRETS: tuple[Magic, ...] = (
    ("application/x-age-encrypted", b"age-encryption.org/v1\n", 0),
    ("application/x-axcrypt", b"\xc0\xb9\x07\x2e\x4f\x93\xf1\x46\xa0\x15\x79\x2c\xa1\xd9\xe8\x21", 0),
    ("application/x-keepass2", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", 0),
    ("application/x-keepass2", b"\x03\xd9\xa2\x9a\x66\xfb\x4b\xb5", 0),
    ("application/x-keepass2", b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5", 0),
    ("application/x-pgp-binary", b"KBXf", 8),
    ("application/x-luks", b"LUKS\xba\xbe", 0),
)

FONTS: tuple[Magic, ...] = (
    ("font/ttf", b"true\x00", 0),
    ("font/otf", b"OTTO\x00", 0),
    ("font/collection", b"ttcf\x00\x01\x00\x00", 0),
    ("font/collection", b"ttcf\x00\x02\x00\x00", 0),
    ("font/woff", b"wOFF", 0),
    ("font/woff2", b"wOF2", 0),
    ("application/x-font-type1", b"%!PS-AdobeFont", 0),
    ("application/x-font-type1", b"%!FontType1", 0),
    ("application/x-font-type1", b"%!PS-AdobeFont", 6),
    ("application/x-font-type1", b"%!FontType1", 6),
    ("application/x-font-pcf", b"\x01fcp", 0),
    ("application/x-font-printer-metric", b"\x00\x01\xff\xff\x00\x00Copyr", 0),
    ("application/x-font-linux-psf", b"\x72\xb5\x4a\x86", 0),
    ("application/x-font-speedo", b"D1.0\r", 0),
    ("application/x-font-libgrx", b"\x14\x02\x59\x19", 0),
    ("application/x-tex-pk", b"\xf7\x59", 0),
    ("application/x-tex-virtual-font", b"\xf7\xca", 0),
)
