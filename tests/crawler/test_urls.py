from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import absolute, normal, origin, port_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("http://example.org:80/a#b", "http://example.org/a"),
        ("https://example.org:8443/a?b=ö", "https://example.org:8443/a?b=%C3%B6"),
        ("https://example.org/a%2Fb c", "https://example.org/a%2Fb%20c"),
        ("http://пример.рф/", "http://xn--e1afmkfd.xn--p1ai/"),
        ("http://user:pw@example.org/", "http://example.org/"),
        ("http://exa\nmple.org/", "http://example.org/"),
        ("ftp://example.org/", None),
        ("http://exa mple.org/", None),
        ("http://example.org:99999/", None),
        ("http:///x", None),
        ("http://[::1/", None),
        ("http://example.org/" + "a" * 3000, None),
    ],
)
def test_normal_form(url: str, expected: str | None) -> None:
    assert normal(url) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a", "https://example.org/a"),
        ("b", "https://example.org/x/b"),
        ("//cdn.example.net/i.ico", "https://cdn.example.net/i.ico"),
        (" https://example.org/ ", "https://example.org/"),
        ("#top", None),
        ("javascript:void(0)", None),
        ("mailto:a@example.org", None),
        ("http://[bad", None),
    ],
)
def test_links(link: str, expected: str | None) -> None:
    assert absolute("https://example.org/x/y", link) == expected


def test_origin_and_port() -> None:
    assert origin("https://example.org:8443/a") == "https://example.org:8443"
    assert (port_of("https://example.org/"), port_of("http://example.org/"), port_of("http://example.org:81/")) == (443, 80, 81)


@given(st.text(max_size=200))
def test_a_normal_form_is_stable_and_safe_in_a_request(text: str) -> None:
    for url in (normal(text), absolute("https://example.org/x", text)):
        if url is not None:
            assert normal(url) == url
            assert url.isascii()
            assert not set(url) & set(" \r\n\t\x00")


_BASES = ("https://example.org/", "http://example.org:8080/a/b?c", "https://[::1]/a", "HTTPS://Example.org/a", "x")
_PIECES = (
    "https://", "http://", "//", "/", "a", "b.", "..", ".", "?", "#", "%41", "%", "é", "example.net", "X.Org", ":443", ":80",
    ":99999", ":", "@", ";", "&", "=", "|", "[", "127.0.0.1", "-", "_", "*", "+", " ", "\t", "a" * 70,
)  # fmt: skip


@given(base=st.sampled_from(_BASES), reference=st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_a_link_is_joined_as_the_standard_says_and_made_normal(base: str, reference: str) -> None:
    bare = reference.replace("\t", "").strip()
    try:
        expected = normal(urljoin(base, bare)) if bare and not bare.startswith("#") else None
    except ValueError:
        expected = None
    assert absolute(base, reference) == expected


def test_a_link_of_any_length_is_read_in_a_moment() -> None:
    assert absolute("https://example.org/", "/a" * 1000 + "é") is not None
    assert absolute("https://example.org/", "/" + "a" * 2000 + "é") is not None
