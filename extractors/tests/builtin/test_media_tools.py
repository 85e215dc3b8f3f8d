"""Files made by ffmpeg, flac, lame and their kin say what ffprobe says, survive damage, and cost few reads."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from media_files import read, type_of

from firstbytes import Corrupt, Decline
from firstbytes.core import Core

FILM = "-f lavfi -i testsrc2=s=64x48:r=25:d=2"
TONE = "-f lavfi -i sine=f=440:r=44100:d=2"
TAGS = [
    *("-metadata", "title=Light", "-metadata", "artist=Ida", "-metadata", "album=Coast", "-metadata", "genre=Ambient"),
    *("-metadata", "track=3/12", "-metadata", "date=2019", "-metadata", "comment=hello", "-metadata", "copyright=C"),
]
X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"


@dataclass(frozen=True)
class Recipe:
    """A file: its name, the media type it has, ffmpeg's arguments, and which tags its container cannot hold."""

    name: str
    media_type: str
    arguments: str
    lacks: tuple[str, ...] = ()


ALL_TAGS = ("title", "artist", "album", "genre", "track")
RECIPES = (
    Recipe("a.mp3", "audio/mpeg", f"{TONE} -c:a libmp3lame -b:a 128k"),
    Recipe("a.mp2", "audio/mpeg", f"{TONE} -c:a mp2 -b:a 128k", ALL_TAGS),
    Recipe("a.aac", "audio/aac", f"{TONE} -c:a aac", ALL_TAGS),
    Recipe("a.latm", "audio/mp4a-latm", f"{TONE} -c:a aac -f latm", ALL_TAGS),
    Recipe("a.flac", "audio/flac", f"{TONE} -c:a flac"),
    Recipe("a.ogg", "audio/ogg", f"{TONE} -ac 2 -c:a libvorbis"),
    Recipe("a.opus", "audio/ogg", f"{TONE} -c:a libopus"),
    Recipe("a.spx", "audio/ogg", f"{TONE} -ar 16000 -c:a libspeex"),
    Recipe("a.oga", "audio/ogg", f"{TONE} -c:a flac"),
    Recipe("a.m4a", "audio/mp4", f"{TONE} -c:a aac"),
    Recipe("alac.m4a", "audio/mp4", f"{TONE} -c:a alac"),
    Recipe("a.wav", "audio/vnd.wave", f"{TONE} -c:a pcm_s24le"),
    Recipe("f.wav", "audio/vnd.wave", f"{TONE} -c:a pcm_f32le"),
    Recipe("adpcm.wav", "audio/vnd.wave", f"{TONE} -c:a adpcm_ms"),
    Recipe("rf64.wav", "audio/vnd.wave", f"{TONE} -c:a pcm_s16le -rf64 always"),
    Recipe("a.w64", "audio/x-w64", f"{TONE} -c:a pcm_s16le", ALL_TAGS),
    Recipe("a.aiff", "audio/aiff", f"{TONE} -c:a pcm_s16be", ("album", "artist", "genre", "track")),
    Recipe("a.caf", "audio/x-caf", f"{TONE} -c:a pcm_s16le"),
    Recipe("a.au", "audio/basic", f"{TONE} -c:a pcm_s16be", ALL_TAGS),
    Recipe("a.wma", "audio/x-ms-wma", f"{TONE} -c:a wmav2"),
    Recipe("a.ac3", "audio/ac3", f"{TONE} -c:a ac3 -b:a 96k", ALL_TAGS),
    Recipe("a.eac3", "audio/eac3", f"{TONE} -c:a eac3 -b:a 96k", ALL_TAGS),
    Recipe("a.dts", "audio/vnd.dts", f"{TONE} -ar 48000 -ac 2 -c:a dca -strict -2", ALL_TAGS),
    Recipe("a.wv", "audio/x-wavpack", f"{TONE} -c:a wavpack"),
    Recipe("a.tta", "audio/x-tta", f"{TONE} -c:a tta"),
    Recipe("a.voc", "audio/x-voc", f"{TONE} -c:a pcm_u8", ALL_TAGS),
    Recipe("a.sbc", "audio/x-sbc", f"{TONE} -c:a sbc", ALL_TAGS),
    Recipe("a.mka", "audio/matroska", f"{TONE} -c:a libopus"),
    Recipe("a.weba", "audio/webm", f"{TONE} -c:a libvorbis -f webm"),
    Recipe("v.mp4", "video/mp4", f"{FILM} {TONE} {X264} -c:a aac"),
    Recipe("frag.mp4", "video/mp4", f"{FILM} {TONE} {X264} -c:a aac -g 25 -movflags frag_keyframe+empty_moov"),
    Recipe("dash.mp4", "video/mp4", f"{FILM} {TONE} {X264} -c:a aac -g 25 -movflags dash+frag_keyframe+empty_moov"),
    Recipe("v.mov", "video/quicktime", f"{FILM} {TONE} {X264} -c:a pcm_s16be", ("track",)),
    Recipe("prores.mov", "video/quicktime", f"{FILM} -c:v prores_ks", ("track",)),
    Recipe("v.m4v", "video/x-m4v", f"{FILM} {TONE} {X264} -c:a aac"),
    Recipe("v.3g2", "video/3gpp2", f"{FILM} {TONE} -c:v mpeg4 -c:a aac", ("track",)),
    Recipe("v.mkv", "video/matroska", f"{FILM} {TONE} {X264} -c:a aac"),
    Recipe("hevc.mkv", "video/matroska", f"{FILM} -c:v libx265 -preset ultrafast -x265-params log-level=none"),
    Recipe("v.webm", "video/webm", f"{FILM} {TONE} -c:v libvpx -c:a libvorbis"),
    Recipe("v.avi", "video/vnd.avi", f"{FILM} {TONE} -c:v mpeg4 -c:a libmp3lame"),
    Recipe("v.ts", "video/mp2t", f"{FILM} {TONE} {X264} -c:a aac", ("artist", "album", "genre", "track")),
    Recipe("m2.ts", "video/mp2t", f"{FILM} {TONE} -c:v mpeg2video -c:a mp2", ("artist", "album", "genre", "track")),
    Recipe("v.m2ts", "video/mp2t", f"{FILM} {TONE} {X264} -c:a ac3 -mpegts_m2ts_mode 1", ALL_TAGS[1:]),
    Recipe("v.mpg", "video/mpeg", f"{FILM} {TONE} -c:v mpeg1video -c:a mp2 -f mpeg", ALL_TAGS),
    Recipe("v.vob", "video/mpeg", f"{FILM} {TONE} -c:v mpeg2video -c:a ac3 -f vob", ALL_TAGS),
    Recipe("v.flv", "video/x-flv", f"{FILM} {TONE} {X264} -c:a aac", ("album", "genre", "track")),
    Recipe("s.flv", "video/x-flv", f"{FILM} {TONE} -c:v flv1 -c:a libmp3lame", ("album", "genre", "track")),
    Recipe("v.wmv", "video/x-ms-wmv", f"{FILM} {TONE} -c:v wmv2 -c:a wmav2"),
    Recipe("v.ogv", "video/ogg", f"{FILM} {TONE} -c:v libtheora -c:a libvorbis"),
    Recipe("v.ivf", "video/x-ivf", f"{FILM} -c:v libvpx", ALL_TAGS),
    Recipe("v.rm", "application/vnd.rn-realmedia", f"{FILM} {TONE} -c:v rv20 -c:a ac3", ALL_TAGS),
    Recipe("v.h264", "video/h264", f"{FILM} {X264} -f h264", ALL_TAGS),
    Recipe(
        "v.h265", "video/h265", f"{FILM} -c:v libx265 -preset ultrafast -x265-params log-level=none -f hevc", ALL_TAGS
    ),
    Recipe("v.m2v", "video/mpeg", f"{FILM} -c:v mpeg2video -f mpeg2video", ALL_TAGS),
)
BY_NAME = {recipe.name: recipe for recipe in RECIPES}
NO_DURATION = {"a.latm", "a.sbc", "v.h264", "v.h265", "v.m2v"}


