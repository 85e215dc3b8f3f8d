"""Frame headers of coded audio that has no container: MPEG layers I-III, ADTS, AC-3, E-AC-3, DTS, AMR, SBC.

Each `*_frame(data, at)` returns the frame that starts there, or None. `chain` counts how many follow one another,
which is what tells audio from chance: a sync word has 11 to 32 bits, five frames in step have many more.

Sources: ISO/IEC 11172-3, 13818-3 and 13818-7; ATSC A/52:2018; ETSI TS 102 114; RFC 4867; Bluetooth A2DP 1.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: lengths in bytes, `samples` per channel; a bit rate of 0 is not in the header."""

    codec: str
    length: int
    sample_rate_hz: int
    channels: int
    samples: int
    bit_rate_bps: int = 0
    profile: str = ""

    def in_step(self, other: Frame) -> bool:
        """Return whether both can belong to one stream: all but length and bit rate are equal."""
        return (self.codec, self.sample_rate_hz, self.samples) == (other.codec, other.sample_rate_hz, other.samples)


Reader = Callable[[bytes, int], "Frame | None"]

_KBPS = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_VERSIONS = {3: "1", 2: "2", 0: "2.5"}
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_ADTS_PROFILES = ("Main", "LC", "SSR", "LTP")
_AC3_RATES = (48000, 44100, 32000)
_AC3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)
_DTS_RATES = {1: 8000, 2: 16000, 3: 32000, 6: 11025, 7: 22050, 8: 44100, 11: 12000, 12: 24000, 13: 48000}
_DTS_CHANNELS = (1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8)
_DTS_KBPS = (
    *(32, 56, 64, 96, 112, 128, 192, 224, 256, 320, 384, 448, 512, 576, 640, 768, 960, 1024, 1152, 1280),
    *(1344, 1408, 1411.2, 1472, 1536, 1920, 2048, 3072, 3840),
)  # fmt: skip
_AMR_NB = (13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1)
_AMR_WB = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1)


