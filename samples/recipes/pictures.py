"""Pictures: drawn with Pillow, tagged with exiftool, and saved by the encoder of each format."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from recipes.workshop import ALTITUDE, CURATOR, LATITUDE, LONGITUDE, MUSEUM, RIGHTS, Sample, ffmpeg, run, seascape

if TYPE_CHECKING:
    from pathlib import Path

CAMERA = ("-Make=Nordlys", "-Model=Nordlys NX-2", "-LensModel=NL 35mm f/2", "-Software=Mørkerom 4.1")
EXPOSURE = ("-ExposureTime=1/60", "-FNumber=4", "-ISO=200", "-FocalLength=35", "-EXIF:Flash=16")
WHEN = ("-DateTimeOriginal=2025:06:21 22:48:10", "-OffsetTimeOriginal=+02:00", "-ModifyDate=2025:06:24 08:15:00")
PLACE = (
    f"-GPSLatitude={LATITUDE}", "-GPSLatitudeRef=N", f"-GPSLongitude={LONGITUDE}", "-GPSLongitudeRef=E",
    f"-GPSAltitude={ALTITUDE}", "-GPSAltitudeRef#=0",
)  # fmt: skip
WORDS = ("lighthouse", "midsummer", "Ternholm", "fyrtårn")


def exiftool(path: Path, *tags: str) -> None:
    """Write tags into a picture, in place."""
    run("exiftool", "-q", "-overwrite_original", "-n", *tags, path)


def srgb() -> bytes:
    """A plain sRGB profile, with the clock taken out of its header (ICC.1 7.2.8)."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07e9 000b 0003 0009 001e 0000".replace(" ", ""))
    return bytes(profile)


def jpeg(path: Path) -> None:
    """A photograph held upright: stored on its side, orientation 6, with EXIF, GPS, IPTC and XMP."""
    seascape(480, 640).rotate(90, expand=True).save(path, quality=82, icc_profile=srgb(), dpi=(300, 300))
    iptc = ("-IPTC:ObjectName=Midsummer at Ternholm", f"-IPTC:By-line={CURATOR}", "-CodedCharacterSet=UTF8")
    xmp = ("-XMP-dc:Title=Midsummer at Ternholm", f"-XMP-dc:Creator={CURATOR}", f"-XMP-dc:Rights={RIGHTS}")
    words = [f"-{group}={word}" for word in WORDS for group in ("IPTC:Keywords", "XMP-dc:Subject")]
    exif = ("-Orientation=6", f"-Artist={CURATOR}", f"-EXIF:Copyright={RIGHTS}", "-EXIF:ColorSpace=1")
    exiftool(path, *CAMERA, *EXPOSURE, *WHEN, *PLACE, *exif, *iptc, *xmp, *words)


def truncated_jpeg(path: Path) -> None:
    """A photograph whose download stopped inside the header: the frame was never reached."""
    with TemporaryDirectory() as folder:
        whole = type(path)(folder) / "whole.jpg"
        jpeg(whole)
        path.write_bytes(whole.read_bytes()[:700])


def png(path: Path) -> None:
    """The floor plan of the tower, as a drawing with a palette and text chunks."""
    image = Image.new("P", (600, 420), 0)
    image.putpalette([250, 248, 240, 40, 60, 110, 170, 40, 40])
    draw = ImageDraw.Draw(image)
    for floor, radius in enumerate((190, 150, 110, 70)):
        draw.ellipse((300 - radius, 210 - radius, 300 + radius, 210 + radius), outline=1 + floor % 2, width=4)
    draw.line((300, 20, 300, 400), fill=1, width=2)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Title", "Floor plan of the tower")
    notes.add_text("Author", CURATOR)
    notes.add_itxt("Description", "Grundriss des Turms, 1:50", lang="de", tkey="Beschreibung")
    notes.add_text("Creation Time", "2025-05-02T10:00:00+02:00")
    image.save(path, dpi=(150, 150), pnginfo=notes, optimize=True)


def beacon(count: int, size: tuple[int, int]) -> list[Image.Image]:
    """Frames of one turn of the lamp at night."""
    return [seascape(*size, turn=step / count, night=True) for step in range(count)]


def apng(path: Path) -> None:
    """One turn of the lamp in eight frames."""
    frames = [frame.quantize(32) for frame in beacon(8, (160, 120))]
    frames[0].save(path, format="PNG", save_all=True, append_images=frames[1:], duration=250, loop=0)


