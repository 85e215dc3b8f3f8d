"""What this machine serves at the page's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.page import answer, contents, local_headers, read_built

BUILT = {"/index.html": ("text/html; charset=utf-8", b"page"), "/assets/a.js": ("text/javascript", b"code")}


@pytest.mark.parametrize("path", ["/", "/documents", "/documents/0123", "/index.html"])
def test_every_path_without_a_suffix_is_the_page(path: str) -> None:
    """A deep link is answered by the page, as Amplify's rule does."""
    status, (kind, body) = answer(contents("{}", "http://api", BUILT), path)
    assert (status, kind, body) == (200, "text/html; charset=utf-8", b"page")


def test_a_missing_file_is_missing() -> None:
    """A script that is gone is not answered by HTML."""
    assert answer(contents("{}", "http://api", BUILT), "/assets/gone.js")[0] == 404


def test_the_configuration_is_of_this_machine() -> None:
    """A config.json in the build never hides the platform's own."""
    built = BUILT | {"/config.json": ("application/json", b"old")}
    assert answer(contents("new", "http://api", built), "/config.json") == (200, ("application/json", b"new"))


def test_without_a_build_it_says_how_to_build() -> None:
    """Somebody who opens the address before the build learns what to type."""
    status, (_, body) = answer(contents("{}", "http://<api>", {}), "/")
    assert (status, b"npm ci" in body, b"http://&lt;api&gt;" in body) == (200, True, True)


def test_a_build_is_read_with_its_media_types(tmp_path: Path) -> None:
    """Scripts, styles and fonts have types that a browser with nosniff takes."""
    assert read_built(tmp_path / "none") == {}
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "icon.svg", "assets/a.js", "assets/a.css", "assets/a.woff2", "assets/a"):
        (tmp_path / name).write_bytes(b"x")
    assert {path: kind for path, (kind, _) in read_built(tmp_path).items()} == {
        "/index.html": "text/html; charset=utf-8",
        "/icon.svg": "image/svg+xml",
        "/assets/a.js": "text/javascript",
        "/assets/a.css": "text/css",
        "/assets/a.woff2": "font/woff2",
        "/assets/a": "application/octet-stream",
    }


def test_only_calls_to_the_emulator_are_added_to_the_policy() -> None:
    """Here the page may call the emulator too, and its scripts stay its own."""
    policy = "connect-src 'self' https://x; script-src 'self'"
    headers = local_headers({"Content-Security-Policy": policy, "Strict-Transport-Security": "y"}, "http://here")
    assert headers["Content-Security-Policy"] == "connect-src 'self' http://here https://x; script-src 'self'"
    assert "Strict-Transport-Security" not in headers
