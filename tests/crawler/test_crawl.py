"""What a crawl does to the sites it asks, and what stands in the store afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from fingerprints.archive import read_warc
from fingerprints.model import Outcome, Page, Role
from fingerprints.reading import read_page
from fingerprints.stores.base import open_store
from fingerprints.stores.compare import differences
from tests.crawler.certificates import self_signed
from tests.crawler.crawling import crawl, looks, of_web, values
from tests.crawler.names import Names
from tests.crawler.web import Web, serving

FRONT = """<html><head><link rel="icon" href="/i.ico"><link rel="alternate" type="application/rss+xml" href="/feed"></head>
<body><a href="/about">About us</a><a href="/2024/05/a-thing-that-was">A</a><a href="/secret/2024/05/b-thing-that-was">B</a>
<script>gtag('config', 'G-ABCDEF1234')</script></body></html>"""


def newspaper(web: Web, host: str = "example.org") -> None:
    """A site with a document of every role."""
    web.page(f"{host}/robots.txt", "User-agent: *\nDisallow: /secret/\n", "text/plain")
    web.page(f"{host}/", FRONT)
    web.page(f"{host}/ads.txt", "google.com, pub-1234567890123456, DIRECT, f08c47fec0942fa0\n", "text/plain")
    web.page(f"{host}/i.ico", "icon", "image/x-icon")
    web.page(f"{host}/about", "<html><body>Write to office@example.org</body></html>")
    web.page(f"{host}/2024/05/a-thing-that-was", "<html><body>It was.</body></html>")
    web.page(f"{host}/feed", "<rss><channel><item><link>/2024/05/c-thing-that-was</link></item></channel></rss>", "text/xml")
    web.page(f"{host}/2024/05/c-thing-that-was", "<html><body>It was, too.</body></html>")


def test_a_site_is_asked_in_order_and_its_robots_txt_is_obeyed(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    ended = crawl(tmp_path / "a.db", "example.org", **of_web(web, names))
    assert ended.code == 0
    assert web.asked == [
        f"example.org/{path}"
        for path in (
            "robots.txt",
            "",
            "ads.txt",
            "i.ico",
            "about",
            "feed",
            "2024/05/a-thing-that-was",
            "2024/05/c-thing-that-was",
            ".well-known/assetlinks.json",
            ".well-known/apple-app-site-association",
            ".well-known/security.txt",
            "BingSiteAuth.xml",
            "app-ads.txt",
            "samehand-bfabc37432",
        )
    ]
    found = looks(tmp_path / "a.db")
    assert {key: look.outcome for key, look in found.items() if look.outcome is not Outcome.READ} == {
        "front https://example.org/": Outcome.FAILED,
        "rendered http://example.org/": Outcome.NOT_LOOKED_AT,
        "article http://example.org/secret/2024/05/b-thing-that-was": Outcome.REFUSED,
        "control http://example.org/.well-known/assetlinks.json": Outcome.ABSENT,
        "control http://example.org/.well-known/apple-app-site-association": Outcome.ABSENT,
        "control http://example.org/.well-known/security.txt": Outcome.ABSENT,
        "control http://example.org/BingSiteAuth.xml": Outcome.ABSENT,
        "ads-txt http://example.org/app-ads.txt": Outcome.ABSENT,
    }
    assert values(tmp_path / "a.db", "google-analytics-4") == {("example.org", "G-ABCDEF1234")}
    assert (ended.last["done"], ended.last["sites"], ended.last["pages"]) == (1, 1, 14)


def test_ignoring_robots_txt_has_a_name_of_its_own(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    crawl(tmp_path / "a.db", "example.org", robots=0, **of_web(web, names))
    assert "example.org/secret/2024/05/b-thing-that-was" in web.asked
    assert "example.org/robots.txt" not in web.asked


def test_what_was_received_is_in_the_archive_and_gives_the_same_store(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    web.move("example.net/", "http://www.example.net/")
    web.move("www.example.net/", "http://example.org/")
    store = tmp_path / "a.db"
    crawl(store, "http://example.org/", "http://example.net/", robots=0, **of_web(web, names))
    pages = [page for path in (tmp_path / "a.captures").iterdir() for page in read_warc(path)]
    assert all(isinstance(page, Page) for page in pages)
    with open_store(str(tmp_path / "again.db")) as again, open_store(str(store)) as first:
        for page in pages:
            assert isinstance(page, Page)
            again.write(read_page(page))
        assert differences(first, again) == []
    front = next(page for page in pages if isinstance(page, Page) and page.role is Role.FRONT and page.final_url == page.url)
    assert front.headers[0] == ("Content-Type", "text/html")


def test_a_redirect_to_another_site_is_seen_and_no_control(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    for path in ("", "ads.txt", "favicon.ico", "robots.txt"):
        web.move(f"clone.example.net/{path}", f"http://example.org/{path}")
    crawl(tmp_path / "a.db", "http://clone.example.net/", **of_web(web, names))
    assert values(tmp_path / "a.db", "redirect") == {("example.net", "example.org")}
    assert values(tmp_path / "a.db", "google-analytics-4") == {("example.org", "G-ABCDEF1234")}
    assert {look.outcome for look in looks(tmp_path / "a.db", "example.net").values()} == {Outcome.NOT_LOOKED_AT}
    assert "example.org/about" not in web.asked, "the other site is not crawled"
    assert "example.org/ads.txt" not in web.asked, "what another site says of its sellers is not asked for in this one's name"


def test_the_other_sites_robots_txt_is_obeyed_on_the_way(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    web.page("example.org/", FRONT)
    web.move("example.net/", "http://example.org/")
    crawl(tmp_path / "a.db", "http://example.net/", **of_web(web, names))
    assert "example.org/" not in web.asked
    assert looks(tmp_path / "a.db", "example.org")["front http://example.org/"].outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("targets", "reason"), [(("/a", "/b", "/a"), "in a circle"), (tuple(f"/{n}" for n in range(9)), "more than 5 hops")]
)
def test_chains_end(web: Web, names: Names, tmp_path: Path, targets: tuple[str, ...], reason: str) -> None:
    for source, target in zip(("/", *targets), targets, strict=False):
        web.move(f"example.org{source}", target)
    ended = crawl(tmp_path / "a.db", "http://example.org/", redirects=5, **of_web(web, names))
    assert reason in looks(tmp_path / "a.db")["front http://example.org/"].detail
    assert ended.notes == [note for note in ended.notes if reason in note]


def test_an_icon_on_a_cdn_is_the_sites_own(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/", '<html><link rel="icon" href="http://cdn.example.net/i.png"></html>')
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
    web.answers["cdn.example.net/i.png"] = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 208\r\n\r\n" + picture
    crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names))
    assert [site for site, _ in values(tmp_path / "a.db", "favicon-mmh3")] == ["example.org"]
    assert "favicon http://cdn.example.net/i.png" in looks(tmp_path / "a.db", "example.org")


def test_each_trouble_is_one_sentence_and_the_rest_goes_on(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    names.missing |= {"unknown.example.com", "www.unknown.example.com"}
    web.page("wall.example.net/", "<html><title>Just a moment...</title></html>", status="403 Forbidden")
    web.page("closed.example.co.uk/robots.txt", "oops", status="500 Oops")
    web.page("pdf.example.de/", "%PDF", "application/pdf")
    web.page("error.example.fr/", "<html>", status="500 Oops")
    web.answers["broken.example.it/"] = b"nonsense\r\n\r\n"
    hosts = ["unknown.example.com", "wall.example.net", "closed.example.co.uk", "pdf.example.de", "error.example.fr"]
    ended = crawl(tmp_path / "a.db", *hosts, "broken.example.it", "example.org", **of_web(web, names))
    assert ended.code == 0
    told = dict(note.split(": ", 1) for note in ended.notes)
    assert sorted(told) == ["example.co.uk", "example.com", "example.de", "example.fr", "example.it", "example.net"]
    assert "unknown.example.com does not exist" in told["example.com"]
    assert "403" in told["example.net"]
    assert "answered 500" in told["example.co.uk"]
    assert "application/pdf" in told["example.de"]
    assert "status 500" in told["example.fr"]
    assert "not speak HTTP" in told["example.it"]
    found = {
        look.site: look.outcome
        for look in looks(tmp_path / "a.db").values()
        if look.role is Role.FRONT and look.url.startswith("http:")
    }
    assert found["example.net"] is Outcome.BLOCKED
    assert found["example.org"] is Outcome.READ
    assert "closed.example.co.uk/" not in web.asked


def test_a_broken_certificate_is_told_with_the_page(web: Web, names: Names, tmp_path: Path) -> None:
    with serving(self_signed(tmp_path, "example.org")) as secure:
        newspaper(secure)
        crawl(tmp_path / "a.db", "example.org", **of_web(web, names, https=secure.port))
    front = looks(tmp_path / "a.db")["front https://example.org/"]
    assert front.outcome is Outcome.READ
    assert "self-signed certificate" in front.detail


def test_an_answer_that_says_later_is_asked_for_once_more(web: Web, names: Names, tmp_path: Path) -> None:
    def first_no(connection: object) -> None:
        web.page("example.org/", FRONT)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]

    web.answers["example.org/"] = first_no
    crawl(tmp_path / "a.db", "http://example.org/", **of_web(web, names))
    assert looks(tmp_path / "a.db")["front http://example.org/"].outcome is Outcome.READ


def test_a_site_has_limits_of_time_and_pages(web: Web, names: Names, tmp_path: Path) -> None:
    newspaper(web)
    ended = crawl(tmp_path / "a.db", "http://example.org/", "http://example.org/x/y", pages=4, articles=1, **of_web(web, names))
    assert ended.last["pages"] == 5, "four documents and robots.txt"
    crawl(tmp_path / "b.db", "http://example.org/", site_seconds=1e-9, **of_web(web, names))
    look = looks(tmp_path / "b.db")["front http://example.org/"]
    assert (look.outcome, look.detail) == (Outcome.NOT_LOOKED_AT, "The limit of 1e-09 s for one site was reached.")


def test_a_cut_document_is_marked(web: Web, names: Names, tmp_path: Path) -> None:
    web.page("example.org/", FRONT + "x" * 50_000)
    crawl(tmp_path / "a.db", "http://example.org/", max_bytes=5000, **of_web(web, names))
    with open_store(str(tmp_path / "a.db")) as store:
        assert [failure.error for failure in store.failures()] == ["Only its beginning was read: the rest is missing."]
    assert values(tmp_path / "a.db", "google-analytics-4") == {("example.org", "G-ABCDEF1234")}


TAG_MANAGER = """<script>(function(w,d,s,l,i){j.src='https://www.googletagmanager.com/gtm.js?id='+i})
(window,document,'script','dataLayer','GTM-5HQ98JR')</script><!-- GTM-7XY42KQ -->"""
CONTAINER = r"""{"tags":[{"function":"__googtag","vtp_tagId":"G-59FHTTFB72"},
{"function":"__html","vtp_html":"\u003Cscript\u003Efbq(\"init\",\"482910375612048\")\u003C\/script\u003E"}]}"""


@pytest.mark.parametrize(("most", "asked"), [(4, ["www.googletagmanager.com/gtm.js?id=GTM-5HQ98JR"]), (0, [])])
def test_a_container_is_fetched_once_and_told_of_every_site_that_loads_it(
    web: Web, names: Names, tmp_path: Path, most: int, asked: list[str]
) -> None:
    sites = ("example.org", "example.net") if most else ()
    for host in ("example.org", "example.net"):
        web.page(f"{host}/", f"<html><body>{TAG_MANAGER}</body></html>")
    with serving(self_signed(tmp_path, "www.googletagmanager.com")) as secure:
        secure.page("www.googletagmanager.com/gtm.js?id=GTM-5HQ98JR", CONTAINER, "application/javascript")
        options = of_web(web, names, https=secure.port) | {"open_sites": 1, "containers": most}
        crawl(tmp_path / "a.db", "http://example.org/", "http://example.net/", **options)
        assert [path for path in secure.asked if "gtm.js" in path] == asked
    assert values(tmp_path / "a.db", "google-analytics-4") == {(site, "G-59FHTTFB72") for site in sites}
    assert values(tmp_path / "a.db", "meta-pixel") == {(site, "482910375612048") for site in sites}
    found = {key: look.outcome for key, look in looks(tmp_path / "a.db").items() if key.startswith("container")}
    assert set(found.values()) == ({Outcome.READ} if most else set())
