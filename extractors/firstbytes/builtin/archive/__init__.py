"""Archives, compressed streams, disk images and packages: what is inside, by headers and directories only."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("zip", "zip:extract", ("application/zip",)),
    ("jar", "java:extract", ("application/java-archive",)),
    ("apk", "android:extract", ("application/vnd.android.package-archive",)),
    ("python-package", "packages:python", ("application/x-wheel+zip", "application/x-python-egg")),
    ("nuget", "packages:nuget", ("application/x-nupkg",)),
    (
        "browser-extension",
        "packages:browser_extension",
        ("application/x-xpinstall", "application/x-chrome-extension"),
    ),
    ("tar", "tar:extract", ("application/x-tar",)),
    ("gem", "tar:gem", ("application/x-gem",)),
    ("gzip", "streams:gzip", ("application/gzip",)),
    ("bzip2", "streams:bzip2", ("application/x-bzip2",)),
    ("xz", "frames:xz", ("application/x-xz",)),
    ("lzma", "frames:lzma_alone", ("application/x-lzma",)),
    ("lzip", "frames:lzip", ("application/x-lzip",)),
    ("zstd", "frames:zstd", ("application/zstd",)),
    ("lz4", "frames:lz4", ("application/x-lz4",)),
    ("sevenzip", "sevenzip:extract", ("application/x-7z-compressed",)),
    ("rar", "rar:extract", ("application/vnd.rar",)),
    ("lha", "lha:lha", ("application/x-lzh-compressed",)),
    ("arj", "lha:arj", ("application/x-arj",)),
    ("cpio", "cpio:extract", ("application/x-cpio",)),
    ("cabinet", "cabinet:extract", ("application/vnd.ms-cab-compressed",)),
    ("ar", "ar:extract", ("application/x-unix-archive",)),
    ("deb", "ar:deb", ("application/vnd.debian.binary-package",)),
    ("rpm", "rpm:extract", ("application/x-rpm",)),
    ("iso9660", "iso:extract", ("application/vnd.efi.iso",)),
    ("squashfs", "disks:squashfs", ("application/vnd.squashfs",)),
    ("qcow", "disks:qcow", ("application/x-qemu-disk",)),
    ("vhd", "disks:vhd", ("application/x-vhd-disk",)),
    ("vhdx", "disks:vhdx", ("application/x-vhdx-disk",)),
    ("vdi", "disks:vdi", ("application/x-virtualbox-vdi",)),
    ("vmdk", "disks:vmdk", ("application/x-vmdk-disk",)),
    ("apple-disk-image", "disks:apple", ("application/x-apple-diskimage",)),
    ("warc", "warc:extract", ("application/warc",)),
    ("warc-gzip", "warc:packed", ("application/warc+gzip",)),
    ("torrent", "torrent:extract", ("application/x-bittorrent",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare one extractor a format."""
    return [Extractor(name, accepts, f"firstbytes.builtin.archive.{entry}") for name, entry, accepts in _READERS]
