"""Each role suffices for what it is for, and for nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from fingerprints.stores import elasticsearch_schema as schemas
from fingerprints.stores.elasticsearch_roles import roles
from fingerprints.stores.journal import JournalFile
from tests.elastic.guard import PASSWORD, USER, Guard, guarding
from tests.elastic.test_commands import filled
from tests.fingerprints.samehand import run
from tests.fingerprints.stores.samples import RUN

As = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def guard(elasticsearch: str, tmp_path: Path) -> Iterator[type[Guard]]:
    with guarding(elasticsearch, tmp_path) as made:
        yield made


@pytest.fixture
def calls(guard: type[Guard], location: str, tmp_path: Path) -> As:
    """samehand elastic key for some roles, and a command with this key."""
    store = f"{guard.address}/?{location.partition('?')[2]}"
    authority = {"SAMEHAND_ES_CA_FILE": str(tmp_path / "localhost.pem")}
    owner = {**authority, "SAMEHAND_ES_USER": USER, "SAMEHAND_ES_PASSWORD": PASSWORD}

    def call(names: str, *words: str, expect: int = 0) -> CompletedProcess[str]:
        file = tmp_path / names.replace(" ", "-")
        if names == "owner":
            return run(tmp_path, *words, "--store", store, expect=expect, **owner)
        if not file.exists():
            made = run(tmp_path, "elastic", "key", *names.split(), "--out", str(file), "--store", store, **owner)
            assert file.stat().st_mode & 0o777 == 0o600
            assert file.read_text() not in made.stdout + made.stderr
        return run(tmp_path, *words, "--store", store, expect=expect, **authority, SAMEHAND_ES_API_KEY_FILE=str(file))

    return call


def test_each_role_suffices_and_does_no_more(calls: As, guard: type[Guard], tmp_path: Path) -> None:
    calls("owner", "elastic", "roles")
    prefix = next(iter(guard.made)).partition("_")[0]
    assert guard.made == {f"{prefix}_{name}": body for name, body in roles(prefix).items()}
    calls("crawler", "elastic", "init", expect=1)
    assert guard.refused.pop().startswith("PUT /_index_template/")
    calls("setup", "elastic", "init")
    assert calls("setup", "elastic", "check").stderr == "All is well.\n"
    journal = tmp_path / "a.journal"
    with JournalFile(journal, f"{guard.address}/?prefix={prefix}") as file:
        file.begin(RUN)
        file.write(filled())
    calls("crawler", "elastic", "push", "--journal", str(journal))
    calls("clusterer", "networks")
    assert not guard.refused, "nothing that these commands ask is refused"
    assert "a-news.com" in calls("investigator", "site", "a-news.com").stdout
    assert "b-news.com" in calls("investigator", "pivot", "UA-4417920").stdout
    calls("investigator", "verdict", "site", "a-news.com", "yes", "--by", "ann")
    assert all("personal-links" in told for told in guard.refused), "what is about persons is left out, and nothing else"

    persons = "desk@a-news.example"
    assert persons not in calls("investigator", "explain", "a-news.com", "b-news.com").stdout
    assert "No site" in calls("investigator", "find", persons, expect=1).stderr
    assert "a-news.com" in calls("investigator personal", "find", persons).stdout
    calls("crawler", "networks", expect=2)
    calls("investigator", "elastic", "expire", expect=1)
    calls("retention", "elastic", "expire", "--days", "1")
    assert "No site" in calls("investigator personal", "find", persons, expect=1).stderr
    for key in ("crawler", "investigator"):
        assert (tmp_path / key).read_text() not in json.dumps(guard.refused)


def test_an_unknown_role_leaves_no_file(calls: As, tmp_path: Path) -> None:
    told = calls("owner", "elastic", "key", "king", "--out", str(tmp_path / "king"), expect=1).stderr
    assert "There is no role king" in told
    assert not (tmp_path / "king").exists()


def test_every_index_is_in_some_role() -> None:
    named = {name for role in roles("x").values() for one in role["indices"] for name in one["names"]}
    assert {f"x-{index}" for index in schemas.load().indices} <= named
    readable = {name for one in roles("x")["investigator"]["indices"] for name in one["names"]}
    assert not [name for name in readable if name.startswith("x-personal")]
