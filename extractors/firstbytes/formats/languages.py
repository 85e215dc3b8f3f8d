"""Languages: three-letter codes (ISO 639-2) and QuickTime's numbers as BCP 47 tags.

BCP 47 wants the shortest code (RFC 5646, 2.2.1): two letters where ISO 639-1 has them.
"""

from __future__ import annotations

_PAIRS = (
    "afr:af alb:sq sqi:sq amh:am ara:ar arm:hy hye:hy aze:az baq:eu eus:eu bel:be ben:bn bos:bs bul:bg bur:my "
    "mya:my cat:ca chi:zh zho:zh cze:cs ces:cs dan:da dut:nl nld:nl eng:en epo:eo est:et fin:fi fra:fr fre:fr "
    "geo:ka kat:ka ger:de deu:de gle:ga glg:gl gre:el ell:el guj:gu heb:he hin:hi hrv:hr hun:hu ice:is isl:is "
    "ind:id ita:it jpn:ja kan:kn kaz:kk khm:km kor:ko kur:ku lao:lo lat:la lav:lv lit:lt ltz:lb mac:mk mkd:mk "
    "mal:ml mar:mr may:ms msa:ms mlt:mt mon:mn nep:ne nob:nb nno:nn nor:no pan:pa per:fa fas:fa pol:pl por:pt "
    "roh:rm ron:ro rum:ro rus:ru san:sa sin:si slo:sk slk:sk slv:sl som:so spa:es srp:sr swa:sw swe:sv tam:ta "
    "tel:te tgl:tl tha:th tib:bo bod:bo tur:tr ukr:uk urd:ur uzb:uz vie:vi wel:cy cym:cy yid:yi zul:zu"
)
_SHORT = dict(item.split(":") for item in _PAIRS.split())
_UNSET = frozenset({"und", "mul", "zxx", "mis", "", "xxx", "```", "unk"})
_QUICKTIME = (
    *("en", "fr", "de", "it", "nl", "sv", "es", "da", "pt", "no", "he", "ja", "ar", "fi", "el", "is", "mt", "tr"),
    *("hr", "zh-Hant", "ur", "hi", "th", "ko", "lt", "pl", "hu", "et", "lv", "se", "fo", "fa", "ru", "zh-Hans"),
)


def tag(code: str | None) -> str | None:
    """Return the BCP 47 tag of a language code; None when it is unset, undetermined or no code at all."""
    text = (code or "").strip("\0 ").replace("_", "-")
    base, dash, rest = text.partition("-")
    if base.lower() in _UNSET or not base.isascii() or not base.isalpha() or len(base) > 8 or len(text) > 35:
        return None
    return _SHORT.get(base.lower(), base.lower()) + dash + rest


def packed(code: int) -> str | None:
    """Return the tag of a 16-bit language field: packed letters (ISO/IEC 14496-12, 8.4.2), or QuickTime's number."""
    if code < 0x400:
        return _QUICKTIME[code] if code < len(_QUICKTIME) else None
    return tag("".join(chr(0x60 + (code >> shift & 31)) for shift in (10, 5, 0)))
