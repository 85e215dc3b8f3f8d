"""OpenSSH public keys: authorized_keys and *.pub lines (sshd(8), AUTHORIZED_KEYS FILE FORMAT)."""

from __future__ import annotations

import re

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_LINE = re.compile(
    r"(?:[^\n#]{0,400}?\s)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com|"
    r"sk-ecdsa-sha2-nistp256@openssh\.com|[a-z0-9-]+-cert-v01@openssh\.com) AAAA[A-Za-z0-9+/]{16,}"
)


def rule(page: Page) -> Match | None:
    """Return an SSH public key when the first line that is no comment is one."""
    first = next((line for line in page.lines[:50] if line.strip() and not line.startswith("#")), "")
    return Match("text/x-ssh-public-key", "OpenSSH key line") if _LINE.match(first) else None
