"""The store in the real Datasette: what an investigator asks is answered, and what strangers wrote stays text."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fingerprints.exports.browse import server, tables
from fingerprints.verdicts import Answer, Subject, Verdicts, verdict
from tests.exports.made import ACCOUNT, MAIL, SITES, VALUES
from tests.fingerprints.made_stores import Value, store_of
from tests.fingerprints.samehand import run

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
ADDRESS = "https://evil.example/?a=<b>"
SHARED: tuple[Value, ...] = (*VALUES, ("disqus", HOSTILE), ("matomo", ADDRESS), ("adsense", "javascript:alert(3)"))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browse")
    said = Verdicts([verdict(Subject.SITE, [SITES[0]], Answer.YES, "ann", HOSTILE)])
    sites: dict[str, tuple[Value, ...]] = {**dict.fromkeys(SITES, SHARED), "d-post.com": (("email", "rare@d-post.com"),)}
    sites["e-post.com"] = sites["d-post.com"]
    with store_of(folder, sites, strangers=3) as store:
        tables.write(store, said, folder / "case.db")
    return folder / "case.db"


class Page(HTMLParser):
    """What a browser would run or follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_script = tag == "script"
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)


def _get(copy: Path, *paths: str) -> list[str]:
    app = server.datasette(copy)

    async def asked() -> list[Any]:
        await app.invoke_startup()
        return [await app.client.get(path, follow_redirects=True) for path in paths]

    answers = asyncio.run(asked())
    assert [(path, answer.status_code) for path, answer in zip(paths, answers, strict=True) if answer.status_code != 200] == []
    return [answer.text for answer in answers]


def _rows(copy: Path, *paths: str) -> list[list[dict[str, Any]]]:
    return [json.loads(text) for text in _get(copy, *paths)]


def test_one_walks_from_a_value_to_its_sites_their_network_and_its_evidence(copy: Path) -> None:
    value, sightings, site, links, evidence, answer = _get(
        copy,
        "/case/value/" + _row(f"adsense:{ACCOUNT}"),
        "/case/sighting?value=" + quote(f"adsense:{ACCOUNT}"),
        "/case/site/" + _row(SITES[0]),
        f"/case/link?a={SITES[0]}",
        "/case/evidence?link=" + quote(f"{SITES[0]} {SITES[1]}"),
        "/case/who-carries-a-value?part=" + ACCOUNT,
    )
    for link in (f"/case/value/adsense~3A{ACCOUNT}", "/case/site/a-post~2Ecom"):
        assert link in Page(answer).links
    assert any("/case/sighting?value=adsense" in link for link in Page(value).links)
    assert any("/case/site/a-post" in link for link in Page(sightings).links)
    assert any("/case/network/" in link for link in Page(site).links)
    assert any("/case/link?a=" in link for link in Page(site).links)
    assert any("/case/evidence" in link or "/case/link/" in link for link in Page(links).links)
    assert any(f"/case/value/adsense~3A{ACCOUNT}" in link for link in Page(evidence).links)


def _row(name: str) -> str:
    """Datasette's tilde encoding: https://docs.datasette.io/en/stable/internals.html#tilde-encoding"""
    return "".join(one if one.isalnum() or one in "-_" else f"~{ord(one):02X}" for one in name)


def test_tables_have_facets(copy: Path) -> None:
    (text,) = _get(copy, "/case/sighting.json?_shape=objects")
    facets = json.loads(text)["facet_results"]
    assert {one["value"]: one["count"] for one in facets["kind"]["results"]}["email"] == 5


QUESTIONS = tomllib.loads((Path(server.__file__).parent / "questions.toml").read_text("utf-8"))
ASKED = {
    "who-carries-a-value": ("part=4827150936", {"site": SITES[2], "value": f"adsense:{ACCOUNT}"}),
    "what-two-sites-share": (f"a={SITES[0]}&b={SITES[2]}", {"value": f"email:{MAIL}", "sites that carry it": 3}),
    "why-are-they-linked": (f"one={SITES[2]}&other={SITES[0]}", {"value": f"email:{MAIL}"}),
    "what-holds-a-network-together": ("network={network}", {"value": f"email:{MAIL}", "links": 3}),
    "strongest-links": ("", {"a": SITES[0], "b": SITES[1]}),
    "rare-and-shared": ("", None),
    "what-is-new": ("since=2026-04-30", {"site": SITES[1], "value": f"email:{MAIL}"}),
    "look-for-words": ("words=harbourpost", {"site": SITES[0], "value": f"email:{MAIL}"}),
    "what-was-not-seen": ("", None),
    "near-a-network": ("", None),
}