def mpeg_frame(data: bytes, at: int) -> Frame | None:
    """Return the MPEG-1, 2 or 2.5 layer I, II or III frame at an offset (ISO/IEC 11172-3, 2.4.1.3)."""
    head = int.from_bytes(data[at : at + 4])
    if head >> 21 != 0x7FF or at + 4 > len(data):
        return None
    version, layer, index, rate = head >> 19 & 3, 4 - (head >> 17 & 3), head >> 12 & 15, head >> 10 & 3
    if version == 1 or layer == 4 or index in {0, 15} or rate == 3 or head & 3 == 2:
        return None
    kbps = _KBPS[1 if version == 3 else 2, layer][index]
    hertz, padding, mono = _RATES[version][rate], head >> 9 & 1, head >> 6 & 3 == 3
    samples = 384 if layer == 1 else 576 if layer == 3 and version != 3 else 1152
    slot = 4 if layer == 1 else 1
    length = (samples // 8 * kbps * 1000 // hertz // slot + padding) * slot
    codec = f"mp{layer}"
    return Frame(codec, length, hertz, 1 if mono else 2, samples, kbps * 1000, _VERSIONS[version])


def adts_frame(data: bytes, at: int) -> Frame | None:
    """Return the ADTS frame at an offset (ISO/IEC 13818-7, 6.2). Up to four blocks of 1024 samples."""
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    rate = head[2] >> 2 & 15
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if rate >= len(_ADTS_RATES) or length < 7:
        return None
    channels = (head[2] & 1) << 2 | head[3] >> 6
    samples = 1024 * (1 + (head[6] & 3))
    # Channel configuration 0 is written in the payload; two is what nearly all such streams have.
    return Frame(
        "aac",
        length,
        _ADTS_RATES[rate],
        8 if channels == 7 else channels or 2,
        samples,
        profile=_ADTS_PROFILES[head[2] >> 6],
    )


def ac3_frame(data: bytes, at: int) -> Frame | None:
    """Return the AC-3 or E-AC-3 frame at an offset (ATSC A/52, 5.3 and E.1.2)."""
    head = data[at : at + 8]
    if len(head) < 8 or head[:2] != b"\x0b\x77":
        return None
    if head[5] >> 3 <= 10:
        return _ac3(head)
    return _eac3(head) if head[5] >> 3 <= 16 else None


def _ac3(head: bytes) -> Frame | None:
    code, size = head[4] >> 6, head[4] & 63
    if code == 3 or size >= 38:
        return None
    kbps, rate, mode = _AC3_KBPS[size >> 1], _AC3_RATES[code], head[6] >> 5
    words = kbps * 1000 * 1536 // rate // 16 + (size & 1 if code == 1 else 0)
    # The LFE flag follows the mix levels, whose presence depends on the mode.
    skip = 3 + (2 if mode & 1 and mode != 1 else 0) + (2 if mode & 4 else 0) + (2 if mode == 2 else 0)
    lfe = int.from_bytes(head[6:8]) >> (15 - skip) & 1
    halved = max(0, (head[5] >> 3) - 8)
    return Frame("ac3", words * 2, rate >> halved, _AC3_CHANNELS[mode] + lfe, 1536, (kbps * 1000) >> halved)


def _eac3(head: bytes) -> Frame | None:
    length = ((head[2] & 7) << 8 | head[3]) * 2 + 2
    code, second, mode, lfe = head[4] >> 6, head[4] >> 4 & 3, head[4] >> 1 & 7, head[4] & 1
    if code == 3:
        if second == 3:
            return None
        rate, blocks = _AC3_RATES[second] // 2, 6
    else:
        rate, blocks = _AC3_RATES[code], (1, 2, 3, 6)[second]
    samples = blocks * 256
    return Frame("eac3", length, rate, _AC3_CHANNELS[mode] + lfe, samples, length * 8 * rate // samples)


def dts_frame(data: bytes, at: int) -> Frame | None:
    """Return the DTS core frame at an offset, 16 bits big endian (ETSI TS 102 114, 5.3)."""
    head = data[at : at + 12]
    if len(head) < 12 or head[:4] != b"\x7f\xfe\x80\x01":
        return None
    bits = int.from_bytes(head[4:12])
    blocks, length, mode = bits >> 50 & 127, (bits >> 36 & 16383) + 1, bits >> 30 & 63
    rate, kbps, lfe = _DTS_RATES.get(bits >> 26 & 15), bits >> 21 & 31, bits >> 9 & 3
    if rate is None or length < 96 or mode >= len(_DTS_CHANNELS):
        return None
    bit_rate = int(_DTS_KBPS[kbps] * 1000) if kbps < len(_DTS_KBPS) else 0
    return Frame("dts", length, rate, _DTS_CHANNELS[mode] + (1 if lfe in {1, 2} else 0), (blocks + 1) * 32, bit_rate)


def amr_nb_frame(data: bytes, at: int) -> Frame | None:
    """Return the AMR storage frame at an offset: 20 ms (RFC 4867, 5.3)."""
    if at >= len(data) or data[at] & 0x83:
        return None
    length = _AMR_NB[data[at] >> 3 & 15]
    return Frame("amr_nb", length, 8000, 1, 160) if length else None


def amr_wb_frame(data: bytes, at: int) -> Frame | None:
    """Return the AMR-WB storage frame at an offset: 20 ms (RFC 4867, 5.3)."""
    if at >= len(data) or data[at] & 0x83:
        return None
    length = _AMR_WB[data[at] >> 3 & 15]
    return Frame("amr_wb", length, 16000, 1, 320) if length else None


def sbc_frame(data: bytes, at: int) -> Frame | None:
    """Return the SBC frame at an offset (A2DP 1.3, 12.6)."""
    head = data[at : at + 3]
    if len(head) < 3 or head[0] != 0x9C or head[2] < 2:
        return None
    rate, blocks, mode = (16000, 32000, 44100, 48000)[head[1] >> 6], 4 * (1 + (head[1] >> 4 & 3)), head[1] >> 2 & 3
    bands, channels = 8 if head[1] & 1 else 4, 1 if mode == 0 else 2
    length = 4 + bands * channels // 2
    if mode < 2:
        length += (blocks * channels * head[2] + 7) // 8
    else:
        length += ((bands if mode == 3 else 0) + blocks * head[2] + 7) // 8
    return Frame("sbc", length, rate, channels, blocks * bands, length * 8 * rate // (blocks * bands))


def latm_frame(data: bytes, at: int) -> Frame | None:
    """Return the LOAS frame at an offset (ISO/IEC 14496-3, 1.7.2): only sync and length are in its head."""
    head = int.from_bytes(data[at : at + 3])
    if at + 3 > len(data) or head >> 13 != 0x2B7:
        return None
    return Frame("aac_latm", (head & 0x1FFF) + 3, 0, 0, 1024)


def chain(data: bytes, at: int, reader: Reader, most: int = 64) -> list[Frame]:
    """Return the frames in step from an offset on, at most `most`; the last may reach beyond the data."""
    frames: list[Frame] = []
    while len(frames) < most:
        frame = reader(data, at)
        if frame is None or (frames and not frame.in_step(frames[0])):
            break
        frames.append(frame)
        at += frame.length
    return frames
