"""What a font covers: scripts from OS/2's Unicode ranges, script tags of its layout tables."""

from __future__ import annotations

from firstbytes.formats.sfnt import Font

_RANGES = {
    "Latin": (0, 1, 2, 3, 29),
    "Greek": (7, 30),
    "Coptic": (8,),
    "Cyrillic": (9,),
    "Armenian": (10,),
    "Hebrew": (11,),
    "Vai": (12,),
    "Arabic": (13, 63, 67),
    "N'Ko": (14,),
    "Devanagari": (15,),
    "Bengali": (16,),
    "Gurmukhi": (17,),
    "Gujarati": (18,),
    "Odia": (19,),
    "Tamil": (20,),
    "Telugu": (21,),
    "Kannada": (22,),
    "Malayalam": (23,),
    "Thai": (24,),
    "Lao": (25,),
    "Georgian": (26,),
    "Balinese": (27,),
    "Hangul": (28, 52, 56),
    "Hiragana": (49,),
    "Katakana": (50,),
    "Bopomofo": (51,),
    "Phags-pa": (53,),
    "Phoenician": (58,),
    "Han": (59, 61),
    "Tibetan": (70,),
    "Syriac": (71,),
    "Thaana": (72,),
    "Sinhala": (73,),
    "Myanmar": (74,),
    "Ethiopic": (75,),
    "Cherokee": (76,),
    "Canadian syllabics": (77,),
    "Ogham": (78,),
    "Runic": (79,),
    "Khmer": (80,),
    "Mongolian": (81,),
    "Braille": (82,),
    "Yi": (83,),
    "Philippine scripts": (84,),
    "Old Italic": (85,),
    "Gothic": (86,),
    "Deseret": (87,),
    "Musical symbols": (88,),
    "Mathematics": (38, 89),
    "Limbu": (93,),
    "Tai Le": (94,),
    "New Tai Lue": (95,),
    "Buginese": (96,),
    "Glagolitic": (97,),
    "Tifinagh": (98,),
    "Syloti Nagri": (100,),
    "Linear B": (101,),
    "Ugaritic": (103,),
    "Old Persian": (104,),
    "Shavian": (105,),
    "Osmanya": (106,),
    "Cypriot": (107,),
    "Kharoshthi": (108,),
    "Cuneiform": (110,),
    "Sundanese": (112,),
    "Lepcha": (113,),
    "Ol Chiki": (114,),
    "Saurashtra": (115,),
    "Kayah Li": (116,),
    "Rejang": (117,),
    "Cham": (118,),
}
_LAYOUT = 64 * 1024
_SCRIPTS = 100


def scripts(os2: bytes) -> list[str]:
    """Return the scripts whose Unicode ranges OS/2 declares (ulUnicodeRange1-4, at 42)."""
    if len(os2) < 58:
        return []
    bits = sum(int.from_bytes(os2[at : at + 4], "big") << 8 * (at - 42) for at in range(42, 58, 4))
    return [name for name, ranges in _RANGES.items() if any(bits >> bit & 1 for bit in ranges)]


def layout_scripts(font: Font) -> list[str]:
    """Return the script tags of GSUB and GPOS, sorted."""
    found: set[str] = set()
    for tag in ("GSUB", "GPOS"):
        table = font.table(tag, _LAYOUT)
        start = int.from_bytes(table[4:6], "big")
        count = int.from_bytes(table[start : start + 2], "big") if start else 0
        for at in range(start + 2, min(start + 2 + 6 * min(count, _SCRIPTS), len(table) - 5), 6):
            script = table[at : at + 4].decode("latin-1").strip()
            if script.isascii() and script.isalnum():
                found.add(script)
    return sorted(found)
