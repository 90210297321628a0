from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.seeds import Rejected, Seed, by_site, parse, read
from crawler.urls import normal


@pytest.mark.parametrize(
    ("text", "site", "host", "scheme", "url"),
    [
        ("example.org", "example.org", "example.org", "", ""),
        ("  WWW.Example.ORG. ", "example.org", "www.example.org", "", ""),
        ("https://www.example.org/", "example.org", "www.example.org", "https", ""),
        ("http://example.org/2024/a?b=c#d", "example.org", "example.org", "http", "http://example.org/2024/a?b=c"),
        ("example.org/news/1", "example.org", "example.org", "", "https://example.org/news/1"),
        ("hxxp://example[.]org", "example.org", "example.org", "http", ""),
        ("hXXps[:]//www(.)example[dot]org/x", "example.org", "www.example.org", "https", "https://www.example.org/x"),
        ("hxxps[://]example{.}org", "example.org", "example.org", "https", ""),
        ("example [dot] org", "example.org", "example.org", "", ""),
        ("https://user:secret@example.org:8443/x", "example.org", "example.org:8443", "https", "https://example.org:8443/x"),
        ("example.org:8080", "example.org", "example.org:8080", "", ""),
        ("http://example.org:80/", "example.org", "example.org", "http", ""),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "", ""),
        ("https://bücher.de/über", "xn--bcher-kva.de", "xn--bcher-kva.de", "https", "https://xn--bcher-kva.de/%C3%BCber"),
        ("a.blogspot.com", "a.blogspot.com", "a.blogspot.com", "", ""),
        ("'example.org',", "example.org", "example.org", "", ""),
        ("<https://example.org/a>", "example.org", "example.org", "https", "https://example.org/a"),
        ("//example.org/a", "example.org", "example.org", "", "https://example.org/a"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.7", "", ""),
        ("http://[2001:db8::7]:8080/", "2001:db8::7", "[2001:db8::7]:8080", "http", ""),
    ],
)  # fmt: skip
def test_names_a_site(text: str, site: str, host: str, scheme: str, url: str) -> None:
    seed = parse(text)
    assert isinstance(seed, Seed), seed
    assert (seed.site, seed.host, seed.scheme, seed.url) == (site, host, scheme, url)


@pytest.mark.parametrize("text", ["", "   ", "#", "localhost", "not a site", "ftp://example.org", "com", "http://", "a" * 20_000, "x..org", "http://exa mple.org/"])  # fmt: skip
def test_says_why_a_line_is_left_out(text: str) -> None:
    rejected = parse(text)
    assert isinstance(rejected, Rejected)
    assert rejected.reason
    assert len(rejected.text) <= 100


def test_reads_a_list_with_comments_marks_and_repeats() -> None:
    text = "\ufeff# from a report\r\nexample.org\r\n\r\nexample.org\r\nEXAMPLE.ORG\r\nexample.net # seen in May\r\nhttps://example.org/a\r\n"
    seeds = list(read(text))
    assert [seed.host for seed in seeds if isinstance(seed, Seed)] == ["example.org", "example.net", "example.org"]
    assert {site: len(given) for site, given in by_site(s for s in seeds if isinstance(s, Seed)).items()} == {
        "example.org": 2,
        "example.net": 1,
    }


@pytest.mark.parametrize(
    "text",
    [
        "name,domain,country\nOne,example.org,US\nTwo,example.net,DE\n",
        'url;note\n"https://example.org/";"a; b"\nexample.net;\n',
        "example.org,US\nexample.net,DE\n",
        "Site\texample\nexample.org\tx\nexample.net\ty\n",
        "domain\nexample.org\nexample.net\n",
    ],
)
def test_reads_csv(text: str) -> None:
    assert [seed.site for seed in read(text) if isinstance(seed, Seed)] == ["example.org", "example.net"]


@given(st.text(max_size=300))
def test_any_text_is_a_seed_or_a_reason(text: str) -> None:
    seed = parse(text)
    if isinstance(seed, Seed):
        assert seed.site
        assert seed.host.isascii()
        assert not seed.url or normal(seed.url) == seed.url
    else:
        assert seed.reason


@given(st.text(alphabet="abc.,;:/\t\n\r\"'#[]dot ", max_size=400))
def test_any_list_can_be_read(text: str) -> None:
    found = list(read(text))
    assert len(found) == len(set(found))


@given(
    st.from_regex(r"[a-z]{2,10}\.(org|com|co\.uk)", fullmatch=True),
    st.sampled_from(["[.]", "(.)", "[dot]", " [dot] ", "{.}", "\\."]),
)
def test_defanging_changes_nothing(domain: str, dot: str) -> None:
    assert parse(domain.replace(".", dot)) == parse(domain)
