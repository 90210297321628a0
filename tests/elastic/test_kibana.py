"""The dashboards without a Kibana: their shape, their references, and every panel's query on a real Elasticsearch, whose numbers
are those that the same crawl in a file gives by another way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fingerprints import config, verdicts
from fingerprints.kibana import objects
from fingerprints.model import Network, Role, State
from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import family, is_personal, text_of
from fingerprints.stores.elasticsearch_networks import shown_key
from fingerprints.stores.history import Presence
from fingerprints.stores.journal import JournalFile
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.verdicts import Subject, Verdicts
from tests.elastic.lens_query import body, in_order
from tests.elastic.saved_objects import XY, DashboardObject, Lens, LensPanel, Metric, OrderByColumn, SavedObject, Table, Terms
from tests.elastic.stored_farm import StoredFarm

ALL = list(objects.objects())
PANELS = [
    pytest.param(panel["embeddableConfig"]["attributes"], id=f"{one['id']}: {panel['embeddableConfig']['attributes']['title']}")
    for one in ALL
    if one["type"] == "dashboard"
    for panel in json.loads(one["attributes"]["panelsJSON"])
    if panel["type"] == "lens"
]
Row = dict[str, Any]
Numbers = dict[tuple[Any, ...], tuple[Any, ...]]


def test_the_checked_in_file_is_what_the_source_makes() -> None:
    assert (config.DEFAULTS / objects.FILE).read_text("utf-8") == objects.text(), "run python -m fingerprints.kibana"


@pytest.mark.parametrize("one", ALL, ids=lambda one: one["id"])
def test_each_object_is_what_kibana_s_schema_takes(one: dict[str, Any]) -> None:
    read = SavedObject.validate_json(json.dumps(one))
    if isinstance(read, DashboardObject):
        for panel in read.attributes.panelsJSON:
            if isinstance(panel, LensPanel):
                check_lens(panel.embeddableConfig.attributes)


def check_lens(lens: Lens) -> None:
    """What no schema says: each name that the state uses is a column's."""
    (layer,) = lens.state.datasourceStates.formBased.layers.values()
    shown = lens.state.visualization
    if isinstance(shown, XY):
        (series,) = shown.layers
        names = [series.xAccessor, *series.accessors]
    else:
        names = [one.columnId for one in shown.columns] if isinstance(shown, Table) else [shown.metricAccessor]
    assert sorted(names) == sorted(layer.columns) == sorted(layer.columnOrder), "a column that is not shown, or not there"
    for column in layer.columns.values():
        if isinstance(column, Terms) and isinstance(column.params.orderBy, OrderByColumn):
            assert isinstance(layer.columns[column.params.orderBy.columnId], Metric)
    assert [one.name for one in lens.references] == [
        f"indexpattern-datasource-layer-{name}" for name in lens.state.datasourceStates.formBased.layers
    ]


def test_a_key_that_kibana_does_not_know_is_an_error() -> None:
    strange = json.loads(json.dumps(ALL[0]))
    strange["attributes"]["unheardOf"] = True
    with pytest.raises(ValidationError, match="unheardOf"):
        SavedObject.validate_json(json.dumps(strange))


def test_no_id_is_there_twice_and_no_reference_leads_nowhere() -> None:
    known = [(one["type"], one["id"]) for one in ALL]
    assert len(set(known)) == len(known)
    for one in ALL:
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in known, reference


def test_each_dashboard_names_its_panels_references() -> None:
    for one in (one for one in ALL if one["type"] == "dashboard"):
        names = {reference["name"] for reference in one["references"]}
        for panel in json.loads(one["attributes"]["panelsJSON"]):
            index = panel["panelIndex"]
            assert panel["gridData"]["i"] == index
            assert panel["gridData"]["x"] + panel["gridData"]["w"] <= 48
            assert (
                f"{index}:panel_{index}" if "panelRefName" in panel else f"{index}:indexpattern-datasource-layer-layer1"
            ) in names


def test_views_of_the_current_state_have_no_time_and_no_link_leads_to_a_crawled_site() -> None:
    for one in (one for one in ALL if one["type"] == "index-pattern"):
        assert ("timeFieldName" in one["attributes"]) == (one["id"] in {"samehand-changes", "samehand-visits", "samehand-events"})
        for field in json.loads(one["attributes"]["fieldFormatMap"]).values():
            assert field["params"]["urlTemplate"].startswith("../app/dashboards#/view/samehand-")
            assert field["params"]["urlTemplate"].partition("?")[0].rpartition("/")[2] in {known["id"] for known in ALL}


