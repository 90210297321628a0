"""What goes out comes back, and what colleagues send is read: as seeds for a crawl, or as verdicts when asked for."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymisp import MISPEvent

from fingerprints.exports import tips
from fingerprints.exports.dossier import Dossier
from fingerprints.exports.tips import Said
from fingerprints.model import SharedValue
from fingerprints.verdicts import Answer, Subject, Verdicts, load, verdict
from tests.exports.made import SITES, VALUES, dossier_of, text_of
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

SAID = Verdicts([verdict(Subject.SITE, ["a-post.com"], Answer.YES, "ann", "seen")])


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return dossier_of(tmp_path, verdicts=SAID)


def _sightings(dossier: Dossier) -> set[tuple[str, str, str]]:
    return {(row.kind, row.value, row.page_url) for rows in dossier.carried.values() for row in rows}


def _misp(dossier: Dossier) -> str:
    event = MISPEvent()
    event.from_json(text_of("misp", dossier))
    return str(event.to_json())


@pytest.mark.parametrize("form", ["stix", "misp"])
def test_sites_values_and_evidence_come_back(dossier: Dossier, form: str) -> None:
    found = tips.read(_misp(dossier) if form == "misp" else text_of("stix", dossier))
    assert found.sites == SITES
    assert found.values == tuple(sorted(VALUES))
    assert {one[:3] for one in found.seen} == _sightings(dossier)
    for kind, value, _, told in found.seen:
        assert value in told, kind
    assert {(one.about, one.yes) for one in found.verdicts} == {(("a-post.com",), True)}


@pytest.mark.parametrize("form", ["stix", "misp"])
def test_the_bits_of_each_link_come_back(dossier: Dossier, form: str) -> None:
    found = tips.read(_misp(dossier) if form == "misp" else text_of("stix", dossier))
    links = {(one["site_a"], one["site_b"]): one for one in found.evidence}
    assert set(links) == {(link.a, link.b) for link in dossier.networks[0].links}
    for link in dossier.networks[0].links:
        back = links[link.a, link.b]
        assert back["bits"] == link.bits
        assert [(one["kind"], one["value"], one["bits"]) for one in back["shared"]] == [
            (one.kind, one.value, one.bits) for one in link.shared
        ]


@pytest.mark.parametrize("form", ["stix", "misp"])
def test_values_that_link_and_stand_nowhere_come_back(dossier: Dossier, form: str) -> None:
    """Two templates that are near each other are evidence, and neither site carries the name of their nearness."""
    (network,) = dossier.networks
    near = SharedValue("css-simhash", "front-0123456789abcdef~8", 2, 9.0, "template")
    link = replace(network.links[0], shared=(*network.links[0].shared, near))
    told = replace(dossier, networks=(replace(network, links=(link, *network.links[1:])),))
    found = tips.read(_misp(told) if form == "misp" else text_of("stix", told))
    assert set(found.values) == {*VALUES, (near.kind, near.value)}
    assert found.sites == SITES


def test_our_own_csv_brings_back_sites_and_values(dossier: Dossier) -> None:
    found = tips.read(text_of("csv", dossier))
    assert found.sites == SITES
    assert found.values == tuple(sorted(VALUES))


FOREIGN: dict[str, tuple[Any, tuple[str, ...], list[Said]]] = {
    "misp-with-hosts-and-addresses": (
        {
            "Event": {
                "info": "x",
                "Attribute": [
                    {"type": "url", "value": "hxxps://www.one-news[.]com/a", "to_ids": True},
                    {"type": "domain", "value": "two-news.org", "to_ids": True, "comment": "seen by two"},
                    {"type": "domain", "value": "three-news.net", "to_ids": False},
                    {"type": "domain|ip", "value": "four-news.com|203.0.113.9", "to_ids": True},
                    {"type": "md5", "value": "five-news.com"},
                ],
            }
        },
        ("four-news.com", "one-news.com", "three-news.net", "two-news.org"),
        [Said("site", ("two-news.org",), True, "", "seen by two")],
    ),
    "misp-tracking-id-seen-in-a-container": (
        {
            "Event": {
                "Object": [
                    {
                        "name": "tracking-id",
                        "Attribute": [
                            {"type": "text", "object_relation": "id", "value": "G-ABCDEF1234"},
                            {"type": "hostname", "object_relation": "hostname", "value": "www.one-news.com"},
                            {
                                "type": "url",
                                "object_relation": "url",
                                "value": "https://www.googletagmanager.com/gtm.js?id=GTM-ABC123",
                            },
                        ],
                    }
                ]
            }
        },
        ("one-news.com",),
        [],
    ),
    "misp-search-answer": (
        {"response": [{"Event": {"Attribute": [{"type": "hostname", "value": "www.one-news.com"}]}}]},
        ("one-news.com",),
        [],
    ),
    "stix-of-indicators-alone": (
        {
            "type": "bundle",
            "objects": [
                {"type": "indicator", "pattern": "[domain-name:value = 'one-news.com' OR url:value='http://two-news.org/x']"},
                {"type": "domain-name", "id": "domain-name--1", "value": "three-news.net"},
                {"type": "opinion", "opinion": "strongly-disagree", "authors": ["bo"], "object_refs": ["domain-name--1"]},
                {"type": "opinion", "opinion": "neutral", "object_refs": ["domain-name--1"]},
            ],
        },
        ("one-news.com", "three-news.net", "two-news.org"),
        [Said("site", ("three-news.net",), False, "bo")],
    ),
    "csv-without-header": ("one-news[.]com,seen in May\ntwo-news.org,\n", ("one-news.com", "two-news.org"), []),
    "csv-with-semicolons": (
        "Domain;Verdict;Note;File\none-news.com;yes;sure;page.zip\ntwo-news.org;No;;\nthree-news.net;;;\n",
        ("one-news.com", "three-news.net", "two-news.org"),
        [Said("site", ("one-news.com",), True, "", "sure"), Said("site", ("two-news.org",), False)],
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_colleagues_send_is_read(name: str) -> None:
    sent, sites, said = FOREIGN[name]
    found = tips.read(sent if isinstance(sent, str) else json.dumps(sent))
    assert found.sites == sites
    assert list(found.verdicts) == said


@pytest.mark.parametrize("text", ["", "{", '{"type": "bundle"}', "[]", "hello there", "site,verdict\na-post.com,perhaps\n"])
def test_a_file_without_tips_is_said_to_be_none(text: str) -> None:
    with pytest.raises(tips.TipsError):
        tips.read(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("a-post.com"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "objects", "Event", "Attribute", "Object", "value", "extensions", "shared", "seen", "bits", "Sighting"]
            )
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(_JSON)
def test_broken_json_of_any_shape_gives_tips_or_a_sentence(data: Any) -> None:
    for sent in (
        data,
        {"type": "bundle", "objects": [data, {"type": "opinion", "object_refs": data}]},
        {"Event": {"Attribute": data}},
    ):
        with suppress(tips.TipsError):
            tips.read(json.dumps(sent))


@given(st.text(max_size=200))
def test_any_text_gives_tips_or_a_sentence(text: str) -> None:
    for sent in ("site,verdict\n" + text, text):
        with suppress(tips.TipsError):
            tips.read(sent)


def test_verdicts_of_a_colleague_become_ones_own_only_on_request(tmp_path: Path) -> None:
    store_of(tmp_path, dict.fromkeys(SITES, VALUES)).close()
    (tmp_path / "sent.csv").write_text("site,verdict,by,note\na-post.com,yes,bo,seen in May\n")
    store = ("--store", "made.db")
    told = run(tmp_path, "import", "sent.csv", "--out", "seeds.txt").stderr
    assert "--verdicts" in told
    assert not load(str(tmp_path / "made.db"))
    run(tmp_path, "import", "sent.csv", "--verdicts", *store, expect=2)
    for _ in range(2):
        run(tmp_path, "import", "sent.csv", "--verdicts", "--by", "ann", *store)
    (one,) = load(str(tmp_path / "made.db")).log
    assert (one.about, one.answer, one.by, one.note) == (("a-post.com",), Answer.YES, "ann", "from sent.csv by bo: seen in May")
    run(tmp_path, "import", "seeds.txt", "--verdicts", "--by", "ann", *store, expect=1)


def test_verdicts_go_from_store_to_store_as_csv(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        store_of(tmp_path / name, dict.fromkeys(SITES, VALUES)).close()
    one, two = "one/made.db", "two/made.db"
    run(tmp_path, "verdict", "link", "a-post.com", "b-post.net", "no", "--by", "ann", "--store", one)
    run(tmp_path, "verdict", "value", *VALUES[0], "shared", "--by", "ann", "--store", one)
    (tmp_path / "said.csv").write_text(run(tmp_path, "verdict", "--format", "csv", "--store", one).stdout)
    run(tmp_path, "import", "said.csv", "--verdicts", "--by", "bo", "--store", two)
    held = [{(said.about, said.answer) for said in load(str(tmp_path / name)).all()} for name in (one, two)]
    assert held[0] == held[1]
