"""docs/worlds.md is enough to write a world: its example is one, and it names every setting and kind."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.farm import world as worlds
from crawler.farm.build import build
from crawler.farm.kinds import kinds
from crawler.farm.truth import truth

GUIDE = Path(__file__).parents[3] / "docs" / "worlds.md"


def test_the_example_is_a_world(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
    assert example
    path = tmp_path / "example.toml"
    path.write_text(example[1], "utf-8")
    told = truth(build(worlds.load(path), seed=1))
    assert [len(group) for group in told["networks"][0]["required"]] == [5]


def test_every_setting_kind_and_fault_is_named() -> None:
    text = GUIDE.read_text("utf-8")
    tables = (
        worlds.World,
        worlds.ThemeTable,
        worlds.HostingTable,
        worlds.VendorTable,
        worlds.Network,
        worlds.Strangers,
        worlds.Habit,
    )
    names = {name for table in (*tables, worlds.CloneTrap, worlds.PlaceholderTrap) for name in table.model_fields}
    missing = {name for name in names if f"`{name}`" not in text}
    assert not missing
    assert not {name for name in kinds() if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)}
    assert not {fault for fault in worlds.Fault if f"`{fault.value}`" not in text}
