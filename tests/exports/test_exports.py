"""Exports are read by the formats' own tools."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import dns.zone
import duckdb
import igraph
import jsonschema
import networkx
import pymisp
import pytest
from pymisp import MISPEvent
from stix2validator import ValidationOptions, validate_string

from fingerprints.exports import dossier as dossiers
from fingerprints.exports import formats, tips
from fingerprints.exports.dossier import Dossier
from fingerprints.exports.sharing import Sharing, defang, refang
from fingerprints.verdicts import Answer, Subject, Verdicts, verdict
from tests.exports.made import ACCOUNT, FORMULA, MAIL, SITES, VALUES, dossier_of, text_of
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

WITH_VALUES = {"csv", "gexf", "graphml", "jsonl", "maltego", "misp", "stix"}
"""Formats whose text has values in it."""
SCHEMA = json.loads((Path(dossiers.__file__).parent / "evidence.schema.json").read_text("utf-8"))


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return dossier_of(tmp_path)


def test_the_validator_passes_the_stix_bundle(tmp_path: Path) -> None:
    said = Verdicts([verdict(Subject.SITE, [SITES[0]], Answer.YES, "reviewer", "seen by two")])
    result = validate_string(text_of("stix", dossier_of(tmp_path, verdicts=said)), ValidationOptions(version="2.1"))
    assert [str(error) for error in result.errors] == []
    assert result.is_valid


def test_stix_ids_need_no_domain(dossier: Dossier) -> None:
    """An invented domain could become somebody's, who would then define what our extension means."""
    bundle = json.loads(text_of("stix", dossier))
    (definition,) = (one for one in bundle["objects"] if one["type"] == "extension-definition")
    assert "://" not in definition["schema"]
    used = {name for one in bundle["objects"] if one["type"] == "relationship" for name in one.get("extensions", {})}
    assert used == {definition["id"]}


def test_misp_loads_the_event(dossier: Dossier) -> None:
    event = MISPEvent()
    event.from_json(text_of("misp", dossier))
    assert (event.info, [tag.name for tag in event.tags]) == ("Relay", ["tlp:green"])
    objects = {one.get_attributes_by_relation("id")[0].value: one for one in event.get_objects_by_name("tracking-id")}
    assert "bits" in objects[ACCOUNT].get_attributes_by_relation("id")[0].comment
    assert {one.value for one in objects[ACCOUNT].get_attributes_by_relation("url")} == {f"https://{site}/" for site in SITES}


def test_misp_objects_are_as_their_templates_say(tmp_path: Path) -> None:
    """The templates are those that PyMISP brings: relations that they know, types that they ask for, and what they require."""
    icon = ("favicon-mmh3", "-1840324437")
    with store_of(tmp_path, dict.fromkeys(SITES, (*VALUES, icon))) as store:
        event = MISPEvent()
        event.from_json(text_of("misp", dossiers.gather(store, Sharing())))
    assert {one.name for one in event.objects} == {"domain-ip", "favicon", "tracking-id"}
    for one in event.objects:
        template = json.loads(
            (Path(pymisp.__file__).parent / f"data/misp-objects/objects/{one.name}/definition.json").read_text()
        )
        assert (one.template_uuid, int(one.template_version)) == (template["uuid"], int(template["version"]))
        types = {attribute.object_relation: attribute.type for attribute in one.attributes}
        assert types == {name: template["attributes"][name]["misp-attribute"] for name in types}
        assert set(template["requiredOneOf"]) & set(types)
    (found,) = event.get_objects_by_name("favicon")
    assert [one.value for one in found.attributes] == [icon[1], *(f"https://{site}/" for site in SITES)]
    assert icon in tips.read(event.to_json()).values


