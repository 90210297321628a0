"""A crawl that is stopped, politely or not, goes on with the same command and ends with the store of one that was not."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import time
from pathlib import Path

from crawler.farm import serve
from fingerprints.archive import read_warc
from fingerprints.model import Failure, Outcome
from fingerprints.sites import site_of
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from tests.crawler.crawling import command, crawl, looks, of_farm, of_web, started
from tests.crawler.farm.client import SMALL
from tests.crawler.names import Names
from tests.crawler.web import Web

KILLS = 10


def _stopped(store: Path, words: list[str], how: signal.Signals, wait: float, **options: object) -> int:
    """Starts a crawl, and sends it a signal so long after it began to fetch; its exit code."""
    with started(command(store, *words, **options), stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(how)
        _, stderr = process.communicate(timeout=60)
        assert "Traceback" not in stderr
        return process.returncode


def _check_equal(one: Path, other: Path) -> None:
    with open_store(str(one), create=False) as left, open_store(str(other), create=False) as right:
        assert differences(left, right) == []


def test_kill_9_at_ten_random_moments(tmp_path: Path) -> None:
    moments = random.Random()
    with serve(SMALL, seed=1) as farm:
        options = of_farm(farm) | {"commit_seconds": 0.05, "concurrency": 4}
        slow = {site["domain"] for site in farm.truth["sites"] if site["fault"] == "slow"}
        words = [seed for seed in farm.sites if site_of(seed if "://" in seed else f"http://{seed}") not in slow]
        crawl(tmp_path / "whole.db", *words, **options)
        killed = tmp_path / "killed.db"
        codes = [_stopped(killed, words, signal.SIGKILL, moments.uniform(0, 0.2), **options) for _ in range(KILLS)]
        ended = crawl(killed, *words, **options)
    assert ended.code == 0
    assert codes.count(-signal.SIGKILL) > 1, codes
    assert ended.last["done"] == ended.last["sites"]
    _check_equal(tmp_path / "whole.db", killed)
    archived = [page for path in (tmp_path / "killed.captures").iterdir() for page in read_warc(path)]
    assert [failure for failure in archived if isinstance(failure, Failure) and failure.kind == "archive"] == []


def test_ctrl_c_ends_what_is_under_way_and_the_same_command_goes_on(tmp_path: Path, web: Web, names: Names) -> None:
    for site in range(20):
        web.page(f"site{site}.com/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    words = [f"http://site{site}.com/" for site in range(20)]
    options = of_web(web, names) | {"delay": 0.02}
    crawl(tmp_path / "whole.db", *words, **options)
    asked = sorted(web.asked)
    web.asked.clear()
    stopped = tmp_path / "stopped.db"
    code = _stopped(stopped, words, signal.SIGINT, 0.05, **options)
    assert code == 130
    before = len(web.asked)
    assert before < len(asked)
    assert crawl(stopped, *words, **options).code == 0
    assert sorted(web.asked) == asked, "what was under way was ended, and nothing was asked for twice"
    _check_equal(tmp_path / "whole.db", stopped)


def test_without_seeds_what_is_unfinished_is_gone_on_with(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    options = of_web(web, names) | {"delay": 0.02}
    _stopped(tmp_path / "a.db", ["http://example.org/", "http://example.net/"], signal.SIGINT, 0.05, **options)
    ended = crawl(tmp_path / "a.db", **options)
    assert (ended.code, ended.last["sites"], ended.last["done"]) == (0, 2, 2)
    assert "Going on with 2 sites that an earlier crawl left unfinished." in ended.notes
    assert crawl(tmp_path / "a.db", **options).notes == ["No seeds were given, and no earlier crawl left anything unfinished."]


def test_a_second_call_asks_nothing_and_again_asks_anew(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("example.org/", "<html>")
    crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names))
    asked = len(web.asked)
    ended = crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names))
    assert len(web.asked) == asked
    assert ended.notes == ["1 site done already; --again crawls anew."]
    crawl(tmp_path / "a.db", "http://example.org/", "--again", **of_web(web, names))
    assert len(web.asked) == 2 * asked


def test_an_interrupted_again_does_not_begin_anew(tmp_path: Path, web: Web, names: Names) -> None:
    words = [f"http://site{site}.com/" for site in range(8)]
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    options = of_web(web, names) | {"concurrency": 1}
    crawl(tmp_path / "a.db", *words, **options)
    asked = sorted(web.asked)
    web.asked.clear()
    _stopped(tmp_path / "a.db", [*words, "--again"], signal.SIGINT, 0.1, **options)
    crawl(tmp_path / "a.db", *words, "--again", **options)
    assert sorted(web.asked) == asked


def test_two_crawls_share_the_sites(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    words = [f"http://site{site}.com/" for site in range(30)]
    options = of_web(web, names) | {"delay": 0.02, "open_sites": 4}
    with started(command(tmp_path / "a.db", *words, **options), stdin=subprocess.DEVNULL) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = crawl(tmp_path / "a.db", *words, **options)
        _, stderr = first.communicate(timeout=60)
    assert (first.returncode, second.code, stderr) == (0, 0, "")
    assert second.last["done"] == 30
    assert len(web.asked) == len(set(web.asked))


def test_a_full_disk_is_one_sentence_and_what_was_stored_stays(tmp_path: Path, web: Web, names: Names) -> None:
    web.page("/", "<html>" + "".join(f'<a href="/2024/05/a-b-c-{n}">x</a>' for n in range(9)))
    web.page("big.com/", "<html>" + "".join(f"{random.random()}" for _ in range(30_000)))
    store = tmp_path / "a.db"
    crawl(store, "http://site1.com/", **of_web(web, names))
    kept = {key: look.outcome for key, look in looks(store).items()}

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    ended = crawl(store, "http://big.com/", before=small_disk, **of_web(web, names))
    assert ended.code == 1
    assert len(ended.stderr.strip().splitlines()) == 1, ended.stderr
    assert kept.items() <= {key: look.outcome for key, look in looks(store).items()}.items()
    ended = crawl(store, "http://big.com/", **of_web(web, names))
    assert ended.code == 0
    assert looks(store, "big.com")["front http://big.com/"].outcome is Outcome.READ


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, web: Web, names: Names) -> None:
    (tmp_path / "file").write_text("x")
    web.page("/", "<html>")
    ended = crawl(tmp_path / "a.db", "http://example.org/", captures=tmp_path / "file", **of_web(web, names))
    assert ended.code == 1
    assert str(tmp_path / "file") in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    ended = crawl(tmp_path / "nowhere" / "a.db", "http://example.org/", **of_web(web, names))
    assert ended.code == 1
    assert "no folder" in ended.stderr
