"""Indices: made once, checked, migrated without loss; and connections with secrets that nobody sees."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fingerprints.stores import elasticsearch_documents as documents
from fingerprints.stores import elasticsearch_manage as manage
from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.base import StoreError, open_store
from fingerprints.stores.elasticsearch import ElasticsearchStore
from fingerprints.stores.elasticsearch_connection import Connection, UnavailableError, address, login, path
from fingerprints.stores.neighbours import neighbours
from tests.elastic.guard import guarding
from tests.fingerprints.samehand import run
from tests.fingerprints.stores.samples import batch_of, seen


@pytest.fixture
def connection(location: str) -> Iterator[Connection]:
    opened = Connection(location)
    yield opened
    opened.close()


def test_init_makes_what_check_misses_and_repeating_it_changes_nothing(
    location: str, connection: Connection, tmp_path: Path
) -> None:
    told = run(tmp_path, "elastic", "check", "--store", location, expect=1).stderr
    assert told.count(" is not there. samehand elastic init makes it.\n") == len(schemas.load().indices)
    made = run(tmp_path, "elastic", "init", "--store", location).stderr
    assert made.count("Made ") == made.count("\n") >= len(schemas.load().indices)
    assert run(tmp_path, "elastic", "check", "--store", location).stderr == "All is well.\n"
    assert manage.init(connection) == []


def test_a_server_without_security_is_told_as_such(location: str, tmp_path: Path) -> None:
    for words in (["roles"], ["key", "crawler", "--out", "key"]):
        assert "runs without security" in run(tmp_path, "elastic", *words, "--store", location, expect=1).stderr
    assert not (tmp_path / "key").exists()


def test_a_store_that_is_not_there_is_not_made_by_asking(location: str) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        open_store(location, create=False)


def version_1() -> schemas.Schema:
    """The schema before fingerprints had digits and the store a history."""
    later = {"changes", "personal-changes", "visits", "events"}
    fields = {
        name: replace(index, fields={field: kind for field, kind in index.fields.items() if field != "samehand.digits"})
        for name, index in schemas.load().indices.items()
        if name not in later
    }
    return replace(schemas.load(), version=1, indices=fields)


def test_an_older_version_is_migrated_without_losing_a_document(
    location: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = version_1()
    with monkeypatch.context() as before:
        before.setattr(schemas, "load", lambda: old)
        before.setattr(documents, "_digits", lambda *_: {})
        with open_store(location) as store:
            store.write(batch_of(*(seen(f"s{number}.example", f"{number:016x}", kind="text-simhash") for number in range(2500))))
            carried = list(store.carried())
    with pytest.raises(StoreError, match="init migrates it"):
        open_store(location)
    assert any("Migrated" in sentence and "2500 documents" in sentence for sentence in manage.init(connection))
    assert manage.check(connection) == []
    with open_store(location, create=False) as store:
        assert list(store.carried()) == carried
        assert [value for _, value in neighbours(store).near("text-simhash", f"{8:016x}", 1)][:3] == [
            f"{number:016x}" for number in (8, 0, 9)
        ], "what is new in a document is made of what was there"
    monkeypatch.setattr(schemas, "load", lambda: old)
    with pytest.raises(StoreError, match="newer version"):
        open_store(location)


def test_who_writes_while_it_is_migrated_is_told_to_come_later(
    location: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, real = version_1(), schemas.load(), manage._all_documents
    monkeypatch.setattr(schemas, "load", lambda: old)
    with ElasticsearchStore(location, patience=0) as writer:

        def meanwhile(*given: Any) -> Any:
            writer.write(batch_of(seen("a.example", "UA-1")))
            return real(*given)

        monkeypatch.setattr(schemas, "load", lambda: new)
        monkeypatch.setattr(manage, "_all_documents", meanwhile)
        with pytest.raises(UnavailableError, match="later"):
            manage.init(connection)
    monkeypatch.setattr(manage, "_all_documents", real)
    assert "Migrated" in " ".join(manage.init(connection)), "what broke off is done again"
    assert manage.check(connection) == []


def test_check_names_what_somebody_changed_or_a_kill_left(location: str, connection: Connection) -> None:
    open_store(location).close()
    left = manage.make(connection, schemas.load().indices["links"])
    sites = manage.concrete(connection, "sites")[0]
    connection.ask("PUT", path(sites, "_mapping"), {"dynamic": "true"})
    connection.ask("DELETE", path("_index_template", connection.name("runs")))
    manage.drop(connection, manage.concrete(connection, "events"))
    events = schemas.body(schemas.load().indices["events"], schemas.load()) | {"aliases": {connection.name("events"): {}}}
    events["mappings"]["properties"]["samehand"]["properties"]["fate"] = {"type": "long"}
    connection.ask("PUT", path(connection.name("events") + "-changed"), events)
    told = "\n".join(manage.check(connection))
    for part in (
        f"{left} is named by no alias",
        "sites has a mapping that takes any field",
        "runs is missing or of another version",
        "events has another type of samehand.fate",
    ):
        assert part in told


def test_values_about_persons_are_apart_and_expire(location: str, connection: Connection, tmp_path: Path) -> None:
    with open_store(location) as store:
        store.write(batch_of(seen("a.example", "x@a.example", kind="email"), seen("a.example", "UA-1")))
        assert len(list(store.carried())) == 2

    def count(index: str) -> Any:
        connection.ask("POST", path(connection.name(index), "_refresh"))
        return connection.ask("GET", path(connection.name(index), "_count"))["count"]

    assert (count("observations"), count("personal")) == (1, 1)
    run(tmp_path, "elastic", "expire", "--store", location, "--days", "100000")
    assert count("personal") == 1
    run(tmp_path, "elastic", "expire", "--store", location)
    assert (count("observations"), count("personal")) == (1, 0)


@pytest.fixture
def guarded(elasticsearch: str, location: str, tmp_path: Path) -> Iterator[str]:
    """The address of a store behind TLS and a login; the certificate is localhost.pem."""
    with guarding(elasticsearch, tmp_path) as guard:
        yield f"{guard.address}/?{location.partition('?')[2]}"


def test_keys_passwords_and_certificates(guarded: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("azpz\n")
    certificate = tmp_path / "localhost.pem"
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()
    key = {"SAMEHAND_ES_API_KEY_FILE": str(tmp_path / "key")}
    authority = {"SAMEHAND_ES_CA_FILE": str(certificate)}
    password = {"SAMEHAND_ES_USER": "crawler", "SAMEHAND_ES_PASSWORD": "pass:word"}
    init = ["elastic", "init", "--store", guarded]
    shown = [
        run(tmp_path, *init, **key, **authority),
        run(tmp_path, *init, **password, SAMEHAND_ES_FINGERPRINT=digest.upper()),
        run(tmp_path, "observations", "--store", guarded, "--format", "jsonl", **key, **authority),
        run(tmp_path, *init, expect=1, **authority),
        run(tmp_path, *init, expect=1, **key),
        run(tmp_path, *init, expect=1, **key, SAMEHAND_ES_FINGERPRINT="0" * 64),
    ]
    assert "does not know us (401)" in shown[3].stderr
    assert "cannot be reached" in shown[4].stderr
    assert "cannot be reached" in shown[5].stderr
    assert not any("azpz" in one.stderr + one.stdout or "pass:word" in one.stderr + one.stdout for one in shown)


def test_secrets_do_not_belong_into_the_address() -> None:
    with pytest.raises(StoreError, match="does not belong into --store") as told:
        address("https://me:hunter2@host:9200")
    assert "hunter2" not in str(told.value)
    assert "azpz" not in repr(login({"SAMEHAND_ES_API_KEY": "azpz"}))


def test_an_ipv6_address_is_the_same_when_it_is_read_again() -> None:
    """A journal keeps it as text, by which samehand elastic push finds the server."""
    assert str(address("http://[::1]:9200")) == "http://[::1]:9200"
    assert address(str(address("http://[::1]:9200"))) == address("http://[::1]:9200")
    with pytest.raises(StoreError, match="names no server"):
        address("http://[::1:9200")


def test_a_cloud_id_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMEHAND_ES_CLOUD_ID", "team:" + base64.b64encode(b"eu.cloud.example:443$abc$def").decode())
    assert str(address("cloud:")) == "https://abc.eu.cloud.example:443"
    monkeypatch.setenv("SAMEHAND_ES_CLOUD_ID", "nonsense")
    with pytest.raises(StoreError, match="no cloud id"):
        address("cloud:")
