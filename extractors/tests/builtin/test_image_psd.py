"""Photoshop: header, resources and layers of both sizes of the format."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


@pytest.mark.parametrize("wide", [False, True])
def test_everything(wide: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Size, mode, layers with names, and all resources."""
    found = extracted("psd", pictures.psd(wide=wide))
    core = found["core"]
    assert (core["width_px"], core["height_px"], core["color_space"]) == (640, 480, "RGB")
    assert (core["format_version"], core["compression"]) == ("PSB" if wide else "PSD", "PackBits")
    assert (found["layer_count"], found["layer_names"], found["has_alpha"]) == (2, ["Background", "Tür"], True)
    assert (core["title"], found["city"], found["url"], core["dpi"]) == (
        "Harbour",
        "Tromsø",
        "https://x.example",
        300.0,
    )
    assert found["thumbnail"] == {"size_bytes": 14, "width_px": 80, "height_px": 60}


def test_resolution_of_its_own() -> None:
    """Without EXIF the resolution resource counts."""
    data = pictures.psd().replace(b"8BIM\x04\x22", b"8BIM\x7f\x22")
    assert extracted("psd", data)["core"]["dpi"] == 300.0


def test_layers_far_apart() -> None:
    """Layers with much behind them are named only so far."""
    layer = bytes(16) + struct.pack(">H", 0) + b"8BIMnorm" + bytes(4) + struct.pack(">I", 70_000)
    layer += bytes(8) + b"\1L" + bytes(70_000 - 10)
    layers = struct.pack(">h", 40) + layer * 40
    section = struct.pack(">I", len(layers)) + layers
    head = b"8BPS" + struct.pack(">H6xHIIHHI", 1, 3, 48, 64, 8, 3, 0)
    found = extracted("psd", head + bytes(4) + struct.pack(">I", len(section)) + section + bytes(2))
    assert (found["layer_count"], 5 < len(found["layer_names"]) < 40) == (40, True)


def test_flat_and_cut() -> None:
    """A flat picture has no layers; a cut file is partial; a broken layer ends the list."""
    head = b"8BPS" + struct.pack(">H6xHIIHHI", 1, 3, 48, 64, 8, 1, 0)
    flat = extracted("psd", head + bytes(4) + bytes(4) + bytes(2))
    assert (flat["layer_count"], flat["core"]["color_space"]) == (0, "gray")
    assert extracted("psd", head)["outcome"] == "partial"
    assert extracted("psd", pictures.psd()[:-12])["outcome"] == "partial"
    broken = pictures.psd().replace(b"8BIMnorm", b"XXXXnorm", 1)
    assert (extracted("psd", broken)["layer_count"], "layer_names" in extracted("psd", broken)) == (2, False)
    many = head + bytes(4) + struct.pack(">IIh", 30, 24, 1) + bytes(16) + b"\xff\xff" + bytes(10)
    assert "layer_names" not in extracted("psd", many)
    with pytest.raises(Corrupt):
        extracted("psd", b"8BPS")
