"""The command as such: help, versions, errors and exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from fingerprints import commands
from tests.fingerprints.made_archives import page, write_warc
from tests.fingerprints.samehand import run

ROOT = Path(__file__).parents[2]
FILES = sorted(path.stem.rstrip("_") for path in Path(commands.__path__[0]).glob("*.py") if not path.stem.startswith("_"))


def test_help_names_every_command_file(tmp_path: Path) -> None:
    text = run(tmp_path, "--help").stdout
    listed = re.findall(r"^  ([a-z-]+)  ", text.split("Commands:")[1], re.M)
    assert set(FILES) <= {name.replace("-", "_") for name in listed}
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", FILES)
def test_every_command_has_help(tmp_path: Path, name: str) -> None:
    assert f"Usage: samehand {name.replace('_', '-')}" in run(tmp_path, name.replace("_", "-"), "-h").stdout


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert run(tmp_path, "--version").stdout == f"samehand {project['version']}\n"


def test_without_a_command_it_shows_what_there_is(tmp_path: Path) -> None:
    assert "Commands:" in run(tmp_path, expect=2).stdout


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
