"""Pages in a real Chromium: what scripts bring in is found, and nothing of it reaches the network past the crawl."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from crawler.farm import serve
from crawler.farm.world import Habit, Network, Strangers, World
from fingerprints.captures import folder_of
from fingerprints.model import Outcome, Role, State
from fingerprints.proof import Prover
from fingerprints.stores.base import Carried, open_store
from tests.bench.render import carried, late, unseen
from tests.crawler.crawling import ROOT, Ended, crawl, looks, of_farm, of_web, values
from tests.crawler.names import Names
from tests.crawler.web import Web
from tests.fingerprints.samehand import run
from tests.report.browser import CHROMIUM

RENDER: dict[str, Any] = {"render": 1, "render_quiet": 0.6, "sandbox": int(os.geteuid() != 0)}
"""Root cannot have the sandbox; the tests' pages are our own."""
WORLD = World(
    name="late",
    articles=(5, 5),
    networks=(
        Network(
            name="Late",
            sites=2,
            scripts="tags",
            habits=(
                Habit(kinds=("google-tag-manager", "meta-pixel"), pages=("front", "articles", "about")),
                Habit(kinds=("adsense",), pages=("articles",)),
            ),
        ),
        Network(
            name="Drawn",
            sites=2,
            scripts="application",
            habits=(Habit(kinds=("yandex-metrica", "matomo", "facebook-page-id"), pages=("front", "articles", "about")),),
        ),
    ),
    strangers=(Strangers(name="plain", sites=1, own={"google-analytics": 1.0}),),
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium")


def rows(store: Path) -> list[Carried]:
    with open_store(str(store), create=False) as opened:
        return list(opened.carried())


@needs_chromium
def test_all_that_scripts_bring_in_is_found_and_proved_and_read_again(tmp_path: Path) -> None:
    store, plain = tmp_path / "seen.db", tmp_path / "plain.db"
    with serve(WORLD, seed=1) as farm:
        wanted = late(farm)
        assert crawl(plain, f"--seeds={farm.seeds_file}", **of_farm(farm)).code == 0
        assert crawl(store, f"--seeds={farm.seeds_file}", **of_farm(farm), **RENDER, render_open=3, within=500).code == 0
    assert wanted
    assert wanted - carried(store) == set()
    assert wanted & carried(plain) == set()
    assert {site for site, _, _ in wanted} <= unseen(plain), "without a browser, that they were not looked at is told"
    found = [row for row in rows(store) if (row.site, row.kind, row.value) in wanted]
    assert all("rendered page" in row.where for row in found if row.role is not Role.CONTAINER)
    assert Role.RENDERED in {row.role for row in found}
    assert {row.role for row in found} <= {Role.RENDERED, Role.REQUESTS, Role.CONTAINER}
    proofs = [Prover([folder_of(str(store))]).prove(row) for row in rows(store)]
    assert [proof.sentence for proof in proofs if not proof.proved] == []
    archives = sorted(map(str, folder_of(str(store)).glob("*.warc.gz")))
    run(tmp_path, "read", *archives, "--quiet", "--store", "again.db")
    assert [asdict(row) for row in rows(tmp_path / "again.db")] == [asdict(row) for row in rows(store)]


HOSTILE = """<!doctype html><html><body><p>Harbour news.</p>
<iframe src="http://127.0.0.1:{port}/inner"></iframe><img src="http://localhost:{port}/picture">
<script>
window.open('http://example.org/popup'); alert('stop'); confirm('stop');
navigator.serviceWorker && navigator.serviceWorker.register('/worker.js');
fetch('http://169.254.169.254/latest/meta-data/'); fetch('/moved'); fetch('/post', {{method: 'POST', body: 'secret=1'}});
new WebSocket('ws://127.0.0.1:{port}/socket'); navigator.sendBeacon('https://mc.yandex.ru/watch/48291037', 'x');
new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:{port}/from-worker')"])));
new RTCPeerConnection({{iceServers: [{{urls: 'stun:stun.example.net'}}]}}).createDataChannel('x');
var link = document.createElement('a'); link.href = '/file.zip'; link.download = ''; document.body.append(link); link.click();
for (var i = 0; i < 3000; i++) new Image().src = 'https://pixel.example.net/' + i;
</script></body></html>"""


@pytest.fixture
def shown(web: Web, names: Names, tmp_path: Path) -> Any:
    def show(body: str, **options: Any) -> Ended:
        web.page("example.org/", body)
        return crawl(
            tmp_path / "a.db", "http://example.org/", articles=0, within=300, **{**of_web(web, names), **RENDER, **options}
        )

    return show


@needs_chromium
def test_a_hostile_page_asks_for_nothing_by_itself(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    web.move("example.org/moved", f"http://127.0.0.1:{web.port}/after-a-redirect")
    ended = shown(HOSTILE.format(port=web.port), render_noted=500, pages=3)
    assert ended.code == 0
    pages = {"", "robots.txt", "ads.txt", "favicon.ico", "moved", "worker.js", "file.zip"}
    assert set(web.asked) <= {f"example.org/{page}" for page in pages}
    assert set(names.asked) == {"example.org"}, "no other name was looked up"
    assert not any(head.startswith(b"POST") for head in web.heads)
    assert values(tmp_path / "a.db", "yandex-metrica") == {("example.org", "48291037")}
    assert looks(tmp_path / "a.db")["rendered http://example.org/"].outcome is Outcome.READ


@needs_chromium
def test_a_page_that_hangs_and_one_that_never_rests_are_told(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    shown(
        "<html><body><p>News</p><script>setInterval(() => fetch('/robots.txt?' + Math.random()), 50)</script></body></html>",
        render_seconds=3,
    )
    look = looks(tmp_path / "a.db")["rendered http://example.org/"]
    assert (look.outcome, look.detail) == (Outcome.READ, "")
    assert "still busy after 3 s" in looks(tmp_path / "a.db")["requests http://example.org/"].detail
    assert len([path for path in web.asked if "robots.txt?" in path]) <= 60
    (tmp_path / "a.db").unlink()
    shown("<html><body><p>News</p><script>while (true) {}</script></body></html>", render_seconds=2)
    look = looks(tmp_path / "a.db")["rendered http://example.org/"]
    assert look.outcome is Outcome.FAILED
    assert "hang" in look.detail or "could not show" in look.detail
    assert looks(tmp_path / "a.db")["front http://example.org/"].outcome is Outcome.READ


@needs_chromium
def test_robots_txt_holds_for_what_a_page_wants(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    web.page("example.org/robots.txt", "User-agent: *\nDisallow: /private/\n", "text/plain")
    shown("<html><body><p>News</p><script src='/private/app.js'></script></body></html>")
    assert "example.org/private/app.js" not in web.asked


@needs_chromium
def test_a_script_that_sends_visitors_away_is_followed_and_told(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    web.page("example.net/landing", "<html><body><p>Elsewhere</p><script>gtag('config', 'G-59FHTTFB72')</script></body></html>")
    web.page("example.org/second", "<html><body><script>location.replace('http://example.net/landing')</script></body></html>")
    shown("<html><body><script>location.href = '/second'</script></body></html>")
    (row,) = [row for row in rows(tmp_path / "a.db") if row.kind == "redirect"]
    assert (row.site, row.value, row.role) == ("example.org", "example.net", Role.REQUESTS)
    assert "script" in row.where
    assert values(tmp_path / "a.db", "google-analytics-4") == {("example.net", "G-59FHTTFB72")}


@needs_chromium
def test_ids_in_the_requests_of_a_copy_are_the_originals(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    head = "<link rel='canonical' href='http://example.net/'><script>new Image().src = 'https://mc.yandex.ru/wa' + 'tch/48291037'</script>"
    shown(f"<html><head>{head}</head><body><p>News</p></body></html>")
    (row,) = [row for row in rows(tmp_path / "a.db") if row.kind == "yandex-metrica"]
    assert (row.state, row.copied_from) == (State.COPIED, "example.net")


def test_without_a_browser_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    ended = crawl(tmp_path / "a.db", "example.org", render=1, browser="/nowhere/chromium")
    assert ended.code == 2
    assert ended.stderr.startswith("There is no browser /nowhere/chromium. Install one")
    assert not (tmp_path / "a.db").exists()


@needs_chromium
def test_a_browser_that_does_not_start_is_told(web: Web, names: Names, tmp_path: Path, shown: Any) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    broken.chmod(0o755)
    ended = shown("<html><body><p>News</p></body></html>", browser=broken)
    assert ended.code == 1
    assert f"{broken} does not start" in ended.stderr
    assert looks(tmp_path / "a.db")["rendered http://example.org/"].outcome is Outcome.NOT_LOOKED_AT


def test_the_command_of_the_documentation_says_what_it_would_do(tmp_path: Path) -> None:
    (tmp_path / "domains.txt").write_text("example.org\n")
    (line,) = [one for one in (ROOT / "docs/rendering.md").read_text("utf-8").splitlines() if one.startswith("samehand crawl")]
    told = run(tmp_path, *line.split()[1:], "--dry-run", "--browser", sys.executable).stdout
    assert "Up to 4 pages of each would be shown in a browser" in told
    assert "no third party" in told
