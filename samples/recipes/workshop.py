"""What every recipe shares: the story's names and dates, a drawing, a way to run tools, and the `Sample` value."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MUSEUM = "Ternholm Lighthouse Museum"
CURATOR = "Ingrid Solheim"
ARCHIVIST = "Tomas Lindqvist"
RIGHTS = "CC0 1.0: no rights reserved"
LATITUDE, LONGITUDE, ALTITUDE = 57.9713, 7.0521, 42.0
MADE = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
EPOCH = int(MADE.timestamp())
ISO_MADE = "2025-11-03T09:30:00Z"

# The Debian package of each tool that a recipe runs.
PACKAGES = {
    "7z": "p7zip-full", "convert": "imagemagick", "dpkg-deb": "dpkg", "exiftool": "libimage-exiftool-perl",
    "ffmpeg": "ffmpeg", "flac": "flac", "genisoimage": "genisoimage", "gsf": "libgsf-bin",
    "jar": "default-jdk-headless", "javac": "default-jdk-headless", "lame": "lame", "mkvmerge": "mkvtoolnix",
    "oggenc": "vorbis-tools", "qpdf": "qpdf", "rpmbuild": "rpm", "soffice": "libreoffice",
    "sox": "sox libsox-fmt-all", "tar": "tar", "xz": "xz-utils", "zstd": "zstd",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file: how it is made, and what firstbytes should say of it.

    `fact` is `field=value` in the envelope's words; `outcome` is that of the metadata facet.
    """

    name: str
    make: Callable[[Path], None]
    media_type: str
    fact: str
    caption: str
    outcome: str = "complete"


class MissingToolError(RuntimeError):
    """A tool or a file that a recipe needs is not on this machine; the message says which Debian package has it."""

    def __init__(self, missing: str, package: str) -> None:
        super().__init__(f"no {missing}: apt-get install {package}")


class ToolError(RuntimeError):
    """A tool did not do its work; the message ends with what it said."""

    def __init__(self, tool: str, complaint: str) -> None:
        super().__init__(f"{tool} failed: {complaint}")


def run(tool: str, *arguments: str | Path, cwd: Path | None = None, stdin: bytes | None = None) -> bytes:
    """Run a tool with a fixed clock, zone and locale; its standard output.

    Raises `MissingToolError` without the tool, `ToolError` with the end of its complaint when it fails.
    """
    program = shutil.which(tool)
    if program is None:
        raise MissingToolError(tool, PACKAGES[tool])
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=cwd, input=stdin or b"", capture_output=True, env=environment, check=False
    )
    if done.returncode:
        complaint = (done.stderr or done.stdout).decode(errors="replace").strip()[-600:]
        raise ToolError(tool, complaint)
    return done.stdout


def ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg so that it writes the same bytes each time."""
    flags = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
    run("ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments[:-1], *flags, arguments[-1])


def settle(folder: Path) -> None:
    """Give everything under a folder the story's date, so that archives come out the same each time."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (EPOCH, EPOCH))


def _mix(low: tuple[int, int, int], high: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    return tuple(round(a + (b - a) * share) for a, b in zip(low, high, strict=True))  # type: ignore[return-value]


def seascape(width: int, height: int, *, turn: float = 0.1, night: bool = False) -> Image.Image:
    """The lighthouse on its rock, in RGB; `turn` (0 to 1) is where the beam of the lamp points."""
    top, low = ((9, 14, 38), (44, 52, 96)) if night else ((52, 74, 128), (246, 178, 122))
    image = Image.new("RGB", (width, height), low)
    draw = ImageDraw.Draw(image, "RGBA")
    horizon = round(height * 0.72)
    for y in range(horizon):
        draw.line((0, y, width, y), fill=_mix(top, low, y / horizon))
    x, lamp = width * 0.62, height * 0.27
    angle = math.tau * turn
    ends = [(x + width * math.cos(angle + s), lamp + width * math.sin(angle + s) * 0.35) for s in (-0.09, 0.09)]
    draw.polygon([(x, lamp), *ends], fill=(255, 236, 170, 110))
    draw.rectangle((0, horizon, width, height), fill=_mix((18, 40, 70), top, 0.35))
    for y in range(horizon + 6, height, max(6, height // 24)):
        draw.line((0, y, width, y + height // 90), fill=(220, 230, 240, 40), width=max(1, height // 200))
    draw.ellipse((x - width * 0.22, horizon - height * 0.05, x + width * 0.22, height * 0.86), fill=(46, 42, 48))
    for band in range(6):
        y, span = lamp + height * 0.075 * band, width * (0.022 + 0.005 * band)
        colour = (178, 42, 40) if band % 2 else (240, 236, 228)
        draw.rectangle((x - span, y, x + span, y + height * 0.075), fill=colour)
    draw.rectangle((x - width * 0.026, lamp - height * 0.05, x + width * 0.026, lamp), fill=(255, 226, 140))
    eaves, span = lamp - height * 0.05, width * 0.036
    draw.polygon([(x - span, eaves), (x + span, eaves), (x, lamp - height * 0.1)], fill=(60, 30, 34))
    return image
