"""The command, as a process: what it prints, where, and how it ends."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from firstbytes.cli import words
from firstbytes.schema import envelope_schema

SAMPLES = Path(__file__).parents[2] / "samples"
COMMAND = [sys.executable, "-m", "firstbytes"]


def run(
    *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it printed."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a text, a picture and a folder in it."""
    (tmp_path / "notes.txt").write_text("plain words\n")
    (tmp_path / "deep").mkdir()
    shutil.copy(SAMPLES / "not-a-text.txt", tmp_path / "deep" / "picture.txt")
    return tmp_path


def test_json_is_an_envelope_a_line(folder: Path) -> None:
    """`extract --json` prints one valid envelope a line, with the path in document.name, in order."""
    done = run("extract", "--json", "-r", folder)
    envelopes = [json.loads(line) for line in done.stdout.splitlines()]
    for envelope in envelopes:
        jsonschema.validate(envelope, envelope_schema())
    assert [e["document"]["name"] for e in envelopes] == [f"{folder}/deep/picture.txt", f"{folder}/notes.txt"]
    assert done.returncode == 0


def test_sniff_json_has_the_promised_keys(folder: Path) -> None:
    """`sniff --json` prints path, media_type, how and mismatch a line."""
    (answer,) = [json.loads(line) for line in run("sniff", "--json", folder / "deep/picture.txt").stdout.splitlines()]
    expected = {"path": f"{folder}/deep/picture.txt", "media_type": "image/png", "how": "signature", "mismatch": True}
    assert expected.items() <= answer.items()


def test_people_get_a_line_a_file(folder: Path) -> None:
    """Without --json several files are a line each, one file is its facts, and a pipe has no colours."""
    lines = run("extract", "-r", folder).stdout.splitlines()
    assert len(lines) == 2
    assert "PNG picture" in lines[0]
    assert "claims text/plain" in lines[0]
    detail = run("extract", folder / "notes.txt").stdout
    assert "line_count" in detail
    assert "\x1b" not in detail


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda _: "missing.txt", "No such file"),
        (lambda _: "deep", "try: -r deep"),
        (lambda f: (os.mkfifo(f / "a pipe"), "a pipe")[1], "expected a regular file, got a pipe; try: - < 'a pipe'"),
        (lambda _: "/dev/zero", "expected a regular file, got a device"),
        (lambda _: "/proc/cpuinfo", "it does not tell its size; try: - < /proc/cpuinfo"),
        (lambda _: "", "cannot read ''"),
        (lambda _: "esc\x1b[31m", "cannot read 'esc\\x1b[31m'"),
        (lambda f: ((f / "me").symlink_to("me"), "me")[1], "symbolic links"),
        (lambda _: "*.nothing", "nothing matches"),
        (lambda _: "http://127.0.0.1:9/x", "cannot read http://127.0.0.1:9/x"),
        (lambda _: "https://[::1", "cannot read https://[::1: Invalid IPv6 URL"),
        (lambda _: "http://127.0.0.1:99999/", "Port out of range"),
        (lambda _: "http://\x1b[2J/", "cannot read http://\\x1b[2J/"),
        (lambda _: "s3-no-such-scheme://x/y", "cannot read s3-no-such-scheme://x/y"),
    ],
)
def test_a_bad_input_is_a_line_and_the_others_are_done(folder: Path, make, message: str) -> None:  # noqa: ANN001
    """What cannot be read is named on standard error, the rest is examined, and the exit status is 1."""
    done = run("sniff", make(folder), "notes.txt", cwd=folder)
    assert message in done.stderr
    assert "notes.txt" in done.stdout
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_links_in_circles_end(folder: Path) -> None:
    """A link to a folder above is followed once, reported, and a broken link is reported too."""
    (folder / "deep" / "up").symlink_to("..")
    (folder / "gone").symlink_to("nowhere")
    done = run("sniff", "-r", folder)
    assert "it leads back to a folder above it" in done.stderr
    assert "a link to 'nowhere', which is not there" in done.stderr
    assert done.returncode == 1


def test_folders_nest_deeper_than_python_recurses(tmp_path: Path) -> None:
    """A file 1,200 folders down is found."""
    here = tmp_path
    for _ in range(1200):
        here /= "a"
        with contextlib.suppress(FileExistsError):
            here.mkdir()
    (here / "notes.txt").write_text("plain words\n")
    done = run("sniff", "-r", tmp_path)
    subprocess.run(["rm", "-rf", tmp_path / "a"], check=True)  # pytest's own clearing away recurses
    assert "text/plain" in done.stdout


