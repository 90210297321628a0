"""What a person may write, and what she is told when it cannot be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawler.crawling import ROOT, crawl, of_web
from tests.crawler.names import Names
from tests.crawler.web import Web


@pytest.mark.parametrize(
    ("options", "sentence"),
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
def test_a_wrong_option_is_one_sentence(tmp_path: Path, options: dict[str, object], sentence: str) -> None:
    ended = crawl(tmp_path / "a.db", "example.org", **options)
    assert ended.code == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "a.db").exists()


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
