"""The shipped worlds of agencies and of vendors, read page by page: no two customers are linked, and operators among them are found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.farm.build import build
from crawler.farm.documents import Documents
from crawler.farm.plan import Plan, Site
from crawler.farm.truth import truth
from crawler.farm.world import load
from fingerprints.commands._demo_verdict import compare
from fingerprints.config import DEFAULTS
from fingerprints.model import Network, Page, Role
from fingerprints.networks import find_networks
from fingerprints.reading import read_page
from fingerprints.stores.base import open_store

WHEN = datetime(2024, 5, 13, tzinfo=UTC)
_ROLES = {"front": Role.FRONT, "articles": Role.ARTICLE, "about": Role.ABOUT}


def _pages(site: Site, plan: Plan) -> list[Page]:
    """The front page, an article, a page about the site, and ads.txt."""
    documents = Documents(site, plan)
    asked = {_ROLES[page.kind]: path for path, page in documents.pages.items()} | {Role.ADS_TXT: "/ads.txt"}
    answers = [(role, site.origin + path, documents.document(path)) for role, path in asked.items()]
    return [
        Page(url, url, site.domain, role, WHEN, 200, (("Content-Type", answer.content_type),), answer.body)
        for role, url, answer in answers
        if answer.status == 200
    ]


def _networks(plan: Plan, store: Path) -> list[Network]:
    with open_store(str(store)) as opened:
        for site in plan.sites:
            for page in _pages(site, plan):
                opened.write(read_page(page))
        return find_networks(opened)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("world", ["agencies", "vendors"])
def test_who_brings_ids_makes_no_network_and_operators_are_found(tmp_path: Path, world: str, seed: int) -> None:
    plan = build(load(DEFAULTS / "worlds" / f"{world}.toml"), seed)
    told = truth(plan)
    verdict = compare(_networks(plan, tmp_path / "made.db"), told)
    assert verdict.false_links == ()
    assert {one.name: one.outcome for one in verdict.results} == dict.fromkeys((one["name"] for one in told["networks"]), "found")
