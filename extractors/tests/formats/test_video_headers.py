"""Sequence headers say what ffprobe says, for every way of coding a picture."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from firstbytes.formats import video_headers

X264 = "-c:v libx264 -preset ultrafast"
X265 = "-c:v libx265 -preset ultrafast -x265-params log-level=none"


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("h264", f"{X264} -pix_fmt yuv420p -s 322x242"),
        ("h264", f"{X264} -pix_fmt yuv444p -s 321x241"),
        ("h264", f"{X264} -pix_fmt yuv422p -s 322x242"),
        ("h264", f"{X264} -pix_fmt yuv420p10le"),
        ("h264", f"{X264} -pix_fmt yuv420p -flags +ilme+ildct -x264opts tff -s 320x272"),
        ("h264", f"{X264} -pix_fmt yuv420p -x264-params cqm=jvt:profile=high"),
        ("h264", f"{X264} -pix_fmt yuv420p -vf setsar=4/3 -color_primaries bt709 -color_trc bt709 -colorspace bt709"),
        ("h264", f"{X264} -pix_fmt yuv420p -vf setsar=100/97"),
        ("hevc", f"{X265} -pix_fmt yuv420p -s 322x242"),
        ("hevc", f"{X265} -pix_fmt yuv444p -s 324x244"),
        ("hevc", f"{X265} -pix_fmt yuv422p10le"),
        (
            "hevc",
            "-c:v libx265 -preset medium -x265-params log-level=none:scaling-list=default:bframes=4:ref=4:b-pyramid=1",
        ),
        ("hevc", f"{X265}:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=limited:chromaloc=1 -vf setsar=4/3"),
        ("mpeg2video", "-c:v mpeg2video -r 30000/1001 -aspect 16:9"),
        ("mpeg2video", "-c:v mpeg2video -s 352x288 -aspect 4:3"),
        ("mpeg1video", "-c:v mpeg1video -r 24"),
    ],
)
def test_equal_to_ffprobe(codec: str, options: str, tool: Callable[[str], str], tmp_path: Path) -> None:
    """Size without the cropped border, depth, sample aspect and rate are those that ffprobe reports."""
    suffix = {"h264": "h264", "hevc": "hevc"}.get(codec, codec)
    path = tmp_path / "v"
    make = [tool("ffmpeg"), "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=0.3"]
    subprocess.run([*make, *options.split(), "-f", suffix, str(path)], check=True, timeout=60)
    ask = [
        tool("ffprobe"),
        "-v",
        "error",
        "-of",
        "json",
        "-show_streams",
        "-f",
        suffix if codec[0] == "h" else "mpegvideo",
        str(path),
    ]
    said = json.loads(subprocess.run(ask, check=True, capture_output=True, timeout=60).stdout)["streams"][0]
    picture = video_headers.find(path.read_bytes(), codec)
    assert picture is not None
    assert (picture.codec, picture.width_px, picture.height_px) == (codec, said["width"], said["height"])
    aspect = said.get("sample_aspect_ratio", "1:1")
    if aspect != "N/A":
        across, down = (int(part) for part in aspect.split(":"))
        assert picture.sample_aspect[0] / picture.sample_aspect[1] == pytest.approx(across / down, rel=0.02)
    if picture.frame_rate_hz:
        top, bottom = said["r_frame_rate"].split("/")
        assert picture.frame_rate_hz == pytest.approx(int(top) / int(bottom))
    if "10le" in options:
        assert picture.bit_depth == 10
    assert picture.frame_rate_hz
    if "bt709" in options:
        assert picture.facts()["color"] == {
            "primaries": "bt709",
            "transfer": "bt709",
            "matrix": "bt709",
            "full_range": False,
        }


def test_bounds() -> None:
    """Counts beyond what the standard allows end the reading of usability information, not of the picture."""

    def code(value: int) -> str:
        text = f"{value + 1:b}"
        return "0" * (len(text) - 1) + text

    def sequence(*rest: str) -> bytes:
        fields = (
            "00000001" + "0" * 96 + code(0) + code(1) + code(320) + code(240) + "0" + code(0) + code(0) + "".join(rest)
        )
        return b"\x42\1" + int(fields.ljust(1200, "0"), 2).to_bytes(150)

    order, depth, none = code(4), "1" + code(1) * 3, code(0) * 6
    plain = "0000"
    for rest in (
        (code(13),),
        (order, depth, none, plain, code(65)),
        (order, depth, none, plain, code(1), code(9), code(9)),
        (order, depth, none, plain, code(0), "1", code(33)),
    ):
        picture = video_headers.h265(sequence(*rest))
        assert (picture.width_px, picture.height_px, picture.frame_rate_hz) == (320, 240, 0.0)
    lists = "11" + ("0" + code(0)) * 20
    coded = "1" + "0" * 8 + code(0) + code(0) + "0"
    sets = code(2) + code(1) + code(1) + (code(0) + "1") * 2 + "1" + "0" + code(0) + "1" + "01" + "00"
    long_term = "1" + code(1) + "0" * 9
    timing = "1" + "0" * 4 + "00001" + f"{1:032b}" + f"{50:032b}"
    full = video_headers.h265(sequence(order, depth, none, lists, "00", coded, sets, long_term, "00", timing))
    assert full.frame_rate_hz == 50.0


def test_chance() -> None:
    """Bytes that only start like a header give none, and no error."""
    chance = random.Random(5)
    for codec, start in (("h264", b"\x67\x64\0\x1e"), ("hevc", b"\x42\1\1\x60"), ("mpeg2video", b"\xb3")):
        for _ in range(400):
            body = start + bytes(chance.choice((0, 255, chance.randrange(256))) for _ in range(chance.randrange(60)))
            video_headers.find(b"\0\0\1" + body, codec)
    assert video_headers.find(b"\0\0\1\xb3", "mpeg1video") is None
    assert video_headers.find(b"no start code", "h264") is None


def test_order_of_pictures() -> None:
    """A set that counts pictures by a cycle of offsets is read over it."""
    from firstbytes.formats.bits import Bits

    def code(value: int) -> str:
        text = f"{value + 1:b}"
        return "0" * (len(text) - 1) + text

    fields = "".join(
        (
            code(0),
            code(0),
            code(1),
            "1",
            code(0),
            code(2),
            code(2),
            code(1),
            code(3),
            code(1),
            "0",
            code(19),
            code(14),
            "1",
            "1",
            "0",
            "0",
        )
    )
    bits = int(fields.ljust(-(-len(fields) // 8) * 8, "0"), 2).to_bytes(-(-len(fields) // 8))
    picture = video_headers.h264(b"\x67\x42\0\x1e" + bits + bytes(2))
    assert (picture.width_px, picture.height_px) == (320, 240)
    assert Bits(b"\x80").unsigned() == 0
