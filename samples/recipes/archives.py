"""Archives and packages, each packed by the tool that people pack it with."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.workshop import CURATOR, EPOCH, MADE, MUSEUM, RIGHTS, Sample, run, seascape, settle

LETTERS = {
    "1911/06-12.txt": "Kjære søster, i dag kom båten med lampeolje.\n",
    "1911/11-30.txt": "Tåke i ni dager. Hornet går.\n",
    "1913/01-02.txt": "Marit tente lampen alene i natt.\n",
}
PRESS = {
    "press-kit/README.txt": f"Pictures and words about the {MUSEUM}. {RIGHTS}.\n",
    "press-kit/en/about.txt": "A lighthouse of 1848 with a lens of 1871.\n",
    "press-kit/de/über-uns.txt": "Ein Leuchtturm von 1848.\n",
}
PROJECT = f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "ternholm-tides"
version = "1.2.0"
description = "Tide tables of Ternholm"
license = "CC0-1.0"
authors = [{{name = "{CURATOR}", email = "ingrid@ternholm.example"}}]
requires-python = ">=3.11"
keywords = ["tides", "lighthouse"]
[project.urls]
Homepage = "https://ternholm.example/tides"
"""
CONTROL = f"""\
Package: ternholm-clock
Version: 1.0-1
Architecture: all
Maintainer: {CURATOR} <ingrid@ternholm.example>
Section: misc
Priority: optional
Depends: python3 (>= 3.11)
Homepage: https://ternholm.example/clock
Description: shows when the light of Ternholm turns
 One flash of 0.3 seconds every 10 seconds.
"""
SPEC = f"""\
Name: ternholm-beacon
Version: 1.0
Release: 1
Summary: Says when the light of Ternholm turns
License: CC0-1.0
URL: https://ternholm.example/beacon
Vendor: {MUSEUM}
BuildArch: noarch
%description
One flash of 0.3 seconds every 10 seconds.
%install
mkdir -p %{{buildroot}}/usr/share/ternholm
echo "Fl 10s 42m 19M" > %{{buildroot}}/usr/share/ternholm/character
%files
/usr/share/ternholm/character
"""
LAMP = """\
package example.ternholm;

public final class Lamp {
    public static void main(String[] arguments) {
        System.out.println("Fl 10s 42m 19M");
    }
}
"""


def tree(folder: str | Path, files: dict[str, str]) -> Path:
    """Write files under a folder, all of the story's date; the folder."""
    home = Path(folder)
    for name, words in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    settle(home)
    return home


def press_kit(path: Path) -> None:
    """The press kit: deflated text, a stored picture, a comment."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, TemporaryDirectory() as folder:
        for name, words in PRESS.items():
            archive.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), words, zipfile.ZIP_DEFLATED)
        picture = Path(folder) / "tower.jpg"
        seascape(320, 240).save(picture)
        entry = zipfile.ZipInfo("press-kit/tower.jpg", MADE.timetuple()[:6])
        archive.writestr(entry, picture.read_bytes())
        archive.comment = f"Press kit of the {MUSEUM}, 2025".encode()


def broken(path: Path) -> None:
    """A copy of the press kit that ends before its directory."""
    press_kit(path)
    path.write_bytes(path.read_bytes()[:1500])


def jar(path: Path) -> None:
    """The controller of the demonstration lamp, a class with a manifest."""
    with TemporaryDirectory() as folder:
        about = {"Title": "Lamp controller", "Version": "3.1", "Vendor": MUSEUM}
        manifest = "".join(f"Implementation-{key}: {value}\n" for key, value in about.items())
        home = tree(folder, {"example/ternholm/Lamp.java": LAMP, "manifest.txt": manifest})
        run("javac", "--release", "11", "example/ternholm/Lamp.java", cwd=home)
        options = ("--create", "--file", path, "--manifest", "manifest.txt", "--main-class", "example.ternholm.Lamp")
        run("jar", f"--date={MADE:%Y-%m-%dT%H:%M:%SZ}", *options, "example/ternholm/Lamp.class", cwd=home)


def wheel(path: Path) -> None:
    """The tide tables as a Python package."""
    from hatchling.builders.wheel import WheelBuilder

    with TemporaryDirectory() as folder:
        module = '"""Tide tables of Ternholm."""\n\nRANGE_M = 0.3\n'
        home = tree(folder, {"pyproject.toml": PROJECT, "ternholm_tides/__init__.py": module})
        made = Path(next(WheelBuilder(str(home)).build(directory=str(home / "dist"), versions=["standard"])))
        path.write_bytes(made.read_bytes())


def tar(path: Path) -> None:
    """The keepers' letters by year; with .gz in the name compressed by gzip, without its clock."""
    with TemporaryDirectory() as folder:
        home = tree(folder, LETTERS)
        owner = ("--sort=name", "--owner=archive:1000", "--group=museum:1000", f"--mtime=@{EPOCH}")
        packer = ("-I", "gzip -n -9") if path.suffix == ".gz" else ()
        run("tar", *owner, *packer, "-cf", path, "1911", "1913", cwd=home)