def gif(path: Path) -> None:
    """One turn of the lamp in six frames, with a comment."""
    frames = [frame.quantize(32) for frame in beacon(6, (160, 120))]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=300, loop=0, comment=MUSEUM.encode())


def webp(path: Path) -> None:
    """The tower at night, with EXIF and XMP."""
    seascape(480, 360, night=True, turn=0.55).save(path, quality=70, icc_profile=srgb())
    exiftool(path, *CAMERA, *EXPOSURE, *WHEN, f"-EXIF:Artist={CURATOR}", "-XMP-dc:Title=The lamp in November")


def tiff(path: Path) -> None:
    """Two pages of a keeper's letter, bilevel, fax compression."""
    pages = []
    for number in (1, 2):
        page = Image.new("1", (620, 877), 1)
        draw = ImageDraw.Draw(page)
        for line in range(20):
            draw.text((60, 60 + 36 * line), f"Brev fra fyrvokteren, side {number}, linje {line + 1}", fill=0)
        pages.append(page)
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4", dpi=(75, 75))
    title = "Letter of the keeper to his sister, 1911"
    exiftool(path, f"-IFD0:ImageDescription={title}", "-IFD0:Artist=Peder Aas", "-IFD0:Software=Mørkerom 4.1")


def bmp(path: Path) -> None:
    """The plaque by the door, in 16 colours."""
    seascape(160, 120).quantize(16).save(path)


def ico(path: Path) -> None:
    """The museum's icon in three sizes."""
    seascape(48, 48).save(path, sizes=[(16, 16), (32, 32), (48, 48)])


def heic(path: Path) -> None:
    """A telephone's picture of the tower."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    seascape(640, 480, turn=0.8).save(path, quality=55)
    exiftool(path, *CAMERA, *EXPOSURE, *WHEN, *PLACE, f"-EXIF:Artist={CURATOR}")


def avif(path: Path) -> None:
    """The same view, for the web."""
    seascape(640, 480, turn=0.45).save(path, quality=50)


def jxl(path: Path) -> None:
    """The same view, for the archive."""
    with TemporaryDirectory() as folder:
        source = type(path)(folder) / "view.png"
        seascape(320, 240, turn=0.3).save(source)
        ffmpeg("-i", source, "-c:v", "libjxl", "-distance", "1.5", path)


def psd(path: Path) -> None:
    """The poster of the exhibition, as ImageMagick writes a Photoshop document."""
    with TemporaryDirectory() as folder:
        source = type(path)(folder) / "poster.png"
        seascape(210, 297, night=True, turn=0.6).quantize(24).convert("RGB").save(source)
        run("convert", source, "-density", "96", "-units", "PixelsPerInch", "-compress", "RLE", path)
    exiftool(path, "-XMP-dc:Title=Light and Silence", f"-XMP-dc:Creator={CURATOR}")


def svg(path: Path) -> None:
    """The museum's sign, with a title and Dublin Core in RDF."""
    path.write_text(f"""\
<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="120mm" height="160mm" viewBox="0 0 120 160" xml:lang="en">
  <title>Sign of the {MUSEUM}</title>
  <desc>A red and white tower on a dark rock.</desc>
  <metadata>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <rdf:Description rdf:about="">
        <dc:creator>{CURATOR}</dc:creator><dc:date>2025-03-14</dc:date><dc:rights>{RIGHTS}</dc:rights>
      </rdf:Description>
    </rdf:RDF>
  </metadata>
  <rect width="120" height="160" fill="#34507f"/>
  <path d="M50 40h20l6 90H44z" fill="#f0ece4"/>
  <path d="M48.7 60h22.6l1.3 20H47.4zM46.2 100h27.6l1.2 20H45z" fill="#b22a28"/>
  <circle cx="60" cy="30" r="9" fill="#ffe28c"/>
  <ellipse cx="60" cy="142" rx="46" ry="16" fill="#2e2a30"/>
</svg>
""", encoding="utf-8")  # fmt: skip