def test_names_cannot_command_a_terminal(tmp_path: Path) -> None:
    """Escapes, line ends and direction overrides in a name are written out for people, and kept in JSON."""
    names = ["esc\x1b[31m\x07.txt", "new\nline.txt", "rtl\u202egnp.txt", "c1\x9b2J.txt", "[bold]m.txt", "日本.txt"]
    for name in names:
        (tmp_path / name).write_text("plain words\n")
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text("plain words\n")
    for command in ("extract", "sniff"):
        lines = run(command, "-r", tmp_path).stdout.splitlines()
        assert len(lines) == len(names) + 1
        assert not {c for line in lines for c in line if c in "\x1b\x07\x9b\u202e"}
        starts = {cell_len(line[: line.index("  ", len(str(tmp_path)))]) for line in lines if "日本" in line}
        assert starts == {cell_len(f"{tmp_path}/日本.txt")}
    listed = run("extract", "--json", "-r", tmp_path).stdout.splitlines()
    assert {f"{tmp_path}/{name}" for name in names} < {json.loads(line)["document"]["name"] for line in listed}
    assert "esc\\x1b[31m" in run("extract", tmp_path / names[0]).stdout


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (words.fit("folder/a-long-name.pdf", 12), "…ng-name.pdf"),
        (words.fit("OpenDocument presentation", 12, keep="start"), "OpenDocumen…"),
        (words.fit("日本語の長い名前.png", 9), "…名前.png"),
        (words.fit("日本語", 4, keep="start"), "日… "),
        (words.fit("x", 3), "x  "),
        (words.count(1, "entry", "entries"), "1 entry"),
        (words.count(1200, "entry", "entries"), "1,200 entries"),
        (words.size(999), "999 B"),
        (words.size(3_200_000_000_000_000), "3200.0 TB"),
        (words.duration(59_990), "1:00"),
        (words.duration(3_723_000), "1:02:03"),
        (words.plain(["a", "b"]), "a, b"),
        (words.plain([{"name": "a", "rows": 2}, {"name": "b", "rows": [1]}]), 'name=a rows=2; {"name":"b","rows":[1]}'),
        (words.plain({"a": {"b": 1}, "c": None}), "a=b=1 c=null"),
        (words.plain({"a": ["number", "null"], "b": []}), "a=number|null b=[]"),
        (words.plain("x\u202e" * 150)[-1], "…"),
        (words.plain(0.5), "0.5"),
    ],
)
def test_words_fit_their_columns(got: str, expected: str) -> None:
    """Cuts, counts, sizes, times and values are as a person reads them, wide characters counted as two."""
    assert got == expected


def test_one_file_is_one_file(folder: Path) -> None:
    """The closing line counts in words, and counts what could not be read."""
    assert run("extract", "-r", folder / "deep").stderr == "1 file: 1 complete\n"
    done = run("extract", folder / "notes.txt", folder / "none.txt")
    assert done.stderr.endswith("2 files: 1 complete, 1 unreadable\n")


def test_output_that_nobody_can_take_is_a_line() -> None:
    """A full disk below standard output, and a closed standard input, are a line each and exit status 1."""
    for command in (f"sniff {SAMPLES}/sign.svg >/dev/full", "schema >/dev/full", "sniff - <&-"):
        done = subprocess.run(
            ["bash", "-c", f"{' '.join(COMMAND)} {command}"], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)


def test_terminals_of_other_encodings_get_escapes() -> None:
    """What an encoding cannot say is written as an escape, not raised."""
    done = run("extract", SAMPLES / "gulls.opus", SAMPLES / "sign.svg", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, "Go\\xe9lands" in done.stdout) == (0, True)


def test_globs_and_limits(folder: Path) -> None:
    """A quoted glob is expanded, and --limit stops early."""
    assert run("sniff", "**/*.txt", cwd=folder).stdout.count("\n") == 2
    assert run("sniff", "-r", ".", "--limit", "1", cwd=folder).stdout.count("\n") == 1


def test_standard_input_is_a_file() -> None:
    """`-` reads standard input, and says `-` for its name."""
    done = run("extract", "--json", "-", stdin=b"a,b\n1,2\n3,4\n5,6\n")
    envelope = json.loads(done.stdout)
    assert (envelope["document"]["name"], envelope["media_type"]) == ("-", "text/csv")


