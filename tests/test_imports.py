"""Imports go one way. The order is the way of the data: what is nearer to the page knows nothing of what is made from it."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ORDER = (
    ("model",),
    ("config", "sites"),
    ("indicators.base",),
    ("scan",),
    ("indicators",),
    ("extract",),
    ("stores",),
    ("archive",),
    ("evidence",),
    ("networks",),
    ("explain",),
    ("exports", "report"),
    ("commands",),
    ("cli",),
)
"""Parts of fingerprints, earlier ones first; a part is a module or a package with all that is in it. Those that are not named
here find their place by themselves: no part may come upon a later one through them either."""

NETWORK = (
    "aiohttp",
    "http.client",
    "http.server",
    "httpx",
    "requests",
    "socket",
    "socketserver",
    "ssl",
    "urllib.request",
    "urllib3",
)
MAY_USE_NETWORK = ("fingerprints.stores", "fingerprints.exports")
FRAMEWORKS = ("scrapy", "twisted")


@dataclass(frozen=True)
class Import:
    """One name that a module imports."""

    by: str
    line: int
    name: str
    """Absolute and dotted, down to a module where the import names one."""
    on_loading: bool
    """Whether it is carried out when the module is loaded, and not first when a function is called."""

    def __str__(self) -> str:
        return f"{self.by}, line {self.line}: {self.name}"


@cache
def modules() -> dict[str, Path]:
    """All modules of the two packages."""
    paths = (path for package in ("crawler", "fingerprints") for path in sorted((ROOT / package).rglob("*.py")))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@cache
def imports() -> tuple[Import, ...]:
    """All imports that are carried out at some time, at the top of a module or inside a function.

    Those under `if TYPE_CHECKING:` are left out: they are never carried out, so they load nothing and make no circle. A rule's
    signature may name the type of what it is given, which is made later.
    """
    return tuple(found for name, path in modules().items() for found in _imports(name, ast.parse(path.read_bytes())))


def _imports(module: str, tree: ast.AST, on_loading: bool = True) -> Iterator[Import]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for otherwise in node.orelse:
                yield from _imports(module, otherwise, on_loading)
        elif isinstance(node, ast.Import):
            yield from (Import(module, node.lineno, alias.name, on_loading) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}, line {node.lineno}: write the whole name; relative imports hide where they lead."
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                ours = node.module is not None and node.module.startswith(("crawler", "fingerprints"))
                yield Import(module, node.lineno, name if name in modules() or not ours else str(node.module), on_loading)
        else:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(module, node, on_loading and not function)


def within(name: str, *packages: str) -> bool:
    """Whether the dotted name is one of these or lies in one of them."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@cache
def graph(on_loading: bool = False) -> dict[str, set[str]]:
    """For each module of ours the modules of ours that it imports, at some time or on loading."""
    found: dict[str, set[str]] = {name: set() for name in modules()}
    for one in imports():
        if one.name in found and (one.on_loading or not on_loading):
            found[one.by].add(one.name)
    return found


def way(start: str, goal: int) -> list[str]:
    """A chain of imports from a module to a part that comes after place `goal` of ORDER; empty when there is none."""
    chains, known = [[start]], {start}
    for chain in chains:
        for name in sorted(graph()[chain[-1]] - known):
            known.add(name)
            if place(name) > goal:
                return [*chain, name]
            chains.append([*chain, name])
    return []


def place(module: str) -> int:
    """Where in ORDER the module stands; -1 for those that are not named there."""
    places = {part: number for number, parts in enumerate(ORDER) for part in parts}
    named = [part for part in places if within(module, f"fingerprints.{part}")]
    return places[max(named, key=len)] if named else -1


def test_the_parts_exist_or_are_still_to_come() -> None:
    assert {"fingerprints.model", "fingerprints.scan", "fingerprints.stores.base", "crawler"} <= set(modules())
    assert [place(name) for name in ("fingerprints.indicators.base", "fingerprints.indicators.catalogue")] == [2, 4]
    assert len(imports()) > len(modules())


@pytest.mark.parametrize("number", range(len(ORDER)), ids=[" and ".join(parts) for parts in ORDER])
def test_no_part_comes_upon_a_later_one(number: int) -> None:
    chains = (way(module, number) for module in modules() if place(module) == number)
    assert [" imports ".join(chain) for chain in chains if chain] == []


def test_no_module_needs_itself_to_be_loaded() -> None:
    """Imports inside functions are left out here: stores.base opens each store by them, and all stores import stores.base."""
    try:
        tuple(TopologicalSorter(graph(on_loading=True)).static_order())
    except CycleError as error:
        pytest.fail(f"imports in a circle: {' imports '.join(reversed(error.args[1]))}")


def test_fingerprints_know_nothing_of_the_crawler() -> None:
    assert [str(one) for one in imports() if within(one.by, "fingerprints") and within(one.name, "crawler")] == []


def test_the_crawling_framework_stays_in_the_crawler() -> None:
    assert [str(one) for one in imports() if not within(one.by, "crawler") and within(one.name, *FRAMEWORKS)] == []


def test_only_stores_and_exports_open_connections_in_fingerprints() -> None:
    others = [one for one in imports() if within(one.by, "fingerprints") and not within(one.by, *MAY_USE_NETWORK)]
    assert [str(one) for one in others if within(one.name, *NETWORK)] == []


def test_the_model_needs_the_standard_library_only() -> None:
    named = {one.name.partition(".")[0] for one in imports() if one.by == "fingerprints.model"}
    assert named <= sys.stdlib_module_names


def test_every_noun_of_the_model_is_explained() -> None:
    tree = ast.parse(modules()["fingerprints.model"].read_bytes())
    nouns = [
        node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in nouns if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "config").rglob("*.toml")), ids=lambda path: path.name)
def test_settings_are_toml(path: Path) -> None:
    assert tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "config").rglob("*.tsv")), ids=lambda path: path.name)
def test_tables_have_one_number_of_columns(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert len({line.count("\t") for line in lines}) <= 1
