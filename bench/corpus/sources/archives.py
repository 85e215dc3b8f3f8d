"""Archives, packages and compressed files made by their own tools and by the standard library."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
from bz2 import BZ2File
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.corpus import fetch
from bench.corpus.model import Candidate, Source, SourceMissingError, Truth, Workspace
from bench.corpus.sources.making import Step, steps

__all__ = ["ARCHIVES", "WHEELS"]

MEMBERS = {
    "readme.txt": b"Berths are let by the season.\n" * 40,
    "tides.csv": b"day,high\nMon,4.2\nTue,4.4\n",
    "quay/plan.bin": bytes(range(256)) * 8,
}
MANIFEST = "Manifest-Version: 1.0\nMain-Class: harbour.Main\n\n"
KML = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
)
MODEL = (
    '<?xml version="1.0"?><model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">'
    "<resources/><build/></model>"
)
MODEL_TYPE = '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
CONTROL = """\
Package: harbour
Version: {version}
Architecture: all
Maintainer: Quay <quay@example.org>
Description: tides
"""
WEB_XML = '<?xml version="1.0"?><web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0"/>'
WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
METADATA = "Metadata-Version: 2.1\nName: harbour\nVersion: 1.0\n"
WEBEXTENSION = '{"manifest_version": 3, "name": "Harbour", "version": "1.0"}'


def _zip(members: dict[str, str | bytes], compression: int, path: Path) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _zip_stream(path: Path) -> None:
    """Write as to a pipe: sizes follow the data, the local headers say zero."""

    class Pipe(io.RawIOBase):
        def __init__(self, file: io.BufferedWriter) -> None:
            self.file = file

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return self.file.write(data)

    with path.open("wb") as file, zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(name, content)


def _tar(kind: int, mode: str, path: Path) -> None:
    with tarfile.open(path, mode, format=kind) as archive:  # type: ignore[call-overload]
        for name, content in MEMBERS.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def _compress(opener: Callable[[Path, str], io.BufferedIOBase], path: Path) -> None:
    with opener(path, "wb") as file:
        file.write(MEMBERS["readme.txt"])


def _seven(filters: list[dict[str, int]] | None, password: str | None, path: Path) -> None:
    import py7zr

    with py7zr.SevenZipFile(path, "w", filters=filters, password=password) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(content, name)


def _with_tree(words: list[str], path: Path) -> None:
    """Run a tool in a folder that holds the members; `{}` is the file to write."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in MEMBERS.items():
            target = Path(folder, name)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        fetch.run([word.replace("{}", str(path)) for word in words], cwd=Path(folder))


