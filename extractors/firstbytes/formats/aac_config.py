"""AudioSpecificConfig and the LATM multiplex around it (ISO/IEC 14496-3, 1.6 and 1.7)."""

from __future__ import annotations

from firstbytes.errors import Corrupt
from firstbytes.formats.bits import Bits

_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8)
_PROFILES = {1: "Main", 2: "LC", 3: "SSR", 4: "LTP", 5: "HE-AAC", 23: "LD", 29: "HE-AACv2", 39: "ELD", 42: "xHE-AAC"}
_SBR, _PS, _ALS, _USAC = 5, 29, 36, 42


def aac(config: bytes) -> tuple[str, int, int]:
    """Return profile, sample rate in hertz as decoded, channels: AudioSpecificConfig."""
    try:
        return _aac(Bits(config[:64]))
    except Corrupt:
        return "", 0, 0


def _aac(bits: Bits) -> tuple[str, int, int]:
    kind = _object(bits)
    rate = _rate(bits)
    setup = bits.read(4)
    channels = _CHANNELS[setup] if setup < len(_CHANNELS) else 0
    profile = _PROFILES.get(kind, "")
    if kind in {_SBR, _PS}:
        # Spectral band replication is signalled: what comes out has the extension's rate.
        return profile, _rate(bits), 2 if kind == _PS else channels
    if kind in {_USAC, _ALS}:
        return profile, rate, channels
    bits.skip(1)
    if bits.flag():
        bits.skip(14)
    bits.skip(1)
    return _extended(bits, profile, rate, channels)


def _extended(bits: Bits, profile: str, rate: int, channels: int) -> tuple[str, int, int]:
    """Look for the backward compatible signal of SBR and PS, sync 0x2B7, after the configuration."""
    if len(bits) < 16 or bits.read(11) != 0x2B7 or _object(bits) != _SBR or not bits.flag():
        return profile, rate, channels
    extended = _rate(bits)
    parametric = len(bits) >= 12 and bits.read(11) == 0x548 and bits.flag()
    return _PROFILES[_PS if parametric else _SBR], extended, 2 if parametric else channels


def _object(bits: Bits) -> int:
    kind = bits.read(5)
    return 32 + bits.read(6) if kind == 31 else kind


def _rate(bits: Bits) -> int:
    index = bits.read(4)
    if index == 15:
        return bits.read(24)
    return _RATES[index] if index < len(_RATES) else 0


def latm(element: bytes) -> tuple[str, int, int]:
    """Return the same of an AudioMuxElement that carries its configuration: one programme, one layer, version 0."""
    try:
        bits = Bits(element[:64])
        # The same configuration as before, or another version of the multiplex: nothing to read here.
        if bits.flag() or bits.flag():
            return "", 0, 0
        bits.skip(1 + 6 + 4 + 3)
        return _aac(bits)
    except Corrupt:
        return "", 0, 0
