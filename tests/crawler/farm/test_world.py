"""World files: the shipped ones can be built, and a mistake gets one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.farm.__main__ import main
from crawler.farm.build import build
from crawler.farm.documents import Documents
from crawler.farm.scale import scaled
from crawler.farm.truth import truth
from crawler.farm.world import WorldError, load
from fingerprints.config import DEFAULTS
from tests.crawler.farm.client import SMALL

SHIPPED = sorted(path for path in (DEFAULTS / "worlds").glob("*.toml") if path.stem != "scripts")
"""Worlds for a demo; the one whose pages need a browser has no place among them."""


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_worlds(path: Path) -> None:
    world = load(path)
    assert world.size >= 60
    told = truth(build(world, seed=5))
    assert len({site["domain"] for site in told["sites"]}) == world.size
    asked = [network for network in told["networks"] if network["shares"]]
    assert len(asked) >= 4
    assert all(network["required"] for network in asked)


def test_the_shipped_world_of_scripts_hides_what_it_asks_for() -> None:
    """No page of a site holds a value that a script has to bring in; those of the plain sites beside them hold theirs."""
    world = load(DEFAULTS / "worlds" / "scripts.toml")
    plan = build(world, seed=1)
    carried = {site["domain"]: site["carried"] for site in truth(plan)["sites"]}
    assert len(carried) == world.size
    assert {network.name for network in world.networks} == {"Late tags", "Drawn pages"}
    for site in plan.sites:
        documents = Documents(site, plan)
        pages = b"".join(documents.document(path).body for path in documents.pages)
        values = [one["value"] for one in carried[site.domain] if one["kind"] != "email"]
        assert values
        assert [value.rpartition("/")[2].encode() in pages for value in values] == [site.scripts == "none"] * len(values)


def test_the_default_world_has_a_network_that_shares_only_a_server_and_a_mailbox() -> None:
    told = truth(build(load(), seed=1))
    (harbour,) = [network for network in told["networks"] if network["shares"] == ["soa-email"]]
    assert harbour["required"] == [harbour["members"]]
    homes = {(site["hosting"], site["soa_email"]) for site in told["sites"] if site["network"] == harbour["name"]}
    assert len(homes) == 1
    (home,) = homes
    assert [site["network"] for site in told["sites"] if site["soa_email"] == home[1]] == [harbour["name"]] * 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "is not TOML"),
        ('title = "x"', "name: Field required"),
        ('name = "x"', "the world has 0 sites"),
        ('name = "x"\ncolour = 1\n[[strangers]]\nname = "s"\nsites = 1', "colour: there is no such setting"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 0', r"strangers\.1\.sites"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 2\nthemes = ["t"]', "s: themes names 't', which is not there"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 2\nsuffixes = ["nosuchsuffix"]', "is no public suffix"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 2\nlanguages = { xx = 1 }', "there are: ar, de, en"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 2\nown = { ga = 1 }', "own names 'ga'"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 1\nfaults = { dead = 2 }', "more faults than sites"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 1\nfaults = { tired = 1 }', r"faults\.tired"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 1\n[[strangers]]\nname = "s"\nsites = 1', "two groups are called 's'"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 1\n[[traps]]\ntype = "clone"\nof = "t"\nhow = "assets"', "of names 't'"),
        ('name = "x"\n[[strangers]]\nname = "s"\nsites = 1\n[[traps]]\ntype = "hole"', "Input tag 'hole'"),
        (
            'name = "x"\n[[networks]]\nname = "n"\nsites = 3\n[[networks.habits]]\nkinds = ["favicon-mmh3"]\nshare = "chain"',
            "one favicon",
        ),
        (
            'name = "x"\n[vendors.v]\nkinds = ["adsense"]\ncredit = true\n[[strangers]]\nname = "s"\nsites = 1',
            "credit is only possible with the kind email",
        ),
    ],
)
def test_a_mistake_gets_one_sentence(tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "world.toml"
    path.write_text(text)
    with pytest.raises(WorldError, match=told):
        load(path)
    assert main(["--world", str(path)]) == 2
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert str(path) in written


def test_a_world_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize("sites", [40, 200, 1000])
def test_scaling_keeps_the_shape(sites: int) -> None:
    world = load()
    larger = scaled(world, sites)
    assert [network.name for network in larger.networks] == [network.name for network in world.networks]
    assert len(build(larger, 1).sites) == larger.size
    if sites >= world.size:
        assert larger.size == sites


def test_a_world_cannot_be_too_large() -> None:
    with pytest.raises(WorldError, match="cannot have 1000000 sites"):
        scaled(load(SMALL), 1_000_000)
