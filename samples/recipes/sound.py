"""Sound: a fog horn, a bell and a tune, all synthesised, in the encoder of each format."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.workshop import CURATOR, ISO_MADE, MUSEUM, RIGHTS, Sample, ffmpeg, run, seascape

ALBUM = "Lyd fra Ternholm"
HORN = "0.5*sin(2*PI*110*t)*(1-exp(-4*t))+0.3*sin(2*PI*165*t)"
BELL = "0.6*sin(2*PI*660*t)*exp(-2*mod(t,1))+0.3*sin(2*PI*1320*t)*exp(-4*mod(t,1))"
GULLS = "0.5*sin(2*PI*(900+300*sin(2*PI*3*t))*t)*max(0,sin(2*PI*t))"


def wave(folder: str | Path, expression: str, seconds: float, *, rate: int = 44100, channels: int = 1) -> Path:
    """A WAV of an expression of the time `t`, in a folder."""
    path = Path(folder) / "source.wav"
    source = f"aevalsrc='{'|'.join([expression] * channels)}':s={rate}:d={seconds}"
    ffmpeg("-f", "lavfi", "-i", source, path)
    return path


def cover(folder: str | Path) -> Path:
    """The sleeve, a small JPEG, in a folder."""
    path = Path(folder) / "cover.jpg"
    seascape(240, 240, night=True, turn=0.6).save(path, quality=75)
    return path


def tags(title: str, track: str, **more: str) -> list[str]:
    """Give ffmpeg's metadata options for a song of the album."""
    words = {"title": title, "artist": CURATOR, "album": ALBUM, "track": track, "date": "2025"} | more
    return [part for key, value in words.items() for part in ("-metadata", f"{key}={value}")]


def mp3(path: Path) -> None:
    """The fog horn: ID3v2 with a cover, variable bit rate with a Xing header."""
    with TemporaryDirectory() as folder:
        words = ("--tt", "Tåkelur", "--ta", CURATOR, "--tl", ALBUM, "--ty", "2025", "--tn", "1/8", "--tg", "Ambient")
        words += ("--tv", f"TPE2={MUSEUM}", "--ti", str(cover(folder)))
        run("lame", "--quiet", "-V", "6", "--add-id3v2", *words, wave(folder, HORN, 4), path)


def flac(path: Path) -> None:
    """The bell, lossless, with Vorbis comments and a cover."""
    with TemporaryDirectory() as folder:
        words = {"TITLE": "Klokke i tåke", "ARTIST": CURATOR, "ALBUM": ALBUM, "TRACKNUMBER": "2", "DATE": "2025-06-21"}
        words |= {"ALBUMARTIST": MUSEUM, "DISCNUMBER": "1", "GENRE": "Field recording", "COPYRIGHT": RIGHTS}
        options = [f"--tag={key}={value}" for key, value in words.items()]
        source = wave(folder, BELL, 2, rate=22050)
        run("flac", "--silent", "--force", "--best", f"--picture={cover(folder)}", *options, "-o", path, source)


def vorbis(path: Path) -> None:
    """The bell again, as Ogg Vorbis."""
    with TemporaryDirectory() as folder:
        words = ("-t", "Die Glocke im Nebel", "-a", CURATOR, "-l", ALBUM, "-N", "3", "-d", "2025", "-G", "Ambient")
        source = wave(folder, BELL, 3, channels=2)
        run("oggenc", "--quiet", "--serial", "7", "-q", "0", *words, "-o", path, source)


def opus(path: Path) -> None:
    """Three seconds of gulls for the web."""
    with TemporaryDirectory() as folder:
        source = wave(folder, GULLS, 3, rate=48000)
        ffmpeg("-i", source, "-c:a", "libopus", "-b:a", "24k", *tags("Goélands", "4", language="fra"), path)


def m4a(path: Path) -> None:
    """The tune of the exhibition: AAC with iTunes tags and a cover."""
    from mutagen.mp4 import MP4, MP4Cover

    with TemporaryDirectory() as folder:
        source = wave(folder, f"{HORN}+0.4*({BELL})", 3, channels=2)
        words = tags("Tide Song", "5/8", genre="Folk", album_artist=MUSEUM, disc="1/1")
        ffmpeg("-i", source, "-c:a", "aac", "-b:a", "48k", *words, "-movflags", "+faststart", path)
        song = MP4(path)
        song["covr"] = [MP4Cover(cover(folder).read_bytes(), MP4Cover.FORMAT_JPEG)]
        song.save()


