"""Kinds of ZIP archives."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile

import pytest

from firstbytes import BytesSource
from firstbytes.media import table
from firstbytes.sniff import sniff
from firstbytes.sniff.zip_types import LESSER_PARTS, MAIN_PARTS, MEMBERS, PACKAGES
from firstbytes.source import BlockCache, Metered

PREFIX = "application/vnd."
OOXML = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def pack(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def kind(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> str:
    """Return what the bytes of an archive of these members alone say."""
    return sniff(BytesSource(pack(members, method))).media_type


def types(*overrides: str, default: str = "") -> str:
    """Return a [Content_Types].xml."""
    rows = "".join(f'<Override PartName="/part{n}.xml" ContentType="{kind}"/>' for n, kind in enumerate(overrides))
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    first = f'<Default Extension="xml" ContentType="{default}"/>'
    return f'<?xml version="1.0"?><Types xmlns="{namespace}">{first}{rows}</Types>'


def rels(target: str, kind: str = RELATION) -> str:
    """Return a _rels/.rels with one relationship."""
    return f'<Relationships><Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'


@pytest.mark.parametrize(("part", "expected"), MAIN_PARTS.items())
def test_main_parts(part: str, expected: str) -> None:
    """The content type of the main part is the type of the package."""
    members: dict[str, bytes | str] = {"[Content_Types].xml": types("application/xml", part.upper()), "a.xml": "1"}
    assert kind(members) == expected


def test_main_part_by_default() -> None:
    """A main part may have its content type by suffix."""
    part = f"{OOXML}wordprocessingml.document.main+xml"
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": types(default=part),
        "_rels/.rels": rels("word/document.xml"),
    }
    assert kind(members) == f"{OOXML}wordprocessingml.document"


def test_several_main_parts() -> None:
    """The root relationship settles which of several main parts it is."""
    parts = (f"{OOXML}spreadsheetml.sheet.main+xml", f"{OOXML}wordprocessingml.document.main+xml")
    members: dict[str, bytes | str] = {"[Content_Types].xml": types(*parts), "_rels/.rels": rels("/part1.xml")}
    assert kind(members) == f"{OOXML}wordprocessingml.document"


def test_slides_and_themes() -> None:
    """A slide or a theme is the package only where the root relationship leads to it."""
    slide, theme = f"{OOXML}presentationml.slide+xml", f"{OOXML}themeManager+xml"
    show = f"{OOXML}presentationml.presentation.main+xml"
    assert (
        kind({"[Content_Types].xml": types(slide), "_rels/.rels": rels("part0.xml")}) == f"{OOXML}presentationml.slide"
    )
    assert kind({"[Content_Types].xml": types(theme), "_rels/.rels": rels("part0.xml")}) == f"{PREFIX}ms-officetheme"
    both: dict[str, bytes | str] = {"[Content_Types].xml": types(slide, show), "_rels/.rels": rels("part1.xml")}
    assert kind(both) == f"{OOXML}presentationml.presentation"


def test_openxps() -> None:
    """OpenXPS differs from XPS in the namespace of its root relationship."""
    part = "application/vnd.ms-package.xps-fixeddocumentsequence+xml"
    relation = "http://schemas.openxps.org/oxps/v1.0/fixedrepresentation"
    assert kind({"[Content_Types].xml": types(part), "_rels/.rels": rels("part0.xml", relation)}) == "application/oxps"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("extension.vsixmanifest", "application/vsix"),
        ("Foo.nuspec", "application/x-nupkg"),
        ("AppxManifest.xml", "application/appx"),
        ("dwf/documents.dwfseq", "model/vnd.dwfx+xps"),
        ("3D/3dmodel.model", "model/3mf"),
        ("other", "application/vnd.ms-package.opc"),
    ],
)
def test_packages_by_name(name: str, expected: str) -> None:
    """A package of unknown parts is told by its members' names."""
    assert kind({"[Content_Types].xml": types("text/xml"), name: "x"}) == expected


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("application/x-vnd.oasis.opendocument.spreadsheet\n", "application/vnd.oasis.opendocument.spreadsheet"),
        ("application/vnd.sun.xml.calc", "application/vnd.sun.xml.calc"),
        ("application/epub+zip", "application/epub+zip"),
        ("image/openraster", "image/openraster"),
        ("application/x-krita", "application/x-krita"),
        ("application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-e+zip"),
        ("application/hwp+zip", "application/hwp+zip"),
        ("application/vnd.example.new", "application/vnd.example.new"),
        ("application/unheard", "application/zip"),
        ("no type", "application/zip"),
    ],
)
def test_mimetype(declared: str, expected: str, method: int) -> None:
    """A `mimetype` member counts, stored or deflated, first or late; only if it is a type."""
    assert kind({"mimetype": declared, "content.xml": "<a/>"}, method) == expected
    assert kind({"content.xml": "<a/>", "mimetype": declared}, method) == expected


