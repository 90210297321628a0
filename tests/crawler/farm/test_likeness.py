"""A network that changed all its ids and kept template and texts, beside strangers in stock themes who print the same agency."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.farm.build import build
from crawler.farm.documents import Documents
from crawler.farm.plan import Plan
from crawler.farm.truth import truth
from crawler.farm.world import World, load
from fingerprints.model import Page, Role
from fingerprints.networks import find_networks
from fingerprints.reading import read_page
from fingerprints.stores.base import open_store

WHEN = datetime(2024, 5, 13, tzinfo=UTC)
WORLD = """
name = "likeness"
articles = [8, 8]
languages = {{ en = 1 }}

[themes.stock]
layout = "magazine"
generator = "WordPress 6.5.2"
favicon = "default"

[themes.private]
layout = "{layout}"

[[networks]]
name = "Reborn"
sites = 12
themes = ["{theme}"]
texts = {texts}
own = {{ google-analytics-4 = 1.0, email = 1.0 }}

[[strangers]]
name = "Buyers"
sites = 12
themes = ["stock"]
wire = 0.4
own = {{ google-analytics-4 = 1.0, email = 1.0 }}
"""


def _plan(tmp_path: Path, seed: int, layout: str = "broadsheet", theme: str = "private", texts: float = 0.6) -> Plan:
    file = tmp_path / "world.toml"
    file.write_text(WORLD.format(layout=layout, theme=theme, texts=texts))
    world: World = load(file)
    return build(world, seed)


def _networks(plan: Plan, store: Path) -> list[set[str]]:
    """What is found in the pages of all sites, as a crawl would store them."""
    with open_store(str(store)) as opened:
        for site in plan.sites:
            documents = Documents(site, plan)
            for path, view in list(documents.pages.items())[:9]:
                url = site.origin + path
                role = {"front": Role.FRONT, "articles": Role.ARTICLE}.get(view.kind, Role.ABOUT)
                body = documents.document(path).body
                opened.write(read_page(Page(url, url, site.domain, role, WHEN, 200, (("Content-Type", "text/html"),), body)))
        return [set(network.sites) for network in find_networks(opened)]


@pytest.mark.parametrize(("layout", "seed"), [("broadsheet", 1), ("blog", 2), ("portal", 3)])
def test_the_network_is_found_and_no_stranger_is_linked(tmp_path: Path, layout: str, seed: int) -> None:
    plan = _plan(tmp_path, seed, layout)
    members = {site.domain for site in plan.sites if site.network}
    assert _networks(plan, tmp_path / "s.db") == [members]
    (told,) = truth(plan)["networks"]
    (asked,) = told["required"]
    assert set(asked) <= members
    assert len(asked) >= 10  # one or two may have no two texts in common with anybody
    assert told["shares"] == ["dom-simhash", "text-simhash"]


def test_a_network_inside_the_stock_theme_drags_no_stranger_in(tmp_path: Path) -> None:
    plan = _plan(tmp_path, 4, theme="stock")
    members = {site.domain for site in plan.sites if site.network}
    assert all(found <= members for found in _networks(plan, tmp_path / "s.db"))
    assert truth(plan)["networks"][0]["required"] == []


def test_a_template_without_texts_links_nobody(tmp_path: Path) -> None:
    plan = _plan(tmp_path, 5, texts=0.0)
    assert _networks(plan, tmp_path / "s.db") == []
    assert truth(plan)["networks"][0]["required"] == []
