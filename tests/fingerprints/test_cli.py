"""The command as such: help, versions, errors and exit codes."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from fingerprints import commands
from fingerprints.cli import application
from tests.fingerprints.made_archives import page, write_warc
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

ROOT = Path(__file__).parents[2]
FILES = sorted(path.stem.rstrip("_") for path in Path(commands.__path__[0]).glob("*.py") if not path.stem.startswith("_"))


def test_help_names_every_command_file(tmp_path: Path) -> None:
    text = run(tmp_path, "--help").stdout
    listed = re.findall(r"^  ([a-z-]+)  ", text.split("Collect:")[1], re.M)
    assert set(FILES) <= {name.replace("-", "_") for name in listed}
    assert max(map(len, text.splitlines())) <= 80
    assert "More:" not in text  # every command says in which section it stands


def _calls(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command.epilog or ""
    for name, one in inner.items():
        yield from _calls(one, (*path, name))


@pytest.mark.parametrize("name", FILES)
def test_every_command_has_help_and_examples_that_can_be_parsed(tmp_path: Path, name: str) -> None:
    assert f"Usage: samehand {name.replace('_', '-')}" in run(tmp_path, name.replace("_", "-"), "-h").stdout
    app = get_command(application())
    for path, epilog in _calls(app.commands[name.replace("_", "-")], (name.replace("_", "-"),)):  # type: ignore[attr-defined]
        lines = [line.strip() for line in epilog.splitlines() if line.startswith("  samehand ")]
        assert lines, path
        for line in lines:
            words = shlex.split(re.split(r" (?:>>?|<) ", line)[0])[1:]
            assert tuple(words[: len(path)]) == path
            with suppress(typer.Exit):
                _parsed(app, words)


def _parsed(command: Any, words: list[str]) -> None:
    """Parses a call as the command would, without running it."""
    with command.make_context("samehand", list(words), resilient_parsing=False) as context:
        if hasattr(command, "commands"):
            name, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
            with inner.make_context(name, rest, parent=context) as last:
                if hasattr(inner, "commands"):
                    _parsed(inner, rest)
                assert last.command is inner


def test_help_lets_examples_be_copied(tmp_path: Path) -> None:
    """However narrow the terminal is, a call stands on one line."""
    told = run(tmp_path, "verdict", "--help", COLUMNS="60", TERMINAL_WIDTH="60").stdout
    assert '  samehand verdict site first-post.example yes --by ann --note "letter came back" --store case.db\n' in told


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("samehand ne", ["network", "networks"]),
        ("samehand export --fo", ["--format"]),
        ("samehand export --format st", ["stix"]),
        ("samehand elastic pu", ["push"]),
        ("samehand site one-", ["one-post.com"]),
    ],
)
def test_the_tab_key_completes(tmp_path: Path, typed: str, expected: list[str]) -> None:
    store_of(tmp_path, {site: [("adsense", "pub-4827150936620417")] for site in ("one-post.com", "two-post.net")}).close()
    (tmp_path / "samehand").write_text(f'#!/bin/sh\nexec {sys.executable} -m fingerprints "$@"\n')
    (tmp_path / "samehand").chmod(0o755)
    script = run(tmp_path, "completion", "bash").stdout
    words = " ".join(f'"{word}"' for word in typed.split(" "))
    asked = f'{script}\nCOMP_WORDS=({words}); COMP_CWORD={typed.count(" ")}; _samehand_completion ./samehand; printf "%s\\n" "${{COMPREPLY[@]}}"'
    env = os.environ | {"PYTHONPATH": str(ROOT), "SAMEHAND_STORE": "made.db"}
    done = subprocess.run(["bash", "-c", asked], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == expected


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_told_too(tmp_path: Path, shell: str) -> None:
    script = run(tmp_path, "completion", shell).stdout
    assert f"_SAMEHAND_COMPLETE=complete_{shell}" in script
    env = {
        "_SAMEHAND_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "samehand ne",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    assert "networks" in run(tmp_path, **env).stdout


def _on_a_terminal(folder: Path, *arguments: str, **more: str) -> str:
    """What a person's terminal is sent: stdout and stderr of a real pseudo-terminal."""
    ours, theirs = pty.openpty()
    env = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "100"} | more
    command = [sys.executable, "-m", "fingerprints", *arguments]
    with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        told = b""
        with suppress(OSError):  # Linux says so when the other side is closed
            while chunk := os.read(ours, 65536):
                told += chunk
        os.close(ours)
    assert process.returncode == 0
    return told.decode()


