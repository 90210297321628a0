"""What a site is: the registrable domain, and by config a host or a path; read, crawled and clustered so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fingerprints.sites import NotASiteError, platform_of, site_named, site_of
from tests.fingerprints.samehand import rows, run

TAG = "<script>gtag('config', 'UA-48213977-1')</script>"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://a.blogspot.com/x", "a.blogspot.com"),
        ("https://telegra.ph/Some-Title-05-01#top", "telegra.ph/Some-Title-05-01"),
        ("https://telegra.ph/Заголовок", "telegra.ph/%D0%97%D0%B0%D0%B3%D0%BE%D0%BB%D0%BE%D0%B2%D0%BE%D0%BA"),
        ("https://telegra.ph/", "telegra.ph"),
        ("https://telegra.ph/robots.txt", "telegra.ph"),
        ("https://sites.google.com/view/nordpost/about", "sites.google.com/view/nordpost"),
        ("https://sites.google.com/view", "sites.google.com"),
        ("https://docs.google.com/view/x", "google.com"),
    ],
)
def test_sites_of_addresses(url: str, site: str) -> None:
    assert site_of(url) == site
    assert site_of(f"https://{site}") == site


def test_a_tenant_has_its_platform_and_a_name_without_a_scheme_means_it() -> None:
    assert platform_of("telegra.ph/Some-Title") == "telegra.ph"
    assert (site_named("telegra.ph/Some-Title"), site_named("www.bbc.co.uk")) == ("telegra.ph/Some-Title", "bbc.co.uk")
    with pytest.raises(NotASiteError):
        site_named("no site/x")


def saved(folder: Path, pages: dict[str, str]) -> None:
    (folder / "pages").mkdir()
    lines = ["path,url"]
    for number, (url, body) in enumerate(pages.items()):
        (folder / "pages" / f"{number}.html").write_text(f"<html><body>{body}</body></html>", "utf-8")
        lines.append(f"{number}.html,{url}")
    (folder / "pages" / "index.csv").write_text("\n".join(lines), "utf-8")


def test_portals_of_one_domain_are_sites_by_config(tmp_path: Path) -> None:
    saved(tmp_path, {f"https://{name}.news-portal.com/": TAG for name in ("france", "usa")})
    run(tmp_path, "read", "pages", "--store", "one.db")
    assert rows(tmp_path, "networks", "--store", "one.db") == []
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sites.tsv").write_text("news-portal.com\thost\tportals by country\n", "utf-8")
    run(tmp_path, "read", "pages", "--store", "two.db", SAMEHAND_CONFIG="config")
    done = run(tmp_path, "networks", "--store", "two.db", "--format", "csv", SAMEHAND_CONFIG="config").stdout
    assert "france.news-portal.com" in done
    assert "usa.news-portal.com" in done


def test_tenants_of_a_path_are_sites_that_can_be_linked_and_asked_for(tmp_path: Path) -> None:
    saved(tmp_path, {"https://telegra.ph/One-05-01": TAG, "https://telegra.ph/Other-05-02": "", "https://nord-post.com/": TAG})
    run(tmp_path, "read", "pages", "--store", "a.db")
    (network,) = rows(tmp_path, "networks", "--store", "a.db")
    assert network["sites"] == ["nord-post.com", "telegra.ph/One-05-01"]
    (site,) = rows(tmp_path, "site", "telegra.ph/One-05-01", "--store", "a.db")
    assert site["site"] == "telegra.ph/One-05-01"
    run(tmp_path, "report", "--store", "a.db", "--out", "report")
    assert list((tmp_path / "report" / "sites").glob("telegra-ph-one*.html"))


@pytest.mark.parametrize("row", ["news-portal.com\tdomain\tx", "news-portal.com\tpath 9\tx", "localhost\thost\tx"])
def test_a_row_that_cannot_be_is_told(tmp_path: Path, row: str) -> None:
    (tmp_path / "sites.tsv").write_text(f"{row}\n", "utf-8")
    code = "from fingerprints.sites import site_of; site_of('https://example.org/')"
    env = os.environ | {"SAMEHAND_CONFIG": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert "ConfigError: sites.tsv" in done.stderr
