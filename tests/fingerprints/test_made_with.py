"""A number can be found again: what it was computed by goes with it, and changes when that changes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows, run

ADSENSE = ("adsense", "pub-4417920063318552")


def test_what_a_number_was_computed_by_goes_with_it(tmp_path: Path) -> None:
    store_of(tmp_path, {"a.com": [ADSENSE], "b.com": [ADSENSE]}, strangers=9).close()
    run(tmp_path, "networks", "--store", "made.db")
    call = ("explain", "a.com", "b.com", "--store", "made.db")
    (answer,) = rows(tmp_path, *call)
    versions = answer["made_with"]
    (noted,) = (one["about"] for one in rows(tmp_path, "log", "--store", "made.db") if one["what"] == "networks")
    assert noted.startswith("1 network; ")
    assert all(f"{name} {number}" in noted for name, number in versions.items())
    assert rows(tmp_path, *call) == [answer]

    run(tmp_path, "verdict", "value", *ADSENSE, "shared", "--by", "ann", "--store", "made.db")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "evidence.toml").write_text("[links]\nbits = 11.0\n", "utf-8")
    (tmp_path / "config" / "background.tsv").write_text("*\t2026-01-01\t5000\n", "utf-8")
    other = json.loads(run(tmp_path, *call, "--format", "jsonl", SAMEHAND_CONFIG="config").stdout)["made_with"]
    assert {name for name in versions if versions[name] != other[name]} == {"evidence", "background", "verdicts"}