def test_colours_and_links_are_for_terminals_that_want_them(tmp_path: Path) -> None:
    store_of(tmp_path, {site: [("adsense", "pub-4827150936620417")] for site in ("one-post.com", "two-post.net")}).close()
    networks = ("networks", "--store", "made.db")
    assert "\x1b[" in _on_a_terminal(tmp_path, *networks)
    assert "\x1b[3" not in _on_a_terminal(tmp_path, *networks, NO_COLOR="1")
    assert "\x1b" not in run(tmp_path, *networks).stdout
    report = ("report", "--store", "made.db", "--out", "desk")
    address = (tmp_path / "desk/index.html").as_uri()
    assert f"\x1b]8;;{address}\x1b\\desk/index.html\x1b]8;;\x1b\\" in _on_a_terminal(tmp_path, *report)
    assert "\x1b]8" not in _on_a_terminal(tmp_path, *report, TERM="dumb")
    assert "\x1b" not in run(tmp_path, *report).stderr


def test_tables_grow_with_the_terminal_and_fit_eighty_columns(tmp_path: Path) -> None:
    long = {f"a-rather-long-name-of-a-site-{number}.example.com": [("adsense", "pub-4827150936620417")] for number in range(3)}
    store_of(tmp_path, long).close()
    for width in (80, 140):
        lines = run(tmp_path, "networks", "--store", "made.db", COLUMNS=str(width)).stdout.splitlines()
        assert 60 < max(map(len, lines)) <= width


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert run(tmp_path, "--version").stdout == f"samehand {project['version']}\n"


def test_without_a_command_it_shows_what_there_is(tmp_path: Path) -> None:
    assert "Collect:" in run(tmp_path, expect=2).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "samehand: No such command 'nonsense'. samehand --help shows what it takes."),
        (["read"], "samehand: Name the files to read; --again reads the captures of the store."),
        (["read", "--nonsense"], "samehand: No such option: --nonsense. samehand read --help shows what it takes."),
        (["networks", "--format", "xml"], "samehand: Invalid value for '--format': 'xml' is not one of 'table', 'jsonl', 'csv'."),
        (["networks"], "samehand: There is no store at samehand.db. Make one with samehand read or samehand crawl."),
        (["networks", "--store", ""], "samehand: --store names nothing. Give a path."),
        (["site", "localhost"], "samehand: 'localhost' is no host name under a public suffix."),
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = run(tmp_path, *arguments, expect=2)
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", page("https://a.com/", "GTM-AAB123"))
    run(tmp_path, "read", "a.warc.gz", "--quiet")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "evidence.toml").write_text("links = [\n")
    done = run(tmp_path, "networks", expect=2, SAMEHAND_CONFIG="mine")
    assert done.stderr.startswith("samehand: mine/evidence.toml is not TOML: ")


def test_a_fault_of_our_own_is_told_without_a_traceback(tmp_path: Path) -> None:
    """A command file that raises stands for any fault that nobody thought of."""
    script = (
        "import fingerprints.commands._options as o; o.open_to_read = lambda s: 1 / 0\nfrom fingerprints.cli import main; main()"
    )
    call = [sys.executable, "-c", script, "find", "x\x1b[31m"]
    for debug, traceback in (("", False), ("1", True)):
        env = os.environ | {"PYTHONPATH": str(ROOT), "SAMEHAND_DEBUG": debug}
        done = subprocess.run(call, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False, timeout=60)
        assert done.returncode == 1
        assert "samehand: unexpected ZeroDivisionError: division by zero. This is a fault of Samehand" in done.stderr
        assert ("Traceback" in done.stderr) is traceback


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    records = [page(f"https://s{number}.com/", f"GTM-A{number:04}") for number in range(3000)]
    write_warc(tmp_path / "a.warc.gz", *records)
    run(tmp_path, "read", "a.warc.gz", "--quiet")
    process = subprocess.Popen(
        [sys.executable, "-m", "fingerprints", "observations", "--format", "jsonl"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith(b'{"site"')
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), said) == (141, b"")


def test_help_loads_nothing_that_is_slow(tmp_path: Path) -> None:
    script = "import sys; from fingerprints.cli import application; application(); print(*sorted(sys.modules))"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    loaded = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    slow = {"numpy", "hyperscan", "tldextract", "requests", "sqlite3", "lxml", "scrapy", "rich.console", "fastwarc", "networkit"}
    assert not slow & set(loaded.stdout.split())
