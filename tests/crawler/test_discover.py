# ruff: noqa: RUF001  (words of other scripts)
from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import Links, links_of, looks_like_article
from crawler.words import about_rank
from fingerprints.model import Page, Role

BASE = "https://www.example.org/"


def page(body: str | bytes, role: Role = Role.FRONT, url: str = BASE) -> Page:
    data = body if isinstance(body, bytes) else body.encode()
    return Page(url, url, "example.org", role, datetime(2024, 5, 1, tzinfo=UTC), 200, body=data)


@pytest.mark.parametrize(
    ("path", "text", "rank"),
    [
        ("/impressum", "", 0),
        ("/x", "Mentions légales", 0),
        ("/contact-us.html", "", 1),
        ("/p/12", "Контакты", 1),
        ("/p/13", "تماس با ما", 1),
        ("/p/14", "Contact the newsroom", 1),
        ("/about", "", 2),
        ("/o", "О нас", 2),
        ("/o", "من نحن", 2),
        ("/o", "درباره ما", 2),
        ("/o", "हमारे बारे में", 2),
        ("/ueber-uns/", "Über uns", 2),
        ("/hakkimizda", "Hakkımızda", 2),
        ("/datenschutz", "", 3),
        ("/2024/05/about-the-war-in-the-east-and-its-end", "", None),
        ("/p/15", "What he said about us when nobody in the room was listening to him", None),
        ("/", "Home", None),
        ("/sport", "Sport", None),
    ],
)
def test_pages_about_the_site_in_many_languages(path: str, text: str, rank: int | None) -> None:
    assert about_rank("https://example.org" + path, text) == rank


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("/2024/05/17/what-happened", True),
        ("/2024-05-17-x/", True),
        ("/politics/the-minister-resigns-again", True),
        ("/news/1234567.html", True),
        ("/?p=123", True),
        ("/index.php?id=5&lang=en", True),
        ("/", False),
        ("/politics/", False),
        ("/tag/war-and-peace-and-more", False),
        ("/category/2024/", False),
        ("/wp-content/uploads/2024/05/a.html", False),
        ("/2024/05/picture-of-a-thing.jpg", False),
        ("/author/jane-who-writes-much", False),
    ],
)
def test_what_an_article_looks_like(path: str, article: bool) -> None:
    assert looks_like_article("https://example.org" + path) is article


def test_a_front_page_leads_on_in_document_order() -> None:
    links = links_of(
        page(
            """<html><head><base href="https://www.example.org/en/">
            <link rel="shortcut icon" href="//cdn.example.net/i.png"><link rel=icon href=/b.ico>
            <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
            <link rel="alternate" type="application/rss+xml" href="/feed/">
            <meta http-equiv="refresh" content="0; URL='/start'"></head>
            <a href="/2024/05/second-thing-that-happened?utm_source=x&amp;a=1">Second</a>
            <a href="privacy">Privacy</a><a href="/kontakt">Kontakt</a><a href="/privacy-policy">Privacy policy</a>
            <a href="/impressum#top">Impressum</a><a href="https://example.net/2024/05/not-ours-at-all">Other</a>
            <a href="first-of-all-the-things">First</a><a href="/2024/05/second-thing-that-happened?a=1">Again</a>
            <a href="/politics">Politics</a><a href="https://www.example.org/">Home</a><a href="http://news.example.org/x">News</a>"""
        )
    )
    assert links == Links(
        about=(
            "https://www.example.org/impressum",
            "https://www.example.org/kontakt",
            "https://www.example.org/en/privacy",
            "https://www.example.org/privacy-policy",
        ),
        articles=(
            "https://www.example.org/2024/05/second-thing-that-happened?a=1",
            "https://www.example.org/en/first-of-all-the-things",
        ),
        others=("https://www.example.org/politics", "http://news.example.org/x"),
        feeds=("https://www.example.org/feed/",),
        icons=("https://cdn.example.net/i.png", "https://www.example.org/b.ico"),
        refresh=("https://www.example.org/start",),
    )
    assert Links.of_dict(links.as_dict()) == links


def test_feeds() -> None:
    rss = "<rss><channel><link>https://example.org/</link><item><link> https://example.org/a </link></item><item><link>https://example.net/b</link></item></channel></rss>"
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="self" href="/self"/><link href="/c"/></entry></feed>'
    assert links_of(page(rss, Role.FEED)).articles == ("https://example.org/a",)
    assert links_of(page(atom, Role.FEED)).articles == ("https://www.example.org/c",)


def test_sitemaps() -> None:
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://example.org/pages.xml</loc></sitemap><sitemap><loc>https://example.org/post-1.xml</loc></sitemap></sitemapindex>"
    urls = "<urlset><url><loc>https://example.org/2024/05/a-b</loc></url><url><loc>https://example.org/x</loc></url></urlset>"
    assert links_of(page(index, Role.SITEMAP)).sitemaps == ("https://example.org/post-1.xml",)
    assert links_of(page(gzip.compress(urls.encode()), Role.SITEMAP)).articles == ("https://example.org/2024/05/a-b",)


def test_an_xml_bomb_stays_small() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "&a;&a;">' for n in range(12)
    )
    assert links_of(page(bomb + "]><rss><item><link>&a11;</link></item></rss>", Role.FEED)).articles == ()
    assert links_of(page('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><link>&x;</link></item></rss>', Role.FEED)) == Links()  # fmt: skip


def test_many_links_are_bounded() -> None:
    links = links_of(page("".join(f'<a href="/2024/05/article-{n}-of-many">x</a>' for n in range(10_000))))
    assert len(links.articles) == 300


@given(st.binary(max_size=500), st.sampled_from(list(Role)))
def test_any_document_can_be_read(body: bytes, role: Role) -> None:
    links = links_of(page(b"<html><a href='/x'>" + body if role.is_page else body, role))
    assert all(url.startswith("http") for name in ("about", "articles", "others") for url in getattr(links, name))
