"""The values that pass between the sniffing rules."""

from __future__ import annotations

from dataclasses import dataclass

Magic = tuple[str, bytes, int]
"""A magic number: media type, the bytes, and the offset where they stand."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first bytes of an object: `data` is at most 8 KB, `block` at most 64 KB, `size` the whole object's."""

    data: bytes
    block: bytes
    size: int
    named: bool = False
    """True when the name's suffix tells one kind of text: it overrules any vote, so none need be taken."""

    @property
    def whole(self) -> bool:
        """True when `data` is all there is."""
        return self.size <= len(self.data)


@dataclass(frozen=True, slots=True)
class Match:
    """An answer: the media type, the rule that gave it ("ftyp M4A", "member word/document.xml"), and what it rests on.

    `weak` marks a vote rather than a proof: a suffix of a sibling type may overrule it.
    """

    media_type: str
    rule: str
    how: str = "content"
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniffed:
    """The decision: type, how and by which rule, ancestors, the claims and whether they contradict the bytes.

    `how` is one of signature, container, content, magic, suffix, declared, default.
    """

    media_type: str
    how: str
    rule: str
    ancestors: tuple[str, ...] = ()
    declared: str = ""
    suffix: str = ""
    mismatch: bool = False
