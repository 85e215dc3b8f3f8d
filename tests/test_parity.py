"""Our values against exiftool's, mediainfo's and the standard library's, over the samples."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.parity import Score, measure
from bench.parity_fields import FORMATS

ROOT = Path(__file__).parent.parent
PACKAGES = {"exiftool": "libimage-exiftool-perl", "mediainfo": "mediainfo"}
SAMPLED = [(form.name, peer) for form in FORMATS for peer in form.fields]


@pytest.fixture(scope="module")
def scores() -> Mapping[tuple[str, str], Score]:
    """The scores of every format over samples/."""
    missing = [package for command, package in PACKAGES.items() if shutil.which(command) is None]
    if missing:
        message = f"needs the Debian packages {' '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return measure(sorted(path for path in (ROOT / "samples").iterdir() if path.is_file()))


@pytest.mark.parametrize(("form", "peer"), SAMPLED)
def test_values_agree(scores: Mapping[tuple[str, str], Score], form: str, peer: str) -> None:
    """Of the listed fields we give at least 95 % of what the peer gives, and each of those is equal."""
    score = scores[form, peer]
    assert score.theirs, f"no sample of {form}"
    assert score.given >= 0.95 * score.theirs, score.notes
    assert score.equal == score.given, score.notes