@pytest.mark.parametrize("attributes", PANELS)
def test_each_panel_asks_for_fields_that_can_be_aggregated(attributes: dict[str, Any]) -> None:
    view = attributes["references"][0]["id"]
    fields = schemas.load().indices[view.removeprefix("samehand-")].fields
    (layer,) = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    for column in layer["columns"].values():
        assert column["sourceField"] == "___records___" or fields[column["sourceField"]] != "stored"


def test_searches_show_fields_that_there_are() -> None:
    for one in (one for one in ALL if one["type"] == "search"):
        fields = schemas.load().indices[one["references"][0]["id"].removeprefix("samehand-")].fields
        assert set(one["attributes"]["columns"]) <= fields.keys()
        assert fields[one["attributes"]["sort"][0][0]] != "stored"


@pytest.fixture(scope="module")
def crawled(stored_farm: StoredFarm) -> Iterator[tuple[Connection, dict[str, list[Row]]]]:
    """A farm in an Elasticsearch, clustered, and what each index should hold by the same crawl in a file."""
    connection = Connection(stored_farm.location)
    with JournalFile(Path(stored_farm.journal)) as file:
        yield connection, expected(file, verdicts.load(stored_farm.location))
    connection.close()


def expected(store: SqliteStore, said: Verdicts) -> dict[str, list[Row]]:
    """The rows of each view, from the file alone."""
    networks = list(store.networks())
    member = {site: network for network in networks for site in network.sites}
    rows: dict[str, list[Row]] = defaultdict(list)
    facts = hosting_and_editing(store)
    rows["verdicts"] = [
        {"samehand.on": one.on.value, "samehand.verdict": one.answer.value, "@timestamp": text_of(one.at)} for one in said.log
    ]
    for site in store.sites():
        network = member.get(site.site)
        times = {"samehand.first_seen": text_of(site.first_seen), "samehand.last_seen": text_of(site.last_seen)}
        asked = {look.role for look in store.coverage(site.site)}
        never = [role.value for role in Role if role not in {*asked, Role.OTHER, Role.CONTAINER}]
        row = {"url.domain": site.site, "samehand.never_asked": never, **times, **facts.get(site.site, {})}
        rows["sites"].append(row | (of_member(network, site.site) if network else {}))
    for look in store.coverage():
        row = {"samehand.outcome": look.outcome.value, "samehand.role": look.role.value, "samehand.detail": look.detail}
        rows["coverage"].append(row | {"http.response.status_code": look.status, "url.domain": look.site})
    for failure in store.failures():
        rows["failures"].append({"error.message": failure.error, "url.domain": failure.site})
    for one in store.runs():
        rows["runs"].append(
            {"samehand.run.id": one.id, "samehand.run.command": one.command, "@timestamp": text_of(one.started_at)}
        )
    for network in networks:
        row = {"samehand.network.id": network.id, "samehand.network.size": len(network.sites)}
        rows["whole networks"].append({"links": network.links})
        rows["networks"].append(row | {"samehand.network.confidence": network.confidence})
        for site in network.candidates:
            reviewed = "no" if said.get(Subject.SITE, site) is None else "yes"
            rows["candidates"].append({"url.domain": site, "samehand.network.id": network.id, "samehand.reviewed": reviewed})
    rows["changes"] = [changed(one) for one in store.presences() if one.missing_at or one.gone]
    for visit in store.visits():
        row = {"url.domain": visit.site, "samehand.outcome": visit.outcome.value, "@timestamp": text_of(visit.ended)}
        rows["visits"].append(row | {"samehand.values_appeared": visit.appeared, "samehand.values_gone": visit.gone})
    for event in store.network_events():
        row = {"samehand.network.id": event.network, "samehand.fate": event.fate.value, "@timestamp": text_of(event.at)}
        rows["events"].append(row)
    carriers: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for value in store.carried():
        if is_personal(value.kind):
            continue
        row = {
            "url.domain": value.site,
            "samehand.key": f"{value.kind} {value.value}",
            "samehand.kind": value.kind,
            "samehand.value": value.value,
            "samehand.family": family(value.kind),
            "samehand.role": value.role.value,
            "samehand.state": value.state.value,
            "samehand.copied_from": value.copied_from,
            "samehand.first_seen": text_of(value.first_seen),
            "samehand.last_seen": text_of(value.last_seen),
        }
        rows["observations"].append(row)
        if value.state is State.SEEN:
            carriers[value.kind, value.value].append(row)
    for (kind, text), found in carriers.items():
        if len(found) < 2:
            continue
        rows["indicators"].append({"samehand.key": f"{kind} {text}", "threat.indicator.sightings": len(found)})
        for row in found:
            network = member.get(row["url.domain"])
            inside = sum(member.get(other["url.domain"]) is network for other in found) if network else 0
            if network and inside > 1:
                rows["evidence"].append(
                    {**row, "samehand.network.id": network.id, "samehand.inside": inside, "samehand.outside": len(found) - inside}
                )
    return rows


