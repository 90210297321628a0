"""Web archives: a real pywb with captures of a farm at different dates, its index and a server of ranges in Common Crawl's place."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.farm.build import build
from crawler.farm.days import Happening, Story, changing, course
from crawler.farm.world import load
from fingerprints.archive import read_warc
from fingerprints.captures import folder_of
from fingerprints.changes import changes
from fingerprints.indicators import hosting_http
from fingerprints.model import Outcome, Page
from fingerprints.proof import Prover
from fingerprints.stores.base import Carried, open_store
from fingerprints.stores.sqlite import SqliteStore
from tests.crawler.crawling import crawl
from tests.crawler.farm.client import SMALL
from tests.crawler.test_captures import ROOT, replay
from tests.crawler.web import Web, serving
from tests.fingerprints.samehand import run

DAYS = {"2016-03-01": 0, "2018-06-01": 12, "2021-01-15": 29}
_STORIES = (Story.ADD, Story.DROP, Story.SWAP)


@dataclass(frozen=True)
class Library:
    """An archive, and what is true of what it holds."""

    folder: Path
    happenings: tuple[Happening, ...]
    cdx: str
    files: str
    """Where its WARC files are served with ranges."""

    @property
    def sites(self) -> list[str]:
        return [one.site for one in self.happenings]


class _Ranges(SimpleHTTPRequestHandler):
    """Single ranges of files, as object stores serve them."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        start, _, end = (self.headers.get("Range") or "").removeprefix("bytes=").partition("-")
        if not (path.is_file() and start and end):
            self.send_error(400)
            return
        part = path.read_bytes()[int(start) : int(end) + 1]
        self.send_response(206)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def ranges(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The farm is gone when the archive opens: all its sites are dead."""
    manager = ROOT / ".venv.pywb" / "bin" / "wb-manager"
    if not manager.is_file():
        pytest.skip("pywb is not installed (make install-tests)")
    folder = tmp_path_factory.mktemp("library")
    what = course(build(load(SMALL), 1), 1)
    chosen = tuple(next(one for one in what.happenings if one.story is story and one.day < 28) for story in _STORIES)
    with changing(what, folder) as farm:
        ports = f"80:{farm.ports.http},443:{farm.ports.https}"
        given = {"allow_private": 1, "dns": f"127.0.0.1:{farm.ports.dns}", "map_port": ports, "ca_file": farm.ca_file}
        given |= {"delay": 0, "retry_wait": 0, "probes": "none", "articles": 1, "containers": 0, "about": 1}
        for when, day in DAYS.items():
            farm.turn(day)
            store = folder / f"{when}.db"
            assert crawl(store, *[one.site for one in chosen], "--now", when, within=300, **given).code == 0
    warcs = [path for day in DAYS for path in sorted((folder / f"{day}.captures").glob("*.warc.gz"))]
    for call in (["init", "farm"], ["add", "farm", *map(str, warcs)]):
        subprocess.run([str(manager), *call], cwd=folder, check=True, capture_output=True)
    with replay(folder) as base, ranges(folder / "collections" / "farm" / "archive") as files:
        yield Library(folder, chosen, f"{base}/farm/cdx", files)


def ask(library: Library, folder: Path, *words: str, store: str = "past.db", expect: int = 0) -> str:
    """Asks the archive as a user does."""
    where = ["--index", library.cdx, "--data", library.files] if words[0] == "commoncrawl" else ["--cdx", library.cdx]
    return run(folder, *words, *where, "--allow-private", "--delay", "0", "--store", store, expect=expect).stderr


def rows(store: Path) -> list[Carried]:
    with open_store(str(store), create=False) as opened:
        return list(opened.carried())


def dated(store: Path) -> dict[tuple[str, str, str], tuple[date, date]]:
    """All values with their dates, but for those that are read from headers: web archives serve these in a form of their own."""
    of_headers = {kind.name for kind in hosting_http.KINDS}
    return {
        (one.site, one.kind, one.value): (one.first_seen.date(), one.last_seen.date())
        for one in rows(store)
        if one.kind not in of_headers
    }


@pytest.fixture(scope="module")
def past(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past")
    told = ask(library, folder, "wayback", *library.sites, "nowhere-at-all.com")
    assert f"{library.sites[0]}: " in told
    assert "nowhere-at-all.com: The archive has nothing of the site." in told
    return folder / "past.db"


def test_values_have_the_dates_of_their_captures(library: Library, past: Path) -> None:
    first = {day: {(one.site, one.kind, one.value) for one in rows(library.folder / f"{day}.db")} for day in DAYS}
    found = {(one.site, one.kind, one.value): (f"{one.first_seen:%Y-%m-%d}", f"{one.last_seen:%Y-%m-%d}") for one in rows(past)}
    for one in library.happenings:
        for value in filter(None, (one.old, one.new)):
            key = (one.site, one.kind, value)
            dates = [day for day in DAYS if key in first[day]]
            assert found[key] == (dates[0], dates[-1]), key
    with SqliteStore(past, create=False) as store:
        told = {(one.site, one.what.value, one.old, one.new): (one.after.year, one.at.year) for one in changes(store)}
        looks = {look.site: look for look in store.coverage("nowhere-at-all.com")}
    names = {Story.ADD: "added", Story.DROP: "dropped", Story.SWAP: "swapped"}
    for one in library.happenings:
        years = (2016, 2018) if one.day <= 12 else (2018, 2021)
        assert told[one.site, names[one.story], one.old, one.new] == years
    assert looks["nowhere-at-all.com"].outcome is Outcome.ABSENT


def test_what_an_archive_gave_is_kept_and_proved(past: Path) -> None:
    proofs = [Prover([folder_of(str(past))]).prove(row) for row in rows(past)]
    assert [proof.sentence for proof in proofs if not proof.proved] == []
    pages = [one for path in folder_of(str(past)).glob("*.warc.gz") for one in read_warc(path) if isinstance(one, Page)]
    assert {page.fetched_at.year for page in pages if page.headers} == {2016, 2018, 2021}


def test_ranges_of_warc_files_give_the_same(library: Library, past: Path, tmp_path: Path) -> None:
    ask(library, tmp_path, "commoncrawl", *library.sites)
    assert dated(tmp_path / "past.db") == dated(past)
    proofs = [Prover([folder_of(str(tmp_path / "past.db"))]).prove(row) for row in rows(tmp_path / "past.db")]
    assert [proof.sentence for proof in proofs if not proof.proved] == []


def test_crawls_and_archives_make_one_line_of_time(library: Library, past: Path, tmp_path: Path) -> None:
    last = library.folder / "2021-01-15.db"
    (tmp_path / "both.db").write_bytes(last.read_bytes())
    drop = next(one for one in library.happenings if one.story is Story.DROP)
    ask(library, tmp_path, "wayback", drop.site, "--to", "2016", store="both.db")
    with SqliteStore(tmp_path / "both.db", create=False) as store:
        (gone,) = [one for one in changes(store) if (one.site, one.kind, one.old) == (drop.site, drop.kind, drop.old)]
        summary = store.site(drop.site)
    assert (gone.what.value, gone.after.year, gone.at.year) == ("dropped", 2016, 2021)
    assert summary is not None
    assert (summary.first_seen.year, summary.last_seen.year) == (2016, datetime.now(UTC).year)
    ask(library, tmp_path, "wayback", drop.site, "--to", "2016", store="both.db")
    with SqliteStore(tmp_path / "both.db", create=False) as store:
        assert len([one for one in changes(store) if one.old == drop.old]) == 1, "asking again changes nothing"


def test_the_commands_of_the_documentation_run(library: Library, tmp_path: Path) -> None:
    lines = (ROOT / "docs/archives.md").read_text("utf-8").splitlines()
    calls = [line.split()[1:-2] for line in lines if line.startswith("samehand ")]
    assert [call[0] for call in calls] == ["wayback", "commoncrawl"]
    for call in calls:
        told = ask(library, tmp_path, *(word.replace("gone.com", library.sites[0]) for word in call), store="case.db")
        assert f"{library.sites[0]}: " in told


def test_what_an_archive_cannot_answer_is_no_absence(tmp_path: Path) -> None:
    with serving() as web:
        base = f"http://127.0.0.1:{web.port}"
        _only_prefix(web, b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")
        call = ("wayback", "example.org", "--cdx", f"{base}/cdx", "--allow-private", "--delay", "0", "--store", "a.db")
        _quick(tmp_path)
        done = run(tmp_path, *call, expect=1, SAMEHAND_CONFIG=str(tmp_path))
        assert "The archive answered 503 2 times; ask again later." in done.stderr
        assert len(web.asked) == 2
    with open_store(str(tmp_path / "a.db"), create=False) as store:
        (look,) = store.coverage("example.org")
    assert look.outcome is Outcome.FAILED


def test_an_archive_that_says_later_is_asked_later_and_a_lost_capture_is_told(tmp_path: Path) -> None:
    front = "<html><script>gtag('config', 'G-59FHTTFB72')</script></html>"
    with serving() as web:

        def first_later(connection: object) -> None:
            _serve_captures(web, front)
            connection.sendall(b"HTTP/1.1 429 Too Many\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]

        _quick(tmp_path)
        _only_prefix(web, first_later)
        done = run(
            tmp_path, "wayback", "example.org", "--cdx", f"http://127.0.0.1:{web.port}/cdx", "--allow-private", "--delay", "0",
            "--store", "a.db", expect=1, SAMEHAND_CONFIG=str(tmp_path),
        )  # fmt: skip
    assert "1 of 2 captures read" in done.stderr
    assert "1 could not be had: The archive lists the capture and does not have it" in done.stderr
    (row,) = [one for one in rows(tmp_path / "a.db") if one.kind == "google-analytics-4"]
    assert row.first_seen == row.last_seen == datetime(2015, 1, 1, tzinfo=UTC)


def _quick(folder: Path) -> None:
    (folder / "archives.toml").write_text("[manners]\nretries = 1\nretry_wait = 0.0\n")


def _only_prefix(web: Web, later: object) -> None:
    """The test's server knows whole addresses only."""
    queries = (
        "url=example.org%2F&output=json&limit=5000",
        "url=example.org%2F&matchType=domain&collapse=urlkey&output=json&limit=5000",
    )
    for query in queries:
        web.answers[f"/cdx?{query}"] = later  # type: ignore[assignment]


def _serve_captures(web: Web, front: str) -> None:
    rows = [["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]]
    rows += [
        ["org,example)/", f"{year}0101000000", "http://example.org/", "text/html", "200", str(year), "9"] for year in (2015, 2016)
    ]
    for path in [one for one in web.answers if one.startswith("/cdx?")]:
        web.page(path, json.dumps(rows), "application/json")
    web.page(
        "/20150101000000id_/http://example.org/",
        front,
        Memento_Datetime="Thu, 01 Jan 2015 00:00:00 GMT",
        X_Archive_Orig_Server="nginx",
    )
