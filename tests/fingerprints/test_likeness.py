"""Near templates and texts as evidence: what links, what does not, and what is told as a stock theme or wire copy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from fingerprints.derived import farthest
from fingerprints.explain import explain
from fingerprints.networks import cluster, find_networks
from fingerprints.stores.base import Batch, open_store
from tests.fingerprints.made_stores import observation

TEMPLATE, ELSEWHERE = 0x05C6E3FE9BD8A53F, 0xF1A2B3C4D5E60718
TEXT = 0x1122334455667788


def _sites(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}.example" for number in range(count)]


def _template(sites: Iterable[str], base: int, flips: int = 0) -> list[tuple[str, str, str]]:
    """All template kinds of these sites; the number's last bits are turned over on every other site."""
    rows = []
    for number, site in enumerate(sites):
        value = base ^ ((1 << flips) - 1 if number % 2 else 0)
        rows += [(site, kind, f"inner-{value:016x}") for kind in ("dom-simhash", "css-simhash", "asset-simhash")]
    return rows


def _texts(sites: list[str], base: int, kind: str = "text-simhash") -> list[tuple[str, str, str]]:
    """Each two neighbours share a text."""
    return [(site, kind, f"{base + 977 * 2**20 * (at + step):016x}") for at, site in enumerate(sites) for step in (0, 1)]


@pytest.fixture
def store(tmp_path: Path):
    def fill(*rows: list[tuple[str, str, str]]):
        opened = open_store(str(tmp_path / "s.db"))
        opened.write(Batch(tuple(observation(*row) for part in rows for row in part)))
        return opened

    return fill


def _found(opened) -> list[tuple[str, ...]]:
    with opened:
        return [network.sites for network in find_networks(opened)]


def test_template_and_texts_link(store) -> None:
    network = _sites("net", 6)
    assert _found(store(_template(network, TEMPLATE, 2), _texts(network, TEXT))) == [tuple(network)]


def test_groups_take_their_place_among_the_values_and_everything_keeps_its_number(store) -> None:
    network = _sites("net", 6)
    part = "div.feed>a.jump"
    parts = [(site, "template-part", value) for site in network for value in (part, f"{part}~")]  # named like a group
    ids = [(site, "adsense", "pub-4417920063318552") for site in network[:3]]
    with store(_template(network, TEMPLATE, 2), _texts(network, TEXT), parts, ids) as opened:
        before, work = opened.matrix(), cluster(opened)
    after = work.matrix
    assert list(after.values) == sorted(set(after.values) | set(before.values))
    assert [after.values[number] for number in after.value] == [before.values[number] for number in before.value]
    carried = {
        (after.values[value], after.sites[site]) for value, site in zip(work.weights.value, work.weights.site, strict=True)
    }
    groups = {key for key, _ in carried} - set(before.values)
    assert {kind for kind, _ in groups} == {"dom-simhash", "css-simhash", "asset-simhash", "text-simhash", "template-part"}
    assert {(("adsense", "pub-4417920063318552"), site) for site in network[:3]} <= carried


def test_a_template_alone_links_nobody(store) -> None:
    assert _found(store(_template(_sites("net", 2), TEMPLATE))) == []
    assert _found(store(_template(_sites("net", 8), TEMPLATE))) == []


def test_texts_alone_link_nobody(store) -> None:
    assert _found(store(_texts(_sites("net", 6), TEXT))) == []


def test_wire_copy_in_one_stock_theme_links_nobody(store) -> None:
    strangers = _sites("alone", 8)
    assert _found(store(_template(strangers, TEMPLATE), _texts(strangers, TEXT, "wire-text"))) == []


def test_a_network_in_a_stock_theme_is_found_and_the_strangers_in_it_are_not(store) -> None:
    network, strangers = _sites("net", 10), _sites("alone", 10)
    found = _found(store(_template([*network, *strangers], TEMPLATE), _texts(network, TEXT)))
    assert found == [tuple(sorted(network))]


def test_text_of_many_who_agree_in_nothing_links_nobody(store) -> None:
    strangers = _sites("alone", 6)
    rows = [(site, "text-simhash", f"{TEXT:016x}") for site in strangers]
    templates = [row for at in range(0, 6, 2) for row in _template(strangers[at : at + 1], ELSEWHERE * (at + 3) % 2**64)]
    assert _found(store(rows, templates, _template(strangers[1:3], TEMPLATE))) == []


def test_front_pages_and_others_are_never_compared(store) -> None:
    rows = [("a.example", "css-simhash", f"front-{TEMPLATE:016x}"), ("b.example", "css-simhash", f"inner-{TEMPLATE:016x}")]
    with store(rows) as opened:
        assert explain(opened, "a.example", "b.example").evidence.shared == ()


def test_explain_names_the_near_group_and_shows_both_sides(store) -> None:
    network = _sites("net", 2)
    with store(_template(network, TEMPLATE, 2), _texts(network, TEXT)) as opened:
        answer = explain(opened, *network)
    kinds = {one.kind for one in answer.evidence.shared}
    assert {"dom-simhash", "css-simhash", "asset-simhash", "text-simhash"} <= kinds
    assert all(answer.examples[one.kind, one.value].a.site == network[0] for one in answer.evidence.shared)
    assert all(answer.examples[one.kind, one.value].b.site == network[1] for one in answer.evidence.shared)


def test_a_stock_theme_is_told_as_left_out(store) -> None:
    strangers = _sites("alone", 5)
    with store(_template(strangers, TEMPLATE)) as opened:
        answer = explain(opened, *strangers[:2])
    assert any("stock theme" in one.why for one in answer.left_out)


def test_the_more_fingerprints_the_nearer_they_must_be() -> None:
    distances = [farthest(count) for count in (2, 1_000, 30_000, 1_000_000)]
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] == 5
    assert farthest(2, "text-simhash") <= 6


def test_a_stock_themes_style_and_a_vendors_line_link_nobody(store) -> None:
    strangers = _sites("alone", 6)
    bundle = [("inline-style", "7a" * 32), ("inline-script", "7b" * 32), ("ads-txt-direct", "sovrn.com/309349")]
    others = [(f"other{number}.example", "generator", "WordPress 6.4") for number in range(60)]
    assert _found(store([(site, *value) for site in strangers for value in bundle], others)) == []
