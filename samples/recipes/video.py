"""Video: the lamp turns over the sea, three seconds at a time, in the container of each system."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.sound import BELL, HORN
from recipes.text import ENGLISH_SUBTITLES, NORWEGIAN_SUBTITLES
from recipes.workshop import CURATOR, ISO_MADE, LATITUDE, LONGITUDE, MUSEUM, Sample, ffmpeg, run, seascape

RATE, COUNT = 10, 30
NIGHT = ("-c:v", "libx264", "-preset", "veryslow", "-crf", "30", "-pix_fmt", "yuv420p", "-threads", "1")
AAC = ("-c:a", "aac", "-b:a", "24k")
DATE = ("-metadata", f"creation_time={ISO_MADE}")
HDR = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display=G(13250,34500)B(7500,3000)R(34000,16000)"
CHAPTERS = """\
CHAPTER01=00:00:00.000
CHAPTER01NAME=Dusk
CHAPTER02=00:00:01.500
CHAPTER02NAME=The lamp is lit
"""


def frames(folder: str | Path, width: int, height: int) -> tuple[str, ...]:
    """Draw one turn of the lamp into a folder; ffmpeg's options that read it."""
    for step in range(COUNT):
        seascape(width, height, turn=step / COUNT, night=True).save(Path(folder) / f"{step:03}.png")
    return ("-framerate", str(RATE), "-i", f"{folder}/%03d.png")


def tone(expression: str, rate: int = 44100) -> tuple[str, ...]:
    """Give ffmpeg's options for three seconds of a sound."""
    return ("-f", "lavfi", "-i", f"aevalsrc='{expression}':s={rate}:d={COUNT / RATE}")


def title(words: str) -> tuple[str, ...]:
    """Give ffmpeg's options for a title and an artist."""
    return ("-metadata", f"title={words}", "-metadata", f"artist={CURATOR}")


def film(path: Path, size: tuple[int, int], *options: str | Path, sound: str = HORN, rate: int = 44100) -> None:
    """One turn of the lamp with one sound, by ffmpeg."""
    with TemporaryDirectory() as folder:
        ffmpeg(*frames(folder, *size), *tone(sound, rate), *DATE, *options, path)


def mp4(path: Path) -> None:
    """The welcome film: H.264, the commentary in two languages, index before the data."""
    with TemporaryDirectory() as folder:
        tracks = ("-map", "0:v", "-map", "1:a", "-map", "2:a", *NIGHT, *AAC, *title("Welcome to Ternholm"), *DATE)
        languages = ("-metadata:s:a:0", "language=nor", "-metadata:s:a:1", "language=eng")
        sources = (*frames(folder, 320, 240), *tone(HORN), *tone(BELL))
        ffmpeg(*sources, *tracks, *languages, "-movflags", "+faststart", path)
    run("exiftool", "-q", "-overwrite_original", f"-UserData:GPSCoordinates={LATITUDE}, {LONGITUDE}", path)


def mov(path: Path) -> None:
    """A telephone's film held upright: stored wide, to be shown turned by 90 degrees."""
    with TemporaryDirectory() as folder:
        flat = Path(folder) / "flat.mov"
        film(flat, (320, 180), *NIGHT, *AAC, *title("Crossing in the rain"))
        # Only a copy takes the turn (anticlockwise): ffmpeg 5 has no option for the display matrix.
        ffmpeg("-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=270", path)


