"""Who may do what: roles of least privilege, made from the list of indices, and API keys that have one of them.

Privileges are those of https://www.elastic.co/docs/reference/elasticsearch/security-privileges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.base import StoreError
from fingerprints.stores.elasticsearch_connection import Connection, path

_VERDICTS, _EVENTS = "verdicts", "events"
_LOOK = ("read", "view_index_metadata")
_WRITE = ("read", "create", "index", "view_index_metadata", "maintenance")
_KIBANA = ("feature_discover_v2.read", "feature_dashboard_v2.read", "feature_visualize_v2.read")


def roles(prefix: str) -> dict[str, dict[str, Any]]:
    """Name → body, for indices whose names begin with `prefix`."""
    known = schemas.load().indices.values()
    clustered = {index.name for index in known if index.clustered}
    personal = {index.name for index in known if index.name.startswith("personal")}
    crawled = {index.name for index in known} - clustered - {_VERDICTS, _EVENTS}

    def on(names: Iterable[str], privileges: Iterable[str]) -> dict[str, Any]:
        return {
            "names": [name for index in sorted(names) for name in (f"{prefix}-{index}", f"{prefix}-{index}-v*")],
            "privileges": list(privileges),
        }

    # Every command looks first whether all indices are there and of its version, also those that it may not read.
    everywhere = {"names": [f"{prefix}-*"], "privileges": ["view_index_metadata"]}
    public = (crawled | clustered | {_EVENTS}) - personal
    kibana = {"application": "kibana-.kibana", "privileges": list(_KIBANA), "resources": ["space:default"]}
    return {
        "setup": {
            "cluster": ["monitor", "manage_index_templates"],
            "indices": [{"names": [f"{prefix}-*"], "privileges": ["manage", *_WRITE]}],
        },
        "crawler": {"cluster": ["monitor"], "indices": [on(crawled, _WRITE), everywhere]},
        "clusterer": {
            "cluster": ["monitor"],
            "indices": [
                on({*crawled, _VERDICTS}, (*_LOOK, "maintenance")),
                on({"sites", _EVENTS}, _WRITE),
                on(clustered, ("all",)),
                everywhere,
            ],
        },
        "investigator": {
            "cluster": [],
            "indices": [on(public, _LOOK), on({_VERDICTS}, (*_LOOK, "index", "maintenance")), everywhere],
            "applications": [kibana],
        },
        "personal": {"cluster": [], "indices": [on(personal, _LOOK), everywhere]},
        "retention": {"cluster": [], "indices": [on(personal, (*_LOOK, "delete", "maintenance")), everywhere]},
    }


def make_roles(connection: Connection) -> list[str]:
    """Makes or replaces the roles, and returns their names.

    Raises:
        StoreError: we may not, or the server has no security.
    """
    made = []
    for name, body in roles(connection.address.prefix).items():
        full = f"{connection.address.prefix}_{name}"
        _ask(connection, "PUT", path("_security", "role", full), body)
        made.append(full)
    return made


def make_key(connection: Connection, wanted: Collection[str]) -> str:
    """An API key that may do what these roles say, as Elasticsearch encodes it.

    Raises:
        StoreError: there is no such role, we may not, or the server has no security.
    """
    known = roles(connection.address.prefix)
    for role in wanted:
        if role not in known:
            raise StoreError(f"There is no role {role}. Name one of {', '.join(known)}.")
    body = {"name": "-".join([connection.address.prefix, *wanted]), "role_descriptors": {role: known[role] for role in wanted}}
    return str(_ask(connection, "POST", "/_security/api_key", body)["encoded"])


def _ask(connection: Connection, method: str, target: str, body: dict[str, Any]) -> Any:
    try:
        return connection.ask(method, target, body)
    except StoreError as error:
        if "no handler found" not in str(error):
            raise
        raise StoreError(
            f"Elasticsearch at {connection.address} runs without security, so it knows neither roles nor keys, and whoever "
            "reaches it may do everything. Set xpack.security.enabled in its elasticsearch.yml."
        ) from error