def test_every_question_is_asked_here() -> None:
    assert set(ASKED) == set(QUESTIONS)


@pytest.mark.parametrize("name", ASKED)
def test_questions_are_answered(copy: Path, name: str) -> None:
    ((first, *_),) = _rows(copy, "/case/network.json?_shape=array")
    words, row = ASKED[name]
    (rows,) = _rows(copy, f"/case/{name}.json?_shape=array&{words.format(network=first['name'])}")
    found = [{key: one[key] for key in row} for one in rows] if row else rows
    assert row is None or row in found


def test_a_site_whose_front_page_was_not_read_is_found(tmp_path: Path) -> None:
    from fingerprints.model import Outcome
    from fingerprints.stores.base import Batch
    from tests.fingerprints.made_stores import coverage

    with store_of(tmp_path, {}) as store:
        store.write(Batch(coverage=(coverage("gone.com", Outcome.FAILED, "no answer"), coverage("read.com"))))
        tables.write(store, Verdicts(), tmp_path / "case.db")
    (rows,) = _rows(tmp_path / "case.db", "/case/what-was-not-seen.json?_shape=array")
    assert [(row["site"], row["outcomes"]) for row in rows] == [("gone.com", "failed")]


def test_what_strangers_wrote_stays_text(copy: Path) -> None:
    paths = [f"/case/{name}" for name in ("site", "value", "sighting", "link", "evidence", "verdict", "look")]
    paths += ["/", "/case", "/case/value/" + _row(f"disqus:{HOSTILE}"), "/case/value/" + _row(f"matomo:{ADDRESS}")]
    paths += ["/case/who-carries-a-value?part=" + quote(HOSTILE), "/case?sql=" + quote("select value, page_url from sighting")]
    for path, text in zip(paths, _get(copy, *paths), strict=True):
        page = Page(text)
        assert "img" not in page.tags, path
        assert page.handlers == [], path
        assert [script for script in page.scripts if re.search(r"(?m)^alert\(", script)] == [], path
        assert [
            link for link in page.links if link.startswith("javascript:") or "evil.example" in link.partition("?")[0]
        ] == [], path


def test_nothing_can_be_written(copy: Path) -> None:
    app = server.datasette(copy)

    async def asked() -> list[int]:
        await app.invoke_startup()
        return [
            (await app.client.get("/case.json?sql=" + quote(sql))).status_code
            for sql in ("delete from site", "pragma user_version=3")
        ]

    assert asyncio.run(asked()) == [400, 400]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("served")
    store_of(folder, dict.fromkeys(SITES, VALUES)).close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [sys.executable, "-m", "fingerprints", "browse", "--store", "made.db", "--port", str(number)]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE) as process:
        try:
            while process.poll() is None and not _listens(number):
                time.sleep(0.1)
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            yield number
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ask(port: int, path: str, host: str = "", method: str = "GET") -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{port}"})
    answer = connection.getresponse()
    found = (answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read().decode())
    connection.close()
    return found


def test_it_is_served_on_loopback_to_this_machine_alone(port: int) -> None:
    status, headers, text = _ask(port, "/case")
    assert (status, "sighting" in text) == (200, True)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert _ask(port, "/case", f"localhost:{port}")[0] == 200
    assert _ask(port, "/case", f"evil.example:{port}")[0] == 421
    assert _ask(port, "/case", method="POST")[0] == 405
    assert "export" in _ask(port, "/case/site.csv")[2]
    assert _ask(port, "/case.db")[0] in (403, 404)
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", port)) != 0


def test_the_copy_can_be_kept_and_is_never_written_over(tmp_path: Path) -> None:
    store_of(tmp_path, dict.fromkeys(SITES, VALUES)).close()
    run(tmp_path, "browse", "--store", "made.db", "--copy", "tables.db")
    assert (tmp_path / "tables.db").stat().st_size > 0
    assert "exists" in run(tmp_path, "browse", "--store", "made.db", "--copy", "tables.db", expect=2).stderr


def test_without_datasette_one_sentence_names_the_extra(tmp_path: Path) -> None:
    store_of(tmp_path, dict.fromkeys(SITES, VALUES)).close()
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['datasette'] = None\nsys.modules['pyarrow'] = None\n")
    env = os.environ | {"PYTHONPATH": f"{tmp_path}:{Path(__file__).parents[2]}"}
    for arguments, extra in ((["browse"], "browse"), (["export", "--format", "parquet"], "parquet")):
        command = [sys.executable, "-m", "fingerprints", *arguments, "--store", "made.db"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, f'"samehand[{extra}]"' in done.stderr) == (2, True), done.stderr
