"""What the dashboards show of a farm is what is true of it: the farm's own plan predicts the numbers, no store has a part in that."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import vl_convert

from crawler.farm import serve
from crawler.farm.build import build
from crawler.farm.content import Content
from crawler.farm.world import load
from fingerprints.networks import find_networks
from fingerprints.sites import site_or_none
from fingerprints.stores.base import open_store
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_schema import flatten
from tests.crawler.crawling import crawl, of_farm
from tests.crawler.farm.client import SMALL
from tests.elastic import panels
from tests.elastic.lens_query import body, in_order

NEVER_READ = {"dead", "unknown-domain", "error-500", "wrong-content-type", "robots-forbids"}
"""Faults that leave a site without a page."""
Counts = dict[Any, int]


@dataclass
class Crawled:
    """A farm in an Elasticsearch, but for its slow sites, whose outcome depends on the clock."""

    connection: Connection
    truth: dict[str, Any]

    def shows(self, dashboard: str, title: str, *, rows: bool = False) -> Counts:
        """The first metric of a panel by its first bucket, or the number of documents in it."""
        attributes = panels.lens(dashboard, title)
        (layer,) = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
        columns = in_order(layer)
        bucket, metric = (next(n for n, one in columns.items() if one["isBucketed"] is wanted) for wanted in (True, False))
        found = self.ask(attributes["references"][0]["id"], body(attributes))["aggregations"][bucket]["buckets"]
        numbers = {
            one.get("key_as_string", str(one["key"])): one["doc_count"]
            if rows
            else one.get(metric, one).get("value", one["doc_count"])
            for one in found
        }
        return {key: int(value) for key, value in numbers.items() if value}

    def ask(self, view: str, search: dict[str, Any]) -> dict[str, Any]:
        """One search of a data view's index."""
        return dict(self.connection.ask("POST", path(self.connection.name(view.removeprefix("samehand-")), "_search"), search))

    def sites(self, *, read: bool = True) -> list[dict[str, Any]]:
        """What is true of the sites, or only of those that have a page."""
        return [site for site in self.truth["sites"] if not read or not (site["fault"] in NEVER_READ or site["redirects_to"])]


@pytest.fixture(scope="module")
def crawled(elasticsearch: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("truth")
    location = f"{elasticsearch}/?prefix=t{folder.name[-1]}{threading.get_ident() % 10_000}"
    with serve(SMALL, seed=1) as farm:
        options = of_farm(farm) | {"probes": "dns,registration,tls", "hosting_data": farm.hosting, "registry_delay": 0}
        options["map_port"] += f",43:{farm.whois}"
        slow = {site["domain"] for site in farm.truth["sites"] if site["fault"] == "slow"}
        words = [word for word in farm.sites if site_or_none(word if "://" in word else f"http://{word}") not in slow]
        assert crawl(location, *words, journal=folder / "a.journal", **options).code == 0  # type: ignore[arg-type]
        truth = farm.truth | {"sites": [site for site in farm.truth["sites"] if site["domain"] not in slow]}
    with open_store(location) as store:
        store.save_networks(find_networks(store))
    connection = Connection(location)
    yield Crawled(connection, truth)
    connection.close()


def test_languages(crawled: Crawled) -> None:
    assert crawled.shows("samehand-texts", "Languages") == Counter(site["language"] for site in crawled.sites())


def test_registrations_per_day(crawled: Crawled) -> None:
    days = Counter(site["registered"] for site in crawled.sites(read=False) if site["registered"])
    found = crawled.shows("samehand-hosting", "Registrations per day")
    assert {key[:10]: count for key, count in found.items()} == days


def test_addresses(crawled: Crawled) -> None:
    known = (site for site in crawled.sites(read=False) if site["fault"] != "unknown-domain")
    wanted = Counter(address for site in known for address in site["addresses"])
    assert crawled.shows("samehand-hosting", "Addresses") == dict(wanted)


def test_publishing_hours(crawled: Crawled) -> None:
    plan = build(load(SMALL), 1)
    by_name = {site.domain: site for site in plan.sites}
    wanted: Counter[str] = Counter()
    for site in crawled.sites():
        written = Content(by_name[site["copies"] or site["domain"]], plan.world, plan.seed).articles
        wanted.update({f"{page.article.published:%H}" for page in written if page.article})
    assert crawled.shows("samehand-texts", "Publishing hours (UTC): sites with an article of that hour") == dict(wanted)


def test_redirects_from_entry_to_target(crawled: Crawled) -> None:
    wanted = Counter(site["redirects_to"] for site in crawled.sites(read=False) if site["redirects_to"])
    wanted.update(site["copies"] for site in crawled.sites() if site["copied_how"] == "refresh")
    assert crawled.shows("samehand-hosting", "Where sites send their visitors", rows=True) == wanted


def test_the_graph_has_a_point_for_each_site_and_a_line_for_each_link(crawled: Crawled) -> None:
    """Rendered by Vega itself, with what Elasticsearch answers in the place of the address, as Kibana puts it there."""
    group = max((group for network in crawled.truth["networks"] for group in network["required"]), key=len)
    found = crawled.ask("samehand-networks", {"query": {"term": {"url.domain": group[0]}}})["hits"]["hits"]
    source = flatten(found[0]["_source"])
    name, sites = source["samehand.network.id"], source["url.domain"]
    assert set(group) <= set(sites)
    spec = panels.vega()
    links = spec["data"][0]
    url = links.pop("url")
    assert url["%context%"] is True, "Kibana narrows it to the network that is chosen"
    search = {**url["body"], "query": {"term": {"samehand.network.id": name}}}
    answer = crawled.ask(url["index"], search)
    assert links.pop("format") == {"property": "hits.hits"}
    links["values"] = answer["hits"]["hits"]
    drawn = vl_convert.vega_to_svg({**spec, "width": 600, "height": 400})
    assert "NaN" not in drawn
    assert _marks(drawn, "points") == len(sites)
    assert _marks(drawn, "lines") == len(links["values"]) == source["samehand.network.links"]
    assert all(f">{site}<" in drawn for site in sites)


def _marks(svg: str, name: str) -> int:
    """How many things of a mark are drawn."""
    begin = svg.index(f"mark-{'symbol' if name == 'points' else 'path'} role-mark")
    return svg.count("<path", begin, svg.index("</g>", begin))
