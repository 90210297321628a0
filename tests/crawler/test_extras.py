"""The few files that are fetched of a site besides its pages: which, when, how much of them, and what is told where there are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fingerprints.model import Outcome
from tests.crawler.crawling import crawl, looks, of_web, values
from tests.crawler.names import Names
from tests.crawler.web import Web

FRONT = """<html><head><link rel="https://api.w.org/" href="http://example.org/wp-json/">
<link rel="stylesheet" href="/wp-includes/css/dist/block-library/style.min.css?ver=6.5"><link rel="stylesheet" href="/css/harbour.css">
<script src="/js/jquery.min.js"></script><script src="https://cdn.example.net/own.js"></script><script src="/js/harbour.js"></script>
<script src="/js/third.js"></script></head><body><img class="site-logo" src="data:image/gif;base64,x" data-src="/logo.svg">
<img src="https://cdn.example.net/partner-logo.png"><a href="/2024/05/a-thing-that-was">A thing</a></body></html>"""
ARTICLE = """<html><head><meta property="og:image" content="http://example.org/a.jpg"></head><body><p>It was.</p>
<img class="avatar" src="/people/marta.jpg" alt="Marta"><img src="/b.jpg"></body></html>"""
SCRIPT = "function harbour() { return document.title; }\n" * 20
GUIDS = json.dumps([{"id": 7, "guid": {"rendered": "http://nordfunk-post.com/?p=7"}}])
PICTURE = '<x:xmpmeta><rdf:Description xmpMM:DocumentID="xmp.did:2f7c1d90-8b4e-4a63-9c0d-5e1f7a2b6c84"/></x:xmpmeta>' + "x" * 5000
API = "http://example.org/wp-json/"
LAST = [
    "example.org/.well-known/assetlinks.json",
    "example.org/.well-known/apple-app-site-association",
    "example.org/.well-known/security.txt",
    "example.org/BingSiteAuth.xml",
    "example.org/wp-json/",
    "example.org/wp-json/wp/v2/posts?per_page=10&_fields=id,guid,link,author,date_gmt",
    "example.org/wp-json/wp/v2/users?per_page=20&_fields=id,name,slug,avatar_urls",
    "example.org/samehand-bfabc37432",
    "example.org/css/harbour.css",
    "example.org/js/harbour.js",
    "example.org/logo.svg",
    "example.org/people/marta.jpg",
    "example.org/a.jpg",
]


def site(web: Web) -> None:
    web.page("example.org/robots.txt", "User-agent: *\nDisallow: /people/\n", "text/plain")
    web.page("example.org/", FRONT)
    web.page("example.org/2024/05/a-thing-that-was", ARTICLE)
    web.page("example.org/wp-json/", "{}", "application/json")
    web.page(LAST[5], GUIDS, "application/json")
    web.page("example.org/js/harbour.js", SCRIPT, "application/javascript")
    web.page("example.org/logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'>" + " " * 200 + "</svg>", "image/svg+xml")
    web.page("example.org/a.jpg", PICTURE, "image/jpeg")
    web.page("example.org/css/harbour.css", "<html>not found</html>")


def test_they_are_asked_for_last_and_few(web: Web, names: Names, tmp_path: Path) -> None:
    site(web)
    store = tmp_path / "a.db"
    crawl(store, "http://example.org/", file_bytes=1000, **of_web(web, names))
    assert web.asked[-len(LAST) + 1 :] == [path for path in LAST if "/people/" not in path], "robots.txt forbids one of them"
    found = {key: look.outcome for key, look in looks(store).items()}
    assert found["portrait http://example.org/people/marta.jpg"] is Outcome.REFUSED
    assert found["asset http://example.org/css/harbour.css"] is Outcome.ABSENT, "a page of HTML in its place"
    assert found[f"wordpress {API}wp/v2/users?per_page=20&_fields=id,name,slug,avatar_urls"] is Outcome.ABSENT
    assert found["missing http://example.org/samehand-bfabc37432"] is Outcome.READ
    assert values(store, "wordpress-guid-domain") == {("example.org", "nordfunk-post.com")}
    assert values(store, "xmp-document") == {("example.org", "xmp.did:2f7c1d90-8b4e-4a63-9c0d-5e1f7a2b6c84")}
    assert len(values(store, "script-file")) == len(values(store, "logo-sha256")) == 1
    assert looks(store)["picture http://example.org/a.jpg"].detail == ""


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"pictures": 0}, LAST[:10]),
        ({"pictures": 0, "assets": 0, "extras": 0}, LAST[:4]),
        ({"pages": 6}, ["example.org/2024/05/a-thing-that-was"]),
    ],
)
def test_each_can_be_turned_off_and_counts_as_a_document(
    web: Web, names: Names, tmp_path: Path, options: dict[str, int], left: list[str]
) -> None:
    site(web)
    crawl(tmp_path / "a.db", "http://example.org/", **(of_web(web, names) | options))
    assert web.asked[-len(left) :] == left
