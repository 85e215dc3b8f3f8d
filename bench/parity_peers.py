"""The peers of the parity table: each a function from paths to what it says about them."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from email.utils import getaddresses
from pathlib import Path
from typing import Any

Answers = Mapping[Path, Mapping[str, Any]]


def exiftool(paths: Sequence[Path]) -> Answers:
    """Ask exiftool for every tag, numbers as numbers, at once."""
    command = ["exiftool", "-json", "-n", "-q", "-charset", "filename=utf8", "-api", "largefilesupport=1", "-@", "-"]
    listed = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(command, input=listed, capture_output=True, text=True, check=False)
    return {Path(one["SourceFile"]): one for one in json.loads(done.stdout or "[]")}


def mediainfo(paths: Sequence[Path]) -> Answers:
    """Ask mediainfo; the tracks of a kind become `kind.Field` of the first of it."""
    answers: dict[Path, Mapping[str, Any]] = {}
    for path in paths:
        command = ["mediainfo", "--Output=JSON", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except subprocess.TimeoutExpired:
            continue
        media = json.loads(done.stdout or "{}").get("media") or {}
        flat: dict[str, Any] = {}
        for track in media.get("track", []):
            for key, value in track.items():
                flat.setdefault(f"{track['@type']}.{key}", value)
        answers[path] = flat
    return answers


def python_email(paths: Sequence[Path]) -> Answers:
    """Ask the standard library's parser, the whole message."""
    answers: dict[Path, Mapping[str, Any]] = {}
    for path in paths:
        try:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            answers[path] = {
                "subject": str(message["subject"] or ""),
                "from": [address for _, address in getaddresses([str(message["from"] or "")]) if address],
                "to": [address for _, address in getaddresses([str(v) for v in message.get_all("to", [])]) if address],
                "date": str(message["date"] or ""),
                "message_id": str(message["message-id"] or "").strip(),
                "attachments": [part.get_filename() for part in message.walk() if part.get_filename()],
            }
        except Exception:  # noqa: BLE001, S112 - the peer fails on it: then there is nothing to compare
            continue
    return answers


PEERS: Mapping[str, Callable[[Sequence[Path]], Answers]] = {
    "exiftool": exiftool,
    "mediainfo": mediainfo,
    "email": python_email,
}
