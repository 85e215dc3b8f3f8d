"""Magic numbers of page description, books and office documents.

Sources: the formats' own specifications; rows as in `magic_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from firstbytes.sniff.values import Magic

PAGES: tuple[Magic, ...] = (
    ("application/pdf", b"%PDF-", 0),
    # "<?xml " in EBCDIC (XML 1.0, appendix F.1).
    ("application/xml", b"\x4c\x6f\xa7\x94\x93\x40", 0),
    ("application/fdf", b"%FDF-", 0),
    ("application/postscript", b"%!PS", 0),
    ("image/x-eps", b"\xc5\xd0\xd3\xc6", 0),
    ("application/x-dvi", b"\xf7\x02\x01\x83\x92\xc0\x1c\x3b", 0),
    ("application/vnd.hp-pcl", b"\x1bE\x1b", 0),
    ("application/vnd.hp-pcl", b"\x1b%-12345X", 0),
    ("application/x-mobipocket-ebook", b"BOOKMOBI", 60),
    ("application/vnd.palm", b"TEXtREAd", 60),
    ("application/prs.plucker", b"DataPlkr", 60),
    ("application/x-ms-reader", b"ITOLITLS", 0),
    ("application/vnd.ms-htmlhelp", b"ITSF", 0),
    ("application/winhlp", b"?_\x03\x00", 0),
    ("application/x-indesign", b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5\xbd\x31\xef\xe7\xfe\x74\xb7\x1d", 0),
    ("application/vnd.quark.quarkxpress", b"MMXPR", 2),
    ("application/vnd.quark.quarkxpress", b"IIXPR", 2),
    ("application/vnd.framemaker", b"<MakerFile ", 0),
    ("application/x-director", b"XFIR", 0),
    ("application/x-dvd-ifo", b"DVDVIDEO-VTS", 0),
    ("application/x-dvd-ifo", b"DVDVIDEO-VMG", 0),
    ("application/x-ebu-stl", b"STL25.01", 3),
    ("application/x-ebu-stl", b"STL30.01", 3),
    ("application/x-project", b"MPX,Microsoft Project", 0),
)

OFFICE: tuple[Magic, ...] = (
    ("application/x-ole-storage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0),
    ("application/msword", b"\x9b\xa5\x21\x00", 0),
    ("application/msword", b"\xdb\xa5\x2d\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x00\x04\x00\x02\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x00\x04\x00\x00\x00\x10\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x00\x04\x00\x07\x00\x10\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x02\x06\x00\x00\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x02\x06\x00\x00\x03", 0),
    ("application/vnd.ms-excel", b"\x09\x04\x06\x00\x00\x00", 0),
    ("application/vnd.ms-excel", b"\x09\x04\x06\x00\x00\x04", 0),
    ("application/vnd.ms-excel", b"\x09\x08\x08\x00\x00\x05", 0),
    ("application/vnd.ms-excel", b"\x09\x08\x10\x00\x00\x06", 0),
    ("application/vnd.ms-works", b"\x20\x54\x02\x00\x00\x00\x05\x54\x02", 0),
    ("application/vnd.ms-works", b"\xff\x00\x02\x00\x04\x04\x05\x54\x02", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x02\x00\x04\x04", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x02\x00\x06\x04", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x1a\x00\x00\x10\x04\x00", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x1a\x00\x02\x10\x04\x00", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x1a\x00\x03\x10\x04\x00", 0),
    ("application/vnd.lotus-1-2-3", b"\x00\x00\x1a\x00\x05\x10\x04\x00", 0),
    ("application/x-quattro-pro", b"\x00\x00\x02\x00\x20\x51", 0),
    ("application/x-quattro-pro", b"\x00\x00\x02\x00\x21\x51", 0),
    ("application/x-quattro-pro", b"\x00\x00\x02\x00\x01\x10", 0),
    ("application/x-quattro-pro", b"\x00\x00\x02\x00\x02\x10", 0),
    ("application/vnd.lotus-wordpro", b"WordPro\x00", 0),
    ("application/vnd.lotus-wordpro", b"WordPro\r\xfb", 0),
    ("application/vnd.lotus-notes", b"\x1a\x00\x00\x04\x00\x00", 0),
    ("application/vnd.wordperfect", b"\xffWPC", 0),
    ("application/x-pocket-word", b"{\\pwi", 0),
    ("application/x-corelpresentations", b"\xffWPC\x10\x00\x00\x00\x01\x0f", 0),
    ("application/x-hwp", b"HWP Document File V", 0),
    ("application/vnd.ms-outlook-pst", b"!BDN", 0),
    ("application/vnd.ms-tnef", b"\x78\x9f\x3e\x22", 0),
    ("application/onenote", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 0),
    ("application/onenote", b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", 0),
    ("application/x-msaccess", b"\x00\x01\x00\x00Standard Jet DB", 0),
    ("application/x-msaccess-accdb", b"\x00\x01\x00\x00Standard ACE DB", 0),
    ("application/x-msmoney", b"\x00\x01\x00\x00MSISAM Database", 0),
    ("application/x-activemime", b"ActiveMime\x00\x00", 0),
    ("application/x-filemaker", b"\x00\x01\x00\x00\x00\x02\x00\x01\x00\x05\x00\x02\x00\x02\xc0", 0),
)
