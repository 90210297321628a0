"""Making, checking and migrating the indices of a store."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.base import StoreError
from fingerprints.stores.elasticsearch_connection import Connection, path
from fingerprints.stores.elasticsearch_documents import MIGRATING, Document, upgraded
from fingerprints.stores.elasticsearch_read import PointInTime
from fingerprints.stores.elasticsearch_schema import Index, Schema, flatten
from fingerprints.stores.elasticsearch_write import write

_COPIED = 1000
_ALREADY = "resource_already_exists_exception"


def versions(connection: Connection) -> dict[str, int]:
    """Index → version of the mapping behind its alias; those that are not there are left out.

    Raises:
        StoreError: an index of the name is not ours.
    """
    where = path(connection.name("*"), "_mapping") + "?filter_path=*.mappings._meta,*.aliases"
    found = connection.ask("GET", where)
    aliases = connection.ask("GET", "/_alias/" + connection.name("*"), allowed=(404,))
    versions: dict[str, int] = {}
    for concrete, answer in found.items():
        ours = answer["mappings"].get("_meta", {}).get("samehand")
        if ours and connection.name(ours["index"]) in aliases.get(concrete, {}).get("aliases", {}):
            versions[ours["index"]] = ours["version"]
    return versions


def ensure(connection: Connection, *, create: bool) -> None:
    """Makes sure that there is a store of this version; makes one where there is none.

    Raises:
        StoreError: there is none and create is False, or it is older or newer.
    """
    schema = schemas.load()
    found = versions(connection)
    newer = {name: version for name, version in found.items() if version > schema.version}
    older = {name: version for name, version in found.items() if version < schema.version}
    if newer:
        raise StoreError(f"{connection.address} was written by a newer version of Samehand. Install it, or name another store.")
    if older:
        raise StoreError(f"{connection.address} is of an older version. samehand elastic init migrates it.")
    if not found and not create:
        raise StoreError(f"There is no store at {connection.address}. Make one with samehand elastic init, or crawl into it.")
    if missing := [name for name in schema.indices if name not in found]:
        if found and not create:
            raise StoreError(f"{connection.address} lacks the index {missing[0]}. samehand elastic init makes it.")
        init(connection)


def init(connection: Connection) -> list[str]:
    """Makes templates, indices and aliases, adds new fields, and migrates what is older. Repeatable.

    Returns:
        A sentence for each thing that was done.
    """
    schema = schemas.load()
    found = versions(connection)
    done: list[str] = []
    for index in schema.indices.values():
        _template(connection, index, schema)
        version = found.get(index.name)
        if version is None:
            made = make(connection, index, aliased=True)
            done.append(f"Made {made}.")
        elif version < schema.version:
            done.append(_migrate(connection, index, version))
        elif missing := _missing_fields(connection, index):
            fields = {"properties": schemas.body(index, schema)["mappings"]["properties"]}
            connection.ask("PUT", path(connection.name(index.name), "_mapping"), fields)
            done.append(f"Added {', '.join(missing)} to {connection.name(index.name)}.")
    return done


def check(connection: Connection) -> list[str]:
    """What is missing or wrong, a sentence each; nothing when all is well."""
    schema = schemas.load()
    found = versions(connection)
    problems: list[str] = []
    for index in schema.indices.values():
        version, name = found.get(index.name), connection.name(index.name)
        if version is None:
            problems.append(f"{name} is not there. samehand elastic init makes it.")
        elif version != schema.version:
            what = "migrates it" if version < schema.version else "cannot mend this: install the newer Samehand"
            problems.append(
                f"{name} is of version {version}, this Samehand knows {schema.version}. samehand elastic init {what}."
            )
        elif missing := _missing_fields(connection, index):
            problems.append(f"{name} lacks the fields {', '.join(missing)}. samehand elastic init adds them.")
        elif wrong := _wrong_types(connection, index, schema):
            problems.append(f"{name} has {wrong}. Somebody changed it: copy it into a new index, or make the store anew.")
    health = connection.ask("GET", path("_cluster", "health", connection.name("*")), allowed=(408,))
    if health.get("status") == "red":
        problems.append(f"{health['unassigned_shards']} parts of the indices are not available (status red).")
    return [*problems, *_templates(connection, schema, found), *_left_over(connection), *_read_only(connection)]


def make(connection: Connection, index: Index, *, aliased: bool = False) -> str:
    """Makes an index, which no alias names unless it is said so, and returns its name."""
    schema = schemas.load()
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S") + "-" + secrets.token_hex(3)
    name = (
        f"{connection.name(index.name)}-v{schema.version}-{stamp}"
        if index.clustered
        else _concrete(connection, index, schema.version)
    )
    alias = connection.name(index.name)
    body = schemas.body(index, schema) | ({"aliases": {alias: {}}} if aliased else {})
    # Nobody waits for a shard here: the first write does.
    answer = connection.ask("PUT", path(name) + "?wait_for_active_shards=0", body, allowed=(400,))
    if "error" in answer and answer["error"].get("type") != _ALREADY:
        raise StoreError(f"{name} could not be made: {answer['error'].get('reason')}.")
    if "error" in answer and aliased:
        _alias(connection, [{"add": {"index": name, "alias": alias}}])
    return name


_WHILE_FILLED = {"index.refresh_interval": "-1", "index.translog.durability": "async"}
"""Nobody reads an index that no alias names, and one that a crash breaks off is thrown away."""


def fill_begins(connection: Connection, names: Iterable[str]) -> None:
    """Spares new indices what only readers and crashes need."""
    connection.ask("PUT", path(",".join(names), "_settings"), _WHILE_FILLED)


def fill_ends(connection: Connection, names: Iterable[str]) -> None:
    """Makes them as safe as any other, and what is in them readable."""
    where = ",".join(names)
    connection.ask("PUT", path(where, "_settings"), dict.fromkeys(_WHILE_FILLED))
    connection.ask("POST", path(where, "_flush"))
    connection.ask("POST", path(where, "_refresh"))


def exchange(connection: Connection, made: dict[str, str]) -> None:
    """Lets aliases name new indices in place of the old ones, all at one moment, and drops the old ones.

    Args:
        made: index → name of the new one.
    """
    old = {index: concrete(connection, index) for index in made}
    actions: list[dict[str, Any]] = []
    for index, new in made.items():
        actions += [{"remove": {"index": name, "alias": connection.name(index)}} for name in old[index]]
        actions.append({"add": {"index": new, "alias": connection.name(index)}})
    _alias(connection, actions)
    drop(connection, [name for names in old.values() for name in names])


def drop(connection: Connection, names: Iterable[str]) -> None:
    """Deletes indices by their own names; one that is gone already is no error."""
    for name in names:
        connection.ask("DELETE", path(name), allowed=(404,))


def concrete(connection: Connection, index: str) -> list[str]:
    """The indices behind an alias."""
    answer = connection.ask("GET", "/_alias/" + connection.name(index), allowed=(404,))
    return sorted(answer) if "error" not in answer else []


def _concrete(connection: Connection, index: Index, version: int) -> str:
    return f"{connection.name(index.name)}-v{version}"


def _template(connection: Connection, index: Index, schema: Schema) -> None:
    body = {
        "index_patterns": [f"{connection.name(index.name)}-v{schema.version}*"],
        "template": schemas.body(index, schema),
        "priority": 200,
        "_meta": {"samehand": schema.version},
    }
    connection.ask("PUT", path("_index_template", connection.name(index.name)), body)


def _alias(connection: Connection, actions: list[dict[str, Any]]) -> None:
    connection.ask("POST", "/_aliases", {"actions": actions})


def _wrong_types(connection: Connection, index: Index, schema: Schema) -> str:
    """The first field that is stored as something else, or that the mapping is not strict."""
    wanted = schemas.body(index, schema)["mappings"]
    (found,) = (one["mappings"] for one in connection.ask("GET", path(connection.name(index.name), "_mapping")).values())
    if found.get("dynamic") != "strict":
        return "a mapping that takes any field"
    there, ours = (schemas.flatten(one["properties"]) for one in (found, wanted))
    wrong = next((field for field, kind in ours.items() if there.get(field) != kind), "")
    return f"another type of {wrong.replace('.properties', '').rpartition('.')[0]}" if wrong else ""


def _templates(connection: Connection, schema: Schema, found: Collection[str]) -> Iterator[str]:
    """Of the indices that are there: who makes the others makes their templates."""
    try:
        answer = connection.ask("GET", path("_index_template", connection.name("*")), allowed=(404,))
    except StoreError:
        return  # a key that may not see templates may not make indices either
    there = {one["name"]: one["index_template"].get("_meta", {}).get("samehand") for one in answer.get("index_templates", ())}
    for name in (connection.name(index) for index in schema.indices if index in found):
        if there.get(name) != schema.version:
            yield f"The template {name} is missing or of another version. samehand elastic init makes it."


def _left_over(connection: Connection) -> Iterator[str]:
    """Indices that no alias names: a clustering or a migration broke off, or one is under way."""
    for name, answer in connection.ask("GET", path(connection.name("*"))).items():
        ours = answer["mappings"].get("_meta", {}).get("samehand")
        if ours and connection.name(ours["index"]) not in answer["aliases"]:
            yield f"{name} is named by no alias: a clustering or init broke off, or runs right now. If none runs, delete it."


def _missing_fields(connection: Connection, index: Index) -> list[str]:
    answer = connection.ask("GET", path(connection.name(index.name), "_mapping", "field", "*"))
    there = {field for one in answer.values() for field in one["mappings"]}
    return sorted(index.fields.keys() - there)


def _read_only(connection: Connection) -> Iterator[str]:
    answer = connection.ask("GET", path(connection.name("*"), "_settings") + "?flat_settings=true")
    for name, one in answer.items():
        if any(key.startswith("index.blocks.") and value == "true" for key, value in one["settings"].items()):
            yield f"{name} is read-only, as Elasticsearch makes it when its disk is nearly full. Free space and lift the block."


def _migrate(connection: Connection, index: Index, version: int) -> str:
    """Copies document by document into an index of this version, counts, exchanges, and drops the old one last."""
    old = concrete(connection, index.name)
    # Who writes meanwhile is told to come later, and finds the new index then: nothing is written that would not be copied.
    connection.ask("PUT", path(",".join(old), "_block", "write"))
    new = make(connection, index)
    helper = index.name + MIGRATING
    _alias(connection, [{"add": {"index": new, "alias": connection.name(helper)}}])
    try:
        copied = _copy(connection, index.name, helper, old[0], new)
    except BaseException:
        connection.ask("PUT", path(",".join(old), "_settings"), {"index.blocks.write": None})
        raise
    actions = [{"remove": {"index": name, "alias": connection.name(index.name)}} for name in old]
    actions += [
        {"add": {"index": new, "alias": connection.name(index.name)}},
        {"remove": {"index": new, "alias": connection.name(helper)}},
    ]
    _alias(connection, actions)
    drop(connection, [name for name in old if name != new])
    return f"Migrated {connection.name(index.name)} from version {version}: {copied} documents."


def _copy(connection: Connection, index: str, helper: str, old: str, new: str) -> int:
    copied = 0
    for part in _all_documents(connection, index):
        rejected = write(connection, (Document(helper, name, source) for name, source in part), str)
        if rejected:
            raise StoreError(f"{new} rejects {rejected[0].document.id}: {rejected[0].reason}. Nothing was removed from {old}.")
        copied += len(part)
    connection.ask("POST", path(new, "_refresh"))
    stored: int = connection.ask("GET", path(new, "_count"))["count"]
    if stored < copied:
        raise StoreError(f"{new} holds {stored} of {copied} documents. Nothing was removed from {old}; run init again.")
    return copied


def _all_documents(connection: Connection, index: str) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    connection.ask("POST", path(connection.name(index), "_refresh"))
    point = PointInTime(connection, index)
    body: dict[str, Any] = {"sort": ["_shard_doc"], "size": _COPIED, "track_total_hits": False}
    known = schemas.load().indices[index].fields
    try:
        while hits := point.search(body, "filter_path=pit_id,hits.hits").get("hits", {}).get("hits", []):
            rows = ((hit["_id"], flatten(hit["_source"])) for hit in hits)
            upgrades = ((name, upgraded(index, source)) for name, source in rows)
            yield [(name, {field: value for field, value in source.items() if field in known}) for name, source in upgrades]
            body["search_after"] = hits[-1]["sort"]
    finally:
        point.close()


def expire(connection: Connection, days: int | None = None) -> int:
    """Deletes values about persons that were last seen more than so many days ago (default: the config's), and returns how many.

    Works by searching and deleting by id, since what deletes by a query is a module that not every server has.
    """
    days = schemas.load().personal_days if days is None else days
    if not days:
        return 0
    return sum(_delete_older(connection, index, field, days) for index, field in _AGES.items())


_AGES = {"personal": "samehand.last_seen", "personal-changes": "samehand.seen", "personal-links": "@timestamp"}
"""Index → the time by which its documents grow old."""


def _delete_older(connection: Connection, index: str, field: str, days: int) -> int:
    name, gone = connection.name(index), 0
    body = {"query": {"range": {field: {"lt": f"now-{days}d"}}}, "size": _COPIED, "_source": False}
    while True:
        connection.ask("POST", path(name, "_refresh"))
        hits = connection.ask("POST", path(name, "_search"), body)["hits"]["hits"]
        if not hits:
            return gone
        lines = "".join(json.dumps({"delete": {"_index": hit["_index"], "_id": hit["_id"]}}) + "\n" for hit in hits)
        connection.ask("POST", "/_bulk", lines.encode())
        gone += len(hits)