def test_ibooks() -> None:
    """Apple's books call themselves EPUB and bring their own metadata."""
    members: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "OPS/a.ibooks.css": "",
        "iBooksMetadata.plist": "",
    }
    assert kind(members) == "application/x-ibooks+zip"


def test_manifests() -> None:
    """Without `mimetype`, the manifest of ODF and the container of OCF tell."""
    entry = '<file-entry media-type="application/vnd.sun.xml.writer" full-path="/"/>'
    assert kind({"META-INF/manifest.xml": f"<manifest>{entry}</manifest>"}) == "application/vnd.sun.xml.writer"
    assert kind({"META-INF/manifest.xml": "<manifest/>", "x": ""}) == "application/zip"
    for path, media_type, expected in (
        ("OPS/book.opf", "application/oebps-package+xml", "application/epub+zip"),
        ("score.musicxml", "", "application/vnd.recordare.musicxml"),
        ("other", "", "application/zip"),
    ):
        root = f'<rootfiles><rootfile full-path="{path}" media-type="{media_type}"/></rootfiles>'
        assert kind({"META-INF/container.xml": f"<container>{root}</container>"}) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("META-INF/MANIFEST.MF A.class", "application/java-archive"),
        ("META-INF/MANIFEST.MF WEB-INF/web.xml", "application/java-archive"),
        ("META-INF/MANIFEST.MF META-INF/application.xml", "application/java-archive"),
        ("META-INF/MANIFEST.MF AndroidManifest.xml classes.dex", "application/vnd.android.package-archive"),
        ("AndroidManifest.xml classes.jar", "application/vnd.android.aar"),
        ("BundleConfig.pb base/dex/classes.dex", "application/x-authorware-aab"),
        ("Payload/A.app/Info.plist", "application/x-ios-app"),
        ("a/__init__.py a-1.dist-info/WHEEL", "application/x-wheel+zip"),
        ("EGG-INFO/PKG-INFO a.py", "application/x-python-egg"),
        ("metadata.json pkg-a-1.tar.zst info-a-1.tar.zst", "application/x-conda"),
        ("install.rdf chrome.manifest", "application/x-xpinstall"),
        ("manifest.json META-INF/mozilla.rsa", "application/x-xpinstall"),
        ("doc.kml files/a.png", "application/vnd.google-earth.kmz"),
        ("a.npy b/c.npy", "application/x-npz"),
        ("designmap.xml Resources/Fonts.xml", "application/vnd.adobe.indesign-idml-package"),
        ("ComicInfo.xml 1.jpg", "application/vnd.comicbook+zip"),
        ("datapackage.json archive/data.warc.gz", "application/wacz"),
        ("archive/data.pkl archive/version archive/data/0", "application/x-pytorch"),
        ("metadata.json config.json model.weights.h5", "application/x-keras"),
        ("document.json meta.json pages/1.json", "application/x-sketch"),
        ("scene.usdc tex/a.png", "model/vnd.usdz+zip"),
        ("Font.ufo/metainfo.plist", "application/x-ufo-zip"),
        ("stack.xml data/l.png", "image/openraster"),
        ("score.mscx META-INF/x", "application/x-musescore"),
        ("geogebra.xml", "application/vnd.geogebra.file"),
        ("Document.xml GuiDocument.xml", "application/x-extension-fcstd"),
        ("collection.anki2 media", "application/x-anki"),
        ("Document.xml Preview.png", "application/vnd.mindjet.mindmanager"),
        ("content.json metadata.json manifest.json", "application/vnd.xmind.workbook"),
        ("a.pdf META-INF/ASiCManifest001.xml", "application/vnd.etsi.asic-e+zip"),
        ("book.fb2", "application/x-zip-compressed-fb2"),
        ("main.lua conf.lua", "application/x-love-game"),
        ("BlockList.xml a/b.xml", "application/vnd.openofficeorg.autotext"),
        ("a.xlf b.skl", "application/x-xliff+zip"),
        ("1.jpg 2.jpg", "application/zip"),
        ("data.pkl", "application/zip"),
    ],
)
def test_members(names: str, expected: str) -> None:
    """Names of members that only one kind of archive has."""
    assert kind(dict.fromkeys(names.split(), "x")) == expected


def iwa(first: int) -> bytes:
    """Return the start of an IWA file whose first object has this type (a Snappy literal, then ArchiveInfo)."""
    number = bytes([first]) if first < 128 else bytes([first & 127 | 128, first >> 7])
    message = b"\x08" + number + b"\x12\x03\1\0\5\x18\x10"
    info = b"\x08\x01\x12" + bytes([len(message)]) + message
    body = bytes([len(info)]) + info + b"rest" * 20
    raw = bytes([len(body)]) + b"\xf0" + bytes([len(body) - 1]) + body
    return b"\0" + struct.pack("<I", len(raw))[:3] + raw