def test_networkx_and_igraph_read_graphml(dossier: Dossier, tmp_path: Path) -> None:
    text = text_of("graphml", dossier)
    graph = networkx.parse_graphml(text)
    assert {name for name, data in graph.nodes(data=True) if data["type"] == "site"} == set(SITES)
    assert graph.edges["a-post.com", "b-post.net"]["bits"] == dossier.networks[0].links[0].bits
    assert (graph.graph["tlp"], graph.graph["case"]) == ("TLP:GREEN", "Relay")
    (tmp_path / "case.graphml").write_text(text)
    other = igraph.Graph.Read_GraphML(str(tmp_path / "case.graphml"))
    assert (other.vcount(), other.ecount()) == (graph.number_of_nodes(), graph.number_of_edges())


def test_networkx_reads_gexf_as_it_reads_graphml(dossier: Dossier, tmp_path: Path) -> None:
    (tmp_path / "case.gexf").write_text(text_of("gexf", dossier))
    graph, other = networkx.read_gexf(tmp_path / "case.gexf"), networkx.parse_graphml(text_of("graphml", dossier))
    assert set(graph.nodes) == set(other.nodes)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in other.edges}
    for one, facts in other.nodes(data=True):
        assert {name: graph.nodes[one][name] for name in facts} == facts
    for a, b, facts in other.edges(data=True):
        assert {name: graph.edges[a, b][name] for name in facts} == facts
        assert graph.edges[a, b]["weight"] == facts["bits"]


def test_duckdb_reads_parquet_as_json_has_it(dossier: Dossier, tmp_path: Path) -> None:
    (tmp_path / "case.parquet").write_bytes(formats.writer("parquet")(dossier))
    found = duckdb.connect().sql(f"SELECT * FROM '{tmp_path}/case.parquet' ORDER BY a, b, kind, value")
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    lines = [json.loads(line) for line in text_of("jsonl", dossier).splitlines()]
    assert set(types) == set(lines[0])
    assert types["a_first_seen"] == "TIMESTAMP WITH TIME ZONE"
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    by_key = {(one["a"], one["b"], one["kind"], one["value"]): one for one in lines}
    assert len(rows) == len(lines) == 9
    for row in rows:
        line = by_key[row["a"], row["b"], row["kind"], row["value"]]
        assert {key: row[key] for key in row if "seen" not in key} == {key: line[key] for key in line if "seen" not in key}
        assert f"{row['a_first_seen'].astimezone(dossiers.EPOCH.tzinfo):%Y-%m-%dT%H:%M:%SZ}" == line["a_first_seen"]


def test_parquet_without_networks_still_has_its_columns(tmp_path: Path) -> None:
    (tmp_path / "case.parquet").write_bytes(formats.writer("parquet")(dossier_of(tmp_path, sites=SITES[:1])))
    assert duckdb.connect().sql(f"SELECT bits, a_page_url FROM '{tmp_path}/case.parquet'").fetchall() == []


def test_maltego_gets_entities_and_links(dossier: Dossier) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of("maltego", dossier))))
    assert {(row["site"], row["value"]) for row in rows} == {
        (site, value) for site in SITES for value in (ACCOUNT, MAIL, "'" + FORMULA)
    }
    assert {row["value"]: row["entity"] for row in rows} == {
        ACCOUNT: "maltego.UniqueIdentifier",
        MAIL: "maltego.EmailAddress",
        "'" + FORMULA: "maltego.UniqueIdentifier",
    }
    assert {(row["tlp"], row["case"]) for row in rows} == {("TLP:GREEN", "Relay")}


def test_a_spreadsheet_computes_nothing_and_links_nowhere(dossier: Dossier) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of("csv", dossier))))
    assert {row["value"] for row in rows} >= {ACCOUNT, "'" + FORMULA}
    assert {row["a_page_url"] for row in rows} <= {f"hxxps://{site.replace('.', '[.]')}/" for site in SITES}
    assert {(row["tlp"], row["case"]) for row in rows} == {("TLP:GREEN", "Relay")}


