"""What the extractors find on the farm's pages is what the farm put there: nothing is missed, nothing is invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from crawler.farm.build import build
from crawler.farm.documents import Documents
from crawler.farm.kinds import kinds as farm_kinds
from crawler.farm.plan import Carried, Plan, Site
from crawler.farm.world import load
from fingerprints.extract import extract
from fingerprints.indicators import catalogue
from fingerprints.model import Observation, Page, Role, State

_ROLES = {"front": Role.FRONT, "articles": Role.ARTICLE, "about": Role.ABOUT}
_STATES = {"live": State.SEEN, "commented": State.COMMENTED, "quoted": State.COPIED}


def _observations(site: Site, plan: Plan) -> Iterator[Observation]:
    documents = Documents(site, plan)
    asked = [(path, _ROLES[page.kind]) for path, page in documents.pages.items()]
    for path, role in (*asked, ("/ads.txt", Role.ADS_TXT), ("/favicon.ico", Role.FAVICON)):
        document = documents.document(path)
        if document.status == 200:
            headers = (("Content-Type", document.content_type),)
            url = site.origin + path
            page = Page(url, url, site.domain, role, datetime(2024, 6, 1, tzinfo=UTC), 200, headers, document.body)
            extraction = extract(page)
            assert not extraction.failures
            yield from extraction.observations


def _is_asked_for(one: Carried) -> bool:
    """Sample ids are nobody's, and a meta tag that is quoted is no meta tag."""
    in_script = any("<script" in form for form in farm_kinds()[one.kind].forms) or one.state == "live"
    return one.kind in catalogue.kinds() and one.source != "placeholder" and in_script


def test_the_default_world_is_read_exactly() -> None:
    plan = build(load(), seed=1)
    both = catalogue.kinds().keys() & farm_kinds().keys() - {"ads-txt-reseller"}
    assert len(both) >= 4
    for site in plan.sites:
        if site.copies or site.redirects_to:
            continue
        found = {(one.kind, one.value): one.state for one in _observations(site, plan) if one.kind in both}
        wanted = {(one.kind, one.value): _STATES[one.state] for one in site.carried if _is_asked_for(one)}
        assert wanted.items() <= found.items(), site.domain
        derived = {("ads-txt-direct", f"google.com/{one.value}") for one in site.carried if one.kind == "adsense"}
        derived |= {("made-by", one.value.rpartition("@")[2]) for one in site.carried if one.credit}
        extra = {key for key in found.keys() - wanted.keys() - derived if key[0] != "favicon-mmh3"}
        shown = {(one.kind, one.value) for one in site.carried}
        assert not extra - shown, site.domain