def wav(path: Path) -> None:
    """The fog signal as it is sent to the speaker: PCM with an INFO list."""
    with TemporaryDirectory() as folder:
        source = wave(folder, HORN, 2, rate=11025)
        ffmpeg("-i", source, *tags("Fog signal", "6", comment="2 s every 60 s"), path)


def aiff(path: Path) -> None:
    """Gulls, uncompressed and big-endian, with a name and an author."""
    with TemporaryDirectory() as folder:
        ffmpeg("-i", wave(folder, GULLS, 1.5, rate=11025), *tags("Seagulls", "7"), "-write_id3v2", "1", path)


def wma(path: Path) -> None:
    """The radio play of 2003, Windows Media."""
    with TemporaryDirectory() as folder:
        words = tags("The Relief Boat", "8", genre="Radio play", creation_time=ISO_MADE)
        ffmpeg("-i", wave(folder, HORN, 3), "-c:a", "wmav2", "-b:a", "32k", *words, path)


def amr(path: Path) -> None:
    """A telephone call to the pilot station: adaptive multi-rate, narrow band."""
    with TemporaryDirectory() as folder:
        run("sox", wave(folder, BELL, 2, rate=8000), "-t", "amr-nb", "-C", "7", path)


def midi(path: Path) -> None:
    """The watch song in two parts, as a standard MIDI file with names and words."""
    from mido import Message, MetaMessage, MidiFile, MidiTrack, bpm2tempo

    song = MidiFile(type=1, ticks_per_beat=480)
    head = MidiTrack([MetaMessage("track_name", name="Vaktsang"), MetaMessage("copyright", text=RIGHTS)])
    head += [MetaMessage("set_tempo", tempo=bpm2tempo(96)), MetaMessage("time_signature", numerator=3)]
    song.tracks.append(head)
    for name, program, shift in (("Flute", 73, 12), ("Accordion", 21, 0)):
        part = MidiTrack([MetaMessage("track_name", name=name), Message("program_change", program=program)])
        for pitch, word in zip((60, 64, 67, 65, 62, 60), ("Lys", "o-", "ver", "ha-", "vet", "."), strict=True):
            part.append(MetaMessage("lyrics", text=word))
            part.append(Message("note_on", note=pitch + shift, velocity=80))
            part.append(Message("note_off", note=pitch + shift, time=480))
        song.tracks.append(part)
    song.save(path)


SAMPLES = (
    Sample(name="fog-horn.mp3", make=mp3, media_type="audio/mpeg", fact="title=Tåkelur",
           caption="the fog horn: ID3 tags, cover, variable bit rate"),
    Sample(name="bell.flac", make=flac, media_type="audio/flac", fact="duration_ms=2000",
           caption="the bell, lossless, with comments and cover"),
    Sample(name="bell.ogg", make=vorbis, media_type="audio/ogg", fact="duration_ms=3000",
           caption="the bell as Ogg Vorbis"),
    Sample(name="gulls.opus", make=opus, media_type="audio/ogg", fact="title=Goélands",
           caption="gulls as Opus, title in French"),
    Sample(name="tide-song.m4a", make=m4a, media_type="audio/mp4", fact="title=Tide Song",
           caption="AAC with iTunes tags and cover"),
    Sample(name="fog-signal.wav", make=wav, media_type="audio/vnd.wave", fact="duration_ms=2000",
           caption="PCM with an INFO list"),
    Sample(name="gulls.aiff", make=aiff, media_type="audio/aiff", fact="duration_ms=1500",
           caption="gulls, big-endian PCM, ID3 tags"),
    Sample(name="relief-boat.wma", make=wma, media_type="audio/x-ms-wma", fact="title=The Relief Boat",
           caption="the radio play, Windows Media Audio"),
    Sample(name="pilot-call.amr", make=amr, media_type="audio/amr", fact="duration_ms=2000",
           caption="a telephone call, AMR narrow band"),
    Sample(name="watch-song.mid", make=midi, media_type="audio/midi", fact="track_count=3",
           caption="the watch song: three tracks, 96 beats a minute, words"),
)  # fmt: skip