def _cpio(kind: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("readme.txt", "tides.csv"):
            Path(folder, name).write_bytes(MEMBERS[name])
        path.write_bytes(
            fetch.run(["cpio", "-o", "-H", kind, "--quiet"], cwd=Path(folder), stdin=b"readme.txt\ntides.csv\n")
        )


def _deb(version: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        control = Path(folder, "DEBIAN", "control")
        control.parent.mkdir()
        control.write_text(CONTROL.format(version=version))
        fetch.run(["dpkg-deb", "--build", "--root-owner-group", folder, str(path)])


def _zips() -> Iterator[Step]:
    deflated = zipfile.ZIP_DEFLATED
    odd: tuple[tuple[str, str, dict[str, str | bytes]], ...] = (
        (
            "tool.jar",
            "application/java-archive",
            {"META-INF/MANIFEST.MF": MANIFEST, "harbour/Main.class": b"\xca\xfe\xba\xbe\0\0\0\x34"},
        ),
        ("site.war", "application/java-archive", {"META-INF/MANIFEST.MF": MANIFEST, "WEB-INF/web.xml": WEB_XML}),
        ("places.kmz", "application/vnd.google-earth.kmz", {"doc.kml": KML}),
        ("part.3mf", "model/3mf", {"[Content_Types].xml": CONTENT_TYPES.format(MODEL_TYPE), "3D/3dmodel.model": MODEL}),
        (
            "harbour-1.0-py3-none-any.whl",
            "application/x-wheel+zip",
            {
                "harbour.py": "",
                "harbour-1.0.dist-info/WHEEL": WHEEL,
                "harbour-1.0.dist-info/METADATA": METADATA,
                "harbour-1.0.dist-info/RECORD": "",
            },
        ),
        ("addon.xpi", "application/x-xpinstall", {"manifest.json": WEBEXTENSION, "background.js": ""}),
    )
    for name, media_type, members in odd:
        yield name, media_type, partial(_zip, members, deflated)
    plain: dict[str, str | bytes] = dict(MEMBERS)
    for name, method in (
        ("stored.zip", zipfile.ZIP_STORED),
        ("bzip2.zip", zipfile.ZIP_BZIP2),
        ("lzma.zip", zipfile.ZIP_LZMA),
    ):
        yield name, "application/zip", partial(_zip, plain, method)
    yield "streamed.zip", "application/zip", _zip_stream
    yield "empty.zip", "application/zip", partial(_zip, {}, deflated)


def _steps() -> Iterator[Step]:
    yield from _zips()
    for name, kind in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        yield f"{name}.tar", "application/x-tar", partial(_tar, kind, "w")
        yield f"{name}.tar.gz", "application/gzip", partial(_tar, kind, "w:gz")
        yield f"{name}.tar.bz2", "application/x-bzip2", partial(_tar, kind, "w:bz2")
        yield f"{name}.tar.xz", "application/x-xz", partial(_tar, kind, "w:xz")
    openers: dict[str, tuple[str, Callable[[Path, str], io.BufferedIOBase]]] = {
        "readme.txt.gz": ("application/gzip", gzip.GzipFile),
        "readme.txt.bz2": ("application/x-bzip2", BZ2File),  # type: ignore[dict-item]
        "readme.txt.xz": ("application/x-xz", lzma.LZMAFile),
        "readme.txt.lzma": ("application/x-lzma", partial(lzma.LZMAFile, format=lzma.FORMAT_ALONE)),
    }
    for name, (media_type, opener) in openers.items():
        yield name, media_type, partial(_compress, opener)
    yield "lzma2.7z", "application/x-7z-compressed", partial(_seven, None, None)
    yield "locked.7z", "application/x-7z-compressed", partial(_seven, None, "quay")
    for name, media_type, words in (
        ("tree.7z", "application/x-7z-compressed", ["7z", "a", "-bso0", "-mx1", "{}", "."]),
        ("info.zip", "application/zip", ["zip", "-q", "-r", "{}", "."]),
        ("image.iso", "application/x-iso9660-image", ["genisoimage", "-quiet", "-J", "-R", "-o", "{}", "."]),
        ("plain.iso", "application/x-iso9660-image", ["genisoimage", "-quiet", "-o", "{}", "."]),
        ("cabinet.cab", "application/vnd.ms-cab-compressed", ["gcab", "-c", "{}", "readme.txt", "tides.csv"]),
        ("zipped.cab", "application/vnd.ms-cab-compressed", ["gcab", "-z", "-c", "{}", "readme.txt"]),
        ("library.a", "application/x-archive", ["ar", "rc", "{}", "readme.txt", "tides.csv"]),
        ("readme.txt.zst", "application/zstd", ["zstd", "-q", "readme.txt", "-o", "{}"]),
        ("readme-19.zst", "application/zstd", ["zstd", "-q", "-19", "--no-check", "readme.txt", "-o", "{}"]),
        ("readme.txt.lz4", "application/x-lz4", ["lz4", "-q", "readme.txt", "{}"]),
        ("legacy.lz4", "application/x-lz4", ["lz4", "-q", "-l", "readme.txt", "{}"]),
        ("readme.txt.lz", "application/lzip", ["lzip", "-q", "readme.txt", "-o", "{}"]),
    ):
        yield name, media_type, partial(_with_tree, words)
    for form in ("newc", "odc", "bin", "crc"):
        yield f"{form}.cpio", "application/x-cpio", partial(_cpio, form)
    for version in ("1.0", "2.1-3"):
        yield f"harbour_{version}_all.deb", "application/vnd.debian.binary-package", partial(_deb, version)


def _build(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "archivers", _steps())


# Small wheels of PyPI for every system: the package itself, and the programs and libraries in it.
PLATFORMS = (
    ("ninja==1.11.1.3", "manylinux_2_12_x86_64", "*/ninja", "application/x-executable"),
    ("ninja==1.11.1.3", "manylinux_2_17_aarch64", "*/ninja", "application/x-executable"),
    ("ninja==1.11.1.3", "win_amd64", "*/ninja.exe", "application/vnd.microsoft.portable-executable"),
    ("ninja==1.11.1.3", "win32", "*/ninja.exe", "application/vnd.microsoft.portable-executable"),
    ("ninja==1.11.1.3", "macosx_10_9_universal2", "*/ninja", "application/x-mach-binary"),
    ("markupsafe==3.0.2", "manylinux_2_17_x86_64", "*.so", "application/x-sharedlib"),
    ("markupsafe==3.0.2", "manylinux_2_17_aarch64", "*.so", "application/x-sharedlib"),
    ("markupsafe==3.0.2", "win_amd64", "*.pyd", "application/vnd.microsoft.portable-executable"),
    ("markupsafe==3.0.2", "win32", "*.pyd", "application/vnd.microsoft.portable-executable"),
    ("markupsafe==3.0.2", "macosx_11_0_arm64", "*.so", "application/x-mach-binary"),
    ("markupsafe==3.0.2", "macosx_10_9_universal2", "*.so", "application/x-mach-binary"),
    ("packaging==24.2", "any", "", ""),
    ("click==8.1.8", "any", "", ""),
)


def _wheels(work: Workspace) -> Iterator[Candidate]:
    for requirement, platform, glob, media_type in PLATFORMS:
        try:
            wheel = fetch.wheel(work, requirement, platform)
        except SourceMissingError as error:
            work.say(f"wheels: no {requirement} for {platform}: {error}")
            continue
        made = partial(Candidate, truth=Truth.OWNER, source="wheels")
        yield made(path=wheel, name=wheel.name, media_type="application/x-wheel+zip")
        if not glob:
            continue
        with zipfile.ZipFile(wheel) as opened:
            for member in [name for name in opened.namelist() if Path(name).match(glob)][:1]:
                path = work.folder(f"made/wheels/{wheel.stem}") / Path(member).name
                path.write_bytes(opened.read(member))
                yield made(path=path, name=f"{wheel.stem}/{path.name}", media_type=media_type)


ARCHIVES = Source(name="archivers", build=_build)
WHEELS = Source(name="wheels", build=_wheels)