def fragmented(path: Path) -> None:
    """The web camera, in fragments: the header knows no duration."""
    film(path, (192, 144), *NIGHT, *AAC, "-g", "10", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")


def three_gp(path: Path) -> None:
    """A postcard from an old telephone: H.263 and AMR."""
    with TemporaryDirectory() as folder:
        wave, call = Path(folder) / "call.wav", Path(folder) / "call.amr"
        ffmpeg(*tone(BELL, 8000), wave)
        run("sox", wave, "-t", "amr-nb", "-C", "0", call)
        copy = ("-map", "0:v", "-map", "1:a", "-c:v", "h263", "-b:v", "40k", "-c:a", "copy", "-f", "3gp")
        ffmpeg(*frames(folder, 176, 144), "-i", call, *DATE, *copy, path)


def matroska(path: Path) -> None:
    """The documentary: HDR video, subtitles in two languages, chapters and a cover."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        movie, chapters, cover = home / "movie.mkv", home / "chapters.txt", home / "cover.jpg"
        film(movie, (320, 180), "-c:v", "libx265", "-preset", "fast", "-crf", "34", "-pix_fmt", "yuv420p10le",
             "-x265-params", f"log-level=none:pools=1:frame-threads=1:{HDR}WP(15635,16450)L(10000000,1)", "-c:a",
             "libopus", "-b:a", "16k", rate=48000)  # fmt: skip
        chapters.write_text(CHAPTERS, encoding="utf-8")
        seascape(200, 120).save(cover)
        texts = []
        for language, words in (("en", ENGLISH_SUBTITLES), ("nb", NORWEGIAN_SUBTITLES)):
            subtitle = home / f"{language}.srt"
            subtitle.write_text(words, encoding="utf-8")
            texts += ["--language", f"0:{language}", subtitle]
        about = ("--title", "The Last Keeper", "--chapter-language", "en", "--chapters", chapters)
        attach = ("--attachment-mime-type", "image/jpeg", "--attach-file", cover)
        tracks = ("--language", "0:zxx", "--language", "1:nb", movie, *texts)
        run("mkvmerge", "--quiet", "--deterministic", "7", "-o", path, *about, *attach, *tracks)


def webm(path: Path) -> None:
    """The loop for the web page: VP9 and Opus."""
    coding = ("-c:v", "libvpx-vp9", "-crf", "45", "-b:v", "0", "-pix_fmt", "yuv420p", "-c:a", "libopus", "-b:a", "16k")
    film(path, (320, 180), *coding, *title("Das Licht dreht sich"), sound=BELL, rate=48000)


def avi(path: Path) -> None:
    """A copy of a tape of 1998: MPEG-4 part 2 and MP3."""
    film(path, (176, 144), "-c:v", "mpeg4", "-q:v", "12", "-c:a", "libmp3lame", "-b:a", "32k", *title("Boat, 1998"))


def transport_stream(path: Path) -> None:
    """Recorded from the air: MPEG-2 in a transport stream with a service name."""
    service = ("-metadata", "service_name=Ternholm TV", "-metadata", f"service_provider={MUSEUM}")
    film(path, (176, 144), "-r", "25", "-c:v", "mpeg2video", "-q:v", "16", "-c:a", "mp2", "-b:a", "32k", *service)


def program_stream(path: Path) -> None:
    """From the DVD of the visitors' room: MPEG-2 in a program stream."""
    film(path, (176, 144), "-r", "25", "-c:v", "mpeg2video", "-q:v", "16", "-c:a", "mp2", "-b:a", "32k", "-f", "vob")


def flash(path: Path) -> None:
    """From the web page of 2008: Flash video."""
    film(path, (176, 144), "-c:v", "flv", "-q:v", "14", "-c:a", "libmp3lame", "-b:a", "32k", *title("Nordlys"))


def windows_media(path: Path) -> None:
    """The newsreel on the old computer: Windows Media Video."""
    film(path, (176, 144), "-c:v", "wmv2", "-q:v", "14", "-c:a", "wmav2", "-b:a", "32k", *title("Storm, January 2005"))


SAMPLES = (
    Sample(name="welcome.mp4", make=mp4, media_type="video/mp4", fact="duration_ms=3000",
           caption="the welcome film: H.264, two commentaries, place, index first"),
    Sample(name="crossing.mov", make=mov, media_type="video/quicktime", fact="orientation_deg=90",
           caption="a telephone's film, to be shown turned"),
    Sample(name="webcam.mp4", make=fragmented, media_type="video/mp4", fact="width_px=192",
           caption="the web camera, fragmented"),
    Sample(name="postcard.3gp", make=three_gp, media_type="video/3gpp", fact="width_px=176",
           caption="from an old telephone: H.263 and AMR"),
    Sample(name="last-keeper.mkv", make=matroska, media_type="video/matroska", fact="title=The Last Keeper",
           caption="HDR, subtitles in two languages, chapters, cover"),
    Sample(name="lamp-loop.webm", make=webm, media_type="video/webm", fact="title=Das Licht dreht sich",
           caption="VP9 and Opus, title in German"),
    Sample(name="tape-1998.avi", make=avi, media_type="video/vnd.avi", fact="width_px=176",
           caption="a copy of a tape: MPEG-4 and MP3"),
    Sample(name="broadcast.ts", make=transport_stream, media_type="video/mp2t", fact="width_px=176",
           caption="MPEG-2 in a transport stream with a service name"),
    Sample(name="visitors-room.mpg", make=program_stream, media_type="video/mpeg", fact="height_px=144",
           caption="MPEG-2 in a program stream"),
    Sample(name="nordlys.flv", make=flash, media_type="video/x-flv", fact="width_px=176",
           caption="Flash video of 2008"),
    Sample(name="newsreel.wmv", make=windows_media, media_type="video/x-ms-wmv", fact="title=Storm, January 2005",
           caption="Windows Media Video"),
)  # fmt: skip
