from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import rules_of

TEXT = b"""User-agent: *
Disallow: /private/
Crawl-delay: 2

User-agent: Samehand
Disallow: /not-for-us/
Crawl-delay: 7
Sitemap: https://example.org/sitemap.xml
Sitemap: /relative.xml
"""


def test_our_own_group_counts() -> None:
    rules = rules_of(200, TEXT, "example.org")
    assert rules.refusal("https://example.org/private/a", "Samehand") == ""
    assert "not allow /not-for-us/a to Samehand" in rules.refusal("https://example.org/not-for-us/a", "Samehand")
    assert rules.refusal("https://example.org/private/a", "Other")
    assert (rules.delay("Samehand"), rules.delay("Other")) == (7, 2)
    assert rules.sitemaps() == ["https://example.org/sitemap.xml"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_missing_file_allows_everything(status: int) -> None:
    assert rules_of(status, b"User-agent: *\nDisallow: /", "example.org").refusal("https://example.org/", "Samehand") == ""


@pytest.mark.parametrize("status", [429, 500, 503, 599])
def test_a_server_in_trouble_allows_nothing(status: int) -> None:
    assert f"answered {status}" in rules_of(status, b"", "example.org").refusal("https://example.org/", "Samehand")


@given(st.binary(max_size=500))
def test_any_file_can_be_read(body: bytes) -> None:
    rules = rules_of(200, body, "example.org")
    assert isinstance(rules.refusal("https://example.org/a", "Samehand"), str)
    assert rules.delay("Samehand") >= 0
    assert all(url.startswith("http") for url in rules.sitemaps())