class _Ranges(http.server.SimpleHTTPRequestHandler):
    """A file server with ranges, as object stores are."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a range, or all of it."""
        data = Path(self.translate_path(self.path)).read_bytes()
        first, last = (int(n) for n in self.headers["Range"].removeprefix("bytes=").split("-"))
        part = data[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server of the samples."""
    handler = functools.partial(_Ranges, directory=str(SAMPLES))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


def test_urls_are_read_by_ranges(server: str) -> None:
    """An http URL is examined like a file, and the envelope has it as its name."""
    envelope = json.loads(run("extract", "--json", f"{server}/welcome.mp4").stdout)
    assert envelope["media_type"] == "video/mp4"
    assert envelope["core"]["duration_ms"] == 3000
    assert envelope["document"]["name"].startswith("http://127.0.0.1")


@pytest.mark.parametrize("isolation", ["none", "pool", "process"])
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_isolation_and_jobs_change_nothing(isolation: str, jobs: str) -> None:
    """Every isolation and number of jobs gives the same results in the same order."""
    files = sorted(SAMPLES.glob("*.p??"))
    done = run("extract", "--json", "--isolation", isolation, "-j", jobs, *files)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["document"]["name"] for a in answers] == [str(f) for f in files]
    assert {a["facets"]["metadata"]["outcome"] for a in answers} <= {"complete", "encrypted", "partial"}


def test_the_exit_status_says_what_was_asked() -> None:
    """Corrupt is 1 by default, encrypted only with --fail-on, a mismatch likewise, and none never."""
    corrupt, locked, liar = SAMPLES / "interrupted.jpg", SAMPLES / "wages.pdf", SAMPLES / "not-a-text.txt"
    assert run("extract", corrupt).returncode == 1
    assert run("extract", "--fail-on", "none", corrupt).returncode == 0
    assert run("extract", locked).returncode == 0
    assert run("extract", "--fail-on", "encrypted", locked).returncode == 1
    assert run("extract", "--fail-on", "mismatch", liar).returncode == 1
    assert run("extract", "--fail-on", "sorrow", liar).returncode == 2
    assert run("extract", "--timeout", "nan", liar).returncode == 2


def test_explain_says_why() -> None:
    """--explain tells the rule, the ancestors, the claims, the route and the cost."""
    text = run("extract", "--explain", SAMPLES / "not-a-text.txt").stdout
    for expected in ("image/png", "by signature", "contradicted by the bytes", "of firstbytes", "in 1 read,"):
        assert expected in text


def test_a_facet_nobody_has_is_unsupported() -> None:
    """--facet asks for one facet alone, and one that nobody fills is a line on standard error."""
    done = run("extract", "--json", "--facet", "labels", SAMPLES / "sign.svg")
    assert done.stderr == "firstbytes: expected a facet that somebody fills, metadata, got 'labels'\n"
    envelope = json.loads(done.stdout)
    assert list(envelope["facets"]) == ["labels"]
    assert envelope["facets"]["labels"]["outcome"] == "unsupported"


def test_route_names_the_winner_and_the_rule() -> None:
    """`route` works for a type and for a file, in both styles."""
    assert "pdf" in run("route", "application/pdf").stdout
    assert "text/x-python" in run("route", SAMPLES / "lamp_timer.py").stdout
    answer = json.loads(run("route", "--json", "application/pdf").stdout)
    assert answer["facets"]["metadata"][0] == "pdf"
    assert "no extractor claims it" in run("route", "application/x-unheard-of").stdout
    assert "text/plain" in run("route", "-", stdin=b"plain words\n").stdout
    for wrong in ("pdf", "image/*", "samples/none.pdf", "nonsense/"):
        done = run("route", wrong)
        assert done.returncode == 2
        assert f"expected a file, or a media type such as application/pdf, got {wrong!r}" in done.stderr


def test_compile_check_and_use_of_a_table(tmp_path: Path) -> None:
    """A compiled table is used by --routes; --check notices a stale one; a bad one is exit status 2 and a line."""
    table = tmp_path / "routes.json"
    assert run("compile", "-o", table).returncode == 0
    assert run("compile", "-o", table, "--check").returncode == 0
    assert run("extract", "--routes", table, SAMPLES / "sign.svg").returncode == 0
    document = json.loads(table.read_text())
    document["extractors"]["pdf"]["version"] = "0.0.1"
    table.write_text(json.dumps(document))
    assert run("compile", "-o", table, "--check").returncode == 1
    assert "run `firstbytes compile` again" in run("extract", "--routes", table, SAMPLES / "sign.svg").stderr
    table.write_text("{}")
    done = run("sniff", "--routes", table, SAMPLES / "sign.svg")
    assert (done.returncode, "expected a route table" in done.stderr) == (2, True)
    assert run("sniff", "--routes", tmp_path / "none.json", SAMPLES / "sign.svg").returncode == 2
    assert (
        f"try: firstbytes compile -o {tmp_path}/none.json"
        in run("compile", "--check", "-o", tmp_path / "none.json").stderr
    )
    unwritable = run("compile", "-o", tmp_path)
    assert (unwritable.returncode, "cannot write" in unwritable.stderr) == (2, True)


def test_schema_doctor_plugins_and_completion() -> None:
    """The small commands answer, for people and for machines."""
    assert json.loads(run("schema").stdout) == envelope_schema()
    assert run("doctor").returncode == 0
    assert all(row["ok"] for row in json.loads(run("doctor", "--json").stdout))
    assert "archive" in run("plugins").stdout
    assert json.loads(run("plugins", "--json").stdout)["problems"] == []
    for shell in ("bash", "zsh", "fish"):
        assert "_FIRSTBYTES_COMPLETE" in run("completion", shell).stdout
    assert run("--version").stdout.startswith("firstbytes, version")


def test_settings_are_obeyed_and_checked(tmp_path: Path) -> None:
    """A wrong [tool.firstbytes] is exit status 2 and says what was expected."""
    (tmp_path / "pyproject.toml").write_text('[tool.firstbytes]\nplugins = "all"\n')
    done = run("plugins", cwd=tmp_path)
    assert (done.returncode, "expected a list of distribution names" in done.stderr) == (2, True)
    (tmp_path / "pyproject.toml").write_text('[tool.firstbytes.routes]\n"application/pdf" = "nobody"\n')
    done = run("extract", SAMPLES / "sign.svg", cwd=tmp_path)
    assert (done.returncode, "expected one of: pdf" in done.stderr) == (2, True)


def test_a_closed_pipe_is_quiet() -> None:
    """`firstbytes extract ... | head -1` prints one line and nothing on standard error."""
    command = f"{' '.join(COMMAND)} extract -r {SAMPLES} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def _terminal(*arguments: str | Path, stdout: int | None = None) -> tuple[int, str]:
    """Run the command on a terminal, output elsewhere if given; return its status and the screen."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdin=slave, stdout=slave if stdout is None else stdout, stderr=slave
    )
    os.close(slave)
    screen = b""
    while True:
        ready, _, _ = select.select([master], [], [], 60)
        try:
            part = os.read(master, 65536) if ready else b""
        except OSError:
            break
        if not part:
            break
        screen += part
    os.close(master)
    return process.wait(), screen.decode("utf-8", "replace")