def test_iwork() -> None:
    """IWork before and after 2013 is told by its roots, objects and members."""
    apple = "application/vnd.apple."
    assert kind({"index.xml": '<sl:document xmlns:sl="x">'}) == f"{apple}pages"
    assert kind({"index.xml": '<?xml version="1.0"?><ls:document xmlns:ls="x">'}) == f"{apple}numbers"
    assert kind({"index.apxl": "<key:presentation>"}) == f"{apple}keynote"
    assert kind({"index.apxl.gz": gzip.compress(b"<key:presentation>")}) == f"{apple}keynote"
    assert kind({"Index/Document.iwa": iwa(10000)}) == f"{apple}pages"
    assert kind({"Index/Document.iwa": iwa(1)}) == f"{apple}numbers"
    assert kind({"Index/Document.iwa": iwa(1), "Index/Slide-1.iwa": b""}) == f"{apple}keynote"
    assert kind({"Index/Document.iwa": b"", "Index/x.iwa": b""}) == f"{apple}iwork"
    assert kind({"Index.zip": pack({"Index/Document.iwa": iwa(10000)}, 0)}, 0) == f"{apple}pages"
    assert kind({".iwpv2": b"", "Index.zip": b""}) == f"{apple}iwork"
    assert kind({"index.xml": "<html/>"}) == "application/zip"


def test_around_and_cut() -> None:
    """Data before or after the archive, and a lost directory, do not hide its type."""
    data = pack({"mimetype": "application/epub+zip", "a": random.Random(1).randbytes(9000)})
    assert sniff(BytesSource(data + b"\0" * 50)).media_type == "application/epub+zip"
    assert sniff(BytesSource(data[:5000])).media_type == "application/epub+zip"


def test_encrypted_members() -> None:
    """Encrypted members are not read, and the archive is still one."""
    data = bytearray(pack({"mimetype": "application/epub+zip"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert sniff(BytesSource(bytes(data))).media_type == "application/zip"


def test_few_reads() -> None:
    """A large package takes at most four reads beside the head."""
    part = f"{OOXML}wordprocessingml.document.main+xml"
    members: dict[str, bytes | str] = {f"media{n}": random.Random(n).randbytes(200_000) for n in range(5)}
    meter = Metered(BytesSource(pack({**members, "[Content_Types].xml": types(part)})))
    assert sniff(BlockCache(meter)).media_type == f"{OOXML}wordprocessingml.document"
    assert meter.reads <= 5


def test_long_directories() -> None:
    """What tells the kind is found at the end of a directory that is too long to read."""
    names = [f"package/module{number:06}.py" for number in range(12_000)]
    assert kind(dict.fromkeys([*names, "a-1.dist-info/WHEEL"], b""), zipfile.ZIP_STORED) == "application/x-wheel+zip"


def test_behind_an_interpreter() -> None:
    """A script that is an archive from its second line on is an archive; a script that mentions one is not."""
    shebang = b"#!/usr/bin/env python3\n"
    assert sniff(BytesSource(shebang + pack({"__main__.py": "print()"}))).media_type == "application/zip"
    assert sniff(BytesSource(shebang + pack({"a-1.dist-info/WHEEL": ""}))).media_type == "application/x-wheel+zip"
    assert sniff(BytesSource(shebang + b"magic = 'PK\3\4'\n")).media_type != "application/zip"
    assert sniff(BytesSource(shebang + b"print()\n")).media_type == "text/x-python"


def test_behind_other_bytes() -> None:
    """An archive is found behind bytes of no format, as readers find it: by its end."""
    junk = bytes(range(256)) * 8
    assert sniff(BytesSource(junk + pack({"a.txt": "a"}))).media_type == "application/zip"
    assert sniff(BytesSource(junk + pack({"META-INF/MANIFEST.MF": ""}))).media_type == "application/java-archive"
    assert sniff(BytesSource(junk + b"PK\5\6" + bytes(18))).media_type != "application/java-archive"


@pytest.mark.parametrize(("part", "kind_of"), [("word", "word"), ("xl", "spreadsheet"), ("ppt", "presentation")])
def test_packages_that_are_cut_off(part: str, kind_of: str) -> None:
    """Without content types the folder of the parts tells the kind, where the archive is a package at all."""
    whole = pack({"_rels/.rels": "", f"{part}/a.xml": "x" * 99, "b": ""}, zipfile.ZIP_STORED)
    cut = whole[: whole.index(b"PK\1\2")]
    assert kind_of in sniff(BytesSource(cut)).media_type
    assert (
        "template" in sniff(BytesSource(cut), name={"word": "a.dotx", "xl": "a.xltx", "ppt": "a.potx"}[part]).media_type
    )
    assert sniff(BytesSource(whole)).media_type == "application/zip"
    assert sniff(BytesSource(cut.replace(b"_rels/.rels", b"_rels.rels_"))).media_type == "application/zip"


def test_types_are_known() -> None:
    """Every type that a rule can answer is in the table by its canonical name."""
    answers = {*MAIN_PARTS.values(), *LESSER_PARTS.values()} | {media_type for media_type, _ in (*PACKAGES, *MEMBERS)}
    assert {media_type for media_type in answers if media_type not in table()} == set()