def test_every_json_line_is_as_the_schema_says(dossier: Dossier) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    lines = [json.loads(line) for line in text_of("jsonl", dossier).splitlines()]
    assert len(lines) == 9
    for line in lines:
        jsonschema.validate(line, SCHEMA)
        assert {line["a"], line["b"]} <= set(SITES)
    for broken in ({"bits": "12"}, {"tlp": "TLP:BLUE"}, {"a_sha256": "abc"}, {"more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(lines[0] | broken, SCHEMA)


@pytest.mark.parametrize("form", formats.names())
def test_the_same_store_gives_the_same_file(tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert formats.writer(form)(dossier_of(tmp_path / "one")) == formats.writer(form)(dossier_of(tmp_path / "two"))


@pytest.mark.parametrize("form", formats.names())
def test_personal_values_are_redacted_unless_asked_for(tmp_path: Path, form: str) -> None:
    said = Verdicts([verdict(Subject.SITE, [SITES[0]], Answer.YES, "ann.reviewer", f"wrote to {MAIL}")])
    for personal in (True, False):
        (tmp_path / f"{personal}").mkdir()
    written = {
        personal: formats.writer(form)(dossier_of(tmp_path / f"{personal}", personal=personal, verdicts=said))
        for personal in (True, False)
    }
    plain = {personal: one.encode() if isinstance(one, str) else one for personal, one in written.items()}
    assert b"jane.doe" not in plain[False]
    assert b"ann.reviewer" not in plain[False]
    assert b"jane.doe" in plain[True] or form not in WITH_VALUES


def test_every_format_carries_tlp_and_case(tmp_path: Path) -> None:
    """Parquet is compressed; what it holds is compared with the JSON lines above."""
    for form in set(formats.names()) - {"parquet"}:
        (tmp_path / form).mkdir()
        text = text_of(form, dossier_of(tmp_path / form)).lower()
        assert "tlp:green" in text, form
        assert "relay" in text, form


BLOCKED = {
    "blocklist": ("#", ["a-post.com"]),
    "hosts": ("#", ["0.0.0.0 a-post.com www.a-post.com"]),
    "adblock": ("!", ["||a-post.com^$all"]),
}


@pytest.mark.parametrize("form", [*BLOCKED, "rpz"])
def test_a_block_list_holds_only_sites_with_a_verdict(tmp_path: Path, form: str) -> None:
    for name in ("none", "two"):
        (tmp_path / name).mkdir()
    assert "blocks nobody" in text_of(form, dossier_of(tmp_path / "none"))
    said = Verdicts(
        [
            verdict(Subject.SITE, ["a-post.com"], Answer.YES, "reviewer"),
            verdict(Subject.SITE, ["b-post.net"], Answer.NO, "reviewer"),
        ]
    )
    text = text_of(form, dossier_of(tmp_path / "two", verdicts=said))
    if form == "rpz":
        zone = dns.zone.from_text(text, origin="rpz.example.", relativize=True)
        blocked = {str(name): str(data.target) for name, _, data in zone.iterate_rdatas("CNAME")}
        assert blocked == {"a-post.com": ".", "*.a-post.com": "."}
    else:
        comment, lines = BLOCKED[form]
        assert [line for line in text.splitlines() if not line.startswith(comment)] == lines


def test_a_site_in_no_network_can_be_blocked_too(tmp_path: Path) -> None:
    store_of(tmp_path, {"alone.com": [("adsense", ACCOUNT)]}).close()
    run(tmp_path, "verdict", "site", "alone.com", "yes", "--by", "ann", "--store", "made.db")
    for form in (*BLOCKED, "rpz"):
        assert "alone.com" in run(tmp_path, "export", "--format", form, "--store", "made.db").stdout


@pytest.mark.parametrize("address", ["a.example.com", "https://a.example.com/x.html?y=1.2"])
def test_defanged_addresses_come_back(address: str) -> None:
    assert defang(address) != address
    assert refang(defang(address)) == address


def test_help_names_every_format(tmp_path: Path) -> None:
    said = " ".join(run(tmp_path, "export", "--help").stdout.split())
    assert [form for form in formats.names() if form not in said] == []