def test_a_terminal_gets_colours_and_a_bar_for_long_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there are colours, off with NO_COLOR; with the results in a file there is a progress bar."""
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in _terminal("sniff", SAMPLES / "sign.svg")[1]
    with (tmp_path / "out.json").open("wb") as out:
        _, screen = _terminal("extract", "--json", "-r", SAMPLES, stdout=out.fileno())
    assert "files/s" in screen
    assert len((tmp_path / "out.json").read_text().splitlines()) > 100
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in _terminal("sniff", SAMPLES / "sign.svg")[1]


@pytest.mark.parametrize(
    ("number", "jobs"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGTERM, "1"), (signal.SIGHUP, "2")]
)
def test_an_interrupt_ends_at_once_and_takes_the_children(tmp_path: Path, number: int, jobs: str) -> None:
    """A signal ends the command with status 128 + it within seconds, its children gone and its folder removed."""
    for copy in range(400):
        shutil.copy(SAMPLES / "annual-report.pdf", tmp_path / f"{copy}.pdf")
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [*COMMAND, "extract", "--json", "-j", jobs, "--isolation", "process", "-r", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        # Whoever runs the tests in the background of a script has SIGINT ignored, and so would the command.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it takes no lock
    )
    assert process.stdout
    process.stdout.readline()
    process.send_signal(number)
    _, messages = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert b"Traceback" not in messages
    assert not list((tmp_path / "tmp").iterdir())