def changed(one: Presence) -> Row:
    """An interval that a visit noticed."""
    row = {
        "url.domain": one.site,
        "samehand.key": f"{one.kind} {one.value}",
        "samehand.kind": one.kind,
        "samehand.since": text_of(one.since),
    }
    row |= {"samehand.group": "id", "@timestamp": text_of(one.gone or one.since)}
    return row | {
        field: text_of(time)
        for field, time in (("samehand.missing_at", one.missing_at), ("samehand.gone", one.gone))
        if time is not None
    }


def of_member(network: Network, site: str) -> Row:
    """What a site's own document says of its network."""
    shared = [one for link in network.links if site in (link.a, link.b) for one in link.shared if one.bits > 0]
    keys, families = (
        {part(one) for one in shared} for part in (lambda one: shown_key(one.kind, one.value), lambda one: one.family)
    )
    row: Row = {"samehand.network.id": network.id, "samehand.network.size": len(network.sites)}
    if len(keys) == 1:
        row["samehand.network.hangs_on"] = keys.pop()
    elif len(families) == 1:
        row["samehand.network.hangs_on"] = f"family {families.pop()}"
    return row


def hosting_and_editing(store: SqliteStore) -> dict[str, Row]:
    """Site → the fields of its document that come from what it carries."""
    found: dict[str, Row] = defaultdict(lambda: defaultdict(list))
    for one in store.carried():
        if one.state is State.COMMENTED:
            continue
        if family(one.kind) == "accounts" and not is_personal(one.kind):
            found[one.site]["samehand.account"].append(f"{one.kind} {one.value}")
        if one.kind in FACTS:
            field, made = FACTS[one.kind]
            if made(one.value) not in found[one.site][field]:
                found[one.site][field].append(made(one.value))
    return found


@pytest.mark.parametrize("attributes", PANELS)
def test_each_panel_gives_the_numbers_of_the_file(
    attributes: dict[str, Any], crawled: tuple[Connection, dict[str, list[Row]]]
) -> None:
    connection, views = crawled
    index = attributes["references"][0]["id"].removeprefix("samehand-")
    answer = connection.ask("POST", path(connection.name(index), "_search"), body(attributes))
    columns = in_order(_layer(attributes))
    chosen = [row for row in views[index] if _holds(attributes["state"]["query"]["query"], row)]
    wanted = _table(chosen, columns)
    found = _read(answer.get("aggregations", {}), columns, answer["hits"]["total"]["value"])
    assert any(any(numbers) for numbers in wanted.values()), "a panel that shows nothing"
    assert {key: wanted.get(key) for key in found} == found
    _check_complete(found, wanted, columns)


@pytest.mark.parametrize("one", [one for one in ALL if one["type"] == "search"], ids=lambda one: one["id"])
def test_each_search_gives_its_rows_in_order(one: dict[str, Any], crawled: tuple[Connection, dict[str, list[Row]]]) -> None:
    connection, views = crawled
    index = one["references"][0]["id"].removeprefix("samehand-")
    ((field, order),) = one["attributes"]["sort"]
    asked = {"size": 500, "track_total_hits": True, "sort": [{field: order}], "fields": one["attributes"]["columns"]}
    found = connection.ask("POST", path(connection.name(index), "_search"), asked)["hits"]
    links = [link for network in views["whole networks"] for link in network["links"]]
    assert found["total"]["value"] == len(links if index == "links" else views[index])
    assert [hit["sort"][0] for hit in found["hits"]] == sorted((hit["sort"][0] for hit in found["hits"]), reverse=True)
    assert {name for hit in found["hits"] for name in hit["fields"]} <= set(one["attributes"]["columns"])


def _layer(attributes: dict[str, Any]) -> dict[str, Any]:
    (layer,) = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    return dict(layer)


