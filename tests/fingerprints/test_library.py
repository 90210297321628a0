"""fingerprints.open gives what the command gives, as typed objects and as frames of either library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fingerprints
from fingerprints.stores.base import StoreError
from fingerprints.verdicts import Answer, Subject, add, verdict
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows

SITES = ("a-post.com", "b-post.net", "c-post.org")
VALUES = (("adsense", "pub-4827150936620417"), ("email", "jane.doe@harbourpost.info"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store_of(tmp_path, dict.fromkeys(SITES, VALUES), strangers=3).close()
    return tmp_path


def test_networks_are_those_of_the_command_and_heed_verdicts(folder: Path) -> None:
    with fingerprints.open(str(folder / "made.db")) as case:
        (network,) = case.networks
        (shown,) = rows(folder, "networks", "--store", "made.db")
        assert list(network.sites) == shown["sites"] == list(SITES)
        assert len(list(case.links("a-post.com"))) == 2
    add(str(folder / "made.db"), verdict(Subject.SITE, ["a-post.com"], Answer.NO, "ann"))
    with fingerprints.open(str(folder / "made.db")) as case:
        assert case.networks[0].sites == SITES[1:]


def test_frames_of_both_libraries_hold_the_same_with_types(folder: Path) -> None:
    with fingerprints.open(str(folder / "made.db")) as case:
        for table in (case.member_table(), case.site_table(), case.carried_table(), case.evidence_table()):
            one, other = table.pandas(), table.polars()
            assert list(one.columns) == other.columns == list(table.columns)
            assert len(one) == len(other) == len(list(table)) > 0
            assert one.to_dict("records") == other.to_dicts()
        evidence = case.evidence_table().polars()
        assert evidence["bits"].sum() > 0
        assert str(case.carried_table().polars()["first_seen"].dtype) == "Datetime(time_unit='us', time_zone='UTC')"
        assert len(case.carried_table(kind="email").pandas()) == 3


def test_frames_without_rows_have_their_columns(tmp_path: Path) -> None:
    store_of(tmp_path, {}, strangers=1).close()
    with fingerprints.open(str(tmp_path / "made.db")) as case:
        table = case.evidence_table()
        assert list(table.pandas().columns) == table.polars().columns
        assert str(table.pandas()["bits"].dtype) == "float64"


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        fingerprints.open(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_sentence_names_it(folder: Path) -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import fingerprints\ntable = fingerprints.open('made.db').site_table()\nassert len(list(table)) == 6\n"
        "try:\n    table.pandas()\nexcept RuntimeError as error:\n    sys.stdout.write(str(error))"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=True
    )
    assert '"samehand[frames]"' in done.stdout


def test_importing_it_loads_nothing() -> None:
    code = "import sys, fingerprints; assert not [name for name in sys.modules if name.startswith(('fingerprints.', 'numpy'))]"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], timeout=60, check=True)