def seven_zip(path: Path) -> None:
    """The letters again, LZMA."""
    with TemporaryDirectory() as folder:
        home = tree(folder, LETTERS)
        path.unlink(missing_ok=True)
        run("7z", "a", "-bd", "-mx=9", path, "1911", "1913", cwd=home)


def table() -> bytes:
    """A tide table that is worth compressing."""
    lines = [f"2026-{1 + day // 28:02}-{1 + day % 28:02},{0.9 + day * 7 % 30 / 100:.2f}" for day in range(336)]
    return ("day,height_m\n" + "\n".join(lines) + "\n").encode()


def xz(path: Path) -> None:
    """A year's tide table, XZ."""
    path.write_bytes(run("xz", "-9", "--stdout", stdin=table()))


def zstd(path: Path) -> None:
    """A year's tide table, Zstandard with its size in the header."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "table.csv"
        source.write_bytes(table())
        run("zstd", "-q", "-f", "-19", source, "-o", path)


def iso(path: Path) -> None:
    """The exhibition's compact disc: ISO 9660 with Joliet and Rock Ridge."""
    with TemporaryDirectory() as folder:
        home = tree(folder, LETTERS)
        about = ("-V", "TERNHOLM_2025", "-publisher", MUSEUM, "-preparer", CURATOR, "-A", "Ternholm exhibition")
        run("genisoimage", "-quiet", "-J", "-R", "-no-pad", *about, "-o", path, home)


def deb(path: Path) -> None:
    """The clock as a Debian package."""
    with TemporaryDirectory() as folder:
        home = tree(folder, {"DEBIAN/control": CONTROL, "usr/share/ternholm/clock.txt": "Fl 10s\n"})
        home.chmod(0o755)
        run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", home, path)


def rpm(path: Path) -> None:
    """The same light for the other half of Linux."""
    with TemporaryDirectory() as folder:
        spec = tree(folder, {"beacon.spec": SPEC}) / "beacon.spec"
        fixed = {"_topdir": folder, "_buildhost": "ternholm.example", "use_source_date_epoch_as_buildtime": "1"}
        fixed |= {"clamp_mtime_to_source_date_epoch": "1", "_binary_payload": "w9.gzdio", "_dbpath": f"{folder}/db"}
        run("rpmbuild", "-bb", "--quiet", *(f"--define={key} {value}" for key, value in fixed.items()), spec)
        made = next(Path(folder).rglob("*.rpm"))
        path.write_bytes(made.read_bytes())


SAMPLES = (
    Sample(name="press-kit.zip", make=press_kit, media_type="application/zip", fact="entry_count=4",
           caption="four entries and a comment"),
    Sample(name="broken.zip", make=broken, media_type="application/zip", fact="", outcome="partial",
           caption="awkward: a copy that ends before its directory"),
    Sample(name="lamp-controller.jar", make=jar, media_type="application/java-archive", fact="version=3.1",
           caption="a class with a manifest"),
    Sample(name="ternholm_tides-1.2.0-py3-none-any.whl", make=wheel, media_type="application/x-wheel+zip",
           fact="version=1.2.0", caption="the tide tables as a Python package"),
    Sample(name="letters.tar", make=tar, media_type="application/x-tar", fact="entry_count=5",
           caption="the keepers' letters by year"),
    Sample(name="letters.tar.gz", make=tar, media_type="application/gzip", fact="",
           caption="the same, compressed"),
    Sample(name="letters.7z", make=seven_zip, media_type="application/x-7z-compressed", fact="",
           caption="the same, LZMA"),
    Sample(name="tide-table.csv.xz", make=xz, media_type="application/x-xz", fact="",
           caption="a year's tide table, XZ"),
    Sample(name="tide-table.csv.zst", make=zstd, media_type="application/zstd", fact="",
           caption="the same, Zstandard"),
    Sample(name="exhibition-cd.iso", make=iso, media_type="application/vnd.efi.iso", fact="title=TERNHOLM_2025",
           caption="a compact disc: ISO 9660, Joliet, Rock Ridge"),
    Sample(name="ternholm-clock_1.0-1_all.deb", make=deb, media_type="application/vnd.debian.binary-package",
           fact="version=1.0-1", caption="a Debian package"),
    Sample(name="ternholm-beacon-1.0-1.noarch.rpm", make=rpm, media_type="application/x-rpm", fact="license=CC0-1.0",
           caption="an RPM package"),
)  # fmt: skip
