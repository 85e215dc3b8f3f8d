"""The table of magic numbers: (media type, magic, offset), put together from the modules `magic_*`.

A row stands for itself: no masks, no second condition. What needs one is in `binary`, `asn1`, `images`, `mpeg` and the
refiners. Magic of one or two bytes is here only where no text and no other format starts so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.magic_archives import ARCHIVES
from firstbytes.sniff.magic_data import DATA, FONTS, GEO_AND_MODELS, SECRETS
from firstbytes.sniff.magic_documents import OFFICE, PAGES
from firstbytes.sniff.magic_images import IMAGES, OPTIONAL
from firstbytes.sniff.magic_media import AUDIO, VIDEO
from firstbytes.sniff.magic_programs import PROGRAMS

if TYPE_CHECKING:
    from firstbytes.sniff.values import Magic

MAGIC: tuple[Magic, ...] = (
    *IMAGES,
    *AUDIO,
    *VIDEO,
    *PAGES,
    *OFFICE,
    *ARCHIVES,
    *PROGRAMS,
    *DATA,
    *GEO_AND_MODELS,
    *SECRETS,
    *FONTS,
)

UNMISTAKABLE_EXCEPT: frozenset[str] = OPTIONAL | frozenset(
    {
        "application/dicom",
        "application/msword",
        "application/pdf",
        "application/postscript",
        "application/vnd.hp-pcl",
        "application/vnd.lotus-1-2-3",
        "application/vnd.ms-excel",
        "application/vnd.ms-works",
        "application/vnd.palm",
        "application/vnd.wordperfect",
        "application/x-apple-diskimage",
        "application/x-bittorrent",
        "application/x-corelpresentations",
        "application/x-cpio",
        "application/x-hdf5",
        "application/x-hwp",
        "application/x-matlab-data",
        "application/x-pgp-binary",
        "application/x-quattro-pro",
        "application/x-rdata",
        "application/x-spss-por",
        "application/x-stuffit",
        "application/x-tar",
        "application/cbor",
        "application/xml",
        "application/zstd",
        "application/x-lz4",
        "application/x-vhd-disk",
        "audio/aac",
        "audio/x-mod",
        "audio/x-musepack",
        "image/x-eps",
        "model/vnd.usd",
        "video/mpeg",
    }
)
"""Types whose magic is common but not obligatory at the start of the file."""
