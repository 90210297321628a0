"""What a person may write, and what she is told when it cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler import options
from crawler.__main__ import main
from tests.crawler.crawling import ROOT, crawl, of_web
from tests.crawler.names import Names
from tests.crawler.web import Web


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"delay": "x"}, "--delay 'x' cannot be used"),
        ({"articles": -1}, "--articles '-1' cannot be used"),
        ({"dns": "name.example.org"}, "as in 127.0.0.1:5353"),
        ({"map_port": "80"}, "as in 80:8080,443:8443"),
        ({"map_port": "80:99999"}, "--map-port"),
        ({"ca_file": "nowhere.pem"}, "there is no such file"),
        ({"user_agent": "a\r\nX: b"}, "--user-agent"),
        ({"no_such_option": 1}, "--no-such-option is no option of a crawl."),
    ],
)
def test_a_wrong_option_is_one_sentence(tmp_path: Path, given: dict[str, object], sentence: str) -> None:
    ended = crawl(tmp_path / "a.db", "example.org", **given)
    assert ended.code == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "a.db").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[limits]\ndelay = 0.0\n", "[limits] delay is not in its place. Put it under [politeness]."),
        ("delay = 5.0\n", "delay is not in its place. Put it under [politeness]."),
        ("[limits]\ndelays = 5\n", "[limits] delays is no option of a crawl. Leave it out."),
        ("colour = 5\n", "colour is no option of a crawl. Leave it out."),
        ('[browser]\nbrowser = "chrome"\n', "[browser] browser is not in its place. Put it under one of [politeness], [probes],"),
        ('limits = "x"\n', "limits is no option of a crawl. Leave it out."),
    ],
)
def test_an_option_that_is_not_in_its_place_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    (tmp_path / "crawl.toml").write_text(text, "utf-8")
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    assert main(["-a", f"store={tmp_path / 'a.db'}", "example.org"]) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path / 'crawl.toml'}: {sentence}" in told
    assert len(told.strip().splitlines()) == 1


def test_an_option_that_the_shipped_file_leaves_out_stands_in_any_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crawl.toml").write_text("[rendering]\nsandbox = false\n[politeness]\ndelay = 7.0\n", "utf-8")
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    chosen = options.load({"store": tmp_path / "a.db"})
    assert (chosen.sandbox, chosen.delay) == (False, 7.0)


def test_seeds_come_from_words_files_and_stdin(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>")
    text = "\ufeffurl,seen\nhxxp://example[.]org/,1\nexample.net,2\nno domain,3\nhttp://example.org/,4\n"
    ended = crawl(tmp_path / "a.db", "http://example.com/", "--seeds=-", given=text, **of_web(web, names))
    assert (ended.code, ended.last["done"]) == (0, 3)
    assert ended.stderr == "Left out 'no domain': it is no domain and no address.\n"
    (tmp_path / "list.csv").write_text(text, "utf-8")
    assert crawl(tmp_path / "b.db", f"--seeds={tmp_path / 'list.csv'}", **of_web(web, names)).last["done"] == 2


def test_no_usable_seed_is_a_wrong_call(tmp_path: Path) -> None:
    ended = crawl(tmp_path / "a.db", "not a site")
    assert ended.code == 2
    assert "No seed can be used" in ended.stderr
    ended = crawl(tmp_path / "a.db", f"--seeds={tmp_path / 'nowhere.txt'}")
    assert ended.code == 2
    assert "cannot be read" in ended.stderr


def test_a_dry_run_says_what_would_be_asked_and_asks_nothing(tmp_path: Path, web: Web, names: Names) -> None:
    call = [sys.executable, "-m", "crawler", "--dry-run", "-a", f"store={tmp_path / 'a.db'}", "example.org", "example.net/a"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2 sites would be crawled")
    assert "Nothing was asked." in done.stdout
    assert not (tmp_path / "a.db").exists()
    assert (web.asked, names.asked) == ([], [])


def test_scrapys_own_command_works(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>")
    (tmp_path / "seeds.txt").write_text("http://example.org/\nexample..org\n")
    options = {"seeds": tmp_path / "seeds.txt", "store": tmp_path / "a.db", **of_web(web, names)}
    given = [part for name, value in options.items() for part in ("-a", f"{name}={value}")]
    call = [sys.executable, "-m", "scrapy", "crawl", "sites", *given]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "example.org/" in web.asked
    assert "Left out 'example..org'" in done.stderr


def test_the_process_ends_when_its_caller_is_gone(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    options = {"store": tmp_path / "a.db", **of_web(web, names), "delay": 5}
    given = [part for name, value in options.items() for part in ("-a", f"{name}={value}")]
    script = (
        "import os, subprocess, sys; r, w = os.pipe(); "
        "p = subprocess.Popen([sys.executable, '-m', 'crawler', '--json', f'--lifeline={r}', *sys.argv[1:]], pass_fds=(r,), "
        "stdout=subprocess.PIPE, text=True); p.stdout.readline(); print(p.pid, flush=True); os._exit(0)"
    )
    call = [sys.executable, "-c", script, *given, "http://example.org/"]
    # Whoever holds the other end of stderr sees it close when the last process that has it is gone.
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert int(done.stdout) > 0
    ended = crawl(tmp_path / "a.db", "http://example.org/", **{**of_web(web, names), "delay": 0})
    assert (ended.code, ended.last["done"]) == (0, 1)
