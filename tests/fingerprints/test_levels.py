"""Brands of one operator stay apart below and are together above."""

from __future__ import annotations

from pathlib import Path

from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows, run

PIXEL = ("meta-pixel", "1394990003897405")
ANALYTICS = ("google-analytics", "UA-48213977")


def brand(name: str, number: int) -> dict[str, list[tuple[str, str]]]:
    held = [("adsense", f"pub-44179200633185{number:02}"), ("email", f"desk@{name}.net")]
    return {f"{name}{site}.com": list(held) for site in range(6)}


def made(path: Path) -> list[dict[str, list[tuple[str, str]]]]:
    """Brands one and two share an account on one pair of sites and a pixel on another; three has an account of one's on one site."""
    one, two, three = (brand(name, number) for number, name in enumerate(("one", "two", "three")))
    for site, value in (("one0.com", ANALYTICS), ("one1.com", PIXEL)):
        one[site].append(value)
    for site, value in (("two0.com", ANALYTICS), ("two1.com", PIXEL)):
        two[site].append(value)
    one["one2.com"].append(("yandex-metrica", "48213977"))
    three["three0.com"].append(("yandex-metrica", "48213977"))
    store_of(path, one | two | three, strangers=9).close()
    return [one, two, three]


def test_levels_join_what_more_and_more_ties(tmp_path: Path) -> None:
    one, two, three = made(tmp_path)
    found = {level: rows(tmp_path, "networks", "--store", "made.db", "--level", level) for level in ("1", "2", "3")}
    sets = {level: sorted(sorted(row["sites"]) for row in told) for level, told in found.items()}
    assert sets["1"] == sorted(map(sorted, (one, two, three)))
    assert sets["2"] == sorted(map(sorted, (one | two, three)))
    assert sets["3"] == [sorted(one | two | three)]
    ids = sorted(row["id"] for row in found["1"])
    (top,) = found["3"]
    assert (top["level"], top["networks"]) == (3, ids)
    assert {(link["a"], link["b"]) for link in top["links"]} >= {("one0.com", "two0.com"), ("one2.com", "three0.com")}


def test_the_stored_networks_are_the_finest(tmp_path: Path) -> None:
    made(tmp_path)
    told = run(tmp_path, "networks", "--store", "made.db", "--level", "3", "--quiet").stdout
    assert "one0.com" in told
    (row,) = rows(tmp_path, "network", "one0.com", "--store", "made.db")
    assert sorted(one["site"] for one in row["members"] if one["role"] != "candidate") == [
        f"one{number}.com" for number in range(6)
    ]
