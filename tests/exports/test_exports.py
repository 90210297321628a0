"""Exports are read by the formats' own tools, and what goes out comes back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx
import pytest
from pymisp import MISPEvent
from stix2validator import ValidationOptions, validate_string

from fingerprints.exports import formats, tips
from fingerprints.exports.dossier import Dossier, gather
from fingerprints.exports.sharing import Sharing, Tlp, defang, refang
from fingerprints.verdicts import Answer, Subject, Verdicts, verdict
from tests.fingerprints.made_stores import store_of

ACCOUNT, MAIL, FORMULA = "pub-4827150936620417", "jane.doe@harbourpost.info", "=HYPERLINK(1)"
SITES = ("a-post.com", "b-post.net", "c-post.org")


def _dossier(folder: Path, *, personal: bool = True, verdicts: Verdicts | None = None) -> Dossier:
    values = [("adsense", ACCOUNT), ("email", MAIL), ("disqus", FORMULA)]
    with store_of(folder, dict.fromkeys(SITES, values), strangers=3) as store:
        return gather(store, Sharing("Relay", Tlp.GREEN, personal), verdicts=verdicts)


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return _dossier(tmp_path)


def test_the_validator_passes_the_stix_bundle(dossier: Dossier) -> None:
    result = validate_string(formats.writer("stix")(dossier), ValidationOptions(version="2.1"))
    assert [str(error) for error in result.errors] == []
    assert result.is_valid


def test_stix_brings_back_sites_values_and_evidence(dossier: Dossier) -> None:
    found = tips.read(formats.writer("stix")(dossier))
    assert found.sites == SITES
    assert set(found.values) == {("adsense", ACCOUNT), ("email", MAIL), ("disqus", FORMULA)}
    links = {(one["site_a"], one["site_b"]): one for one in found.evidence}
    for link in dossier.networks[0].links:
        back = links[link.a, link.b]
        assert back["bits"] == link.bits
        assert [(one["kind"], one["value"], one["bits"]) for one in back["shared"]] == [
            (one.kind, one.value, one.bits) for one in link.shared
        ]
        assert {seen["page_url"] for one in back["shared"] for seen in one["seen"]} == {
            f"https://{link.a}/",
            f"https://{link.b}/",
        }


def test_misp_loads_the_event_and_brings_back_sites_values_and_evidence(dossier: Dossier) -> None:
    text = formats.writer("misp")(dossier)
    event = MISPEvent()
    event.from_json(text)
    assert [tag.name for tag in event.tags] == ["tlp:green"]
    objects = {one.get_attributes_by_relation("id")[0].value: one for one in event.get_objects_by_name("tracking-id")}
    assert "bits" in objects[ACCOUNT].get_attributes_by_relation("id")[0].comment
    assert {one.value for one in objects[ACCOUNT].get_attributes_by_relation("url")} == {f"https://{site}/" for site in SITES}
    found = tips.read(event.to_json())
    assert found.sites == SITES
    assert set(found.values) == {("adsense", ACCOUNT), ("email", MAIL), ("disqus", FORMULA)}


def test_networkx_reads_the_graph(dossier: Dossier) -> None:
    graph = networkx.parse_graphml(formats.writer("graphml")(dossier))
    assert {name for name, data in graph.nodes(data=True) if data["type"] == "site"} == set(SITES)
    assert graph.edges["a-post.com", "b-post.net"]["bits"] == dossier.networks[0].links[0].bits


def test_a_spreadsheet_computes_nothing_and_links_nowhere(dossier: Dossier) -> None:
    text = formats.writer("csv")(dossier)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["value"] for row in rows} >= {ACCOUNT, "'" + FORMULA}
    assert {row["a_page_url"] for row in rows} <= {f"hxxps://{site.replace('.', '[.]')}/" for site in SITES}
    assert {(row["tlp"], row["case"]) for row in rows} == {("TLP:GREEN", "Relay")}
    assert tips.read(text).sites[:3] == SITES


def test_every_json_line_is_an_object_with_its_evidence(dossier: Dossier) -> None:
    for line in formats.writer("jsonl")(dossier).splitlines():
        row = json.loads(line)
        assert {row["a"], row["b"]} <= set(SITES)
        assert row["a_page_url"] == f"https://{row['a']}/"


@pytest.mark.parametrize("form", formats.names())
def test_the_same_store_gives_the_same_file(tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert formats.writer(form)(_dossier(tmp_path / "one")) == formats.writer(form)(_dossier(tmp_path / "two"))


@pytest.mark.parametrize("form", formats.names())
def test_personal_values_are_redacted_unless_asked_for(tmp_path: Path, form: str) -> None:
    assert "jane.doe" not in formats.writer(form)(_dossier(tmp_path, personal=False))


def test_a_block_list_holds_only_sites_with_a_verdict(tmp_path: Path) -> None:
    for name in ("none", "two"):
        (tmp_path / name).mkdir()
    assert "blocks nobody" in formats.writer("blocklist")(_dossier(tmp_path / "none"))
    said = Verdicts(
        [
            verdict(Subject.SITE, ["a-post.com"], Answer.YES, "reviewer"),
            verdict(Subject.SITE, ["b-post.net"], Answer.NO, "reviewer"),
        ]
    )
    lines = formats.writer("blocklist")(_dossier(tmp_path / "two", verdicts=said)).splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["a-post.com"]


@pytest.mark.parametrize("text", ["", "{", '{"type": "bundle"}', "[]", "hello there"])
def test_a_file_without_tips_is_said_to_be_none(text: str) -> None:
    with pytest.raises(tips.TipsError):
        tips.read(text)


@pytest.mark.parametrize("address", ["a.example.com", "https://a.example.com/x.html?y=1.2"])
def test_defanged_addresses_come_back(address: str) -> None:
    assert defang(address) != address
    assert refang(defang(address)) == address
