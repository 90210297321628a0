"""What the dashboards show of a farm is what is true of it: the farm's own plan predicts the numbers, no store has a part in that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import vl_convert

from crawler.farm.build import build
from crawler.farm.content import Content
from crawler.farm.world import load
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import is_personal
from fingerprints.stores.elasticsearch_schema import flatten
from tests.crawler.farm.client import SMALL
from tests.elastic import panels
from tests.elastic.lens_query import body, in_order
from tests.elastic.stored_farm import StoredFarm

NEVER_READ = {"dead", "unknown-domain", "error-500", "wrong-content-type", "robots-forbids"}
"""Faults that leave a site without a page."""
Counts = dict[Any, int]


@dataclass
class Crawled:
    """A farm in an Elasticsearch."""

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

    def sources(self, index: str) -> list[dict[str, Any]]:
        """All documents of an index."""
        search = {"size": 10_000, "query": {"match_all": {}}}
        return [flatten(hit["_source"]) for hit in self.ask(index, search)["hits"]["hits"]]

    def all(self, index: str, key: str, number: str) -> Counts:
        """One field by another one that tells documents apart."""
        return {source[key]: source[number] for source in self.sources(index)}

    def ask(self, view: str, search: dict[str, Any]) -> dict[str, Any]:
        """One search of a data view's index."""
        return dict(self.connection.ask("POST", path(self.connection.name(view.removeprefix("samehand-")), "_search"), search))

    def sites(self, *, read: bool = True) -> list[dict[str, Any]]:
        """What is true of the sites, or only of those that have a page."""
        return [site for site in self.truth["sites"] if not read or not (site["fault"] in NEVER_READ or site["redirects_to"])]


@pytest.fixture(scope="module")
def crawled(stored_farm: StoredFarm) -> Iterator[Crawled]:
    connection = Connection(stored_farm.location)
    yield Crawled(connection, stored_farm.truth)
    connection.close()


def carried(crawled: Crawled) -> dict[tuple[str, str], set[str]]:
    """Who carries what in force, of the values that the farm's builders planted."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    by_name = {site["domain"]: site for site in crawled.truth["sites"]}
    for site in crawled.sites():
        # A copy that loads the original's files and names nobody else shows the original's codes as its own.
        for one in [*site["carried"], *(by_name[site["copies"]]["carried"] if site["copied_how"] == "assets" else [])]:
            if one["state"] == "live" and not is_personal(one["kind"]):
                found[one["kind"], one["value"]].add(site["domain"])
    return found


def test_values_and_the_number_of_their_sites(crawled: Crawled) -> None:
    planted = {f"{kind} {value}": len(sites) for (kind, value), sites in carried(crawled).items() if len(sites) > 1}
    assert len(planted) > 5
    counts = crawled.all("indicators", "samehand.key", "threat.indicator.sightings")
    assert {key: counts.get(key) for key in planted} == planted


def test_inside_and_outside_of_the_values_that_hold_a_network(crawled: Crawled) -> None:
    member = {site: source["samehand.network.id"] for source in crawled.sources("networks") for site in source["url.domain"]}
    wanted = {}
    for (kind, value), sites in carried(crawled).items():
        inside = Counter(member[site] for site in sites if site in member)
        wanted |= {(network, f"{kind} {value}"): (count, len(sites) - count) for network, count in inside.items() if count > 1}
    assert len(wanted) > 5
    found = {
        (one["samehand.network.id"], one["samehand.key"]): (one["samehand.inside"], one["samehand.outside"])
        for one in crawled.sources("evidence")
    }
    assert {key: found.get(key) for key in wanted} == wanted


def test_each_network_that_is_there_to_be_found_is_one(crawled: Crawled) -> None:
    member = {site: source["samehand.network.id"] for source in crawled.sources("networks") for site in source["url.domain"]}
    groups = [group for network in crawled.truth["networks"] for group in network["required"]]
    assert groups
    assert all(len({member.get(site) for site in group}) == 1 and member.get(group[0]) for group in groups)


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