@pytest.fixture(scope="module")
def made(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes a file of a recipe once."""
    ffmpeg, folder = tool("ffmpeg"), tmp_path_factory.mktemp("media")

    def make(name: str) -> Path:
        path = folder / name
        if not path.exists():
            command = [ffmpeg, "-v", "error", "-nostdin", "-y", *BY_NAME[name].arguments.split(), *TAGS, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode and "Unknown encoder" in done.stderr:
                pytest.skip(done.stderr.strip())
            assert done.returncode == 0, done.stderr
        return path

    return make


@pytest.fixture(scope="module")
def probe(tool: Callable[[str], str]) -> Callable[[Path], dict[str, Any]]:
    """Return a function that asks ffprobe about a file."""
    ffprobe = tool("ffprobe")

    def ask(path: Path) -> dict[str, Any]:
        command = [ffprobe, "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return dict(json.loads(done.stdout))

    return ask


def _stream(said: dict[str, Any], kind: str) -> dict[str, Any]:
    return next((s for s in said["streams"] if s.get("codec_type") == kind), {})


def _rate(text: str) -> float:
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_equal_to_ffprobe(recipe: Recipe, made: Callable[[str], Path], probe: Callable[[Path], dict[str, Any]]) -> None:
    """Length, size, rates, channels, codecs and tags are those that ffprobe reports."""
    path = made(recipe.name)
    data, theirs = path.read_bytes(), probe(path)
    assert type_of(data) == recipe.media_type
    core = msgspec.to_builtins(msgspec.convert(read(data)["core"], Core))
    film, sound = _stream(theirs, "video"), _stream(theirs, "audio")
    assert core.get("video_codec") == film.get("codec_name")
    assert core.get("width_px") == film.get("width")
    assert core.get("height_px") == film.get("height")
    if sound:
        assert core["audio_codec"] == sound["codec_name"]
        assert core["sample_rate_hz"] == int(sound["sample_rate"])
        assert core["channel_count"] == sound["channels"]
    if film and "frame_rate_hz" in core:
        assert core["frame_rate_hz"] == pytest.approx(_rate(film["r_frame_rate"]), rel=0.005)
    if recipe.name not in NO_DURATION:
        assert core["duration_ms"] == pytest.approx(float(theirs["format"]["duration"]) * 1000, abs=75)
    _same_tags(core, recipe.lacks)


def _same_tags(core: dict[str, Any], lacks: tuple[str, ...]) -> None:
    want = {"title": "Light", "artist": ["Ida"], "album": "Coast", "genre": "Ambient", "track": 3}
    names = {"artist": "authors", "track": "track_number"}
    got = {key: core.get(names.get(key, key)) for key in want if key not in lacks}
    assert got == {key: value for key, value in want.items() if key not in lacks}


@pytest.mark.parametrize("name", ["hdr.mp4", "hdr.mkv"])
def test_high_dynamic_range(name: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    """Colour and light levels are read of the codec's own headers where the container has none."""
    display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
    coding = f"colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400:master-display={display}"
    command = [tool("ffmpeg"), "-v", "error", "-nostdin", *FILM.split(), "-c:v", "libx265", "-preset", "ultrafast"]
    path = tmp_path / name
    options = ["-pix_fmt", "yuv420p10le", "-x265-params", f"log-level=none:{coding}", str(path)]
    subprocess.run([*command, *options], check=True, timeout=60)
    track = read(path.read_bytes())["tracks"][0]
    assert (track["color"]["dynamic_range"], track["color"]["primaries"], track["bit_depth"]) == ("pq", "bt2020", 10)
    assert track["hdr"] == {
        "mastering_max_cdm2": 1000.0,
        "mastering_min_cdm2": 0.005,
        "max_cll_cdm2": 1000,
        "max_fall_cdm2": 400,
    }


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_damage(recipe: Recipe, made: Callable[[str], Path]) -> None:
    """A file cut at every 64th or with bytes changed gives facts within bounds or a verdict, in little time."""
    data = made(recipe.name).read_bytes()
    chance = random.Random(recipe.name)
    cases = [data[: len(data) * part // 64] for part in range(64)]
    for flips in (1, 2, 8, 40) * 24:
        spoilt = bytearray(data)
        for _ in range(flips):
            spoilt[chance.randrange(min(len(spoilt), 4096))] = chance.choice((0, 255, 127, chance.randrange(256)))
        cases.append(bytes(spoilt))
    for case in cases:
        started = time.monotonic()
        try:
            said = read(case, recipe.media_type)
        except (Corrupt, Decline):
            continue
        finally:
            assert time.monotonic() - started < 1
        msgspec.convert(dict(said["core"]), Core)
        json.dumps(said, allow_nan=False)