def dng(path: Path) -> None:
    """A raw picture: a Bayer mosaic of the seascape, written by pidng as a Digital Negative."""
    import numpy  # noqa: ICN001 - spelt out
    from pidng.core import RAW2DNG, DNGTags, Tag
    from pidng.defs import CFAPattern, Orientation, PhotometricInterpretation

    width, height = 160, 120
    pixels = numpy.asarray(seascape(width, height), dtype=numpy.uint16) * 16
    mosaic = pixels[:, :, 1].copy()
    mosaic[0::2, 0::2], mosaic[1::2, 1::2] = pixels[0::2, 0::2, 0], pixels[1::2, 1::2, 2]
    values = {
        Tag.ImageWidth: width, Tag.ImageLength: height, Tag.TileWidth: width, Tag.TileLength: height,
        Tag.Orientation: Orientation.Horizontal, Tag.SamplesPerPixel: 1, Tag.BitsPerSample: 16,
        Tag.PhotometricInterpretation: PhotometricInterpretation.Color_Filter_Array, Tag.CFARepeatPatternDim: [2, 2],
        Tag.CFAPattern: CFAPattern.RGGB, Tag.BlackLevel: 0, Tag.WhiteLevel: 4095, Tag.Make: "Nordlys",
        Tag.Model: "Nordlys NX-2",
        Tag.ColorMatrix1: [[10000, 10000], [0, 1], [0, 1], [0, 1], [10000, 10000], [0, 1], [0, 1], [0, 1], [1, 1]],
        Tag.CalibrationIlluminant1: 21, Tag.AsShotNeutral: [[1, 1], [1, 1], [1, 1]],
    }  # fmt: skip
    tags = DNGTags()
    for tag, value in values.items():
        tags.set(tag, value)
    raw = RAW2DNG()
    raw.options(tags, path="", compress=False)
    raw.convert(mosaic, filename=str(path.with_suffix("")))
    exiftool(path, *EXPOSURE, *WHEN, f"-EXIF:Artist={CURATOR}")


def disguised_png(path: Path) -> None:
    """A picture that someone named .txt: the bytes say what it is, and the name is only a claim."""
    seascape(96, 72).quantize(16).save(path, format="PNG")


SAMPLES = (
    Sample(name="midsummer.jpg", make=jpeg, media_type="image/jpeg", fact="width_px=480",
           caption="photograph stored on its side: EXIF, GPS, IPTC, XMP, ICC profile"),
    Sample(name="floor-plan.png", make=png, media_type="image/png", fact="width_px=600",
           caption="plan of the tower: palette, 150 dpi, text in two languages"),
    Sample(name="lamp-turning.apng", make=apng, media_type="image/apng", fact="frame_count=8",
           caption="one turn of the lamp, animated PNG"),
    Sample(name="lamp-turning.gif", make=gif, media_type="image/gif", fact="frame_count=6",
           caption="one turn of the lamp, animated GIF with a comment"),
    Sample(name="november.webp", make=webp, media_type="image/webp", fact="height_px=360",
           caption="the tower at night: WebP with EXIF and XMP"),
    Sample(name="keepers-letter.tif", make=tiff, media_type="image/tiff", fact="height_px=877",
           caption="a letter of 1911 in two bilevel pages, fax compression"),
    Sample(name="plaque.bmp", make=bmp, media_type="image/bmp", fact="width_px=160",
           caption="the plaque by the door in 16 colours"),
    Sample(name="favicon.ico", make=ico, media_type="image/vnd.microsoft.icon", fact="width_px=48",
           caption="the icon in three sizes"),
    Sample(name="telephone.heic", make=heic, media_type="image/heic", fact="width_px=640",
           caption="a telephone's picture with EXIF and GPS"),
    Sample(name="view.avif", make=avif, media_type="image/avif", fact="width_px=640",
           caption="the view for the web"),
    Sample(name="view.jxl", make=jxl, media_type="image/jxl", fact="width_px=320",
           caption="the view for the archive, JPEG XL"),
    Sample(name="poster.psd", make=psd, media_type="image/vnd.adobe.photoshop", fact="height_px=297",
           caption="poster of the exhibition, with XMP"),
    Sample(name="sign.svg", make=svg, media_type="image/svg+xml", fact=f"title=Sign of the {MUSEUM}",
           caption="the sign: title, description and Dublin Core in RDF"),
    Sample(name="dusk.dng", make=dng, media_type="image/x-adobe-dng", fact="width_px=160",
           caption="a raw picture: Bayer mosaic with exposure and date"),
    Sample(name="interrupted.jpg", make=truncated_jpeg, media_type="image/jpeg", fact="", outcome="corrupt",
           caption="awkward: a download that stopped in the header"),
    Sample(name="not-a-text.txt", make=disguised_png, media_type="image/png", fact="mismatch=true",
           caption="awkward: a PNG that claims to be text"),
)  # fmt: skip
