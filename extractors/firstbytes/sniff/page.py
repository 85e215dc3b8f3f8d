"""What the rules about text look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """The decoded first 8 KB of a text; `block` is the first 64 KB, decoded likewise."""

    text: str
    block: str
    whole: bool
    """True when `text` is all there is."""
    encoding: str = "utf-8"

    @property
    def lines(self) -> list[str]:
        """Return the complete lines of `text`: the last one only when the text is whole."""
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if self.whole:
            return lines[:-1] if lines[-1] == "" else lines
        return lines[:-1] or lines
