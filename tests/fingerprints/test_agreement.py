"""m is what the pairs of known owners say, each owner once, with what is declared as one owner more."""

from __future__ import annotations

from pathlib import Path

import pytest

from fingerprints import evidence_settings
from fingerprints.agreement import estimate
from fingerprints.indicators import catalogue
from fingerprints.model import State
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import run

ONE, OTHER = ("adsense", "pub-4417920063318552"), ("adsense", "pub-4417920063318553")
OWNERS = {"a.com": "Mara", "b.com": "Mara", "c.com": "Mara", "d.com": "Jonas", "e.com": "Jonas", "f.com": "Ida"}


def test_each_owner_counts_once(tmp_path: Path) -> None:
    sites = {"a.com": [ONE], "b.com": [ONE], "c.com": [ONE], "d.com": [ONE], "e.com": [OTHER], "f.com": [ONE]}
    with store_of(tmp_path, sites) as store:
        (found,) = estimate(store, OWNERS, evidence_settings.load())
    assert (found.kind, found.owners, found.pairs) == ("adsense", 2, 4)
    assert found.m == pytest.approx((1.0 + 0.0 + catalogue.kinds()["adsense"].m) / 3)


def test_a_copied_value_is_not_carried(tmp_path: Path) -> None:
    with store_of(tmp_path, {"a.com": [ONE], "b.com": [(*ONE, State.COPIED)]}) as store:
        assert list(estimate(store, OWNERS, evidence_settings.load())) == []


def test_the_command_writes_settings_that_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_of(tmp_path, {"a.com": [ONE], "b.com": [ONE]}).close()
    (tmp_path / "owners.csv").write_text("domain,owner\na.com,Mara\nb.com,Mara\n", "utf-8")
    (store,) = tmp_path.glob("*.db")
    run(tmp_path, "background", "agreement", "--owners", "owners.csv", "--store", store.name)
    monkeypatch.setenv("SAMEHAND_CONFIG", str(tmp_path))
    evidence_settings.load.cache_clear()
    try:
        declared = catalogue.kinds()["adsense"]
        assert evidence_settings.load().of_kind(declared).m == pytest.approx((1 + declared.m) / 2, abs=0.006)
    finally:
        evidence_settings.load.cache_clear()