def _check_complete(found: Numbers, wanted: Numbers, columns: dict[str, Any]) -> None:
    """Rows are missing only where a panel shows the first so many, and those are not before the ones that it shows."""
    sizes = [column["params"].get("size", len(wanted)) for column in columns.values() if column["isBucketed"]]
    for depth, size in enumerate(sizes):
        for before in {key[:depth] for key in found}:
            here, there = ({key[depth] for key in table if key[:depth] == before} for table in (found, wanted))
            assert len(here) == min(size, len(there)), f"{before}: {sorted(there - here, key=str)[:5]} are missing"
    left_out = [numbers[0] for key, numbers in wanted.items() if key not in found and isinstance(numbers[0], (int, float))]
    if len(sizes) == 1 and left_out:
        assert max(left_out) <= min(numbers[0] for numbers in found.values())


def _holds(query: str, row: Row) -> bool:
    if " or " in query:
        return any(_holds(part, row) for part in query.split(" or "))
    if query.startswith("not "):
        return not _holds(query[4:], row)
    field, _, value = query.partition(": ")
    return not query or (field in row if value == "*" else row.get(field) == value.strip('"'))


def _table(rows: list[Row], columns: dict[str, Any]) -> Numbers:
    """(bucket…) → (first metric…) by counting rows; metrics of fields that the file does not have are left out."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    buckets = [column for column in columns.values() if column["isBucketed"]]
    for row in rows:
        for key in product(*(_keys(row, column) for column in buckets)):
            groups[key].append(row)
    if not buckets:
        groups.setdefault((), [])
    return {
        key: tuple(_value(group, column) for column in columns.values() if not column["isBucketed"])
        for key, group in groups.items()
    }


def _keys(row: Row, column: dict[str, Any]) -> list[Any]:
    """The buckets in which a document is: one for each value of a list."""
    value = row.get(column["sourceField"], [])
    values = value if isinstance(value, list) else [value]
    return sorted({one[:10] for one in values}) if column["operationType"] == "date_histogram" else values


def _value(rows: list[Row], column: dict[str, Any]) -> Any:
    if column["operationType"] == "count":
        return len(rows)
    values = {row[column["sourceField"]] for row in rows if column["sourceField"] in row}
    if column["operationType"] == "unique_count":
        return len(values)
    if not values:
        return None
    best = max(values) if column["operationType"] == "max" else min(values)
    return best[:19] if isinstance(best, str) else best


def _read(node: dict[str, Any], columns: dict[str, Any], total: int) -> Numbers:
    """The same table out of Elasticsearch's answer."""
    buckets = [name for name, column in columns.items() if column["isBucketed"]]
    table: Numbers = {}

    def walk(here: dict[str, Any], depth: int, key: tuple[Any, ...], count: int) -> None:
        if depth == len(buckets):
            table[key] = tuple(_metric(here, name, columns[name], count) for name in columns if name not in buckets)
            return
        for bucket in here[buckets[depth]]["buckets"]:
            if bucket["doc_count"]:
                day = columns[buckets[depth]]["operationType"] == "date_histogram"
                walk(bucket, depth + 1, (*key, bucket["key_as_string"][:10] if day else bucket["key"]), bucket["doc_count"])

    walk(node, 0, (), total)
    return table


_NOT_IN_THE_FILE = {"samehand.bits", "samehand.background", "samehand.network.first_seen", "samehand.clustered_at"}
_NOT_IN_THE_FILE |= {"samehand.values", "samehand.rarest"}
FACTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "dns-a": ("server.ip", str),
    "dns-ns": ("samehand.name_server", str),
    "ip-asn": ("server.as.number", lambda value: int(value[2:])),
    "ip-country": ("server.geo.country_iso_code", str),
    "lookalike": ("samehand.target", str),
    "page-language": ("samehand.language", str),
    "publishing-hour": ("samehand.publishing_hour", str),
    "registrar": ("samehand.registrar", str),
    "registration-day": ("samehand.registered", lambda value: value[:10]),
    "tls-certificate": ("tls.server.hash.sha256", str),
    "tls-issuer": ("tls.server.issuer", str),
}


def _metric(here: dict[str, Any], name: str, column: dict[str, Any], count: int) -> Any:
    if column["operationType"] == "count":
        return count
    if column["sourceField"] in _NOT_IN_THE_FILE:
        return None
    found = here[name].get("value_as_string") or here[name]["value"]
    return found[:19] if isinstance(found, str) else found
