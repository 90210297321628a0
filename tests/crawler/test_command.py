"""samehand crawl, as it is typed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.crawler.crawling import ROOT, of_web
from tests.crawler.names import Names
from tests.crawler.web import Web


def call(folder: Path, web: Web, names: Names, *arguments: str) -> subprocess.Popen[str]:
    options = of_web(web, names)
    given = ["--allow-private", "--dns", options["dns"], "--map-port", options["map_port"], "--store", str(folder / "a.db")]
    env = {key: value for key, value in os.environ.items() if not key.startswith("SAMEHAND_")} | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "fingerprints", "crawl", *given, *arguments]
    return subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_says_what_it_did_and_what_it_did_not_see(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("example.org/", "<html>")
    names.missing |= {"example.net", "www.example.net"}
    process = call(tmp_path, web, names, "--delay", "0", "http://example.org/", "example.net", "no site")
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (0, "")
    assert "Left out 'no site'" in stderr
    assert "example.net: The domain example.net does not exist" in stderr
    assert "2 of 2 sites crawled" in stderr
    assert "failed" in stderr
    assert (tmp_path / "a.captures").is_dir()


def test_quiet_says_nothing_when_all_is_well(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("example.org/", "<html>")
    process = call(tmp_path, web, names, "--quiet", "--delay", "0", "http://example.org/")
    assert (*process.communicate(timeout=60), process.returncode) == ("", "", 0)


def test_what_is_wrong_with_the_call_is_the_crawlers_sentence(tmp_path: Path, web: Web, names: Names) -> None:
    process = call(tmp_path, web, names, "--quiet", "--depth", "-4", "example.org")
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (2, "")
    assert stderr.startswith("--depth '-4' cannot be used")


def test_an_interrupt_is_passed_on(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    process = call(tmp_path, web, names, "--delay", "3", "http://example.org/")
    while "example.org/" not in web.asked:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "The same command goes on where it stopped." in stderr
    assert "Traceback" not in stderr


def test_a_tenant_is_crawled_without_its_platforms_files(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("telegra.ph/One-05-01", '<html><a href="/Other-05-02">x</a><script>gtag("config","UA-48213977-1")</script>')
    process = call(tmp_path, web, names, "--delay", "0", "--quiet", "http://telegra.ph/One-05-01")
    assert (*process.communicate(timeout=60), process.returncode) == ("", "", 0)
    assert sorted(set(web.asked)) == ["telegra.ph/One-05-01", "telegra.ph/robots.txt"]
